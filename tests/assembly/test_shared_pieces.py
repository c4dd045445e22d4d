"""Pieces that a team shares: made on one machine, used on all. A store that fails keeps no film from being made."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fsspec  # type: ignore[import-untyped]
import pytest
from coded import codes
from cutting_room import CuttingRoom

from storyboard.assembly.piece_cache import PieceCache
from storyboard.assembly.shared_pieces import SharedPieces
from storyboard.cutting.stitch import stitch
from storyboard.generation.remote_store import RemoteStore
from storyboard.generation.store import open_named_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers import Ran
    from postgres.postgres_server import Database

pytest_plugins = ["assembly_fixtures", "postgres.postgres_fixtures"]

CUT = "timeline: [{clip: a.mp4, in: 0.5}, {clip: c.mp4, transition: crossfade 1}, {clip: b.mp4, in: 0.5}]"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def on_machine(room: CuttingRoom, store: Path, tmp_path: Path) -> Callable[[str], CuttingRoom]:
    """The same folder on a machine of that name, with a cache of its own and the team's store."""

    def on(name: str) -> CuttingRoom:
        shared = SharedPieces(open_named_files(store.as_uri()))
        return CuttingRoom(room.folder, PieceCache(tmp_path / name, shared=shared))

    return on


def kept(store: Path) -> list[Path]:
    return sorted(path for path in (store / "pieces").glob("??/*") if path.suffix != ".json")


def test_what_one_machine_made_no_other_makes_again(on_machine: Callable[[str], CuttingRoom], store: Path) -> None:
    one, other = on_machine("one"), on_machine("other")
    film = codes(one.film(CUT))
    assert len(one.watched.weights) == len(kept(store)) > 1
    assert codes(other.film(CUT)) == film
    assert other.watched.weights == []
    assert one.cache.told() == other.cache.told() == []


def test_pieces_in_the_store_are_called_by_what_they_were_made_from_and_sealed(
    on_machine: Callable[[str], CuttingRoom], store: Path
) -> None:
    one = on_machine("one")
    one.film(CUT)
    assert [path.stem for path in kept(store)] == sorted(path.path.stem for path in one.cache.pieces())
    for path in kept(store):
        assert json.loads(Path(f"{path}.json").read_text())["bytes"] == path.stat().st_size


def test_a_mezzanine_is_shared_as_any_piece_is(on_machine: Callable[[str], CuttingRoom]) -> None:
    cut = "{mezzanine: true, timeline: [{clip: c.mp4, in: 1.25}]}"
    film = codes(on_machine("one").film(cut))
    other = on_machine("other")
    assert codes(other.film(cut)) == film == [(3, n) for n in range(20, 64)]
    assert other.watched.weights == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(b"x" * path.stat().st_size),
    ],
    ids=["cut off", "other bytes"],
)
def test_a_piece_that_is_damaged_in_the_store_is_told_made_again_and_mended_there(
    on_machine: Callable[[str], CuttingRoom], store: Path, damage: Callable[[Path], Any]
) -> None:
    film = codes(on_machine("one").film(CUT))
    damaged = kept(store)[0]
    damage(damaged)
    other = on_machine("other")
    (note,) = other.read(CUT).notes
    assert codes(other.film(CUT)) == film
    assert len(other.watched.weights) == 1
    assert damaged.name in note
    assert "is damaged; it is made again" in note
    third = on_machine("third")
    third.film(CUT)
    assert third.watched.weights == []


@pytest.mark.parametrize("seal", [b"", b"{}", b"[]", b'{"bytes": null, "sha256": 1}', b"\xff"])
def test_a_piece_without_a_seal_that_can_be_read_is_made_again(
    on_machine: Callable[[str], CuttingRoom], store: Path, seal: bytes
) -> None:
    on_machine("one").film(CUT)
    Path(f"{kept(store)[0]}.json").write_bytes(seal)
    other = on_machine("other")
    other.film(CUT)
    assert len(other.watched.weights) == 1


