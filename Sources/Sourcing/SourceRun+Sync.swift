import Catalog
import Foundation
import Ingest
import Providers
import Synchronization

extension SourceRun {
    /// Takes a collection over, unless its version is the one that the catalog has.
    ///
    /// Pages are written some at a time, each time with a checkpoint; the version comes last, so that whatever is cut
    /// short is read on, and what changes while it is read is read again. One that two sources lead to is read by one of
    /// them, and the other one finds it unchanged.
    ///
    /// One that ends before its total, as its pages or its description gave it, however often asked, stops the run, to be
    /// asked again some minutes later for what is missing, unless it has changed meanwhile. Where a later run is told once
    /// more that nothing is there, that is how the list is: the run goes on, says so in its report, and takes from the
    /// playlist what lies behind. No version is kept then, but the place, so that every further run asks again from there.
    mutating func sync(_ collection: RemoteCollection, words: String, in stretch: Stretch = Stretch()) async throws {
        let run = self
        let failure = Mutex<(any Error)?>(nil)
        report = try await observer.holding("collection:\(collection.key)") {
            var run = run
            do { try await run.bring(collection, words: words, stretch) } catch { failure.withLock { $0 = error } }
            // What was written before a failure counts as well.
            return run.report
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    private mutating func bring(_ collection: RemoteCollection, words: String, _ stretch: Stretch) async throws {
        let service = SpotifyAccounts.service
        var state = try await ingest.store.syncs(of: [collection.key], at: service)[collection.key] ?? CollectionSync()
        try refuseEarly(state)
        var version = try await firstVersion(collection, &state)
        guard version.text.isEmpty || version.text != state.version else {
            try await note(collection)
            return countAsItIs(collection)
        }
        let former = state.checkpoint
        for round in 1... {
            let end = try await read(collection, version, &state, former, words, stretch)
            let hadOnePage = state.checkpoint == nil
            let now = hadOnePage ? version : try await asking(collection, &state, collection.version)
            guard now.text == version.text || round >= ingest.options.rounds else {
                version = now
                state.checkpoint = nil
                continue
            }
            if let missing = end.missing {
                throw try await stop(version.text, collection.key, state, missing, gap: end.gap)
            }
            return try await finish(collection, now.text == version.text ? now : nil, end, &state)
        }
    }

    /// Counts a collection of which the catalog has the version: as one that was read where this run's forerunner was
    /// interrupted between that and its last checkpoint.
    private mutating func countAsItIs(_ collection: RemoteCollection) {
        if !report.isReading(collection.part) {
            report.unchanged += report.isDone(collection.part) ? 0 : 1
        } else if collection.playlist != nil {
            report.playlists += 1
        }
        report.finish(collection.part)
    }

    /// A quota that was used up is not tried before its time, in whichever process.
    func refuseEarly(_ state: CollectionSync) throws {
        guard let moment = state.resumeAt, let now = ingest.spotify?.clock.now(), moment > now else { return }
        throw SourceError.postponed(
            until: moment, reason: "Spotify is not to be asked for it before \(moment.formatted(.iso8601))")
    }

    private func firstVersion(
        _ collection: RemoteCollection, _ state: inout CollectionSync
    ) async throws -> RemoteCollection.Version {
        if let known = collection.known { return known }
        return try await asking(collection, &state, collection.version)
    }

    /// Where reading a list has ended.
    struct End {
        /// From which element on the list is to be asked for again on every occasion; nil where it was read as a whole.
        var gap: Int?
        /// Where it ends although the service counts more, told so more than once.
        var told: Int?
        /// Elements that the list must have behind the last page, told so for the first time.
        var missing: Range<Int>?
        /// How long a list with a gap at its end is; nil where its pages tell that themselves.
        var length: Int?
    }

    /// Reads from the checkpoint, or from the start where that is of another version.
    ///
    /// - Parameter former: where the run before has ended, and whether the service had said that the list ends.
    private mutating func read(
        _ collection: RemoteCollection, _ version: RemoteCollection.Version, _ state: inout CollectionSync,
        _ former: CollectionSync.Checkpoint?, _ words: String, _ stretch: Stretch
    ) async throws -> End {
        if state.checkpoint?.version != version.text { state.checkpoint = nil }
        report.begin(collection.part, at: state.checkpoint?.offset)
        var (offset, end) = (state.checkpoint?.offset ?? 0, End(gap: state.checkpoint?.gap))
        // A list that gets shorter while it is read has changed, or the service is in trouble: that is no end.
        var total = version.total ?? 0
        var buffer = PageBuffer()
        var (pages, hasMore) = (0, true)
        while hasMore {
            let page: SpotifyAnswer
            do {
                page = try await self.page(collection, version, offset, max(total, offset), &state)
            } catch {
                try await flush(&buffer, end.gap, collection, version, &state)
                throw error
            }
            buffer.add(page, of: collection.playlist)
            note(page.unfinishedAlbums)
            if !page.unfinishedAlbums.isEmpty || page.refused > 0 { end.gap = end.gap ?? offset }
            let place = page.page
            total = max(total, place?.total ?? 0)
            offset += place?.count ?? 0
            buffer.end = offset
            hasMore = place?.hasMore ?? false
            pages += 1
            if let unlisted = place?.unlisted, unlisted > 0 {
                guard former?.version == version.text, former?.end == offset else {
                    try await flush(&buffer, end.gap, collection, version, &state)
                    end.missing = offset..<offset + unlisted
                    return end
                }
                note(unlisted, of: words, listed: offset)
                (end.gap, end.told) = (end.gap ?? offset, offset)
                // A list that is to end before what it has given already, or to hold nothing at all, is not believed; nor
                // is one that says nothing of its length.
                let isCredible = offset > 0 && place?.total.map { $0 >= offset } == true
                end.length = isCredible ? offset : total
            }
            if let place, !hasMore, place.unlisted == 0, place.isTotalTooLow {
                // Whatever the catalog has behind may be right or not: the next occasion asks again.
                report.note("\(words): Spotify lists \(offset) and says that there are \(place.total ?? 0)")
                end.gap = end.gap ?? place.offset
            }
            observer.progress(place?.total.map { stretch.share(Double(offset) / Double(max($0, 1))) }, words)
            let isDue = pages % ingest.options.pagesPerImport == 0
            if isDue || (!hasMore && pages > 1) { try await flush(&buffer, end.gap, collection, version, &state) }
        }
        // A collection of one page is written without a checkpoint, and needs no second look at its version.
        if !buffer.isEmpty { try await write(buffer, collection, version) }
        return end
    }

    /// Remembers that a list ended before its total, told so for the first time; what to throw then.
    func stop(
        _ version: String, _ key: String, _ state: CollectionSync, _ missing: Range<Int>, gap: Int? = nil
    ) async throws -> ServiceError {
        let moment = try spotify.clock.now().addingTimeInterval(Self.pause)
        let end = missing.lowerBound
        try await ingest.store.save(
            CollectionSync(
                completedAt: state.completedAt,
                checkpoint: .init(version: version, offset: end, end: end, gap: gap), resumeAt: moment),
            of: key, at: SpotifyAccounts.service)
        return ServiceError(
            .nonsense, service: SpotifyAccounts.service, endpoint: key,
            reason: "it ends after \(end) elements and says that there are \(missing.upperBound)", resumeAt: moment)
    }

    /// Seconds until a list that ended before its total is asked again.
    static let pause = 300.0

    private func page(
        _ collection: RemoteCollection, _ version: RemoteCollection.Version, _ offset: Int, _ total: Int,
        _ state: inout CollectionSync
    ) async throws -> SpotifyAnswer {
        try await asking(collection, &state) {
            var page: SpotifyAnswer
            if offset == 0, let first = version.firstPage {
                page = first
            } else {
                page = try await ingest.needed().page(of: collection.list, offset: offset, expecting: total)
            }
            let rest = try await rest(of: page)
            for more in rest.pages { page.append(more) }
            page.unfinishedAlbums = rest.unfinished
            return page
        }
    }

    /// Calls the service; where it asks to come back later, that is remembered for whoever comes next.
    private func asking<Value: Sendable>(
        _ collection: RemoteCollection, _ state: inout CollectionSync, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        do {
            return try await body()
        } catch let error as ServiceError where error.kind == .quotaExceeded || error.kind == .rateLimited {
            state.resumeAt = error.resumeAt
            try await ingest.store.save(state, of: collection.key, at: SpotifyAccounts.service)
            throw error
        }
    }

    /// Writes what was read, with a checkpoint, even where the run is being called off: what is dropped then is asked for
    /// anew each time, and a run that is cut short soon would never get on.
    private mutating func flush(
        _ buffer: inout PageBuffer, _ gap: Int?, _ collection: RemoteCollection, _ version: RemoteCollection.Version,
        _ state: inout CollectionSync
    ) async throws {
        guard !buffer.isEmpty else { return }
        let (run, pages, known) = (self, buffer, state)
        let writing = Task {
            var (run, state) = (run, known)
            try await run.keep(pages, gap, collection, version, &state)
            return (run, state)
        }
        (self, state) = try await withTaskCancellationHandler {
            try await writing.value
        } onCancel: {
            Task {
                try? await Task.sleep(for: Self.grace)
                writing.cancel()
            }
        }
        buffer = PageBuffer()
    }

    /// How long a run that is called off may still write: it may have to wait for another import.
    private static let grace = Duration.seconds(3)

    private mutating func keep(
        _ buffer: PageBuffer, _ gap: Int?, _ collection: RemoteCollection, _ version: RemoteCollection.Version,
        _ state: inout CollectionSync
    ) async throws {
        if state.checkpoint == nil {
            // Noted before anything is there, so that at no moment the beginning of a list is taken for the whole.
            state.checkpoint = .init(version: version.text, offset: 0)
            try await ingest.store.save(state, of: collection.key, at: SpotifyAccounts.service)
        }
        report.proceed(from: state.checkpoint?.offset ?? 0)
        try await write(buffer, collection, version)
        state.checkpoint = .init(version: version.text, offset: buffer.end, gap: gap)
        try await ingest.store.save(state, of: collection.key, at: SpotifyAccounts.service)
    }

    private mutating func write(
        _ buffer: PageBuffer, _ collection: RemoteCollection, _ version: RemoteCollection.Version
    ) async throws {
        for page in buffer.pages { report.add(page) }
        try await write((version.title.map { [$0] } ?? []) + buffer.pages.flatMap(\.records), of: collection.playlist)
        guard let playlist = collection.playlist else { return }
        let removed = try await ingest.store.vacate(buffer.vacant, of: playlist, source: SourceRun.source.name)
        report.counts.removedEntries += removed
        if removed > 0 { try await keepReport() }
    }

    /// How far a list is that was read to its end: by its version, or where it must be read again.
    func ended(_ version: String?, _ end: End) -> CollectionSync {
        let moment = ingest.spotify?.clock.now()
        guard let gap = end.gap else { return CollectionSync(version: version, completedAt: moment) }
        return CollectionSync(
            completedAt: moment, checkpoint: version.map { .init(version: $0, offset: gap, end: end.told) })
    }

    /// What another source's run has taken over of a playlist is this source's as well.
    private func note(_ collection: RemoteCollection) async throws {
        guard let playlist = collection.playlist else { return }
        try await ingest.store.noteEntries(of: playlist, from: report.key)
    }

    /// Writes the version, or none for a collection that never held still or has a gap; of a playlist with a gap at its
    /// end, how long it is.
    private mutating func finish(
        _ collection: RemoteCollection, _ version: RemoteCollection.Version?, _ end: End,
        _ state: inout CollectionSync
    ) async throws {
        if let description = version?.description(length: end.length) {
            try await write([description], of: collection.playlist)
        }
        if collection.playlist != nil { report.playlists += 1 }
        try await note(collection)
        state = ended(version.flatMap { $0.text.isEmpty ? nil : $0.text }, end)
        try await ingest.store.save(state, of: collection.key, at: SpotifyAccounts.service)
        report.finish(collection.part)
        try await keepReport()
    }
}

/// The stretch of a run's progress that one of its parts takes.
struct Stretch: Sendable {
    var start = 0.0
    var length = 1.0

    /// The progress of the run where so much of the part is done.
    func share(_ part: Double) -> Double { start + length * min(max(part, 0), 1) }
}

/// Pages that wait to be written together.
struct PageBuffer: Sendable {
    var pages: [SpotifyAnswer] = []
    var vacant: [Int] = []
    /// How many elements of the list are in the catalog once these are.
    var end = 0

    var isEmpty: Bool { pages.isEmpty }

    mutating func add(_ page: SpotifyAnswer, of playlist: ExternalID?) {
        pages.append(page)
        if let playlist { vacant += page.vacantPositions(of: playlist) }
    }
}
