"""A storyboard's page, written to a file or served as ``preview --watch`` does."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from helpers import environment

from storyboard.generation.prepare import prepare
from storyboard.review.page.write import write_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page


def written(story: Path) -> str:
    """The page of a storyboard, in a file beside it; returns the file's address."""
    path = story.with_suffix(".preview.html")
    path.write_bytes(write_page(prepare(story)).data)
    return path.as_uri()


def until(page: Page, holds: str) -> None:
    """Wait until an expression holds in the page; its own policy keeps Playwright's way of waiting out."""
    end = time.monotonic() + 10
    while not page.evaluate(holds):
        assert time.monotonic() < end, holds
        page.wait_for_timeout(10)


@contextmanager
def watching(story: Path, *more: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """``storyboard preview --watch`` in a process of its own; gives its address."""
    command = [sys.executable, "-m", "storyboard", "preview", str(story), "--watch", *more]
    process = subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith("address"):
            raise AssertionError(process.communicate()[1])
        yield line.split()[1], process
    finally:
        process.kill()
        process.communicate()
