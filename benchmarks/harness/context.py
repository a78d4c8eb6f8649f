"""What every measurement is given: scale, folders, programs, and how much time is left."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

SECONDS = {"small": 300, "full": 3_600}


@dataclass
class Context:
    """The scale of a run and where things are."""

    scale: str
    out: Path
    root: Path = field(default_factory=lambda: Path(os.environ["BENCHMARK_ROOT"]))
    work: Path = field(default_factory=lambda: Path(os.environ["BENCHMARK_WORK"]))
    started: float = field(default_factory=time.monotonic)

    @property
    def is_full(self) -> bool:
        """Whether the hour is there to be used."""
        return self.scale == "full"

    @property
    def rounds(self) -> int:
        """How many turns everyone gets."""
        return 7 if self.is_full else 5

    @property
    def seconds_left(self) -> float:
        """What is left of the scale's time; a measurement that would not fit is left out and says so."""
        return SECONDS[self.scale] - (time.monotonic() - self.started)

    @property
    def shared(self) -> Path | None:
        """Real tables, where this machine has them."""
        named = os.environ.get("SEGUE_SHARED")
        folder = Path(named) if named else self.root.parent / "shared"
        return folder if (folder / "data/tracks_large.csv.gz").exists() else None

    @property
    def segue(self) -> Path:
        """The program."""
        return Path(os.environ.get("SEGUE_BINARY") or self.root / ".build/release/segue")

    @property
    def segue_bench(self) -> Path:
        """Its parts, one at a time."""
        return self.root / ".build/release/segue-bench"

    def folder(self, name: str) -> Path:
        """A folder for what a measurement writes and the next one may find again."""
        folder = self.work / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def say(self, text: str) -> None:
        """A line for the person who waits."""
        print(f"[{time.monotonic() - self.started:6.0f} s] {text}", file=sys.stderr, flush=True)


def reason(error: BaseException) -> str:
    """Why something is not available, in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:300]}" if text else type(error).__name__
