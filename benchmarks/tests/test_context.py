"""Time that is left, folders, reasons."""

from __future__ import annotations

import tempfile
import time
import unittest
from pathlib import Path

from harness.context import Context, reason
from harness.machine import cpu_seconds, describe, descendants, proportional, status


class ContextTests(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def context(self, scale: str, ago: float = 0) -> Context:
        path = Path(self.folder.name)
        return Context(scale, path, path, path, time.monotonic() - ago)

    def test_time_runs_out_by_the_scale(self) -> None:
        self.assertAlmostEqual(self.context("small", 100).seconds_left, 200, delta=5)
        self.assertAlmostEqual(self.context("full", 100).seconds_left, 3_500, delta=5)

    def test_folders_are_made_where_they_are_asked_for(self) -> None:
        self.assertTrue(self.context("small").folder("inputs").is_dir())

    def test_reasons_are_one_short_line(self) -> None:
        self.assertEqual(reason(ValueError("a\n  b")), "ValueError: a b")
        self.assertEqual(reason(KeyboardInterrupt()), "KeyboardInterrupt")
        self.assertLess(len(reason(ValueError("x" * 5_000))), 400)


class MachineTests(unittest.TestCase):
    def test_a_process_that_is_gone_has_nothing(self) -> None:
        gone = 1 << 22
        self.assertEqual((status(gone, "VmRSS"), cpu_seconds(gone), proportional(gone)), (0, 0, 0))
        self.assertEqual(descendants(gone), [gone])

    def test_description_names_versions_even_of_what_is_missing(self) -> None:
        described = describe(Path(__file__).parent)
        self.assertIn("hnswlib", described["versions"])  # type: ignore[arg-type]
        self.assertGreater(described["cores"], 0)  # type: ignore[operator]


if __name__ == "__main__":
    unittest.main()
