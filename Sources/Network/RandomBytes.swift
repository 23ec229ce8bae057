import CWslay

/// Unpredictable bytes of the kernel's generator, fetched by the kilobyte; confined to one thread.
struct RandomBytes {
    private static let fetchedBytes = 1024

    private var stock: [UInt8] = []

    /// The next bytes, at most a kilobyte; nil when the kernel gives none.
    mutating func next(_ count: Int) -> ArraySlice<UInt8>? {
        if stock.count < count {
            stock = [UInt8](repeating: 0, count: Self.fetchedBytes)
            guard count <= stock.count, cwslay_random(&stock, stock.count) == 1 else {
                stock = []
                return nil
            }
        }
        defer { stock.removeLast(count) }
        return stock.suffix(count)
    }
}
