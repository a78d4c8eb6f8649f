#!/usr/bin/env python3
"""Training time, memory and result of Segue beside the package `implicit`, on the same entries in the same run.

    training.py --bench PATH/segue-bench [--tracks N --playlists N --entries N] [--threads 2] [--rounds 3] [--out NAME]

The two take turns (A B A B ...), so that a busy machine is unfair to neither, and medians are reported. `implicit` runs
in a process of its own, and so does Segue: each one's peak memory is its own. Writes NAME.json and NAME.md.
"""
from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import scipy.sparse as sp

import factorization

FACTORS = 48


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, help="the program segue-bench")
    parser.add_argument("--tracks", type=int, default=220_000)
    parser.add_argument("--playlists", type=int, default=5_000)
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--sweeps", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("training"))
    parser.add_argument("--implicit-on", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.implicit_on:
        print(json.dumps(run_implicit(options)))
        return
    if not options.bench:
        parser.error("--bench is needed")
    with tempfile.TemporaryDirectory() as folder:
        pairs = Path(folder) / "pairs.bin"
        rounds = [(run_segue(options, pairs), run_child(options, pairs)) for _ in range(options.rounds)]
        agreement = compare_losses(options, pairs)
    report = summary(options, rounds, agreement)
    options.out.with_suffix(".json").write_text(json.dumps(report, indent=1) + "\n")
    options.out.with_suffix(".md").write_text(page(report))
    print(page(report))


def run_segue(options: argparse.Namespace, pairs: Path) -> dict:
    sizes = {name: getattr(options, name) for name in ("tracks", "playlists", "entries", "threads", "sweeps")}
    words = [word for name, value in sizes.items() for word in (f"--{name}", str(value))]
    return child([str(options.bench.resolve()), "train", *words, "--export", str(pairs)])


def run_child(options: argparse.Namespace, pairs: Path) -> dict:
    words = ["--implicit-on", str(pairs), "--tracks", str(options.tracks), "--threads", str(options.threads),
             "--sweeps", str(options.sweeps)]
    return child([sys.executable, __file__, *words], OPENBLAS_NUM_THREADS="1")


def child(command: list[str], **environment: str) -> dict:
    result = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, env={**os.environ, **environment})
    return json.loads(result.stdout.strip().splitlines()[-1])


def entries(path: Path, tracks: int) -> sp.csr_matrix:
    pairs = np.fromfile(path, dtype="<u4").reshape(-1, 2)
    shape = (int(pairs[:, 0].max()) + 1, max(tracks, int(pairs[:, 1].max()) + 1))
    lists = sp.csr_matrix((np.ones(len(pairs), dtype=np.float32), (pairs[:, 0], pairs[:, 1])), shape=shape)
    lists.sum_duplicates()
    lists.data[:] = factorization.CONFIDENCE
    return lists


def run_implicit(options: argparse.Namespace) -> dict:
    weights = entries(options.implicit_on, options.tracks)
    factorization.by_package(weights[:2], 8, seed=1, sweeps=1)
    before = time.perf_counter()
    rows, columns = factorization.by_package(weights, FACTORS, 1, options.sweeps, options.threads)
    seconds = time.perf_counter() - before
    return {"seconds": seconds, "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "loss": factorization.loss(weights, rows, columns)}


def compare_losses(options: argparse.Namespace, pairs: Path) -> dict:
    """The exact loop's loss, which says whether the package solves the same problem."""
    weights = entries(pairs, options.tracks)
    rows, columns = factorization.exact(weights, FACTORS, 1, options.sweeps)
    return {"exact_loop_loss": factorization.loss(weights, rows, columns), "entries": weights.nnz}


def summary(options: argparse.Namespace, rounds: list[tuple[dict, dict]], agreement: dict) -> dict:
    def median(side: int, name: str) -> float:
        return round(statistics.median(pair[side][name] for pair in rounds), 2)

    return {
        "tracks": options.tracks, "playlists": options.playlists, "threads": options.threads,
        "sweeps": options.sweeps, "factors": FACTORS, "rounds": options.rounds, "cores": os.cpu_count(), **agreement,
        "segue": {"track_factors_seconds": median(0, "seconds_track_factors_alone"),
                  "whole_space_seconds": median(0, "seconds_train"), "peak_mib": median(0, "peak_mib"),
                  "all_seconds": [pair[0]["seconds_track_factors_alone"] for pair in rounds]},
        "implicit": {"track_factors_seconds": median(1, "seconds"), "peak_mib": median(1, "peak_mib"),
                     "loss": rounds[0][1]["loss"], "all_seconds": [round(pair[1]["seconds"], 3) for pair in rounds]},
    }


def page(report: dict) -> str:
    segue, package = report["segue"], report["implicit"]
    ratio = package["loss"] / report["exact_loop_loss"] - 1
    return "\n".join([
        f"{report['entries']} entries, {report['tracks']} tracks, {report['playlists']} playlists; {FACTORS} factors, "
        f"{report['sweeps']} sweeps, {report['threads']} threads on {report['cores']} cores; medians of "
        f"{report['rounds']} rounds in turn", "",
        "| | track factors, s | whole space, s | peak memory, MiB |", "|---|---|---|---|",
        f"| Segue | {segue['track_factors_seconds']} | {segue['whole_space_seconds']} | {segue['peak_mib']:.0f} |",
        f"| implicit | {package['track_factors_seconds']} | | {package['peak_mib']:.0f} |", "",
        f"Loss of implicit against an exact loop in numpy: {ratio:+.2e}. Segue's memory includes the catalog.", ""])


if __name__ == "__main__":
    main()
