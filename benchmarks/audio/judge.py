"""Lays recommendations by sound beside their seeds, descriptor by descriptor, so that they can be judged.

usage: python3 benchmarks/audio/judge.py [--segue PATH] [--address URL] [--seeds N] [--markdown] [TITLE…]

Asks the service of a running `scripts/run --music DIR` or `--demo-music` for the five nearest of each seed by its sound alone
(the weights of all blocks but `sound`, `structure` and `audio` are 0): of the tracks whose titles are given, else of ten from
all over the catalog. Of each neighbour it prints the value of each descriptor and how far that is from the seed's, in standard
deviations over the catalog: `=` up to a half, `~` up to one, nothing up to one and a half, `!` beyond.

The last column of a neighbour is what its explanation's contributions add up to, beside the score. Below stands which share of
the descriptors agrees (`=` or `~`) for neighbours, and for pairs of the catalog at random. Exit status 1 where contributions do
not add up to within 1e-4, or neighbours agree no better than pairs at random.
"""

import argparse
import math
import sys
import urllib.parse
from pathlib import Path

from neighbours import BLIND, Service, tracks

COUNT = 5
# Short heading, way into the descriptors, decimals.
DESCRIPTORS = [
    ("tempo", ("rhythm", "tempo", "bpm"), 0), ("onsets/s", ("rhythm", "onset_rate"), 1),
    ("regular", ("rhythm", "beat_regularity"), 2), ("LUFS", ("loudness", "integrated"), 1),
    ("range", ("loudness", "range"), 1), ("crest", ("loudness", "crest"), 1),
    ("centroid", ("timbre", "centroid", "mean"), 0), ("rolloff", ("timbre", "rolloff", "mean"), 0),
    ("flatness", ("timbre", "flatness", "mean"), 3), ("flux", ("timbre", "flux", "mean"), 2),
    ("zero", ("timbre", "zero_crossings", "mean"), 3), ("harmonic", ("timbre", "harmonic_ratio"), 1),
]
# Compared by their logarithm, as the block sound takes them.
LOGARITHMIC = {"tempo", "centroid", "rolloff", "flatness"}


def described(service, track):
    path = urllib.parse.quote(track["id"], safe="")
    for analysis in service("GET", f"/api/v1/tracks/{path}/analysis")["analyses"]:
        if analysis["kind"] == "sound":
            return {name: inside(analysis["values"], way) for name, way, _ in DESCRIPTORS}
    return None


def inside(values, way):
    for name in way:
        values = (values or {}).get(name)
    return values


def scaled(name, value):
    return None if value is None else math.log(max(value, 1e-9)) if name in LOGARITHMIC else value


def deviations(descriptions):
    """The standard deviation of each descriptor over the catalog."""
    result = {}
    for name, _, _ in DESCRIPTORS:
        values = [value for value in (scaled(name, one[name]) for one in descriptions) if value is not None]
        mean = sum(values) / max(1, len(values))
        result[name] = math.sqrt(sum((value - mean) ** 2 for value in values) / max(1, len(values))) or 1
    return result


def distance(name, first, second, spread):
    first, second = scaled(name, first[name]), scaled(name, second[name])
    return None if first is None or second is None else abs(first - second) / spread[name]


def mark(apart):
    return "?" if apart is None else "=" if apart <= 0.5 else "~" if apart <= 1 else "" if apart <= 1.5 else "!"


def agreement(first, second, spread):
    """The share of descriptors that both have and that are within one deviation."""
    apart = [distance(name, first, second, spread) for name, _, _ in DESCRIPTORS]
    known = [value for value in apart if value is not None]
    return sum(value <= 1 for value in known) / max(1, len(known))


def text(value, decimals):
    return "-" if value is None else f"{value:.{decimals}f}"


def row(cells, markdown):
    if markdown:
        return "| " + " | ".join(cells) + " |"
    return f"{cells[0][:38]:<38} " + " ".join(f"{cell:>8}" for cell in cells[1:])


def judge(service, seed, all_tracks, descriptions, spread, markdown):
    """Prints one seed with its neighbours; gives their agreements, and whether contributions add up."""
    answer = service("POST", "/api/v1/recommend", {
        "seeds": [seed["id"]], "k": COUNT, "strategy": "cosine", "weights": BLIND, "explain": "full"})
    own = descriptions[seed["id"]]
    print(f"\n{'**' if markdown else ''}{label(seed)}{'**' if markdown else ''}")
    headings = [""] + [name for name, _, _ in DESCRIPTORS] + ["score", "sum"]
    print(("\n" if markdown else "") + row(headings, markdown))
    if markdown:
        print("|" + "---|" * len(headings))
    print(row(["seed"] + [text(own[name], decimals) for name, _, decimals in DESCRIPTORS] + ["", ""], markdown))
    agreements, adds_up = [], True
    for item in answer["items"]:
        other = descriptions.get(item["track"]["id"])
        if other is None:
            continue
        total = sum(block["contribution"] for block in item["explanation"]["blocks"])
        adds_up &= abs(total - item["score"]) <= 1e-4
        agreements.append(agreement(own, other, spread))
        cells = [
            text(other[name], decimals) + mark(distance(name, own, other, spread)) for name, _, decimals in DESCRIPTORS]
        print(row([label(item["track"])] + cells + [f"{item['score']:.4f}", f"{total:.4f}"], markdown))
    return agreements, adds_up


def label(track):
    folder = Path(track["id"].removeprefix("file:")).parts
    place = next((part for part in reversed(folder[:-1]) if part not in ("music", "data", "core", "default", "bgm")), "")
    return f"{track['name']} ({place})"


def main():
    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segue", default=str(root / "scripts/segue"))
    parser.add_argument("--address", default="http://127.0.0.1:8080")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--markdown", action="store_true", help="tables as Markdown")
    parser.add_argument("titles", nargs="*", metavar="TITLE")
    options = parser.parse_args()
    service = Service(options.segue, options.address)
    found = tracks(service)
    descriptions = {track["id"]: described(service, track) for track in found}
    found = [track for track in found if descriptions[track["id"]]]
    if len(found) <= COUNT:
        sys.exit("there are too few analysed tracks; begin with scripts/run --demo-music")
    spread = deviations([descriptions[track["id"]] for track in found])
    seeds = [track for track in found if track["name"] in options.titles]
    if not options.titles:
        seeds = found[:: max(1, len(found) // options.seeds)][: options.seeds]
    if not seeds:
        sys.exit("no analysed track has such a title")
    agreements, adds_up = [], True
    for seed in seeds:
        here, right = judge(service, seed, found, descriptions, spread, options.markdown)
        agreements += here
        adds_up &= right
        print(f"{'' if not options.markdown else chr(10)}descriptors that agree: {sum(here) / max(1, len(here)):.0%}")
    near = sum(agreements) / max(1, len(agreements))
    pairs = [
        agreement(descriptions[first["id"]], descriptions[second["id"]], spread)
        for place, first in enumerate(found) for second in found[place + 1:]]
    chance = sum(pairs) / len(pairs)
    print(f"\n{len(agreements)} neighbours of {len(seeds)} seeds: {near:.0%} of descriptors agree; "
          f"{chance:.0%} of those of two tracks at random")
    print("all contributions add up to their scores" if adds_up else "contributions do NOT add up to their scores")
    sys.exit(0 if adds_up and near > chance else 1)


if __name__ == "__main__":
    main()
