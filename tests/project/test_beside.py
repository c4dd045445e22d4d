"""What lies beside a film: this program's own is written anew, and nothing else is lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from storyboard.assembly.subtitles import subtitle_paths
from storyboard.export.beside import make_room
from storyboard.files import sha256_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A film with subtitles, and the manifest that knows them."""
    for ending in ("mp4", "srt", "vtt"):
        (tmp_path / f"film.{ending}").write_text(f"the {ending}")
    told = [{"file": path.name, "sha256": sha256_of(path)} for path in subtitle_paths(tmp_path / "film.mp4")]
    (tmp_path / "film.manifest.json").write_text(json.dumps({"subtitles": told}))
    return tmp_path / "film.mp4"


def _room(film: Path, *, is_wanted: bool) -> list[str]:
    paths = subtitle_paths(film)
    return make_room(film, paths, dict.fromkeys(paths, b"new") if is_wanted else {})


def test_what_is_as_it_was_written_is_written_over_or_taken_away_where_there_are_none_any_more(film: Path) -> None:
    assert _room(film, is_wanted=True) == []
    assert all(path.exists() for path in subtitle_paths(film))
    assert _room(film, is_wanted=False) == []
    assert not any(path.exists() for path in subtitle_paths(film))


def test_what_an_author_has_changed_is_kept_under_another_name(film: Path) -> None:
    film.with_suffix(".srt").write_text("corrected")
    assert _room(film, is_wanted=True) == ["film.srt was changed since it was written: it is kept as film.kept.srt."]
    film.with_suffix(".srt").write_text("corrected again")
    assert _room(film, is_wanted=True) == [
        "film.srt was changed since it was written: it is kept as film.kept-2.srt."
    ]
    assert film.with_name("film.kept.srt").read_text() == "corrected"
    assert film.with_name("film.kept-2.srt").read_text() == "corrected again"


def test_what_a_process_has_written_that_was_killed_before_its_manifest_was_is_written_over(film: Path) -> None:
    film.with_suffix(".srt").write_text("new")
    assert _room(film, is_wanted=True) == []


@pytest.mark.parametrize("manifest", [None, "", "[]", '{"subtitles": 5}', '{"subtitles": [7, {}]}'])
def test_what_this_program_has_not_written_is_kept(film: Path, manifest: str | None) -> None:
    path = film.with_name("film.manifest.json")
    path.unlink()
    if manifest is not None:
        path.write_text(manifest)
    assert _room(film, is_wanted=False) == []
    assert all(each.exists() for each in subtitle_paths(film))
    told = _room(film, is_wanted=True)
    assert told[0] == "film.srt was not written by this program: it is kept as film.kept.srt."
    assert film.with_name("film.kept.vtt").read_text() == "the vtt"
