"""Turns, medians and ratios."""

from __future__ import annotations

import unittest

from harness.measure import in_turn, median, spread, times_as_fast


class MeasureTests(unittest.TestCase):
    def test_everyone_has_a_turn_in_every_round_and_nobody_is_always_first(self) -> None:
        order: list[str] = []
        parts = {name: (lambda name=name: order.append(name)) for name in "abc"}
        in_turn(parts, 3)
        self.assertEqual(order, list("abc" "bca" "cab"))

    def test_results_stay_in_order_of_rounds(self) -> None:
        numbers = iter(range(6))
        results = in_turn({"a": lambda: next(numbers), "b": lambda: next(numbers)}, 3)
        self.assertEqual(results, {"a": [0, 3, 4], "b": [1, 2, 5]})

    def test_nobody_to_measure_is_no_error(self) -> None:
        self.assertEqual(in_turn({}, 3), {})

    def test_ratio_is_of_the_rounds_not_of_the_medians(self) -> None:
        self.assertEqual(times_as_fast([1, 2, 10], [2, 4, 10]), 2)

    def test_spread_is_half_the_range_by_the_median(self) -> None:
        self.assertEqual(median([3.0, 1.0, 2.0]), 2)
        self.assertEqual(spread([3.0, 1.0, 2.0]), 0.5)
        self.assertEqual(spread([0.0, 0.0]), 0)


if __name__ == "__main__":
    unittest.main()
