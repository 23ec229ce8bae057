// A market must be the same on every machine, in every build mode and in every order of questions. So there is no
// stateful generator anywhere: each quantity hashes what it belongs to. `exp` is our own because the C library picks a
// different variant per processor; the four operations and square roots are exact by IEEE 754 everywhere.

/// SplitMix64's finaliser as a keyed hash.
enum Hash {
    /// The odd increment that separates consecutive indices.
    static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// Spreads every input bit over the whole word.
    @inline(__always)
    static func mix(_ value: UInt64) -> UInt64 {
        var word = value
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// The hash of one thing inside another: ticker in market, day in ticker, slot in day.
    @inline(__always)
    static func child(_ key: UInt64, _ index: Int) -> UInt64 {
        mix(key &+ golden &* (UInt64(bitPattern: Int64(index)) &+ 1))
    }

    /// A uniform number in 0 ..< 1 from the upper bits.
    @inline(__always)
    static func unit(_ hash: UInt64) -> Double { Double(hash >> 11) * 0x1p-53 }

    /// A uniform number in 0 ..< 1 from one of the four 16-bit quarters, so that one hash serves four draws.
    @inline(__always)
    static func quarter(_ hash: UInt64, _ index: UInt64) -> Double {
        Double(UInt32(truncatingIfNeeded: (hash >> (index &* 16)) & 0xFFFF)) * 0x1p-16
    }

    /// A bell-shaped number with mean 0 and variance 1, within ±3.47: the sum of the four quarters.
    @inline(__always)
    static func bell(_ hash: UInt64) -> Double {
        let sum = quarter(hash, 0) + quarter(hash, 1) + quarter(hash, 2) + quarter(hash, 3)
        return (sum - 2) * 1.732_050_807_568_877_2
    }
}

/// e to the power of `exponent`, clamped to ±30; relative error below 1e-14.
func deterministicExp(_ exponent: Double) -> Double {
    let clamped = min(max(exponent, -30), 30)
    let power = Double(Int(clamped * 1.442_695_040_888_963_4 + 64.5) - 64)
    let rest = clamped - power * 0.693_147_180_559_945_3
    var sum = 1.0
    var divisor = 13.0
    while divisor >= 1 {
        sum = 1 + rest / divisor * sum
        divisor -= 1
    }
    return sum * Double(sign: .plus, exponent: Int(power), significand: 1)
}

/// A price in 1/10,000 USD rounded to the tick it trades in: a cent from one dollar up, 1/10,000 below; at least one tick.
@inline(__always)
func roundedToTick(_ priceE4: Double) -> Int64 {
    if priceE4 >= 10_000 { return Int64(priceE4 / 100 + 0.5) * 100 }
    return max(1, Int64(priceE4 + 0.5))
}
