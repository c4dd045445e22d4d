"""``check --fix``: what has one right answer is mended, and everything else stays byte for byte."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import pytest
from helpers import ROOT, write_story, write_tree
from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.generation.prepare import prepare
from storyboard.mending import mend

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from helpers import Ran

    Command = Callable[..., Ran]

HEAD = "storyboard: 1\ntitle: T\n"
FOX = "scenes:\n  - segments:\n      - a fox runs up to the fence and stops\n"


def mended(folder: Path, text: str) -> str:
    return mend(write_story(folder, text)).after.decode()


BRACES = {
    "an action": ("      - {fox} runs up\n", '      - "{fox} runs up"\n'),
    "a name alone": ("      - {fox}\n", '      - "{fox}"\n'),
    "a comment behind it": ("      - {fox} runs up   # soon\n", '      - "{fox} runs up"   # soon\n'),
    "a key before it": ("      - action: {fox} runs up\n", '      - action: "{fox} runs up"\n'),
    "quotation marks in it": ('      - {fox} says "no" to it\n', "      - '{fox} says \"no\" to it'\n"),
    "both kinds of marks": ('      - {fox} isn\'t "in"\n', "      - '{fox} isn''t \"in\"'\n"),
    "a colon": ("      - {fox} waits: it rains\n", '      - "{fox} waits: it rains"\n'),
    "a backslash": ("      - {fox} \\o/ jumps\n", "      - '{fox} \\o/ jumps'\n"),
    "two of them": ("      - {fox} runs\n      - {fox} sits\n", '      - "{fox} runs"\n      - "{fox} sits"\n'),
    "two lines": (
        "      - {fox} runs\n        and sits down\n      - {fox} jumps\n",
        '      - "{fox} runs\n        and sits down"\n      - "{fox} jumps"\n',
    ),
}


@pytest.mark.parametrize(("before", "after"), BRACES.values(), ids=BRACES)
def test_a_text_that_begins_with_a_brace_gets_quotes(tmp_path: Path, before: str, after: str) -> None:
    head = f"{HEAD}characters: {{fox: Fox}}\nscenes:\n  - segments:\n"
    assert mended(tmp_path, head + before) == head + after
    assert prepare(tmp_path / "story.yaml", data=(head + after).encode()).loaded.storyboard is not None


@pytest.mark.parametrize(
    "segments",
    [
        "      - {action: {fox} runs, camera: close-up}\n",  # inside of braces that are meant
        "      - {fox} is no #1 here\n",  # a comment, or the rest of it?
        "      - {fox} runs # soon\n        and sits down\n",
        "      - [{fox} runs]\n",
        "      - {fox: red}\n",
        "      - {fox} runs\n   - a\n",  # something else is wrong too
    ],
)
def test_where_it_is_not_plain_what_is_meant_nothing_is_mended(tmp_path: Path, segments: str) -> None:
    text = f"{HEAD}characters: {{fox: Fox}}\nscenes:\n  - segments:\n{segments}"
    assert mended(tmp_path, text) == text


@pytest.mark.parametrize(
    ("given", "nearest"),
    [
        ("5", "4.5"),
        ("0.1", "4.5"),
        ("6.7", "4.5"),
        ("6.75", "9"),
        ("10", "9"),
        ("100", "99"),
        ("13.6", "13.5"),
        (".5", "4.5"),
    ],
)
def test_seconds_off_the_grid_go_to_the_nearest_whole_slot(tmp_path: Path, given: str, nearest: str) -> None:
    text = f"{HEAD}scenes:\n  - segments:\n      - {{action: a fox runs up, seconds: {given}}} # so\n"
    assert mended(tmp_path, text) == text.replace(f"seconds: {given}}}", f"seconds: {nearest}}}")


def test_seconds_that_an_alias_refers_to_are_rounded_once_where_they_stand(tmp_path: Path) -> None:
    text = f"{HEAD}scenes:\n  - segments:\n      - &a {{action: a fox runs up, seconds: 5}}\n      - *a\n"
    assert mended(tmp_path, text) == text.replace("seconds: 5", "seconds: 4.5")


STYLED = "style: Gouache, thick paper # it is\n"
REMOVE = "[style, artwork, painting, picture]"
NEGATIVES = {
    "no negative": (f"{STYLED}\n# scenes\n{FOX}", f"{STYLED}negative: {{remove: {REMOVE}}}\n\n# scenes\n{FOX}"),
    "a style on several lines": (
        f"style: >-\n  Gouache,\n  # thick paper\n\n{FOX}",
        f"style: >-\n  Gouache,\n  # thick paper\n\nnegative: {{remove: {REMOVE}}}\n{FOX}",
    ),
    "a style at the end": (f"{FOX}{STYLED}", f"negative: {{remove: {REMOVE}}}\n{FOX}{STYLED}"),
    "words added": (
        f"{STYLED}negative: {{add: [fog]}}\n{FOX}",
        f"{STYLED}negative: {{add: [fog], remove: {REMOVE}}}\n{FOX}",
    ),
    "words removed": (
        f"{STYLED}negative: {{remove: [style, still]}} # x\n{FOX}",
        f"{STYLED}negative: {{remove: [style, still, artwork, painting, picture]}} # x\n{FOX}",
    ),
    "a list below": (
        f"{STYLED}negative:\n  remove:\n    - style # one\n    - picture\n\n{FOX}",
        f"{STYLED}negative:\n  remove:\n    - style # one\n    - picture\n    - artwork\n    - painting\n\n{FOX}",
    ),
    "keys below": (
        f"{STYLED}negative:\n  add: fog\n{FOX}",
        f"{STYLED}negative:\n  remove: {REMOVE}\n  add: fog\n{FOX}",
    ),
    "a text to remove": (
        f"{STYLED}negative: {{remove: 'style, picture'}}\n{FOX}",
        f"{STYLED}negative: {{remove: 'style, picture, artwork, painting'}}\n{FOX}",
    ),
}


@pytest.mark.parametrize(("before", "after"), NEGATIVES.values(), ids=NEGATIVES)
def test_words_that_fight_the_story_are_removed_from_the_negative_prompt(
    tmp_path: Path, before: str, after: str
) -> None:
    assert mended(tmp_path, HEAD + before) == HEAD + after
    told = prepare(tmp_path / "story.yaml", data=(HEAD + after).encode()).findings
    assert "negative-fights-story" not in {finding.code for finding in told}


@pytest.mark.parametrize(
    "body",
    [
        f"{STYLED}negative: artwork, style\n{FOX}",  # the author's own text
        f"{STYLED}rules: {{negative-fights-story: off}}\n{FOX}",
        f"style: Gouache # storyboard: ignore negative-fights-story\n{FOX}",
        f"{STYLED}cfg: 1.0\n{FOX}",  # without effect
        f"{STYLED}negative: {{add: [artwork], remove: {REMOVE}}}\n{FOX}",
        FOX,
    ],
)
def test_what_is_ones_own_ignored_or_without_effect_is_left_alone(tmp_path: Path, body: str) -> None:
    assert mended(tmp_path, HEAD + body) == HEAD + body


def test_what_the_series_sets_is_not_mended_through_its_episode(tmp_path: Path) -> None:
    series = "series: 1\ntitle: S\nepisodes: '*.yaml'\ndefaults: {style: Gouache}\n"
    episode = HEAD + FOX
    write_tree(tmp_path, {"series.yaml": series, "one.yaml": episode})
    assert mend(tmp_path / "one.yaml").mends == ()
    own = HEAD + "style: Gouache\n" + FOX
    more = series.replace("{style: Gouache}", "{negative: {add: [fog]}}")
    write_tree(tmp_path, {"series.yaml": more, "one.yaml": own})
    assert mend(tmp_path / "one.yaml").mends == ()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_the_byte_order_mark_stay_as_they_are(tmp_path: Path, line_end: str, bom: bytes) -> None:
    text = f"{HEAD}{STYLED}characters: {{fox: Fox}}\nscenes:\n  - segments:\n      - {{fox}} — runs\n"
    before = bom + text.replace("\n", line_end).encode()
    after = mend(write_story(tmp_path, before)).after
    right = text.replace("{fox} — runs", '"{fox} — runs"').replace(
        STYLED, f"{STYLED}negative: {{remove: {REMOVE}}}\n"
    )
    assert after == bom + right.replace("\n", line_end).encode()


OFF_GRID = f"{HEAD}scenes:\n  - segments:\n      - {{action: a fox runs up to it, seconds: 5}}\n"


def test_the_command_writes_the_file_in_one_step_with_its_permissions_and_says_what_it_did(
    storyboard: Command, tmp_path: Path
) -> None:
    file = write_story(tmp_path, OFF_GRID)
    file.chmod(0o640)
    ran = storyboard("check", "--fix", file)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{file}:5: mended: seconds 5 → 4.5; the segment lasts one slot\n")
    assert file.read_text() == OFF_GRID.replace("seconds: 5", "seconds: 4.5")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["story.yaml"]
    assert "mended" not in storyboard("check", "--fix", file).out


def test_the_diff_is_only_shown(storyboard: Command, tmp_path: Path) -> None:
    file = write_story(tmp_path, OFF_GRID)
    ran = storyboard("check", "--diff", file)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[:2] == [f"--- {file}", f"+++ {file} (mended)"]
    assert "-      - {action: a fox runs up to it, seconds: 5}\n" in ran.out
    assert "+      - {action: a fox runs up to it, seconds: 4.5}\n" in ran.out
    assert file.read_text() == OFF_GRID
    assert storyboard("check", "--diff", write_story(tmp_path, HEAD + FOX)).err == "There is nothing to mend.\n"


def test_json_has_what_was_mended_beside_the_findings(storyboard: Command, tmp_path: Path) -> None:
    file = write_story(tmp_path, OFF_GRID)
    told = storyboard("check", "--fix", "--json", file).json
    message = "seconds 5 → 4.5; the segment lasts one slot"
    assert told["fixed"] == [{"path": str(file), "line": 5, "message": message}]
    assert "seconds-off-grid" not in {each["code"] for each in told["findings"]}


def test_a_link_is_not_written_to(storyboard: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"away/one.yaml": OFF_GRID})
    (tmp_path / "link.yaml").symlink_to("away/one.yaml")
    ran = storyboard("check", "--fix", tmp_path / "link.yaml")
    assert (ran.code, "is a link, and is not written to" in ran.err) == (2, True)
    assert (tmp_path / "away" / "one.yaml").read_text() == OFF_GRID


CORPUS = sorted((ROOT / "tests" / "corpus").glob("*.yaml"))


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.stem)
def test_a_mended_story_compiles_to_the_same_but_for_what_was_said(file: Path) -> None:
    done = mend(file)
    before, after = prepare(file), prepare(file, data=done.after)
    assert mend_again(file, done.after) == done.after
    if before.plan is None:
        return
    assert after.plan is not None
    said = " ".join(each.told for each in done.mends)
    for old, new in zip(before.plan.reels, after.plan.reels, strict=True):
        differ = {key for key in new.base_request if new.base_request[key] != old.base_request[key]}
        assert differ == ({"negative_prompt"} if "negative" in said else set())


def mend_again(file: Path, data: bytes) -> bytes:
    """A mended text, mended."""
    copy = file.with_name(f".{file.name}.again.yaml")
    try:
        copy.write_bytes(data)
        return mend(copy).after
    finally:
        copy.unlink()


words = st.text(st.sampled_from("ab {}'\"\\:#,é狐-"), min_size=1, max_size=20)
lengths = st.one_of(
    st.none(), st.integers(1, 60), st.floats(0.1, 60, allow_nan=False).map(lambda each: round(each, 2))
)


@settings(max_examples=60)
@given(st.lists(st.tuples(words, lengths), min_size=1, max_size=5), st.sampled_from(["", "style: Gouache\n"]))
def test_mending_any_story_changes_lengths_and_quotes_and_the_negative_prompt_alone(
    tmp_path_factory: pytest.TempPathFactory, segments: list[tuple[str, Any]], style: str
) -> None:
    import json

    body = "".join(
        f"      - action: {json.dumps(action)}\n" + (f"        seconds: {seconds}\n" if seconds is not None else "")
        for action, seconds in segments
    )
    file = write_story(tmp_path_factory.mktemp("any"), f"{HEAD}{style}scenes:\n  - segments:\n{body}")
    done = mend(file)
    old, new = prepare(file).loaded, prepare(file, data=done.after).loaded
    if old.draft is None or new.draft is None:
        assert done.before == done.after
        return
    old_actions = [segment.action for segment in old.draft.scenes[0].segments]
    assert [segment.action for segment in new.draft.scenes[0].segments] == old_actions
    assert new.draft.style == old.draft.style
    if not done.mends:
        assert done.before == done.after
