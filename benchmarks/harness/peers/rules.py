"""The ten conditions in polars: `python -m harness.peers.rules FILE`, then a line `all` or `any` for each question."""

from __future__ import annotations

import json
import sys
import time
from functools import reduce
from operator import and_, or_

import polars as pl


def main() -> None:
    """Reads the columns, and answers until the input ends."""
    frame = pl.read_csv(sys.argv[1], schema_overrides={"energy": pl.Float32, "tempo": pl.Float32})
    column = pl.col
    conditions = [
        column("energy").is_between(0.1, 0.9), column("year") >= 1970, column("popularity") > 5,
        ~column("tempo").is_in([90.0, 100.0, 110.0]), ~column("explicit"),
        column("genre").str.to_lowercase().is_in([f"genre {number}" for number in range(1, 6)]),
        ~column("artist_name").str.to_lowercase().str.contains("99", literal=True),
        column("name").str.to_lowercase().str.contains("a", literal=True),
        column("album").str.to_lowercase().str.starts_with("album"), column("duration_ms") < 360_000,
    ]
    rules = {"all": reduce(and_, conditions), "any": reduce(or_, conditions)}
    print(json.dumps({"rows": frame.height}), flush=True)
    for line in sys.stdin:
        begin = time.perf_counter()
        matching = frame.select(rules[line.strip()].sum()).item()
        print(json.dumps({"seconds": time.perf_counter() - begin, "matching": matching}), flush=True)


if __name__ == "__main__":
    main()
