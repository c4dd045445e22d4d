"""Files from Windows: a byte order mark before, a carriage return at the end of each line, positions all the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from helpers import MINIMAL, ROOT, write_tree
from hypothesis import given
from hypothesis import strategies as st

from storyboard.generation.kept_rates import rates_in_force, rates_path
from storyboard.generation.lock_text import LockTextError, read_text, write_text
from storyboard.generation.prepare import prepare
from storyboard.profile import SVI_2_0_PRO
from storyboard.scaffold.new_series import make_series
from storyboard.story.series_load import load_series
from storyboard.story.yaml_document import read_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.story.findings import Finding

MARK = b"\xef\xbb\xbf"
FORMS = {"marked": (MARK, b"\n"), "returns": (b"", b"\r\n"), "both": (MARK, b"\r\n")}
forms = pytest.mark.parametrize(("mark", "end"), FORMS.values(), ids=FORMS)


def as_on_windows(text: str, mark: bytes, end: bytes) -> bytes:
    return mark + text.encode().replace(b"\n", end)


def places(findings: tuple[Finding, ...]) -> list[tuple[str, int, int, str]]:
    return [(each.code, each.line, each.column, each.excerpt) for each in findings]


WRONG = {
    "a wrong first key": "storybord: 1\ntitle: T\nscenes: [{segments: [a, b, c, d]}]\n",
    "a name in a text": "storyboard: 1\ntitle: T\nscenes:\n  - segments:\n      - she meets {nobody} there\n",
    "a name in a block": "storyboard: 1\ntitle: T\nscenes:\n  - segments:\n      - >-\n        a\n        {nobody}\n",
    "a quote left open": 'storyboard: 1\ntitle: "T\nscenes: [{segments: [a]}]\n',
    "a tab": "storyboard: 1\ntitle: T\nscenes:\n  - segments:\n\t\t- a\n",
    "a value": "storyboard: 1\ntitle: T\nadherence: losse\nscenes: [{segments: [a, b, c, d]}]\n",
    "the last line": "storyboard: 1\ntitle: T\nscenes: [{segments: [a, b, c, d]}]\ntitel: T",
}


@forms
@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_a_mistake_in_a_story_stands_where_it_would_without(
    tmp_path: Path, text: str, mark: bytes, end: bytes
) -> None:
    write_tree(tmp_path, {"a/story.yaml": text, "b/story.yaml": as_on_windows(text, mark, end)})
    plain, found = (places(prepare(tmp_path / name / "story.yaml").findings) for name in "ab")
    assert plain
    assert found == plain


@forms
def test_a_story_means_the_same_and_makes_the_same_request(tmp_path: Path, mark: bytes, end: bytes) -> None:
    text = (ROOT / "examples" / "paper-boat.yaml").read_text(encoding="utf-8")
    write_tree(tmp_path, {"a.yaml": text, "b.yaml": as_on_windows(text, mark, end)})
    plain, found = (prepare(tmp_path / name).require_plan() for name in ("a.yaml", "b.yaml"))
    assert [reel.base_request for reel in found.reels] == [reel.base_request for reel in plain.reels]


@forms
def test_a_mistake_in_a_series_stands_where_it_would_without(tmp_path: Path, mark: bytes, end: bytes) -> None:
    text = "series: 1\ntitle: T\nepisodes: episodes/*.yaml\ndefaults:\n  adherance: loose\n"
    write_tree(tmp_path, {"a/series.yaml": text, "b/series.yaml": as_on_windows(text, mark, end)})
    plain, found = (places(load_series(tmp_path / name).findings) for name in "ab")
    assert [each[:3] for each in plain] == [("unknown-key", 5, 3)]
    assert found == plain


@forms
def test_a_whole_series_of_such_files_has_nothing_to_tell(tmp_path: Path, mark: bytes, end: bytes) -> None:
    made = make_series(tmp_path / "s").folder
    for file in [made / "series.yaml", *made.glob("episodes/*.yaml")]:
        file.write_bytes(as_on_windows(file.read_text(encoding="utf-8"), mark, end))
        assert load_series(made).findings == ()
    for file in made.glob("episodes/*.yaml"):
        assert prepare(file).findings == ()


@forms
def test_a_template_writes_the_same_prompt_and_its_mistakes_keep_their_line(
    tmp_path: Path, mark: bytes, end: bytes
) -> None:
    good = "{{ style }}\n{% for segment in segments %}\n{{ segment.action|sentence }}\n{% endfor %}\n"
    for name, text in (("good.j2", good), ("bad.j2", "{{ style }}\n\n{% for x in %}\n")):
        story = MINIMAL + f"template: {name}\n"
        write_tree(tmp_path / "a", {name: text, f"{name}.yaml": story})
        write_tree(tmp_path / "b", {name: as_on_windows(text, mark, end), f"{name}.yaml": story})
    plain, found = (prepare(tmp_path / name / "good.j2.yaml").require_plan() for name in "ab")
    assert [reel.base_request for reel in found.reels] == [reel.base_request for reel in plain.reels]
    wrong, told = ([each.message for each in prepare(tmp_path / name / "bad.j2.yaml").findings] for name in "ab")
    assert told == wrong
    assert any("3" in message for message in wrong)


@forms
def test_a_rate_card_is_read(mark: bytes, end: bytes) -> None:
    card = {"storyboard_rates": 1, "model": "svi-2-0-pro", **SVI_2_0_PRO.rates.as_json(), "source": "a friend"}
    rates_path().parent.mkdir(parents=True)
    rates_path().write_bytes(as_on_windows(json.dumps(card, indent=2), mark, end))
    assert rates_in_force().source == "a friend"


@forms
def test_a_lock_file_is_read_and_what_is_wrong_in_it_keeps_its_line(mark: bytes, end: bytes) -> None:
    assert read_text(as_on_windows(write_text([]).decode(), mark, end)) == {}
    for wrong in ('{\n"version": 1,\n"takes": [\n<<<<<<< ours\n{}\n]}\n', '{\n"version": 1,\n"takes" [\n{}\n]}\n'):
        lines = []
        for data in (wrong.encode(), as_on_windows(wrong, mark, end)):
            with pytest.raises(LockTextError) as told:
                read_text(data)
            lines.append((told.value.what, told.value.line))
        assert lines[0] == lines[1]
        assert lines[0][1] > 0


@given(st.lists(st.text(st.sampled_from("ab: 狐é'{}"), max_size=12), max_size=6))
def test_any_lines_are_read_alike_whatever_ends_them(lines: list[str]) -> None:
    text = "".join(f"k{number}: {json.dumps(line, ensure_ascii=False)}\n" for number, line in enumerate(lines))
    plain = read_yaml(text.encode())
    for mark, end in FORMS.values():
        found = read_yaml(as_on_windows(text, mark, end))
        assert found.value == plain.value
        assert found.lines == plain.lines
        for number in range(len(lines)):
            assert found.locate((f"k{number}",)) == plain.locate((f"k{number}",))
