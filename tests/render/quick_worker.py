"""``storyboard worker`` with short waits, which kills itself at a moment that a test names.

Called as ``quick_worker.py MOMENT ARGUMENT …``, as ``quick_storyboard.py`` is. Nothing here is part of the program.
"""

from __future__ import annotations

import sys

from quick_storyboard import MOMENTS

from storyboard.cli.main import run
from storyboard.generation import engine, pace
from storyboard.team import queueing, serving
from storyboard.team.engines import PromptClock

NAP = 0.02
LOOK = 0.1


def sleep(self: PromptClock, seconds: float) -> None:
    if self._stopping.wait(min(seconds, NAP)):
        raise KeyboardInterrupt


def main() -> None:
    MOMENTS[sys.argv.pop(1)]()
    PromptClock.sleep = sleep  # type: ignore[method-assign]  # wrapped from outside
    pace.wait_before_asking = lambda **_: LOOK  # type: ignore[attr-defined]  # wrapped where it is used
    engine.LOOK_AGAIN = LOOK
    queueing.EVERY_MINUTE = "* * * * * *"  # and so every second
    queueing.LOOK_EVERY = LOOK
    serving.AGAIN_AFTER = 0.2
    run()


if __name__ == "__main__":
    main()
