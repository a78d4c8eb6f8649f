"""A catalog's life: import, build, start, and a rebuild while people ask."""

from __future__ import annotations

import csv
import gzip
import http.client
import json
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import psycopg

from . import inputs
from .catalog import TABLES, Catalog
from .context import Context, reason
from .load import Driver, Server, drive, token, write_requests
from .machine import status
from .measure import median
from .service import ServiceBench, ask


def measure(context: Context) -> dict[str, Any]:
    """Import, build, start, rebuild under load; a part that fails does not cost the others."""
    sizes = (120_000, 1_000_000) if context.is_full else (30_000,)
    return {
        "imports": [attempt(imported, context, file) for file in tables(context)],
        "rebuilds": [attempt(rebuilt, context, size) for size in sizes],
        "under_load": [attempt(rebuilt_under_load, context, pause) for pause in ((0, 10) if context.is_full else (0,))],
    }


def attempt(measurement: Any, context: Context, subject: Any) -> dict[str, Any]:
    """A measurement, or why there is none."""
    try:
        return dict(measurement(context, subject))
    except Exception as error:
        context.say(f"not available: {reason(error)}")
        return {"subject": str(subject), "unavailable": reason(error)}


def tables(context: Context) -> list[Path]:
    """The public tables where this machine has them, and an invented one of the same form everywhere."""
    real = [context.shared / table for table in TABLES] if context.shared else []
    return [*(real if context.is_full else real[:1]), inputs.table(context, 500_000 if context.is_full else 50_000)]


def timed(catalog: Catalog, *arguments: str) -> tuple[float, int]:
    """Seconds and peak resident bytes of a command."""
    log = catalog.context.work / "command.log"
    started, peak = time.monotonic(), [0]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [catalog.context.segue, *arguments], env=catalog.environment, stdout=subprocess.DEVNULL, stderr=errors)

    def watch() -> None:
        while process.poll() is None:
            peak[0] = max(peak[0], status(process.pid, "VmHWM"))
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.wait()
    seconds = time.monotonic() - started
    watcher.join()
    if process.returncode != 0:
        raise RuntimeError(f"segue {' '.join(arguments)}: {log.read_text()[-300:]}")
    return seconds, peak[0]


def imported(context: Context, file: Path) -> dict[str, Any]:
    """Rows a second of a table into an empty catalog, of the same table again, of a plain COPY of what came of it, and into
    a catalog that holds another table."""
    context.say(f"import of {file.name}")
    turns, again, copies, after = [], [], [], []
    other = next((table for table in tables(context) if table != file), None)
    for _ in range(5 if context.is_full else 1):
        catalog = Catalog(context, "segue_benchmark_import")
        catalog.create()
        turns.append(timed(catalog, "import", str(file)))
        again.append(timed(catalog, "import", str(file))[0])
        copies.append(copied(context, catalog))
        catalog.drop()
        if other:
            catalog.create()
            timed(catalog, "import", str(other))
            after.append(timed(catalog, "import", str(file))[0])
            catalog.drop()
    rows, seconds = row_count(file), median([turn[0] for turn in turns])
    return {
        "file": file.name, "rows": rows, "seconds": seconds, "rows_per_second": rows / seconds,
        "again_rows_per_second": rows / median(again), "copy_rows_per_second": rows / median(copies),
        **({"after": other.name, "after_rows_per_second": rows / median(after)} if other else {}),
        "peak_resident": max(turn[1] for turn in turns), "rounds": len(turns),
    }


# What an import fills, what is referred to first.
FILLED = ("artists", "albums", "tracks", "track_artists", "external_ids", "audio_features")


def dumped(session: psycopg.Connection[Any], table: str) -> bytes:
    """The rows of a table as a binary COPY writes them."""
    with session.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
        return b"".join(bytes(part) for part in copy)


def copied(context: Context, source: Catalog) -> float:
    """Seconds of PostgreSQL alone for the rows of a catalog: binary COPY into the same empty tables, one commit, and then
    the indexes that are still missing, in one session. Nothing is read, resolved or compared: an import does more."""
    target = Catalog(context, "segue_benchmark_copy")
    target.create()
    with psycopg.connect(source.database) as session:
        rows = {table: dumped(session, table) for table in FILLED}
        indexes = session.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)", (list(FILLED),)).fetchall()
    with psycopg.connect(target.database, autocommit=True) as session:
        started = time.monotonic()
        with session.transaction():
            for table, content in rows.items():
                with session.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                    copy.write(content)
        there = {row[0] for row in session.execute("SELECT indexname FROM pg_indexes").fetchall()}
        for name, definition in indexes:
            if name not in there:
                session.execute(definition)
        seconds = time.monotonic() - started
    target.drop()
    return seconds


