"""Compares `segue-analyze` with librosa on files of sound: agreement within stated tolerances, and speed.

usage: python benchmarks/audio/compare.py [--binary PATH] [--folder DIR]… [--count N] [--json FILE]

Needs librosa (requirements.txt beside this file) and a release build of segue-analyze. Exit status 1 where a tolerance is
missed. Times are of the processor: of one process of segue-analyze for each file, start included, and of librosa in this
process, warmed up, on one thread.

The speed of bliss (bliss-audio 0.2.0, the newest that PyPI has for Python) stands beside them where it is installed: its 23
numbers of tempo, timbre, loudness and chroma, decoding included, all its threads together. It describes less, so that only
its time is compared.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402
import reference  # noqa: E402

try:
    import bliss_audio
except ImportError:
    bliss_audio = None

SOUNDS = {".ogg", ".mp3", ".flac", ".opus", ".wav", ".m4a"}

# Of each descriptor: how its difference is measured, and how great it may be for nine files in ten.
# "relative": |a - b| / |b|; "absolute": |a - b|; "decibels": mean of |a - b| over the vector; "cosine": 1 - cosine.
TOLERANCES = {
    "rms": ("relative", 0.005),
    "zero_crossings": ("relative", 0.02),
    "centroid": ("relative", 0.01),
    "spread": ("relative", 0.01),
    "rolloff": ("relative", 0.01),
    "flatness": ("relative", 0.05),
    "flux": ("relative", 0.02),
    "contrast": ("decibels", 0.5),
    "mfcc": ("decibels", 0.5),
    "mfcc_delta": ("decibels", 0.05),
    "chroma": ("cosine", 0.005),
    "harmonic_ratio": ("absolute", 1.0),
}


def arguments():
    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(root / ".build/release/segue-analyze"))
    parser.add_argument("--folder", action="append", default=[])
    parser.add_argument("--count", type=int, default=60, help="files at most, evenly from all")
    parser.add_argument("--shortest", type=float, default=20, help="seconds that a file has at least")
    parser.add_argument("--longest", type=float, default=420, help="seconds that a file has at most")
    parser.add_argument("--json", help="write all figures to this file")
    return parser.parse_args()


def children_time():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def own_time():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def analyze(binary, path):
    """The document of a file and the seconds that it took, or None where it was refused."""
    before = children_time()
    result = subprocess.run([binary, str(path)], capture_output=True, check=False)
    seconds = children_time() - before
    answer = json.loads(result.stdout or b"{}")
    return answer.get("document"), seconds


def bliss_time(path):
    """The seconds that bliss takes for a file; None where it is not installed or cannot read the file."""
    if bliss_audio is None:
        return None
    before = own_time()
    try:
        bliss_audio.Song(str(path))
    except Exception as error:  # its own kind of exception is not exported
        print(f"  bliss refuses {path.name}: {error}", file=sys.stderr)
        return None
    return own_time() - before


def ours(document):
    """The document's numbers under the names of the reference."""
    described = document["descriptors"]
    timbre, loudness, tonality = described["timbre"], described["loudness"], described["tonality"]
    pair = lambda value: (np.asarray(value["mean"]), np.asarray(value["deviation"]))  # noqa: E731
    values = {name: pair(timbre[name]) for name in
              ("zero_crossings", "centroid", "spread", "rolloff", "flatness", "flux", "contrast", "mfcc")}
    values |= {"rms": pair(loudness["rms"]), "chroma": pair(tonality["chroma"])}
    values |= {"mfcc_delta": np.asarray(timbre["mfcc_delta"]), "harmonic_ratio": timbre["harmonic_ratio"]}
    tempo, key = described["rhythm"].get("tempo"), tonality.get("key")
    values["tempo"] = tempo["bpm"] if tempo else None
    values["confidence"] = tempo["confidence"] if tempo else 0
    values["key"] = (key["pitch_class"], key["mode"]) if key else None
    return values


def difference(kind, mine, theirs):
    if isinstance(mine, tuple):
        mine, theirs = mine[0], theirs[0]
    mine, theirs = np.asarray(mine, dtype=float), np.asarray(theirs, dtype=float)
    match kind:
        case "relative":
            return float(abs(mine - theirs) / max(abs(theirs), 1e-9))
        case "absolute":
            return float(abs(mine - theirs))
        case "decibels":
            return float(np.abs(mine - theirs).mean())
        case _:
            return float(1 - mine @ theirs / (np.linalg.norm(mine) * np.linalg.norm(theirs)))


def same_up_to_octave(first, second, tolerance=0.04):
    """Whether two tempos differ by a factor of 1, 2, 3, 1/2 or 1/3 within a tolerance."""
    return any(abs(first * factor / second - 1) <= tolerance for factor in (1, 2, 0.5, 3, 1 / 3))


