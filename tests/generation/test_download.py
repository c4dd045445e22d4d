from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import random
import re
import resource
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from scripted_service import Connection, ScriptedService, Step, answer, head, raw, reset, silence

from storyboard.errors import BusyElsewhereError, DownloadError
from storyboard.files import NO_ROOM
from storyboard.generation import download as room
from storyboard.generation.download import Downloaded, download, no_room
from storyboard.generation.part_file import PartFile
from storyboard.generation.wire import Timeouts

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIP = random.Random(1).randbytes(300_000)
OTHER = random.Random(2).randbytes(300_000)
QUICK = Timeouts(connect=2.0, read=0.5, pool=2.0)


@dataclass
class MediaHost:
    """A host that keeps the rules of ranges, and cuts the connection where it is told to."""

    clip: bytes = CLIP
    etag: str = '"v1"'
    date: str = ""
    ranges: bool = True
    cut_after: list[int] = field(default_factory=list)
    length: bool = True

    def __call__(self, connection: Connection) -> None:
        asked = connection.request.headers
        start, status, headers = 0, 200, {}
        headers = {"etag": self.etag} if self.etag else {}
        if self.date:
            headers["last-modified"] = self.date
        match = re.fullmatch(r"bytes=(\d+)-", asked.get("range", ""))
        if match and self.ranges and asked.get("if-range") in {self.etag, self.date}:
            start, status = int(match[1]), 206
            if start >= len(self.clip):
                headers |= {"content-range": f"bytes */{len(self.clip)}", "content-length": "0"}
                return connection.send(head(416, headers))
            headers["content-range"] = f"bytes {start}-{len(self.clip) - 1}/{len(self.clip)}"
        if self.length:
            headers["content-length"] = str(len(self.clip) - start)
        end = self.cut_after.pop(0) if self.cut_after else len(self.clip)
        return connection.send(head(status, headers) + self.clip[start : max(start, end)])


@dataclass(frozen=True)
class Home:
    folder: Path

    @property
    def clip(self) -> Path:
        return self.folder / "take.mp4"

    @property
    def part(self) -> Path:
        return self.folder / "take.part"

    def fetch(self, url: str, **options: Any) -> Downloaded:
        return download(url, self.clip, part=self.part, **({"timeouts": QUICK} | options))

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def asked_ranges(service: ScriptedService) -> list[str]:
    return [request.headers.get("range", "") for request in service.requests]


def test_a_clip_comes_home_whole_and_leaves_nothing_beside_it(home: Home) -> None:
    told: list[tuple[int, int | None]] = []
    with ScriptedService(MediaHost()) as service:
        found = home.fetch(service.url + "/a.mp4?sig=1", on_progress=lambda done, total: told.append((done, total)))
    assert found == Downloaded(home.clip, len(CLIP), hashlib.sha256(CLIP).hexdigest())
    assert home.clip.read_bytes() == CLIP
    assert home.files() == ["take.mp4"]
    assert told[0] == (0, len(CLIP))
    assert told[-1] == (len(CLIP), len(CLIP))
    assert told == sorted(told)


def test_no_credential_goes_along_not_even_one_that_the_client_holds(home: Home) -> None:
    generous = httpx.Client(
        headers={"authorization": "Bearer sk-1", "x-api-key": "sk-1"},
        auth=("me", "sk-1"),
        cookies={"session": "sk-1"},
        timeout=2,
        trust_env=False,
    )
    with ScriptedService(MediaHost()) as service, generous:
        home.fetch(service.url + "/a.mp4", client=generous)
        assert not generous.is_closed
    (request,) = service.requests
    assert "sk-1" not in repr(request)
    assert request.headers["accept-encoding"] == "identity"


