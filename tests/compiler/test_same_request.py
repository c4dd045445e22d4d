"""The same input compiles to the same requests, byte for byte, and compiling is quick."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from helpers import EXAMPLES, ROOT, environment, write_story, write_tree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storyboard.generation.prepare import prepare
from storyboard.story.load import Loaded

if TYPE_CHECKING:
    from pathlib import Path

PRINT_REQUESTS = """
import json, sys
from storyboard import prepare
for name in sys.argv[1:]:
    prepared = prepare(name)
    print(json.dumps([reel.as_json() for reel in prepared.require_plan().reels], ensure_ascii=True))
    print([finding.as_json() for finding in prepared.findings])
"""


def test_two_processes_with_other_hashes_and_languages_make_the_same_bytes(tmp_path: Path) -> None:
    own = write_tree(tmp_path, {"own.j2": "{{ segments }} {{ style }}"})
    files = [
        *EXAMPLES,
        write_story(own, "storyboard: 1\ntitle: T\ntemplate: own.j2\nscenes: [{segments: [a, b]}]\n"),
    ]

    def bytes_with(**variables: str) -> bytes:
        return subprocess.run(
            [sys.executable, "-c", PRINT_REQUESTS, *map(str, files)],
            env=environment(**variables),
            cwd=ROOT,
            check=True,
            capture_output=True,
        ).stdout

    first = bytes_with(PYTHONHASHSEED="0", LC_ALL="C", TZ="UTC")
    assert first == bytes_with(PYTHONHASHSEED="4711", LC_ALL="C.UTF-8", TZ="Asia/Tokyo")
    assert first.count(b"svi-2-0-pro") > len(EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_makes_the_same_plan_from_any_folder(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = prepare(example)
    monkeypatch.chdir(tmp_path)
    assert prepare(example).plan == before.plan


def test_five_hundred_segments_compile_in_a_moment(tmp_path: Path) -> None:
    scene = "  - name: S\n    place: p\n    segments:\n" + "      - '{a} runs and {b} waits'\n" * 10
    head = "storyboard: 1\ntitle: T\ncharacters: {a: 'Ada, tall', b: 'Bo, small'}\nplaces: {p: 'a park, green'}\n"
    file = write_story(tmp_path, f"{head}scenes:\n{scene * 50}")
    prepare(file)
    began = time.process_time()
    plan = prepare(file).require_plan()
    assert time.process_time() - began < 1
    assert sum(len(reel.segments) for reel in plan.reels) == 500
    assert float(plan.seconds) == 2250


# Whatever a file says, it ends in findings or a plan.

odd: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.integers(),
    st.floats(allow_nan=True),
    st.text(max_size=12),
    st.sampled_from(
        ["loose", "literal", "832x480", "off", "{mira}", "{nobody}", "{", "{% x %}", "../x.png", "x.j2", "1:15",
         "-12 dB", "crossfade 0.5", "http://[x", "https://a.example/b.png", "episode", "own.j2", "\x1b[2J", "a\0b",
         "🦊", "x" * 300]
    ),
    st.just([]),
    st.just({}),
)  # fmt: skip


def part(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A mapping with some of the keys, now and then one of them, or the whole, odd, and a key nobody knows."""
    optional = {name: value | odd for name, value in keys.items()} | {"whatever": odd}
    return st.fixed_dictionaries({}, optional=optional) | odd


words = st.sampled_from(["{mira} runs", "a fox waits", "{reef} shines", "x"])
segment = words | part(
    action=words,
    seconds=st.sampled_from([4.5, 9, 5]),
    slots=st.integers(1, 40),
    camera=words,
    say=words,
    state=part(start=words, end=words),
    sketch=words,
)
scene = part(
    name=words,
    segments=st.lists(segment, max_size=4),
    place=st.sampled_from(["reef", "mira", "x"]),
    camera=words,
    image=words,
    transition=words,
    adherence=st.sampled_from(["loose", "literal"]),
    style=words,
    mood=words,
)
item = part(
    episode=words, reel=st.integers(), clip=words, image=words, title=words, caption=words, black=st.integers()
)
whole = part(
    image=words,
    resolution=st.sampled_from(["832x480", "1280x720"]),
    adherence=st.sampled_from(["loose", "literal"]),
    cfg=st.floats(0, 3),
    style=words,
    template=st.sampled_from(["consecutive", "captions", "own.j2"]),
    negative=part(replace=words, add=words, remove=st.lists(words)),
    t2v_quality=words,
    reels=st.sampled_from(["auto", "one", "by-scene", "by-adherence"]),
    characters=st.just({"mira": "Mira, grey"}) | st.dictionaries(words, odd, max_size=2),
    places=st.just({"reef": {"name": "the reef"}}) | part(reef=part(name=words, look=words)),
    rules=st.dictionaries(st.sampled_from(["stretched", "several-reels", "x"]), odd, max_size=2),
    scenes=st.lists(scene, max_size=4),
    cut=part(timeline=st.lists(item, max_size=3), music=part(file=words, volume=odd), output=part(fps=odd, size=odd)),
)


@given(whole)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_any_mapping_ends_in_findings_or_a_plan(tmp_path_factory: pytest.TempPathFactory, written: Any) -> None:
    folder = tmp_path_factory.getbasetemp()
    write_tree(folder, {"own.j2": "{% for s in segments %}{{ s.action }}{% endfor %}"})
    value = {"storyboard": 1, "title": "T", **written} if isinstance(written, dict) else written
    file = write_story(folder, json.dumps(value))  # JSON is YAML
    prepared = prepare(file)
    assert isinstance(prepared.loaded, Loaded)
    assert prepared.ok or prepared.plan is None
    for finding in prepared.findings:
        assert finding.line == 1
        assert finding.column >= 1
        assert finding.message
    if prepared.plan is not None:
        json.dumps([reel.as_json() for reel in prepared.plan.reels])


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_file_ends_in_findings_or_a_plan(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    prepared = prepare(write_story(tmp_path_factory.getbasetemp(), data))
    assert prepared.findings or prepared.plan