def related(first, second):
    """Whether two keys are the same, a fifth apart, relative or parallel (the MIREX classes that earn points)."""
    (tonic, mode), (other, other_mode) = first, second
    distance = (tonic - other) % 12
    if mode == other_mode:
        return distance in (0, 5, 7)
    return distance == 0 or distance == (9 if mode == 0 else 3)


def compare(path, binary, span):
    document, seconds = analyze(binary, path)
    if document is None or not span[0] <= document["file"]["duration"] <= span[1]:
        return None
    before = own_time()
    theirs = reference.describe(path)
    their_seconds = own_time() - before
    mine = ours(document)
    return {
        "file": path.name,
        "duration": theirs["duration"],
        "seconds": seconds,
        "librosa_seconds": their_seconds,
        "bliss_seconds": bliss_time(path),
        "differences": {name: difference(kind, mine[name], theirs[name]) for name, (kind, _) in TOLERANCES.items()},
        "tempo": [mine["tempo"], theirs["tempo"]],
        "confidence": mine["confidence"],
        "onset_rate": [document["descriptors"]["rhythm"]["onset_rate"], theirs["onset_rate"]],
        "beats": [document["descriptors"]["rhythm"]["beats"], theirs["beats"]],
        "key": [mine["key"], theirs["key"], reference.key_by_constant_q(path)],
    }


def report(rows):
    """Prints the comparison; true where every tolerance holds."""
    holds = True
    print(f"{'descriptor':<16} {'measure':<10} {'tolerance':>9} {'median':>9} {'90 %':>9} {'greatest':>9}  within")
    for name, (kind, tolerance) in TOLERANCES.items():
        values = np.array([row["differences"][name] for row in rows])
        within = float((values <= tolerance).mean())
        holds &= within >= 0.9
        print(f"{name:<16} {kind:<10} {tolerance:>9} {np.median(values):>9.5f} {np.quantile(values, 0.9):>9.5f} "
              f"{values.max():>9.5f}  {within:.0%}")
    beats = [row["tempo"] for row in rows if row["confidence"] >= 0.15 and row["tempo"][0]]
    agreeing = sum(same_up_to_octave(*pair) for pair in beats)
    exact = sum(abs(first / second - 1) <= 0.04 for first, second in beats)
    print(f"\ntempo, of {len(beats)} with a beat (confidence 0.15): {agreeing} equal up to an octave, {exact} equal (4 %)")
    keys = [row["key"] for row in rows if row["key"][0]]
    for place, name in ((1, "the same on librosa's chroma_stft"), (2, "the same on librosa's chroma_cqt")):
        equal = sum(tuple(key[0]) == tuple(key[place]) for key in keys)
        near = sum(related(key[0], key[place]) for key in keys)
        print(f"key against {name}: {equal} of {len(keys)} equal, {near} equal or related")
    duration = sum(row["duration"] for row in rows)
    mine, theirs = sum(row["seconds"] for row in rows), sum(row["librosa_seconds"] for row in rows)
    print(f"\n{len(rows)} files, {duration / 60:.1f} minutes of sound, one core:")
    print(f"  segue-analyze {mine:8.2f} s, {duration / mine:6.0f} times real time (all descriptors, loudness, fingerprint)")
    print(f"  librosa       {theirs:8.2f} s, {duration / theirs:6.0f} times real time (what it has of them)")
    print(f"  {theirs / mine:.1f} times librosa's speed")
    report_bliss(rows)
    holds &= agreeing >= 0.9 * len(beats) and duration / mine >= 100 and theirs / mine >= 10
    print("every bar is met" if holds else "NOT every bar is met")
    return holds


def report_bliss(rows):
    """Prints the speed beside that of bliss, on the files that it reads."""
    timed = [row for row in rows if row["bliss_seconds"] is not None]
    if not timed:
        print("  bliss is not installed (pip install bliss-audio==0.2.0), so it was not compared")
        return
    duration = sum(row["duration"] for row in timed)
    mine, theirs = sum(row["seconds"] for row in timed), sum(row["bliss_seconds"] for row in timed)
    print(f"  bliss         {theirs:8.2f} s, {duration / theirs:6.0f} times real time (its 23 numbers, of {len(timed)} files)")
    print(f"  {theirs / mine:.1f} times bliss's speed on those")


def main():
    options = arguments()
    shared = Path(os.environ.get("SEGUE_SHARED", Path(__file__).resolve().parents[3] / "shared"))
    folders = [Path(folder) for folder in options.folder] or [shared / "data/audio"]
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in SOUNDS)
    if not files:
        sys.exit(f"no files of sound in {', '.join(map(str, folders))}; name others with --folder")
    reference.describe(files[0])
    bliss_time(files[0])
    rows = []
    for path in files[:: max(1, -(-len(files) // options.count))]:
        row = compare(path, options.binary, (options.shortest, options.longest))
        if row is not None:
            rows.append(row)
            print(f"  {row['duration']:6.0f} s  {path.name}", file=sys.stderr)
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=1))
    sys.exit(0 if report(rows) else 1)


if __name__ == "__main__":
    main()
