import Glibc

/// Says that a file is in use, by a lock on a small file beside it: rewriting it whole must not happen meanwhile.
///
/// The system lets go of the lock when the process ends, however it ends.
final class FileUse: Sendable {
    private let descriptor: Int32

    /// Joins those who use the file, or with `isExclusive` is the only one; nil when others are in the way.
    ///
    /// Where no lock file can be made (a folder one may only read) nobody is asked, and nobody is told.
    init?(of path: String, isExclusive: Bool) {
        descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        guard flock(descriptor, (isExclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 else { return }
        // The descriptor closes with the object, which is deinitialised also when its initialiser fails here.
        return nil
    }

    /// Whether nobody else uses the file, who is then kept out until this object goes.
    ///
    /// When others use it the hold on the file is given up, so ask this last.
    func isAlone() -> Bool { descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
