"""What the peer serves: the same vectors, facts and number of lists as the published generation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from quality.catalog import recording_key

from .catalog import Catalog

FEATURES = (
    "danceability", "energy", "key", "loudness", "mode", "speechiness", "acousticness", "instrumentalness", "liveness",
    "valence", "tempo", "duration_ms", "time_signature",
)
# The features that the columns of the audio block are made from, in the block's order.
COLUMNS = (
    "danceability", "energy", "loudness", "speechiness", "acousticness", "instrumentalness", "liveness", "valence",
    "tempo", "duration_ms", "key", "key", "mode", "time_signature",
)
BLOCKS = {"track_factors": "listeners", "artist_factors": "artist", "artist_identity": "artist"}
FACTS = """
    SELECT t.id, t.name, al.name, left(coalesce(t.released, al.released), 4)::int, t.duration_ms, t.popularity,
        (SELECT value FROM external_ids e WHERE e.kind = 'track' AND e.entity_id = t.id AND namespace = 'spotify'
            ORDER BY value LIMIT 1),
        (SELECT namespace || ':' || value FROM external_ids e WHERE e.kind = 'track' AND e.entity_id = t.id
            ORDER BY namespace, value LIMIT 1),
        (SELECT array_agg(a.name ORDER BY c.position) FROM track_artists c JOIN artists a ON a.id = c.artist_id
            WHERE c.track_id = t.id),
        (SELECT array_agg(coalesce((SELECT namespace || ':artist:' || value FROM external_ids e
            WHERE e.kind = 'artist' AND e.entity_id = c.artist_id ORDER BY namespace <> 'spotify', namespace LIMIT 1),
            'segue:artist:' || c.artist_id) ORDER BY c.position) FROM track_artists c WHERE c.track_id = t.id),
        (SELECT c.artist_id FROM track_artists c WHERE c.track_id = t.id ORDER BY c.position LIMIT 1)
    FROM tracks t LEFT JOIN albums al ON al.id = t.album_id
"""


def write(catalog: Catalog, folder: Path, key: bytes, threads: int) -> None:
    """Writes everything that `peers.ranking` reads, but for the probes, which are tuned by what Segue answers."""
    manifest, space = catalog.manifest, catalog.space
    ids, vectors = catalog.vectors()
    np.save(folder / "vectors.npy", vectors)
    with psycopg.connect(catalog.database) as session:
        tracks = facts(session, ids)
        columns = columns_of(session, ids, tracks)
    blocks = [(BLOCKS.get(b["part"], b["part"]), b["offset"], b["dimension"]) for b in space["blocks"]]
    np.savez(folder / "columns.npz", coverages=coverages(vectors, blocks), **columns)
    (folder / "tracks.ndjson").write_text("\n".join(
        json.dumps(track["json"], ensure_ascii=False, separators=(",", ":")) for track in tracks))
    write_index(vectors, max(1, manifest["nlist"]), folder, threads)
    settings = {
        "index": {"generation": manifest["id"], "built_at": manifest["builtAt"], "tracks": manifest["tracks"]},
        "blocks": blocks, "content_dimension": blocks[-1][1] + blocks[-1][2],
        "transform": (space["audio"].get("projection") or {}).get("transform", []), "features": FEATURES,
        "columns": [FEATURES.index(name) for name in COLUMNS], "key": key.hex(),
        "ids": [track["json"]["id"] for track in tracks], "titles": [track["json"]["name"] or "" for track in tracks],
    }
    (folder / "settings.json").write_text(json.dumps(settings))


def facts(session: psycopg.Connection, ids: np.ndarray) -> list[dict[str, Any]]:
    """What an answer says of each track, in the order of `ids`, and what duplicates are told by."""
    found: dict[int, dict[str, Any]] = {}
    for number, name, album, year, duration, popularity, spotify, other, artists, artist_ids, artist in session.execute(
            FACTS):
        found[number] = {
            "artist": artist, "recording": recording_key((artists or [None])[0], name, number),
            "json": {
                "id": spotify or other or f"segue:{number}",
                "url": f"https://open.spotify.com/track/{spotify}" if spotify else None, "name": name,
                "artists": artists or [], "artist_ids": artist_ids or [], "album": album, "year": year,
                "duration_ms": duration, "popularity": popularity,
            },
        }
    return [found[number] for number in ids.tolist()]


def columns_of(session: psycopg.Connection, ids: np.ndarray, tracks: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """Features, familiarity, recordings, artists and years, by row."""
    place = {number: row for row, number in enumerate(ids.tolist())}
    features = np.full((len(ids), len(FEATURES)), np.nan)
    for number, *values in session.execute(
            f"SELECT track_id, {', '.join(FEATURES)} FROM audio_features ORDER BY provider DESC"):  # noqa: S608
        if number in place:
            row = features[place[number]]
            row[:] = [old if value is None else value for value, old in zip(values, row.tolist(), strict=True)]
    for track, row in zip(tracks, features, strict=True):
        if np.isnan(row[FEATURES.index("duration_ms")]) and track["json"]["duration_ms"]:
            row[FEATURES.index("duration_ms")] = track["json"]["duration_ms"]
        if track["json"]["duration_ms"] is None and not np.isnan(row[FEATURES.index("duration_ms")]):
            track["json"]["duration_ms"] = int(row[FEATURES.index("duration_ms")])
    keys = {text: number for number, text in enumerate(dict.fromkeys(track["recording"] for track in tracks))}
    own = np.array([keys[track["recording"]] for track in tracks], np.int64)
    return {
        "features": features, "recordings": own,
        "familiarity": familiarity(session, place, own),
        "artists": np.array([track["artist"] or -1 for track in tracks], np.int64),
        "years": np.array([track["json"]["year"] or 0 for track in tracks], np.int32),
    }


def familiarity(session: psycopg.Connection, place: dict[int, int], own: np.ndarray) -> np.ndarray:
    """How well known the recording is: ln(1 + playlists that it is on), by the greatest."""
    counts = np.zeros(own.max() + 1)
    seen: set[tuple[int, int]] = set()
    for playlist, number in session.execute("SELECT DISTINCT playlist_id, track_id FROM playlist_entries"):
        if number in place and (playlist, own[place[number]]) not in seen:
            seen.add((playlist, own[place[number]]))
            counts[own[place[number]]] += 1
    known = np.log1p(counts)
    return (known / max(float(known.max()), 1e-9))[own].astype(np.float32)


def coverages(vectors: np.ndarray, blocks: list[tuple[str, int, int]]) -> np.ndarray:
    """A bit for each block that a track has."""
    names = list(dict.fromkeys(name for name, _, _ in blocks))
    masks = np.zeros(len(vectors), np.int64)
    for name, start, length in blocks:
        masks |= np.any(vectors[:, start : start + length] != 0, axis=1).astype(np.int64) << names.index(name)
    return masks


def write_index(vectors: np.ndarray, lists: int, folder: Path, threads: int) -> None:
    """An IndexIVFFlat with as many lists as Segue's."""
    import faiss

    faiss.omp_set_num_threads(threads)
    index = faiss.IndexIVFFlat(
        faiss.IndexFlatIP(vectors.shape[1]), vectors.shape[1], lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.spherical = True
    index.cp.niter = 10
    index.train(vectors[np.random.default_rng(1).choice(len(vectors), min(len(vectors), 64 * lists), False)])
    index.add(vectors)
    faiss.write_index(index, str(folder / "index.faiss"))
