"""Plots as SVG and PNG, from the results alone."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .bars import Bar

COLOURS = {
    "segue": "#c8102e", "faiss-ivf": "#1f6f8b", "faiss-hnsw": "#345995", "hnswlib": "#d68c00", "voyager": "#7d53a1",
    "usearch": "#3a8f5c", "pgvector": "#777777", "fastapi-1": "#8aa9c9", "fastapi-2": "#345995",
}
LABELS = {"segue": "Segue", "fastapi-1": "FastAPI, one worker", "fastapi-2": "FastAPI, two workers"}
WAYS = {
    "service": ("Segue, as it serves", "#c8102e"), "inside": ("bitmap inside the scan", "#d68c00"),
    "after": ("search wide, filter after", "#1f6f8b"), "direct": ("compare each admitted", "#3a8f5c"),
}
STYLE = {
    "font.size": 10, "axes.titlesize": 12, "axes.titleweight": "bold", "axes.titlelocation": "left",
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.25, "grid.linewidth": 0.6,
    "svg.hashsalt": "segue", "figure.facecolor": "white",
}
plt.rcParams.update(STYLE)


def colour(name: str) -> str:
    """One colour for a name, everywhere."""
    return COLOURS.get(name, "#444444")


def save(figure: Figure, folder: Path, name: str) -> str:
    """Writes both forms; answers the file's name for a page."""
    figure.savefig(folder / f"{name}.svg", bbox_inches="tight", metadata={"Date": None})
    figure.savefig(folder / f"{name}.png", dpi=130, bbox_inches="tight")
    plt.close(figure)
    return f"{name}.svg"


def label_ends(axis: Axes, ends: list[tuple[float, float, str, str]]) -> None:
    """Names at the ends of lines, pushed apart where they would overlap; the y-axis is logarithmic."""
    low, high = (math.log10(value) for value in axis.get_ylim())
    step, previous = 0.05 * (high - low), -math.inf
    for x, y, name, shade in sorted(ends, key=lambda end: end[1]):
        place = max(math.log10(y), previous + step)
        previous = place
        axis.annotate(
            name, (x, y), xytext=(1.02, (place - low) / (high - low)), textcoords="axes fraction", color=shade,
            va="center", fontweight="bold" if name.startswith("Segue") or name == "segue" else "normal",
            arrowprops={"arrowstyle": "-", "color": shade, "alpha": 0.4, "linewidth": 0.7})


def nines(recall: float) -> float:
    """A scale on which 0.9, 0.99 and 0.999 are equally far apart."""
    return -math.log10(max(1 - recall, 1e-4))


def recall_curves(folder: Path, name: str, title: str, points: list[dict[str, Any]], target: float) -> str:
    """Latency against recall: low and to the right is better."""
    figure, axis = plt.subplots(figsize=(8, 4.8))
    ends = []
    for library in dict.fromkeys(point["library"] for point in points):
        line = sorted((nines(p["recall"]), p["microseconds"]) for p in points if p["library"] == library)
        line = [(x, y) for x, y in line if x >= nines(0.5)] or line
        axis.plot(
            [x for x, _ in line], [y for _, y in line], marker="o", markersize=3.5, color=colour(library),
            linewidth=2.6 if library == "segue" else 1.4, zorder=3 if library == "segue" else 2)
        ends.append((*line[-1], library, colour(library)))
    axis.set_yscale("log")
    ticks = [0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999]
    axis.set_xticks([nines(tick) for tick in ticks], [f"{tick:g}" for tick in ticks])
    axis.set_xlim(nines(0.5), nines(0.9999) + 0.05)
    axis.axvline(nines(target), color="#999999", linewidth=1, linestyle=":")
    axis.yaxis.set_major_formatter("{x:g}")
    axis.set_xlabel(f"recall@{points[0]['k']:,}")
    axis.set_ylabel("microseconds a query, one thread")
    axis.set_title(title)
    axis.text(0.99, 0.02, "better is down and right", transform=axis.transAxes, ha="right", color="#888888", fontsize=9)
    label_ends(axis, ends)
    return save(figure, folder, name)


