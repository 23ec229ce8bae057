/// How the terminal takes frames, for the trader's eyes; as of the moment it was asked for.
package struct TerminalFigures: Hashable, Sendable {
    /// Frames a second that are sent at most now, as the line allows.
    package var framesPerSecond = 0
    /// Frames a second that were asked for; what `framesPerSecond` goes back to.
    package var framesPerSecondWanted = 0
    /// Bytes of the newest frame that had any.
    package var frameBytes = 0
    /// Mean bytes a second over the last ten seconds, the present one included.
    package var bytesPerSecond = 0
    /// Bytes of all frames so far.
    package var bytesTotal = 0
    /// Milliseconds for which the terminal had a frame to take, all together; while it has one, up to now.
    package var blockedMs = 0
    /// The longest of them without a break, in milliseconds.
    package var blockedMsLongest = 0
    /// Frames with bytes in them.
    package var framesSent = 0
    /// Frames that were due while the terminal had not taken the one before; the next one shows what they would have.
    package var framesHeldBack = 0

    /// Nothing sent yet.
    package init() {}
}
