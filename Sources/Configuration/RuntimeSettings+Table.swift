extension RuntimeSettings {
    /// Every setting that may be changed while Segue runs: those that are read when they are needed. One line adds another.
    public static let all: [SettingDescription] = [
        Setting.logLevel.description,
        Setting.ratePerSecond.description,
        Setting.rateBurst.description,
        Setting.maximumK.description,
        Setting.maximumSeeds.description,
        Setting.maximumNegative.description,
        Setting.maximumSeedTracks.description,
        Setting.maximumExcluded.description,
        Setting.maximumSteps.description,
        Setting.usualPerArtist.description,
        Setting.recallTarget.description,
        Setting.deepRecallTarget.description,
        Setting.exactLimit.description,
        Setting.generationsKept.description,
        Setting.gateLoss.description,
        Setting.gateQueries.description,
        Setting.jobDaysKept.description,
        Setting.importMaximumBadShare.description,
        Setting.importMaximumProblems.description,
        Setting.importDurationTolerance.description,
    ]
}