def test_a_cut_connection_is_told_and_the_next_try_brings_only_the_rest(home: Home) -> None:
    with ScriptedService(MediaHost(cut_after=[100_000, 200_000])) as service:
        for _ in range(2):
            with pytest.raises(DownloadError, match="the connection broke") as caught:
                home.fetch(service.url + "/a.mp4?sig=1")
            assert not caught.value.url_expired
            assert "costs nothing" in caught.value.hint
            assert not home.clip.exists()
        home.fetch(service.url + "/a.mp4?sig=2")
    assert home.clip.read_bytes() == CLIP
    assert asked_ranges(service) == ["", "bytes=100000-", "bytes=200000-"]
    assert [r.headers.get("if-range") for r in service.requests] == [None, '"v1"', '"v1"']
    assert home.files() == ["take.mp4"]


@pytest.mark.parametrize(
    "step", [silence, reset, raw(b""), raw(b"nonsense\r\n\r\n"), answer(500), answer(429), answer(401)]
)
def test_a_host_that_gives_nothing_now_can_be_asked_again(home: Home, step: Step) -> None:
    with ScriptedService(step, MediaHost()) as service:
        with pytest.raises(DownloadError, match=r"did not come home") as caught:
            home.fetch(service.url + "/a.mp4?signature=s3cr3t")
        assert not caught.value.url_expired
        assert "s3cr3t" not in repr((caught.value.message, caught.value.__cause__, caught.value.__context__))
        home.fetch(service.url + "/a.mp4")
    assert home.clip.read_bytes() == CLIP


@pytest.mark.parametrize("status", [403, 404, 410])
def test_an_address_that_is_no_longer_good_says_so_and_keeps_what_came(home: Home, status: int) -> None:
    with ScriptedService(MediaHost(cut_after=[100_000]), answer(status), MediaHost()) as service:
        with pytest.raises(DownloadError):
            home.fetch(service.url + "/a.mp4")
        with pytest.raises(DownloadError, match="7 days") as caught:
            home.fetch(service.url + "/a.mp4")
        assert caught.value.url_expired
        home.fetch(service.url + "/a.mp4")
    assert asked_ranges(service)[-1] == "bytes=100000-"
    assert home.clip.read_bytes() == CLIP


def test_a_clip_that_changed_in_between_comes_again_from_the_start(home: Home) -> None:
    with ScriptedService(MediaHost(cut_after=[100_000]), MediaHost(clip=OTHER, etag='"v2"')) as service:
        with pytest.raises(DownloadError):
            home.fetch(service.url + "/a.mp4")
        home.fetch(service.url + "/a.mp4")
    assert home.clip.read_bytes() == OTHER


@pytest.mark.parametrize(
    "odd",
    [
        {"content-range": "bytes 100000-299999/300000", "etag": '"v2"'},
        {"content-range": "bytes 100001-299999/300000"},
        {"content-range": "bytes 0-299999/300000"},
        {"content-range": "bytes 100000-299999/300001"},
        {"content-range": "garbage"},
        {},
    ],
)
def test_a_part_that_does_not_fit_is_not_glued_on(home: Home, odd: dict[str, str]) -> None:
    wrong = raw(head(206, {"content-length": "200000"} | odd) + OTHER[:200_000])
    with ScriptedService(MediaHost(cut_after=[100_000]), wrong, MediaHost()) as service:
        with pytest.raises(DownloadError):
            home.fetch(service.url + "/a.mp4")
        home.fetch(service.url + "/a.mp4")
    assert home.clip.read_bytes() == CLIP
    assert asked_ranges(service) == ["", "bytes=100000-", ""]


def test_a_host_without_ranges_sends_all_of_it_again(home: Home) -> None:
    with ScriptedService(MediaHost(ranges=False, cut_after=[100_000])) as service:
        with pytest.raises(DownloadError):
            home.fetch(service.url + "/a.mp4")
        home.fetch(service.url + "/a.mp4")
    assert home.clip.read_bytes() == CLIP


