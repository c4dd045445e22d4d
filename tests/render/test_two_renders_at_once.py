"""Two real processes in one folder."""

from __future__ import annotations

import threading
import time

from render_command import ended
from studio import STORY, Studio

pytest_plugins = ["render_fixtures"]


def test_of_two_renders_of_one_story_one_buys_and_both_have_the_film(studio: Studio) -> None:
    answered = threading.Event()
    studio.service.on_submit.append(studio.service.accept_after(answered))
    first = studio.start_until("submit")
    second = studio.start(dies=None)
    time.sleep(1.0)  # it is at the door
    answered.set()
    for process in (first, second):
        result = ended(process)
        assert result.code == 0, result.err
    assert len(studio.service.posts) == 1
    assert studio.rows() == [("done", "job-1")]


def test_two_renders_that_start_together_never_buy_twice(studio: Studio) -> None:
    together = [studio.start(), studio.start()]
    codes = sorted(ended(process).code for process in together)
    assert codes == [0, 0]
    assert len(studio.service.posts) == 1
    assert studio.render().code == 0
    assert len(studio.service.posts) == 1


def test_two_stories_in_one_folder_are_rendered_side_by_side(studio: Studio) -> None:
    studio.write(STORY.replace("the sea", "the moon"), "other.yaml")
    answered = threading.Event()
    studio.service.on_submit.append(studio.service.accept_after(answered))
    first = studio.start_until("submit")
    second = studio.render(story="other.yaml")
    answered.set()
    assert (ended(first).code, second.code) == (0, 0)
    assert studio.episode.is_file()
    assert (studio.folder / "renders" / "other.mp4").is_file()
    assert len(studio.service.posts) == 2
