"""A real Chromium, and pages in it that may ask for nothing but themselves."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    Visit = Callable[..., Page]

ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
_GONE = "Failed to load resource: net::"  # the server was ended before the browser
CHROMIUM = os.environ.get("STORYBOARD_CHROMIUM", "/usr/bin/chromium")  # read before a test's environment is cleared


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.fail(f"There is no {CHROMIUM}: install Debian's chromium, or name a browser in STORYBOARD_CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """Open an address in a browser of its own; in the end, it may have asked for nothing else, nor complained."""
    opened: list[tuple[str, list[str], list[str]]] = []
    contexts = []

    def open_page(address: str, **options: Any) -> Page:
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        asked: list[str] = []
        complaints: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        opened.append((address.partition("#")[0], asked, complaints))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    for address, asked, complaints in opened:
        served = not address.startswith("file:")
        allowed = {address, f"{address}events"} if served else {address}
        assert {each for each in (url.partition("#")[0] for url in asked) if not each.startswith("data:")} <= allowed
        assert [each for each in complaints if not (served and each.startswith(_GONE))] == []
