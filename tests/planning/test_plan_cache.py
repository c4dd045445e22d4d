"""The plan of a series whose storyboards were compiled before is the plan of one compiled anew, whatever changed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from helpers import EXAMPLES, ROOT, environment, png, write_tree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storyboard import briefing
from storyboard.briefing import brief_all
from storyboard.errors import StoryboardError
from storyboard.generation import brief_cache, brief_key, brief_making
from storyboard.generation.brief import Brief, brief_of, from_json, to_json
from storyboard.generation.outlook import Options
from storyboard.generation.prepare import prepare
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SERIES = """\
series: 1
title: The Lighthouse
episodes: episodes/*.yaml
defaults: {resolution: 832x480, template: prompts/own.j2, image: images/keeper.png}
characters: {mira: Mira in a yellow coat}
looks: {cold: muted teal and grey}
"""
TEMPLATE = "{% for segment in segments %}{{ segment.action | sentence }}\n{% endfor %}{{ style }}\n"
EPISODE = """\
storyboard: 1
title: One é
look: cold
scenes:
  - segments: ["{mira} climbs", "{mira} lifts the lamp", "{mira} looks out"]
  - image: ../images/reef.png
    segments: [a boat turns, a wave breaks, the fog lifts, dawn comes]
"""
FILES: Mapping[str, str | bytes] = {
    "series.yaml": SERIES,
    "prompts/own.j2": TEMPLATE,
    "images/keeper.png": png(),
    "images/reef.png": png(832, 300),
    "episodes/one.yaml": EPISODE,
    "episodes/two.yaml": EPISODE.replace("One", "Two").replace("look: cold\n", ""),
}


@pytest.fixture
def series(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(brief_key, "SETTLED_NS", 0)
    return write_tree(tmp_path / "show", FILES)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The storyboards that were not taken from the cache."""
    names: list[str] = []
    real = brief_making.make_briefs

    def counted(files: Any, **more: Any) -> Any:
        names.extend(path.name for path in files)
        return real(files, **more)

    monkeypatch.setattr(briefing, "make_briefs", counted)
    return names


def episodes(root: Path) -> list[Path]:
    return sorted((root / "episodes").iterdir())


def fresh(path: Path) -> Brief | str:
    try:
        return brief_of(prepare(path))
    except StoryboardError as error:
        return str(error)


def planned(path: Path) -> Brief | str:
    try:
        return brief_all([path], Options())[path]
    except StoryboardError as error:
        return str(error)


def excerpts(brief: Brief | str) -> list[str]:
    return [] if isinstance(brief, str) else [finding.excerpt for finding in brief.findings]


def test_what_is_kept_is_what_would_be_compiled(series: Path, compiled: list[str]) -> None:
    for _ in range(2):
        briefs = brief_all(episodes(series), Options())
        assert briefs == {path: fresh(path) for path in episodes(series)}
        assert [excerpts(each) for each in briefs.values()] == [excerpts(fresh(path)) for path in episodes(series)]
    assert compiled == ["one.yaml", "two.yaml"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_a_kept_example_is_what_would_be_compiled(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for _ in range(2):
        path = example.relative_to(ROOT)
        assert planned(path) == fresh(path)


def test_a_brief_comes_back_from_text_as_it_was(series: Path) -> None:
    brief = brief_of(prepare(series / "episodes" / "one.yaml"))
    assert from_json(to_json(brief), SVI_2_0_PRO.rates) == brief
    assert list(from_json(to_json(brief), SVI_2_0_PRO.rates).plan.reels[0].base_request) == list(
        brief.plan.reels[0].base_request
    )


EDITS: Mapping[str, Callable[[Path], object]] = {
    "the episode": lambda root: edit(root / "episodes/one.yaml", "a boat turns", "a boat sinks"),
    "the series' characters": lambda root: edit(root / "series.yaml", "yellow", "red"),
    "the series' looks": lambda root: edit(root / "series.yaml", "teal", "rust"),
    "the template": lambda root: edit(root / "prompts/own.j2", "{{ style }}", "Style: {{ style }}"),
    "the series' image": lambda root: (root / "images/keeper.png").write_bytes(png(832, 470)),
    "a scene's image": lambda root: (root / "images/reef.png").write_bytes(png(832, 480)),
    "an image that is gone": lambda root: (root / "images/reef.png").unlink(),
    "an image that is none": lambda root: (root / "images/reef.png").write_bytes(b"no picture"),
    "an image that leads elsewhere": lambda root: link(root / "images/reef.png", root / "images/keeper.png"),
    "an image outside": lambda root: link(
        root / "images/reef.png", (root / "images/reef.png").rename(root.parent / "reef.png")
    ),
    "no series any more": lambda root: (root / "series.yaml").unlink(),
    "a series of its own": lambda root: shutil.copy(root / "series.yaml", root / "episodes/series.yaml"),
    "an error": lambda root: edit(root / "episodes/one.yaml", "{mira} climbs", "{nobody} climbs"),
    "an error of the series": lambda root: edit(root / "series.yaml", "832x480", "12x12"),
}


def link(path: Path, to: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(to)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize("what", EDITS)
def test_what_changed_is_compiled_anew(series: Path, what: str) -> None:
    path = series / "episodes" / "one.yaml"
    before = planned(path)
    EDITS[what](series)
    assert planned(path) == fresh(path) != before
    assert excerpts(planned(path)) == excerpts(fresh(path))


def test_an_image_of_the_same_size_and_time_is_told_apart(series: Path, compiled: list[str]) -> None:
    path, image = series / "episodes" / "one.yaml", series / "images" / "reef.png"
    planned(path)
    was, data = image.stat(), image.read_bytes()
    other = bytearray(data)
    other[-1] ^= 1  # the checksum of the last chunk
    image.write_bytes(bytes(other))
    os.utime(image, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert image.stat().st_size == was.st_size
    assert planned(path) == fresh(path)
    assert compiled == ["one.yaml", "one.yaml"]


def test_an_image_that_was_only_touched_is_not_compiled_anew(series: Path, compiled: list[str]) -> None:
    path, image = series / "episodes" / "one.yaml", series / "images" / "reef.png"
    planned(path)
    os.utime(image, ns=(1, 1))
    assert planned(path) == fresh(path)
    assert compiled == ["one.yaml"]


def test_what_was_changed_a_moment_ago_is_not_kept(
    series: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brief_key, "SETTLED_NS", 3600 * 10**9)
    for _ in range(2):
        planned(series / "episodes" / "one.yaml")
    assert compiled == ["one.yaml", "one.yaml"]


def test_another_rate_card_prices_anew(series: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from decimal import Decimal

    from storyboard.generation.kept_rates import keep_rates
    from storyboard.profile import RateCard

    path = series / "episodes" / "one.yaml"
    before = planned(path)
    prices = {"480p": Decimal("0.5"), "720p": Decimal(1)}
    keep_rates(RateCard("2030-01-01", "a test", prices, SVI_2_0_PRO.rates.text_to_video_fee))
    after = planned(path)
    assert isinstance(before, Brief)
    assert isinstance(after, Brief)
    assert after == fresh(path)
    assert after.plan.cost > before.plan.cost


def test_another_program_compiles_anew(
    series: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = series / "episodes" / "one.yaml"
    planned(path)
    templates = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", templates)
    monkeypatch.setattr(brief_key, "folder", lambda _: templates)
    for old, new in (("{%", "{%"), ("{%", "{% ")):
        edit(templates / "prompt" / "consecutive.j2", old, new)
        brief_key._program.cache_clear()
        planned(path)
        planned(path)
    brief_key._program.cache_clear()
    assert compiled == ["one.yaml"] * 3


def test_the_same_storyboard_named_otherwise_tells_of_itself_as_it_is_named(
    series: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(series / "episodes" / "one.yaml")
    monkeypatch.chdir(series)
    path = Path("episodes/one.yaml")
    assert planned(path) == fresh(path)
    brief = planned(path)
    assert isinstance(brief, Brief)
    assert {finding.path for finding in brief.findings} <= {"episodes/one.yaml", "series.yaml"}


def test_one_edited_episode_is_the_only_one_compiled(series: Path, compiled: list[str]) -> None:
    brief_all(episodes(series), Options())
    compiled.clear()
    edit(series / "episodes/two.yaml", "fog", "mist")
    brief_all(episodes(series), Options())
    assert compiled == ["two.yaml"]


# A cache that is no good


def cache_file() -> Path:
    return Path(os.environ["STORYBOARD_CACHE"]) / brief_cache.FILE


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"no database at all, and longer than a header of one " * 40),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
        lambda path: path.write_bytes(path.read_bytes()[:100] + os.urandom(len(path.read_bytes()) - 100)),
        lambda path: path.write_bytes(path.read_bytes().replace(b"climbs", b"kneels")),
        lambda path: (path.unlink(), path.mkdir()),
    ],
    ids=["no database", "empty", "cut off", "noise", "other words", "a folder"],
)
def test_a_damaged_cache_is_as_if_there_were_none(series: Path, damage: Callable[[Path], object]) -> None:
    path = series / "episodes" / "one.yaml"
    for _ in range(2):
        assert planned(path) == fresh(path)
        if cache_file().is_file():
            damage(cache_file())
    for _ in range(2):
        assert planned(path) == fresh(path)


def test_a_cache_that_is_no_database_is_replaced(series: Path, compiled: list[str]) -> None:
    cache_file().parent.mkdir(parents=True, exist_ok=True)
    cache_file().write_bytes(b"no database at all, and longer than a header of one " * 40)
    for _ in range(3):
        planned(series / "episodes" / "one.yaml")
    assert compiled == ["one.yaml"]


def test_a_value_under_another_key_is_not_believed(series: Path) -> None:
    brief_all(episodes(series), Options())
    with closing(sqlite3.connect(cache_file())) as connection, connection:
        (one, a), (two, b) = connection.execute("SELECT key, value FROM briefs").fetchall()
        connection.execute("UPDATE briefs SET value = ? WHERE key = ?", (b, one))
        connection.execute("UPDATE briefs SET value = ? WHERE key = ?", (a, two))
    assert brief_all(episodes(series), Options()) == {path: fresh(path) for path in episodes(series)}


@pytest.mark.skipif(os.name == "nt", reason="folders there have no such rights")
def test_a_cache_folder_that_cannot_be_written_changes_nothing(series: Path) -> None:
    folder = cache_file().parent
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        for _ in range(2):
            assert planned(series / "episodes/one.yaml") == fresh(series / "episodes/one.yaml")
    finally:
        folder.chmod(stat.S_IRWXU)


def test_a_cache_folder_that_is_a_file_changes_nothing(
    series: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("STORYBOARD_CACHE", str(tmp_path / "file" / "below"))
    assert planned(series / "episodes/one.yaml") == fresh(series / "episodes/one.yaml")


def test_a_cache_that_another_process_holds_is_not_waited_for_long(
    series: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brief_cache, "_PATIENCE", 0.05)
    path = series / "episodes/one.yaml"
    planned(path)
    with closing(sqlite3.connect(cache_file(), isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        edit(path, "fog", "mist")
        assert planned(path) == fresh(path)


def test_the_oldest_make_room(series: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brief_cache, "MOST_BYTES", 256 * 1024)
    cache = brief_cache.BriefCache()
    for at in range(40):
        cache.put({f"{at}-{n}": "x" * 5000 for n in range(10)})
    assert cache_file().stat().st_size < 512 * 1024
    assert cache.get(["39-9", "0-0"]) == {"39-9": "x" * 5000}


def test_two_plans_at_once_and_with_several_processes_say_the_same(series: Path) -> None:
    for n in range(30):
        (series / f"episodes/e{n:02}.yaml").write_text(EPISODE.replace("One", f"Number {n}"), "utf-8")
    program = (
        "import sys; from pathlib import Path\n"
        "from storyboard.generation import brief_making, brief_key; brief_key.SETTLED_NS = 0\n"
        "brief_making.WORTH_PROCESSES = 10; brief_making._AT_ONCE = 4\n"
        "from storyboard.briefing import brief_all; from storyboard.generation.outlook import Options\n"
        "files = sorted(Path(sys.argv[1]).iterdir())\n"
        "print([(each.plan.title, each.plan.reels) for each in brief_all(files, Options()).values()])"
    )
    words = [sys.executable, "-c", program, str(series / "episodes")]
    running = [subprocess.Popen(words, env=environment(), stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = {process.communicate(timeout=60)[0] for process in running}
    briefs = [fresh(path) for path in episodes(series)]
    told = [(each.plan.title, each.plan.reels) for each in briefs if isinstance(each, Brief)]
    assert said == {f"{told}\n"}


def test_other_processes_that_cannot_be_had_are_done_without(series: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import concurrent.futures

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("no semaphores here")

    monkeypatch.setattr(concurrent.futures, "ProcessPoolExecutor", refuse)
    made = list(brief_making.make_briefs(episodes(series), processes=2))
    assert len(made) == 2
    assert all(made)


def test_every_error_of_every_storyboard_is_told_as_without_a_cache(series: Path) -> None:
    from storyboard.briefing import prepare_all

    edit(series / "episodes/one.yaml", "{mira} climbs", "{nobody} climbs")
    edit(series / "episodes/two.yaml", "a boat turns", "{noone} turns")
    errors = []
    for look in (brief_all, prepare_all, brief_all):
        with pytest.raises(StoryboardError) as told:
            look(episodes(series), Options())
        errors.append((told.value.message, told.value.hint, getattr(told.value, "findings", None)))
    assert errors[0] == errors[1] == errors[2]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(FILES)), st.data())
def test_any_byte_that_is_edited_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: st.DataObject
) -> None:
    monkeypatch.setattr(brief_key, "SETTLED_NS", 0)
    root = write_tree(tmp_path / "show", FILES)
    brief_all(episodes(root), Options())
    content = bytearray((root / name).read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at : at + 1] = data.draw(st.sampled_from([b"", b"x", b" ", b"\n", b"{", b"9", b"ee"]))
    (root / name).write_bytes(bytes(content))
    for path in episodes(root):
        assert planned(path) == fresh(path)
