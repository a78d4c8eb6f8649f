"""Tells how often the nearest neighbours of a recording are by the same composer or from the same album: precision@5.

usage: python3 benchmarks/audio/neighbours.py [--segue PATH] [--address URL] [--json FILE]

Asks the service of a running `scripts/run --demo-music` with a token from `scripts/segue`. Needs nothing beside Python.
Beside Segue's cosine stand a random order and the nearest tempo. A track is asked about where at least one other shares its
artist or its album, as the tags name them.

The catalog's vectors hold who the artist is (blocks artist and artist_audio), which would answer the question by itself. So
requests set the weights of all blocks but those of the sound to 0. What recommendations are without that is printed last.
"""

import argparse
import json
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

# Factors of the blocks' weights.
BLIND = {"listeners": 0, "artist": 0, "artist_audio": 0, "era": 0}
SOUND = BLIND | {"audio": 0, "structure": 0}
COUNT = 5
LABELS = {
    "sound": "Segue, the block sound alone", "measured": "Segue, all that is measured: sound, form, tempo, key, loudness",
    "tempo": "the nearest tempo", "chance": "chance", "all": "Segue, artists and years known",
}


class Service:
    """The HTTP interface of a running `scripts/run`."""

    def __init__(self, segue, address):
        self.segue, self.address, self.calls = segue, address, 0

    def __call__(self, method, path, body=None):
        # A token lives for minutes, and a run takes seconds.
        if self.calls % 500 == 0:
            self.token = subprocess.run([self.segue, "token"], capture_output=True, check=True, text=True).stdout.strip()
        self.calls += 1
        request = urllib.request.Request(
            self.address + path, method=method, data=json.dumps(body).encode() if body else None,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        while True:
            try:
                with urllib.request.urlopen(request) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code != 429:
                    raise
                time.sleep(float(error.headers.get("Retry-After", 1)))


def tracks(service):
    found, cursor = [], ""
    while cursor is not None:
        page = service("GET", f"/api/v1/tracks?limit=100{cursor and '&cursor=' + urllib.parse.quote(cursor)}")
        found += page["tracks"]
        cursor = page["next"]
    return [track for track in found if track["id"].startswith("file:")]


def tempo(service, track):
    answer = service("GET", f"/api/v1/tracks/{urllib.parse.quote(track['id'], safe='')}/analysis")
    for analysis in answer["analyses"]:
        if analysis["kind"] == "sound":
            return analysis["values"]["rhythm"].get("tempo", {}).get("bpm")
    return None


def album(track):
    """The album, which the folder stands for where the tags do not name one."""
    return track["album"] or str(Path(track["id"].removeprefix("file:")).parent)


def relatives(track, all_tracks):
    names = set(track["artists"])
    return {
        other["id"] for other in all_tracks
        if other["id"] != track["id"] and (names & set(other["artists"]) or album(other) == album(track))
    }


def nearest(service, track, weights):
    answer = service("POST", "/api/v1/recommend", {
        "seeds": [track["id"]], "k": COUNT, "strategy": "cosine", "weights": weights})
    return [item["track"]["id"] for item in answer["items"]]


def precision(order, related):
    return sum(other in related for other in order[:COUNT]) / COUNT


def main():
    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segue", default=str(root / "scripts/segue"))
    parser.add_argument("--address", default="http://127.0.0.1:8080")
    parser.add_argument("--json", help="write all figures to this file")
    options = parser.parse_args()
    service = Service(options.segue, options.address)
    found = tracks(service)
    tempos = {track["id"]: tempo(service, track) for track in found}
    scores, rows = {name: [] for name in LABELS}, []
    for track in found:
        related = relatives(track, found)
        if not related:
            continue
        others = [other["id"] for other in found if other["id"] != track["id"]]
        own = tempos[track["id"]] or 0
        orders = {
            "sound": nearest(service, track, SOUND), "measured": nearest(service, track, BLIND),
            "all": nearest(service, track, {}),
            "tempo": sorted(others, key=lambda other: abs((tempos[other] or 1e9) - own)),
        }
        for name, order in orders.items():
            scores[name].append(precision(order, related))
        # What five drawn at random have in the mean, exactly.
        scores["chance"].append(len(related) / len(others))
        rows.append({"track": track["id"], "nearest": orders["sound"], "precision": scores["sound"][-1]})
    means = {name: sum(values) / len(values) for name, values in scores.items()}
    print(f"{len(found)} tracks, {len(rows)} with another of the same artist or album")
    for name, label in LABELS.items():
        print(f"  precision@{COUNT} {means[name]:.3f}  {label}")
    if options.json:
        Path(options.json).write_text(json.dumps({"means": means, "tracks": rows}, indent=1))
    return 0 if means["sound"] > max(1.5 * means["tempo"], 2 * means["chance"]) else 1


if __name__ == "__main__":
    sys.exit(main())
