import EngineAPI
import Glibc
import MarketTime
import Store

extension DoctorProbe {
    /// Opens the history file as a start would, but never makes one.
    static func history(_ path: String?) -> DoctorChecks.History {
        guard let path else { return .noPlace }
        var status = stat()
        guard stat(path, &status) == 0, status.st_size > 0 else {
            return .absent(path: path, isWritable: access(nearestFolder(path), W_OK | X_OK) == 0)
        }
        do {
            let store = try TradeulStore(path: path)
            let days = try store.storedSlotDays()
            let newest = days.first?.day
            try store.close()
            let bytes = Int64(status.st_size)
            return .opened(path: path, bytes: bytes, days: days.count, newest: newest, isReadOnly: store.isReadOnly)
        } catch let error as StoreError {
            return .failed(sentence: error.sentence)
        } catch {
            return .failed(sentence: "history file \(path): \(error)")
        }
    }
}
