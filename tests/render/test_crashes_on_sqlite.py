"""A render killed at the boundaries that the program has, and started again: with its ledger in a SQLite file."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from crash_fixtures import Ledgers

pytest_plugins = ["crash_fixtures"]


def beside_the_story() -> nullcontext[str]:
    return nullcontext("")


def test_a_render_that_is_killed_anywhere_is_set_right_by_the_same_command(
    crashes: Callable[[Ledgers], None],
) -> None:
    crashes(beside_the_story)
