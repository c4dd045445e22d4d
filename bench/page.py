"""How soon a preview's page opens in a browser, and how soon a save is on it. Needs Chromium, as its tests do.

python -m bench.page --runs 5
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from bench.table import print_machine, print_times
from storyboard import prepare
from storyboard.review.page.write import write_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = os.environ.get("STORYBOARD_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PICTURE = Path(__file__).parent.parent / "examples" / "images" / "boat-keeper.jpg"
CEILINGS = {"open": 200, "save": 300}
"""Milliseconds that the medians may take."""
OPENED = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
CHANGED = """() => {
    window.changed = new Promise(done => new MutationObserver(() => done(Date.now()))
        .observe(document.body, {childList: true}));
}"""


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        story = Path(folder) / "story.yaml"
        (Path(folder) / "keeper.jpg").write_bytes(PICTURE.read_bytes())
        story.write_text(_story(0), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        empty, opened = _opened(browser, story, runs)
        saved = _saved(browser, story, runs)
        browser.close()
    print_machine(runs)
    print_times(
        [("an empty page opens", empty), ("the preview's opens", opened), ("a save is on the preview's", saved)]
    )
    for name, times in (("open", opened), ("save", saved)):
        print(f"{name}: median {statistics.median(times) * 1000:.0f} ms, at most {CEILINGS[name]} ms")


def _story(number: int) -> str:
    """27 segments in three scenes: as much as one job holds."""
    actions = "".join(
        f"      - action: the keeper winds the clock, waits and counts to {number}\n        camera: slow push in\n"
        for _ in range(9)
    )
    scenes = "".join(f"  - name: Scene {index}\n    segments:\n{actions}" for index in range(1, 4))
    return f"storyboard: 1\ntitle: Keeper\nimage: keeper.jpg\nscenes:\n{scenes}"


def _opened(browser: Browser, story: Path, runs: int) -> tuple[list[float], list[float]]:
    """How long a page takes to DOMContentLoaded, in seconds: an empty one, and the preview's; in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    pages = (b"<!doctype html><title>empty</title>", write_page(prepare(story)).data)
    files = (story.with_name("empty.html"), story.with_name("preview.html"))
    for file, data in zip(files, pages, strict=True):
        file.write_bytes(data)
    for _ in range(runs + 1):
        for file, kept in zip(files, times, strict=True):
            context = browser.new_context()
            page = context.new_page()
            page.goto(file.as_uri())
            kept.append(float(page.evaluate(OPENED)) / 1000)
            context.close()
    return times[0][1:], times[1][1:]


def _saved(browser: Browser, story: Path, runs: int) -> list[float]:
    command = [sys.executable, "-m", "storyboard", "preview", str(story), "--watch"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
    try:
        if process.stdout is None:
            raise RuntimeError("no output to read the address from")
        page = browser.new_page()
        page.goto(process.stdout.readline().split()[1])
        page.wait_for_timeout(500)
        return [_save(page, story, number) for number in range(1, runs + 2)][1:]
    finally:
        process.kill()
        process.wait()


def _save(page: Page, story: Path, number: int) -> float:
    page.evaluate(CHANGED)
    saved = time.time()
    story.write_text(_story(number), encoding="utf-8")
    there: float = page.evaluate("window.changed")
    return there / 1000 - saved


if __name__ == "__main__":
    main()
