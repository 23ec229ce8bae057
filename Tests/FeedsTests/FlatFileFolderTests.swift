import Feeds
import Glibc
import MarketData
import MarketTime
import Testing

@Suite struct FlatFileFolderTests {
    private static let day = FlatFileText.day

    /// A folder that is gone after the test.
    private struct TemporaryFolder: ~Copyable {
        let path: String

        init() throws {
            var template = Array("/tmp/tradeul-flat-XXXXXX".utf8CString)
            path = try #require(mkdtemp(&template).map { String(cString: $0) })
        }

        deinit { remove(path) }

        private func remove(_ path: String) {
            if let folder = opendir(path) {
                while let entry = readdir(folder) {
                    let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                    }
                    if name != ".", name != ".." { remove("\(path)/\(name)") }
                }
                closedir(folder)
            }
            _ = Glibc.remove(path)
        }

        func makeFolder(_ name: String) {
            var partial = path
            for part in name.split(separator: "/") {
                partial += "/\(part)"
                mkdir(partial, 0o755)
            }
        }

        func write(_ bytes: [UInt8], to name: String) {
            if let slash = name.lastIndex(of: "/") { makeFolder(String(name[..<slash])) }
            let file = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
            #expect(Glibc.write(file, bytes, bytes.count) == bytes.count)
            close(file)
        }
    }

    private static let minutes = gzip(FlatFileText.csv([MinuteRow("A", 600, "7")]))

    @Test(
        arguments: [
            "minute_aggs_v1/2024/08/2024-08-07.csv.gz", "us_stocks_sip/minute_aggs_v1/2024/08/2024-08-07.csv.gz",
            "flatfiles/us_stocks_sip/minute_aggs_v1/2024/08/2024-08-07.csv.gz", "minute_aggs_v1/2024-08-07.csv.gz",
            "2024/08/2024-08-07.csv.gz", "2024-08-07.csv.gz",
        ]
    )
    func findsAFileInEveryLayout(place: String) throws {
        let temporary = try TemporaryFolder()
        temporary.write(Self.minutes, to: place)
        let folder = FlatFileFolder(temporary.path + "/")
        #expect(folder.isThere)
        #expect(folder.name(.minuteBars, of: Self.day) == "\(temporary.path)/\(place)")
        #expect(
            folder.days(.minuteBars, from: Self.day.adding(days: -400), through: Self.day.adding(days: 400)) == [
                Self.day
            ]
        )
        #expect(folder.days(.dailyBars, from: Self.day, through: Self.day).isEmpty)
        #expect(try folder.minuteBars(of: Self.day).cumulative("A", 72) == 7)
    }

    @Test func bareFilesBelowTheFolderOfDailyBarsAreDailyBars() throws {
        let temporary = try TemporaryFolder()
        let start = NewYork.instant(Self.day, secondOfDay: 0).nanoseconds
        temporary.write(
            gzip("\(FlatFileText.header)\nA,5,1,1,1,1,\(start),1\n"),
            to: "day_aggs_v1/2024/08/2024-08-07.csv.gz"
        )
        for path in [temporary.path, temporary.path + "/day_aggs_v1"] {
            let folder = FlatFileFolder(path)
            #expect(folder.days(.minuteBars, from: Self.day, through: Self.day).isEmpty)
            #expect(folder.days(.dailyBars, from: Self.day, through: Self.day) == [Self.day])
            #expect(try folder.dailyBars(of: Self.day).bars.count == 1)
        }
    }

    @Test func listsTheDaysOfASpanOnly() throws {
        let temporary = try TemporaryFolder()
        let days = [-3, 0, 1, 8].map { Self.day.adding(days: $0) }
        for day in days { temporary.write([], to: FlatFileKind.minuteBars.key(of: day)) }
        let folder = FlatFileFolder(temporary.path)
        #expect(folder.days(.minuteBars, from: days[0], through: days[3]) == days)
        #expect(folder.days(.minuteBars, from: Self.day, through: Self.day.adding(days: 7)) == [days[1], days[2]])
        #expect(folder.days(.minuteBars, from: days[3], through: days[0]).isEmpty)
    }

    @Test func whatIsNotThereOrNoFileIsAClearError() throws {
        let temporary = try TemporaryFolder()
        let folder = FlatFileFolder(temporary.path)
        let missing = flatFileError { () throws(FlatFileError) in _ = try folder.minuteBars(of: Self.day) }
        #expect(missing?.problem == .notThere)
        #expect(missing?.sentence.contains("\(temporary.path)/minute_aggs_v1/2024/08/2024-08-07.csv.gz") == true)
        temporary.makeFolder("2024-08-07.csv.gz")
        let noFile = flatFileError { () throws(FlatFileError) in _ = try folder.minuteBars(of: Self.day) }
        #expect(noFile?.problem == .unreadable("it is not a file"))
        #expect(!FlatFileFolder(temporary.path + "/nothing").isThere)
    }

    @Test func anEmptyFileIsATruncatedOne() throws {
        let temporary = try TemporaryFolder()
        temporary.write([], to: "2024-08-07.csv.gz")
        let error = flatFileError { () throws(FlatFileError) in
            _ = try FlatFileFolder(temporary.path).minuteBars(of: Self.day)
        }
        #expect(error?.problem == .truncated)
    }

    @Test func readingEndsWhenItIsNotWantedAnyMore() throws {
        let temporary = try TemporaryFolder()
        temporary.write(Self.minutes, to: "2024-08-07.csv.gz")
        let error = flatFileError { () throws(FlatFileError) in
            _ = try FlatFileFolder(temporary.path).minuteBars(of: Self.day, while: { false })
        }
        #expect(error?.problem == .cancelled)
    }
}
