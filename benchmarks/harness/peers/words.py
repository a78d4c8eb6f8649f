"""The peer's sentences: a phrase for each part that makes a tenth of what speaks for a track, as in Segue."""

from __future__ import annotations

from typing import Any

from .ranking import DATA

PHRASES = {
    "listeners": "on the same playlists", "structure": "similar timbre", "same_artist": "same artist",
}
WORDS = {
    "duration_ms": "length", "time_signature": "metre", "valence": "mood", "acousticness": "acoustic character",
    "speechiness": "share of spoken words", "instrumentalness": "share of vocals", "liveness": "live character",
}
REACH = {"key": 6, "loudness": 15, "tempo": 40, "duration_ms": 120_000, "time_signature": 3, "mode": 1}


def sentence(
    parts: list[tuple[str, float]], matches: list[dict[str, Any]], seed: int, row: int, seeds: list[int]
) -> str:
    """Phrases by falling contribution."""
    least = 0.1 * sum(value for _, value in parts if value > 0)
    phrases: list[str] = []
    for name, value in parts:
        if value <= 0 or value < least or len(phrases) == 3:
            break
        phrase = phrase_of(name, matches, seed, row, seeds)
        if phrase and phrase not in phrases:
            phrases.append(phrase)
    name, value = parts[-1]
    if value < -0.05 and name in ("audio", "artist_audio", "era", "structure"):
        phrases.append(f"despite a different {'era' if name == 'era' else 'sound'}")
    text = "; ".join(phrases) or "the nearest that the rules allow"
    return text[0].upper() + text[1:]


def phrase_of(name: str, matches: list[dict[str, Any]], seed: int, row: int, seeds: list[int]) -> str | None:
    """What a part is called, where the facts of both tracks bear it out."""
    if name == "audio":
        return sound(matches, seed)
    if name == "artist":
        return "same artist" if DATA.artists[seed] == DATA.artists[row] else "similar artist"
    if name == "artist_audio":
        same = DATA.artists[seed] == DATA.artists[row]
        return "the artist's usual sound" if same else "by an artist of similar sound"
    if name == "era":
        return era(int(DATA.years[seed]), int(DATA.years[row]))
    if name == "popularity":
        return fame(float(DATA.familiarity[seeds].mean()), float(DATA.familiarity[row]), len(seeds))
    if name == "closest_seed":
        title = DATA.titles[seed]
        return f"close to “{title}”" if title else None
    return PHRASES.get(name)


def era(mine: int, theirs: int) -> str | None:
    """Years, where they are near each other."""
    if not mine or not theirs or abs(mine - theirs) > 5:
        return None
    return f"same year ({mine})" if mine == theirs else f"same era ({theirs} and {mine})"


def fame(seeds: float, track: float, count: int) -> str | None:
    """Whether a track is as well known as the seeds."""
    plural = "s" if count > 1 else ""
    if abs(seeds - track) <= 0.15:
        return f"about as well known as your seed{plural}"
    return f"better known than your seed{plural}" if track > seeds else None


def sound(matches: list[dict[str, Any]], seed: int) -> str:
    """Up to three features that speak for a track, where their values are close."""
    same: list[str] = []
    similar: list[str] = []
    for match in matches:
        if match["contribution"] <= 0 or len(same) + len(similar) == 3:
            break
        name = match["feature"]
        distance = abs(match["track"] - match["seed"])
        if name == "key":
            distance = min(distance, 12 - distance)
        closeness = 1 - distance / REACH.get(name, 0.5)
        if closeness >= 0.7:
            (same if closeness >= 0.95 else similar).append(WORDS.get(name, name))
    groups = [f"{how} {listed(names)}" for how, names in (("same", same), ("similar", similar)) if names]
    if not groups:
        return "similar sound"
    title = DATA.titles[seed]
    return " and ".join(groups) + (f" as “{title}”" if title else "")


def listed(names: list[str]) -> str:
    """a, b and c."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
