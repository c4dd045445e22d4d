"""The page of a preview, looked at and used in a real browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers import ROOT, write_story, write_tree
from shown import until, written

from storyboard import prepare
from storyboard.review.page.write import write_page

if TYPE_CHECKING:
    from pathlib import Path

    from browser_fixtures import Visit
    from playwright.sync_api import Page

pytest_plugins = ["browser_fixtures"]
pytestmark = pytest.mark.browser

BOAT = ROOT / "examples" / "boat-keeper.yaml"
MARMALADE = ROOT / "examples" / "marmalade.yaml"
BROKEN = """storyboard: 1
title: Broken
scenes:
  - segments:
      - action: "{mora} winds the clock"
        sekonds: 9
"""
LONG = "storyboard: 1\ntitle: Long\nscenes:\n" + "".join(
    f"  - name: Scene {i}\n    segments: [{', '.join(['a fox runs on'] * 9)}]\n" for i in range(3)
)


@pytest.fixture
def boat(tmp_path: Path) -> Path:
    write_tree(
        tmp_path,
        {
            "story.yaml": BOAT.read_bytes(),
            "images/boat-keeper.jpg": (ROOT / "examples/images/boat-keeper.jpg").read_bytes(),
        },
    )
    return tmp_path / "story.yaml"


def slider(page: Page) -> tuple[float, str]:
    track = page.locator("#track")
    return float(track.get_attribute("aria-valuenow") or "nan"), track.get_attribute("aria-valuetext") or ""


def current(page: Page) -> list[str]:
    """The number of the segment that the viewer, the list and the strip show."""
    return [
        page.locator(".beat:not([hidden]) .chip").inner_text(),
        page.locator("li.segment.current .chip").inner_text(),
        page.locator(".strip-segment.current").inner_text(),
    ]


def test_the_keyboard_moves_along_the_timeline(visit: Visit, boat: Path) -> None:
    page = visit(written(boat))
    page.locator("#track").focus()
    page.keyboard.press("End")
    assert slider(page)[0] == 40.5
    assert current(page) == ["8"] * 3
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    assert slider(page)[0] == 1
    page.keyboard.press("ArrowLeft")
    assert slider(page)[0] == 0.5
    page.keyboard.press("PageUp")
    assert slider(page)[0] == 4.5
    assert slider(page)[1].startswith("0:04.5, segment 2, Closing time: Mira takes a lantern")
    assert current(page) == ["2"] * 3
    page.keyboard.press("PageDown")
    assert current(page) == ["1"] * 3


def test_the_mouse_scrubs_and_a_segments_time_leads_to_it(visit: Visit, boat: Path) -> None:
    page = visit(written(boat))
    box = page.locator("#track").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 40)
    page.mouse.down()
    assert slider(page)[0] == pytest.approx(40.5 / 4, abs=0.1)
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 300)
    assert slider(page)[0] == pytest.approx(40.5 * 0.9, abs=0.1)
    page.mouse.up()
    page.mouse.move(box["x"], box["y"])
    assert current(page) == ["8"] * 3
    page.get_by_role("button", name="Go to segment 5").click()
    assert slider(page)[0] == 22.5
    head = page.locator("#head").bounding_box()
    assert head is not None
    assert head["x"] - box["x"] == pytest.approx(box["width"] * 22.5 / 40.5, abs=1.5)
    until(page, "location.hash === '#t=22.5'")


def test_a_finger_scrubs(visit: Visit, boat: Path) -> None:
    page = visit(written(boat), viewport={"width": 390, "height": 844}, has_touch=True)
    page.locator("#track").scroll_into_view_if_needed()
    box = page.locator("#track").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + 40)
    assert slider(page)[0] == pytest.approx(20.25, abs=0.15)


def test_single_keys_play_step_and_lead_to_the_findings_unless_switched_off(visit: Visit, tmp_path: Path) -> None:
    page = visit(written(write_story(tmp_path, LONG.replace("title: Long", "title: Long\ncfg: 1.4"))))
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert current(page) == ["3"] * 3
    page.keyboard.press("k")
    assert current(page) == ["2"] * 3
    page.keyboard.press(" ")
    until(page, "Number(document.querySelector('#track').getAttribute('aria-valuenow')) > 4.6")
    assert page.get_by_role("button", name="Pause").is_visible()
    page.keyboard.press(" ")
    assert page.get_by_role("button", name="Play").is_visible()
    page.keyboard.press("f")
    assert page.evaluate("document.activeElement.id") == "findings"
    page.keyboard.press("?")
    page.get_by_label("Single keys work anywhere").uncheck()
    page.keyboard.press("Escape")
    before = slider(page)
    page.keyboard.press("j")
    assert slider(page) == before


def test_an_address_with_a_moment_opens_there(visit: Visit, boat: Path) -> None:
    assert current(visit(written(boat) + "#t=13.5")) == ["3"] * 3
    assert current(visit(written(boat) + "#t=99999")) == ["8"] * 3
    assert current(visit(written(boat) + "#t=evil()")) == ["1"] * 3


def test_copied_is_what_is_sent_and_the_button_says_so(visit: Visit, boat: Path) -> None:
    page = visit(written(boat), permissions=["clipboard-read", "clipboard-write"])
    plan = prepare(boat).require_plan()
    page.get_by_role("button", name="Copy prompt").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == plan.reels[0].base_request["prompt"]
    until(page, "document.getElementById('said').textContent === 'Copied'")  # a moment later, so that it is read out
    page.get_by_role("button", name="Copy prompt").wait_for()
    page.get_by_text("As JSON").click()
    page.get_by_role("button", name="Copy JSON").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert json.loads(page.evaluate("navigator.clipboard.readText()")) == plan.reels[0].as_json()["request"]
    page.get_by_text("As a curl command").click()
    page.get_by_role("button", name="Copy command").click()
    until(page, "navigator.clipboard.readText().then(text => text.includes('$EMPIRIOLABS_API_KEY'))")


def test_where_the_clipboard_is_refused_it_is_copied_another_way_or_said(visit: Visit, boat: Path) -> None:
    page = visit(written(boat))
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')) }")
    page.evaluate("() => { document.execCommand = () => false }")
    page.get_by_role("button", name="Copy prompt").click()
    page.get_by_role("button", name="Select it and copy by hand").wait_for()


def violations(page: Page) -> list[str]:
    results = Axe().run(page)
    return [
        f"{each['id']}: {node['html'][:120]} {node['failureSummary']}"
        for each in results.response["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("what", ["boat", "long", "broken", "reels", "phone"])
def test_nothing_keeps_a_person_out(visit: Visit, boat: Path, tmp_path: Path, scheme: str, what: str) -> None:
    if what == "long":
        write_story(tmp_path, LONG.replace("title: Long", "title: Long\ncfg: 1.4\nnegative: {remove: [nothing]}"))
    elif what == "broken":
        write_story(tmp_path, BROKEN)
    elif what == "reels":
        write_story(tmp_path, "storyboard: 1\ntitle: T\nscenes:\n" + "  - segments: [{action: a, slots: 20}]\n" * 9)
    size = {"width": 390, "height": 844} if what == "phone" else {"width": 1280, "height": 900}
    page = visit(written(boat), color_scheme=scheme, viewport=size)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert violations(page) == []
    if what == "boat":
        page.keyboard.press("?")
        assert violations(page) == []


def test_a_broken_story_shows_its_findings_with_their_places(visit: Visit, tmp_path: Path) -> None:
    page = visit(written(write_story(tmp_path, BROKEN)))
    assert page.get_by_text("The story has 2 errors.").is_visible()
    assert page.get_by_text("story.yaml:5:").is_visible()
    assert page.locator("mark").first.inner_text() == "{"
    assert page.locator("#track").count() == 0
    page.keyboard.press("j")


@pytest.mark.parametrize("width", [320, 390, 768])
@pytest.mark.parametrize("story", [BOAT, MARMALADE], ids=lambda story: story.stem)
def test_a_narrow_screen_needs_no_scrolling_to_the_side(
    visit: Visit, tmp_path: Path, story: Path, width: int
) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(write_page(prepare(story)).data)
    page = visit(path.as_uri(), viewport={"width": width, "height": 800})
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_prints_on_a4_with_the_whole_story_and_without_what_only_a_screen_can_use(
    visit: Visit, boat: Path
) -> None:
    page = visit(written(boat))
    data = page.pdf(prefer_css_page_size=True)
    assert data.startswith(b"%PDF")
    assert b"/MediaBox [0 0 594" in data or b"/MediaBox [0 0 595" in data
    page.emulate_media(media="print")
    assert page.locator("li.segment", has_text="two boats glide in from the lake").is_visible()
    for gone in (".transport", ".request", ".playhead", "[data-do=copy]"):
        assert not page.locator(gone).first.is_visible()


def test_a_title_in_hebrew_runs_from_the_right(visit: Visit, tmp_path: Path) -> None:
    page = visit(written(write_story(tmp_path, LONG.replace("Long", "שלום"))))
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
