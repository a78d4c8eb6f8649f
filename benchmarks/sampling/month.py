#!/usr/bin/env python3
"""A month of daily playlists for a simulated listener, beside a sampler that knows no rest.

    swift build -c release --product segue
    benchmarks/sampling/month.py --catalog tracks.csv.gz --catalog songs.csv.gz --out results
    benchmarks/sampling/month.py --pool library --catalog ...     # out of liked tracks instead

Makes a database of its own beside the one that DATABASE_URL names (a connection string of libpq), imports the tables,
builds an index, and lets both samplers make thirty tracks a day for two listeners with the same past, who answer what they
are given in the same way. Time passes by moving the past: after each day everything that happened is a day older.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

DATABASE = "segue_sampling_month"
GENRES = {"indie rock": 3, "jazz": 2, "electropop": 1}
WINDOW = 14


def naive(pool):
    """The same pool, drawn from evenly: no rest, no cap, no share of new tracks, nothing of the last list left out."""
    return {"pool": [{"from": pool}], "count": 30, "temperature": 100, "order": "random", "relax": []}


def careful(pool):
    """For a library; the daily playlist has a recipe of its own."""
    return {"pool": [{"from": pool}], "count": 30, "temperature": 0.3, "per_artist": 2, "artist_spacing": 3,
            "max_kept_ratio": 0, "cooldown": {"served_days": WINDOW, "skipped_days": 60, "recovery_days": 7}}


class Studio:
    def __init__(self, program, database, index):
        self.program = program
        self.environment = dict(os.environ, DATABASE_URL=database, SEGUE_INDEX_DIR=index)
        self.database = database

    def segue(self, *arguments):
        done = subprocess.run(
            [self.program, *arguments], env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"segue {' '.join(arguments[:3])}: {done.stderr.strip()[-2000:]}")
        return done.stdout

    def sql(self, statement):
        done = subprocess.run(
            ["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.database, "-f", "-"],
            input=statement, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"psql: {done.stderr.strip()}")
        return [line.split("|") for line in done.stdout.splitlines() if line]

    def note(self, listener, events):
        """Events are (track, kind, hours ago)."""
        rows = ",".join(
            f"('month', now() - {hours} * interval '1 hour', {track}, '{kind}', '{listener}')"
            for track, kind, hours in events)
        if rows:
            self.sql("INSERT INTO plays (source, played_at, track_id, kind, listener) VALUES "
                     f"{rows} ON CONFLICT DO NOTHING;")


def favourites(studio, rng, size):
    """Tracks of three genres, of an even number of artists each: what the listener loves."""
    loved = []
    for genre, weight in GENRES.items():
        rows = studio.sql(
            f"""SELECT t.id FROM tracks t JOIN audio_features f ON f.track_id = t.id
                WHERE (t.genres && ARRAY['{genre}'] OR EXISTS (
                    SELECT FROM playlist_entries e JOIN playlists p ON p.id = e.playlist_id
                    WHERE e.track_id = t.id AND lower(p.name) LIKE '%{genre}%'))
                GROUP BY t.id ORDER BY md5(t.id::text) LIMIT {size * weight};""")
        loved += [(int(row[0]), genre) for row in rows]
    rng.shuffle(loved)
    return loved


def past(studio, listener, loved, liked, seed):
    rng = random.Random(seed)
    events = []
    for track, _ in loved:
        for _ in range(rng.randint(1, 4)):
            events.append((track, "played", round(rng.uniform(24, 24 * 60), 3)))
        if rng.random() < liked:
            events.append((track, "liked", round(rng.uniform(24, 24 * 60), 3)))
    studio.note(listener, events)


def answer(studio, listener, run, loved, rng):
    """Sixty in a hundred are heard, fifteen skipped, some of the heard ones liked; five old favourites besides."""
    events = []
    for item in run["tracks"]:
        track = int(item["track_id"].split(":")[1])
        chance = rng.random()
        if chance < 0.6:
            events.append((track, "played", round(rng.uniform(0.1, 12), 3)))
            if rng.random() < 0.1:
                events.append((track, "liked", round(rng.uniform(0.05, 0.09), 3)))
        elif chance < 0.75:
            events.append((track, "skipped", round(rng.uniform(0.1, 12), 3)))
    for track, _ in rng.sample(loved, 5):
        events.append((track, "played", round(rng.uniform(0.1, 12), 3)))
    studio.note(listener, events)


def day(run, served, today, seconds):
    tracks = [item["track_id"] for item in run["tracks"]]
    names = Counter(artist for item in run["tracks"] for artist in (item["track"] or {}).get("artist_ids", []))
    recent = sum(1 for track in tracks if any(today - then <= WINDOW for then in served.get(track, [])))
    yesterday = sum(1 for track in tracks if today - 1 in served.get(track, []))
    for track in tracks:
        served.setdefault(track, []).append(today)
    total = max(1, len(tracks))
    return {
        "day": today, "tracks": len(tracks), "repeat": recent / total, "yesterday": yesterday / total,
        "artists": len(names) / total, "most": max(names.values(), default=0),
        "new": run["statistics"]["new"] / total, "relaxed": [step["wish"] for step in run["relaxed"]],
        "seconds": round(seconds, 2), "contexts": len(run["contexts"]),
    }


def month(studio, days, seed, pool):
    rng = random.Random(seed)
    is_daily = pool == "profile"
    loved = favourites(studio, rng, 40 if is_daily else 147)
    print(f"a listener of {len(loved)} favourite tracks", flush=True)
    listeners = {"Segue": "month-segue", "naive": "month-naive"}
    recipes = {"Segue": None if is_daily else careful(pool), "naive": naive(pool)}
    for listener in listeners.values():
        studio.segue("listeners", "add", listener)
        past(studio, listener, loved, 0.3 if is_daily else 1, seed)
    served = {name: {} for name in listeners}
    table = {name: [] for name in listeners}
    made = {}
    for today in range(1, days + 1):
        for name, listener in listeners.items():
            began = time.monotonic()
            chance = ["--seed", str(seed * 1000 + today), "--json"]
            if recipes[name] is None:
                command = ["daily", "--listener", listener]
            elif name in made:
                command = ["reshuffle", made[name]]
            else:
                command = ["create", name, "--listener", listener, "--recipe", json.dumps(recipes[name])]
            run = json.loads(studio.segue("playlist", *command, *chance))
            made[name] = str(run["playlist"])
            table[name].append(day(run, served[name], today, time.monotonic() - began))
            answer(studio, listener, run, loved, random.Random(seed * 1000 + today))
        studio.sql("UPDATE plays SET played_at = played_at - interval '1 day';")
        now = {name: rows[-1] for name, rows in table.items()}
        print(f"day {today}: " + "; ".join(
            f"{name} repeats {row['repeat']:.0%}, new {row['new']:.0%}, artists {row['artists']:.2f}"
            for name, row in now.items()), flush=True)
    return table


def mean(rows, field):
    return sum(row[field] for row in rows) / max(1, len(rows))


def page(table):
    lines = [
        "| day | repeats, Segue | naive | artists a track, Segue | naive | most of one artist, Segue | naive "
        "| new, Segue | naive | relaxed |", "|---|---|---|---|---|---|---|---|---|---|"]
    for ours, naive in zip(table["Segue"], table["naive"]):
        lines.append(
            f"| {ours['day']} | {ours['repeat']:.0%} | {naive['repeat']:.0%} | {ours['artists']:.2f} "
            f"| {naive['artists']:.2f} | {ours['most']} | {naive['most']} | {ours['new']:.0%} | {naive['new']:.0%} "
            f"| {', '.join(ours['relaxed']) or 'nothing'} |")
    ours, naive = table["Segue"], table["naive"]
    lines.append(
        f"| **mean** | **{mean(ours, 'repeat'):.1%}** | **{mean(naive, 'repeat'):.1%}** "
        f"| **{mean(ours, 'artists'):.2f}** | **{mean(naive, 'artists'):.2f}** | **{mean(ours, 'most'):.1f}** "
        f"| **{mean(naive, 'most'):.1f}** | **{mean(ours, 'new'):.0%}** | **{mean(naive, 'new'):.0%}** | |")
    return "\n".join(lines) + "\n"


def plot(table, path):
    import matplotlib
    matplotlib.use("svg")
    import matplotlib.pyplot as pyplot
    matplotlib.rcParams["svg.hashsalt"] = "segue"
    figure, axes = pyplot.subplots(3, 1, figsize=(8, 8), sharex=True)
    panels = [
        ("repeat", f"given out in the {WINDOW} days before", 100), ("artists", "artists for each track", 1),
        ("new", "new to the listener", 100)]
    for axis, (field, title, scale) in zip(axes, panels):
        for name, color in (("Segue", "#1b6ca8"), ("naive", "#c0504d")):
            rows = table[name]
            axis.plot([row["day"] for row in rows], [scale * row[field] for row in rows], color=color, label=name,
                      marker="o", markersize=3)
        axis.set_title(title + (", %" if scale == 100 else ""), loc="left", fontsize=10)
        axis.set_ylim(bottom=0)
        axis.grid(alpha=0.3)
    axes[0].legend(frameon=False)
    axes[-1].set_xlabel("day")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--catalog", action="append", required=True, help="a table to import; may be repeated")
    parser.add_argument("--segue", default=".build/release/segue")
    parser.add_argument("--out", default="benchmarks/results/sampling")
    parser.add_argument("--pool", choices=["profile", "library"], default="profile")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the database, and use the one that is there")
    options = parser.parse_args()
    base = os.environ.get("DATABASE_URL")
    if not base:
        raise SystemExit("DATABASE_URL is not set; name a PostgreSQL server as host=… user=… dbname=…")
    own = " ".join([word for word in base.split() if not word.startswith("dbname=")] + [f"dbname={DATABASE}"])
    index = Path(tempfile.gettempdir()) / DATABASE
    server = Studio(options.segue, base, str(index))
    studio = Studio(options.segue, own, str(index))
    known = server.sql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}';")
    if not (options.keep and known):
        server.sql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE);")
        server.sql(f"CREATE DATABASE {DATABASE};")
        shutil.rmtree(index, ignore_errors=True)
        studio.segue("migrate")
        studio.segue("import", *options.catalog)
        began = time.monotonic()
        studio.segue("index", "build")
        print(f"the index took {time.monotonic() - began:.0f} s", flush=True)
    else:
        studio.sql("DELETE FROM playlists WHERE id IN (SELECT playlist_id FROM made_playlists); DELETE FROM plays;")
    table = month(studio, options.days, options.seed, options.pool)
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{options.pool}.json").write_text(json.dumps(table, indent=1) + "\n")
    (out / f"{options.pool}.md").write_text(page(table))
    try:
        plot(table, out / f"{options.pool}.svg")
    except ImportError:
        print("matplotlib is not there, so there is no plot; see benchmarks/requirements.txt")
    print(page(table).splitlines()[-1])
    if not options.keep:
        server.sql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE);")
        shutil.rmtree(index, ignore_errors=True)


if __name__ == "__main__":
    main()
