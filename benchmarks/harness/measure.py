"""Turns and medians: nobody is measured while the machine is in another mood."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from typing import TypeVar

Result = TypeVar("Result")


def in_turn(parts: Mapping[str, Callable[[], Result]], rounds: int) -> dict[str, list[Result]]:
    """Runs every part once a round, A B C A B C, in an order that moves on by one each round."""
    names = list(parts)
    results: dict[str, list[Result]] = {name: [] for name in names}
    for turn in range(rounds):
        shift = turn % len(names) if names else 0
        for name in names[shift:] + names[:shift]:
            results[name].append(parts[name]())
    return results


def median(values: list[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def spread(values: list[float]) -> float:
    """Half the range as a share of the median: how much the turns differed."""
    middle = statistics.median(values)
    return (max(values) - min(values)) / 2 / middle if middle else 0.0


def times_as_fast(ours: list[float], theirs: list[float]) -> float:
    """How many times as fast we are, from the seconds of turns: the median over the turns of theirs / ours."""
    return statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
