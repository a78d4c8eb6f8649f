"""The page that people read, from the results alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from . import bars, plots


def write(folder: Path) -> None:
    """Draws the plots and writes README.md beside them."""
    for file in [file for form in ("svg", "png") for file in folder.glob(f"*.{form}")]:
        # Drawn by an earlier run that may have had other parts.
        if file.stem.partition("-")[0] in ("bars", *PARTS):
            file.unlink()
    documents = {file.stem: json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))}
    parts = [
        "# Measured", "",
        "Made by `benchmarks/run` from the JSON files beside it; what each measurement does is told in"
        " [benchmarks/README.md](../README.md). Within a measurement, Segue and its peers ran in turn in the same run;"
        " figures are medians over the turns, ratios medians of the turns' ratios, and a spread is half the range as a"
        " share of the median.", "",
        *overview(folder, {name: document["result"] for name, document in documents.items()}),
    ]
    for name, (title, part) in PARTS.items():
        if name not in documents:
            continue
        document = documents[name]
        result = document["result"]
        parts += [f"## {title}", "", describe(document), ""]
        parts += [f"Not available: {result['unavailable']}", ""] if set(result) == {"unavailable"} else part(
            folder, result)
    (folder / "README.md").write_text("\n".join(parts).rstrip() + "\n")


def overview(folder: Path, results: dict[str, Any]) -> list[str]:
    """The bars, in a plot and a table."""
    found = bars.of(results)
    if not found:
        return []
    rows = [[bar.what, f"**{bar.text}**", asked(bar), f"{bar.aim:,g}", bar.verdict] for bar in found]
    drawn = plots.scoreboard(folder, "bars", found)
    return ["## The bars", "", f"![each figure beside its bar]({drawn})", "",
            *table(["what", "measured", "asked", "aim", ""], rows)]


def asked(bar: bars.Bar) -> str:
    """The bar itself; a dash where there is an aim alone."""
    return "-" if bar.asked is None else f"{'at most' if bar.lower else 'at least'} {bar.asked:,g}"


def describe(document: dict[str, Any]) -> str:
    """On what, at which scale."""
    machine = document["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    return (
        f"Scale {document['scale']}; {machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
        f"{machine['system']}; load average when it began {machine['load_before']}; {versions}."
    )


def table(head: list[str], rows: list[list[object]]) -> list[str]:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return [*lines, ""]


def missing(unavailable: dict[str, str]) -> list[str]:
    """Peers that did not take part."""
    return [line for name, why in unavailable.items() for line in (f"{name}: not available: {why}", "")]


def search(folder: Path, result: dict[str, Any]) -> list[str]:
    """Curves, comparisons and builds of every set."""
    return missing(result["unavailable"]) + [
        line for place, found in enumerate(result["sets"])
        for line in search_set(folder, f"search-{place}-{found['vectors']}", found, result["bandwidth"])]


def search_set(folder: Path, name: str, found: dict[str, Any], bandwidth: list[dict[str, float]]) -> list[str]:
    """One set of vectors."""
    shape = f"{found['count']:,} x {found['dimension']}"
    parts = [f"### {shape}{' (the catalog)' if found['vectors'] == 'catalog' else ''}", "",
             f"{found['nlist']:,} lists; {found['queries']:,} queries.", "", *missing(found["unavailable"])]
    for kind, title in (("curve", shape), ("deep", f"{shape}, depth 1,000")):
        if found[kind]:
            drawn = plots.recall_curves(
                folder, f"{name}-{kind}", title, found[kind], 0.99 if kind == "curve" else 0.95)
            parts += [f"![latency against recall, {title}]({drawn})", ""]
    parts += table(
        ["beside", "on the basis of", "k", "threads", "recall asked", "Segue", "the peer", "times as fast"],
        [duel_row(duel) for duel in found["duels"]])
    drawn = plots.bars(folder, f"{name}-build", f"Build of {shape}", "seconds, all cores",
                       {library: build["seconds"] for library, build in found["builds"].items()})
    parts += [f"![seconds of builds]({drawn})", "", *table(
        ["library", "build, s", "threads", "bytes a vector", "times the raw vectors", "peak, MiB"],
        [[library, f"{b['seconds']:.2f}", b["threads"], f"{b['bytes_per_vector']:.0f}", f"{b['memory_over_raw']:.2f}",
          f"{b['peak_resident'] / 2**20:,.0f}"] for library, b in found["builds"].items()])]
    return parts + serving(found, bandwidth)


def serving(found: dict[str, Any], bandwidth: list[dict[str, float]]) -> list[str]:
    """What opening an index and scanning it takes."""
    built, scan = found["builds"].get("segue"), found["scan"]
    if not built or not scan:
        return []
    core = bandwidth[0]["bytes_per_second"]
    return [
        f"Opened from its file in {built['open_seconds']:.3f} s; then, after searches, a process of"
        f" {built['serving_memory'] / 2**20:,.0f} MiB, {built['serving_over_raw']:.2f} times the raw vectors."
        f" Between {scan['probes'][0]} and {scan['probes'][1]} lists each further vector costs"
        f" {scan['nanoseconds_per_vector']:.2f} ns: {scan['code_bytes_per_second'] / 1e9:.1f} GB/s of the eight-bit codes"
        f" that the first pass reads, {scan['code_bytes_per_second'] / core:.0%} of one core's {core / 1e9:.1f} GB/s (as"
        f" float32 it would be {scan['float_bytes_per_second'] / 1e9:.1f} GB/s).", ""]


def duel_row(duel: dict[str, Any]) -> list[object]:
    """Us and one rival at a recall."""
    head: list[object] = [duel["rival"], duel["basis"], f"{duel['k']:,}", duel["threads"], duel["recall_target"]]
    if duel["ratio"] is None:
        return [*head, "not reached", "", ""]
    sides = [
        f"{side['microseconds']:.1f} us (effort {side['effort']}, recall {side['recall']:.4f}, spread {side['spread']:.0%})"
        for side in (duel["segue"], duel["peer"])
    ]
    return [*head, *sides, f"**{duel['ratio']:.2f}**"]


def filters(folder: Path, result: dict[str, Any]) -> list[str]:
    """The curve over selectivities."""
    shape = f"{result['count']:,} x {result['dimension']}"
    drawn = plots.selectivity(folder, "filters", f"Filtered search of {shape}, k = {result['k']}", result["rows"])
    rows = [[f"{row['selectivity']:.2%}", plots.WAYS[way][0], found["lists"] or "", f"{found['microseconds']:,.1f}",
             f"{found['spread']:.0%}", f"{found['recall']:.4f}",
             f"**{row['times_as_fast'][way]:.2f}**" if way in row["times_as_fast"] else ""]
            for row in result["rows"] for way, found in row["ways"].items()]
    return [
        f"![filtered search by selectivity]({drawn})", "",
        f"{result['nlist']:,} lists, one thread. Inside and after with the fewest lists that reach a recall of"
        f" {result['recall_target']}; as it serves, with {result['nprobe']} lists for a search without a filter and more"
        " the less the filter admits, or comparing each admitted track where these are few.", "",
        *table(["admits", "how", "lists", "us a query", "spread", f"recall@{result['k']}", "times as fast as after"],
               rows)]


def rules(_: Path, result: dict[str, Any]) -> list[str]:
    """Ten conditions, everyone's time and memory."""
    rows = [[row["match"], way, f"{found['milliseconds']:,.1f}", f"{found['spread']:.0%}",
             "" if way == "segue" else f"**{found['times_as_fast']:.1f}**",
             f"{result['memory'][way] / 2**20:,.0f}"]
            for row in result["rows"] for way, found in row["ways"].items()]
    return missing(result["unavailable"]) + [
        f"{result['rows'][0]['conditions']} conditions over {result['tracks']:,} made-up tracks: six on numbers and a flag,"
        " four on texts. PostgreSQL has them in one table without joins, polars in memory on all cores, Segue in the"
        " columns of an index on one thread; all count the same tracks. Memory is that of the process once it has the"
        " columns, of PostgreSQL that of the table.", "",
        *table(["match", "who", "ms", "spread", "Segue, times as fast", "memory, MiB"], rows)]


