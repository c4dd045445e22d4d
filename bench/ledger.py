"""How much of the ledger's work a step of the engine is, on SQLite, on the disk of a folder.

python -m bench.ledger --runs 200
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from bench.table import print_machine, print_times, seconds
from storyboard.generation.gate import Gate
from storyboard.generation.ledger import Ledger
from storyboard.generation.polling import most_open_jobs
from storyboard.generation.purchase import Order
from storyboard.generation.runs import Run
from storyboard.generation.spending import Ceilings

if TYPE_CHECKING:
    from collections.abc import Callable

BOUND = 10.0
ROWS = 1000
_PROMPT = "Mira winds the clockwork, wipes the glass with her sleeve and looks out. " * 50
_ME = "1.1@here@bench"
_SERVICE = "https://bench.example"

# What the engine asks of the ledger in a step, in order: storyboard/generation/engine.py.
# (A step that buys holds once more where the gate made it wait for a minute.)
STEPS = {
    "a step that buys": ("hold", "gate", "permit", "still permits", "accepted", "let go"),
    "a step that asks": ("hold", "gate", "seen", "let go"),
    "a step that collects": ("hold", "gate", "ready", "done", "let go"),
}  # fmt: skip


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--folder", type=Path, help="on the disk to measure; else where temporary files lie")
    wanted = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="bench-", dir=wanted.folder) as folder,
        Ledger(Path(folder) / "ledger.sqlite") as ledger,
    ):
        times = measure(ledger, min(wanted.runs, ROWS))
    print(f"{ROWS} purchases in the ledger")
    print_machine(wanted.runs)
    print_times(list(times.items()))
    print()
    steps = {
        step: [sum(at) for at in zip(*(times[call] for call in calls), strict=True)] for step, calls in STEPS.items()
    }
    print_times(list(steps.items()))
    for step, each in steps.items():
        print(f"{f'{step}: under {BOUND:g} ms':34}{statistics.median(each) * 1000:12.2f}")


def measure(ledger: Ledger, runs: int) -> dict[str, list[float]]:
    """The times of each call, in seconds."""
    orders = [_order(number) for number in range(ROWS)]
    run = Run(ledger.now(), "Bench", "/bench", Decimal(7000), Ceilings(Decimal(8), Decimal(9000), Decimal(9000)))
    ledger.agree(run, orders)
    gate = Gate(ledger, _SERVICE, 1e12, lambda _: None)
    times: dict[str, list[float]] = {}
    for number, order in enumerate(orders[:runs]):
        for name, call in _calls(ledger, gate, order.key, number).items():
            times.setdefault(name, []).append(seconds(call))
    return times


def _calls(ledger: Ledger, gate: Gate, key: str, number: int) -> dict[str, Callable[[], object]]:
    """All that is asked of the ledger for one purchase, in an order that it allows."""
    permits: list[str] = []
    return {
        "hold": lambda: ledger.hold(key, _ME),
        "load": lambda: ledger.load(_SERVICE),
        "gate": gate.wait,
        "permit": lambda: permits.append(ledger.take_permit(key, most_open=most_open_jobs()) or ""),
        "still permits": lambda: ledger.still_permits(key, permits[0]),
        "accepted": lambda: ledger.accepted(key, permits[0], f"job-{number}", None),
        "seen": lambda: ledger.seen(key, "running", 0.5),
        "ready": lambda: ledger.ready(key, "https://media.example/clip.mp4"),
        "done": lambda: ledger.done(key, f"takes/{number}.mp4", "0" * 64),
        "let go": lambda: ledger.let_go(key, _ME, wait=5.0),
    }


def _order(number: int) -> Order:
    request = {"model": "svi-2-0-pro", "prompt": f"{number}. {_PROMPT}", "resolution": "832x480", "duration": 121.5}
    cost = Decimal("6.93")
    return Order("empirio", _SERVICE, request, 1, "Bench", f"episodes/e{number}", 1, cost)


if __name__ == "__main__":
    main()
