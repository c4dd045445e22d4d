"""The clip of a finished job: brought home whole, checked against what was ordered, kept whatever it is."""

from __future__ import annotations

import resource
import shutil
from typing import TYPE_CHECKING

import pytest
from render_command import ended
from stand_in import Step, cut_short, refuse, serve, state
from still_clip import longer, make_clip

if TYPE_CHECKING:
    from pathlib import Path

    from stand_in import Exchange
    from studio import Studio

pytest_plugins = ["render_fixtures"]


def _kept(studio: Studio) -> list[Path]:
    return sorted((studio.folder / ".storyboard" / "rejected").glob("*.mp4"))


def test_a_download_that_is_cut_short_goes_on_where_it_stopped(studio: Studio) -> None:
    studio.service.on_media += [cut_short(studio.service.clip)]
    result = studio.render()
    assert result.code == 0
    assert studio.episode.read_bytes() == studio.service.clip
    assert studio.service.downloads == [None, f"bytes={len(studio.service.clip) // 2}-"]
    assert "Trying again." in result.err


def test_a_download_that_keeps_breaking_is_exit_5_and_the_next_run_goes_on_with_it(studio: Studio) -> None:
    studio.service.always_media = refuse(503, "unavailable")
    assert studio.render().code == 5
    assert studio.rows() == [("collecting", "job-1")]
    studio.service.always_media = None
    assert studio.render().code == 0
    assert len(studio.service.posts) == 1


def test_a_clip_that_is_damaged_on_the_way_is_fetched_once_more(studio: Studio) -> None:
    studio.service.on_media.append(serve(_damaged(studio.service.clip)))
    assert studio.render().code == 0
    assert len(studio.service.downloads) == 2
    assert studio.episode.read_bytes() == studio.service.clip


def test_a_clip_that_stays_damaged_is_exit_4_and_is_kept(studio: Studio) -> None:
    damaged = _damaged(studio.service.clip)
    studio.service.always_media = serve(damaged)
    result = studio.render()
    assert result.code == 4
    assert "cannot be used. It does not decode" in result.err
    assert len(studio.service.downloads) == 2
    assert [each.read_bytes() for each in _kept(studio)] == [damaged]
    assert str(_kept(studio)[0].name) in result.err
    assert not studio.episode.exists()


@pytest.mark.parametrize("body", [b"<html>not a clip</html>", bytes(2000)])
def test_something_that_is_no_clip_at_all_is_exit_4(studio: Studio, body: bytes) -> None:
    studio.service.always_media = serve(body)
    assert studio.render().code == 4
    assert not studio.episode.exists()


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ({"width": 416, "height": 240}, "it is 416x240 and not 832x480"),
        ({"width": 480, "height": 832}, "it is 480x832 and not 832x480"),
        ({"frames": 216}, "it is 13.5 seconds long and not 18"),
        ({"fps": 24, "frames": 432}, "it has 24 frames a second and not 16"),
    ],
)
def test_a_clip_that_is_not_what_was_ordered_is_exit_4_and_says_how(
    studio: Studio, tmp_path: Path, shape: dict[str, int], told: str
) -> None:
    studio.service.clip = make_clip(tmp_path / "wrong.mp4", **shape).read_bytes()
    result = studio.render()
    assert result.code == 4
    assert told in result.err
    assert len(studio.service.downloads) == 1
    assert len(_kept(studio)) == 1
    assert not studio.episode.exists()


def test_a_clip_a_few_frames_short_of_its_length_is_taken(studio: Studio, tmp_path: Path) -> None:
    studio.service.clip = make_clip(tmp_path / "short.mp4", frames=281).read_bytes()
    assert studio.render().code == 0


def test_a_clip_that_was_rejected_is_fetched_anew_by_the_next_run_and_bought_by_none(studio: Studio) -> None:
    studio.service.on_media += [serve(b"damaged at the service's storage"), serve(b"still")]
    assert studio.render().code == 4
    assert studio.render().code == 0
    assert studio.rows() == [("done", "job-1")]
    assert len(studio.service.posts) == 1


