import EngineAPI
import Glibc

/// Writes a list into the trader's file, every other byte of which stays as it is.
enum ScanSaver {
    /// Puts a list in place of the one of its name, or at the end; the file is made when there is none.
    ///
    /// - Throws: ``Failure`` when the file cannot be read or written, or the name is none.
    static func save(_ list: ScanDefinition, to path: String?) throws(Failure) {
        guard let path else {
            throw Failure(status: .configuration, sentence: "HOME is not set, so lists have no place: set it")
        }
        guard ScanDefinition.isName(list.name), list.name != ScanFile.presetsName else {
            let shown = Console.printable(String(list.name.prefix(40)))
            throw Failure(
                status: .usage,
                sentence:
                    "\(shown) is no name for a list: lower-case letters, digits, - and _, at most \(ScanDefinition.nameMax)"
            )
        }
        let text = try current(path)
        try AtomicFile.write(ScanSections(text).text(replacing: list.name, with: ScanTOML.text(list)), to: path)
    }

    static func current(_ path: String) throws(Failure) -> String {
        do {
            let content = try SmallFile.read(path, limit: ScanShelf.fileBytesMax)
            guard let text = String(validating: content.bytes, as: UTF8.self) else {
                throw Failure(status: .configuration, sentence: "\(path) is not UTF-8 text and is left untouched")
            }
            return text
        } catch SmallFile.Fault.absent {
            return "# My lists. The form and the shipped ones: tradeul lists --toml\n\n"
        } catch let failure as Failure {
            throw failure
        } catch {
            let words = (error as? SmallFile.Fault)?.words ?? "\(error)"
            throw Failure(status: .configuration, sentence: "\(path) cannot be read: \(words)")
        }
    }
}