def row_count(file: Path) -> int:
    """Records of a compressed table, quoted line ends not counted."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return sum(1 for _ in csv.reader(lines)) - 1


def rebuilt(context: Context, tracks: int) -> dict[str, Any]:
    """A catalog of so many invented tracks to a published generation, and from a start to the first answer."""
    catalog = Catalog(context, "segue_benchmark_life")
    context.say(f"a catalog of {tracks:,} invented tracks")
    catalog.create()
    filling = timed(catalog, "demo", "--tracks", str(tracks))
    context.say(f"build of {tracks:,} tracks")
    building = timed(catalog, "index", "build")
    seed = str(json.loads(catalog.segue("recommend", "demo:t1", "--json"))["seeds"][0]["track"]["id"])
    context.say(f"start with {tracks:,} tracks")
    starts = [first_answer(context, catalog, seed) for _ in range(context.rounds)]
    manifest = catalog.manifest
    result = {
        "tracks": tracks, "fill_seconds": filling[0], "fill_peak_resident": filling[1], "build_seconds": building[0],
        "build_peak_resident": building[1], "first_answer_seconds": median([start[0] for start in starts]),
        "starts": [start[0] for start in starts], "serving_resident": median([float(start[1]) for start in starts]),
        "raw_vectors": manifest["vectors"] * manifest["dimension"] * 4,
        "manifest": {key: manifest[key] for key in ("nlist", "nprobe", "recall", "deepProbes", "deepRecall",
                                                    "dimension")},
    }
    catalog.drop()
    return result


def first_answer(context: Context, catalog: Catalog, seed: str) -> tuple[float, int]:
    """Seconds from starting the program to its first recommendation, PostgreSQL being there already, and memory then."""
    signed, body = token(), json.dumps({"seeds": [seed], "k": 10})
    # Reads all ids of the catalog, which no start does: not on the clock.
    bench = ServiceBench(context, catalog)
    started = time.monotonic()
    server = bench.start_segue()
    try:
        while not answers(server, signed, body):
            if time.monotonic() - started > 120 or server.process.poll() is not None:
                raise RuntimeError(f"no answer: {server.log.read_text()[-300:]}")
            time.sleep(0.002)
        return time.monotonic() - started, server.resident
    finally:
        server.stop()


def answers(server: Server, signed: str, body: str) -> bool:
    """Whether a request is answered."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("POST", "/api/v1/recommend", body, {
            "Authorization": f"Bearer {signed}", "Content-Type": "application/json"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def rebuilt_under_load(context: Context, pause_ms: int) -> dict[str, Any]:
    """p99 at rest, and while a rebuild of the same catalog runs and swaps: all requests of that time count.

    Without a pause the 16 connections take all of the machine, and the build has to share it; with one they ask at a
    pace that leaves room, as people do.
    """
    catalog = Catalog.filled(context)
    bench = ServiceBench(context, catalog)
    context.say(f"a rebuild under load, {pause_ms} ms between requests")
    file, bodies = bench.folder / "requests-rebuild.txt", bench.bodies("auto", 1)
    turns = []
    with bench.start_segue().listening() as server:
        write_requests(file, bodies)
        drive(context, server, file, 16, 2, pause_ms)
        for _ in range(3 if context.is_full else 1):
            turns.append(rebuild_turn(context, bench, server, file, pause_ms))
    catalog.segue("index", "prune")
    ratios = [turn["rebuild"]["p99_ms"] / turn["rest"]["p99_ms"] for turn in turns]
    return {
        "connections": 16, "strategy": "auto", "pause_ms": pause_ms, "rounds": len(turns), "turns": turns,
        "ratio": median(ratios), "rest_p99_ms": median([turn["rest"]["p99_ms"] for turn in turns]),
        "rebuild_p99_ms": median([turn["rebuild"]["p99_ms"] for turn in turns]),
        "failed": sum(turn[part]["failed"] for turn in turns for part in ("rest", "rebuild")),
        "swapped": all(turn["swapped"] for turn in turns),
    }


def rebuild_turn(
    context: Context, bench: ServiceBench, server: Server, file: Path, pause_ms: int
) -> dict[str, Any]:
    """Rest, then a rebuild until its generation answers."""
    write_requests(file, bench.bodies("auto", 1))
    rest = drive(context, server, file, 16, 8 if context.is_full else 4, pause_ms)
    driver = Driver(context, server, file, 16, 280, pause_ms)
    try:
        seconds, peak = timed(bench.catalog, "index", "build")
        swapped = wait_for(server, bench, bench.catalog.manifest["id"])
        # What the first requests on the new generation cost counts as well.
        time.sleep(1)
    finally:
        busy = driver.stop()
    return {
        "rest": vars(rest), "rebuild": vars(busy), "build_seconds": seconds, "build_peak_resident": peak,
        "swapped": swapped,
    }


def wait_for(server: Server, bench: ServiceBench, generation: str) -> bool:
    """Whether the server answers from a generation within some seconds."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if ask(server, bench.bodies("auto", 1)[0])["index"]["generation"] == generation:
            return True
        time.sleep(0.1)
    return False
