package import Network

/// Why a flat file gave nothing.
///
/// There is no partial success: what was read before is dropped.
package struct FlatFileError: Error, Equatable, Sendable {
    /// What is wrong.
    package enum Problem: Error, Equatable, Sendable {
        /// There is no file for that day.
        case notThere
        /// The system cannot open or read it; its words.
        case unreadable(String)
        /// It does not begin like a gzip file.
        case notGzip
        /// It ends too early.
        case truncated
        /// Its checksum or its packed data is wrong; zlib's words.
        case damaged(String)
        /// Something that is not gzip follows its end.
        case trailingBytes
        /// It is gzip, but no table of bars; why not.
        case notTable(String)
        /// Columns the header does not name.
        case missingColumns([String])
        /// Too few of its rows can be used: none, or less than half.
        case unusable(rows: Int, rejected: Int)
        /// It exceeds a limit, which the words name.
        case tooLarge(String)
        /// A ticker comes back after others; only within the reader, which then starts again in another way.
        case notGrouped
        /// The store refuses: key, clock or plan; its code and words.
        case refused(String)
        /// The store answered with another status; its code and words.
        case answered(status: Int, text: String, retryAfterMs: Int?)
        /// No whole answer.
        case network(NetworkError)
        /// No memory.
        case noMemory
        /// Nobody wants it any more.
        case cancelled
    }

    /// Path or address of the file, without anything secret.
    package var file: String
    /// What is wrong.
    package var problem: Problem

    /// An error.
    package init(file: String, problem: Problem) {
        self.file = file
        self.problem = problem
    }

    /// Whether the same request may succeed later without anybody's doing.
    package var isWorthRetrying: Bool {
        switch problem {
        case .network(let error):
            if case .retry = AnswerVerdict(error) { true } else { false }
        case .answered(let status, _, _): status == 429 || status >= 500
        default: false
        }
    }
}

extension FlatFileError {
    /// What happened, where, and what to do.
    package var sentence: String {
        switch problem {
        case .notThere:
            "There is no \(file). Days without trading have no file, and a day's file comes the morning after; check the dates and the path."
        case .unreadable(let words): "\(file) cannot be read (\(words)). Check the path and its permissions."
        case .notGzip: "\(file) is not a gzip file. Nothing of it is stored; fetch it again, as .csv.gz."
        case .truncated: "\(file) ends too early. Nothing of it is stored; fetch it again."
        case .damaged(let words): "\(file) is damaged (\(words)). Nothing of it is stored; fetch it again."
        case .trailingBytes: "\(file) goes on after its end. Nothing of it is stored; fetch it again."
        case .notTable(let words):
            "\(file) is no table of bars (\(words)). Nothing of it is stored; check that it is the vendor's file."
        case .missingColumns(let names):
            "\(file) lacks the column\(names.count == 1 ? "" : "s") \(names.joined(separator: ", ")). "
                + "Nothing of it is stored; check that it is the vendor's file."
        case .unusable(let rows, let rejected):
            "\(file) has \(rows) rows, of which \(rejected) cannot be used. Nothing of it is stored; "
                + "check that it is the file of that day."
        case .tooLarge(let words):
            "\(file) is too large (\(words)). Nothing of it is stored; check where it comes from."
        case .notGrouped: "\(file) is not in the order of its tickers. Nothing of it is stored."
        case .refused(let words):
            "\(file) was refused (\(words)). Check the flat files' access key and secret, the system's clock, and "
                + "whether your plan includes flat files and goes back to that day."
        case .answered(let status, let text, _):
            "\(file) was not sent: status \(status)\(text.isEmpty ? "" : " (\(text))"). Check the flat files' address."
        case .network(let error): error.sentence
        case .noMemory:
            "There is no memory to read \(file). Nothing of it is stored; close other programs and try again."
        case .cancelled: "Reading \(file) was cancelled. Nothing of it is stored."
        }
    }
}

extension FlatFileError: CustomStringConvertible {
    /// The sentence.
    package var description: String { sentence }
}

extension FlatFileError.Problem {
    init(_ problem: GzipInflater.Problem) {
        self =
            switch problem {
            case .notGzip: .notGzip
            case .truncated: .truncated
            case .damaged(let words): .damaged(words)
            case .trailingBytes: .trailingBytes
            case .noMemory: .noMemory
            }
    }
}
