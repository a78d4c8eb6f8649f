extension IDBitmap {
    /// Keeps the members that are in the other bitmap too.
    public mutating func formIntersection(_ other: IDBitmap) {
        combine(with: other) { $0 & $1 }
    }

    /// Removes the members of the other bitmap.
    public mutating func subtract(_ other: IDBitmap) {
        combine(with: other) { $0 & ~$1 }
    }

    /// The members of either bitmap, covering both ranges and what lies between.
    ///
    /// - Precondition: The joint range is not so long that its bits cannot be held in memory.
    public func union(_ other: IDBitmap) -> IDBitmap {
        if words.isEmpty { return other }
        if other.words.isEmpty { return self }
        var result = IDBitmap(covering: min(base, other.base)..<max(end, other.end))
        result.combine(with: self) { $0 | $1 }
        result.combine(with: other) { $0 | $1 }
        return result
    }

    private var end: Int64 {
        base + Int64(words.count) * 64
    }

    /// Combines word by word; words that the other bitmap does not cover count as zero.
    private mutating func combine(with other: IDBitmap, _ operation: (UInt64, UInt64) -> UInt64) {
        let shift = Int((other.base - base) / 64)
        replaceWords { index, word in
            let index = index - shift
            return operation(word, other.words.indices.contains(index) ? other.words[index] : 0)
        }
    }
}
