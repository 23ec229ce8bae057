import CFastJSON
package import MarketData

/// What the vendor says about the connection itself (`ev:"status"`).
package struct StreamNotice: Hashable, Sendable {
    /// `status`, one word such as `auth_success`; at most 64 bytes.
    package var status: String
    /// `message`; at most 300 bytes, may be empty.
    package var message: String

    /// A notice.
    package init(status: String, message: String) {
        self.status = status
        self.message = message
    }
}

/// Frames of the vendor's stocks WebSocket into columns, by simdjson.
///
/// Keeps its tables between frames: a frame costs no allocation but the growth of the batch's own arrays. One thread at a
/// time. What cannot be used is counted, whatever it is; nothing throws.
package final class StreamDecoder {
    private let stream: OpaquePointer?
    /// The symbols that the C side knows, in its order.
    ///
    /// The same array as the batch's, so that the same memory proves the same symbols: while this reference stands, nobody
    /// can change the memory in place.
    private var known: [Symbol] = []
    private var isLost = false

    /// A decoder without tables; the first frame allocates them.
    package init() { stream = fastjson_stream_create() }

    deinit { fastjson_stream_destroy(stream) }

    /// Appends the events of a frame, an array of them or a single one, to `batch`, which may hold those of earlier frames,
    /// and the status elements to `notices`.
    ///
    /// At least 64 bytes behind the frame may be read. Every element ends up in the batch, in `notices` or in the batch's
    /// rejections; what is no array of events at all, or not a whole one, counts in `rejections.badFrames` besides.
    package func decode(
        _ frame: UnsafeBufferPointer<UInt8>,
        into batch: inout StreamBatch,
        notices: inout [StreamNotice]
    ) {
        guard let stream, let start = frame.baseAddress, !frame.isEmpty, follow(batch.symbols, stream) else {
            batch.rejections.badFrames += 1
            return
        }
        // With a second owner the batch's symbols would be copied for each that is added.
        known = []
        var columns = fastjson_frame()
        guard fastjson_decode_frame(stream, start, frame.count, &columns) == FASTJSON_OK else {
            // There is no memory for its tables.
            isLost = true
            batch.rejections.badFrames += 1
            return
        }
        batch.append(columns)
        known = batch.symbols
        for notice in UnsafeBufferPointer(start: columns.notices, count: columns.notice_count) {
            notices.append(
                StreamNotice(
                    status: VendorText.clean(String(cString: notice.status), lengthMax: Int(FASTJSON_STATUS_BYTES)),
                    message: VendorText.clean(String(cString: notice.message), lengthMax: Int(FASTJSON_MESSAGE_BYTES))
                )
            )
        }
    }

    /// The yardstick of the benchmark: a pass of simdjson alone over the same fields of the same bytes, which zero bytes must
    /// follow; a checksum, NaN when the frame cannot be read.
    package func barePass(_ frame: UnsafeBufferPointer<UInt8>) -> Double {
        guard let stream, let start = frame.baseAddress else { return .nan }
        return fastjson_bare_frame_pass(stream, start, frame.count)
    }

    /// Makes the C side count on from the symbols of a batch; false when it cannot.
    private func follow(_ symbols: [Symbol], _ stream: OpaquePointer) -> Bool {
        if !symbols.isEmpty && !isLost && symbols.count == known.count && isSame(symbols, known) { return true }
        var packed: [UInt8] = []
        for symbol in symbols {
            let bytes = Array(symbol.text.utf8)
            packed += bytes + Array(repeating: 0, count: Int(FASTJSON_SYMBOL_BYTES) - bytes.count)
        }
        isLost = fastjson_stream_begin(stream, packed, symbols.count) != FASTJSON_OK
        return !isLost
    }

    /// Whether two arrays are one and the same memory.
    private func isSame(_ left: [Symbol], _ right: [Symbol]) -> Bool {
        left.withUnsafeBufferPointer { left in right.withUnsafeBufferPointer { left.baseAddress == $0.baseAddress } }
    }
}

extension StreamBatch {
    /// Appends the columns of a decoded frame.
    fileprivate mutating func append(_ frame: fastjson_frame) {
        if let packed = frame.symbols {
            for row in frame.symbols_before..<frame.symbol_count {
                symbols.append(Symbol(packedBytes: UnsafeRawPointer(packed) + row * Int(FASTJSON_SYMBOL_BYTES)))
            }
        }
        trades.append(frame.trades)
        quotes.append(frame.quotes)
        bars.append(frame.bars)
        bands.append(frame.bands)
        rejections.unknownEvent += frame.unknown_event
        rejections.malformed += frame.malformed
        rejections.badSymbol += frame.bad_symbol
        rejections.impossibleNumber += frame.impossible_number
        rejections.badFrames += frame.bad_frames
    }
}

extension Array {
    /// Appends a column of the C side, which lies in its memory until the next frame.
    fileprivate mutating func append(_ column: UnsafePointer<Element>?, _ count: Int) {
        append(contentsOf: UnsafeBufferPointer(start: column, count: count))
    }
}

extension TradeColumns {
    fileprivate mutating func append(_ rows: fastjson_trades) {
        guard rows.count > 0 else { return }
        symbol.append(rows.symbol, rows.count)
        price.append(rows.price, rows.count)
        size.append(rows.size, rows.count)
        time.append(rows.time, rows.count)
        exchange.append(rows.exchange, rows.count)
        trf.append(rows.trf, rows.count)
        conditions.append(rows.conditions, rows.count)
        identity.append(rows.identity, rows.count)
    }
}

extension QuoteColumns {
    fileprivate mutating func append(_ rows: fastjson_quotes) {
        guard rows.count > 0 else { return }
        symbol.append(rows.symbol, rows.count)
        bid.append(rows.bid, rows.count)
        ask.append(rows.ask, rows.count)
        bidSize.append(rows.bid_size, rows.count)
        askSize.append(rows.ask_size, rows.count)
        time.append(rows.time, rows.count)
    }
}

extension BarColumns {
    fileprivate mutating func append(_ rows: fastjson_windows) {
        guard rows.count > 0 else { return }
        symbol.append(rows.symbol, rows.count)
        isMinute.append(rows.is_minute, rows.count)
        start.append(rows.start, rows.count)
        end.append(rows.end, rows.count)
        volume.append(rows.volume, rows.count)
        accumulated.append(rows.accumulated, rows.count)
        open.append(rows.open, rows.count)
        high.append(rows.high, rows.count)
        low.append(rows.low, rows.count)
        close.append(rows.close, rows.count)
        dayVWAP.append(rows.day_vwap, rows.count)
        officialOpen.append(rows.official_open, rows.count)
    }
}

extension BandColumns {
    fileprivate mutating func append(_ rows: fastjson_bands) {
        guard rows.count > 0 else { return }
        symbol.append(rows.symbol, rows.count)
        upper.append(rows.upper, rows.count)
        lower.append(rows.lower, rows.count)
        indicators.append(rows.indicators, rows.count)
        time.append(rows.time, rows.count)
    }
}
