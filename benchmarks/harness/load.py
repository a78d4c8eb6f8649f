"""A server under wrk, with requests that were signed beforehand."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import jwt

from .context import Context
from .machine import cpu_seconds, descendants, proportional

# Callers use a token for minutes, so requests come with this many different ones.
CALLERS = 64

SCRIPT = """
local requests, place, pause = {}, 0, 0
function init(arguments)
  pause = tonumber(arguments[2]) or 0
  for line in io.lines(arguments[1]) do
    local token, body = line:match("^(%S+) (.*)$")
    requests[#requests + 1] = wrk.format("POST", "/api/v1/recommend",
      {["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json"}, body)
  end
end
function request() place = place + 1; return requests[place % #requests + 1] end
function delay() return pause end
function done(summary, latency, _)
  io.write(string.format("RESULT %d %d %d %f %f %f %d %d\\n", summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(99), latency.max, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
"""


@dataclass(frozen=True)
class Load:
    """What wrk saw, and what it cost the server."""

    requests: int
    requests_per_second: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    bytes_per_answer: float
    failed: int
    cpu_ms_per_request: float
    resident: int


class Server:
    """A running service."""

    def __init__(self, name: str, port: int, command: list[str], environment: Mapping[str, str], log: Path) -> None:
        self.name, self.port, self.log = name, port, log
        with log.open("wb") as file:
            # Ends with the harness, whatever ends that.
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *command], env=dict(environment), stdout=subprocess.DEVNULL,
                stderr=file)

    @property
    def cpu(self) -> float:
        """CPU seconds so far, of all its processes."""
        return sum(cpu_seconds(pid) for pid in descendants(self.process.pid))

    @property
    def resident(self) -> int:
        """Resident bytes of all its processes, what they share counted once."""
        return sum(proportional(pid) for pid in descendants(self.process.pid))

    def stop(self) -> None:
        """Ends it."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @contextmanager
    def listening(self) -> Iterator[Server]:
        """Waits until it listens, and ends it afterwards."""
        try:
            deadline = time.monotonic() + 120
            while not self.accepts:
                if self.process.poll() is not None:
                    tail = self.log.read_text(errors="replace")[-400:]
                    raise RuntimeError(f"{self.name} ended with status {self.process.returncode}: {tail}")
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{self.name} did not begin to listen")
                time.sleep(0.05)
            yield self
        finally:
            self.stop()

    @property
    def accepts(self) -> bool:
        """Whether it takes connections."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Driver:
    """A running wrk."""

    def __init__(
        self, context: Context, server: Server, requests: Path, connections: int, seconds: int, pause_ms: int = 0
    ) -> None:
        script = context.work / "load.lua"
        script.write_text(SCRIPT)
        self.server, self.before = server, server.cpu
        self.process = subprocess.Popen(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(script),
             f"http://127.0.0.1:{server.port}", "--", str(requests), str(pause_ms)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )

    def stop(self) -> Load:
        """Ends it before its time."""
        self.process.send_signal(signal.SIGINT)
        return self.finish()

    def finish(self) -> Load:
        """What it saw."""
        output, errors = self.process.communicate()
        spent = self.server.cpu - self.before
        found = re.search(r"^RESULT (.*)$", output, re.MULTILINE)
        if not found:
            raise RuntimeError(f"wrk said nothing of {self.server.name}: {output} {errors}")
        count, duration, size, p50, p99, slowest, refused, broken = map(float, found.group(1).split())
        return Load(
            int(count), count / duration * 1e6, p50 / 1e3, p99 / 1e3, slowest / 1e3, size / max(count, 1),
            int(refused + broken), spent / max(count, 1) * 1e3, self.server.resident)


def drive(
    context: Context, server: Server, requests: Path, connections: int, seconds: int, pause_ms: int = 0
) -> Load:
    """Runs wrk for some seconds; between answer and next request a connection waits for the pause."""
    return Driver(context, server, requests, connections, seconds, pause_ms).finish()


def free_port() -> int:
    """A port of the loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def signing_key() -> tuple[str, bytes]:
    """The name and bytes of the key that signs service tokens here."""
    text = os.environ.get("SEGUE_SIGNING_KEYS") or Path(os.environ["SEGUE_SIGNING_KEYS_FILE"]).read_text()
    name, _, secret = text.strip().split(",")[0].partition(":")
    return name, base64.b64decode(secret)


def token() -> str:
    """A token that lives for five minutes."""
    name, secret = signing_key()
    now = int(time.time())
    claims = {"iss": "benchmark", "aud": "segue", "iat": now, "exp": now + 300, "jti": str(uuid.uuid4())}
    return jwt.encode(claims, secret, "HS256", headers={"kid": name})


def write_requests(file: Path, bodies: list[dict[str, object]]) -> Path:
    """Signed requests, a line each: token and body."""
    tokens = [token() for _ in range(CALLERS)]
    file.write_text("".join(
        f"{tokens[place % CALLERS]} {json.dumps(body)}\n" for place, body in enumerate(bodies)))
    return file
