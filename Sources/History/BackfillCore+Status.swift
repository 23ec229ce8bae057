import EngineAPI
import MarketTime

extension BackfillCore {
    /// Shortest time between two reports of the same phase, ms.
    static let reportMs: Int64 = 200

    /// What to show: the gap before the job, trouble before both.
    var status: BackfillStatus {
        var status = BackfillStatus()
        status.phase = phase
        status.notFound = job?.summary.notFound ?? resting.notFound
        status.rejected = job?.summary.rejected ?? resting.rejected
        if heal.isActive {
            status.done = heal.done
            status.total = heal.total
        } else if let job {
            status.done = job.done
            status.total = job.total
        } else {
            status.done = resting.done
            status.total = resting.total
        }
        return status
    }

    private var phase: BackfillStatus.Phase {
        let isBusy = heal.isActive || job != nil
        if case .ending(.failed(_, let sentence)) = job?.stage, !heal.isActive { return .failed(sentence: sentence) }
        if isBusy, pacer.isPaused(now: now) { return .waiting(sentence: pacer.reason) }
        if heal.isActive { return .gap }
        guard let job else { return heal.trouble.map { .failed(sentence: $0) } ?? resting.phase }
        if let writeTrouble { return .waiting(sentence: "\(writeTrouble); trying again") }
        return switch job.stage {
        case .firstInventory, .secondInventory: .planning
        case .days, .olderDays: .days
        case .bars: .bars
        case .ending(.finished): .bars
        case .ending(.failed(_, let sentence)): .failed(sentence: sentence)
        case .ending(.stopped): .idle
        }
    }

    /// Reports a change: at once when the phase is another, otherwise five times a second at most.
    mutating func reportIfDue() {
        var status = self.status
        meter.follow(isGap: heal.isActive, done: status.done, now: now)
        var shown = lastReport
        shown?.perSecond = nil
        shown?.secondsLeft = nil
        guard status != shown else {
            reportDue = nil
            return
        }
        let next = lastReportAt.adding(milliseconds: Self.reportMs)
        if let lastReport, lastReport.phase == status.phase, now < next {
            reportDue = next
            return
        }
        if status.isRunning, let perSecond = meter.perSecond(done: status.done, now: now) {
            status.perSecond = perSecond
            status.secondsLeft = Double(max(0, status.total - status.done)) / perSecond
        }
        reportDue = nil
        lastReport = status
        lastReportAt = now
        effects.append(.report(status))
    }
}
