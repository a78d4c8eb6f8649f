"""`POST /api/v1/recommend` beside the same service in FastAPI, under wrk."""

from __future__ import annotations

import importlib
import json
import os
import sys
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from . import machine, peerdata
from .catalog import Catalog
from .context import Context, reason
from .load import Load, Server, drive, free_port, signing_key, token, write_requests
from .measure import in_turn, median, spread

K = 10
CASES = (("cosine", 1), ("auto", 1), ("auto", 5))


def measure(context: Context) -> dict[str, Any]:
    """Requests a second, latency, memory and CPU time beside FastAPI with one and two workers."""
    bench = ServiceBench(context, Catalog.filled(context))
    bench.prepare()
    connections = (1, 16, 64) if context.is_full else (16,)
    with bench.start_segue().listening() as segue, ExitStack() as stack:
        recall = bench.tune(segue)
        servers = {"segue": segue, **bench.peers(stack)}
        bench.check(servers)
        rows = [
            bench.compared(servers, strategy, seeds, count)
            for strategy, seeds in (CASES if context.is_full else CASES[:2]) for count in connections
        ]
    manifest = bench.catalog.manifest
    return {
        "tracks": manifest["tracks"], "dimension": manifest["dimension"], "nlist": manifest["nlist"], "k": K,
        "recall": recall, "probes": {"cosine": manifest["nprobe"], "auto": manifest["deepProbes"]}, "rows": rows,
        "unavailable": bench.unavailable,
    }


