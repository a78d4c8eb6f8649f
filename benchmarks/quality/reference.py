#!/usr/bin/env python3
"""Holds `segue evaluate` against an independent computation of the same recipe on the same queries.

    reference.py split FILE                          write a split that both programs then use
    segue evaluate --split FILE --out DIR            what the service reaches
    reference.py compare --split FILE --evaluation DIR [--recipe original|improved] [--out FILE]

The catalog is read from the database that DATABASE_URL names.
"""
from __future__ import annotations

import argparse
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psycopg
import scipy.sparse as sp

import factorization
from catalog import Catalog, read
from recipe import IMPROVED, ORIGINAL, Recipe, Space, by_cosine

DISCOUNTS = 1 / np.log2(np.arange(2, 102))
RESAMPLES = 1000


@dataclass
class Query:
    playlist: str
    fold: int
    k: int
    seeds: np.ndarray
    targets: np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    split = commands.add_parser("split", help="write a split into folds, near-duplicates together")
    split.add_argument("file", type=Path)
    split.add_argument("--folds", type=int, default=5)
    compare = commands.add_parser("compare", help="compute the reference and compare")
    compare.add_argument("--split", type=Path, required=True)
    compare.add_argument("--evaluation", type=Path, required=True, help="the folder of segue evaluate --out")
    compare.add_argument("--recipe", choices=["original", "improved"], default="original")
    compare.add_argument("--out", type=Path, help="also write the numbers as JSON")
    options = parser.parse_args()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        catalog = read(connection)
    print(f"{len(catalog.artist)} recordings, {catalog.covered} covered, {len(catalog.playlists)} playlists")
    if options.command == "split":
        options.file.write_text("".join(f"{name},{fold}\n" for name, fold in folds(catalog, options.folds)))
    else:
        run(catalog, options)


def folds(catalog: Catalog, count: int) -> Iterable[tuple[str, int]]:
    """Each playlist's name and fold: a hash of the smallest name among its near-duplicates (Jaccard above 0.5)."""
    sizes = [len(playlist.items) for playlist in catalog.playlists]
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    items = np.concatenate([playlist.items for playlist in catalog.playlists])
    member = sp.csr_matrix((np.ones(len(items)), items, offsets), shape=(len(sizes), len(catalog.artist)))
    common = (member @ member.T).tocoo()
    size = np.asarray(sizes)
    alike = common.data / (size[common.row] + size[common.col] - common.data) > 0.5
    graph = sp.csr_matrix((np.ones(alike.sum()), (common.row[alike], common.col[alike])), shape=common.shape)
    group = sp.csgraph.connected_components(graph, directed=False)[1]
    name: dict[int, str] = {}
    for number, playlist in zip(group, catalog.playlists):
        name[number] = min(name.get(number, playlist.ids[0]), playlist.ids[0])
    for number, playlist in zip(group, catalog.playlists):
        digest = hashlib.md5(f"fold:{name[number]}".encode()).hexdigest()
        yield playlist.ids[0], int(digest[:8], 16) % count


def run(catalog: Catalog, options: argparse.Namespace) -> None:
    fold_of = dict(line.split(",")[:2] for line in options.split.read_text().splitlines() if line)
    queries = [parse(json.loads(line), catalog)
               for line in (options.evaluation / "queries.ndjson").read_text().splitlines()]
    recipe = ORIGINAL if options.recipe == "original" else IMPROVED
    scores = answers(catalog, queries, fold_of, recipe)
    report = json.loads((options.evaluation / "report.json").read_text())
    rows = list(table(queries, scores, report))
    for row in rows:
        print("{method:12} k={k:<3} reference {mean:6.2f} [{low:.2f}, {high:.2f}]  segue {ours}  {verdict}".format(**row))
    if options.out:
        options.out.write_text(json.dumps({"recipe": options.recipe, "queries": len(queries), "rows": rows}, indent=1))


def parse(line: dict, catalog: Catalog) -> Query:
    items = {name: np.array([catalog.item_of_id[track] for track in line[name]]) for name in ("seeds", "targets")}
    return Query(line["playlist"], line["fold"], line["k"], **items)


def answers(catalog: Catalog, queries: list[Query], fold_of: dict[str, str], recipe: Recipe) -> dict[str, np.ndarray]:
    """nDCG@100 of each method on each query."""
    scores: dict[str, np.ndarray] = {}
    for fold in sorted({query.fold for query in queries}):
        training = [number for number, playlist in enumerate(catalog.playlists)
                    if not any(fold_of.get(name) == str(fold) for name in playlist.ids)]
        spaces = {"exact": Space(catalog, training, recipe, factorization.exact),
                  "implicit": Space(catalog, training, recipe, factorization.by_package)}
        methods = {f"segue/{name}": space.answer for name, space in spaces.items()}
        methods |= {f"als/{name}": lambda seeds, space=space: by_cosine(space.listeners, seeds)
                    for name, space in spaces.items()}
        for place, query in enumerate(queries):
            if query.fold == fold:
                for name, method in methods.items():
                    scores.setdefault(name, np.zeros(len(queries)))[place] = ndcg(method(query.seeds), query.targets)
    return scores


def ndcg(answer: np.ndarray, targets: np.ndarray) -> float:
    found = np.isin(answer[:100], targets)
    return float((DISCOUNTS[:len(found)] * found).sum() / DISCOUNTS[:min(100, len(targets))].sum())


def table(queries: list[Query], scores: dict[str, np.ndarray], report: dict) -> Iterable[dict]:
    """One row for each method and number of seeds: the reference with its interval, and what Segue reports."""
    counts = np.array([query.k for query in queries])
    ours = {(row["method"], row["seeds"]): 100 * row["metrics"]["ndcg_100"]["mean"] for row in report["rows"]}
    for name, values in scores.items():
        for k in np.unique(counts):
            mean, low, high = interval(100 * values[counts == k])
            reported = ours.get((name.split("/")[0], int(k)))
            verdict = "" if reported is None else "within" if low <= reported <= high else "OUTSIDE"
            yield {"method": name, "k": int(k), "mean": mean, "low": low, "high": high, "verdict": verdict,
                   "ours": "-" if reported is None else round(reported, 2)}


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """Mean and 95 % bootstrap interval; there is one query of a playlist for each number of seeds."""
    random = np.random.default_rng(0)
    means = values[random.integers(0, len(values), (RESAMPLES, len(values)))].mean(1)
    return float(values.mean()), float(np.percentile(means, 2.5)), float(np.percentile(means, 97.5))


if __name__ == "__main__":
    main()
