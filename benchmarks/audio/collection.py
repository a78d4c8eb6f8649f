"""Analyses folders of music anew and tells time, memory and failures.

usage: python3 benchmarks/audio/collection.py [--segue PATH] [--json FILE] FOLDER…

Runs `segue analyze --again` over each folder into the catalog of scripts/segue (or of DATABASE_URL, with --segue naming the
program) and watches its processes. Memory is the greatest resident set that any process of a kind ever had, as the kernel
counts it. Needs nothing beside Python. Exit status 1 where a folder cannot be analysed.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path


def children(parents):
    """All processes below some, by id."""
    found, below = {}, {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            fields = Path(f"/proc/{entry}/stat").read_text().rsplit(")", 1)
        except OSError:
            continue
        below.setdefault(int(fields[1].split()[1]), []).append((int(entry), fields[0].split("(", 1)[1]))
    waiting = list(parents)
    while waiting:
        for process, name in below.get(waiting.pop(), []):
            found[process] = name
            waiting.append(process)
    return found


def greatest(process):
    """The greatest resident set of a process, in MiB; 0 once it is gone."""
    try:
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0


class Watch(threading.Thread):
    """Looks at the processes below one, fifty times a second."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.process, self.peaks, self.counts = process, {}, {}
        self.start()

    def run(self):
        seen = set()
        while self.process.poll() is None:
            for process, name in (children([self.process.pid]) | {self.process.pid: "segue"}).items():
                if name in ("segue", "segue-analyze"):
                    self.peaks[name] = max(self.peaks.get(name, 0), greatest(process))
                    seen.add((process, name))
            time.sleep(0.02)
        self.counts = {name: sum(1 for _, other in seen if other == name) for name in self.peaks}


def analyze(segue, folder):
    began = time.monotonic()
    process = subprocess.Popen(
        [segue, "analyze", "--again", "--json", folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    watch = Watch(process)
    output, errors = process.communicate()
    watch.join()
    if process.returncode != 0:
        sys.exit(f"{folder}: {errors.strip()}")
    report = json.loads(output)
    return report | {
        "folder": folder, "wall": time.monotonic() - began, "peak_service": watch.peaks.get("segue", 0),
        "peak_analysis": watch.peaks.get("segue-analyze", 0)}


def main():
    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segue", default=str(root / "scripts/segue"))
    parser.add_argument("--json", help="write all figures to this file")
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    options = parser.parse_args()
    rows = [analyze(options.segue, folder) for folder in options.folders]
    form = "{:<46} {:>6} {:>9} {:>7} {:>8} {:>8} {:>7} {:>9} {:>9}"
    print(form.format("folder", "files", "analysed", "failed", "minutes", "seconds", "times", "analysis", "service"))
    print(form.format("", "", "", "", "of sound", "", "real", "MiB", "MiB"))
    for row in rows:
        print(form.format(
            row["folder"][-46:], row["files"], row["analyzed"], len(row["failures"]), f"{row['sound'] / 60:.1f}",
            f"{row['seconds']:.1f}", f"{row['sound'] / max(row['seconds'], 1e-9):.0f}", f"{row['peak_analysis']:.0f}",
            f"{row['peak_service']:.0f}"))
    total = {name: sum(row[name] for row in rows) for name in ("files", "analyzed", "sound", "seconds")}
    failed = [failure for row in rows for failure in row["failures"]]
    print(form.format(
        "altogether", total["files"], total["analyzed"], len(failed), f"{total['sound'] / 60:.1f}",
        f"{total['seconds']:.1f}", f"{total['sound'] / max(total['seconds'], 1e-9):.0f}",
        f"{max(row['peak_analysis'] for row in rows):.0f}", f"{max(row['peak_service'] for row in rows):.0f}"))
    for failure in failed:
        print(f"  {failure['path']}: {failure['message']} ({failure['code']})")
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
