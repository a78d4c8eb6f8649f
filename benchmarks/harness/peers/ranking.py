"""Data and ranking of the peer: plain cosine, or the thousand nearest re-ranked."""

from __future__ import annotations

import gc
import json
import os
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np

PLAIN_DEPTH, DEPTH = 200, 1_000
POPULARITY_MATCH, POPULARITY_FLOOR, SAME_ARTIST, CLOSEST_SEED = 1.0, 0.1, 0.15, 0.3


class Data:
    """What a worker loads at its start."""

    def __init__(self, folder: Path) -> None:
        faiss.omp_set_num_threads(1)
        self.index = faiss.read_index(str(folder / "index.faiss"))
        settings = json.loads((folder / "settings.json").read_text())
        # Mapped, so that workers share it, and a plain array, which costs less to index than a memmap.
        self.vectors = np.asarray(np.load(folder / "vectors.npy", mmap_mode="r"))
        columns = np.load(folder / "columns.npz")
        self.features, self.familiarity = columns["features"], columns["familiarity"]
        self.recordings, self.artists, self.years = columns["recordings"], columns["artists"], columns["years"]
        self.coverages: list[int] = columns["coverages"].tolist()
        self.tracks: list[bytes] = (folder / "tracks.ndjson").read_bytes().splitlines()
        self.ids, self.titles = settings["ids"], settings["titles"]
        self.rows = {identifier: row for row, identifier in enumerate(self.ids)}
        # Lists to look into, by strategy: as few as make the answers as good as Segue's.
        self.probes: dict[str, int] = json.loads((folder / "probes.json").read_text())
        self.index_facts, self.key = settings["index"], bytes.fromhex(settings["key"])
        self.names: list[str] = settings["features"]
        self.padding = slice(settings["content_dimension"], None)
        self.lay_out(settings["blocks"], settings["transform"], settings["columns"])

    def lay_out(self, blocks: list[tuple[str, int, int]], transform: list[float], columns: list[int]) -> None:
        """Matrices that sum elements to blocks, and audio columns to features, of all items at once."""
        self.block_names = list(dict.fromkeys(name for name, _, _ in blocks))
        self.block_sums = np.zeros((self.vectors.shape[1], len(self.block_names)), np.float32)
        for name, start, length in blocks:
            self.block_sums[start : start + length, self.block_names.index(name)] = 1
        start, length = next((start, length) for name, start, length in blocks if name == "audio")
        self.audio = slice(start, start + length)
        project = np.asarray(transform, np.float64).reshape(length, length) if transform else np.eye(length)
        self.project, self.undo = project.astype(np.float32), np.linalg.inv(project).astype(np.float32)
        self.column_sums = np.zeros((length, len(self.names)), np.float32)
        self.column_sums[np.arange(length), columns] = 1

    def coverage(self, row: int) -> list[str]:
        """The blocks that a track has."""
        mask = self.coverages[row]
        return [name for bit, name in enumerate(self.block_names) if mask >> bit & 1]


DATA = Data(Path(os.environ["PEER_DATA"]))
# What is loaded stays: the collector need not look at it again and again.
gc.collect()
gc.freeze()


@dataclass
class Ranked:
    """What is answered: rows, best first, and what their scores are made of."""

    rows: np.ndarray
    scores: np.ndarray
    terms: dict[str, np.ndarray]
    query: np.ndarray
    parts: np.ndarray
    searched: int
    candidates: int
    after_rules: int
    after_duplicates: int


def rank(seeds: list[int], k: int, strategy: str, index: faiss.Index | None = None) -> Ranked:
    """The first k recordings that are new; `index` in place of the own one tells what an exact search would answer."""
    parts = DATA.vectors[seeds]
    parts[:, DATA.padding] = 0
    query = parts.sum(0)
    length = np.linalg.norm(query)
    query, parts = query / length, parts / length
    depth = min(DATA.index.ntotal, max(DEPTH if strategy == "auto" else PLAIN_DEPTH, 4 * k + len(seeds)))
    searcher = index or DATA.index
    if index is None:
        searcher.nprobe = DATA.probes[strategy]
    similarity, found = searcher.search(query[None], depth)
    rows, scores = found[0], similarity[0]
    if rows[-1] < 0:
        rows, scores = rows[rows >= 0], scores[rows >= 0]
    terms: dict[str, np.ndarray] = {}
    if strategy == "auto":
        terms = reranked(rows, seeds)
        scores = scores + sum(terms.values())
        order = np.argsort(-scores)
        rows, scores = rows[order], scores[order]
    recordings, numbers = DATA.recordings[rows].tolist(), rows.tolist()
    known = set(DATA.recordings[seeds].tolist())
    chosen = new_ones(recordings, known, k)
    return Ranked(
        rows[chosen], scores[chosen],
        {name: values[order][chosen] for name, values in terms.items()}, query, parts, len(rows), len(rows),
        len(rows) - len(set(seeds).intersection(numbers)), len(set(recordings) - known))


def reranked(rows: np.ndarray, seeds: list[int]) -> dict[str, np.ndarray]:
    """What the centroid does not see: fame, the seeds' artists, the closest of several seeds."""
    fame = POPULARITY_MATCH * float(DATA.familiarity[seeds].mean()) + POPULARITY_FLOOR
    terms = {"popularity": np.float32(fame) * DATA.familiarity[rows]}
    same = np.zeros(len(rows), np.float32)
    artists = DATA.artists[seeds].tolist()
    theirs = DATA.artists[rows]
    for artist in set(artists) - {-1}:
        same[theirs == artist] = SAME_ARTIST * (artists.count(artist) / len(seeds)) ** 0.5
    terms["same_artist"] = same
    if len(seeds) > 1:
        own = DATA.vectors[seeds]
        own[:, DATA.padding] = 0
        own /= np.linalg.norm(own, axis=1, keepdims=True)
        terms["closest_seed"] = np.float32(CLOSEST_SEED) * (DATA.vectors[rows] @ own.T).max(1)
    return terms


def new_ones(recordings: list[int], known: set[int], k: int) -> list[int]:
    """Places of the first k recordings that are neither a seed's nor there already."""
    seen = set(known)
    chosen: list[int] = []
    for place, recording in enumerate(recordings):
        if recording not in seen:
            seen.add(recording)
            chosen.append(place)
            if len(chosen) == k:
                break
    return chosen
