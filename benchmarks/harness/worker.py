"""A library in a process of its own that answers commands, so that memory and threads are its own.

One JSON object a line in, one out; `segue-bench vectors` speaks the same.

    {"do": "build", "base": FILE, "count": N, "dimension": D, "threads": T, …}   -> {"seconds", "memory"}
    {"do": "search", "queries": FILE, "count": Q, "k": K, "effort": E, "threads": T, "out": FILE}  -> {"seconds"}
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from .context import Context
from .machine import status


class Worker:
    """A running library."""

    def __init__(self, name: str, command: list[str], threads: int) -> None:
        self.name = name
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads))
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
        )

    @classmethod
    def of(cls, name: str, context: Context, threads: int) -> Worker:
        """Starts `segue` or a peer by name."""
        if name == "segue":
            return cls(name, [str(context.segue_bench), "vectors"], threads)
        return cls(name, [sys.executable, "-m", "harness.peers.vectors", name], threads)

    def ask(self, **command: Any) -> dict[str, Any]:
        """Sends a command and waits for its answer."""
        assert self.process.stdin and self.process.stdout
        try:
            self.process.stdin.write(json.dumps(command, default=str) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # The missing answer tells.
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with status {self.process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"{self.name}: {answer['error']}")
        return answer

    @property
    def peak(self) -> int:
        """The most resident bytes so far."""
        return status(self.process.pid, "VmHWM")

    def close(self) -> None:
        """Ends it."""
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def answers(context: Context, name: str) -> Path:
    """A file that a worker writes what it found to."""
    return context.folder("answers") / name
