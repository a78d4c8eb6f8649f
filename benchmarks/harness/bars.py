"""What must hold, and what was measured of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Bar:
    """A figure beside what was asked of it."""

    what: str
    value: float
    # None where there is an aim alone.
    asked: float | None
    aim: float
    unit: str = "times as fast"
    # Whether less is better.
    lower: bool = False

    @property
    def least(self) -> float:
        """What scores 1: the bar, or the aim where there is no bar."""
        return self.aim if self.asked is None else self.asked

    @property
    def score(self) -> float:
        """How many times the bar: 1 is just reached."""
        return self.least / max(self.value, 1e-12) if self.lower else self.value / self.least

    @property
    def aim_score(self) -> float:
        """Where the aim is on the same scale."""
        return self.least / self.aim if self.lower else self.aim / self.least

    @property
    def verdict(self) -> str:
        """In a word."""
        if self.score < 1:
            return "below the aim" if self.asked is None else "below the bar"
        return "beyond the aim" if self.score >= self.aim_score else "reached"

    @property
    def text(self) -> str:
        """The figure with its unit."""
        return f"{self.value:,.0f} {self.unit}" if self.value >= 1_000 else f"{self.value:.3g} {self.unit}"


def of(results: dict[str, Any]) -> list[Bar]:
    """All bars that the results, by name of the measurement, tell something of."""
    parts = {"search": search, "service": service, "life": life, "rules": rules}
    there = {name: result for name, result in results.items() if set(result) != {"unavailable"}}
    return [bar for name, part in parts.items() if name in there for bar in part(there[name])]


def search(result: dict[str, Any]) -> Iterator[Bar]:
    """Of the sets that are made by jitter; the catalog's own is too small to say much."""
    core = result["bandwidth"][0]["bytes_per_second"]
    seen = {"catalog"}
    for found in result["sets"]:
        # A set may come again with other peers.
        if found["vectors"] in seen:
            continue
        seen.add(found["vectors"])
        shape = f"{found['count']:,} x {found['dimension']}"
        for duel in found["duels"]:
            bar = duel_bar(duel, shape)
            if bar and duel["ratio"] is not None:
                yield bar
        if found["scan"]:
            share = found["scan"]["code_bytes_per_second"] / core
            yield Bar(f"{shape}: scanning lists, share of one core's bandwidth", share, None, 0.6, "of it")
        yield from builds(found["builds"], shape)


def duel_bar(duel: dict[str, Any], shape: str) -> Bar | None:
    """The bar of one comparison, where there is one."""
    rival, basis, k, threads = duel["rival"], duel["basis"], duel["k"], duel["threads"]
    ratio, name = duel["ratio"] or 0.0, f"{shape}: k = {k:,} beside {rival}, {basis}"
    if k == 10 and threads == 1 and rival == "faiss-ivf" and basis == "same nlist and nprobe":
        return Bar(name, ratio, 1.3, 2)
    if basis == "same recall" and k == 10 and threads == 1 and rival == "hnswlib":
        return Bar(name, ratio, 0.8, 1.2)
    if basis == "same recall" and k == 1_000 and rival in ("hnswlib", "faiss-hnsw"):
        return Bar(name, ratio, 2, 4)
    if k == 10 and threads > 1 and (rival, basis) in (("faiss-ivf", "same nlist and nprobe"), ("hnswlib", "same recall")):
        return Bar(f"{shape}: batch on {threads} cores beside {rival}, {basis}", ratio, 1, 1.5)
    return None


def builds(built: dict[str, Any], shape: str) -> Iterator[Bar]:
    """Building and holding."""
    if "segue" in built and "faiss-ivf" in built:
        ratio = built["faiss-ivf"]["seconds"] / built["segue"]["seconds"]
        yield Bar(f"{shape}: build beside faiss-ivf", ratio, 1, 2)
    if "segue" in built:
        yield Bar(f"{shape}: resident memory while serving", built["segue"]["serving_over_raw"], 1.6, 1.25,
                  "times the raw vectors", lower=True)


def service(result: dict[str, Any]) -> Iterator[Bar]:
    """Sixteen connections, one seed."""
    asked = {("cosine", "fastapi-1"): (8, 12), ("cosine", "fastapi-2"): (4, 6),
             ("auto", "fastapi-1"): (8, 15), ("auto", "fastapi-2"): (4, 7)}
    for row in result["rows"]:
        if row["connections"] != 16 or row["seeds"] != 1:
            continue
        for name, ratio in row["ratios"].items():
            bar, aim = asked[row["strategy"], name]
            title = f"POST /recommend, {row['strategy']}, beside {name}"
            yield Bar(title, ratio["throughput"], bar, aim, "times the requests")
            yield Bar(f"{title}: p99", ratio["p99"], 0.2, 0.1, "of the peer's", lower=True)


def rules(result: dict[str, Any]) -> Iterator[Bar]:
    """A million tracks."""
    for row in result["rows"] if result["tracks"] >= 1_000_000 else []:
        yield Bar(f"{row['conditions']} conditions over {result['tracks']:,} tracks, {row['match']}",
                  row["ways"]["segue"]["milliseconds"], 50, 25, "ms", lower=True)


def life(result: dict[str, Any]) -> Iterator[Bar]:
    """Import, start, rebuild."""
    for row in result["imports"]:
        if "unavailable" not in row:
            yield Bar(f"import of {row['file']}, {row['rows']:,} rows", row["rows_per_second"], 50_000, 150_000,
                      "rows a second")
    for row in result["rebuilds"]:
        if "unavailable" not in row:
            yield Bar(f"start to first answer, {row['tracks']:,} tracks", row["first_answer_seconds"], 1, 0.3, "s",
                      lower=True)
    for row in result["under_load"]:
        if "unavailable" not in row:
            pace = f"{row['pause_ms']} ms between requests" if row["pause_ms"] else "as fast as it answers"
            yield Bar(f"p99 while a rebuild runs and swaps, {pace}", row["ratio"], 2, 1.3, "times p99 at rest",
                      lower=True)