def service(folder: Path, result: dict[str, Any]) -> list[str]:
    """Servers beside one another."""
    parts = [
        f"{result['tracks']:,} tracks, {result['dimension']} dimensions, {result['nlist']:,} lists, k = {result['k']}.",
        "", *missing(result["unavailable"]),
        *table(["strategy", "recall of Segue's answers", "of the peer's", "lists of Segue", "of the peer", "requests"],
               [[r["strategy"], f"{r['segue']:.4f}", f"{r['peer']:.4f}", result["probes"][r["strategy"]],
                 r["peer_probes"], r["queries"]] for r in result["recall"]])]
    for strategy in dict.fromkeys(row["strategy"] for row in result["rows"]):
        rows = [row for row in result["rows"] if row["strategy"] == strategy]
        parts += [f"### Strategy {strategy}", ""]
        for field, ratio, label in (("requests_per_second", "throughput", "requests a second"),
                                    ("p99_ms", "p99", "p99, milliseconds")):
            drawn = plots.service(folder, f"service-{strategy}-{ratio}", f"POST /api/v1/recommend, {strategy}", rows,
                                  field, ratio, label)
            parts += [f"![{label}]({drawn})", ""]
        parts += table(
            ["seeds", "connections", "server", "requests/s", "spread", "p50, ms", "p99, ms", "bytes", "CPU ms/request",
             "MiB", "failed", "Segue answers times as many", "its p99 is"],
            [service_row(row, server) for row in rows for server in row["servers"]])
    return parts


