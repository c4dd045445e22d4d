"""``storyboard cache``: the pieces that films were composed of, looked at, thinned out and taken away."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest
from coded import codes

from storyboard.columns import columns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cutting_room import CuttingRoom
    from helpers import Ran

    Command = Callable[..., Ran]

pytest_plugins = ["assembly_fixtures"]

CUT = """\
storyboard: 1
title: T
cut:
  timeline:
    - clip: a.mp4
    - clip: b.mp4
      transition: wipe 0.5
    - {title: The rocks, seconds: 2}
"""
HOUR = 3600


@pytest.fixture
def cache(room: CuttingRoom, storyboard: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of the pieces of one film; that film's folder is where the command runs."""
    (room.folder / "cut.yaml").write_text(CUT)
    monkeypatch.chdir(room.folder)
    monkeypatch.setenv("STORYBOARD_CACHE", str(tmp_path / "kept"))
    assert storyboard("stitch", "cut.yaml").code == 0
    return tmp_path / "kept" / "pieces"


def _pieces(cache: Path) -> list[Path]:
    return sorted(path for path in cache.rglob("*") if path.is_file() and path.suffix != ".json")


def _used(path: Path, hours: float) -> None:
    """Let a piece have been used so many hours ago."""
    moment = time.time() - hours * HOUR
    os.utime(path, (moment, moment))


def test_clear_leaves_what_is_just_being_written_and_ls_does_not_list_it(cache: Path, storyboard: Command) -> None:
    finished = _pieces(cache)
    part, old = (finished[0].with_name(f".{'0' * 64}.{number}.part.mp4") for number in (1, 2))
    part.write_bytes(b"half a piece")
    old.write_bytes(b"what a process left that was killed")
    _used(old, 2)
    assert f"{len(finished)} pieces" in storyboard("cache", "ls").out
    assert storyboard("cache", "clear").code == 0
    assert _pieces(cache) == [part]


def test_ls_says_where_the_pieces_lie_how_many_there_are_and_which_was_used_last(
    cache: Path, storyboard: Command
) -> None:
    first, second = _pieces(cache)
    _used(first, 3)
    _used(second, 2)
    ran = storyboard("cache", "ls")
    assert (ran.code, ran.err) == (0, "")
    head, *lines = ran.out.splitlines()
    assert head.startswith(f"{cache}: 2 pieces, ")
    assert head.endswith(", of 10.0 GiB that they may take.")
    assert [line.split()[-1].partition("…")[0] for line in lines] == [second.stem[:16], first.stem[:16]]
    assert all(columns(line) <= 80 for line in lines)


def test_ls_as_json_has_every_piece_its_bytes_and_when_it_was_used(cache: Path, storyboard: Command) -> None:
    told = storyboard("cache", "ls", "--json").json
    assert set(told) == {"folder", "limit_bytes", "bytes", "pieces"}
    assert (told["folder"], told["limit_bytes"]) == (str(cache), 10 * 2**30)
    assert sorted(each["file"] for each in told["pieces"]) == list(map(str, _pieces(cache)))
    assert told["bytes"] == sum(each["bytes"] for each in told["pieces"])
    for each in told["pieces"]:
        assert each["bytes"] == os.stat(each["file"]).st_size  # noqa: PTH116  the path is a text
        assert abs(time.time() - each["used"]) < HOUR


