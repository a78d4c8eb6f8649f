"""Vectors to search: the catalog's own, and larger sets made from them by jitter; a table to import."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .context import Context

QUERIES = 1_000


@dataclass(frozen=True)
class Vectors:
    """Unit vectors and queries, as files of little-endian float32, row-major."""

    name: str
    dimension: int
    count: int
    base_file: Path
    query_file: Path

    @property
    def base(self) -> np.ndarray:
        """count x dimension, mapped."""
        return np.memmap(self.base_file, np.float32, "r", shape=(self.count, self.dimension))

    @property
    def query(self) -> np.ndarray:
        """QUERIES x dimension."""
        return np.fromfile(self.query_file, np.float32).reshape(QUERIES, self.dimension)


def unit(rows: np.ndarray) -> np.ndarray:
    """Rows at unit length."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.maximum(lengths, 1e-12)).astype(np.float32)


def jittered(context: Context, source: np.ndarray, count: int, dimension: int) -> Vectors:
    """`count` vectors of `dimension` elements: rows of `source` rotated into the dimension, plus noise.

    Noise of 0.35 times the length keeps the clusters of real music, so that lists are as uneven as in life.
    """
    folder = context.folder("inputs")
    name = f"{count}x{dimension}"
    stem = f"jitter-{len(source)}x{source.shape[1]}-{name}"
    vectors = Vectors(name, dimension, count, folder / f"{stem}.f32", folder / f"{stem}.queries.f32")
    if vectors.base_file.exists() and vectors.query_file.exists():
        return vectors
    random = np.random.default_rng(7)
    rotation = np.linalg.qr(random.standard_normal((max(source.shape[1], dimension),) * 2))[0]
    rotation = rotation[: source.shape[1], :dimension].astype(np.float32)

    def draw(size: int) -> np.ndarray:
        rows = source[random.integers(0, len(source), size)] @ rotation
        noise = random.standard_normal((size, dimension)).astype(np.float32) * (0.35 / np.sqrt(dimension))
        return unit(unit(rows) + noise)

    temporary = vectors.base_file.with_suffix(".new")
    with temporary.open("wb") as file:
        for start in range(0, count, 100_000):
            draw(min(100_000, count - start)).tofile(file)
    draw(QUERIES).tofile(vectors.query_file)
    temporary.rename(vectors.base_file)
    return vectors


def catalog(context: Context, rows: np.ndarray) -> Vectors:
    """The catalog's own vectors, and queries that are centroids of one to five of them."""
    folder = context.folder("inputs")
    random = np.random.default_rng(11)
    queries = np.stack([rows[random.integers(0, len(rows), 1 + turn % 5)].mean(0) for turn in range(QUERIES)])
    stem = f"catalog-{len(rows)}x{rows.shape[1]}"
    vectors = Vectors(
        "catalog", rows.shape[1], len(rows), folder / f"{stem}.f32", folder / f"{stem}.queries.f32")
    rows.astype(np.float32).tofile(vectors.base_file)
    unit(queries).tofile(vectors.query_file)
    return vectors


def exact(base: np.ndarray, queries: np.ndarray, k: int) -> np.ndarray:
    """queries x k: the scores of the true neighbours by inner product, best first, by comparing everything in blocks."""
    best = np.zeros((len(queries), 0), np.float32)
    for start in range(0, len(base), 50_000):
        scores = np.hstack([best, queries @ np.ascontiguousarray(base[start : start + 50_000]).T])
        best = -np.partition(-scores, min(k, scores.shape[1]) - 1, axis=1)[:, :k]
    return -np.sort(-best, axis=1)


# Less than this is rounding; recordings that are twice in a catalog tie exactly.
TIE = 2e-6


def recall(found: np.ndarray, base: np.ndarray, queries: np.ndarray, truth: np.ndarray) -> float:
    """Share of what was found that is as near as the true k neighbours are; ties count, as neither of two is nearer.

    `found` holds queries x k ids (-1 where there was none), `truth` the true scores, queries x k.
    """
    hits = 0
    for start in range(0, len(found), 50):
        ids = found[start : start + 50]
        scores = np.einsum("qd,qkd->qk", queries[start : start + len(ids)], base[np.maximum(ids, 0)])
        hits += int(((scores >= truth[start : start + len(ids), -1:] - TIE) & (ids >= 0)).sum())
    return hits / found.size


WORDS = "amber blue cedar dawn echo fern gold harbor iris jade kite lark moon north opal pine quiet rain slow tide".split()


def table(context: Context, rows: int) -> Path:
    """A table of invented tracks in the form of the public ones, for import; made once."""
    file = context.folder("inputs") / f"table-{rows}.csv.gz"
    if file.exists():
        return file
    random = np.random.default_rng(23)
    shares = random.random((rows, 7)).round(3)
    numbers = np.stack([
        random.integers(0, 12, rows), random.integers(0, 2, rows), random.integers(1950, 2026, rows),
        random.integers(60_000, 420_000, rows), random.integers(0, rows // 8 + 1, rows), random.integers(0, 400, rows),
    ], axis=1)
    temporary = file.with_suffix(".new")
    with gzip.open(temporary, "wt", encoding="utf-8", newline="", compresslevel=1) as text:
        writer = csv.writer(text)
        writer.writerow(
            "track_id name artist album release_date danceability energy key loudness mode speechiness acousticness "
            "instrumentalness liveness valence tempo duration_ms time_signature".split())
        for row in range(rows):
            a, b, c, d, e, f, g = shares[row].tolist()
            key, mode, year, duration, artist, word = numbers[row].tolist()
            name = f"{WORDS[word % 20].title()} {WORDS[word // 20]} {row}"
            writer.writerow([
                f"B{row:021d}", name, f"{WORDS[artist % 20].title()} {artist}", f"{WORDS[word // 20].title()} {artist}",
                year, a, b, key, round(-60 * c * c, 3), mode, d, e, f, g, c, round(60 + 140 * a, 3), duration, 4])
    temporary.rename(file)
    return file