def service_row(row: dict[str, Any], server: str) -> list[object]:
    """One server's figures."""
    found, ratio = row["servers"][server], row["ratios"].get(server)
    return [
        row["seeds"], row["connections"], server, f"{found['requests_per_second']:,.0f}", f"{found['spread']:.0%}",
        f"{found['p50_ms']:.2f}", f"{found['p99_ms']:.2f}", f"{found['bytes_per_answer']:,.0f}",
        f"{found['cpu_ms_per_request']:.3f}", f"{found['resident'] / 2**20:.0f}", f"{found['failed']:.0f}",
        f"**{ratio['throughput']:.2f}**" if ratio else "", f"{ratio['p99']:.2f} of it" if ratio else "",
    ]


def life(folder: Path, result: dict[str, Any]) -> list[str]:
    """Import, build, start, rebuild."""
    there = {part: [row for row in rows if "unavailable" not in row] for part, rows in result.items()}
    parts = missing({row["subject"]: row["unavailable"] for rows in result.values() for row in rows
                     if "unavailable" in row})
    parts += table(
        ["table", "rows", "seconds", "rows a second", "again, rows a second", "after another table, rows a second",
         "plain COPY of the result with the same indexes, rows a second", "peak MiB", "rounds"],
        [[r["file"], f"{r['rows']:,}", f"{r['seconds']:.2f}", f"**{r['rows_per_second']:,.0f}**",
          *(f"{r[name]:,.0f}" if name in r else ""
            for name in ("again_rows_per_second", "after_rows_per_second", "copy_rows_per_second")),
          f"{r['peak_resident'] / 2**20:.0f}", r["rounds"]] for r in there["imports"]])
    parts += table(
        ["tracks", "fill, s", "build and publish, s", "peak MiB", "start to first answer, s", "serving MiB",
         "raw vectors MiB", "recall@10", "recall@1000"],
        [[f"{r['tracks']:,}", f"{r['fill_seconds']:.1f}", f"{r['build_seconds']:.1f}",
          f"{r['build_peak_resident'] / 2**20:.0f}", f"**{r['first_answer_seconds']:.3f}**",
          f"{r['serving_resident'] / 2**20:.0f}", f"{r['raw_vectors'] / 2**20:.0f}",
          f"{r['manifest']['recall']['measured']:.4f}", f"{r['manifest']['deepRecall']['measured']:.4f}"]
         for r in there["rebuilds"]])
    parts += table(
        ["16 connections", "p99 at rest, ms", "during rebuild and swap, ms", "times", "failed", "swapped", "rounds"],
        [[f"{r['pause_ms']} ms between requests", f"{r['rest_p99_ms']:.2f}", f"{r['rebuild_p99_ms']:.2f}",
          f"**{r['ratio']:.2f}**", r["failed"], "yes" if r["swapped"] else "no", r["rounds"]]
         for r in there["under_load"]])
    if there["under_load"]:
        values = {f"{when}, {r['pause_ms']} ms between requests": r[field] for r in there["under_load"]
                  for when, field in (("at rest", "rest_p99_ms"), ("during a rebuild", "rebuild_p99_ms"))}
        drawn = plots.bars(folder, "life-rebuild", "p99 at rest and while a rebuild runs and swaps", "milliseconds",
                           values)
        parts += [f"![p99 at rest and during a rebuild]({drawn})", ""]
    return parts


def limits(_: Path, result: dict[str, Any]) -> list[str]:
    """What the machine can do."""
    return [
        *table(["threads", "GB/s read from memory"],
               [[f"{b['threads']:.0f}", f"{b['bytes_per_second'] / 1e9:.1f}"] for b in result["bandwidth"]]),
        *table(["connections", "bytes", "fixed answers a second", "p50, ms", "p99, ms", "CPU ms/request", "failed"],
               [[h["connections"], f"{h['bytes']:,}", f"{h['requests_per_second']:,.0f}", f"{h['p50_ms']:.2f}",
                 f"{h['p99_ms']:.2f}", f"{h['cpu_ms_per_request']:.4f}", h["failed"]] for h in result["http"]]),
    ]


PARTS = {
    "search": ("Search", search), "filters": ("Filtered search", filters), "rules": ("Rules", rules),
    "service": ("The service", service),
    "life": ("Import, build, start, rebuild", life), "limits": ("What the machine can do", limits),
}
