"""The name of what an author wrote for a reel: what changes it, what leaves it alone, and that it stays."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from helpers import EXAMPLES, story
from hypothesis import given
from hypothesis import strategies as st

from storyboard.compiler.compile import compile_storyboard
from storyboard.compiler.content import authored, combined, content_sha256
from storyboard.compiler.template import template_names
from storyboard.compiler.timeline import lay_out
from storyboard.generation.prepare import prepare
from storyboard.profile import SVI_2_0_PRO
from storyboard.story.model import Storyboard

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyboard.compiler.timeline import Reel

TOLD: dict[str, Any] = {
    "storyboard": 1,
    "title": "The Lighthouse Keeper",
    "logline": "She keeps the light.",
    "style": "35mm film",
    "negative": {"add": ["lens flare", "grain"], "remove": ["artwork", "style"]},
    "characters": {"mira": "Mira, a woman in a yellow coat", "tom": "Tom, a boy"},
    "places": {"lantern": "the lantern room, brass clockwork", "reef": "the reef, black rocks"},
    "rules": {"stretched": "off"},
    "scenes": [
        {
            "name": "Night watch",
            "place": "lantern",
            "camera": "slow push in",
            "mood": "tense",
            "segments": [
                "{mira} winds the clockwork",
                {"action": "the lamp gutters", "camera": "close-up", "seconds": 9, "say": "Hold."},
                {"action": "she cups the flame", "state": {"start": "it flickers", "end": "it burns"}},
            ],
        },
        {
            "transition": "the beam sweeps over",
            "adherence": "literal",
            "segments": ["waves break over the reef", "a boat rises"],
        },
    ],
}
IMAGE = {"sha256": "a" * 64}
TEMPLATE = "{% for segment in segments %}{{ segment.action }}\n{% endfor %}"
GOLDENS = {
    "text": "cf5a64ef22d99b89a1f5f009cef01e8e56a62e39bb905def700677a8e4960942",
    "own template": "c9a929a7bff4b42ff7b93f76a0d14c76ad0ee716cec21f80f311be588a40c708",
    "image": "712309f7ed3ce803a471d7d5978adf079eb735419585e19aedff592ee061a701",
    "handoff": "2024927e48543b8e8b962f10dbdf7c3bf1252ae1da6943198b06ab7ef443661c",
    "text alone": "673a60f0b0b4a9acbfc3935341cfa4a4eae866659a96370341de818064811b87",
}


def spans(storyboard: Storyboard, number: int = 1) -> Reel:
    return lay_out(storyboard, SVI_2_0_PRO).reels[number - 1]


def content(told: dict[str, Any], *, template_text: str | None = None, number: int = 1) -> str:
    storyboard = Storyboard.model_validate(told)
    return authored(storyboard, spans(storyboard, number), template_text=template_text, from_text=True)


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    told = copy.deepcopy(TOLD)
    change(told)
    return told


def scene(told: dict[str, Any], index: int = 0) -> Any:
    return told["scenes"][index]


def segment(told: dict[str, Any], index: int) -> Any:
    return told["scenes"][0]["segments"][index]


def in_another_order(told: dict[str, Any]) -> None:
    for key in sorted(told):
        told[key] = told.pop(key)


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "resolution": lambda t: t.update(resolution="480x832"),
    "adherence": lambda t: t.update(adherence="literal"),
    "cfg": lambda t: t.update(cfg=1.2),
    "style": lambda t: t.update(style="16mm film"),
    "style left out": lambda t: t.pop("style"),
    "template": lambda t: t.update(template="captions"),
    "negative replaced": lambda t: t.update(negative="lens flare, grain"),
    "negative emptied": lambda t: t.update(negative=""),
    "negative word added": lambda t: t["negative"]["add"].append("fog"),
    "negative words in another order": lambda t: t["negative"]["add"].reverse(),
    "negative word removed": lambda t: t["negative"]["remove"].pop(),
    "text-to-video quality": lambda t: t.update(t2v_quality="fast"),
    "a look": lambda t: t["characters"].update(mira="Mira, a woman in a red coat"),
    "a short name": lambda t: t["characters"].update(mira="Moira, a woman in a yellow coat"),
    "a place's look": lambda t: t["places"].update(lantern="the lantern room, all glass"),
    "another place": lambda t: scene(t).update(place="reef"),
    "scene camera": lambda t: scene(t).update(camera="static"),
    "mood": lambda t: scene(t).update(mood="calm"),
    "scene style": lambda t: scene(t, 1).update(style="charcoal"),
    "scene adherence": lambda t: scene(t, 1).update(adherence="loose"),
    "transition": lambda t: scene(t, 1).update(transition="the beam sweeps back"),
    "transition left out": lambda t: scene(t, 1).pop("transition"),
    "action": lambda t: segment(t, 1).update(action="the lamp gutters twice"),
    "whom an action is about": lambda t: t["scenes"][0]["segments"].__setitem__(0, "{tom} winds the clockwork"),
    "a name written out": lambda t: t["scenes"][0]["segments"].__setitem__(0, "Mira winds the clockwork"),
    "a literal brace": lambda t: segment(t, 1).update(action="the lamp gutters {{0}}"),
    "segment camera": lambda t: segment(t, 1).update(camera="wide"),
    "length": lambda t: segment(t, 1).update(seconds=13.5),
    "state at the start": lambda t: segment(t, 2)["state"].update(start="it is out"),
    "state at the end": lambda t: segment(t, 2)["state"].update(end="it is out"),
    "state moved from start to end": lambda t: segment(t, 2).update(state={"end": "it flickers"}),
    "a segment more": lambda t: scene(t, 1)["segments"].append("the tide turns"),
    "segments in another order": lambda t: scene(t, 1)["segments"].reverse(),
    "a segment moved to the next scene": lambda t: scene(t, 1)["segments"].insert(0, scene(t)["segments"].pop()),
}

CHANGES_NOTHING: dict[str, Callable[[dict[str, Any]], object]] = {
    "title": lambda t: t.update(title="The Keeper"),
    "logline": lambda t: t.pop("logline"),
    "rules": lambda t: t.update(rules={}),
    "reels": lambda t: t.update(reels="one"),
    "say": lambda t: segment(t, 1).update(say="Hold, you old girl."),
    "sketch": lambda t: segment(t, 1).update(sketch="a.png"),
    "cut": lambda t: t.update(cut={"timeline": ["episode"]}),
    "a look's name in the series": lambda t: t.update(look="noir"),
    "what a scene is called": lambda t: scene(t).update(name="The watch"),
    "a scene's name left out": lambda t: scene(t).pop("name"),
    "a character nobody names": lambda t: t["characters"].update(tom="Tom, an old man", ada="Ada"),
    "a place where nothing happens": lambda t: t["places"].pop("reef"),
    "the order of keys": in_another_order,
    "the order of characters": lambda t: t.update(characters=dict(reversed(t["characters"].items()))),
    "a default written out": lambda t: t.update(resolution="832x480", adherence="loose", template="consecutive"),
    "the style on each scene": lambda t: [each.update(style=t["style"]) for each in t["scenes"]] and t.pop("style"),
    "the adherence on a scene": lambda t: scene(t).update(adherence="loose"),
    "the camera on each segment": lambda t: t["scenes"][0]["segments"].__setitem__(
        0, {"action": "{mira} winds the clockwork", "camera": "slow push in"}
    ),
    "slots for seconds": lambda t: segment(t, 1).update(seconds=None, slots=2),
    "one slot written out": lambda t: segment(t, 2).update(seconds=4.5),
    "a segment as a mapping": lambda t: scene(t, 1)["segments"].__setitem__(1, {"action": "a boat rises"}),
    "a character as a mapping": lambda t: t["characters"].update(
        mira={"name": "Mira", "look": "a woman in a yellow coat"}
    ),
    "line breaks and spaces": lambda t: segment(t, 1).update(action="the lamp\n  gutters \t"),
    "a no-break space": lambda t: segment(t, 1).update(action="the\u00a0lamp gutters"),
    "another name in braces": lambda t: (
        t["characters"].update(m=t["characters"].pop("mira")),
        t["scenes"][0]["segments"].__setitem__(0, "{m} winds the clockwork"),
    ),
    "negative words in one text": lambda t: t["negative"].update(add="lens flare,  grain"),
    "removed words in another order and case": lambda t: t["negative"].update(remove=["Style", "artwork"]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_can_reach_the_request_changes_it(change: Callable[[dict[str, Any]], object]) -> None:
    assert content(changed(change)) != content(TOLD)


@pytest.mark.parametrize("change", CHANGES_NOTHING.values(), ids=CHANGES_NOTHING)
def test_what_cannot_reach_the_request_leaves_it_alone(change: Callable[[dict[str, Any]], object]) -> None:
    assert content(changed(change)) == content(TOLD)


@pytest.mark.parametrize("change", CHANGES_NOTHING.values(), ids=CHANGES_NOTHING)
def test_what_leaves_it_alone_leaves_the_request_alone(change: Callable[[dict[str, Any]], object]) -> None:
    before = compile_storyboard(Storyboard.model_validate(TOLD)).plan
    after = compile_storyboard(Storyboard.model_validate(changed(change))).plan
    assert before is not None
    assert after is not None
    assert [reel.base_request for reel in after.reels] == [reel.base_request for reel in before.reels]
    assert [reel.content for reel in after.reels] == [reel.content for reel in before.reels]


def test_no_two_changes_have_the_same_name() -> None:
    assert len({content(changed(change)) for change in CHANGES.values()}) == len(CHANGES)


def test_it_is_the_same_in_every_release() -> None:
    """A failure here means that every take that was ever paid for would count as changed."""
    image = Storyboard.model_validate(TOLD | {"image": "keeper.png"})
    names = {
        "text": content(TOLD),
        "own template": content(TOLD | {"template": "mine.j2"}, template_text=TEMPLATE),
        "image": content_sha256(image, spans(image), template_text=None, start_identity=IMAGE),
        "handoff": combined("b" * 64, {"handoff": "c" * 64, "frame": "last"}),
        "text alone": combined("b" * 64, None),
    }
    assert names == GOLDENS


def test_a_template_of_ones_own_counts_by_its_text() -> None:
    own = TOLD | {"template": "mine.j2"}
    assert content(own, template_text=TEMPLATE) == content(TOLD | {"template": "b/yours.j2"}, template_text=TEMPLATE)
    assert content(own, template_text=TEMPLATE) != content(own, template_text=TEMPLATE + " ")
    assert content(own, template_text="captions") != content(TOLD | {"template": "captions"})


def test_what_scenes_are_called_counts_with_a_template_of_ones_own() -> None:
    own = TOLD | {"template": "mine.j2"}
    renamed = changed(lambda t: (t.update(template="mine.j2"), scene(t).update(name="The watch")))
    assert content(own, template_text=TEMPLATE) != content(renamed, template_text=TEMPLATE)


@pytest.mark.parametrize("template", template_names())
def test_no_template_that_ships_tells_what_a_scene_is_called(template: str) -> None:
    told = story(
        {"name": "Qwertz", "segments": ["a", "b"]}, {"name": "Zyx", "segments": ["c", "d"]}, template=template
    )
    plan = compile_storyboard(told).plan
    assert plan is not None
    assert "Qwertz" not in plan.reels[0].base_request["prompt"]
    assert "Zyx" not in plan.reels[0].base_request["prompt"]


def test_the_quality_counts_for_text_to_video_alone() -> None:
    fast = Storyboard.model_validate(TOLD | {"t2v_quality": "fast"})
    plain = Storyboard.model_validate(TOLD)
    for identity, same in ((IMAGE, True), (None, False)):
        names = {
            content_sha256(each, spans(each), template_text=None, start_identity=identity) for each in (fast, plain)
        }
        assert (len(names) == 1) is same


def test_what_the_first_frame_is_counts_and_not_what_it_is_called() -> None:
    storyboard = Storyboard.model_validate(TOLD)
    identities: list[dict[str, str] | None] = [
        None,
        IMAGE,
        {"sha256": "b" * 64},
        {"url": "https://example.com/a.png"},
        {"handoff": "a" * 64, "frame": "last"},
    ]
    names = {
        content_sha256(storyboard, spans(storyboard), template_text=None, start_identity=identity)
        for identity in identities
    }
    assert len(names) == len(identities)
    assert combined("b" * 64, {"frame": "last", "handoff": "a"}) == combined(
        "b" * 64, {"handoff": "a", "frame": "last"}
    )


def two_reels(**first: Any) -> dict[str, Any]:
    """An episode of two reels, cut inside its one scene."""
    segments: list[Any] = [{"action": f"step {number}", "slots": 4} for number in range(8)]
    segments[3] |= first
    return {"storyboard": 1, "title": "T", "scenes": [{"segments": segments, "transition": "fade in"}]}


def test_a_reel_knows_nothing_of_what_lies_in_another_but_what_it_goes_on_from() -> None:
    storyboard = Storyboard.model_validate(two_reels())
    assert [span.segment for span in spans(storyboard, 2)] == [4, 5, 6, 7]
    other = two_reels()
    other["scenes"][0] |= {"transition": "cut to"}
    other["scenes"][0]["segments"][1]["action"] = "a leap"
    assert content(other, number=1) != content(two_reels(), number=1)
    assert content(other, number=2) == content(two_reels(), number=2)


def test_what_holds_when_a_reel_begins_inside_a_scene_counts() -> None:
    before = content(two_reels(), number=2)
    assert content(two_reels(action="a leap"), number=2) != before
    assert content(two_reels(state={"end": "she stands"}), number=2) != before
    assert content(two_reels(camera="wide"), number=2) == before


def test_a_planned_reel_carries_it() -> None:
    plan = compile_storyboard(Storyboard.model_validate(two_reels())).plan
    assert plan is not None
    assert plan.reels[0].content == content(two_reels(), number=1)
    storyboard = Storyboard.model_validate(two_reels())
    second = authored(storyboard, spans(storyboard, 2), template_text=None, from_text=False)
    assert plan.reels[1].content == second


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_reel_of_an_example_has_its_own(example: Any) -> None:
    reels = prepare(example).require_plan().reels
    assert len({reel.content for reel in reels}) == len(reels)


texts = st.text(st.sampled_from("ab {}m\n\u2003\u200dé\x00\x1d\x1e\x1f"), min_size=1, max_size=12).filter(
    lambda text: bool(text.strip())
)


@given(texts, texts)
def test_two_actions_have_one_name_only_where_they_are_told_alike(one: str, other: str) -> None:
    """Whatever stands in it, braces that are no name included."""

    def told(action: str) -> tuple[str, str]:
        storyboard = story([{"action": action, "slots": 4}], characters={"m": "Mo, tall", "a": "Al, small"})
        name = authored(storyboard, spans(storyboard), template_text=None, from_text=True)
        plan = compile_storyboard(storyboard).plan
        assert plan is not None
        return name, plan.reels[0].base_request["prompt"]

    (name, prompt), (other_name, other_prompt) = told(one), told(other)
    if name == other_name:
        assert prompt == other_prompt
    if " ".join(one.split()) == " ".join(other.split()):
        assert name == other_name
