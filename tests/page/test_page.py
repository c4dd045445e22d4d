"""``storyboard preview --page``: one file that needs nothing else, whatever its author wrote."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from helpers import EXAMPLES, MINIMAL, png, write_story, write_tree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storyboard import prepare
from storyboard.review.page.pictures import LONGEST_SIDE, picture_uri
from storyboard.review.page.placed import by_segment
from storyboard.review.page.values import page_values
from storyboard.review.page.write import content_policy, write_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from helpers import Ran

    Command = Callable[..., Ran]

BROKEN = MINIMAL + "    plase: x\n"
VOID = {"meta", "link", "img", "br", "hr", "input", "path", "rect"}


class Reader(HTMLParser):
    """Reads a page: its elements, their attributes, and the text in each kind."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.setdefault(self._open[-1], []).append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def test_it_goes_beside_the_films_of_a_lone_story(storyboard: Command, tmp_path: Path) -> None:
    ran = storyboard("preview", write_story(tmp_path), "--page")
    page = tmp_path / "renders" / "story.preview.html"
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith(f"Written to {page}.\n")
    assert "<title>Fox · preview</title>" in page.read_text()


def test_it_goes_beside_the_films_of_a_series(
    storyboard: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = "series: 1\ntitle: S\nepisodes: episodes/*.yaml\ndefaults: {output: films}\n"
    write_tree(tmp_path, {"series.yaml": series, "episodes/one.yaml": MINIMAL})
    monkeypatch.chdir(tmp_path)
    assert storyboard("preview", "--page", "one").code == 0
    assert (tmp_path / "films" / "one.preview.html").is_file()


def test_an_episode_of_a_broken_series_has_a_page_that_says_so(storyboard: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"series.yaml": "series: 1\ntitel: S\n", "episodes/one.yaml": MINIMAL})
    assert storyboard("preview", tmp_path / "episodes" / "one.yaml", "--page").code == 1
    assert "series.yaml:2:1" in (tmp_path / "renders" / "one.preview.html").read_text()


@pytest.mark.parametrize("order", ["{story} --page {page}", "--page {page} {story}", "--page={page} {story}"])
def test_it_goes_where_it_is_told_to(storyboard: Command, tmp_path: Path, order: str) -> None:
    words = order.format(story=write_story(tmp_path), page=tmp_path / "new" / "fox.html").split()
    assert storyboard("preview", *words).code == 0
    assert (tmp_path / "new" / "fox.html").is_file()


@pytest.mark.parametrize("order", ["{story} --page", "--page {story}", "--page -- {story}"])
def test_a_story_after_the_option_is_the_story_and_is_never_written_over(
    storyboard: Command, tmp_path: Path, order: str
) -> None:
    story = write_story(tmp_path)
    assert storyboard("preview", *order.format(story=story).split()).code == 0
    assert story.read_text() == MINIMAL
    assert (tmp_path / "renders" / "story.preview.html").is_file()


def test_a_page_is_never_written_over_something_else(storyboard: Command, tmp_path: Path) -> None:
    story = write_story(tmp_path)
    ran = storyboard("preview", story, f"--page={story}")
    assert (ran.code, story.read_text()) == (2, MINIMAL)
    assert "is no name for a web page" in ran.err


def test_a_dash_prints_it(storyboard: Command, tmp_path: Path) -> None:
    ran = storyboard("preview", write_story(tmp_path), "--page", "-")
    assert (ran.code, "Written" in ran.err) == (0, False)
    assert ran.out.startswith("<!doctype html>")
    assert not (tmp_path / "renders").exists()


def test_a_place_that_cannot_be_written_is_said(storyboard: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"story.yaml": MINIMAL, "renders": "a file"})
    ran = storyboard("preview", tmp_path / "story.yaml", "--page")
    assert ran.code == 2
    assert "cannot be written" in ran.err


def test_a_broken_story_has_a_page_with_its_findings_and_fails(storyboard: Command, tmp_path: Path) -> None:
    story = write_story(tmp_path, BROKEN)
    ran = storyboard("preview", story, "--page")
    assert ran.code == 1
    assert ":6:5: error: unknown-key" in ran.err
    page = (tmp_path / "renders" / "story.preview.html").read_text()
    assert f"{story}:6:5" in page
    assert "The story has an error." in page


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--page", "--json"], "--page and --json exclude each other."),
        (["--watch", "--page"], "--watch and --page exclude each other."),
        (["--watch", "--diff", "main"], "--watch and --diff exclude each other."),
        (["--port", "80"], "--port is where --watch listens."),
        (["--open"], "--open needs a page to open."),
        (["--page", "-", "--open"], "--open needs a page in a file."),
    ],
)
def test_what_cannot_go_together_is_said(storyboard: Command, tmp_path: Path, words: list[str], told: str) -> None:
    ran = storyboard("preview", write_story(tmp_path), *words)
    assert ran.code == 2
    assert told in ran.err


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_examples_page_asks_nothing_of_the_network_and_holds_the_whole_story(example: Path) -> None:
    prepared = prepare(example)
    page = write_page(prepared)
    reader = read(page.html)
    asked = [
        (tag, name, value)
        for tag, attributes in reader.elements
        for name, value in attributes.items()
        if name in {"src", "href", "action", "srcset", "data", "poster", "xlink:href"}
        and not (value or "").startswith(("data:image/webp;base64,", "#"))
    ]
    assert asked == []
    assert not [tag for tag, _ in reader.elements if tag in {"link", "iframe", "object", "embed", "base", "form"}]
    assert not [attributes for _, attributes in reader.elements if "style" in attributes]
    assert "url(" not in "".join(reader.texts["style"])
    text = "".join(part for parts in reader.texts.values() for part in parts)
    for reel in prepared.require_plan().reels:
        assert json.dumps(reel.as_json()["request"]["prompt"], ensure_ascii=False) in text
        for segment in reel.segments:
            assert segment.action in text
    assert len(page.data) < 400_000


