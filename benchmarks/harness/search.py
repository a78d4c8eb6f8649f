"""Single-query search: recall against latency, build time, memory; depth 1,000; batches."""

from __future__ import annotations

import json
import math
import subprocess
import traceback
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np

from . import inputs, machine
from .catalog import Catalog
from .context import Context, reason
from .inputs import QUERIES, Vectors
from .measure import in_turn, median, spread, times_as_fast
from .worker import Worker, answers

ALL = ("segue", "faiss-ivf", "hnswlib", "faiss-hnsw", "voyager", "usearch", "pgvector")
INVERTED = ("segue", "faiss-ivf", "pgvector")
DEEP = ("segue", "faiss-ivf", "hnswlib", "faiss-hnsw")
EFFORTS = {
    "inverted": (1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512),
    "graph": (10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768),
    "deep graph": (1_000, 1_250, 1_500, 2_000, 3_000),
}
NEAR, FAR = (10, 0.99), (1_000, 0.95)
# A turn lasts at least this long, so that the clock and a passing disturbance weigh little.
TURN_SECONDS = {"small": 0.1, "full": 0.25}
# More than this for all queries once, and a library is not asked for more effort.
STRAGGLER_SECONDS = {"small": 0.5, "full": 5}
# What is kept free for measuring after a build.
MEASURING_SECONDS = {"small": 20, "full": 90}
GRAPH = {"m": 16, "ef_construction": 200}


@dataclass(frozen=True)
class Point:
    """A library at one effort: nprobe of an inverted file, ef of a graph."""

    library: str
    k: int
    effort: int
    threads: int
    recall: float
    microseconds: float
    spread: float


@dataclass(frozen=True)
class Job:
    """What is searched for: how many neighbours, of how many queries, how good they must be, on how many threads."""

    k: int
    target: float
    queries: int
    threads: int = 1


def measure(context: Context) -> dict[str, Any]:
    """Search over the catalog's vectors and over sets made from them."""
    rows = Catalog.filled(context).vectors()[1]
    if context.is_full:
        # What the bars are about comes first, so that a slow machine loses what matters least.
        plans = [
            (inputs.jittered(context, rows, 1_000_000, 64), ALL[:4]),
            (inputs.jittered(context, rows, 1_000_000, 128), ALL[:4]),
            (inputs.catalog(context, rows), ALL),
            (inputs.jittered(context, rows, 1_000_000, 64), ("segue", "voyager", "usearch")),
        ]
    else:
        plans = [(inputs.jittered(context, rows, 100_000, 64), ALL[:3]),
                 (inputs.catalog(context, rows[:20_000]), ALL)]
    bandwidth = [read_bandwidth(context, threads) for threads in sorted({1, machine.cores()})]
    sets, unavailable = [], {}
    for vectors, names in plans:
        try:
            sets.append(over(context, vectors, names))
        except Exception as error:  # A set of its own must not cost the others.
            traceback.print_exc()
            unavailable[vectors.name] = reason(error)
    return {"bandwidth": bandwidth, "sets": sets, "unavailable": unavailable}


