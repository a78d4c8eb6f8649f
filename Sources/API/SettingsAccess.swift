public import Catalog
public import Configuration

/// The settings of this process, and where those are kept that may be changed while it runs.
public struct SettingsAccess: Sendable {
    let settings: Settings
    let store: any SettingStore

    /// The settings of a process over a store.
    public init(settings: Settings, store: any SettingStore) { (self.settings, self.store) = (settings, store) }

    /// Takes over what is stored at this moment.
    /// - Returns: what is stored, and what is wrong with values that do not count therefore.
    /// - Throws: what the store throws.
    @discardableResult
    public func refresh() async throws -> (stored: [StoredSetting], problems: [String]) {
        let stored = try await store.storedSettings()
        return (stored, settings.runtime.replace(with: stored.map { ($0.name, $0.value) }))
    }
}
