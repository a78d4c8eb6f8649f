"""Runs the measurements that were asked for, one after the other, and writes results, plots and a page."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import signal
import sys
import traceback
from pathlib import Path

from . import machine
from .context import Context, reason

# In this order: what needs little time first, and the search last, which leaves out what no longer fits.
MEASUREMENTS = ("limits", "service", "life", "filters", "rules", "search")


def main() -> int:
    """Reads the command line and reports; a measurement that fails is reported and the others go on."""
    parser = argparse.ArgumentParser(prog="benchmarks/run")
    parser.add_argument("--scale", choices=("small", "full"), default="small")
    parser.add_argument("--only", action="append", choices=MEASUREMENTS, metavar="NAME")
    parser.add_argument("--out", type=Path, help="where results go (default: benchmarks/results)")
    parser.add_argument("--list", action="store_true", help="print the names of the measurements")
    parser.add_argument("--page", action="store_true", help="draw plots and page anew from the results that are there")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(MEASUREMENTS))
        return 0
    # Servers are ended by what comes after a `with`, also when somebody else wants us to stop.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    out = arguments.out or Path(os.environ["BENCHMARK_ROOT"]) / "benchmarks/results"
    out.mkdir(parents=True, exist_ok=True)
    context = Context(arguments.scale, out)
    for name in [] if arguments.page else [name for name in MEASUREMENTS if name in (arguments.only or MEASUREMENTS)]:
        measure(context, name)
    # Drawing needs a package that measuring does not.
    importlib.import_module("harness.page").write(out)
    context.say(f"written: {out / 'README.md'}")
    return 0


def measure(context: Context, name: str) -> None:
    """Measures and writes one result; what went wrong is part of the result."""
    context.say(name)
    described = machine.describe(context.root)
    try:
        result = importlib.import_module(f"harness.{name}").measure(context)
    except Exception as error:  # What one measurement lacks must not cost the others.
        traceback.print_exc()
        result = {"unavailable": reason(error)}
    document = {"name": name, "scale": context.scale, "machine": described, "result": result}
    (context.out / f"{name}.json").write_text(json.dumps(document, indent=1, default=float) + "\n")


if __name__ == "__main__":
    sys.exit(main())