def selectivity(folder: Path, name: str, title: str, rows: list[dict[str, Any]]) -> str:
    """Latency of a filtered search by how much the filter admits, each way at the same recall."""
    figure, axis = plt.subplots(figsize=(8, 4.8))
    ends = []
    for way, (label, shade) in WAYS.items():
        line = [(r["selectivity"] * 100, r["ways"][way]["microseconds"]) for r in rows if way in r["ways"]]
        if not line:
            continue
        axis.plot([x for x, _ in line], [y for _, y in line], marker="o", markersize=3.5, color=shade,
                  linewidth=2.6 if way == "service" else 1.4)
        ends.append((*line[-1], label, shade))
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.invert_xaxis()
    axis.xaxis.set_major_formatter("{x:g} %")
    axis.yaxis.set_major_formatter("{x:g}")
    axis.set_xlabel("share of the tracks that the filter admits")
    axis.set_ylabel("microseconds a query, one thread")
    axis.set_title(title)
    label_ends(axis, ends)
    return save(figure, folder, name)


def service(
    folder: Path, name: str, title: str, rows: list[dict[str, Any]], field: str, ratio: str, label: str
) -> str:
    """Servers side by side at each number of connections, with how many times the peer's ours is."""
    figure, axis = plt.subplots(figsize=(8, 1.2 + 1.25 * len(rows)))
    position, ticks = 0.0, []
    largest = max(row["servers"][server][field] for row in rows for server in row["servers"])
    for row in rows:
        start = position
        for server, found in row["servers"].items():
            axis.barh(position, found[field], color=colour(server), height=0.86)
            times = f"   (Segue: {row['ratios'][server][ratio]:.2g} times that)" if server in row["ratios"] else ""
            axis.text(
                found[field] + largest * 0.01, position, f"{LABELS.get(server, server)}  {found[field]:,.4g}{times}",
                va="center", color="#222222", fontsize=9, fontweight="bold" if server == "segue" else "normal")
            position += 1
        ticks.append(((start + position - 1) / 2, f"{row['connections']} connections\n{row['seeds']} seed"
                      + ("s" if row["seeds"] > 1 else "")))
        position += 0.7
    axis.xaxis.set_major_formatter("{x:,g}")
    axis.set_yticks([place for place, _ in ticks], [text for _, text in ticks])
    axis.invert_yaxis()
    axis.grid(False, axis="y")
    axis.set_xlim(0, largest * 1.5)
    axis.set_xlabel(label)
    axis.set_title(title)
    return save(figure, folder, name)


def bars(folder: Path, name: str, title: str, label: str, values: dict[str, float]) -> str:
    """A bar for each name."""
    figure, axis = plt.subplots(figsize=(8, 0.9 + 0.42 * len(values)))
    names = list(values)[::-1]
    drawn = axis.barh(names, [values[n] for n in names], color=[colour(n.split(" ")[0]) for n in names], height=0.7)
    axis.bar_label(drawn, labels=[f"{values[n]:,.3g}" for n in names], padding=4)
    axis.set_xlabel(label)
    axis.set_title(title)
    axis.grid(False, axis="y")
    axis.margins(x=0.15)
    return save(figure, folder, name)


def scoreboard(folder: Path, name: str, found: list[Bar]) -> str:
    """Each figure as so many times its bar: right of the line is reached."""
    figure, axis = plt.subplots(figsize=(8, 0.9 + 0.36 * len(found)))
    for place, bar in enumerate(found):
        shade = {"below the bar": "#c8102e", "below the aim": "#d9b44a", "reached": "#d9b44a"}.get(bar.verdict, "#3a8f5c")
        axis.barh(place, bar.score, left=0, color=shade, height=0.7)
        axis.plot([bar.aim_score] * 2, [place - 0.35, place + 0.35], color="#222222", linewidth=1.4)
        axis.text(max(bar.score, 1, bar.aim_score) * 1.06, place, bar.text, va="center", fontsize=8.5)
    axis.axvline(1, color="#222222", linewidth=1.2, linestyle="--")
    axis.set_xscale("log")
    scores = [value for bar in found for value in (bar.score, bar.aim_score, 1)]
    axis.set_xlim(min(scores) * 0.7, max(scores) * 6)
    axis.set_yticks(range(len(found)), [bar.what for bar in found], fontsize=8.5)
    axis.invert_yaxis()
    axis.grid(False, axis="y")
    axis.xaxis.set_major_formatter("{x:g}")
    axis.set_xlabel("times the bar (dashed: the bar asked for; short black line: the aim beyond)")
    axis.set_title("Measured beside what was asked")
    return save(figure, folder, name)
