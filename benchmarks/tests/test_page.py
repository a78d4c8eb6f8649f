"""Plots and page from results; skipped where matplotlib is missing."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

try:
    from harness import page, plots
except ImportError:
    page = None  # type: ignore[assignment]

MACHINE = {"processor": "one", "cores": 2, "memory_gib": 1, "system": "Linux", "load_before": 0, "versions": {"a": "1"}}


def point(library: str, recall: float, microseconds: float) -> dict[str, Any]:
    return {"library": library, "k": 10, "effort": 1, "threads": 1, "recall": recall, "microseconds": microseconds,
            "spread": 0.0}


@unittest.skipIf(page is None, "matplotlib is not installed")
class PageTests(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name: str, result: dict[str, Any]) -> str:
        document = {"name": name, "scale": "small", "machine": MACHINE, "result": result}
        (self.folder / f"{name}.json").write_text(json.dumps(document))
        page.write(self.folder)
        return (self.folder / "README.md").read_text()

    def test_a_measurement_that_failed_is_told(self) -> None:
        self.assertIn("Not available: no wrk", self.write("service", {"unavailable": "no wrk"}))

    def test_limits_are_a_table(self) -> None:
        text = self.write("limits", {"bandwidth": [{"threads": 1, "bytes_per_second": 2.5e10}], "http": []})
        self.assertIn("| 1 | 25.0 |", text)

    def test_filters_are_a_plot_and_a_table(self) -> None:
        ways = {"inside": {"microseconds": 20.0, "spread": 0.1, "recall": 0.99, "lists": 3},
                "after": {"microseconds": 60.0, "spread": 0.1, "recall": 0.99, "lists": 3}}
        text = self.write("filters", {
            "count": 100, "dimension": 4, "nlist": 7, "nprobe": 2, "recall_target": 0.99, "k": 10,
            "rows": [{"selectivity": share, "ways": ways, "times_as_fast": {"inside": 3.0}} for share in (0.5, 0.01)]})
        self.assertIn("| 1.00% | bitmap inside the scan | 3 | 20.0 | 10% | 0.9900 | **3.00** |", text)
        self.assertTrue((self.folder / "filters.svg").exists() and (self.folder / "filters.png").exists())

    def test_curves_bear_perfect_and_poor_recall(self) -> None:
        points = [point("segue", recall, 5 + recall) for recall in (0.1, 0.9, 1.0)] + [point("usearch", 0.4, 9.0)]
        self.assertEqual(plots.recall_curves(self.folder, "curve", "title", points, 0.99), "curve.svg")

    def test_the_same_results_draw_the_same_plot(self) -> None:
        drawn = []
        for _ in range(2):
            plots.bars(self.folder, "same", "title", "seconds", {"segue": 1.0, "hnswlib": 2.0})
            drawn.append((self.folder / "same.svg").read_bytes())
        self.assertEqual(drawn[0], drawn[1])


if __name__ == "__main__":
    unittest.main()
