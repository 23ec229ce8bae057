/// A gzip file of zero bytes, made by hand: 13 bits for every 258 of them.
///
/// The checksum is left out (0), so only a reader that stops early is content with it.
func gzipBomb(zeros: Int) -> [UInt8] {
    var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    var accumulator: UInt64 = 0
    var filled = 0
    func put(_ bits: UInt64, _ count: Int) {
        accumulator |= bits << UInt64(filled)
        filled += count
        while filled >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: accumulator))
            accumulator >>= 8
            filled -= 8
        }
    }
    func putCode(_ code: UInt64, _ count: Int) {
        for bit in (0..<count).reversed() { put((code >> UInt64(bit)) & 1, 1) }
    }
    put(1, 1)
    put(1, 2)
    putCode(0x30, 8)
    // Length 258 is code 285 (fixed code 0b11000101), distance 1 is code 0.
    for _ in 0..<(zeros / 258) {
        putCode(0b1100_0101, 8)
        putCode(0, 5)
    }
    putCode(0, 7)
    put(0, 7)
    return bytes + [0, 0, 0, 0, 0, 0, 0, 0]
}

/// A well-formed gzip file of any bytes, stored without compression.
func gzipStored(_ body: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    let count = UInt16(body.count)
    bytes += [1, UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8)]
    bytes += body
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in body {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
    }
    for value in [~sum, UInt32(body.count)] {
        for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
    }
    return bytes
}
