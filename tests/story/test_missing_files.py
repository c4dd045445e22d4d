"""Files that a story names and that are not there: told with what was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import write_tree

from storyboard.generation.prepare import prepare

if TYPE_CHECKING:
    from pathlib import Path

SEEN_FROM = "Paths are seen from the storyboard."


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("CLIPS.MP4", SEEN_FROM),
        ("clips/Boat.MP4", f"Did you mean “clips/boat.mp4”? {SEEN_FROM}"),
        ("clips/bort.mp4", f"Did you mean “clips/boat.mp4”? {SEEN_FROM}"),
        ("clips/boat.mov", f"Did you mean “clips/boat.mp4”? {SEEN_FROM}"),
        ("clips/boat", f"Did you mean “clips/boat.mp4”? {SEEN_FROM}"),
        ("clips/wave.png", f"Did you mean “clips/wave.webp”? {SEEN_FROM}"),
        ("clips/moon.mp4", SEEN_FROM),
        ("elsewhere/boat.mp4", SEEN_FROM),
        (
            "https://example.org/boat.mp4",
            "Download it, and name the file: only the image of a story or a scene may be an address.",
        ),
    ],
)
def test_the_hint_names_what_lies_there_and_is_written_nearly_so(tmp_path: Path, written: str, told: str) -> None:
    write_tree(tmp_path, {"clips/boat.mp4": b"", "clips/notes.txt": b"", "clips/wave.webp": b""})
    write_tree(tmp_path, {"s.yaml": f"storyboard: 1\ntitle: T\ncut: {{timeline: [{{clip: '{written}'}}]}}\n"})
    (finding,) = prepare(tmp_path / "s.yaml").findings
    assert (finding.message, finding.hint) == (f"There is no file {written}.", told)


def test_a_file_without_its_version_is_told_how_that_is_written(tmp_path: Path) -> None:
    write_tree(tmp_path, {"s.yaml": "title: T\ncut: {timeline: [{title: T}]}\n"})
    (finding,) = prepare(tmp_path / "s.yaml").findings
    assert finding.hint == "Write “storyboard: 1”."
