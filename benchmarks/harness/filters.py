"""Filtered search: a bitmap inside the scan beside searching wide and filtering afterwards."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from . import inputs, machine
from .catalog import Catalog
from .context import Context
from .inputs import Vectors
from .measure import in_turn, median, spread, times_as_fast
from .worker import Worker, answers

SHARES = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001)
K, TARGET = 10, 0.99
# Beyond so many, comparing each admitted track is hopeless.
DIRECT = 20_000


def measure(context: Context) -> dict[str, Any]:
    """Filters from half of the tracks to one in ten thousand, every way at the same recall."""
    rows = Catalog.filled(context).vectors()[1]
    vectors = inputs.jittered(context, rows, 1_000_000 if context.is_full else 100_000, 64)
    nlist = round(4 * math.sqrt(vectors.count))
    with Worker.of("segue", context, machine.cores()) as worker:
        worker.ask(do="build", base=vectors.base_file, count=vectors.count, dimension=vectors.dimension,
                   threads=machine.cores(), nlist=nlist)
        nprobe, recall = enough_probes(context, worker, vectors)
        bench = FilterBench(context, worker, vectors, nlist, nprobe)
        found = [bench.at(share) for share in (SHARES if context.is_full else (*SHARES[::3], SHARES[-1]))]
    return {
        "count": vectors.count, "dimension": vectors.dimension, "nlist": nlist, "nprobe": nprobe,
        "recall_unfiltered": recall, "recall_target": TARGET, "k": K, "threads": 1, "rows": found,
    }


def enough_probes(context: Context, worker: Worker, vectors: Vectors) -> tuple[int, float]:
    """The least power of two lists that finds 99 of 100 neighbours without a filter, as a build tunes it."""
    out = answers(context, "unfiltered.i64")
    truth = inputs.exact(vectors.base, vectors.query[:200], K)
    for nprobe in (1, 2, 4, 8, 16, 32, 64, 128, 256):
        worker.ask(do="search", queries=vectors.query_file, count=200, k=K, effort=nprobe, out=out)
        recall = inputs.recall(np.fromfile(out, np.int64).reshape(200, K), vectors.base, vectors.query, truth)
        if recall >= TARGET:
            break
    return nprobe, recall


class FilterBench:
    """Several ways to keep a filter, over one index."""

    def __init__(self, context: Context, worker: Worker, vectors: Vectors, nlist: int, nprobe: int) -> None:
        self.context, self.worker, self.vectors, self.nlist, self.nprobe = context, worker, vectors, nlist, nprobe
        self.file, self.out = answers(context, "admitted.i64"), answers(context, "filtered.i64")

    def at(self, share: float) -> dict[str, Any]:
        """Every way at one selectivity, in turn, each with the fewest lists that reach the recall."""
        self.context.say(f"a filter that admits {share:.2%}")
        random = np.random.default_rng(5)
        admitted = np.sort(random.choice(self.vectors.count, round(self.vectors.count * share), replace=False))
        admitted.astype(np.int64).tofile(self.file)
        # Searching wide takes as much longer as there is less to find.
        queries = self.vectors.query[: 200 if share > 0.005 else 30]
        truth = inputs.exact(self.vectors.base[admitted], queries, K)
        least = self.least_lists(queries, truth)
        # Both look into the same lists, and so find the same.
        lists = {"inside": least, "after": least, "service": self.nprobe}
        if len(admitted) <= DIRECT:
            lists["direct"] = 0
        rounds = 5 if self.context.is_full else 3
        turns = in_turn({way: (lambda way=way: self.run(way, queries, lists[way])) for way in lists}, rounds)
        seconds = {way: [turn[0] for turn in turns[way]] for way in lists}
        return {
            "selectivity": share, "admitted": len(admitted), "rounds": rounds, "queries": len(queries),
            "times_as_fast": {way: times_as_fast(seconds[way], seconds["after"]) for way in ("inside", "service")},
            "ways": {
                way: {"microseconds": median(seconds[way]) * 1e6, "spread": spread(seconds[way]), "lists": lists[way],
                      "recall": self.recall(turns[way][0][1], queries, truth)}
                for way in lists
            },
        }

    def run(self, way: str, queries: np.ndarray, lists: int) -> tuple[float, np.ndarray]:
        """Seconds a query, and what was found."""
        answer = self.worker.ask(
            do="filtered", queries=self.vectors.query_file, count=len(queries), k=K, effort=lists, way=way,
            admitted=self.file, out=self.out)
        return answer["seconds"] / len(queries), np.fromfile(self.out, np.int64).reshape(len(queries), K)

    def recall(self, found: np.ndarray, queries: np.ndarray, truth: np.ndarray) -> float:
        """Share of the true neighbours."""
        return inputs.recall(found, self.vectors.base, queries, truth)

    def least_lists(self, queries: np.ndarray, truth: np.ndarray) -> int:
        """The fewest lists that reach the recall, to within a quarter."""
        lists = 1
        while lists < self.nlist and self.recall(self.run("inside", queries, lists)[1], queries, truth) < TARGET:
            lists = min(self.nlist, max(lists + 1, lists * 5 // 4))
        return lists
