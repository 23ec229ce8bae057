import NIOCore
import Simulator

/// Puts events together into the bytes of text frames: JSON arrays of a bounded length.
///
/// Used on one event loop; its memory is kept between uses.
final class StreamFrames {
    /// Bytes after which a frame ends; an element is never cut.
    static let bytesMax = 64_000
    /// Room for a frame's head in front of its bytes.
    private static let headroom = 16

    private let elementsMax: Int
    private var chosen: [Int32] = []
    private var capacity = 4_096

    init(elementsMax: Int) { self.elementsMax = min(max(1, elementsMax), 5_000) }

    /// The events of a page that are wanted, as frames, each with the number of its good elements.
    ///
    /// `count` is called with each event once, whatever the spoilage makes of it.
    func make(
        _ page: StreamPage,
        wishes: StreamWishes,
        spoilage: StreamSpoilage,
        count: (StreamPage.Entry) -> Void
    ) -> [ByteBuffer] {
        chosen.removeAll(keepingCapacity: true)
        for (index, entry) in page.entries.enumerated() where wishes.wanted(of: Int(entry.ticker)).contains(entry.topic)
        {
            chosen.append(Int32(truncatingIfNeeded: index))
            count(entry)
        }
        guard !chosen.isEmpty else { return [] }
        if spoilage.reorders { reorder() }
        if spoilage.duplicates { chosen = chosen.flatMap { [$0, $0] } }
        let extras = spoilage.extraElements
        return page.json.withBytes { bytes in
            var frames: [ByteBuffer] = []
            var next = 0
            while next < chosen.count { frames.append(frame(bytes, page, from: &next, extras: extras)) }
            return frames
        }
    }

    /// Turns groups of seven around and exchanges the halves of the whole: the same disorder for the same events.
    private func reorder() {
        for start in stride(from: 0, to: chosen.count, by: 7) {
            chosen[start..<min(start + 7, chosen.count)].reverse()
        }
        let half = chosen.count / 2
        chosen = Array(chosen[half...] + chosen[..<half])
    }

    private func frame(
        _ bytes: UnsafeRawBufferPointer,
        _ page: StreamPage,
        from next: inout Int,
        extras: [String]
    ) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: capacity)
        buffer.writeRepeatingByte(0, count: Self.headroom)
        buffer.moveReaderIndex(forwardBy: Self.headroom)
        buffer.writeInteger(UInt8(0x5B))
        var elements = 0
        for extra in extras {
            if elements > 0 { buffer.writeInteger(UInt8(0x2C)) }
            buffer.writeString(extra)
            elements += 1
        }
        while next < chosen.count {
            let index = Int(chosen[next])
            let start = index == 0 ? 0 : Int(page.entries[index - 1].end)
            let end = Int(page.entries[index].end)
            let isFull = elements >= elementsMax || buffer.readableBytes + end - start > Self.bytesMax
            if isFull, elements > extras.count { break }
            if elements > 0 { buffer.writeInteger(UInt8(0x2C)) }
            buffer.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            elements += 1
            next += 1
        }
        buffer.writeInteger(UInt8(0x5D))
        capacity = max(capacity, min(buffer.readableBytes + 64, Self.bytesMax + 4_096))
        return buffer
    }
}
