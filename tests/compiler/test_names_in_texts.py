"""``{name}`` in the author's text: in full where the model first meets it, by its short name after."""

from __future__ import annotations

import pytest
from helpers import story
from hypothesis import given
from hypothesis import strategies as st

from storyboard.compiler.compile import compile_storyboard
from storyboard.compiler.telling import Teller
from storyboard.story.braces import Reference, Slip, is_name, parse_braces
from storyboard.story.model import Subject

MIRA = Subject(name="Mira", look="a woman in a yellow coat")
SUBJECTS = {"mira": MIRA, "tom": Subject(name="Tom"), "sign": Subject(name="the {{sign}}", look="a {{board}}")}


def tell(*texts: str) -> list[str]:
    teller = Teller(SUBJECTS)
    return [teller.tell(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{mira} runs", "Mira, a woman in a yellow coat, runs"),
        ("here comes {mira}", "here comes Mira, a woman in a yellow coat"),
        ("here comes {mira}.", "here comes Mira, a woman in a yellow coat."),
        ("{mira}, late, runs", "Mira, a woman in a yellow coat, late, runs"),
        ("(with {mira}) runs", "(with Mira, a woman in a yellow coat) runs"),
        ("{mira} — late", "Mira, a woman in a yellow coat — late"),
        ("{mira}'s hand", "Mira's (a woman in a yellow coat) hand"),
        ("{mira}’s hand", "Mira’s (a woman in a yellow coat) hand"),
        ("{mira} and {mira} again", "Mira, a woman in a yellow coat, and Mira again"),
        ("{tom} runs", "Tom runs"),
        ("{tom}'s hand", "Tom's hand"),
        ("  {tom}\n\n runs\t fast ", "Tom runs fast"),
        ("{sign} falls", "the {sign}, a {board}, falls"),
        ("{{mira}} runs", "{mira} runs"),
        ("{{{tom}}}", "{Tom}"),
        ("{{ 7*7 }}", "{ 7*7 }"),
        ("{{{{ 7*7 }}}}", "{{ 7*7 }}"),
        ("50 % {{a}}", "50 % {a}"),
        ("{nobody} runs", "nobody runs"),
    ],
)
def test_a_name_is_told_in_full_at_first_mention(text: str, told: str) -> None:
    assert tell(text) == [told]


def test_a_name_is_short_after_its_first_mention() -> None:
    assert tell("{mira} runs", "{mira} falls", "{mira}'s coat") == [
        "Mira, a woman in a yellow coat, runs",
        "Mira falls",
        "Mira's coat",
    ]


def test_nobody_counts_as_met_by_what_is_only_carried_on() -> None:
    teller = Teller(SUBJECTS)
    assert teller.name("{mira} runs") == "Mira runs"
    assert teller.tell("{mira} runs") == "Mira, a woman in a yellow coat, runs"


def test_each_reel_meets_everyone_anew() -> None:
    slots = [{"action": "{mira} runs", "slots": 20}, {"action": "{mira} rests", "slots": 20}]
    plan = compile_storyboard(story(slots[:1], slots[1:], characters={"mira": "Mira, grey"})).plan
    assert plan is not None
    assert [reel.segments[0].action for reel in plan.reels] == ["Mira, grey, runs", "Mira, grey, rests"]


def test_the_model_meets_a_name_where_the_prompt_first_has_it() -> None:
    plan = compile_storyboard(
        story(
            {"segments": ["{mira} runs"], "place": "reef", "camera": "follow {mira}", "mood": "calm"},
            {"segments": ["{mira} rests"], "transition": "{mira} turns", "style": "ink, {mira} in red"},
            characters={"mira": "Mira, grey"},
            places={"reef": "the reef, black"},
            style="film of {mira}",
        )
    ).plan
    assert plan is not None
    prompt = plan.reels[0].base_request["prompt"]
    assert prompt.count("Mira, grey") == 1
    assert prompt.startswith("Style: film of Mira, grey.\n")
    assert prompt.count("film of") == 1
    assert prompt.count("the reef, black") == 1


@pytest.mark.parametrize(
    ("text", "slips"),
    [
        ("{% if x %}", ["{% if x %}"]),
        ("{mira.name}", ["{mira.name}"]),
        ("{}", ["{}"]),
        ("{ mira }", ["{ mira }"]),
        ("{1st}", ["{1st}"]),
        ("a { b", ["{"]),
        ("a } b", ["}"]),
        ("{a {b} c}", ["{", "}"]),
        ("{{a}", ["}"]),
        ("{#x#}", ["{#x#}"]),
    ],
)
def test_anything_else_in_braces_is_a_slip(text: str, slips: list[str]) -> None:
    assert [part.text for part in parse_braces(text) if isinstance(part, Slip)] == slips


@pytest.mark.parametrize("name", ["mira", "Mira_2", "old-mira", "Женя", "美羅", "_x"])
def test_a_name_may_be_of_any_script(name: str) -> None:
    assert is_name(name)
    assert parse_braces(f"a {{{name}}}") == ("a ", Reference(name, 2))


texts = st.text(st.characters(codec="utf-8", exclude_characters="{}"))


@given(texts)
def test_a_text_without_braces_stays_as_it_is_but_for_its_white_space(text: str) -> None:
    assert Teller(SUBJECTS).tell(text) == " ".join(text.split())


@given(st.text())
def test_a_text_with_doubled_braces_says_what_it_said(text: str) -> None:
    doubled = text.replace("{", "{{").replace("}", "}}")
    assert Teller(SUBJECTS).tell(doubled) == " ".join(text.split())
    assert not any(isinstance(part, Slip | Reference) for part in parse_braces(doubled))


@given(st.lists(texts | st.sampled_from(["{mira}", "{tom}", "{{", "}}", "{", "}", "{%", "'s"])).map("".join))
def test_nothing_of_a_text_is_lost_between_its_parts(text: str) -> None:
    kept = sum(len(part) for part in parse_braces(text) if isinstance(part, str))
    for part in parse_braces(text):
        if isinstance(part, str):
            continue
        written = part.text if isinstance(part, Slip) else f"{{{part.name}}}"
        assert text[part.offset :].startswith(written)
        kept += len(written)
    assert kept <= len(text) <= kept + text.count("{{") + text.count("}}")


@given(st.lists(texts | st.sampled_from(["{mira}", "{tom}", "{sign}", "'s", "’s"]), max_size=8).map("".join))
def test_each_look_is_told_once_however_often_its_name_is_used(text: str) -> None:
    told = Teller(SUBJECTS).tell(text)
    assert told.count("a woman in a yellow coat") == min(1, text.count("{mira}"))
    assert told.count("Mira") == text.count("{mira}") + text.count("Mira")
