import Catalog
import Configuration
import Features
import MusicFolder
import Previews
import Storage
import Terminal

/// `segue features …`: what providers' audio features are worth beside each other.
struct FeaturesCommand: Sendable {
    /// Tracks that a comparison looks at; more would not change it.
    static let sample = 50_000

    let context: Context

    private let json = Flag("--json", "Print the answer as JSON")
    private let save = Flag("--save", "Keep the calibrations, so that vectors are made from calibrated values")
    private let reference = Option(
        "--reference", "PROVIDER", .text, "The provider that the others are compared with; spotify unless given")

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "features", "Fetches, compares and calibrates providers' audio features",
            examples: [
                Command.Example("segue features fetch", "What the catalog lacks, from outside services"),
                Command.Example("segue features report", "Which provider needs calibration"),
            ],
            subcommands: [fetchCommand, reportCommand])
    }

    private var reportCommand: Command {
        Command(
            "report", "Compares each provider with the reference on the tracks that both have",
            discussion: """
                Providers' values differ in distribution even under the same name. For each feature the report gives \
                the distance of the distributions (Kolmogorov-Smirnov) and the mean absolute error, as they are and \
                after quantile mapping, measured on tracks that the mapping was not fitted on. Of providers that \
                listen (analyze, preview) it says which of the features that nobody can measure are estimated from \
                sound, with what error, and which are left missing, and why. With --save the mappings and estimates \
                are kept, and the calibrated values written beside what sources say of tracks, as \
                `calibration:PROVIDER`; build an index afterwards.
                """,
            options: [reference.description, save.description, json.description],
            groups: [SettingGroup.database.options],
            examples: [
                Command.Example("segue features report", "Look"),
                Command.Example("segue features report --save", "Look and keep, for instance nightly"),
            ], action: report)
    }

    @Sendable private func report(_ invocation: Invocation) async throws -> ExitStatus {
        let store = try context.settings(invocation).store()
        let reference = invocation[self.reference] ?? "spotify"
        let providers = try await store.featureProviders()
        var calibrations: [ProviderCalibration] = []
        for provider in providers where provider.provider != reference {
            let pairs = try await store.sharedFeatures(
                of: provider.provider, and: reference, limit: Self.sample)
            let estimates = try await estimates(by: provider.provider, reference, store)
            calibrations.append(
                ProviderCalibration(
                    provider: provider.provider, reference: reference, pairs: pairs, estimates: estimates))
        }
        if invocation[save] { try await keep(calibrations, in: store) }
        if invocation[json] {
            try context.console.json(calibrations)
        } else {
            CalibrationText.write(calibrations, providers: providers, reference: reference, to: context.console)
        }
        return .success
    }

    /// The calibrated values go beside what sources say, too.
    private func keep(_ calibrations: [ProviderCalibration], in store: PostgresStore) async throws {
        for calibration in calibrations { try await store.save(calibration) }
        let display = ProgressDisplay("calibrated", unit: "tracks", on: context.console.errors)
        defer { display.finish() }
        try await CalibrationPass(over: store).run { display.update($0) }
    }
}

extension FeaturesCommand {
    /// Providers that listen.
    private static let listeners: Set<String> = [MusicFile.provider, PreviewSound.provider]
    /// Tracks with sound that estimates are fitted on; more would change little.
    private static let heard = 5_000

    private func estimates(
        by provider: String, _ reference: String, _ store: PostgresStore
    ) async throws -> [SoundEstimate] {
        guard Self.listeners.contains(provider) else { return [] }
        return try SoundEstimate.fit(
            try await store.sharedSounds(of: provider, and: reference, limit: Self.heard))
    }
}

/// What a person reads about calibrations.
enum CalibrationText {
    static func write(
        _ calibrations: [ProviderCalibration], providers: [FeatureProviderCount], reference: String,
        to console: Console
    ) {
        guard !calibrations.isEmpty else {
            let names = providers.map(\.provider).joined(separator: ", ")
            return console.output.line(
                StyledText(
                    "nothing to compare with \(reference): the catalog has features of \(names.isEmpty ? "no provider" : names)"
                ))
        }
        for calibration in calibrations {
            console.output.line(heading(calibration))
            if !calibration.fits.isEmpty {
                for line in table(calibration).lines(width: console.output.width) { console.output.line(line) }
            }
            write(calibration.estimates, reference: calibration.reference, to: console)
        }
    }

    private static func write(_ estimates: [SoundEstimate], reference: String, to console: Console) {
        let tried = estimates.filter { $0.verdict != .tooFew }
        if !tried.isEmpty {
            var table = Table([
                .init("from sound"), .init("tracks", .trailing), .init("error", .trailing),
                .init("of the mean", .trailing), .init("verdict"),
            ])
            for estimate in tried {
                table.append(
                    [estimate.feature.name, GroupedNumber.text(estimate.tracks)]
                        + [estimate.error, estimate.errorOfMean].map(rounded) + [estimate.verdict.rawValue])
            }
            for line in table.lines(width: console.output.width) { console.output.line(line) }
        }
        let missing = estimates.filter { $0.verdict != .estimate }
        guard let first = missing.first else { return }
        let names = missing.map(\.feature.name).joined(separator: ", ")
        let reason =
            first.verdict == .tooFew
            ? "\(GroupedNumber.text(first.tracks)) tracks have both sound and values of \(reference), and"
                + " \(SoundEstimate.leastTracks) are needed to measure an error"
            : "sound says too little of them"
        console.output.line(StyledText("left missing: \(names): \(reason)"))
    }

    static func heading(_ calibration: ProviderCalibration) -> StyledText {
        let shared = "\(GroupedNumber.text(calibration.tracks)) tracks shared with \(calibration.reference)"
        return StyledText(calibration.provider, .bold) + StyledText(": \(calibration.verdict.rawValue), \(shared)")
    }

    static func table(_ calibration: ProviderCalibration) -> Table {
        var table = Table([
            .init("feature"), .init("tracks", .trailing), .init("KS before", .trailing), .init("after", .trailing),
            .init("error before", .trailing), .init("after", .trailing), .init("correlation", .trailing),
            .init("verdict"),
        ])
        for fit in calibration.fits {
            let numbers = [fit.distanceBefore, fit.distanceAfter, fit.errorBefore, fit.errorAfter, fit.correlation]
            table.append(
                [fit.feature.name, GroupedNumber.text(fit.tracks)] + numbers.map(rounded) + [fit.verdict.rawValue])
        }
        return table
    }

    private static func rounded(_ number: Double) -> String {
        let (whole, rest) = Int((abs(number) * 1_000).rounded()).quotientAndRemainder(dividingBy: 1_000)
        let digits = String(rest)
        let sign = number < 0 && whole + rest > 0 ? "-" : ""
        return "\(sign)\(whole).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }
}
