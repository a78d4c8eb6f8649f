import Catalog
import Foundation
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct SettingStoreTests {
    @Test func changesAreStoredWithTheirHistory() async throws {
        try await withTestDatabase { store in
            let first = try await store.changeSettings(["A": "1", "B": "x"], by: "anna")
            #expect(first.map(\.name) == ["A", "B"] && first.allSatisfy { $0.oldValue == nil })
            let second = try await store.changeSettings(["A": "2", "B": "x", "C": nil], by: "ben")
            #expect(second.map(\.name) == ["A"])
            _ = try await store.changeSettings(["B": nil], by: "cleo")
            let stored = try await store.storedSettings()
            #expect(stored.map(\.name) == ["A"] && stored.first?.value == "2" && stored.first?.changedBy == "ben")
            #expect(abs(stored.first?.changedAt.timeIntervalSinceNow ?? 100) < 60)
            let history = try await store.settingChanges(of: nil, before: nil, limit: 10)
            #expect(history.map(\.changedBy) == ["cleo", "ben", "anna", "anna"])
            #expect(history[0].oldValue == "x" && history[0].newValue == nil)
            #expect(history[1].oldValue == "1" && history[1].newValue == "2")
            let ofB = try await store.settingChanges(of: "B", before: history[0].id, limit: 10)
            #expect(ofB.map(\.newValue) == ["x"])
            let two = try await store.settingChanges(of: nil, before: nil, limit: 2)
            #expect(two.count == 2)
        }
    }

    @Test func theHistoryCannotBeRewritten() async throws {
        try await withMigratedDatabase { database in
            _ = try await database.store.changeSettings(["A": "1"], by: "anna")
            let session = try await database.session()
            for statement in ["UPDATE setting_changes SET changed_by = 'ben'", "DELETE FROM setting_changes"] {
                await #expect(throws: PostgresError.self) { try await session.executeScript(statement) }
            }
            let history = try await database.store.settingChanges(of: nil, before: nil, limit: 5)
            #expect(history.map(\.changedBy) == ["anna"])
        }
    }

    @Test func changesAtTheSameTimeNoteOneAfterTheOther() async throws {
        try await withTestDatabase { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask { _ = try await store.changeSettings(["A": "\(number)"], by: "\(number)") }
                }
                try await group.waitForAll()
            }
            let history = try await store.settingChanges(of: "A", before: nil, limit: 10)
            #expect(history.count == 8)
            for (later, earlier) in zip(history, history.dropFirst()) { #expect(later.oldValue == earlier.newValue) }
        }
    }

    @Test func everyListenerHearsOfAChange() async throws {
        try await withMigratedDatabase { database in
            var announcements = database.store.settingAnnouncements().makeAsyncIterator()
            await announcements.next()
            let pool = PostgresPool(database.configuration, limit: 2)
            _ = try await PostgresStore(pool: pool).changeSettings(["A": "1"], by: "anna")
            await announcements.next()
            let stored = try await database.store.storedSettings()
            #expect(stored.map(\.value) == ["1"])
            await pool.closeIdle()
        }
    }
}