@pytest.mark.parametrize("command", ["ls", "prune", "clear"])
def test_a_cache_that_nobody_used_yet_is_empty_and_is_not_made(
    storyboard: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    monkeypatch.setenv("STORYBOARD_CACHE", str(tmp_path / "never"))
    ran = storyboard("cache", command)
    assert (ran.code, ran.err) == (0, "")
    assert "0 pieces, 0 bytes" in ran.out
    assert not (tmp_path / "never").exists()


def test_prune_takes_away_what_was_not_used_for_longest_until_the_rest_fits(cache: Path, storyboard: Command) -> None:
    first, second = _pieces(cache)
    _used(first, 2)
    _used(second, 3)
    ran = storyboard("cache", "prune", "--max-size", str(first.stat().st_size))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Freed 1 piece, ")
    assert _pieces(cache) == [first]
    assert not list(cache.rglob(f"{second.name}*"))


def test_prune_leaves_what_fits(cache: Path, storyboard: Command) -> None:
    before = _pieces(cache)
    for path in before:
        _used(path, 5)
    for size in ("1M", "1.5 GiB", "2G", "1TB", str(sum(path.stat().st_size for path in before))):
        assert storyboard("cache", "prune", "--max-size", size).out == "Freed 0 pieces, 0 bytes.\n"
    assert storyboard("cache", "prune").out == "Freed 0 pieces, 0 bytes.\n"
    assert _pieces(cache) == before


def test_prune_leaves_what_a_cut_may_be_using_and_says_so(cache: Path, storyboard: Command) -> None:
    before = _pieces(cache)
    _used(before[0], 0.9)
    ran = storyboard("cache", "prune", "--max-size", "0")
    assert (ran.code, ran.out) == (0, "Freed 0 pieces, 0 bytes.\n")
    assert ran.err.startswith("Left: 2 pieces, ")
    assert "used in the last hour" in ran.err
    assert _pieces(cache) == before


@pytest.mark.parametrize("size", ["-1", "much", "1.2.3", "", "G", "1e3", "²"])
def test_a_size_that_is_none_is_wrong_usage(cache: Path, storyboard: Command, size: str) -> None:
    before = _pieces(cache)
    ran = storyboard("cache", "prune", f"--max-size={size}")
    assert (ran.code, ran.out) == (2, "")
    assert f"--max-size “{size}” is no size." in ran.err
    assert "2G or 500M" in ran.err
    assert _pieces(cache) == before


def test_clear_takes_all_pieces_and_leaves_films_and_clips(cache: Path, storyboard: Command) -> None:
    ran = storyboard("cache", "clear")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Freed 2 pieces, ")
    assert [path for path in cache.rglob("*") if path.is_file()] == []
    here = cache.parents[1] / "room"
    assert {"a.mp4", "b.mp4", "cut.yaml", "renders/cut.mp4"} <= {
        path.relative_to(here).as_posix() for path in here.rglob("*") if path.is_file()
    }
    before = (here / "renders/cut.mp4").read_bytes()
    assert storyboard("stitch", "cut.yaml").code == 0
    assert (here / "renders/cut.mp4").read_bytes() == before


def test_what_somebody_else_put_there_is_neither_counted_nor_taken_away(cache: Path, storyboard: Command) -> None:
    strange = [cache / "notes.txt", cache / "aa" / "holiday.mp4", cache / "aa" / "own" / "deep.mp4"]
    for path in strange:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
        _used(path, 100)
    assert len(storyboard("cache", "ls", "--json").json["pieces"]) == 2
    assert storyboard("cache", "prune", "--max-size", "0").code == 0
    assert storyboard("cache", "clear").out.startswith("Freed 2 pieces, ")
    assert [path.read_text() for path in strange] == ["mine"] * 3


def test_what_an_ended_process_left_of_a_piece_goes_with_the_rest(cache: Path, storyboard: Command) -> None:
    first = _pieces(cache)[0]
    half = first.with_name(f".{first.stem}.0a1b2c3d.part{first.suffix}")
    half.write_bytes(b"half of it")
    _used(half, 2)
    assert storyboard("cache", "prune", "--max-size", "0").out == "Freed 1 piece, 10 bytes.\n"
    assert not half.exists()


@pytest.mark.parametrize("damage", ["emptied", "cut off", "without its seal", "with a seal that is none"])
def test_a_damaged_piece_is_made_again_and_the_film_is_the_same(
    cache: Path, storyboard: Command, damage: str, room: CuttingRoom
) -> None:
    film = room.folder / "renders" / "cut.mp4"
    before = codes(film)
    piece = _pieces(cache)[0]
    data, seal = piece.read_bytes(), piece.with_name(f"{piece.name}.json")
    match damage:
        case "emptied":
            piece.write_bytes(b"")
        case "cut off":
            piece.write_bytes(data[: len(data) // 2])
        case "without its seal":
            seal.unlink()
        case _:
            seal.write_text("[]")
    told = " ".join(storyboard("stitch", "cut.yaml", "--plan").out.split())
    assert "in 2 pieces, of which 1 is" in told
    assert storyboard("stitch", "cut.yaml").code == 0
    assert codes(film) == before
    assert (piece.stat().st_size, seal.exists()) == (len(data), True)


def test_a_cache_that_cannot_be_written_is_told_with_its_variable(
    cache: Path, storyboard: Command, monkeypatch: pytest.MonkeyPatch, room: CuttingRoom
) -> None:
    monkeypatch.setenv("STORYBOARD_CACHE", str(room.folder / "cut.yaml"))
    ran = storyboard("stitch", "cut.yaml", "--output", "other.mp4")
    assert (ran.code, ran.out) == (1, "")
    assert "STORYBOARD_CACHE" in ran.err
    assert not (room.folder / "other.mp4").exists()
