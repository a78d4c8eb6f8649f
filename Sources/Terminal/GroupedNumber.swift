/// Large numbers as people read them.
public enum GroupedNumber {
    /// Digits in groups of three, for example `121,815`.
    public static func text(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// A number of things, for example `1 account` and `2 accounts`; for nouns whose plural is regular.
    public static func text(_ number: Int, _ noun: String) -> String {
        text(number) + " " + (number == 1 ? noun : noun + "s")
    }
}
