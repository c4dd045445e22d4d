"""What differs between two requests, in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.compiler.changes import changes

LINES = "\n".join(f"line {n}" for n in range(9))
REQUEST: dict[str, Any] = {
    "model": "svi-2-0-pro",
    "prompt": LINES,
    "image": {"sha256": "a"},
    "resolution": "832x480",
    "duration": 18,
    "cfg": 1.0,
    "negative_prompt": "fog",
}
TEXT = {key: value for key, value in REQUEST.items() if key != "image"} | {"t2v_quality": "fast"}


def texts(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [str(change) for change in changes(old, new)]


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ({}, []),
        ({"prompt": LINES.replace("3", "x").replace("7", "y")}, ["prompt (2 of 9 lines)"]),
        ({"prompt": LINES + "\nmore"}, ["prompt (1 of 10 lines)"]),
        ({"prompt": "line 0"}, ["prompt (8 of 9 lines)"]),
        ({"prompt": "\n".join("x" * 3000)}, ["prompt"]),
        ({"cfg": 1.2}, ["cfg 1.0 → 1.2"]),
        ({"cfg": 2}, ["cfg 1.0 → 2.0"]),
        ({"duration": 22.5}, ["length 18 s → 22.5 s"]),
        ({"resolution": "1280x720"}, ["size 832x480 → 1280x720"]),
        ({"negative_prompt": ""}, ["negative prompt"]),
        ({"model": "svi-3"}, ["model svi-2-0-pro → svi-3"]),
        ({"image": {"sha256": "b"}}, ["first frame"]),
        ({"image": {"url": "https://a.example"}}, ["first frame: an address, was a file"]),
        (
            {"image": {"handoff": "k", "frame": "last"}},
            ["first frame: the last of the reel before, was a file"],
        ),
        ({"seed": 7}, ["seed none → 7"]),
        (
            {"cfg": 1.2, "prompt": "x", "duration": 27},
            ["prompt (9 of 9 lines)", "cfg 1.0 → 1.2", "length 18 s → 27 s"],
        ),
    ],
)
def test_each_thing_that_differs_is_told_in_few_words(new: dict[str, Any], told: list[str]) -> None:
    assert texts(REQUEST, REQUEST | new) == told


def test_the_first_frame_says_what_it_was_and_what_it_is() -> None:
    handoffs = [REQUEST | {"image": {"handoff": key, "frame": "last"}} for key in "kl"]
    assert texts(*handoffs) == ["starts from another take of the reel before"]
    urls = [REQUEST | {"image": {"url": url}} for url in ("https://a.example", "https://b.example")]
    assert texts(*urls) == ["first frame: another address"]
    assert texts(TEXT, REQUEST) == ["first frame: a file, was text alone"]
    assert texts(REQUEST, TEXT) == ["first frame: text alone"]
    assert texts(TEXT, TEXT | {"t2v_quality": "quality"}) == ["text-to-video quality fast → quality"]


def test_a_prompt_of_one_line_is_not_counted() -> None:
    assert texts(TEXT | {"prompt": "a"}, TEXT | {"prompt": "b"}) == ["prompt"]


_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from([1.0, 2.5]), st.text("ab\n\x1b", max_size=6)
)
_REQUESTS = st.dictionaries(
    st.sampled_from([*REQUEST, "t2v_quality", "other"]),
    _VALUES | st.dictionaries(st.sampled_from(["sha256", "url", "handoff"]), st.sampled_from("ab"), max_size=2),
)


@given(_REQUESTS, _REQUESTS)
def test_something_is_told_exactly_where_something_differs(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert changes(old, old) == []
    told = changes(old, new)
    assert bool(told) == (old != new)
    for change in told:
        assert change.text.isprintable()
        assert len(change.text) <= 120
