internal import Postgres
internal import Rules

/// A column of several texts, compared as one text with separators.
///
/// A sub-select over the texts would do as well, but PostgreSQL runs it for each row by itself and then scans the table
/// on one core only. Separators of digits between control characters fold to themselves, and nothing before or after one
/// folds otherwise for it.
struct FoldedTexts {
    private let joined: SQL
    private let separator: String

    init(of column: SQL, separator: String) {
        joined = "fold_text(array_to_string(\(fragment: column), \(separator)))"
        self.separator = separator
    }

    /// Whether there is a text that folds to something.
    var known: SQL { "coalesce(replace(\(fragment: joined), \(separator), '') <> '', false)" }

    /// Whether one of the texts fits.
    func passing(_ match: TextMatch) -> SQL {
        if match.place == .whole {
            return "coalesce(string_to_array(\(fragment: joined), \(separator)) && \(match.texts), false)"
        }
        let any = RuleSQL.joined(match.texts.map { part($0, match.place) }, by: " OR ")
        return "coalesce(\(fragment: any), false)"
    }

    private func part(_ text: String, _ place: TextMatch.Place) -> SQL {
        switch place {
        case .start: "(strpos(\(separator) || \(fragment: joined), \(separator + text)) > 0)"
        case .end: "(strpos(\(fragment: joined) || \(separator), \(text + separator)) > 0)"
        case .inside, .whole: "(strpos(\(fragment: joined), \(text)) > 0)"
        }
    }
}
