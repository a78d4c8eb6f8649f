"""Vectors, true neighbours and recall; skipped where numpy is missing."""

from __future__ import annotations

import csv
import gzip
import tempfile
import time
import unittest
from pathlib import Path

try:
    import numpy as np

    from harness import inputs
except ImportError:
    np = None  # type: ignore[assignment]

from harness.context import Context


@unittest.skipIf(np is None, "numpy is not installed")
class InputTests(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name)
        self.context = Context("small", path, path, path, time.monotonic())
        self.random = np.random.default_rng(1)

    def rows(self, count: int, dimension: int) -> np.ndarray:
        return inputs.unit(self.random.standard_normal((count, dimension)))

    def test_exact_scores_are_those_of_sorting_everything(self) -> None:
        base, queries = self.rows(120_000, 4), self.rows(3, 4)
        expected = -np.sort(-(queries @ base.T), axis=1)[:, :7]
        np.testing.assert_allclose(inputs.exact(base, queries, 7), expected, atol=1e-6)

    def test_recall_counts_what_is_as_near_as_the_true_ones(self) -> None:
        base = np.array([[1, 0], [1, 0], [0, 1], [-1, 0]], np.float32)
        queries = np.array([[1, 0]], np.float32)
        truth = inputs.exact(base, queries, 1)
        self.assertEqual(inputs.recall(np.array([[1]]), base, queries, truth), 1)
        self.assertEqual(inputs.recall(np.array([[2]]), base, queries, truth), 0)
        self.assertEqual(inputs.recall(np.array([[-1]]), base, queries, truth), 0)

    def test_recall_may_be_of_the_first_queries_alone(self) -> None:
        base, queries = self.rows(200, 4), self.rows(120, 4)
        truth = inputs.exact(base, queries, 3)
        found = np.argsort(-(queries[:70] @ base.T), axis=1)[:, :3]
        self.assertEqual(inputs.recall(found, base, queries, truth), 1)

    def test_jitter_gives_unit_vectors_once(self) -> None:
        source = self.rows(50, 12)
        made = inputs.jittered(self.context, source, 300, 8)
        self.assertEqual(made.base.shape, (300, 8))
        np.testing.assert_allclose(np.linalg.norm(made.base, axis=1), 1, atol=1e-5)
        before = made.base_file.stat().st_mtime_ns
        self.assertEqual(inputs.jittered(self.context, source, 300, 8).base_file.stat().st_mtime_ns, before)

    def test_queries_of_the_catalog_are_unit_centroids(self) -> None:
        vectors = inputs.catalog(self.context, self.rows(40, 6))
        self.assertEqual(vectors.query.shape, (inputs.QUERIES, 6))
        np.testing.assert_allclose(np.linalg.norm(vectors.query, axis=1), 1, atol=1e-5)

    def test_table_has_its_rows_with_ids_of_their_own(self) -> None:
        with gzip.open(inputs.table(self.context, 200), "rt", encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
        self.assertEqual((len(rows), len({row["track_id"] for row in rows})), (200, 200))
        self.assertTrue(all(len(row["track_id"]) == 22 and 0 <= float(row["energy"]) <= 1 for row in rows))


if __name__ == "__main__":
    unittest.main()