def test_another_take_of_a_rejected_clip_is_bought_when_asked_for_and_then_counts(studio: Studio) -> None:
    good, studio.service.clip = studio.service.clip, b"no clip"
    assert studio.render().code == 4
    studio.service.clip = good
    assert studio.render("--take", "1").code == 0
    again = studio.rendered_json()
    assert again["reels"][0]["take_number"] == 2
    assert again["reels"][0]["reused"]
    assert len(studio.service.posts) == 2


def test_the_reason_of_a_rejection_is_in_the_history_of_the_purchase(studio: Studio) -> None:
    studio.service.clip = b"no clip"
    studio.render()
    assert "It does not decode" in studio.here("jobs", "show", studio.key()).out


def test_an_address_that_has_expired_is_exit_5_and_buys_nothing(studio: Studio) -> None:
    studio.service.always_media = refuse(403, "expired")
    result = studio.render()
    assert result.code == 5
    assert "no longer gives out the clip (403)" in result.err
    assert studio.render().code == 5
    assert len(studio.service.posts) == 1


def test_an_expired_address_is_asked_for_anew_while_the_service_knows_the_job(studio: Studio) -> None:
    studio.service.on_media.append(refuse(403, "expired"))

    def at(name: str) -> Step:
        return state("completed", 1.0, result={"data": [{"url": f"{studio.service.url}/media/{name}.mp4"}]})

    studio.service.on_poll += [at("old"), at("new")]
    assert studio.render().code == 0
    assert len(studio.service.downloads) == 2
    assert len(studio.service.posts) == 1


def test_a_clip_that_can_no_longer_be_had_does_not_keep_another_take_from_being_bought(studio: Studio) -> None:
    studio.service.on_media.append(refuse(410, "gone"))
    assert studio.render().code == 5
    assert studio.render("--take", "1").code == 0
    assert studio.rendered_json()["reels"][0]["take_number"] == 2
    assert len(studio.service.posts) == 2


def test_a_key_goes_to_no_media_address(studio: Studio) -> None:
    seen: list[dict[str, str]] = []

    def look(exchange: Exchange) -> None:
        seen.append({name.lower(): value for name, value in exchange.headers.items()})
        serve(studio.service.clip)(exchange)

    studio.service.always_media = look
    assert studio.render().code == 0
    assert not {"authorization", "x-api-key", "cookie"} & set(seen[0])


def test_a_full_disk_is_exit_5_and_with_room_it_finishes_without_a_purchase(studio: Studio) -> None:
    limit = 400_000  # bytes a file may have: enough for the ledger, and too little for the clip
    studio.service.clip = longer(studio.service.clip, limit)

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    result = ended(studio.start(preexec_fn=little_room))
    assert result.code == 5, result.err
    assert "There is no room for the clip" in result.err
    assert "The clip is paid for" in result.err
    assert studio.render().code == 0
    assert studio.rows() == [("done", "job-1")]
    assert len(studio.service.posts) == 1


def test_of_a_sandboxs_clip_that_finds_no_room_nobody_is_told_that_it_was_paid(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil.disk_usage(studio.folder)._replace(free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    result = studio.here("render", "story.yaml", "--provider", "sandbox")
    assert result.code == 5
    assert "There is no room for the clip" in result.err
    assert "the sandbox makes it anew, for nothing" in result.err
    assert "paid" not in result.err


def test_no_room_for_the_finished_file_is_told_and_with_room_it_is_made_from_the_takes(studio: Studio) -> None:
    (studio.folder / "renders").write_text("a file where the folder should be")
    result = studio.render()
    assert result.code == 1
    assert "could not be written" in result.err
    assert "nothing is bought twice" in result.err
    (studio.folder / "renders").unlink()
    assert studio.render().code == 0
    assert len(studio.service.posts) == 1


def _damaged(clip: bytes) -> bytes:
    third = len(clip) // 3
    return clip[:third] + bytes(byte ^ 0xA5 for byte in clip[third:])
