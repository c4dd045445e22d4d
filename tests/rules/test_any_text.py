"""Whatever a file holds, it ends in findings or a plan, and the rules in no traceback."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from helpers import write_story
from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.compiler.compile import compile_storyboard
from storyboard.generation.prepare import Prepared, facts_of, prepare
from storyboard.mending import mend
from storyboard.rules.registry import check_story
from storyboard.rules.words import word_set
from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from pathlib import Path


def prepared(factory: pytest.TempPathFactory, data: str | bytes) -> Prepared:
    return prepare(write_story(factory.mktemp("any"), data))


def ends_well(ready: Prepared) -> bool:
    errors = [finding for finding in ready.findings if finding.severity is Severity.ERROR]
    return bool(errors) != (ready.plan is not None)


@settings(max_examples=100)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode(errors="replace"))))
def test_any_bytes_end_in_findings(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    assert ends_well(prepared(tmp_path_factory, data))


@settings(max_examples=100)
@given(st.text(st.sampled_from("ab -:#{}[]'\"\n,&*!|>%@?é狐\t"), max_size=120))
def test_any_yaml_below_a_good_head_ends_in_findings_or_a_plan(
    tmp_path_factory: pytest.TempPathFactory, body: str
) -> None:
    head = "storyboard: 1\ntitle: T\nstyle: Gouache\nscenes:\n  - segments:\n      - "
    assert ends_well(prepared(tmp_path_factory, head + body))


VOCABULARY = sorted(
    word_set(
        """
        {tom} {ada} Tom Ada Beatrix he she they it the a and , ; . out of frame walks runs in back exits
        vanishes night day noon moonlight camera pans tilts push orbit for ten seconds over an hour image
        picture crowd still backwards is are stands der die und 狐 🦊 ’s É {{ }} # 9 for all evening
        """
    )
)
texts = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=25).map(" ".join)
maybe = st.one_of(st.none(), texts)
states = st.one_of(st.none(), st.fixed_dictionaries({"start": texts, "end": texts}))
segments = st.fixed_dictionaries({"action": texts, "camera": maybe, "state": states, "slots": st.integers(1, 9)})
scenes = st.fixed_dictionaries(
    {
        "segments": st.lists(segments, min_size=1, max_size=5),
        "place": st.sampled_from([None, "quay", "mill"]),
        "transition": maybe,
        "mood": maybe,
        "camera": maybe,
        "adherence": st.sampled_from([None, "loose", "literal"]),
    }
)


@settings(max_examples=150)
@given(
    st.lists(scenes, min_size=1, max_size=6),
    maybe,
    st.sampled_from([None, 1.0, 1.2, 1.4, 2.0]),
    st.sampled_from([None, "https://a.example/a.png"]),
)
def test_any_story_of_words_that_the_rules_read_ends_in_findings_with_a_place(
    tmp_path_factory: pytest.TempPathFactory,
    scenes: list[Any],
    style: str | None,
    cfg: float | None,
    image: str | None,
) -> None:
    whole = {
        "storyboard": 1,
        "title": "T",
        "style": style,
        "cfg": cfg,
        "image": image,
        "characters": {"tom": "Tom, tall", "ada": "Ada, a girl"},
        "places": {"quay": "the quay, sunny", "mill": "the mill, moonlit"},
        "scenes": scenes,
    }
    ready = prepared(tmp_path_factory, yaml.safe_dump(_without_nothing(whole), allow_unicode=True))
    assert ends_well(ready)
    source = ready.loaded.source
    assert source is not None
    for finding in ready.findings:
        assert 1 <= finding.line <= len(source.document.lines)
        assert finding.column >= 1
        assert finding.message.endswith((".", "…"))


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nothing(item) for key, item in value.items() if item is not None}
    return [_without_nothing(item) for item in value] if isinstance(value, list) else value


def test_the_same_story_is_told_the_same_twice(tmp_path_factory: pytest.TempPathFactory) -> None:
    body = "storyboard: 1\ntitle: T\nscenes:\n  - segments: [she walks, '{tom} stands', he stands]\n"
    body += "characters: {tom: Tom}\n"
    ready = prepared(tmp_path_factory, body)
    story, source = ready.loaded.storyboard, ready.loaded.source
    assert story is not None
    assert source is not None
    facts = facts_of(story, source, compile_storyboard(story).plan)
    assert check_story(facts) == check_story(facts)


LARGE: dict[str, str] = {
    "many names": "characters: {"
    + ", ".join(f"n{n}: 'Name{n}, tall'" for n in range(4_000))
    + "}\nscenes:\n  - segments:\n"
    + "".join(f"      - '{{n{n}}} walks off'\n" for n in range(600)),
    "many strangers": "scenes:\n  - segments:\n"
    + "".join(f"      - a bell rings and Aa{chr(97 + n % 26)}{chr(97 + n // 26)} jumps up\n" for n in range(600)),
    "many comments": "scenes:\n  - segments:\n"
    + "      # storyboard: ignore nothing, something\n" * 6_000
    + "      - a # storyboard: ignore stretched\n",
    "long texts": "scenes:\n  - segments:\n" + f"      - {'over and over, the camera pans, ' * 300}\n" * 30,
    "many braces": "scenes:\n  - segments:\n" + "      - {fox} runs\n" * 3_000,
}


@pytest.mark.parametrize("body", LARGE.values(), ids=LARGE)
def test_a_large_file_is_told_of_and_mended_in_seconds(tmp_path: Path, body: str) -> None:
    file = write_story(tmp_path, f"storyboard: 1\ntitle: T\n{body}")
    began = time.process_time()
    prepare(file)
    mend(file)
    assert time.process_time() - began < 10