def test_the_policy_names_the_very_style_and_script_of_the_page(tmp_path: Path) -> None:
    from base64 import b64encode
    from hashlib import sha256

    html = write_page(prepare(write_story(tmp_path))).html
    reader = read(html)
    (policy,) = (each["content"] for tag, each in reader.elements if each.get("http-equiv"))
    assert policy == content_policy(live=False)
    assert policy.startswith("default-src 'none'; img-src data:;")
    for kind, text in (("style", reader.texts["style"][0]), ("script", reader.texts["script"][-1])):
        assert f"{kind}-src 'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" in policy


MARKS = st.sampled_from(
    ["</script>", "<!--", "-->", "<img src=x onerror=a>", "\u2028", '"', "'", "&amp;", "]]>", "{{"]
)
TEXTS = (
    st.lists(st.one_of(MARKS, st.text(max_size=8)), min_size=1, max_size=4)
    .map("".join)
    .filter(lambda text: (text.strip() and text.isprintable()) or "\u2028" in text)
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
def test_whatever_an_author_writes_is_text_on_the_page(tmp_path: Path, text: str) -> None:
    told = text.replace("{", "{{").replace("}", "}}")
    segment = {"action": told, "say": text, "camera": told}
    scene = {"name": text, "mood": told, "transition": told, "segments": [segment, segment]}
    story = {"storyboard": 1, "title": text, "logline": text, "style": told, "negative": text, "scenes": [scene] * 2}
    plain = read(write_page(prepare(write_story(tmp_path, MINIMAL))).html)
    prepared = prepare(write_story(tmp_path, json.dumps(story)))
    reader = read(write_page(prepared).html)
    assert {tag for tag, _ in reader.elements} - {tag for tag, _ in plain.elements} <= {"q", "a", "ul"}
    allowed = {name for _, each in plain.elements for name in each} | {"hidden", "href"}
    assert {name for _, each in reader.elements for name in each} <= allowed
    assert sum(tag == "script" for tag, _ in reader.elements) == (2 if prepared.plan else 1)
    if prepared.plan:
        data = json.loads(reader.texts["script"][0])
        assert data["prompts"]["1"] == prepared.plan.reels[0].base_request["prompt"]


def test_a_large_first_frame_is_made_small(tmp_path: Path) -> None:
    import base64
    import io

    from PIL import Image

    write_tree(tmp_path, {"images/it's a fox.png": png(4160, 2400)})
    uri = picture_uri(tmp_path / "images" / "it's a fox.png")
    with Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))) as image:
        assert (image.format, image.size) == ("WEBP", (LONGEST_SIDE, 480))


def test_a_first_frame_at_an_address_is_told_and_not_fetched(tmp_path: Path) -> None:
    text = MINIMAL.replace("title: Fox", "title: Fox\nimage: https://a.example/fox.png")
    html = write_page(prepare(write_story(tmp_path, text))).html
    assert "is not fetched for a preview" in html
    assert "<img" not in html


def test_a_finding_stands_at_its_segment_and_in_the_list(tmp_path: Path) -> None:
    text = """storyboard: 1
title: T
cfg: 1.4
scenes:
  - segments: [one, two]
  - adherence: literal
    segments:
      - three
      - action: four
        camera: fixed
    mood: calm
rules: {}
"""
    source = prepare(write_story(tmp_path, text)).loaded.source
    assert source is not None

    def finding(line: int, column: int = 1) -> Any:
        from storyboard.story.findings import Finding, Severity

        return Finding("c", Severity.INFO, "m", "", source.shown, line, column)

    found = {
        at: next(iter(by_segment([finding(*at)], source)), None)
        for at in ((3, 1), (5, 16), (5, 21), (6, 5), (8, 9), (9, 9), (10, 17), (11, 5), (12, 1))
    }
    assert found == {
        (3, 1): None, (5, 16): (0, 0), (5, 21): (0, 1), (6, 5): None, (8, 9): (1, 0), (9, 9): (1, 1),
        (10, 17): (1, 1), (11, 5): None, (12, 1): None,
    }  # fmt: skip


def test_five_hundred_segments_have_a_page(tmp_path: Path) -> None:
    scene = "  - segments:\n" + "      - a fox runs on\n" * 10
    page = write_page(prepare(write_story(tmp_path, f"storyboard: 1\ntitle: T\nscenes:\n{scene * 50}")))
    assert page.html.count('<li class="segment ') == 500
    assert len(page.data) < 2_500_000


def test_the_same_story_has_the_same_page(tmp_path: Path) -> None:
    story = write_story(tmp_path)
    pages = {(page.html, page.version) for page in (write_page(prepare(story)) for _ in range(2))}
    assert len(pages) == 1
    assert page_values(prepare(story))["plan"]["cost"] == "1.16"
    assert re.fullmatch("[0-9a-f]{16}", pages.pop()[1])
