"""``takes``: every take is listed, a pick has its effect on a render, and pruning loses nothing that counts."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

import pytest
from still_clip import longer
from test_several_reels import TWO

from storyboard.generation.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path

    from studio import Studio

pytest_plugins = ["render_fixtures"]


def _takes(studio: Studio) -> list[dict[str, Any]]:
    result = studio.here("takes", "story.yaml", "--json")
    assert result.code == 0, result.err
    (episode,) = json.loads(result.out)["episodes"]
    takes: list[dict[str, Any]] = episode["takes"]
    return takes


def _used(studio: Studio) -> list[tuple[int, int]]:
    return [(take["reel"], take["take"]) for take in _takes(studio) if take["used"]]


def _files(studio: Studio, room: str = "takes") -> set[str]:
    return {file.name for file in (studio.folder / ".storyboard" / room).iterdir()}


@pytest.fixture
def two_takes(studio: Studio) -> Studio:
    """A story of one reel with two takes; the second is picked."""
    studio.render()
    studio.service.clip = longer(studio.service.clip, 8)
    studio.render("--take", "1")
    return studio


@pytest.fixture
def chain(studio: Studio) -> Studio:
    """A story of two reels; the first has two takes, and the second goes on from the first of them."""
    studio.write(TWO)
    studio.render()
    studio.render("--take", "1")
    return studio


def test_every_take_is_listed_with_what_counts(two_takes: Studio) -> None:
    first, second = _takes(two_takes)
    assert (first["picked"], first["used"], first["where"]) == (False, False, "here")
    assert (second["picked"], second["used"], second["job_id"]) == (True, True, "job-2")
    two_takes.monkeypatch.setenv("COLUMNS", "80")
    shown = two_takes.here("takes", "story.yaml").out
    assert "used, picked" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_what_was_paid_and_what_the_sandbox_made_are_told_apart(studio: Studio) -> None:
    studio.render()
    assert studio.here("render", "story.yaml", "--provider", "sandbox").code == 0
    assert [(take["provider"], take["free"], take["cost_usd"]) for take in _takes(studio)] == [
        ("empirio", False, "1.16"),
        ("sandbox", True, "0.00"),
    ]
    lines = studio.here("takes", "story.yaml").out.splitlines()
    paid, free = lines.index("  paid"), lines.index("  sandbox, free")
    assert "$1.16" in lines[paid + 2]
    assert "free" in lines[free + 2]


def test_a_pick_is_what_a_render_joins_and_buys_nothing(two_takes: Studio) -> None:
    newest = two_takes.episode.read_bytes()
    assert two_takes.here("takes", "pick", "story.yaml", "1", "1").code == 0
    assert _used(two_takes) == [(1, 1)]
    assert json.loads(two_takes.render("--json").out)["reels"][0]["take_number"] == 1
    assert two_takes.episode.read_bytes() != newest
    assert len(two_takes.service.posts) == 2


def test_a_take_can_be_named_by_its_key(two_takes: Studio) -> None:
    key = _takes(two_takes)[0]["key"]
    assert two_takes.here("takes", "pick", "story.yaml", "1", key[:10]).code == 0
    assert _used(two_takes) == [(1, 1)]


def test_going_back_to_the_first_take_takes_what_goes_on_from_it_too(chain: Studio) -> None:
    assert _used(chain) == [(1, 2), (2, 1)]
    assert chain.here("takes", "pick", "story.yaml", "1", "1").code == 0
    assert [take["fits"] for take in _takes(chain) if take["used"]] == ["present", "present"]
    assert chain.render().code == 0
    assert len(chain.service.posts) == 3


def test_a_reel_that_was_never_said_to_stay_stays_after_a_pick(studio: Studio) -> None:
    studio.write(TWO)
    studio.render()
    studio.render("--take", "1", "--detach")
    assert studio.here("jobs", "collect", "--base-url", studio.service.url).code == 0
    studio.here("takes", "pick", "story.yaml", "1", "1")
    studio.render()  # which writes down that nothing stays by a person's word
    result = studio.here("takes", "pick", "story.yaml", "1", "2")
    assert (result.code, "Reel 2 stays as it is" in result.err) == (0, True)
    assert studio.render().code == 0
    assert len(studio.service.posts) == 3


def test_what_goes_on_from_another_take_stays_and_that_is_said(chain: Studio) -> None:
    chain.here("takes", "pick", "story.yaml", "1", "1")
    result = chain.here("takes", "pick", "story.yaml", "1", "2")
    assert (result.code, "Reel 2 stays as it is" in result.err) == (0, True)
    assert _used(chain) == [(1, 2), (2, 1)]
    assert chain.render().code == 0
    assert len(chain.service.posts) == 3


def test_at_eighty_columns_every_word_about_a_take_is_there(chain: Studio) -> None:
    chain.here("takes", "pick", "story.yaml", "1", "1")
    chain.here("takes", "pick", "story.yaml", "1", "2")
    chain.render()
    chain.monkeypatch.setenv("COLUMNS", "80")
    lines = chain.here("takes", "story.yaml").out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "              from another take" in lines
    assert not any("…" in line for line in lines)


def test_a_take_of_an_older_text_is_told_and_not_picked(studio: Studio) -> None:
    studio.render()
    studio.write((studio.folder / "story.yaml").read_text().replace("the sea", "the moon"))
    (old,) = _takes(studio)
    assert (old["fits"], old["used"], old["picked"]) == ("older", False, True)
    before = studio.lock.read_bytes()
    result = studio.here("takes", "pick", "story.yaml", "1", "1")
    assert (result.code, "older text" in result.err) == (2, True)
    assert studio.lock.read_bytes() == before


def test_the_sandbox_has_a_lock_of_its_own(studio: Studio) -> None:
    studio.render()
    assert studio.here("render", "story.yaml").code == 0
    result = studio.here("takes", "pick", "story.yaml", "1", "1")
    assert (result.code, "names 2 takes" in result.err) == (2, True)
    (free,) = [take["key"] for take in _takes(studio) if take["provider"] == "sandbox"]
    assert "in sandbox.lock" in studio.here("takes", "pick", "story.yaml", "1", free[:8]).err


@pytest.mark.parametrize(("reel", "take"), [("3", "1"), ("1", "7"), ("1", "zzzz")])
def test_a_take_that_is_not_there_is_wrong_usage(studio: Studio, reel: str, take: str) -> None:
    studio.render()
    assert studio.here("takes", "pick", "story.yaml", reel, take).code == 2


class TestPrune:
    def test_a_picked_take_and_the_newest_stay(self, two_takes: Studio) -> None:
        two_takes.here("takes", "pick", "story.yaml", "1", "1")
        before = _files(two_takes)
        result = two_takes.here("takes", "prune", "--paid", "--yes")
        assert (result.code, _files(two_takes)) == (0, before)

    def test_the_only_copy_of_a_paid_take_goes_only_by_a_persons_word(self, two_takes: Studio) -> None:
        before = _files(two_takes)
        plainly = two_takes.here("takes", "prune")
        assert (plainly.code, _files(two_takes)) == (0, before)
        assert "1 paid take stayed" in plainly.err
        unasked = two_takes.here("takes", "prune", "--paid")
        assert (unasked.code, "cost $1.16" in unasked.err, _files(two_takes)) == (3, True, before)
        dry = two_takes.here("takes", "prune", "--paid", "--dry-run")
        assert (dry.code, _files(two_takes)) == (0, before)
        done = two_takes.here("takes", "prune", "--paid", "--yes")
        assert (done.code, len(_files(two_takes))) == (0, 1)
        assert "freed" in done.err
        assert [take["where"] for take in _takes(two_takes)] == ["nowhere", "here"]

    def test_a_take_that_was_pruned_is_fetched_again_when_it_is_wanted(self, two_takes: Studio) -> None:
        two_takes.here("takes", "prune", "--paid", "--yes")
        two_takes.here("takes", "pick", "story.yaml", "1", "1")
        assert two_takes.render().code == 0
        assert len(two_takes.service.posts) == 2

    def test_a_paid_take_that_the_store_has_goes_freely_and_comes_back_from_it(
        self, studio: Studio, tmp_path: Path
    ) -> None:
        store = tmp_path / "store"
        (studio.folder / "series.yaml").write_text(
            f"series: 1\ntitle: S\nepisodes: '*y.yaml'\nstore: file://{store}\n"
        )
        studio.render()
        studio.service.clip = longer(studio.service.clip, 8)
        studio.render("--take", "1")
        assert studio.here("takes", "prune").code == 0
        assert [take["where"] for take in _takes(studio)] == ["store", "here"]
        studio.here("takes", "pick", "story", "1", "1")
        downloads = len(studio.service.downloads)
        assert studio.render().code == 0
        assert len(studio.service.downloads) == downloads

    def test_takes_of_the_sandbox_go_freely(self, studio: Studio) -> None:
        studio.here("render", "story.yaml")
        studio.here("render", "story.yaml", "--take", "1")
        assert len(_files(studio)) == 2
        assert studio.here("takes", "prune").code == 0
        assert len(_files(studio)) == 1

    def test_what_an_open_chain_goes_on_from_stays(self, chain: Studio) -> None:
        """The first take is neither picked nor newest, and something agreed to goes on from it."""
        chain.here("takes", "pick", "story.yaml", "1", "1")
        chain.render("--take", "2", "--detach")
        chain.here("takes", "pick", "story.yaml", "1", "2")
        before = {name for name in _files(chain) if "reel1" in name}
        chain.here("takes", "prune", "--keep", "0", "--paid", "--yes")
        assert {name for name in _files(chain) if "reel1" in name} == before

    def test_old_leftovers_go_and_young_or_needed_ones_stay(self, studio: Studio) -> None:
        studio.render("--detach")
        with Ledger(studio.ledger) as ledger:
            (purchase,) = ledger.all()
        state = studio.folder / ".storyboard"
        needed, old, young = f"{purchase.key[:16]}.part", f"{'0' * 16}.part", f"{'1' * 16}.part"
        for name in (needed, old, young):
            (state / "parts" / name).write_bytes(b"half a clip")
        (state / "frames").mkdir(exist_ok=True)
        (state / "frames" / ("a" * 64)).write_bytes(b"a frame")
        long_ago = time.time() - 2 * 86400
        for path in (state / "parts" / needed, state / "parts" / old, state / "frames" / ("a" * 64)):
            os.utime(path, (long_ago, long_ago))
        assert studio.here("takes", "prune").code == 0
        assert {name for name in _files(studio, "parts") if name.endswith(".part")} == {needed, young}
        assert not _files(studio, "frames")

    def test_a_file_that_nobody_knows_stays(self, studio: Studio) -> None:
        studio.render()
        stray = studio.folder / ".storyboard" / "takes" / "stray.mp4"
        stray.write_bytes(b"of a ledger that was lost, perhaps")
        studio.here("takes", "prune", "--keep", "0", "--paid", "--yes")
        assert stray.is_file()
