#!/usr/bin/env python3
"""Is anything lost or doubled when processes are killed at any moment?

    swift build --product segue; swift build --product fake-services
    export DATABASE_URL="host=… user=… dbname=…"
    benchmarks/faults/kills.py --rounds 10 --kills 2

Makes databases of its own beside the one that DATABASE_URL names (a connection string of libpq, of an account that may
create databases), and serves fakes of all outside services over one made-up world. First the whole way once, undisturbed:
connect an account, take over five sources and a link, ask about features, build an index, recommend by an unknown link, the
nightly chain. Then the same again and again from the same beginning, while a server and a worker are killed with SIGKILL at
random moments and started anew. At the end of each round the catalog must hold what the undisturbed one holds: tracks,
albums and their makers, playlists and their entries in order, liked tracks, plays, favourites, features, enrichments, each
once. Needs psql beside Python. Exit status 1 where a catalog differs.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "segue_faults"
SOURCES = ["liked-tracks", "playlists", "saved-albums", "recently-played", "top-tracks"]
ENDED = {"done", "failed", "cancelled"}

# Facts by outside ids alone, since numbers of rows depend on the order in which things arrive. What says when something was
# asked or written is left out.
FACTS = """
WITH name AS (SELECT entity_id AS id, min(value) AS value FROM external_ids
              WHERE kind = 'track' AND namespace = 'spotify' GROUP BY 1)
SELECT concat_ws(' ', 'id', kind, x.namespace, x.value, n.value)
    FROM external_ids x LEFT JOIN name n ON x.kind = 'track' AND n.id = x.entity_id
UNION ALL SELECT concat_ws(' ', 'track', n.value, t.name, t.duration_ms, t.released, t.popularity)
    FROM tracks t LEFT JOIN name n USING (id)
UNION ALL SELECT concat_ws(' ', 'credit', n.value, a.position, r.name)
    FROM track_artists a JOIN name n ON n.id = a.track_id JOIN artists r ON r.id = a.artist_id
UNION ALL SELECT concat_ws(' ', 'album', a.name, r.name) FROM albums a LEFT JOIN artists r ON r.id = a.artist_id
UNION ALL SELECT concat_ws(' ', 'playlist', name) FROM playlists
UNION ALL SELECT concat_ws(' ', 'entry', p.name, e.position, n.value)
    FROM playlist_entries e JOIN playlists p ON p.id = e.playlist_id LEFT JOIN name n ON n.id = e.track_id
UNION ALL SELECT concat_ws(' ', 'liked', n.value) FROM saved_tracks s LEFT JOIN name n ON n.id = s.track_id
UNION ALL SELECT concat_ws(' ', 'play', source, kind, played_at, n.value)
    FROM plays p LEFT JOIN name n ON n.id = p.track_id
UNION ALL SELECT concat_ws(' ', 'favourite', span, rank, value) FROM favourites
UNION ALL SELECT concat_ws(' ', 'features', provider, n.value, danceability, energy, key, loudness, mode, valence, tempo)
    FROM audio_features f LEFT JOIN name n ON n.id = f.track_id
UNION ALL SELECT concat_ws(' ', 'enrichment', source, n.value, categories)
    FROM enrichments e LEFT JOIN name n ON n.id = e.track_id
