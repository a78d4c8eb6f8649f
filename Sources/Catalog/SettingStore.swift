public import Foundation

/// A value that counts in place of the environment's, and who said so.
public struct StoredSetting: Sendable, Hashable, Codable {
    /// The setting's name.
    public let name: String
    /// The value as people write it.
    public let value: String
    /// Who set it.
    public let changedBy: String
    /// When.
    public let changedAt: Date

    /// Puts the parts together.
    public init(name: String, value: String, changedBy: String, changedAt: Date) {
        (self.name, self.value, self.changedBy, self.changedAt) = (name, value, changedBy, changedAt)
    }
}

/// An entry of the history of settings, which only ever grows.
public struct SettingChange: Sendable, Hashable, Codable {
    /// Its number; later entries have greater ones.
    public let id: Int64
    /// The setting's name.
    public let name: String
    /// Who changed it.
    public let changedBy: String
    /// When.
    public let changedAt: Date
    /// The value before; nil where the environment's counted.
    public let oldValue: String?
    /// The value after; nil where the environment's counts again.
    public let newValue: String?

    /// Puts the parts together.
    public init(id: Int64, name: String, changedBy: String, changedAt: Date, oldValue: String?, newValue: String?) {
        (self.id, self.name, self.changedBy, self.changedAt) = (id, name, changedBy, changedAt)
        (self.oldValue, self.newValue) = (oldValue, newValue)
    }
}

/// Keeps the values of settings that are changed while Segue runs, with their history.
public protocol SettingStore: Sendable {
    /// All stored values, by name.
    func storedSettings() async throws -> [StoredSetting]
    /// Stores values, or with nil forgets them, all or none; what is as it was makes no entry in the history.
    ///
    /// Every process that listens is told.
    /// - Returns: the entries of what changed, in order of name.
    func changeSettings(_ values: [String: String?], by author: String) async throws -> [SettingChange]
    /// The history, newest first: of one setting or all, before an entry or from the end.
    func settingChanges(of name: String?, before entry: Int64?, limit: Int) async throws -> [SettingChange]
}
