"""The catalog as the reference sees it: recordings, playlists, years and audio features, read from PostgreSQL.

Nothing here is shared with the Swift code, on purpose: two programs that agree by accident would have to make the same
mistake twice.
"""
from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

import numpy as np
import psycopg

FEATURES = ("danceability", "energy", "loudness", "speechiness", "acousticness", "instrumentalness", "liveness",
            "valence", "tempo", "duration_ms", "key", "mode", "time_signature")
DURATION = FEATURES.index("duration_ms")
EDITION = re.compile("remaster|version|edit|mono|stereo|bonus|from|deluxe|explicit")


def normalized(text: str) -> str:
    """Letters a to z and digits alone; a text in another script keeps its letters."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if c.isascii()).lower().replace("&", "and")
    return re.sub("[^a-z0-9]", "", plain) or "".join(text.lower().split())


def first_artist(names: str) -> str:
    """What stands before `;` and before the guests."""
    return re.split(r" feat\.| ft\.| featuring ", names.split(";")[0], maxsplit=1, flags=re.IGNORECASE)[0]


def names_edition(text: str) -> bool:
    return "remix" not in text and EDITION.search(text) is not None


def without_edition(title: str) -> str:
    """A title without guests in brackets and without bracketed groups or tails that only name an edition."""
    def keep(group: re.Match[str]) -> str:
        inside = group[0][1:-1].lower()
        return "" if inside.startswith(("feat", "ft.", "with ")) or names_edition(inside) else group[0]

    title = re.sub(r"\([^)]*\)|\[[^\]]*\]", keep, title)
    head, dash, tail = title.partition(" - ")
    return head if dash and names_edition(tail.lower()) else title


def recording_key(artist: str | None, title: str | None, track: int) -> str:
    who = normalized(first_artist(artist)) if artist else ""
    what = normalized(without_edition(title)) if title else ""
    return f"{who}|{what}" if who and what else f"#{track}"


@dataclass
class Playlist:
    ids: tuple[str, ...]      # external ids, ascending
    items: np.ndarray         # distinct recordings, ascending


@dataclass
class Catalog:
    """Recordings are numbered with the covered ones first, so that candidates are 0 ..< covered."""
    covered: int
    item_of_id: dict[str, int]
    artist: np.ndarray        # a number, or -1
    artist_keys: list[str]
    year: np.ndarray          # NaN where unknown
    features: np.ndarray      # recordings x FEATURES, NaN where unknown
    playlists: list[Playlist]


@dataclass
class _Track:
    number: int
    key: str
    artist: str
    year: float
    features: np.ndarray
    listed: int

    @property
    def is_covered(self) -> bool:
        return bool(np.isfinite(np.delete(self.features, DURATION)).any())

    @property
    def rank(self) -> tuple[bool, int, int]:
        return (not self.is_covered, -self.listed, self.number)


def read(connection: psycopg.Connection) -> Catalog:
    """Reads everything in one snapshot."""
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    entries = connection.execute("SELECT playlist_id, track_id FROM playlist_entries ORDER BY playlist_id, position")
    lists: dict[int, list[int]] = {}
    for playlist, track in entries:
        lists.setdefault(playlist, []).append(track)
    tracks = _tracks(connection, Counter(track for entries in lists.values() for track in set(entries)))
    best: dict[str, _Track] = {}
    for track in tracks:
        known = best.get(track.key)
        if known is None or track.rank < known.rank:
            best[track.key] = track
    recordings = sorted(best.values(), key=lambda track: (not track.is_covered, track.key))
    number_of_key = {track.key: number for number, track in enumerate(recordings)}
    item_of_track = {track.number: number_of_key[track.key] for track in tracks}
    artist_keys = sorted({track.artist for track in recordings if track.artist})
    number_of_artist = {key: number for number, key in enumerate(artist_keys)}
    names = _external_ids(connection, "playlist")
    playlists = [
        Playlist(tuple(sorted(names.get(number, [f"segue:{number}"]))),
                 np.unique([item_of_track[track] for track in members if track in item_of_track]).astype(np.int64))
        for number, members in lists.items()]
    return Catalog(
        covered=sum(track.is_covered for track in recordings),
        item_of_id={name: item_of_track[track] for track, ids in _external_ids(connection, "track").items()
                    for name in ids if track in item_of_track}
        | {f"segue:{track}": item for track, item in item_of_track.items()},
        artist=np.array([number_of_artist.get(track.artist, -1) for track in recordings]),
        artist_keys=artist_keys,
        year=np.array([track.year for track in recordings]),
        features=np.array([track.features for track in recordings]),
        playlists=playlists)


def _tracks(connection: psycopg.Connection, listed: Counter[int]) -> list[_Track]:
    features = _features(connection)
    missing = np.full(len(FEATURES), np.nan)
    rows = connection.execute("""
        SELECT t.id, t.name, a.name, left(coalesce(t.released, l.released), 4)::integer, t.duration_ms
        FROM tracks t LEFT JOIN albums l ON l.id = t.album_id
        LEFT JOIN track_artists c ON c.track_id = t.id
            AND c.position = (SELECT min(position) FROM track_artists WHERE track_id = t.id)
        LEFT JOIN artists a ON a.id = c.artist_id ORDER BY t.id""")
    result = []
    for number, title, artist, year, duration in rows:
        values = features.get(number, missing).copy()
        if np.isnan(values[DURATION]) and duration:
            values[DURATION] = duration
        result.append(_Track(number, recording_key(artist, title, number),
                             normalized(first_artist(artist)) if artist else "",
                             year if year else np.nan, values, listed[number]))
    return result


def _features(connection: psycopg.Connection) -> dict[int, np.ndarray]:
    """What was measured of each track: the first provider's value that is there."""
    found: dict[int, np.ndarray] = {}
    for track, *values in connection.execute(
            f"SELECT track_id, {', '.join(FEATURES)} FROM audio_features ORDER BY track_id, provider"):
        row = np.array([np.nan if value is None else value for value in values], dtype=float)
        known = found.get(track)
        found[track] = row if known is None else np.where(np.isnan(known), row, known)
    return found


def _external_ids(connection: psycopg.Connection, kind: str) -> dict[int, list[str]]:
    """External ids as files write them: a Spotify id bare, others behind their namespace."""
    found: dict[int, list[str]] = {}
    for entity, namespace, value in connection.execute(
            "SELECT entity_id, namespace, value FROM external_ids WHERE kind = %s::entity_kind", (kind,)):
        found.setdefault(entity, []).append(value if namespace == "spotify" else f"{namespace}:{value}")
    return found