def test_a_store_that_does_not_answer_is_told_once_and_the_film_is_made(
    on_machine: Callable[[str], CuttingRoom], store: Path
) -> None:
    store.write_text("no folder")
    one = on_machine("one")
    one.film(CUT)
    (note,) = one.cache.told()
    assert "cannot be written" in note
    assert note.endswith("Pieces are made and kept on this machine alone.")
    again = on_machine("one")
    assert again.read(CUT).plan.tasks == ()


def test_a_bucket_that_cannot_be_read_is_told_once_and_the_film_is_made(room: CuttingRoom, tmp_path: Path) -> None:
    class Closed(type(fsspec.filesystem("memory"))):  # type: ignore[misc]
        cachable = False

        def info(self, path: str, **more: object) -> object:
            raise PermissionError(f"no key for {path}")

    shared = SharedPieces(RemoteStore(Closed(), "/films", "memory://films"))
    one = CuttingRoom(room.folder, PieceCache(tmp_path / "one", shared=shared))
    (note,) = one.read(CUT).notes
    assert "memory://films cannot be read" in note
    one.film(CUT)
    assert len(one.watched.weights) > 1
    assert one.cache.told() == []


def test_a_store_that_goes_away_while_a_film_is_made_is_told_and_the_film_is_made(
    on_machine: Callable[[str], CuttingRoom], store: Path
) -> None:
    one = on_machine("one")
    made = one.read(CUT)
    assert made.notes == ()
    store.write_text("no folder")
    film = one.folder / "film.mp4"
    stitch(made, film, one.watched)
    assert len(codes(film)) == made.picture.edit.frames
    assert len(one.cache.told()) == 1


@pytest.fixture
def series(tmp_path: Path, clips: dict[str, Path], store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A series with a store, and a cut of clips in it."""
    folder = tmp_path / "series"
    (folder / "episodes").mkdir(parents=True)
    head = f"series: 1\ntitle: The Lighthouse\nepisodes: episodes/*.yaml\nstore: {store.as_uri()}\n"
    (folder / "series.yaml").write_text(head)
    for name, path in clips.items():
        shutil.copy(path, folder / "episodes" / f"{name}.mp4")
    (folder / "episodes" / "one.yaml").write_text(f"storyboard: 1\ntitle: One\ncut:\n  {CUT}\n")
    monkeypatch.chdir(folder)
    return folder


def stitched(storyboard: Callable[..., Ran], cache: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> Ran:
    monkeypatch.setenv("STORYBOARD_CACHE", str(cache))
    ran = storyboard("stitch", "episodes/one.yaml", "--json", *words)
    assert ran.code == 0, ran.err
    return ran


def test_a_team_shares_pieces_where_its_ledger_is_on_postgres_and_its_series_names_a_store(
    storyboard: Callable[..., Ran],
    series: Path,
    store: Path,
    postgres: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STORYBOARD_LEDGER", postgres.url)
    stitched(storyboard, tmp_path / "preview", monkeypatch, "--preview")
    assert not store.exists()
    stitched(storyboard, tmp_path / "one", monkeypatch)
    count = len(kept(store))
    assert count > 1
    monkeypatch.setenv("STORYBOARD_CACHE", str(tmp_path / "other"))
    ran = storyboard("stitch", "episodes/one.yaml", "--plan")
    assert "Nothing has to be made" in ran.out
    shutil.rmtree(store)
    store.write_text("no folder")
    told = stitched(storyboard, tmp_path / "third", monkeypatch)
    assert len(told.json["notes"]) == 1
    assert told.err.count("Pieces are made and kept on this machine alone.") == 1


def test_a_series_that_names_a_store_sends_nothing_there_for_who_has_no_ledger_of_a_team(
    storyboard: Callable[..., Ran], series: Path, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stitched(storyboard, tmp_path / "one", monkeypatch)
    monkeypatch.setenv("STORYBOARD_LEDGER", str(tmp_path / "ledger.sqlite"))
    stitched(storyboard, tmp_path / "two", monkeypatch)
    assert not store.exists()