@pytest.mark.parametrize(
    ("etag", "date", "asked"),
    [
        ("", "Mon, 23 Nov 2026 12:00:00 GMT", "bytes=100000-"),
        ('W/"v1"', "Mon, 23 Nov 2026 12:00:00 GMT", "bytes=100000-"),
        ('W/"v1"', "", ""),
        ("", "", ""),
    ],
)
def test_a_part_is_gone_on_with_only_where_the_host_can_tell_that_nothing_changed(
    home: Home, etag: str, date: str, asked: str
) -> None:
    with ScriptedService(MediaHost(etag=etag, date=date, cut_after=[100_000])) as service:
        with pytest.raises(DownloadError):
            home.fetch(service.url + "/a.mp4")
        home.fetch(service.url + "/a.mp4")
    assert asked_ranges(service) == ["", asked]
    assert home.clip.read_bytes() == CLIP


def test_a_part_of_another_clip_is_not_gone_on_with(home: Home) -> None:
    with ScriptedService(MediaHost(cut_after=[100_000]), MediaHost(clip=OTHER)) as service:
        with pytest.raises(DownloadError):
            home.fetch(service.url + "/a.mp4")
        home.fetch(service.url + "/b.mp4")
    assert asked_ranges(service) == ["", ""]
    assert home.clip.read_bytes() == OTHER


def left_whole(home: Home, clip: bytes = CLIP) -> str:
    """A part that holds all bytes, as a process leaves it that died before the rename."""
    cut = MediaHost(clip=clip, cut_after=[len(clip) - 1])
    with ScriptedService(cut) as service, pytest.raises(DownloadError):
        home.fetch(service.url + "/a.mp4")
    with home.part.open("ab") as file:
        file.write(clip[-1:])
    return service.url


def moved(home: Home, old: str, new: str) -> None:
    side = json.loads((home.folder / "take.part.json").read_text())
    assert side["resource"] == hashlib.sha256((old + "/a.mp4").encode()).hexdigest()
    side["resource"] = hashlib.sha256((new + "/a.mp4").encode()).hexdigest()
    (home.folder / "take.part.json").write_text(json.dumps(side))


def test_a_part_that_is_already_whole_is_only_put_in_its_place(home: Home) -> None:
    old = left_whole(home)
    with ScriptedService(MediaHost()) as service:
        moved(home, old, service.url)
        home.fetch(service.url + "/a.mp4")
    assert asked_ranges(service) == ["bytes=300000-"]
    assert home.clip.read_bytes() == CLIP


def test_a_range_past_the_end_of_a_clip_that_shrank_starts_anew(home: Home) -> None:
    old = left_whole(home)
    refused = raw(head(416, {"content-range": "bytes */5000", "content-length": "0"}))
    with ScriptedService(refused, MediaHost(clip=OTHER[:5000], etag='"v2"')) as service:
        moved(home, old, service.url)
        home.fetch(service.url + "/a.mp4")
    assert asked_ranges(service) == ["bytes=300000-", ""]
    assert home.clip.read_bytes() == OTHER[:5000]


