"""A rule of ten conditions over all tracks: Segue's bitmap beside PostgreSQL and polars over the same columns."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from . import machine
from .context import Context, reason
from .measure import in_turn, median, spread, times_as_fast

TABLE = "harness_rules"
COLUMNS = """id bigint, name text, artist bigint, artist_name text, album text, year integer, duration_ms integer,
    popularity integer, explicit boolean, genre text, energy real, tempo real"""
# The conditions of `segue-bench rules`, in its order. Texts of the made-up catalog are ASCII, where folding is lower case.
SQL = (
    "energy BETWEEN 0.1 AND 0.9", "year >= 1970", "popularity > 5", "tempo NOT IN (90, 100, 110)", "NOT explicit",
    "lower(genre) IN ('genre 1', 'genre 2', 'genre 3', 'genre 4', 'genre 5')", "strpos(lower(artist_name), '99') = 0",
    "strpos(lower(name), 'a') > 0", "starts_with(lower(album), 'album')", "duration_ms < 360000",
)
WORDS = {"all": " AND ", "any": " OR "}


def measure(context: Context) -> dict[str, Any]:
    """Ten conditions under `all` and `any`, everyone in turn, every count the same."""
    count = 1_000_000 if context.is_full else 100_000
    bench = RuleBench(context, count)
    rows = [bench.compared(match) for match in WORDS]
    return {"tracks": count, "rows": rows, "unavailable": bench.unavailable, "memory": bench.memory}


class RuleBench:
    """The same columns in three places."""

    def __init__(self, context: Context, count: int) -> None:
        self.context, self.count = context, count
        self.file = context.folder("rules") / f"tracks-{count}.csv"
        self.unavailable: dict[str, str] = {}
        self.memory: dict[str, int] = {}
        context.say(f"{count:,} made-up tracks")
        self.segue = self.child([str(context.segue_bench), "rules", "--tracks", str(count), "--serve",
                                 "--columns", str(self.file)])
        self.memory["segue"] = self.started(self.segue)["resident_bytes"]
        self.ways: dict[str, Callable[[str], tuple[float, int]]] = {"segue": lambda match: self.asked(self.segue, match)}
        self.peer("postgresql", self.postgresql)
        self.peer("polars", self.polars)

    def peer(self, name: str, prepare: Callable[[], Callable[[str], tuple[float, int]]]) -> None:
        """Takes part, or says why not."""
        try:
            self.ways[name] = prepare()
        except Exception as error:  # One that is missing must not cost the others.
            self.unavailable[name] = reason(error)

    def postgresql(self) -> Callable[[str], tuple[float, int]]:
        """One table without joins, all of it in memory, as many workers as there are cores."""
        connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
        connection.execute(f"CREATE TEMPORARY TABLE {TABLE} ({COLUMNS})")
        with connection.cursor() as cursor, cursor.copy(f"COPY {TABLE} FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write(self.file.read_bytes())
        connection.execute(f"ANALYZE {TABLE}")
        connection.execute("SET jit = off")
        size = connection.execute(f"SELECT pg_total_relation_size('{TABLE}')").fetchone()
        self.memory["postgresql"] = size[0] if size else 0

        def run(match: str) -> tuple[float, int]:
            statement = f"SELECT count(*) FROM {TABLE} WHERE " + WORDS[match].join(f"({part})" for part in SQL)
            begin = time.perf_counter()
            row = connection.execute(statement).fetchone()
            return time.perf_counter() - begin, row[0] if row else 0

        return run

    def polars(self) -> Callable[[str], tuple[float, int]]:
        """All columns in memory, all cores, in a process of its own."""
        importlib.import_module("polars")
        process = self.child([sys.executable, "-m", "harness.peers.rules", str(self.file)])
        self.memory["polars"] = self.started(process)["resident_bytes"]
        return lambda match: self.asked(process, match)

    def child(self, command: list[str]) -> subprocess.Popen[str]:
        """A process that answers a line with a line, and ends with its input."""
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def started(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        """Waits for its first line; memory is what it then holds."""
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise RuntimeError("it ended before it began")
        return {**json.loads(line), "resident_bytes": machine.status(process.pid, "VmRSS")}

    def asked(self, process: subprocess.Popen[str], match: str) -> tuple[float, int]:
        """Seconds by the process's own clock, and how many tracks match."""
        assert process.stdin and process.stdout
        process.stdin.write(match + "\n")
        answer = json.loads(process.stdout.readline())
        return answer["seconds"], answer["matching"]

    def compared(self, match: str) -> dict[str, Any]:
        """Everyone in turn."""
        self.context.say(f"ten conditions, {match}")
        turns = in_turn({way: (lambda way=way: self.ways[way](match)) for way in self.ways}, self.context.rounds)
        counts = {way: {count for _, count in turns[way]} for way in turns}
        if len(set.union(*counts.values())) != 1:
            raise RuntimeError(f"they do not agree: {counts}")
        seconds = {way: [turn[0] for turn in turns[way]] for way in turns}
        return {
            "match": match, "conditions": len(SQL), "matching": turns["segue"][0][1], "rounds": self.context.rounds,
            "ways": {way: {"milliseconds": median(taken) * 1e3, "spread": spread(taken),
                           "times_as_fast": times_as_fast(seconds["segue"], taken)} for way, taken in seconds.items()},
        }
