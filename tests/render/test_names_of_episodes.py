"""Names of episodes: files in different folders of a series that are called alike, as those of two seasons are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from helpers import write_tree
from studio import STORY

from storyboard.project import project_of

if TYPE_CHECKING:
    from studio import Studio

pytest_plugins = ["render_fixtures"]

SERIES = "series: 1\ntitle: The Lake\nepisodes: '**/*.yaml'\n"
TEASER = "storyboard: 1\ntitle: T\ncut:\n  timeline:\n    - {title: Soon, seconds: 1}\n"


@pytest.fixture
def seasons(studio: Studio) -> Studio:
    """A series with a pilot in each of two seasons, and one episode whose file alone is called so."""
    write_tree(
        studio.folder,
        {
            "series.yaml": SERIES,
            "one/pilot.yaml": STORY.replace("title: ", "title: First "),
            "two/pilot.yaml": STORY.replace("title: ", "title: Second "),
            "two/storm.yaml": STORY.replace("title: ", "title: Storm "),
        },
    )
    (studio.folder / "story.yaml").unlink(missing_ok=True)
    return studio


def test_the_film_of_each_keeps_its_folder(seasons: Studio) -> None:
    for season in ("one", "two"):
        assert seasons.render(story=f"{season}/pilot").code == 0
    manifests = [seasons.folder / "renders" / season / "pilot.manifest.json" for season in ("one", "two")]
    first, second = (json.loads(manifest.read_text(encoding="utf-8"))["title"] for manifest in manifests)
    assert first.startswith("First ")
    assert second.startswith("Second ")


def test_one_that_nobody_else_is_called_like_lies_beside_the_others(seasons: Studio) -> None:
    project = project_of(seasons.folder)
    assert project.output_folder(seasons.folder / "two" / "storm.yaml", None) == Path("renders")


def test_they_keep_their_folders_in_one_that_a_person_names(seasons: Studio) -> None:
    project = project_of(seasons.folder)
    films = project.output_folder(seasons.folder / "two" / "pilot.yaml", Path("films"))
    assert films == Path("films", "two")


def test_a_name_that_two_have_is_not_taken_for_either(seasons: Studio) -> None:
    for command in ("plan", "stitch", "check"):
        asked = seasons.here(command, "pilot")
        assert asked.code == 2
        assert "has 2 episodes called “pilot”" in asked.err
        assert "one/pilot or two/pilot" in asked.err


def test_two_lone_stories_called_alike_are_not_written_to_one_file(studio: Studio) -> None:
    write_tree(studio.folder, {"a/boat.yaml": STORY, "b/boat.yaml": STORY})
    asked = studio.here("render", "a/boat.yaml", "b/boat.yaml", "--output", "films", "--provider", "sandbox")
    assert asked.code == 2
    assert "a/boat.yaml and b/boat.yaml would both be written to films/boat.mp4." in asked.err
    assert not (studio.folder / "films").exists()


def test_a_file_that_is_no_episode_is_pointed_to_where_it_is_named_as_one(seasons: Studio) -> None:
    write_tree(seasons.folder, {"series.yaml": SERIES.replace("**/*", "*/*"), "whole.yaml": STORY})
    asked = seasons.here("stitch", "whole")
    assert asked.code == 2
    assert "There is whole.yaml: a file that is no episode is named with its ending." in asked.err


def test_a_cut_that_is_called_like_an_episode_is_not_written_over_its_film(seasons: Studio) -> None:
    assert seasons.here("render", "two/storm.yaml", "--provider", "sandbox").code == 0
    film = seasons.folder / "renders" / "storm.mp4"
    before = film.read_bytes()
    write_tree(seasons.folder, {"series.yaml": SERIES.replace("**/*", "*/*"), "storm.yaml": TEASER})
    asked = seasons.here("stitch", "storm.yaml")
    assert asked.code == 2
    assert "renders/storm.mp4 is the film of two/storm.yaml, so it stays as it is." in asked.err
    assert film.read_bytes() == before


def test_an_episode_that_was_moved_takes_its_film_along(seasons: Studio) -> None:
    assert seasons.here("render", "two/storm.yaml", "--provider", "sandbox").code == 0
    (seasons.folder / "two" / "storm.yaml").rename(seasons.folder / "one" / "storm.yaml")
    assert seasons.here("render", "one/storm.yaml", "--provider", "sandbox").code == 0


def test_a_film_with_nobodys_takes_in_it_is_written_over_by_one_with_the_sandboxs(seasons: Studio) -> None:
    assert seasons.here("render", "two/storm.yaml", "--provider", "sandbox").code == 0
    for more in ("", "    - episode: two/storm.yaml\n"):
        write_tree(seasons.folder, {"teaser.yaml": TEASER + more})
        assert seasons.here("stitch", "teaser.yaml").out == "renders/teaser.mp4\n"


def test_a_cut_that_shows_no_reel_of_its_story_needs_none(seasons: Studio) -> None:
    write_tree(seasons.folder, {"two/storm.yaml": STORY + TEASER.partition("T\n")[2]})
    assert seasons.here("stitch", "two/storm.yaml").code == 0
    manifest = json.loads((seasons.folder / "renders" / "storm.manifest.json").read_bytes())
    assert (manifest["storyboard"], manifest["reels"]) == ("two/storm.yaml", [])
