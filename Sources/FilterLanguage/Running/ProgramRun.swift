import MarketData

extension ProgramCode {
    /// Prepares memory, texts and columns over all rows, then hands each block of some rows to `body`.
    ///
    /// - Parameters:
    ///   - columns: What the program reads; a column with fewer rows than asked for is missing in the others.
    ///   - memory: What it remembers.
    ///   - rows: Which rows are wanted.
    ///   - body: Gets a machine, the first row of a block, and how many rows it has.
    func run(
        _ columns: borrowing FilterColumns,
        memory: inout FilterMemory,
        over rows: Range<Int>,
        _ body: (BlockMachine, _ first: Int, _ count: Int) -> Void
    ) {
        precondition(
            columns.numbers.count >= numberColumns.count && columns.texts.count >= textColumns.count
                && columns.lists.count >= lists.count,
            "Invariant: a program gets all columns it names"
        )
        let rowCount = columns.rowCount
        let now = memory.begin(self, rows: rowCount, now: columns.now, pauseSeconds: columns.pauseSeconds)
        memory.answer(self, columns.texts)
        guard !rows.isEmpty else { return }
        let numbers = Self.filled(columns.numbers, rowCount, with: .nan)
        let onLists = Self.filled(columns.lists, rowCount, with: false)
        let codes = columns.texts.map(\.codes)
        let (secondOfDay, answers, stride) = (Double(columns.secondOfDay), memory.answers, memory.stride)
        let none = Nothing()
        defer { none.deallocate() }
        memory.times.withUnsafeMutableBufferPointer { times in
            memory.marks.withUnsafeMutableBufferPointer { marks in
                withPointers(numbers) { numbers in
                    withPointers(onLists) { onLists in
                        withPointers(codes) { codes in
                            let sources = BlockMachine.Sources(
                                columns: numbers.map { $0.baseAddress ?? UnsafePointer(none.number) },
                                derived: [],
                                codes: codes,
                                lists: onLists.map { $0.baseAddress ?? UnsafePointer(none.flag) },
                                times: times.baseAddress ?? none.time,
                                marks: marks.baseAddress ?? none.mark,
                                stride: stride,
                                now: now,
                                secondOfDay: secondOfDay
                            )
                            runBlocks(sources, answers, columns.compared, rowCount: rowCount, over: rows, body)
                        }
                    }
                }
            }
        }
    }

    private func runBlocks(
        _ sources: BlockMachine.Sources,
        _ answers: [TextAnswers],
        _ compared: [Bool]?,
        rowCount: Int,
        over rows: Range<Int>,
        _ body: (BlockMachine, _ first: Int, _ count: Int) -> Void
    ) {
        let width = min(BlockMachine.blockRows, derived.isEmpty ? rows.count : rowCount)
        let numbers = UnsafeMutablePointer<Double>.allocate(capacity: max(1, numberRegisters * width))
        let verdicts = UnsafeMutablePointer<UInt8>.allocate(capacity: verdictRegisters * width)
        // Doubles and bytes are trivial: nothing to deinitialise.
        defer {
            numbers.deallocate()
            verdicts.deallocate()
        }
        numbers.initialize(repeating: 0, count: max(1, numberRegisters * width))
        verdicts.initialize(repeating: 0, count: verdictRegisters * width)
        var sources = sources
        let columns = UnsafeMutablePointer<Double>.allocate(capacity: max(1, derived.count * rowCount))
        columns.initialize(repeating: .nan, count: max(1, derived.count * rowCount))
        defer { columns.deallocate() }
        sources.derived = derived.indices.map { columns + $0 * rowCount }
        let machine = BlockMachine(
            sources: sources,
            code: self,
            answers: answers,
            numbers: numbers,
            verdicts: verdicts,
            width: width
        )
        for (index, column) in derived.enumerated() {
            for first in stride(from: 0, to: rowCount, by: width) {
                let count = min(width, rowCount - first)
                machine.run(column.instructions, first: first, count: count)
                (sources.derived[index] + first).update(from: machine.at(column.source, first), count: count)
            }
            let values = UnsafeMutableBufferPointer(start: sources.derived[index], count: rowCount)
            if let compared {
                for row in 0..<rowCount where row >= compared.count || !compared[row] { values[row] = .nan }
            }
            CrossSection.replace(values, by: column.function)
        }
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: width) {
            body(machine, first, min(width, rows.upperBound - first))
        }
    }

    /// The same arrays, those too short filled up.
    private static func filled<Value>(_ arrays: [[Value]], _ count: Int, with value: Value) -> [[Value]] {
        guard arrays.contains(where: { $0.count < count }) else { return arrays }
        return arrays.map { $0 + [Value](repeating: value, count: max(0, count - $0.count)) }
    }
}

extension BlockMachine {
    /// The value of a clause's left side for a row; NaN when it has none.
    func leftValue(_ clause: ClauseCode, row: Int) -> Double {
        guard let left = clause.left else { return .nan }
        run(left.instructions, first: row, count: 1)
        switch left.value {
        case .uniform(let uniform): return value(uniform)
        case .vector(let source): return at(source, row)[0]
        }
    }
}

/// Calls `body` with the storage of all arrays at once.
private func withPointers<Value, Result>(
    _ arrays: [[Value]],
    _ found: [UnsafeBufferPointer<Value>] = [],
    _ body: ([UnsafeBufferPointer<Value>]) -> Result
) -> Result {
    guard found.count < arrays.count else { return body(found) }
    return arrays[found.count].withUnsafeBufferPointer { withPointers(arrays, found + [$0], body) }
}

/// Addresses for buffers without elements, which have none; no instruction looks there.
private struct Nothing {
    let number = UnsafeMutablePointer<Double>.allocate(capacity: 1)
    let time = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
    let mark = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
    let flag = UnsafeMutablePointer<Bool>.allocate(capacity: 1)

    func deallocate() {
        number.deallocate()
        time.deallocate()
        mark.deallocate()
        flag.deallocate()
    }
}