class ServiceBench:
    """Segue and the peer over one catalog."""

    def __init__(self, context: Context, catalog: Catalog) -> None:
        self.context, self.catalog = context, catalog
        self.folder = context.folder("service")
        ids = catalog.track_ids()
        chosen = np.random.default_rng(3).choice(len(ids), min(20_000, len(ids)), replace=False)
        self.seeds = [ids[place] for place in chosen]
        self.unavailable: dict[str, str] = {}

    def prepare(self) -> None:
        """Writes the peer's data, unless that is of this generation already."""
        generation, stamp = self.catalog.manifest["id"], self.folder / "generation"
        if not stamp.exists() or stamp.read_text() != generation:
            self.context.say("the peer's data")
            peerdata.write(self.catalog, self.folder, signing_key()[1], machine.cores())
            stamp.write_text(generation)

    def bodies(self, strategy: str, seeds: int) -> list[dict[str, object]]:
        """Thousands of requests, no two for the same seeds."""
        count = min(4_000, len(self.seeds) // seeds)
        return [
            {"seeds": self.seeds[place * seeds : (place + 1) * seeds], "k": K, "strategy": strategy, "explain": "brief"}
            for place in range(count)
        ]

    def start_segue(self) -> Server:
        """Starts Segue's server without waiting for it; no caller is told to slow down."""
        port = free_port()
        environment = dict(
            self.catalog.environment, SEGUE_PORT=str(port), SEGUE_LOG_LEVEL="error", SEGUE_RATE="1000000",
            SEGUE_RATE_BURST="1000000")
        return Server("segue", port, [str(self.context.segue), "serve"], environment, self.folder / "segue.log")

    def start_peer(self, workers: int) -> Server:
        """Starts the peer with a number of workers, without waiting for it."""
        port = free_port()
        environment = dict(os.environ, PEER_DATA=str(self.folder), OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
        command = [
            sys.executable, "-m", "uvicorn", "harness.peers.service:app", "--host", "127.0.0.1", "--port", str(port),
            "--workers", str(workers), "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level",
            "error",
        ]
        name = f"fastapi-{workers}"
        return Server(name, port, command, environment, self.folder / f"{name}.log")

    def peers(self, stack: ExitStack) -> dict[str, Server]:
        """The peer with one worker and with two, as far as it is to be had; they rest while another is measured."""
        started: dict[str, Server] = {}
        for workers in (1, 2) if "fastapi" not in self.unavailable else ():
            try:
                server = stack.enter_context(self.start_peer(workers).listening())
                ask(server, self.bodies("cosine", 1)[0])
                started[server.name] = server
            except Exception as error:
                self.unavailable[f"fastapi-{workers}"] = reason(error)
        return started

    def tune(self, segue: Server) -> list[dict[str, Any]]:
        """Gives the peer as few probes as make its answers as good as Segue's are; tells how good that is.

        Good is the share of answered tracks with a score that the same ranking over an exact search would answer.
        """
        self.context.say("the same recall on both sides")
        (self.folder / "probes.json").write_text(json.dumps({"cosine": 1, "auto": 1}))
        try:
            peer = PeerRanking(self.folder)
        except ImportError as error:
            self.unavailable["fastapi"] = reason(error)
            return []
        found = []
        for strategy in ("cosine", "auto"):
            bodies = [body for case, seeds in CASES if case == strategy for body in self.bodies(case, seeds)[:150]]
            truth = [peer.scores(body, exact=True) for body in bodies]
            ours = share(truth, [scores(ask(segue, body)) for body in bodies])
            probes, theirs = peer.least_probes(bodies, truth, ours)
            found.append({"strategy": strategy, "queries": len(bodies), "segue": ours, "peer": theirs,
                          "peer_probes": probes})
        (self.folder / "probes.json").write_text(json.dumps({row["strategy"]: row["peer_probes"] for row in found}))
        return found

    def check(self, servers: dict[str, Server]) -> None:
        """Both must say much the same, or the race would mean nothing."""
        for strategy, seeds in CASES:
            body = self.bodies(strategy, seeds)[1]
            sizes = {name: len(json.dumps(ask(server, body))) for name, server in servers.items()}
            if max(sizes.values()) > 1.25 * min(sizes.values()):
                raise RuntimeError(f"answers differ in size: {sizes}")

    def compared(
        self, servers: dict[str, Server], strategy: str, seeds: int, connections: int
    ) -> dict[str, Any]:
        """All servers in turn, each alone on the machine while it answers."""
        self.context.say(f"strategy {strategy}, seeds {seeds}, connections {connections}")
        bodies, file = self.bodies(strategy, seeds), self.folder / f"requests-{strategy}-{seeds}.txt"
        seconds, rounds = (4, 5) if self.context.is_full else (1, 5)
        write_requests(file, bodies)
        for server in servers.values():
            drive(self.context, server, file, connections, 1)

        def turn(server: Server) -> Load:
            return drive(self.context, server, write_requests(file, bodies), connections, seconds)

        turns = in_turn(
            {name: (lambda server=server: turn(server)) for name, server in servers.items()}, rounds)
        return {
            "strategy": strategy, "seeds": seeds, "connections": connections, "rounds": rounds,
            "seconds": seconds, "requests": len(bodies), "servers": {n: summary(loads) for n, loads in turns.items()},
            "ratios": {name: ratios(turns["segue"], loads) for name, loads in turns.items() if name != "segue"},
        }


class PeerRanking:
    """The peer's own ranking, in this process."""

    def __init__(self, folder: Path) -> None:
        os.environ["PEER_DATA"] = str(folder)
        faiss = importlib.import_module("faiss")
        self.ranking = importlib.reload(importlib.import_module("harness.peers.ranking"))
        self.data = self.ranking.DATA
        self.exact = faiss.IndexFlatIP(self.data.vectors.shape[1])
        self.exact.add(self.data.vectors)
        faiss.omp_set_num_threads(machine.cores())

    def scores(self, body: dict[str, Any], exact: bool = False) -> list[float]:
        """What it answers, or what it would answer over an exact search, by score."""
        seeds = [self.data.rows[seed] for seed in body["seeds"]]
        ranked = self.ranking.rank(seeds, body["k"], body["strategy"], self.exact if exact else None)
        return [float(score) for score in ranked.scores]

    def least_probes(
        self, bodies: list[dict[str, Any]], truth: list[list[float]], wanted: float
    ) -> tuple[int, float]:
        """The least nprobe that makes its answers as good as wanted."""
        strategy = bodies[0]["strategy"]

        def reached(probes: int) -> float:
            self.data.probes[strategy] = probes
            return share(truth, [self.scores(body) for body in bodies])

        low, high = 0, self.data.index.nlist
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if reached(middle) >= wanted else (middle, high)
        return high, reached(high)


def share(truth: list[list[float]], found: list[list[float]]) -> float:
    """How much of what is answered is as good as what should be: scores are written with six decimals, and may tie."""
    return float(np.mean([
        sum(score >= best[-1] - 1e-5 for score in answered) / max(1, len(best))
        for best, answered in zip(truth, found, strict=True)
    ]))


def summary(loads: list[Load]) -> dict[str, float]:
    """Medians over the turns; failures in all of them."""
    found = {name: median([float(value[name]) for value in map(asdict, loads)]) for name in asdict(loads[0])}
    return found | {"failed": sum(load.failed for load in loads),
                    "spread": spread([load.requests_per_second for load in loads])}


def ratios(ours: list[Load], theirs: list[Load]) -> dict[str, float]:
    """Medians over the turns: how many times as many requests we answer, and our share of their p99."""
    pairs = list(zip(ours, theirs, strict=True))
    return {
        "throughput": median([a.requests_per_second / b.requests_per_second for a, b in pairs]),
        "p99": median([a.p99_ms / b.p99_ms for a, b in pairs]),
        "cpu": median([a.cpu_ms_per_request / b.cpu_ms_per_request for a, b in pairs]),
    }


def ask(server: Server, body: dict[str, object]) -> dict[str, Any]:
    """One answer; an error tells what the server said."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/v1/recommend", method="POST", data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token()}", "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return dict(json.loads(answer.read()))
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{server.name}: {error.code} {error.read()[:300].decode(errors='replace')}") from error


def scores(answer: dict[str, Any]) -> list[float]:
    """The scores of an answer."""
    return [item["score"] for item in answer["items"]]
