"""The feature space and the re-rank straight from their formulae (docs/feature-space.md), with numpy."""
from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from catalog import FEATURES, Catalog
from factorization import confidences

Factorize = Callable[[sp.csr_matrix, int, int], tuple[np.ndarray, np.ndarray]]
CONTENT = ("artist", "artist_audio", "era", "audio", "identity")


@dataclass(frozen=True)
class Recipe:
    """The constants: by default those that the space began with."""
    listeners: float = 0.40
    weights: dict[str, float] = field(default_factory=lambda: dict(zip(CONTENT, (0.26, 0.16, 0.08, 0.065, 0.035))))
    renormalization: float = 1.0     # 1: holes are filled by what is there; 0: they cost their weight
    sound_prior: float = 0.0         # playlists' worth of the catalog's own covariance
    match: float = 1.0
    popularity: float = 0.0
    closest: float = 0.3
    same_artist: float = 0.0
    depth: int = 1000


ORIGINAL = Recipe()
IMPROVED = Recipe(weights=dict(zip(CONTENT, (0.20, 0.16, 0.13, 0.07, 0.04))), renormalization=0.5, sound_prior=100,
                  popularity=0.1, same_artist=0.15)


def unit(rows: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.divide(rows, length, out=np.zeros_like(rows), where=length > 0)


class Space:
    """Vectors of all covered recordings, learned from some playlists."""

    def __init__(self, catalog: Catalog, training: list[int], recipe: Recipe, factorize: Factorize, seed: int = 1):
        self.recipe = recipe
        self.artist = catalog.artist[:catalog.covered]
        lists = [catalog.playlists[number].items for number in training]
        tracks = _membership([items[items < catalog.covered] for items in lists], catalog.covered)
        artists = [np.unique(catalog.artist[items]) for items in lists]
        listed = _membership([row[row >= 0] for row in artists], len(catalog.artist_keys))
        count = np.asarray(tracks.sum(0)).ravel()
        self.familiarity = np.log1p(count) / np.log1p(max(count.max(), 1))
        factors = min(48, max(8, len(lists) // 4)), min(24, max(4, len(lists) // 8))
        self.listeners = unit(factorize(confidences(tracks), factors[0], seed)[1].astype(np.float64))
        sound = sound_vectors(catalog, lists, recipe.sound_prior)
        blocks = {
            "artist": self._of_artist(unit(factorize(confidences(listed), factors[1], seed + 1)[1].astype(np.float64))),
            "artist_audio": self._of_artist(unit(self._means(sound, len(catalog.artist_keys)))),
            "era": unit(_era(catalog.year[:catalog.covered])),
            "audio": unit(sound),
            "identity": self._of_artist(_identities(catalog.artist_keys)),
        }
        self.vectors = self._joined(blocks).astype(np.float32)

    def _joined(self, blocks: dict[str, np.ndarray]) -> np.ndarray:
        recipe = self.recipe
        total = sum(recipe.weights.values())
        content = np.hstack([np.sqrt(recipe.weights[name] / total) * blocks[name] for name in CONTENT])
        length = np.linalg.norm(content, axis=1, keepdims=True)
        content = content / np.maximum(length, 1e-12) ** recipe.renormalization
        joined = np.hstack([np.sqrt(recipe.listeners) * self.listeners, np.sqrt(1 - recipe.listeners) * content])
        known = np.linalg.norm(self.listeners, axis=1, keepdims=True) > 0
        return np.where(known, joined, joined / np.sqrt(1 - recipe.listeners))

    def _of_artist(self, rows: np.ndarray) -> np.ndarray:
        return np.where(self.artist[:, None] >= 0, rows[np.maximum(self.artist, 0)], 0)

    def _means(self, sound: np.ndarray, artists: int) -> np.ndarray:
        known = np.flatnonzero(self.artist >= 0)
        member = sp.csr_matrix((np.ones(len(known)), (self.artist[known], known)), shape=(artists, len(sound)))
        return (member @ sound) / np.maximum(np.asarray(member.sum(1)), 1)

    def answer(self, seeds: np.ndarray, count: int = 100) -> np.ndarray:
        """The best candidates for some seeds, best first."""
        recipe, seed_vectors = self.recipe, self.vectors[seeds]
        similarity = self.vectors @ unit(seed_vectors.mean(0))
        similarity[seeds] = -np.inf
        near = np.argpartition(-similarity, min(recipe.depth, len(similarity) - 1))[:recipe.depth]
        known = self.familiarity[near]
        score = similarity[near] + (recipe.match * self.familiarity[seeds].mean() + recipe.popularity) * known
        if len(seeds) > 1:
            score += recipe.closest * (self.vectors[near] @ seed_vectors.T).max(1)
        artists = self.artist[seeds]
        share = ((self.artist[near, None] == artists) & (artists >= 0)).mean(1)
        score += recipe.same_artist * np.sqrt(share)
        return near[np.argsort(-score, kind="stable")[:count]]


def by_cosine(vectors: np.ndarray, seeds: np.ndarray, count: int = 100) -> np.ndarray:
    """The nearest to the seeds' centroid, without any re-rank."""
    similarity = vectors @ unit(vectors[seeds].mean(0))
    similarity[seeds] = -np.inf
    return np.argsort(-similarity, kind="stable")[:count]


def sound_vectors(catalog: Catalog, lists: list[np.ndarray], prior: float) -> np.ndarray:
    """Fourteen audio columns, turned and scaled so that what keeps playlists together counts."""
    columns = _audio_columns(catalog.features[:catalog.covered])
    members = [columns[items[items < len(columns)][:200]] for items in lists]
    members = [member for member in members if len(member) >= 5]
    catalog_covariance = np.cov(columns.T, bias=True)
    if not members:
        within, between, count = catalog_covariance, np.zeros((14, 14)), 0
    else:
        count = len(members)
        within = np.mean([np.cov(member.T, bias=True) for member in members], axis=0)
        means = np.array([member.mean(0) for member in members])
        between = np.cov(means.T, bias=True) - np.mean([1 / len(member) for member in members]) * within
    if count + prior > 0:
        within = (count * within + prior * catalog_covariance) / (count + prior)
    within = within + 0.05 * np.trace(within) / 14 * np.eye(14)
    values, axes = np.linalg.eigh(within)
    whitening = (axes / np.sqrt(values)) @ axes.T
    ratio = whitening @ between @ whitening
    if count + prior > 0:
        level = max(np.trace(ratio) / 14, 1e-6)
        ratio = (count * ratio + prior * level * np.eye(14)) / (count + prior)
    ratios, directions = np.linalg.eigh(ratio)
    return (columns - columns.mean(0)) @ whitening @ directions * np.maximum(ratios, 1e-6) ** 0.25


def _audio_columns(features: np.ndarray) -> np.ndarray:
    of = dict(zip(FEATURES, features.T))
    tempo = np.where(of["tempo"] > 0, of["tempo"], np.nan)
    measured = np.column_stack([
        of["danceability"], of["energy"], np.clip(of["loudness"], -40, 0), np.log(np.clip(of["speechiness"], 0.02, 1)),
        np.log((of["acousticness"] + 0.005) / (1.005 - of["acousticness"])), np.log(of["instrumentalness"] + 1e-4),
        np.log(np.clip(of["liveness"], 0.02, 1)), of["valence"], np.log(np.clip(tempo, 50, 220)),
        np.log(np.clip(of["duration_ms"], 3e4, 1.2e6))])
    key = np.where((of["key"] >= 0) & (of["key"] <= 11), of["key"], np.nan)
    angle = 2 * np.pi * ((7 * key) % 12) / 12
    metre = np.where(np.isnan(of["time_signature"]), np.nan, 0.5 * (of["time_signature"] == 4))
    signs = np.column_stack([0.5 * np.cos(angle), 0.5 * np.sin(angle), 0.5 * of["mode"], metre])
    deviation = np.nanstd(measured, axis=0)
    standard = (measured - np.nanmean(measured, axis=0)) / np.where(deviation > 0, deviation, 1)
    return np.nan_to_num(np.hstack([standard, signs - np.nanmean(signs, axis=0)]))


def _era(year: np.ndarray) -> np.ndarray:
    return np.nan_to_num(np.exp(-((year[:, None] - np.linspace(1955, 2022, 8)) / 4) ** 2 / 2))


def _identities(keys: list[str]) -> np.ndarray:
    digests = np.array([list(hashlib.sha256(f"artist:{key}".encode()).digest()[:2]) for key in keys], dtype=np.uint8)
    return np.where(np.unpackbits(digests.reshape(-1, 2), axis=1, bitorder="little"), 0.25, -0.25)


def _membership(lists: list[np.ndarray], columns: int) -> sp.csr_matrix:
    offsets = np.concatenate([[0], np.cumsum([len(row) for row in lists])])
    places = np.concatenate(lists).astype(np.int64)
    return sp.csr_matrix((np.ones(len(places)), places, offsets), shape=(len(lists), columns))
