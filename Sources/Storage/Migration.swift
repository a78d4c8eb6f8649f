/// One numbered step of the schema, as embedded in the program.
struct Migration: Sendable, Hashable {
    /// 1, 2, 3, … without holes.
    let version: Int
    /// The file's name without number and suffix.
    let name: String
    /// The statements.
    let script: String

    /// What is stored beside an applied migration to notice that its text changed since: FNV-1a, 64 bits, hexadecimal.
    var checksum: String {
        let hash = script.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// All steps, in order.
    static let all: [Migration] = [
        Migration(version: 1, name: "catalog", bytes: PackageResources.m0001_catalog_sql),
        Migration(version: 2, name: "vectors", bytes: PackageResources.m0002_vectors_sql),
        Migration(version: 3, name: "search", bytes: PackageResources.m0003_search_sql),
        Migration(version: 4, name: "references", bytes: PackageResources.m0004_references_sql),
        Migration(version: 5, name: "first_import", bytes: PackageResources.m0005_first_import_sql),
        Migration(version: 6, name: "plays", bytes: PackageResources.m0006_plays_sql),
        Migration(version: 7, name: "jobs", bytes: PackageResources.m0007_jobs_sql),
        Migration(version: 8, name: "providers", bytes: PackageResources.m0008_providers_sql),
        Migration(version: 9, name: "accounts", bytes: PackageResources.m0009_accounts_sql),
        Migration(version: 10, name: "sources", bytes: PackageResources.m0010_sources_sql),
        Migration(version: 11, name: "sampling", bytes: PackageResources.m0011_sampling_sql),
        Migration(version: 12, name: "rule_sets", bytes: PackageResources.m0012_rule_sets_sql),
        Migration(version: 13, name: "settings", bytes: PackageResources.m0013_settings_sql),
        Migration(version: 14, name: "similar_tracks", bytes: PackageResources.m0014_similar_tracks_sql),
        Migration(version: 15, name: "files", bytes: PackageResources.m0015_files_sql),
        Migration(version: 16, name: "origins", bytes: PackageResources.m0016_origins_sql),
        Migration(version: 17, name: "attribution", bytes: PackageResources.m0017_attribution_sql),
        Migration(version: 18, name: "append_only", bytes: PackageResources.m0018_append_only_sql),
        Migration(version: 19, name: "file_ids", bytes: PackageResources.m0019_file_ids_sql),
        Migration(version: 20, name: "list_ends", bytes: PackageResources.m0020_list_ends_sql),
        Migration(version: 21, name: "artist_origins", bytes: PackageResources.m0021_artist_origins_sql),
        Migration(version: 22, name: "unsettled_files", bytes: PackageResources.m0022_unsettled_files_sql),
        Migration(version: 23, name: "first_names", bytes: PackageResources.m0023_first_names_sql),
        Migration(version: 24, name: "grouped_history", bytes: PackageResources.m0024_grouped_history_sql),
        Migration(version: 25, name: "first_keys", bytes: PackageResources.m0025_first_keys_sql),
    ]
}

extension Migration {
    private init(version: Int, name: String, bytes: [UInt8]) {
        self.init(version: version, name: name, script: String(decoding: bytes, as: UTF8.self))
    }
}