def read_bandwidth(context: Context, threads: int) -> dict[str, float]:
    """Bytes a second that a plain sum over a large array reads, on so many cores."""
    done = subprocess.run(
        [context.segue_bench, "bandwidth", "--threads", str(threads)], check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def over(context: Context, vectors: Vectors, names: tuple[str, ...]) -> dict[str, Any]:
    """Curves and duels over one set."""
    bench = SearchBench(context, vectors)
    try:
        bench.build(names)
        found = {
            "vectors": vectors.name, "count": vectors.count, "dimension": vectors.dimension, "nlist": bench.nlist,
            "queries": QUERIES, **bench.results(),
        }
    finally:
        bench.close()
    return {**found, "builds": bench.builds, "unavailable": bench.unavailable}


class SearchBench:
    """Several libraries over one set of vectors."""

    # Sizes and seconds of all graphs that this run has built.
    graphs: ClassVar[list[tuple[float, float]]] = []

    def __init__(self, context: Context, vectors: Vectors) -> None:
        self.context, self.vectors = context, vectors
        self.nlist = max(1, round(4 * math.sqrt(vectors.count)))
        self.workers: dict[str, Worker] = {}
        self.builds: dict[str, dict[str, Any]] = {}
        self.unavailable: dict[str, str] = {}
        self.queries = vectors.query
        self.truth = self.true_scores()

    def true_scores(self) -> np.ndarray:
        """QUERIES x 1,000, kept for the next run."""
        file = self.vectors.base_file.with_suffix(".scores.npy")
        if not file.exists() or file.stat().st_mtime < self.vectors.base_file.stat().st_mtime:
            self.context.say(f"{self.vectors.name}: exact search")
            np.save(file, inputs.exact(self.vectors.base, self.vectors.query, FAR[0]))
        return np.load(file)

    def build(self, names: tuple[str, ...]) -> None:
        """Builds everything, one after the other, on all cores."""
        for name in names:
            expected = 0 if name in INVERTED else self.expected_seconds()
            if 1.2 * expected + MEASURING_SECONDS[self.context.scale] > self.context.seconds_left:
                self.unavailable[name] = (
                    f"left out: a build of about {expected:.0f} s does not fit into the time of this scale")
                continue
            self.context.say(f"{self.vectors.name}: {name} builds")
            worker = Worker.of(name, self.context, machine.cores())
            try:
                self.builds[name] = self.built(name, worker)
                self.workers[name] = worker
            except Exception as error:
                self.unavailable[name] = reason(error)
                self.context.say(f"{name} is not available: {reason(error)}")
                worker.close()

    def expected_seconds(self) -> float:
        """What a graph takes to build, from those built before: work grows with n log n, and with the dimension."""
        size = self.graph_size()
        return max((seconds * size / other for other, seconds in self.graphs), default=0.0)

    def graph_size(self) -> float:
        """The work of building a graph, in arbitrary units."""
        return self.vectors.count * math.log(self.vectors.count) * (30 + self.vectors.dimension)

    def built(self, name: str, worker: Worker) -> dict[str, Any]:
        """One library's build, and for ours what serving it from its file takes."""
        vectors = self.vectors
        file = answers(self.context, "index.faiss")
        answer = worker.ask(
            do="build", base=vectors.base_file, count=vectors.count, dimension=vectors.dimension,
            threads=machine.cores(), nlist=self.nlist, folder=str(self.context.work / "pgvector"),
            **({"file": file} if name == "segue" else {}), **GRAPH)
        if name not in INVERTED:
            self.graphs.append((self.graph_size(), answer["seconds"]))
        raw = vectors.count * vectors.dimension * 4
        result = {
            "seconds": answer["seconds"], "threads": machine.cores(), "memory": answer["memory"],
            "bytes_per_vector": answer["memory"] / vectors.count, "memory_over_raw": answer["memory"] / raw,
            "peak_resident": worker.peak,
        }
        if name == "segue":
            with Worker.of(name, self.context, 1) as server:
                opened = server.ask(do="open", file=file)
                server.ask(do="search", queries=vectors.query_file, count=QUERIES, k=10, effort=self.nlist // 8)
                result |= {
                    "open_seconds": opened["seconds"], "serving_memory": machine.status(server.process.pid, "VmRSS"),
                    "serving_over_raw": machine.status(server.process.pid, "VmRSS") / raw,
                }
            file.unlink()
        return result

    def results(self) -> dict[str, Any]:
        """Recall against latency, then us beside each peer at the same recall."""
        near, far = Job(*NEAR, QUERIES), Job(*FAR, 400 if self.context.is_full else 100)
        self.context.say(f"{self.vectors.name}: recall@10 against latency")
        curve = self.curve(near)
        duels = self.duels(near, curve) + self.duels(Job(*NEAR, QUERIES, machine.cores()), curve)
        deep: list[Point] = []
        if any(name in self.workers for name in DEEP[1:]):
            self.context.say(f"{self.vectors.name}: depth 1,000")
            deep = self.curve(far, DEEP)
            duels += self.duels(far, deep)
        return {
            "curve": [asdict(point) for point in curve], "deep": [asdict(point) for point in deep], "duels": duels,
            "scan": self.scan(),
        }

    def run(self, name: str, job: Job, effort: int) -> tuple[float, np.ndarray, float]:
        """Seconds for the queries, what was found, and how many vectors a query was compared with, where known."""
        out = answers(self.context, f"{name}.i64")
        count = min(job.queries, 100 if self.context.is_full else 40) if name == "pgvector" else job.queries
        answer = self.workers[name].ask(
            do="search", queries=self.vectors.query_file, count=count, dimension=self.vectors.dimension, k=job.k,
            effort=effort, threads=job.threads, out=out)
        found = np.fromfile(out, np.int64).reshape(count, job.k)
        return answer["seconds"] / count, found, answer.get("compared", 0.0)

    def turn(self, name: str, job: Job, effort: int, about: float) -> float:
        """Seconds a query, over as many passes as make a turn long enough."""
        passes = max(1, math.ceil(TURN_SECONDS[self.context.scale] / max(about * job.queries, 1e-6)))
        return sum(self.run(name, job, effort)[0] for _ in range(passes)) / passes

    def point(self, name: str, job: Job, effort: int, rounds: list[tuple[float, np.ndarray, float]]) -> Point:
        """What turns at one effort say."""
        found = rounds[0][1]
        latencies = [seconds * 1e6 for seconds, _, _ in rounds]
        recall = inputs.recall(found, self.vectors.base, self.queries, self.truth[: len(found), : job.k])
        return Point(name, job.k, effort, job.threads, recall, median(latencies), spread(latencies))

    def curve(self, job: Job, names: tuple[str, ...] = ALL) -> list[Point]:
        """Recall and latency of every library over its efforts, everyone in turn at each step."""
        points: list[Point] = []
        finished: set[str] = set()
        for step in range(max(map(len, EFFORTS.values()))):
            efforts = {
                name: self.efforts(name, job)[step] for name in self.workers
                if name in names and name not in finished and step < len(self.efforts(name, job))
            }
            parts = {name: (lambda name=name: self.tried(name, job, efforts[name])) for name in efforts}
            for name, rounds in in_turn(parts, 3 if self.context.is_full else 1).items():
                if name in self.unavailable:
                    continue
                points.append(self.point(name, job, efforts[name], rounds))
                # Beyond this more effort tells nothing; and nobody waits for a straggler.
                if points[-1].recall > 0.9995 or rounds[0][0] * job.queries > STRAGGLER_SECONDS[self.context.scale]:
                    finished.add(name)
        return points

    def tried(self, name: str, job: Job, effort: int) -> tuple[float, np.ndarray, float]:
        """A run, or the end of a library that cannot do it."""
        try:
            return self.run(name, job, effort)
        except Exception as error:
            self.unavailable.setdefault(name, reason(error))
            if name in self.workers:
                self.workers.pop(name).close()
            return 0.0, np.zeros((0, job.k), np.int64), 0.0

    def efforts(self, name: str, job: Job) -> tuple[int, ...]:
        """The efforts that make sense for a library."""
        if name in INVERTED:
            return tuple(effort for effort in EFFORTS["inverted"] if effort <= self.nlist)
        return EFFORTS["deep graph"] if job.k >= 1_000 else EFFORTS["graph"]

    def duels(self, job: Job, points: list[Point]) -> list[dict[str, Any]]:
        """Us beside every peer that is there, at the recall asked for."""
        rivals = [name for name in self.workers if name not in ("segue", "pgvector") and (job.k < 1_000 or name in DEEP)]
        if "segue" not in self.workers:
            return []
        if job.threads > 1:
            rivals = [name for name in rivals if name in DEEP]
        found = [self.same_effort(job, points)] if "faiss-ivf" in rivals else []
        for rival in rivals:
            try:
                found.append(self.duel(rival, job, points))
            except Exception as error:
                self.unavailable[rival] = reason(error)
        return found

    def least(self, name: str, job: Job, points: list[Point]) -> Point | None:
        """The least effort of a library that reaches the recall, to within a fiftieth."""
        reached = sorted((p for p in points if p.library == name and p.recall >= job.target), key=lambda p: p.effort)
        if not reached:
            return None
        best, below = reached[0], [p.effort for p in points if p.library == name and p.effort < reached[0].effort]
        low, high = max(below, default=best.effort), best.effort
        single = Job(job.k, job.target, job.queries)
        while high - low > max(1, low // 50):
            middle = (low + high) // 2
            tried = self.point(name, single, middle, [self.run(name, single, middle)])
            if tried.recall >= job.target:
                high, best = middle, tried
            else:
                low = middle
        return best

    def duel(self, rival: str, job: Job, points: list[Point]) -> dict[str, Any]:
        """Each at its least effort that reaches the recall."""
        ours, theirs = self.least("segue", job, points), self.least(rival, job, points)
        return self.compared("same recall", rival, job, ours, theirs)

    def same_effort(self, job: Job, points: list[Point]) -> dict[str, Any]:
        """Us and faiss-cpu at the same nlist and nprobe: faiss's least nprobe that reaches the recall."""
        theirs = self.least("faiss-ivf", job, points)
        ours = theirs and self.point("segue", job, theirs.effort, [self.run("segue", job, theirs.effort)])
        return self.compared("same nlist and nprobe", "faiss-ivf", job, ours, theirs)

    def compared(
        self, basis: str, rival: str, job: Job, ours: Point | None, theirs: Point | None
    ) -> dict[str, Any]:
        """A ratio with what it rests on."""
        head = {"basis": basis, "rival": rival, "k": job.k, "recall_target": job.target, "threads": job.threads}
        if ours is None or theirs is None:
            return {**head, "ratio": None}
        turns = in_turn({
            "segue": lambda: self.turn("segue", job, ours.effort, ours.microseconds / 1e6),
            rival: lambda: self.turn(rival, job, theirs.effort, theirs.microseconds / 1e6),
        }, self.context.rounds)
        sides = {
            side: {"effort": point.effort, "recall": point.recall, "microseconds": median(turns[name]) * 1e6,
                   "spread": spread(turns[name])}
            for side, name, point in (("segue", "segue", ours), ("peer", rival, theirs))
        }
        return {**head, "ratio": times_as_fast(turns["segue"], turns[rival]), **sides, "rounds": self.context.rounds}

    def scan(self) -> dict[str, Any] | None:
        """What scanning lists costs beside finding them: two numbers of lists, and the difference."""
        if "segue" not in self.workers:
            return None
        job = Job(10, 0, QUERIES)
        efforts = [max(1, self.nlist // 64), max(2, self.nlist // 8)]
        turns = in_turn({
            str(effort): (lambda effort=effort: self.run("segue", job, effort)) for effort in efforts
        }, self.context.rounds)
        (short, few), (long, many) = (
            (median([seconds for seconds, _, _ in turns[str(effort)]]), turns[str(effort)][0][2]) for effort in efforts)
        vectors, seconds = many - few, long - short
        return {
            "probes": efforts, "vectors": vectors, "nanoseconds_per_vector": seconds / vectors * 1e9,
            # The first pass reads a byte an element; four are what the answer is exact over.
            "code_bytes_per_second": vectors * self.vectors.dimension / seconds,
            "float_bytes_per_second": vectors * self.vectors.dimension * 4 / seconds,
        }

    def close(self) -> None:
        """Ends all libraries."""
        for worker in self.workers.values():
            worker.close()
