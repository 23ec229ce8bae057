import CInflate

/// Unpacks gzip as it arrives: one member or several in a row, every checksum verified.
///
/// Each member ends with the checksum and the length of what was packed, so a file that was cut off or altered anywhere
/// is told from a whole one: call ``finish()`` after the last byte.
struct GzipInflater: ~Copyable {
    /// Why bytes are no whole gzip file.
    enum Problem: Error, Equatable {
        /// They do not begin like one.
        case notGzip
        /// They end within a member, or there are none.
        case truncated
        /// A checksum, a length or the packed data is wrong; zlib's own words.
        case damaged(String)
        /// Something else follows the last member.
        case trailingBytes
        /// No memory for the window (about 40 KiB).
        case noMemory
    }

    private enum Place {
        /// At the start of a member, so many bytes of its mark seen.
        case mark(seen: Int)
        case inside
        case failed(Problem)
    }

    private static let mark: [UInt8] = [0x1F, 0x8B]

    // Behind a pointer because zlib keeps the address of the stream it was given; owned by this value.
    private let stream: UnsafeMutablePointer<z_stream>
    private var place = Place.mark(seen: 0)
    /// Members read to their end.
    private(set) var members = 0

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        if cinflate_begin_gzip(stream) != Z_OK { place = .failed(.noMemory) }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Unpacks from the front of `input`, which loses what was used, into `output`; returns the bytes written.
    ///
    /// There may be more to write as long as `input` is not empty or `output` was filled.
    mutating func inflate(
        _ input: inout UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(Problem) -> Int {
        if case .failed(let problem) = place { throw problem }
        var written = 0
        repeat {
            try checkMark(input)
            guard let room = output.baseAddress.map({ $0 + written }), written < output.count else { return written }
            // zlib does not write to its input; its C type only lacks the const.
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
            stream.pointee.avail_in = UInt32(input.count)
            stream.pointee.next_out = room.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(output.count - written)
            let code = CInflate.inflate(stream, Z_NO_FLUSH)
            input = UnsafeRawBufferPointer(rebasing: input.suffix(Int(stream.pointee.avail_in)))
            written = output.count - Int(stream.pointee.avail_out)
            switch code {
            case Z_OK: continue
            // Nothing to read and nothing left to write.
            case Z_BUF_ERROR: return written
            case Z_STREAM_END:
                members += 1
                place = .mark(seen: 0)
                inflateReset(stream)
            case Z_MEM_ERROR: throw fail(.noMemory)
            default: throw fail(.damaged(stream.pointee.msg.map { String(cString: $0) } ?? "code \(code)"))
            }
        } while !input.isEmpty
        return written
    }

    /// Says that nothing follows.
    func finish() throws(Problem) {
        switch place {
        case .failed(let problem): throw problem
        case .mark(seen: 0) where members > 0: return
        case .mark, .inside: throw .truncated
        }
    }

    /// zlib would take any bytes after a member for another damaged one, and any first bytes for a damaged header.
    private mutating func checkMark(_ input: UnsafeRawBufferPointer) throws(Problem) {
        guard case .mark(var seen) = place, !input.isEmpty else { return }
        for byte in input.prefix(Self.mark.count - seen) {
            guard byte == Self.mark[seen] else { throw fail(members == 0 ? .notGzip : .trailingBytes) }
            seen += 1
        }
        place = seen == Self.mark.count ? .inside : .mark(seen: seen)
    }

    private mutating func fail(_ problem: Problem) -> Problem {
        place = .failed(problem)
        return problem
    }
}
