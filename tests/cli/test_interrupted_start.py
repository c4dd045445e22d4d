"""Ctrl-C before a command has begun its work: it ends at once, with the code for that, and says nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest
from helpers import environment

INTERRUPTED = """
import signal
from storyboard.cli import main, program

def app(**_):
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        {then}

program.app = app
main.run()
"""


@pytest.mark.parametrize("then", ["raise", "raise ValueError('a model could not be built') from None"])
def test_it_ends_with_130_and_without_a_word_whatever_a_library_makes_of_it(then: str) -> None:
    code = INTERRUPTED.format(then=then)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment()
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_an_error_of_the_program_itself_is_not_taken_for_one() -> None:
    code = "from storyboard.cli import main, program\nprogram.app = lambda **_: 1 / 0\nmain.run()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment()
    )
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
