"""A request that may be paid is never sent again by the program: a person says what became of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from stand_in import Step, hang_up, refuse, web_page

if TYPE_CHECKING:
    from render_command import Ended
    from studio import Studio

pytest_plugins = ["render_fixtures"]

UNCERTAIN: dict[str, Step] = {
    "no-answer": hang_up,
    "500": refuse(500, "internal_error"),
    "502": refuse(502, "upstream_error"),
    "408": refuse(408, "timeout"),
    "redirect": lambda exchange: exchange.answer(302, b"", Location="/v1/videos/generations"),
    "web-page": web_page,
    "no-job-id": lambda exchange: exchange.answer(200, {"status": "queued"}),
    "503-of-something-else": lambda exchange: exchange.answer(503, b"<html>Down for a moment</html>"),
}


def _unknown(studio: Studio, step: Step = hang_up) -> Ended:
    studio.service.on_submit.append(studio.service.register_then(step))
    return studio.render()


@pytest.mark.parametrize("answer", UNCERTAIN.values(), ids=UNCERTAIN)
def test_an_answer_that_leaves_it_open_is_exit_5_and_is_never_sent_again(studio: Studio, answer: Step) -> None:
    first = _unknown(studio, answer)
    second = studio.render()
    assert (first.code, second.code) == (5, 5)
    assert "may be paid" in first.err
    assert "storyboard jobs settle" in first.err
    assert "storyboard jobs settle" in second.err
    assert len(studio.service.posts) == 1
    assert studio.rows() == [("unknown", None)]


def test_the_second_message_is_a_command_with_the_key_of_the_purchase_in_it(studio: Studio) -> None:
    _unknown(studio)
    assert f"storyboard jobs settle {studio.key()} --job-id ID" in studio.render().err


def test_the_command_in_the_message_names_the_folder_where_the_person_is_elsewhere(studio: Studio) -> None:
    _unknown(studio)
    studio.monkeypatch.chdir(studio.folder.parent)
    told = studio.render(story="story/story.yaml").err
    assert f"jobs settle {studio.key()} --series {studio.folder} --job-id" in told


def test_another_take_is_not_a_way_around_what_is_unknown(studio: Studio) -> None:
    _unknown(studio)
    assert studio.render("--take", "1").code == 5
    assert len(studio.service.posts) == 1


def test_a_renamed_story_is_not_a_way_around_what_is_unknown(studio: Studio) -> None:
    _unknown(studio)
    (studio.folder / "story.yaml").rename(studio.folder / "other.yaml")
    assert studio.render(story="other.yaml").code == 5
    assert len(studio.service.posts) == 1


def test_a_named_job_is_gone_on_with(studio: Studio) -> None:
    _unknown(studio)
    settled = studio.here("jobs", "settle", studio.key(), "--job-id", "job-1")
    assert (settled.code, "it is job job-1" in settled.err) == (0, True)
    assert studio.render().code == 0
    assert studio.rows() == [("done", "job-1")]
    assert len(studio.service.posts) == 1


def test_buying_again_sends_one_more_request(studio: Studio) -> None:
    _unknown(studio)
    settled = studio.here("jobs", "settle", studio.key(), "--buy-again")
    assert "the next render sends it again, for $1.16" in settled.err
    assert studio.render().code == 0
    assert studio.rows() == [("done", "job-2")]
    assert len(studio.service.posts) == 2


def test_what_is_abandoned_stays_so(studio: Studio) -> None:
    _unknown(studio)
    assert studio.here("jobs", "settle", studio.key(), "--abandon").code == 0
    for _ in range(2):
        result = studio.render()
        assert result.code == 4
        assert "was given up" in result.err
    assert len(studio.service.posts) == 1


def test_another_take_of_what_is_abandoned_can_be_bought(studio: Studio) -> None:
    _unknown(studio)
    studio.here("jobs", "settle", studio.key(), "--abandon")
    assert studio.render("--take", "1").code == 0
    assert studio.rows() == [("abandoned", None), ("done", "job-2")]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Say one of"),
        (["--job-id", "job-1", "--abandon"], "Say one of"),
        (["--buy-again", "--abandon"], "Say one of"),
        (["--job-id", "two words"], "cannot be a job's id"),
        (["--job-id", ""], "cannot be a job's id"),
    ],
)
def test_a_settlement_that_says_nothing_clear_is_wrong_usage_and_changes_nothing(
    studio: Studio, arguments: list[str], told: str
) -> None:
    _unknown(studio)
    result = studio.here("jobs", "settle", studio.key(), *arguments)
    assert (result.code, told in result.err) == (2, True)
    assert studio.rows() == [("unknown", None)]


def test_a_key_that_names_nothing_is_wrong_usage(studio: Studio) -> None:
    _unknown(studio)
    for key in ("zzzz", ""):
        result = studio.here("jobs", "settle", key, "--abandon")
        assert (result.code, "names no purchase" in result.err) == (2, True)


@pytest.mark.parametrize("how", [["--job-id", "job-9"], ["--buy-again"], ["--abandon"]])
def test_only_what_is_unknown_can_be_settled(studio: Studio, how: list[str]) -> None:
    studio.render()
    result = studio.here("jobs", "settle", studio.key(), *how)
    assert result.code == 2
    assert "only one whose outcome is unknown is settled" in result.err
    assert studio.rows() == [("done", "job-1")]


def test_the_job_of_another_purchase_cannot_be_given_to_this_one(studio: Studio) -> None:
    studio.render()
    studio.write((studio.folder / "story.yaml").read_text().replace("the sea", "the moon"))
    _unknown(studio)
    listed = json.loads(studio.here("jobs", "list", "--json").out)["jobs"]
    (key,) = [job["key"] for job in listed if job["state"] == "unknown"]
    result = studio.here("jobs", "settle", key[:10], "--job-id", "job-1")
    assert result.code == 5
    assert "holds that job already, for another purchase" in result.err
    assert studio.rows() == [("done", "job-1"), ("unknown", None)]


def test_with_json_an_unknown_outcome_is_an_object_with_its_error(studio: Studio) -> None:
    studio.service.on_submit.append(hang_up)
    result = studio.render("--json")
    told = json.loads(result.out)
    assert (result.code, told["error"]["code"], told["episode"]) == (5, "outcome-unknown", None)
    assert told["error"]["message"]
    assert told["error"]["hint"]


def test_a_mistyped_job_id_is_told_and_can_be_mended(studio: Studio) -> None:
    _unknown(studio)
    studio.service.on_poll.append(refuse(404, "job_not_found"))
    assert studio.here("jobs", "settle", studio.key(), "--job-id", "job-mistyped").code == 0
    told = studio.render()
    assert (told.code, "The service knows no job job-mistyped" in told.err) == (5, True)
    assert studio.here("jobs", "settle", studio.key(), "--job-id", "job-1").code == 0
    assert studio.render().code == 0
    assert studio.rows() == [("done", "job-1")]
    assert len(studio.service.posts) == 1
