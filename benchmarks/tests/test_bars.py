"""Bars: which figures are held against what, and which way is better."""

from __future__ import annotations

import unittest

from harness import bars
from harness.bars import Bar


def duel(rival: str, basis: str, ratio: float | None, k: int = 10, threads: int = 1) -> dict[str, object]:
    return {"rival": rival, "basis": basis, "ratio": ratio, "k": k, "threads": threads}


class BarTests(unittest.TestCase):
    def test_more_is_better_unless_said_otherwise(self) -> None:
        self.assertEqual(Bar("speed", 2.6, 1.3, 2).score, 2)
        self.assertEqual(Bar("memory", 0.8, 1.6, 1.25, lower=True).score, 2)

    def test_verdicts(self) -> None:
        self.assertEqual([Bar("speed", value, 1.3, 2).verdict for value in (1.2, 1.5, 2.1)],
                         ["below the bar", "reached", "beyond the aim"])
        self.assertEqual(Bar("p99", 0.15, 0.2, 0.1, lower=True).verdict, "reached")
        self.assertEqual([Bar("share", value, None, 0.6).verdict for value in (0.5, 0.7)],
                         ["below the aim", "beyond the aim"])

    def test_large_figures_are_written_in_full(self) -> None:
        self.assertEqual(Bar("import", 20_064.4, 50_000, 150_000, "rows a second").text, "20,064 rows a second")
        self.assertEqual(Bar("speed", 1.2345, 1, 2).text, "1.23 times as fast")

    def test_a_set_counts_once_and_the_catalog_not_at_all(self) -> None:
        found = {
            "count": 1_000_000, "dimension": 64, "scan": {"code_bytes_per_second": 21e9},
            "duels": [duel("faiss-ivf", "same nlist and nprobe", 2.0), duel("hnswlib", "same recall", None),
                      duel("usearch", "same recall", 3.0), duel("hnswlib", "same recall", 4.0, k=1_000)],
            "builds": {"segue": {"seconds": 2.0, "serving_over_raw": 1.3}, "faiss-ivf": {"seconds": 6.0}},
        }
        sets = [{"vectors": name, **found} for name in ("1000000x64", "catalog", "1000000x64")]
        result = bars.of({"search": {"bandwidth": [{"bytes_per_second": 30e9}], "sets": sets}})
        self.assertEqual([(bar.value, bar.asked) for bar in result],
                         [(2.0, 1.3), (4.0, 2), (21 / 30, None), (3.0, 1), (1.3, 1.6)])

    def test_the_service_is_judged_at_sixteen_connections_and_one_seed(self) -> None:
        def row(connections: int, seeds: int) -> dict[str, object]:
            return {"strategy": "cosine", "connections": connections, "seeds": seeds,
                    "ratios": {"fastapi-2": {"throughput": 5.0, "p99": 0.25}}}

        result = bars.of({"service": {"rows": [row(1, 1), row(16, 1), row(16, 5)]}})
        self.assertEqual([bar.verdict for bar in result], ["reached", "below the bar"])

    def test_what_is_not_available_has_no_bar(self) -> None:
        self.assertEqual(bars.of({"search": {"unavailable": "no network"}}), [])
        life = {"imports": [{"unavailable": "x"}], "rebuilds": [], "under_load": [{"pause_ms": 0, "ratio": 1.5}]}
        self.assertEqual([bar.value for bar in bars.of({"life": life})], [1.5])


if __name__ == "__main__":
    unittest.main()
