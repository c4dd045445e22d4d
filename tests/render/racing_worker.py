"""A worker without a queue: takes a step with each purchase whose key it reads, at the moment it reads it.

Called as ``racing_worker.py LEDGER BASE-URL STATE``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from storyboard.generation.lazy_provider import LazyProvider
from storyboard.generation.ledger import Ledger
from storyboard.generation.provider import choice_of
from storyboard.team.desk import Desk
from storyboard.team.engines import PromptClock


def main() -> None:
    url, base_url, state = sys.argv[1:]
    PromptClock.sleep = lambda *_: None  # type: ignore[method-assign]  # the gate is not what is tried here
    with Ledger(url) as ledger, LazyProvider(choice_of("empirio", base_url)) as provider:
        desk = Desk(ledger, provider, Path(state), lambda text: print(text, file=sys.stderr, flush=True))  # noqa: T201
        Path(state).mkdir(parents=True)
        ledger.now()
        print("ready", flush=True)  # noqa: T201
        for key in sys.stdin:
            desk.advance(key.strip())
            print("tried", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
