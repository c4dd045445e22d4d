"""An episode says only what differs: what it has from its series, and what of its own comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from helpers import png, write_tree
from hypothesis import given
from hypothesis import strategies as st
from series_tree import EPISODE, HEAD, SCENES, inherited, prepared, write_series

from storyboard.generation.prepare import prepare
from storyboard.story.load import load_storyboard
from storyboard.story.model import Negative, Storyboard, Subject
from storyboard.story.series import Defaults

if TYPE_CHECKING:
    from pathlib import Path

# Each default: how it is written, what an episode has by it, how an episode writes its own, and what it then has.
MATRIX: dict[str, tuple[str, Any, str, Any]] = {
    "image": ("https://a.example/a.png", "https://a.example/a.png", "own.png", "own.png"),
    "resolution": ("1280x720", "1280x720", "480x832", "480x832"),
    "adherence": ("literal", "literal", "loose", "loose"),
    "cfg": ("1.5", 1.5, "1.8", 1.8),
    "style": ("ink", "ink", "oil", "oil"),
    "look": ("dusk", "dusk", "dawn", "dawn"),
    "template": ("timecoded", "timecoded", "captions", "captions"),
    "negative": ("{add: fog}", Negative(add=("fog",)), "{remove: rain}", Negative(remove=("rain",))),
    "t2v_quality": ("fast", "fast", "quality", "quality"),
    "reels": ("by-scene", "by-scene", "one", "one"),
    "logline": ("A light.", "A light.", "A boat.", "A boat."),
}
LOOKS = "looks: {dusk: grey light, dawn: pink light}\n"


def test_every_default_that_a_storyboard_can_have_is_in_the_matrix() -> None:
    optional = set(Storyboard.model_fields) - {
        "storyboard",
        "title",
        "characters",
        "places",
        "rules",
        "scenes",
        "cut",
    }
    assert set(MATRIX) == optional == set(Defaults.model_fields) - {"provider", "output"}


@pytest.mark.parametrize("key", MATRIX)
def test_an_episode_has_a_default_unless_it_says_otherwise(tmp_path: Path, key: str) -> None:
    default, has, own, has_then = MATRIX[key]
    series = f"{LOOKS}defaults: {{{key}: {default}}}\n"
    assert getattr(inherited(tmp_path, series), key) == has
    assert getattr(inherited(tmp_path, series, f"{key}: {own}\n"), key) == has_then


def test_the_provider_and_the_output_are_the_series_own(tmp_path: Path) -> None:
    loaded = load_storyboard(
        write_series(tmp_path, "defaults: {provider: empirio, output: done}\nceilings: {episode: 8.10}\n")
    )
    assert loaded.findings == ()
    assert loaded.series is not None
    assert loaded.series.series is not None
    assert (loaded.series.series.title, loaded.series.series.defaults.provider) == ("The Lighthouse", "empirio")
    assert str(loaded.series.series.ceilings.episode) == "8.1"


def test_a_default_is_taken_back_with_null(tmp_path: Path) -> None:
    series = LOOKS + "defaults: {image: 'https://a.example/a.png', look: dusk, cfg: 1.5}\n"
    story = inherited(tmp_path, series, "image: null\nstyle: null\ncfg: null\n")
    assert (story.image, story.look, story.style, story.cfg) == (None, None, None, None)


def test_characters_places_and_rules_are_merged_by_name_and_the_episodes_own_come_first(tmp_path: Path) -> None:
    series = (
        "characters: {mira: 'Mira, in yellow', tom: Tom}\nplaces: {reef: the reef}\n"
        "rules: {stretched: off, several-reels: error}\n"
    )
    episode = "characters: {mira: 'Mira, in red', ada: Ada}\nplaces: {tower: a tower}\nrules: {several-reels: info}\n"
    story = inherited(tmp_path, series, episode)
    assert story.characters == {
        "mira": Subject(name="Mira", look="in red"),
        "tom": Subject(name="Tom"),
        "ada": Subject(name="Ada"),
    }
    assert story.places == {"reef": Subject(name="the reef"), "tower": Subject(name="a tower")}
    assert story.rules == {"stretched": "off", "several-reels": "info"}


def test_names_of_the_series_resolve_and_one_that_is_not_used_is_no_finding(tmp_path: Path) -> None:
    series = "characters: {mira: 'Mira, in yellow', tom: Tom}\nplaces: {reef: the reef}\n"
    write_series(tmp_path, series)
    gate = "{place: reef, segments: ['{mira} runs up to the gate', the gate swings open to her]}"
    scenes = f"rules: {{text-to-video: off}}\nscenes: [{gate}, {gate}]\n"
    write_tree(tmp_path, {"episodes/one.yaml": EPISODE + scenes})
    ready = prepare(tmp_path / "episodes" / "one.yaml")
    assert ready.findings == ()
    assert "Mira, in yellow, runs" in ready.require_plan().reels[0].request(None)["prompt"]


STYLES = [
    ("style: ink", "", ("ink", None)),
    ("look: dusk", "", ("grey light", "dusk")),
    ("look: dusk", "style: oil", ("oil", None)),
    ("style: ink", "look: dawn", ("pink light", "dawn")),
    ("look: dusk", "look: dawn", ("pink light", "dawn")),
    ("look: dusk", "look: null", (None, None)),
    ("style: ink", "look: null", (None, None)),
    ("", "look: dawn", ("pink light", "dawn")),
    ("style: ink", "style: null\nlook: dawn", ("pink light", "dawn")),
    ("", "", (None, None)),
]


@pytest.mark.parametrize(("default", "own", "has"), STYLES)
def test_the_nearest_word_on_style_wins(
    tmp_path: Path, default: str, own: str, has: tuple[str | None, str | None]
) -> None:
    story = inherited(tmp_path, f"{LOOKS}defaults: {{{default}}}\n", f"{own}\n" if own else "")
    assert (story.style, story.look) == has


def test_a_look_is_told_to_the_model_as_the_style(tmp_path: Path) -> None:
    series = LOOKS + "defaults: {look: dusk}\n"
    by_look = prepared(tmp_path, series).require_plan().reels[0].request(None)
    by_style = prepared(tmp_path, HEAD.encode(), "style: grey light\n").require_plan().reels[0].request(None)
    assert by_look == by_style
    assert "grey light" in by_look["prompt"]


def test_files_that_the_series_names_are_seen_from_its_own_folder(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "series.yaml": HEAD + "defaults: {image: images/a.png, template: prompts/mine.j2}\n",
        "images/a.png": png(),
        "prompts/mine.j2": "All of it: {% for s in segments %}{{ s.action }}; {% endfor %}",
        "one.yaml": EPISODE + SCENES,
        "episodes/two.yaml": EPISODE + SCENES,
        "episodes/deep/three.yaml": EPISODE + SCENES,
    }
    write_tree(tmp_path, files)
    for name in ("one.yaml", "episodes/two.yaml", "episodes/deep/three.yaml"):
        ready = prepare(tmp_path / name)
        assert ready.findings == ()
        assert list(ready.images.values()) == [tmp_path.resolve() / "images" / "a.png"]
        assert ready.require_plan().reels[0].request(None)["prompt"].startswith("All of it: a fox runs up the hill;")


@pytest.mark.parametrize("name", ["https://a.example/a.png", "consecutive"])
def test_what_is_no_file_is_left_as_it_is(tmp_path: Path, name: str) -> None:
    key = "image" if "://" in name else "template"
    assert getattr(inherited(tmp_path, f"defaults: {{{key}: '{name}'}}\n"), key) == name


def test_the_nearest_series_above_an_episode_is_its_series(tmp_path: Path) -> None:
    write_series(tmp_path, "defaults: {style: ink}\n")
    write_tree(tmp_path, {"episodes/series.yaml": HEAD + "defaults: {style: oil}\n"})
    story = load_storyboard(tmp_path / "episodes" / "one.yaml").storyboard
    assert story is not None
    assert story.style == "oil"


# The story of an episode is the one that a person would write out by hand.

words = st.text("abc é,:#'-", min_size=1, max_size=12).map(str.strip).filter(bool)
subjects = words.filter(lambda text: text.partition(",")[0].strip()) | st.fixed_dictionaries(
    {"name": words}, optional={"look": words}
)
names = st.sampled_from(["mira", "tom", "ada"])
spots = st.sampled_from(["reef", "tower"])
negatives = words | st.fixed_dictionaries({"add": st.lists(words, max_size=2)}, optional={"remove": words})
defaults = {
    "resolution": st.sampled_from(["832x480", "1280x720"]),
    "adherence": st.sampled_from(["loose", "literal"]),
    "cfg": st.floats(1, 2),
    "template": st.sampled_from(["consecutive", "timecoded"]),
    "negative": negatives,
    "t2v_quality": st.sampled_from(["quality", "fast"]),
    "reels": st.sampled_from(["auto", "one"]),
    "logline": words,
    "image": st.just("https://a.example/a.png"),
}
dressed: st.SearchStrategy[dict[str, Any]] = (
    st.just({})
    | st.fixed_dictionaries({"style": words})
    | st.fixed_dictionaries({"look": st.sampled_from(["dusk", "dawn"])})
)
settings_of_rules = st.dictionaries(
    st.sampled_from(["stretched", "several-reels"]), st.sampled_from(["off", "info", False]), max_size=2
)
shared_parts = st.fixed_dictionaries(
    {},
    optional={
        "characters": st.dictionaries(names, subjects, max_size=3),
        "places": st.dictionaries(spots, subjects, max_size=2),
        "rules": settings_of_rules,
    },
)
said = st.tuples(st.fixed_dictionaries({}, optional=defaults), dressed).map(lambda both: {**both[0], **both[1]})
LOOK_TEXTS = {"dusk": "grey light", "dawn": "pink light"}


@given(said, shared_parts, said, shared_parts)
def test_an_episode_is_the_story_written_out_by_hand(
    tmp_path_factory: pytest.TempPathFactory,
    from_series: dict[str, Any],
    shared: dict[str, Any],
    own: dict[str, Any],
    own_parts: dict[str, Any],
) -> None:
    root = tmp_path_factory.mktemp("series")
    scenes = [{"segments": ["a", "b", "c", "d"]}]
    head = {"storyboard": 1, "title": "One", "scenes": scenes}
    series = {"series": 1, "title": "S", "episodes": "*.yaml", "looks": LOOK_TEXTS, "defaults": from_series, **shared}
    write_tree(
        root, {"series.yaml": yaml.safe_dump(series), "e/one.yaml": yaml.safe_dump({**head, **own, **own_parts})}
    )
    loaded = load_storyboard(root / "e" / "one.yaml")

    by_hand = {**from_series, **own}
    dress = own if own.keys() & {"style", "look"} else from_series
    for key in ("style", "look"):
        by_hand.pop(key, None)
        if key in dress:
            by_hand[key] = dress[key]
    if "look" in by_hand:
        by_hand["style"] = LOOK_TEXTS[by_hand["look"]]
    for key in ("characters", "places", "rules"):
        by_hand[key] = {**shared.get(key, {}), **own_parts.get(key, {})}
    assert loaded.findings == ()
    assert loaded.storyboard == Storyboard.model_validate({**head, **by_hand})
