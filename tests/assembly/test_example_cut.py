"""The cut that ships as an example, and the command line that makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
from helpers import CUT_EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest
    from helpers import Ran


def test_the_example_is_a_film_of_pictures_that_needs_nothing_to_be_rendered(
    storyboard: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORYBOARD_CACHE", str(tmp_path / "cache"))
    film = tmp_path / "film.mp4"
    ran = storyboard("stitch", str(CUT_EXAMPLE), "--preview", "--json", "--output", str(film))
    assert ran.code == 0, ran.err
    told = ran.json
    assert (told["episode"], told["frames"], told["composed_frames"]) == (str(film), 318, 318)
    with av.open(str(film)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 318
    again = storyboard("stitch", str(CUT_EXAMPLE), "--preview", "--plan")
    assert "Nothing has to be made" in again.out
