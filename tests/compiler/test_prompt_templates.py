"""The prompts that ship, kept word for word, and templates of one's own, which may come from a stranger.

``python -m pytest tests/compiler --update-goldens`` writes ``goldens/`` anew; read what changed before keeping it.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from helpers import EXAMPLES, MINIMAL, story, write_story, write_tree

from storyboard.compiler.compile import compile_storyboard
from storyboard.compiler.template import template_names
from storyboard.generation.prepare import prepare
from storyboard.story.load import load_storyboard

GOLDENS = Path(__file__).parent / "goldens"
TEMPLATES = ["captions", "consecutive", "timecoded"]


def reels_of(example: Path, template: str) -> list[str]:
    told = load_storyboard(example).storyboard
    assert told is not None
    plan = compile_storyboard(told.model_copy(update={"template": template})).plan
    assert plan is not None
    return [reel.base_request["prompt"] for reel in plan.reels]


def lines(*scenes: Any, template: str = "consecutive", **keys: Any) -> list[str]:
    plan = compile_storyboard(story(*scenes, template=template, **keys)).plan
    assert plan is not None
    (reel,) = plan.reels
    return list(reel.base_request["prompt"].splitlines())


def test_the_templates_that_ship_are_these() -> None:
    assert template_names() == TEMPLATES


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_compiles_to_the_prompt_that_is_kept(
    example: Path, template: str, request: pytest.FixtureRequest
) -> None:
    prompts = "\n\n".join(reels_of(example, template)) + "\n"
    kept = GOLDENS / f"{example.stem}.{template}.txt"
    if request.config.getoption("--update-goldens"):
        kept.write_text(prompts, encoding="utf-8")
    assert prompts == kept.read_text(encoding="utf-8")


def test_nothing_is_kept_that_no_example_makes() -> None:
    wanted = {f"{example.stem}.{template}.txt" for example in EXAMPLES for template in TEMPLATES}
    assert {kept.name for kept in GOLDENS.iterdir()} == wanted


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_segment_has_its_own_line_below_the_style(template: str) -> None:
    # A caption begins with what holds from the segment before; what is new in it comes last.
    told = lines(["one", "two"], ["three", "four"], style="ink", template=template)
    assert told[0] == "Style: ink."
    found = [max(("one", "two", "three", "four"), key=line.rfind) for line in told[1:]]
    assert found == ["one", "two", "three", "four"]


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_line_break_in_an_action_is_none_in_the_prompt(template: str) -> None:
    assert len(lines(["a\nb", "c", "d", "e"], template=template)) == 4


def test_what_holds_is_told_once_and_again_where_it_changes() -> None:
    told = lines(
        {"segments": ["a", "b"], "camera": "still", "mood": "calm", "place": "reef"},
        {
            "segments": ["c", {"action": "d", "camera": "handheld"}],
            "camera": "still",
            "mood": "wild",
            "place": "reef",
        },
        places={"reef": "the reef, black"},
        style="ink",
    )
    assert told == [
        "Style: ink.",
        "Place: the reef, black; Mood: calm; a. Camera: still.",
        "Then b.",
        "Scene change; Mood: wild; c.",
        "Then d. Camera: handheld.",
    ]


def test_a_transition_is_named_where_the_scene_begins() -> None:
    told = lines(["a", "b"], {"segments": ["c", "d"], "transition": "fog rolls in"})
    assert told[2] == "Scene change: fog rolls in; c."


def test_a_state_is_told_where_it_begins_and_ends() -> None:
    told = lines([{"action": "a", "state": {"start": "dark", "end": "lit"}}, "b", "c", "d"])
    assert told[0] == "dark; a; lit."
    assert lines([{"action": "a", "state": {"end": "lit"}}, "b", "c", "d"], template="captions")[1].startswith(
        "State: lit."
    )


def test_a_spoken_line_never_reaches_the_prompt() -> None:
    for template in TEMPLATES:
        told = lines([{"action": "a", "say": "SECRET"}, "b", "c", "d"], template=template, logline="SECRET")
        assert "SECRET" not in "".join(told)


@pytest.mark.parametrize(
    ("action", "line"),
    [
        ("she runs", "Then she runs."),
        ("She runs", "She runs."),
        ("then she runs", "then she runs."),
        ("{mira} runs!", "Then Mira runs!"),
        ("狐が走る。", "狐が走る。"),
        ("🦊 runs", "🦊 runs."),
        ("שועל רץ", "שועל רץ."),
        ("{{ 7*7 }}", "{ 7*7 }."),
        ("a {{% raw %}} b", "Then a {% raw %} b."),
        ("a & b <c>", "Then a & b <c>."),
    ],
)
def test_an_action_is_told_in_the_authors_own_words(action: str, line: str) -> None:
    assert lines(["a", action, "c", "d"], characters={"mira": "Mira"})[1] == line


def test_the_times_of_the_timecoded_template_have_no_gap() -> None:
    told = lines(["a", {"action": "b", "seconds": 9}, "c"], template="timecoded")
    assert [line.split("]")[0] for line in told] == ["[0-4.5 s", "[4.5-13.5 s", "[13.5-18 s"]


# A template of one's own.

OWN = MINIMAL.replace("title: Fox\n", "title: Fox\ntemplate: own.j2\n")


def with_template(tmp_path: Path, template: str | bytes, text: str = OWN) -> Any:
    return prepare(write_story(write_tree(tmp_path, {"own.j2": template}), text))


@pytest.mark.parametrize(
    ("template", "prompt"),
    [
        ("{% for each in segments %}{{ each.number }}: {{ each.action|upper }}{% endfor %}", "1: A FOX RUNS"),
        ("{% for s in segments if s.slots > 1 %}{{ loop.index }} {{ s['seconds'] }}{% else %}-{% endfor %}", "1 18"),
        ("{{ style|default('no style', true) }}", "no style"),
        ("{% for s in segments %}{% for word in ['a', 'b'] %}{{ word ~ '-' ~ s.action }} {% endfor %}{% endfor %}",
         "a-a fox runs b-a fox runs"),
        ("  {# why #}\n\n  one\n\n   two   three \n", "one\ntwo three"),
        ("\ufeffone", "one"),
        ("one\r\ntwo\r\n", "one\ntwo"),
    ],
)  # fmt: skip
def test_a_harmless_template_works(tmp_path: Path, template: str, prompt: str) -> None:
    prepared = with_template(tmp_path, template)
    assert prepared.ok, prepared.findings
    assert prepared.plan.reels[0].base_request["prompt"] == prompt


HOSTILE = {
    "a class": ("{{ ''.__class__.__mro__ }}", "sandbox"),
    "a class by subscript": ("{{ style['__class__'] }}", "sandbox"),
    "the globals of a function": ("{{ loop.__init__.__globals__ }}", "sandbox"),
    "a method": ("{{ segments.count }}", "sandbox"),
    "a method of a mapping": ("{{ segments[0].items }}", "sandbox"),
    "a call": ("{{ style.upper() }}", "call"),
    "a range": ("{% for i in range(10**9) %}x{% endfor %}", "call"),
    "a long text": ("{{ 'a' * 10**9 }}", "mul"),
    "a power": ("{{ 10 ** 10 ** 10 }}", "pow"),
    "a format": ("{{ '%1000000000d' % 1 }}", "mod"),
    "the filter format": ("{{ '%1000000000d'|format(1) }}", "format"),
    "the filter join": ("{{ segments|join }}", "join"),
    "the filter center": ("{{ style|center(10000000000) }}", "center"),
    "the filter attr": ("{{ style|attr('__class__') }}", "attr"),
    "another file": ("{% include '/etc/passwd' %}", "include"),
    "an import": ("{% import 'x' as y %}", "import"),
    "a parent": ("{% extends 'x' %}", "extends"),
    "an assignment": ("{% set x = style %}", "assign"),
    "a macro": ("{% macro m() %}x{% endmacro %}", "macro"),
    "a recursive loop": ("{% for s in segments recursive %}x{% endfor %}", "for"),
    "three loops": ("{% for a in segments %}" * 3 + "{% endfor %}" * 3, "More than 2 loops"),
    "loops over the letters of a text": ("{% for a in style %}{% for b in style %}{% endfor %}{% endfor %}", "text"),
    "an unknown name": ("{{ director }}", "'director' is undefined"),
    "an unknown key": ("{% for s in segments %}{{ s.acton }}{% endfor %}", "“acton”"),
    "an unknown filter": ("{{ style|shout }}", "shout"),
    "an unknown test": ("{{ 1 is odder }}", "odder"),
    "a block left open": ("{% if style %}", "endif"),
    "an expression left open": ("{{ style", "expected"),
    "a division of text": ("{{ style - 1 }}", "It fails"),
    "a number that never ends": ("{{ " + "9" * 5000 + " }}", "digits"),
    "a thousand joined values": ("{{ " + "~".join(["style"] * 1000) + " }}", "joins more than"),
    "a thousand added values": ("{{ " + "+".join(["style"] * 900) + " }}", "line 1"),
    "a thousand conditions": ("{% if style %}" * 1000 + "{% endif %}" * 1000, "nested too deep"),
    "a thousand brackets": ("{{ " + "[" * 5000 + "]" * 5000 + " }}", "nested too deep"),
    "too much text": ("x" * 70_000, "characters"),
    "too much written": ("{% for s in segments %}" + "x" * 60_000 + "{{ s.action }}" + "{% endfor %}", ""),
    "Latin-1": ("é".encode("latin-1"), "UTF-8"),
}


@pytest.mark.parametrize(("template", "said"), HOSTILE.values(), ids=HOSTILE)
def test_a_template_that_goes_too_far_is_a_finding_at_its_key_and_quick(
    tmp_path: Path, template: str | bytes, said: str
) -> None:
    text = OWN.replace("title: Fox\n", "title: Fox\nstyle: '" + "ink " * 2000 + "'\n").replace(
        "      - a fox runs\n", "      - a fox runs\n      - a fox rests\n"
    )
    began = time.process_time()
    prepared = with_template(tmp_path, template, text)
    assert time.process_time() - began < 2
    (error,) = [each for each in prepared.findings if each.severity == "error"]
    assert error.code in {"template-fails", "file-unreadable"}
    assert (error.line, error.column) == (4, 11)
    assert said in error.message
    assert "own.j2" in error.message
    assert len(error.message) < 300


def test_the_line_of_a_slip_in_a_template_is_told(tmp_path: Path) -> None:
    (error,) = [
        each for each in with_template(tmp_path, "one\ntwo\n{% set x = 1 %}").findings if each.severity == "error"
    ]
    assert "own.j2, line 3" in error.message


@pytest.mark.parametrize(
    ("name", "code"), [("../own.j2", "outside-folder"), ("none.j2", "file-missing"), ("folder.j2", "file-unreadable")]
)
def test_a_template_file_that_cannot_be_used_is_a_finding_at_its_key(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "folder.j2").mkdir()
    prepared = prepare(write_story(tmp_path, OWN.replace("own.j2", name)))
    told = [each for each in prepared.findings if each.severity == "error"]
    assert [(each.line, each.column, each.code) for each in told] == [(3, 11, code)]


@pytest.mark.parametrize("template", ["captions", "consecutive", "timecoded"])
def test_whoever_is_met_in_an_end_state_is_told_in_full_there(template: str) -> None:
    met = story(
        [{"action": "the door opens", "state": {"end": "{mira} stands in it"}}],
        ["{mira} walks in", "b", "c"],
        characters={"mira": {"name": "Mira", "look": "in a yellow coat"}},
        template=template,
    )
    plan = compile_storyboard(met).plan
    assert plan is not None
    assert plan.reels[0].base_request["prompt"].count("in a yellow coat") == 1
