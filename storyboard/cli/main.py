"""The command ``storyboard``: it runs the program, and exits with its code."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from storyboard.errors import StoryboardError

_ALLOCATIONS = 100_000
"""How many values are made between two looks for unused cycles: what imports and stories make stays in use, and at
Python's own 700 a tenth of a short command's time went into looking."""


def run() -> None:
    """Run the command line and exit with its code."""
    heard: list[int] = []

    def interrupt(number: int, _frame: object) -> NoReturn:
        heard.append(number)
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    try:
        _run()
    except KeyboardInterrupt:  # at any moment: what is imported first takes a while too
        sys.exit(130)
    except Exception:
        if not heard:
            raise
        sys.exit(130)  # a library made another error of it, as pydantic does while it prepares a model


def _run() -> None:
    gc.set_threshold(_ALLOCATIONS)  # before anything of size is imported
    # To look for pydantic's plugins, all that is installed is asked what it is: a twentieth of a short command.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    atexit.register(gc.freeze)  # Python looks through all there is once more as it ends, a sixth of a short command
    import typer

    from storyboard.cli.completion import COMPLETION, complete_quickly
    from storyboard.cli.output import never_fail_to_print
    from storyboard.cli.program import app
    from storyboard.cli.usage import BadCommandLine, told
    from storyboard.errors import StoryboardError

    never_fail_to_print()
    if COMPLETION in os.environ:
        complete_quickly()
    try:
        code = app(standalone_mode=False)
    except StoryboardError as error:
        _end(error)
    except BadCommandLine as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # the help itself is its message
            error.show()
            sys.exit(error.exit_code)
        _end(told(error))
    except typer.Abort:
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _end(error: StoryboardError) -> NoReturn:
    from storyboard.cli.output import say_error, say_findings
    from storyboard.errors import StoryError

    if isinstance(error, StoryError):
        say_findings(error.findings)
    say_error(error)
    sys.exit(error.exit_code)