ORDER BY 1
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Program:
    """A process of its own group, whose log is kept."""

    def __init__(self, command, environment, log):
        self.log = Path(log)
        with self.log.open("ab") as file:
            self.process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True)

    def end(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        self.process.wait(60)


class Stage:
    """The fakes, a folder for files and logs, and the programs."""

    def __init__(self, options, folder):
        self.options, self.folder = options, Path(folder)
        self.fakes = subprocess.Popen(
            [options.fakes, str(options.tracks), str(self.folder / "world.csv")], stdout=subprocess.PIPE, text=True)
        settings = {}
        while "SEGUE_SPOTIFY_ACCOUNTS_URL" not in settings or "SEGUE_DEEZER_URL" not in settings:
            line = self.fakes.stdout.readline()
            if not line:
                raise SystemExit("the fakes did not start")
            name, _, value = line.removeprefix("export ").strip().partition("=")
            settings[name] = value
        # The first half is in the catalog from the beginning.
        lines = (self.folder / "world.csv").read_text().splitlines(keepends=True)
        (self.folder / "known.csv").write_text("".join(lines[: options.tracks // 2 + 1]))
        self.unknown = [line.split(",")[0] for line in lines[-50:]]
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("SEGUE_")} | settings | {
            "SEGUE_SPOTIFY_CLIENT_ID": "fake-client", "SEGUE_SPOTIFY_RATE": "1000", "SEGUE_CONTACT": "faults@example.org",
            "SEGUE_SECRET_KEYS": "k1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "SEGUE_SIGNING_KEYS": "k1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "SEGUE_NIGHTLY_TOKEN": secrets.token_urlsafe(16), "SEGUE_NIGHTLY_ENRICH": "40", "SEGUE_JOB_LEASE": "2s",
            "SEGUE_DATABASE_CONNECTIONS": "4",
        }

    def database(self, name):
        """The connection string of a database beside the one of DATABASE_URL."""
        given = os.environ["DATABASE_URL"]
        if "://" in given:
            return urllib.parse.urlsplit(given)._replace(path="/" + name).geturl()
        return f"{given} dbname={name}"

    def sql(self, statement, name=None):
        done = subprocess.run(
            ["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d",
             self.database(name) if name else os.environ["DATABASE_URL"], "-c", statement],
            capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"psql: {done.stderr.strip()}")
        return done.stdout.splitlines()

    def make(self, name, template=None):
        self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.sql(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))

    def surroundings(self, name):
        return self.environment | {
            "DATABASE_URL": self.database(name), "SEGUE_INDEX_DIR": str(self.folder / f"index-{name}"), "SEGUE_PORT": "0",
            "SEGUE_SPOTIFY_REDIRECT_PORT": str(free_port())}

    def segue(self, environment, *arguments):
        done = subprocess.run(
            [self.options.segue, *arguments], env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"segue {' '.join(arguments)}: {(done.stdout + done.stderr).strip()[-2000:]}")
        return done.stdout

    def connect(self, environment):
        """Goes the way of a browser whose user permits."""
        command = Program([self.options.segue, "accounts", "connect"], environment, self.folder / "connect.log")
        deadline = time.monotonic() + 30
        while True:
            address = next((line.strip() for line in command.log.read_text().splitlines() if "/authorize?" in line), None)
            if address:
                break
            if time.monotonic() > deadline:
                raise SystemExit(f"segue accounts connect: {command.log.read_text()}")
            time.sleep(0.05)
        with urllib.request.urlopen(address[address.index("http"):], timeout=30) as answer:
            answer.read()
        if command.process.wait(30):
            raise SystemExit(f"segue accounts connect: {command.log.read_text()}")
        return command.log.read_text().strip().splitlines()[-1]


class Round:
    """A server and a worker over one database."""

    def __init__(self, stage, name):
        self.stage, self.name = stage, name
        self.environment = stage.surroundings(name)
        self.key = base64.b64decode(self.environment["SEGUE_SIGNING_KEYS"].split(":")[1])
        self.server_log, self.worker_log = (stage.folder / f"{part}-{name}.log" for part in ("server", "worker"))
        self.kills = {"server": 0, "worker": 0}
        self.start("server")
        self.start("worker")

    def start(self, part):
        if part == "worker":
            self.worker = Program([self.stage.options.segue, "work"], self.environment, self.worker_log)
            return
        offset = self.server_log.stat().st_size if self.server_log.exists() else 0
        self.server = Program([self.stage.options.segue, "up", "--no-demo"], self.environment, self.server_log)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.server.process.poll() is None:
            for line in self.server_log.read_bytes()[offset:].decode(errors="replace").splitlines():
                if '"serving"' in line:
                    self.port = json.loads(line)["port"]
                    return
            time.sleep(0.02)
        raise SystemExit(f"the server did not start: {self.server_log.read_text()[-2000:]}")

    def kill(self, part):
        (self.server if part == "server" else self.worker).end(signal.SIGKILL)
        self.kills[part] += 1
        self.start(part)

    def token(self):
        """A service token as docs/api.md describes it."""
        def text(data):
            return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

        now = int(time.time())
        head = text(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "k1"}).encode())
        claims = text(json.dumps(
            {"iss": "faults", "aud": "segue", "iat": now, "exp": now + 120, "jti": secrets.token_hex(12)}).encode())
        return f"{head}.{claims}." + text(hmac.new(self.key, f"{head}.{claims}".encode(), hashlib.sha256).digest())

    def call(self, method, path, body=None, bearer=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", method=method, data=json.dumps(body).encode() if body is not None else None,
            headers={"Authorization": f"Bearer {bearer or self.token()}", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}")

    def wanted(self, method, path, body=None, status=(200, 202), bearer=None):
        got, answer = self.call(method, path, body, bearer)
        if got not in status:
            raise SystemExit(f"{method} {path}: {got} {json.dumps(answer)[:1000]}")
        return answer

    def jobs(self, kinds=None):
        rows = self.stage.sql("SELECT id || '|' || kind || '|' || status FROM jobs ORDER BY id", self.name)
        return [row.split("|") for row in rows if not kinds or row.split("|")[1] in kinds]

    def wait(self, meanwhile=lambda: None, limit=600):
        """Until every job has ended; gives back what did not end well."""
        deadline = time.monotonic() + limit
        while True:
            jobs = self.jobs()
            if all(job[2] in ENDED for job in jobs):
                return [job for job in jobs if job[2] != "done"]
            if time.monotonic() > deadline:
                rows = self.stage.sql("SELECT id, kind, status, attempts, run_after, error FROM jobs", self.name)
                return [("?", "unended", "; ".join(rows))]
            meanwhile()
            time.sleep(0.1)

    def fill(self, meanwhile=lambda: None):
        """Sources and a link, then features; gives back the seconds of both and the jobs that did not end well."""
        begun = time.monotonic()
        self.wanted("POST", "/api/v1/sources/fetch", {"sources": SOURCES})
        self.wanted("POST", "/api/v1/ingest", {"url": f"https://open.spotify.com/track/{self.stage.unknown[0]}"})
        failures = self.wait(meanwhile)
        fetched = time.monotonic()
        self.stage.segue(self.environment, "features", "fetch", "--detach", "--provider", "reccobeats")
        failures += self.wait(meanwhile)
        return fetched - begun, time.monotonic() - fetched, failures

    def facts(self):
        return self.stage.sql(FACTS, self.name)

    def calls(self):
        """Calls sent to each service, by the lines of the log."""
        counts = {}
        for log in (self.server_log, self.worker_log):
            for line in log.read_text(errors="replace").splitlines():
                if '"endpoint"' in line and '"attempt"' in line:
                    service = json.loads(line).get("service")
                    counts[service] = counts.get(service, 0) + 1
        return counts

    def end(self):
        self.worker.end()
        self.server.end()


def undisturbed(stage):
    """The whole way, told step by step; gives back the facts and how long the filling took."""
    environment = stage.surroundings(f"{PREFIX}_start")
    stage.make(f"{PREFIX}_start")
    stage.segue(environment, "migrate")
    stage.segue(environment, "import", str(stage.folder / "known.csv"))
    print("connect:", stage.connect(environment))
    stage.make(f"{PREFIX}_calm", f"{PREFIX}_start")
    calm = Round(stage, f"{PREFIX}_calm")
    known = int(stage.sql("SELECT count(*) FROM tracks", calm.name)[0])
    fetching, asking, failures = calm.fill()
    if failures:
        raise SystemExit(f"undisturbed, jobs did not end well: {failures}")
    merged = calm.wanted("GET", "/api/v1/sources/aggregate?limit=1")
    for source in merged["sources"]:
        print("source:", json.dumps({name: source[name] for name in source if source[name] not in (None, 0, [])}))
    total, facts, calls = merged["total"], calm.facts(), calm.calls()
    enriched = int(stage.sql("SELECT count(*) FROM enrichments WHERE source = 'reccobeats'", calm.name)[0])
    print("together:", json.dumps(total), f"({known} tracks were known)")
    print(f"{total['tracks']} tracks of sources in {fetching:.1f} s: {total['tracks'] / fetching:.0f} a second")
    print(f"ReccoBeats asked about {enriched} in {asking:.1f} s, at four calls a second")
    print(f"calls for 1,000 tracks: Spotify {1000 * calls.get('spotify', 0) / total['tracks']:.1f}, "
          f"ReccoBeats {1000 * calls.get('reccobeats', 0) / max(enriched, 1):.1f}")
    print("index:", stage.segue(calm.environment, "index", "build").strip().splitlines()[-1])
    deadline = time.monotonic() + 60
    while calm.call("GET", "/api/v1/health/ready")[0] != 200 and time.monotonic() < deadline:
        time.sleep(0.2)
    seed = f"https://open.spotify.com/track/{stage.unknown[-1]}"
    begun = time.monotonic()
    answer = calm.wanted("POST", "/api/v1/recommend", {"seeds": [seed], "k": 3})
    print(f"recommend by an unknown link ({1000 * (time.monotonic() - begun):.0f} ms):", json.dumps(answer["items"])[:300])
    night = calm.wanted(
        "POST", "/internal/jobs/nightly", bearer=calm.environment["SEGUE_NIGHTLY_TOKEN"])["job"]["id"]
    calm.wait()
    report = calm.wanted("GET", f"/api/v1/jobs/{night}")
    print(f"nightly chain: {report['status']},", ", ".join(
        f"{step['name']} {step['outcome']}" for step in report["metadata"]["steps"]))
    calm.end()
    return facts, fetching + asking


def disturbed(stage, number, rng, seconds):
    name = f"{PREFIX}_{number}"
    stage.make(name, f"{PREFIX}_start")
    this = Round(stage, name)
    begun = time.monotonic()
    moments = sorted((rng.uniform(0, seconds), rng.choice(["server", "worker"])) for _ in range(stage.options.kills))
    told = []

    def meanwhile():
        while moments and time.monotonic() - begun >= moments[0][0]:
            moment, part = moments.pop(0)
            this.kill(part)
            told.append(f"{part} at {moment:.1f} s")

    *_, failures = this.fill(meanwhile)
    facts = this.facts()
    this.end()
    return told, failures, facts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segue", default=ROOT / ".build/debug/segue", type=Path)
    parser.add_argument("--fakes", default=ROOT / ".build/debug/fake-services", type=Path)
    parser.add_argument("--tracks", default=3_000, type=int, help="tracks of the made-up world; half of them are known")
    parser.add_argument("--rounds", default=10, type=int)
    parser.add_argument("--kills", default=2, type=int, help="kills in each round")
    parser.add_argument("--seed", default=1, type=int)
    options = parser.parse_args()
    if "DATABASE_URL" not in os.environ:
        raise SystemExit("DATABASE_URL is not set; it names a database beside which this may make its own")
    rng, wrong, struck = random.Random(options.seed), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(options, folder)
        try:
            expected, seconds = undisturbed(stage)
            for number in range(1, options.rounds + 1):
                told, failures, facts = disturbed(stage, number, rng, seconds)
                struck += len(told)
                lost, more = sorted(set(expected) - set(facts)), sorted(set(facts) - set(expected))
                same = facts == expected and not failures
                wrong += not same
                print(f"round {number}: killed {', '.join(told) or 'nobody'}: "
                      + (f"the same {len(facts):,} facts" if same else
                         f"DIFFERENT: {len(lost)} missing {lost[:3]}, {len(more)} too many {more[:3]}, "
                         f"{len(facts)} of {len(expected)} rows, jobs {failures}"), flush=True)
                stage.sql(f"DROP DATABASE {PREFIX}_{number} WITH (FORCE)")
            print(f"{struck} kills in {options.rounds} rounds: {options.rounds - wrong} catalogs as undisturbed, {wrong} not")
        finally:
            stage.fakes.terminate()
            for part in ("start", "calm", *range(1, options.rounds + 1)):
                stage.sql(f"DROP DATABASE IF EXISTS {PREFIX}_{part} WITH (FORCE)")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