def test_after_the_machine_went_down_only_bytes_that_were_surely_on_the_disk_count(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedService(MediaHost(cut_after=[100_000])) as service:
        with pytest.raises(DownloadError):
            home.fetch(service.url + "/a.mp4")
        side = json.loads((home.folder / "take.part.json").read_text())
        assert side["synced"] == 100_000
        (home.folder / "take.part.json").write_text(json.dumps(side | {"synced": 40_000, "boot": "before"}))
        home.fetch(service.url + "/a.mp4")
    assert asked_ranges(service) == ["", "bytes=40000-"]
    assert home.clip.read_bytes() == CLIP


@pytest.mark.parametrize("side", [b"", b"{", b"[]", b'{"resource": 5}', b"[" * 100_000])
def test_a_part_without_a_sound_note_of_its_origin_is_started_anew(home: Home, side: bytes) -> None:
    home.part.write_bytes(OTHER)
    (home.folder / "take.part.json").write_bytes(side)
    with ScriptedService(MediaHost()) as service:
        home.fetch(service.url + "/a.mp4")
    assert asked_ranges(service) == [""]
    assert home.clip.read_bytes() == CLIP


def test_an_empty_clip_is_an_error(home: Home) -> None:
    with ScriptedService(answer(200)) as service, pytest.raises(DownloadError, match="empty"):
        home.fetch(service.url + "/a.mp4")
    assert not home.clip.exists()


def test_a_clip_of_unknown_length_comes_home_as_well(home: Home) -> None:
    with ScriptedService(MediaHost(length=False)) as service:
        assert home.fetch(service.url + "/a.mp4").size == len(CLIP)


def test_a_clip_that_was_not_asked_to_be_compressed_is_not_taken_compressed(home: Home) -> None:
    packed = answer(200, b"x", content_encoding="gzip")
    with ScriptedService(packed) as service, pytest.raises(DownloadError, match="encoding"):
        home.fetch(service.url + "/a.mp4")


@pytest.mark.parametrize("announced", [True, False])
def test_what_is_larger_than_any_clip_is_not_taken(
    home: Home, announced: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MAX_CLIP_BYTES", 200_000)
    with ScriptedService(MediaHost(length=announced)) as service, pytest.raises(DownloadError, match="as no clip is"):
        home.fetch(service.url + "/a.mp4")
    assert home.part.stat().st_size <= 200_000


def test_a_clip_with_the_wrong_hash_is_thrown_away_and_comes_whole_the_next_time(home: Home) -> None:
    with ScriptedService(MediaHost(clip=OTHER), MediaHost()) as service:
        good = hashlib.sha256(CLIP).hexdigest()
        with pytest.raises(DownloadError, match="SHA-256"):
            home.fetch(service.url + "/a.mp4", expected_sha256=good)
        assert not home.clip.exists()
        assert home.fetch(service.url + "/a.mp4", expected_sha256=good.upper()).sha256 == good


def test_a_redirect_is_followed(home: Home) -> None:
    with (
        ScriptedService(MediaHost()) as elsewhere,
        ScriptedService(answer(302, location=elsewhere.url + "/b.mp4")) as service,
    ):
        home.fetch(service.url + "/a.mp4")
    assert home.clip.read_bytes() == CLIP


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://host.example/a", "/again", "https://[::"])
def test_a_redirect_that_leads_nowhere_is_told(home: Home, location: str) -> None:
    with ScriptedService(answer(302, location=location)) as service:
        with pytest.raises(DownloadError, match="did not come home"):
            home.fetch(service.url + "/a.mp4")
        assert len(service.requests) <= 6


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host.example/a.mp4", "a.mp4", "", "https://me:pw@h/a"])
def test_an_address_that_is_not_http_is_not_fetched(home: Home, url: str) -> None:
    with pytest.raises(DownloadError, match="not an http"):
        home.fetch(url)


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The system itself refuses to let a file grow further, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_where_there_is_no_room_it_says_how_much_is_needed_and_goes_on_once_there_is(home: Home) -> None:
    with ScriptedService(MediaHost()) as service:
        with files_of_at_most(100_000), pytest.raises(DownloadError, match=r"0\.2 MB more are needed") as caught:
            home.fetch(service.url + "/a.mp4")
        assert "Make room" in caught.value.hint
        assert home.part.stat().st_size == 100_000
        home.fetch(service.url + "/a.mp4")
    assert asked_ranges(service) == ["", "bytes=100000-"]
    assert home.clip.read_bytes() == CLIP


def test_a_clip_larger_than_the_disks_free_room_is_not_begun(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    size = shutil.disk_usage(home.folder).total + 1
    monkeypatch.setattr(room, "MAX_CLIP_BYTES", size)
    huge = raw(head(200, {"content-length": str(size), "etag": '"v1"'}) + b"begun")
    with ScriptedService(huge) as service, pytest.raises(DownloadError, match="There is no room"):
        home.fetch(service.url + "/a.mp4")
    assert home.part.stat().st_size == 0


def test_the_error_for_a_full_disk_names_room_place_and_date() -> None:
    error = no_room(Path("/renders/take.part"), 123_400_000, now=datetime(2026, 11, 23, tzinfo=UTC))
    assert error.message == (
        "There is no room for the clip in /renders: 123.4 MB more are needed. The clip is paid for, and stays at "
        "the service for 7 days after the job was done: until 30 November 2026 at the latest."
    )


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_every_kind_of_full_disk_is_known(number: int) -> None:
    assert number in NO_ROOM


def test_a_folder_that_is_not_there_is_told(home: Home) -> None:
    with (
        ScriptedService(MediaHost()) as service,
        pytest.raises(DownloadError, match=r"could not be written to .*gone"),
    ):
        download(service.url + "/a.mp4", home.clip, part=home.folder / "gone" / "take.part")


def test_a_link_where_the_part_should_be_is_not_written_through(home: Home) -> None:
    precious = home.folder / "precious"
    precious.write_bytes(b"mine")
    home.part.symlink_to(precious)
    with ScriptedService(MediaHost()) as service, pytest.raises(DownloadError, match="could not be written"):
        home.fetch(service.url + "/a.mp4")
    assert precious.read_bytes() == b"mine"


def test_a_link_where_the_note_should_be_is_not_written_through(home: Home) -> None:
    precious = home.folder / "precious"
    precious.write_bytes(b"mine")
    (home.folder / "take.part.json").symlink_to(precious)
    (home.folder / "take.part.json.new").symlink_to(precious)
    with ScriptedService(MediaHost()) as service:
        home.fetch(service.url + "/a.mp4")
    assert precious.read_bytes() == b"mine"
    assert home.clip.read_bytes() == CLIP


def test_a_pipe_where_the_part_should_be_is_not_waited_on(home: Home) -> None:
    os.mkfifo(home.part)
    with ScriptedService(MediaHost()) as service, pytest.raises(DownloadError, match="not a plain file"):
        home.fetch(service.url + "/a.mp4")


def test_two_downloads_never_write_the_same_part(home: Home) -> None:
    with PartFile(home.part), ScriptedService(MediaHost()) as service:
        with pytest.raises(BusyElsewhereError, match="Another process"):
            home.fetch(service.url + "/a.mp4")
        assert service.requests == []


def test_a_part_that_was_finished_while_it_was_being_locked_is_left_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = fcntl.flock

    def late(descriptor: int, how: int) -> None:
        home.part.replace(home.clip)
        lock(descriptor, how)

    home.part.write_bytes(CLIP)
    monkeypatch.setattr(fcntl, "flock", late)
    with pytest.raises(BusyElsewhereError):
        PartFile(home.part)
    assert home.clip.read_bytes() == CLIP


def test_a_person_can_break_off_and_go_on_later(home: Home) -> None:
    def interrupt(done: int, _: int | None) -> None:
        if done:
            raise KeyboardInterrupt

    with ScriptedService(MediaHost()) as service:
        with pytest.raises(KeyboardInterrupt):
            home.fetch(service.url + "/a.mp4", on_progress=interrupt)
        kept = home.part.stat().st_size
        assert 0 < kept < len(CLIP)
        home.fetch(service.url + "/a.mp4")
    assert asked_ranges(service) == ["", f"bytes={kept}-"]
    assert home.clip.read_bytes() == CLIP


def test_an_older_take_stays_whole_until_the_new_one_is(home: Home) -> None:
    home.clip.write_bytes(OTHER)
    with ScriptedService(MediaHost(cut_after=[100_000])) as service:
        with pytest.raises(DownloadError):
            home.fetch(service.url + "/a.mp4")
        assert home.clip.read_bytes() == OTHER
        home.fetch(service.url + "/a.mp4")
    assert home.clip.read_bytes() == CLIP
