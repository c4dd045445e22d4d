"""What every benchmark prints with: medians over several runs, taken in turn, and their ratio."""

from __future__ import annotations

import os
import statistics
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def seconds(call: Callable[[], object]) -> float:
    """How long one call lasts, in seconds of the wall."""
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def in_turn(calls: Sequence[Callable[[], object]], runs: int) -> list[list[float]]:
    """Time calls A B A B …, after one of each that does not count, so that a busy machine slows all alike."""
    for call in calls:
        call()
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(runs):
        for call, kept in zip(calls, times, strict=True):
            kept.append(seconds(call))
    return times


def print_times(rows: Sequence[tuple[str, Sequence[float]]], *, unit: str = "ms") -> None:
    """Print a row each: median, least and most."""
    scale = 1000 if unit == "ms" else 1
    print(f"{'':34}{f'median {unit}':>12}{f'least {unit}':>12}{f'most {unit}':>12}")
    for name, times in rows:
        figures = (statistics.median(times), min(times), max(times))
        print(f"{name:34}" + "".join(f"{figure * scale:12.2f}" for figure in figures))


def print_ratio(name: str, times: Sequence[float], floor: Sequence[float], ceiling: float) -> None:
    """Print how a median stands to another, and what it may be."""
    ratio = statistics.median(times) / statistics.median(floor)
    print(f"{name:34}{ratio:12.2f}  (at most {ceiling})")


def print_machine(runs: int) -> None:
    """Print what the figures were measured on."""
    print(f"{os.cpu_count()} cores, {runs} runs, whole machine shared\n")
