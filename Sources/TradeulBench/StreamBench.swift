import Engine
import EngineAPI
import Feeds
import Glibc
import MarketData
import MarketTime

/// Frames of the WebSocket to columns, tapes and windows, on one core.
struct StreamBench {
    /// Frames that the stream's thread hands over together: what has come while the frames before were being decoded.
    private static let framesPerBatch = 10
    /// A picture is wanted ten times a second, so after so many events at the speed that is asked for.
    private static let batchesPerPicture = 100
    private static let runs = 5
    /// Share of the frames that fill tapes and tables before anything is measured.
    private static let warmUp = 0.25

    let recorded: RecordedStream

    /// The figures, in the order of the path.
    func figures() throws -> [Figure] {
        let decoder = StreamDecoder()
        let events = Double(recorded.events)
        var checksum = 0.0
        let bare = Stopwatch.medianMs(runs: Self.runs) {
            recorded.forEachFrame { frame, _ in checksum += decoder.barePass(frame) }
        }
        guard checksum.isFinite else { throw BenchFailure("the frames cannot be read") }
        let decode = try Stopwatch.medianMs(runs: Self.runs) {
            var count = 0
            self.decode(decoder) { batch, _ in count += batch.eventCount }
            guard count == recorded.events else { throw BenchFailure("\(count) of \(recorded.events) events decoded") }
        }
        let total = try (0..<Self.runs).map { _ in try millisecondsPerEvent(decoder) }.sorted()[Self.runs / 2] * events
        func perSecond(_ name: String, _ ms: Double, budget: Double?) -> Figure {
            Figure(name: name, value: events / ms * 1000, unit: "events/s", budget: budget, better: .higher)
        }
        return [
            Figure(name: "stream_recorded_events", value: events, unit: "events", budget: nil, better: .higher),
            Figure(
                name: "stream_recorded_trades",
                value: Double(recorded.trades),
                unit: "events",
                budget: nil,
                better: .higher
            ),
            perSecond("stream_bare_simdjson_events_per_cpu_s", bare, budget: nil),
            perSecond("stream_decode_events_per_cpu_s", decode, budget: nil),
            perSecond("stream_decode_and_apply_events_per_cpu_s", total, budget: 1_000_000),
            Figure(
                name: "stream_decode_and_apply_over_bare_simdjson",
                value: total / bare,
                unit: "ratio",
                budget: nil,
                better: .lower
            ),
        ]
    }

    /// Takes all frames through an engine that has not seen them; processor time of an event after warming up.
    private func millisecondsPerEvent(_ decoder: StreamDecoder) throws -> Double {
        var core = recorded.engine()
        var flow = StreamFlow()
        var (events, batches, measuredFrom) = (0, 0, 0)
        var start = 0.0
        decode(decoder) { batch, now in
            if measuredFrom == 0, Double(events) >= Double(recorded.events) * Self.warmUp {
                measuredFrom = events
                start = Stopwatch.milliseconds(CLOCK_THREAD_CPUTIME_ID)
            }
            var inputs: [EngineInput] = [.stream(batch)]
            batches += 1
            events += batch.eventCount
            if batches % Self.batchesPerPicture == 0 { inputs += [.streamQueue(StreamQueueState()), .show] }
            for case .publish(let view) in core.step(inputs, now: now) { flow = view.status.flow }
        }
        let end = Stopwatch.milliseconds(CLOCK_THREAD_CPUTIME_ID)
        guard let last = recorded.frames.last?.sent else { throw BenchFailure("no frames") }
        for case .publish(let view) in core.step([.show], now: last) { flow = view.status.flow }
        guard flow.applied == recorded.events else {
            throw BenchFailure("\(flow.applied) of \(recorded.events) events applied, \(flow.duplicates) twice")
        }
        return (end - start) / Double(events - measuredFrom)
    }

    /// Decodes all frames and hands them over in batches, each with the moment its last event was sent.
    private func decode(_ decoder: StreamDecoder, _ deliver: (StreamBatch, Instant) -> Void) {
        var batch = StreamBatch()
        var notices: [StreamNotice] = []
        var frames = 0
        var last = Instant.epoch
        recorded.forEachFrame { frame, sent in
            decoder.decode(frame, into: &batch, notices: &notices)
            frames += 1
            last = sent
            guard frames % Self.framesPerBatch == 0 else { return }
            deliver(batch, sent)
            batch = StreamBatch()
        }
        if batch.eventCount > 0 { deliver(batch, last) }
    }
}
