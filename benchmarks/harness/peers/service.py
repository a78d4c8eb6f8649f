"""The service as a competent Python team would write it: FastAPI, uvicorn, faiss-cpu, orjson, PyJWT, pydantic.

Started by uvicorn with PEER_DATA naming a folder that `harness.peerdata` wrote. The same request, token checks, ranking,
answer and explanations as Segue's `POST /api/v1/recommend`. What is known beforehand is laid out for the request: JSON of
every track, familiarity and artists as columns; all of a request's arithmetic is numpy over its ten or thousand rows; the
handler is a coroutine, so that no request waits for a thread; a token's signature is checked once.
"""

from __future__ import annotations

import functools
import time
import uuid
from typing import Annotated, Any

import jwt
import numpy as np
import orjson
from fastapi import FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from . import words
from .ranking import DATA, Ranked, rank

MAXIMUM_LIFETIME = 300


class Recommend(BaseModel):
    """The request."""

    model_config = ConfigDict(extra="forbid")

    seeds: Annotated[list[str], Field(min_length=1, max_length=100)]
    k: Annotated[int, Field(ge=1, le=500)] = 20
    strategy: Annotated[str, Field(pattern="^(auto|cosine)$")] = "auto"
    explain: Annotated[str, Field(pattern="^brief$")] = "brief"


app = FastAPI(openapi_url=None)


@functools.lru_cache(maxsize=4_096)
def claims(token: str) -> dict[str, Any]:
    """What a token with a good signature says; remembered, as callers use one for minutes."""
    return jwt.decode(
        token, DATA.key, algorithms=["HS256"], audience="segue", leeway=5,
        options={"require": ["iss", "aud", "iat", "exp", "jti"]})


def authorize(request: Request) -> None:
    """Checks the token as Segue does: algorithm, signature, audience, issuer, times."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise HTTPException(401, "a bearer token is needed")
    try:
        found = claims(token)
    except jwt.PyJWTError as error:
        raise HTTPException(401, str(error)) from error
    if found["exp"] - found["iat"] > MAXIMUM_LIFETIME or found["exp"] + 5 < time.time():
        raise HTTPException(401, "the token lives too long or is over")


@app.post("/api/v1/recommend")
async def recommend(request: Request) -> Response:
    """Nearest neighbours with explanations.

    Token and body are read here rather than injected: that spares a request a tenth of a millisecond.
    """
    authorize(request)
    try:
        body = Recommend.model_validate_json(await request.body())
    except ValidationError as error:
        raise HTTPException(422, error.errors(include_url=False, include_context=False)) from error
    seeds = [DATA.rows[seed] for seed in body.seeds if seed in DATA.rows]
    if len(seeds) < len(body.seeds):
        raise HTTPException(404, "the catalog does not have a seed")
    return Response(answer(rank(seeds, body.k, body.strategy), seeds), media_type="application/json")


def answer(ranked: Ranked, seeds: list[int]) -> bytes:
    """The answer's JSON."""
    return orjson.dumps({
        "recommendation_id": str(uuid.uuid4()),
        "index": DATA.index_facts,
        "seeds": [{"track": orjson.Fragment(DATA.tracks[seed]), "coverage": DATA.coverage(seed)} for seed in seeds],
        "pool": {
            "searched": ranked.searched, "candidates": ranked.candidates, "after_rules": ranked.after_rules,
            "after_cooldown": ranked.after_rules, "after_duplicates": ranked.after_duplicates,
            "after_artist_cap": ranked.after_duplicates, "returned": len(ranked.rows), "relaxed": [],
        },
        "items": items(ranked, seeds),
    })


def items(ranked: Ranked, seeds: list[int]) -> list[dict[str, Any]]:
    """The recommended tracks with their reasons, all of them computed at once."""
    rows, vectors = ranked.rows, DATA.vectors[ranked.rows]
    blocks = (vectors * ranked.query) @ DATA.block_sums
    shares = vectors @ ranked.parts.T
    shares /= shares.sum(1, keepdims=True)
    best = np.asarray(seeds)[shares.argmax(1)]
    explained = features(ranked.query, vectors, best, rows)
    terms = {name: values.tolist() for name, values in ranked.terms.items()}
    return [
        {
            "rank": place + 1, "score": score, "track": orjson.Fragment(DATA.tracks[row]),
            "explanation": explanation(place, row, seeds, blocks_of, terms, matches, shares_of),
        }
        for place, (row, score, blocks_of, matches, shares_of) in enumerate(zip(
            rows.tolist(), rounded(ranked.scores), rounded(blocks), explained, rounded(shares), strict=True))
    ]


def rounded(values: np.ndarray) -> Any:
    """Six decimals, as Segue writes."""
    return np.round(values.astype(np.float64), 6).tolist()


def features(query: np.ndarray, vectors: np.ndarray, best: np.ndarray, rows: np.ndarray) -> list[list[dict[str, Any]]]:
    """For each item the features that both have, strongest first; a product of two columns is split evenly."""
    span = DATA.audio
    mine, theirs = query[span], vectors[:, span]
    columns = 0.5 * ((mine @ DATA.undo) * (theirs @ DATA.project.T) + (theirs @ DATA.undo) * (DATA.project @ mine))
    products = columns @ DATA.column_sums
    seed_values, values = DATA.features[best], DATA.features[rows]
    products[np.isnan(seed_values) | np.isnan(values) | (np.abs(products) <= 1e-8)] = -np.inf
    order = np.argsort(-products, axis=1)
    result = []
    for place, (names, found) in enumerate(zip(order.tolist(), rounded(products), strict=True)):
        of_seed, of_track = seed_values[place].tolist(), values[place].tolist()
        result.append([
            {"feature": DATA.names[name], "seed": of_seed[name], "track": of_track[name], "contribution": found[name]}
            for position, name in enumerate(names) if found[name] > (-1e9 if position < 3 else 0)
        ])
    return result


def explanation(
    place: int, row: int, seeds: list[int], blocks: list[float], terms: dict[str, list[float]],
    matches: list[dict[str, Any]], shares: list[float],
) -> dict[str, Any]:
    """The reasons of one item."""
    parts = [*zip(DATA.block_names, blocks, strict=True)]
    parts += [(name, round(values[place], 6)) for name, values in terms.items() if values[place]]
    parts.sort(key=lambda part: (-part[1], part[0]))
    ranked = sorted(zip(seeds, shares, strict=True), key=lambda pair: -pair[1])
    return {
        "text": words.sentence(parts, matches, ranked[0][0], row, seeds),
        "blocks": [{"block": name, "contribution": value} for name, value in parts],
        "features": matches[:3],
        "seeds": [{"seed": DATA.ids[seed], "share": share} for seed, share in ranked[:5]],
    }
