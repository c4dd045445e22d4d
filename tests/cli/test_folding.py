"""Messages on a terminal: no line is wider than it, and what is to be pasted stays in one piece."""

from __future__ import annotations

import os
import pty
import struct
import subprocess
import sys
from fcntl import ioctl
from termios import TIOCSWINSZ
from typing import TYPE_CHECKING

import pytest
from helpers import EXAMPLES, environment
from hypothesis import given
from hypothesis import strategies as st

from storyboard.columns import columns
from storyboard.review.folding import folded

if TYPE_CHECKING:
    from pathlib import Path


@given(st.text(st.characters(blacklist_categories=("Cc", "Cs"))), st.integers(20, 100))
def test_nothing_is_lost_and_no_line_is_wider_unless_it_is_one_word(text: str, width: int) -> None:
    lines = folded(text, width)
    assert " ".join(lines).split() == text.split()
    if "storyboard" not in text:
        assert all(columns(line) <= width or " " not in line.strip(" ") for line in lines)


def test_lines_that_follow_are_indented_as_the_first() -> None:
    assert folded("  look at what runs before going on", 20) == ["  look at what runs", "  before going on"]


@pytest.mark.parametrize("after", [", or --abandon", ".", "  tries again, free"])
def test_a_command_stays_in_one_piece(after: str) -> None:
    command = "storyboard jobs settle 3f9a2c41 --series '/films/it is here' --job-id ID"
    lines = folded(f"Look in the dashboard, then say what became of it: {command}{after}", 40)
    assert any(line.startswith(command) for line in lines)


def _on_a_terminal(folder: Path, *words: str) -> list[str]:
    """What a command prints on a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    env = {name: value for name, value in environment().items() if name != "COLUMNS"} | {"NO_COLOR": "1"}
    command = [sys.executable, "-m", "storyboard", *words]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=env) as process:
        os.close(theirs)
        told = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux says so where the other end is closed
                part = b""
            if not part:
                break
            told += part
        process.wait(60)
    os.close(ours)
    return told.decode().replace("\r\n", "\n").split("\n")


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "--provider", "empirio", *map(str, EXAMPLES)),
        ("plan", "--compare", *map(str, EXAMPLES)),
        ("plan", "--pilot", str(next(path for path in EXAMPLES if path.stem == "marmalade"))),
        ("plan", "a-story-of-a-name-that-is-rather-long-for-a-line-of-eighty-columns"),
        ("jobs", "list"),
        ("takes", "prune"),
    ],
)
def test_what_is_printed_fits_a_terminal_of_eighty_columns(tmp_path: Path, words: tuple[str, ...]) -> None:
    lines = _on_a_terminal(tmp_path, *words)
    assert len(lines) > 1
    assert [line for line in lines if columns(line) > 80 and len(line.split()) > 1] == []
