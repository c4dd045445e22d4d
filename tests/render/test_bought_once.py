"""A reel is bought once, whatever becomes of the file that asks for it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from stand_in import KEY
from studio import STORY, Studio

if TYPE_CHECKING:
    from stand_in import Exchange

pytest_plugins = ["render_fixtures"]


def test_the_purchase_is_in_the_ledger_when_the_request_arrives(studio: Studio) -> None:
    assert studio.render().code == 0
    (post,) = studio.service.posts
    assert post.ledger == [("buying", "")]


def test_the_job_is_in_the_ledger_when_the_service_is_first_asked_after_it(studio: Studio) -> None:
    seen: list[list[tuple[str, str]]] = []

    def look(exchange: Exchange) -> None:
        seen.append(studio.service._rows())
        studio.service.finished(exchange)

    studio.service.on_poll.append(look)
    assert studio.render().code == 0
    assert seen == [[("running", "job-1")]]


def test_the_request_carries_the_key_in_its_header_alone(studio: Studio) -> None:
    studio.render()
    (post,) = studio.service.posts
    assert post.headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in str(post.body)


def test_a_second_render_sends_nothing_and_says_that_the_reel_is_reused(studio: Studio) -> None:
    first = studio.rendered_json()
    second = studio.rendered_json()
    assert [reel["reused"] for reel in first["reels"] + second["reels"]] == [False, True]
    assert first["reels"][0]["take"] == second["reels"][0]["take"]
    assert (len(studio.service.posts), studio.service.polls, len(studio.service.downloads)) == (1, 1, 1)


def test_a_second_render_needs_no_key_and_no_yes(studio: Studio) -> None:
    studio.render()
    studio.monkeypatch.delenv("EMPIRIOLABS_API_KEY")
    result = studio.render(yes=False)
    assert (result.code, len(studio.service.posts)) == (0, 1)
    assert "there already" in result.err
    assert "$0.00 to pay" in result.err


def test_a_reformatted_story_sends_nothing(studio: Studio) -> None:
    studio.render()
    studio.write(
        "# the same, written otherwise\n"
        "title: 'The Lamp'\nstoryboard: 1\nrules:\n  stretched: off\nscenes: [{segments: [\n"
        '  {action: "a keeper climbs the stair, lifts the lamp and turns it to the sea"}]}]\n'
    )
    assert studio.rendered_json()["reels"][0]["reused"]
    assert len(studio.service.posts) == 1


def test_a_renamed_story_sends_nothing(studio: Studio) -> None:
    studio.render()
    (studio.folder / "story.yaml").rename(studio.folder / "lamp.yaml")
    assert studio.rendered_json(story="lamp.yaml")["episode"] == "renders/lamp.mp4"
    assert len(studio.service.posts) == 1


def test_a_new_title_sends_nothing(studio: Studio) -> None:
    studio.render()
    studio.write(STORY.replace("The Lamp", "The Light"))
    assert studio.rendered_json()["title"] == "The Light"
    assert len(studio.service.posts) == 1


def test_an_edited_action_sends_one_request(studio: Studio) -> None:
    studio.render()
    studio.write(STORY.replace("the sea", "the harbour"))
    assert not studio.rendered_json()["reels"][0]["reused"]
    assert len(studio.service.posts) == 2
    assert studio.rows() == [("done", "job-1"), ("done", "job-2")]


def test_an_edit_that_is_taken_back_sends_nothing(studio: Studio) -> None:
    first = studio.rendered_json()
    studio.write(STORY.replace("the sea", "the harbour"))
    studio.render()
    studio.write()
    again = studio.rendered_json()
    assert again["reels"][0]["take"] == first["reels"][0]["take"]
    assert len(studio.service.posts) == 2


def test_a_take_that_was_deleted_is_fetched_again_without_a_purchase(studio: Studio) -> None:
    take = studio.rendered_json()["reels"][0]["take"]
    (studio.folder / take).unlink()
    result = studio.render()
    assert (result.code, len(studio.service.posts), len(studio.service.downloads)) == (0, 1, 2)
    assert "is gone or was changed; fetching it again" in result.err


def test_a_take_that_was_changed_is_fetched_again_without_a_purchase(studio: Studio) -> None:
    take = studio.folder / studio.rendered_json()["reels"][0]["take"]
    whole = take.read_bytes()
    take.write_bytes(whole[:-1] + b"?")
    assert studio.render().code == 0
    assert take.read_bytes() == studio.episode.read_bytes() == whole
    assert len(studio.service.posts) == 1


def test_another_take_is_bought_when_it_is_asked_for_and_both_are_kept(studio: Studio) -> None:
    first = studio.rendered_json()["reels"][0]
    second = studio.rendered_json("--take", "1")["reels"][0]
    assert (first["take_number"], second["take_number"]) == (1, 2)
    assert all((studio.folder / each["take"]).is_file() for each in (first, second))
    assert len(studio.service.posts) == 2


def test_the_latest_take_is_the_one_that_counts(studio: Studio) -> None:
    studio.render()
    studio.render("--take", "1")
    assert studio.rendered_json()["reels"][0]["take_number"] == 2
    assert len(studio.service.posts) == 2


def test_another_take_of_a_reel_that_is_not_there_is_wrong_usage(studio: Studio) -> None:
    result = studio.render("--take", "2")
    assert (result.code, studio.service.posts) == (2, [])
    assert "has no reel 2: it has 1" in result.err


def test_the_price_of_a_purchase_is_in_the_ledger_as_an_exact_number(studio: Studio) -> None:
    studio.render()
    listed = studio.here("jobs", "list", "--json").out
    assert '"cost_usd": "1.16"' in listed
    assert Decimal("1.156") == Decimal(18) * Decimal("0.057") + Decimal("0.13")


def test_a_story_in_a_folder_whose_name_looks_like_an_option_keeps_its_ledger_there(studio: Studio) -> None:
    odd = studio.folder / "Who? #1 & é"
    odd.mkdir()
    studio.write(name=f"{odd.name}/story.yaml")
    assert studio.render(story=f"{odd.name}/story.yaml").code == 0
    assert studio.render(story=f"{odd.name}/story.yaml").code == 0
    assert (odd / ".storyboard" / "ledger.sqlite").is_file()
    assert len(studio.service.posts) == 1


def test_a_sandbox_render_never_takes_the_place_of_a_film_that_was_paid_for(studio: Studio) -> None:
    studio.render()
    film = (studio.folder / "renders" / "story.mp4").read_bytes()
    result = studio.here("render", "story.yaml")
    assert (result.code, result.out) == (0, "renders/story.sandbox.mp4\n")
    assert (studio.folder / "renders" / "story.mp4").read_bytes() == film
    assert "The film that was paid for stays as it is" in result.err


def test_a_film_takes_its_name_after_what_tells_whose_it_is(studio: Studio) -> None:
    in_its_way = studio.folder / "renders" / "story.manifest.json"
    in_its_way.mkdir(parents=True)
    studio.write()
    assert studio.here("render", "story.yaml").code == 1
    assert [path.name for path in in_its_way.parent.iterdir()] == [in_its_way.name]
    in_its_way.rmdir()
    assert studio.here("render", "story.yaml").out == "renders/story.mp4\n"


def test_a_lost_ledger_is_made_good_from_the_journal(studio: Studio) -> None:
    studio.render()
    for file in (*(studio.folder / ".storyboard").glob("ledger.sqlite*"), studio.lock):
        file.unlink()
    result = studio.render()
    assert (result.code, len(studio.service.posts)) == (0, 1)
    assert "was found in the journal" in result.err


def test_a_lost_ledger_is_made_good_from_the_lock_file(studio: Studio) -> None:
    studio.render()
    for file in (*(studio.folder / ".storyboard").glob("ledger.sqlite*"), studio.folder / ".storyboard" / "journal"):
        file.unlink()
    result = studio.render()
    assert (result.code, len(studio.service.posts)) == (0, 1)
    assert "$0.00 to pay" in result.err
    assert studio.rows() == [("done", "job-1")]
