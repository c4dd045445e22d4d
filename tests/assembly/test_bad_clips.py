"""Clips that cannot be used, or only by composing them: each told where it stands, and no film half-written."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from coded import SIZE, codes, drawn, make_clip
from cutting_room import CuttingRoom, Watched, ffmpeg, ffmpeg_says
from helpers import environment

from storyboard.cutting.named_files import NamedFiles
from storyboard.cutting.stitch import stitch
from storyboard.errors import StoryboardError, StoryError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from storyboard.assembly.making import Task

pytest_plugins = ["assembly_fixtures"]


def _truncated(path: Path, clip: Path) -> None:
    path.write_bytes(clip.read_bytes()[:-2000])


def _picture(path: Path, clip: Path) -> None:
    ffmpeg("-i", clip, "-frames:v", 1, "-f", "image2", path.with_suffix(".png"))
    path.with_suffix(".png").rename(path)


def _sound_alone(path: Path, clip: Path) -> None:
    make_clip(path, 1, 16, sound=np.zeros(48000, np.float32))
    ffmpeg("-i", path, "-vn", "-c", "copy", path.with_name("alone.mp4"))
    path.with_name("alone.mp4").replace(path)


def _sound_with_cover(path: Path, clip: Path) -> None:
    make_clip(path, 1, 16, sound=np.zeros(48000, np.float32))
    cover, record = path.with_name("cover.png"), path.with_name("record.mp4")
    ffmpeg("-i", clip, "-frames:v", 1, cover)
    covered = ("-map", "0:a", "-map", "1:v", "-c", "copy", "-disposition:v", "attached_pic")
    ffmpeg("-i", path, "-i", cover, *covered, record)
    record.replace(path)


def _empty(path: Path, clip: Path) -> None:
    path.write_bytes(b"")


def _no_frames(path: Path, clip: Path) -> None:
    ffmpeg("-i", clip, "-frames:v", 0, "-c:v", "libx264", path)


def _words(path: Path, clip: Path) -> None:
    path.write_text("no clip at all")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_truncated, "cut off"),
        (_picture, "is a picture, not a clip"),
        (_sound_alone, "holds no picture"),
        (_sound_with_cover, "holds no picture"),
        (_empty, "cannot be read as a video"),
        (_no_frames, "holds neither picture nor sound|holds no frame"),
        (_words, "cannot be read as a video"),
    ],
)
def test_a_clip_that_cannot_be_used_is_told_at_its_line_and_the_film_before_stays(
    room: CuttingRoom, make: Callable[[Path, Path], None], message: str
) -> None:
    before = room.film("timeline: [{clip: a.mp4}]").read_bytes()
    make(room.folder / "bad.mp4", room.folder / "a.mp4")
    with pytest.raises(StoryError) as told:
        room.film("timeline:\n  - clip: a.mp4\n  - clip: bad.mp4\n    in: 0\n")
    (finding,) = told.value.findings
    assert pytest.importorskip("re").search(message, finding.message), finding.message
    assert finding.line == 6
    assert finding.hint
    assert (room.folder / "film.mp4").read_bytes() == before
    assert not list(room.folder.glob(".*part*"))


def test_a_clip_that_is_missing_is_told_before_anything_is_opened(room: CuttingRoom) -> None:
    with pytest.raises(StoryError) as told:
        room.read("timeline:\n  - clip: nowhere.mp4\n")
    assert (told.value.findings[0].line, "nowhere.mp4" in told.value.findings[0].message) == (5, True)


@pytest.mark.parametrize(
    ("cut", "line", "message"),
    [
        ("timeline:\n  - clip: a.mp4\n  - clip: b.mp4\n    transition: crossfade 9\n", 7, "longer than"),
        (
            (
                "timeline:\n  - clip: a.mp4\n  - clip: b.mp4\n    out: 1\n    transition: crossfade 0.75\n"
                "  - clip: c.mp4\n    transition: crossfade 3.5\n"
            ),
            10,
            "overlap",
        ),
        ("timeline:\n  - clip: a.mp4\n    in: 9\n", 6, "is 4 s long"),
        ("timeline:\n  - clip: a.mp4\n    out: 9\n", 6, "is 4 s long"),
        ("timeline:\n  - clip: a.mp4\n    in: 2\n    out: 1\n", 7, "not after"),
        ("timeline:\n  - clip: a.mp4\n    out: 0\n", 6, "not after"),
        (
            "timeline:\n  - clip: a.mp4\n    transition: crossfade 1\n",
            6,
            "that its crossfade could come from",
        ),
        ("timeline:\n  - image: words.png\n", 5, "words.png is of a format this program does not know"),
        (
            "timeline:\n  - clip: a.mp4\n  - clip: b.mp4\n    transition: {kind: luma, matte: words.png}\n",
            7,
            "The matte ",
        ),
        ("timeline: [{clip: a.mp4}]\nmusic: b.mp4\n", 5, "holds no sound"),
    ],
)
def test_a_cut_that_cannot_be_made_is_told_at_its_line(room: CuttingRoom, cut: str, line: int, message: str) -> None:
    (room.folder / "words.png").write_text("no picture at all")
    with pytest.raises(StoryError) as told:
        room.film(cut)
    (finding,) = told.value.findings
    assert message in finding.message
    assert finding.line == line
    assert not (room.folder / "film.mp4").exists()


def _uneven(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=16, options={"crf": "12"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.time_base = Fraction(1, 1000)
        stream.codec_context.time_base = Fraction(1, 1000)
        for number in range(32):
            frame = av.VideoFrame.from_ndarray(drawn(6, number), format="rgb24")
            frame.pts, frame.time_base = number * 60 + (number % 3) * 15, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _turned(path: Path) -> None:
    make_clip(path.with_name("upright.mp4"), 6, 32, size=(96, 128))
    ffmpeg("-display_rotation", 90, "-i", path.with_name("upright.mp4"), "-c", "copy", path)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (_uneven, "do not come at one rate"),
        (_turned, "not 128x96|turned"),
        (lambda path: make_clip(path, 6, 32, pixel_format="yuv420p10le"), "yuv420p10le"),
        (lambda path: make_clip(path, 6, 32, size=(130, 98)), "130x98"),
        (lambda path: make_clip(path, 6, 32, fps=25), "25 frames a second"),
        (lambda path: make_clip(path, 6, 32, codec="libx265", options={"x265-params": "log-level=error"}), "HEVC"),
    ],
    ids=["uneven rate", "turned", "ten bits", "odd size", "another rate", "another codec"],
)
def test_a_clip_of_another_form_is_composed_and_the_plan_says_why(
    room: CuttingRoom, make: Callable[[Path], object], why: str
) -> None:
    make(room.folder / "other.mp4")
    cut = "timeline: [{clip: a.mp4}, {clip: other.mp4}]"
    made = room.read(cut)
    (reason,) = made.plan.pieces.reasons.values()
    assert any(part in reason for part in why.split("|"))
    film = room.film(cut)
    assert ffmpeg_says(film) == ""
    assert codes(film)[:64] == [(1, n) for n in range(64)]


def test_a_clip_with_odd_sides_is_composed(room: CuttingRoom) -> None:
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=127x95:r=16:d=2", "-c:v", "ffv1", room.folder / "odd.mkv")
    film = room.film("timeline: [{clip: a.mp4}, {clip: odd.mkv}]")
    assert len(codes(film)) == 96


@pytest.mark.parametrize(
    "title", ["x" * 5000, "wörd " * 1000, "שלום עולם", "مرحبا بالعالم", "🎬 The End 🐙", "日本語"]
)
def test_any_title_makes_a_film(room: CuttingRoom, title: str) -> None:
    film = room.film(f"timeline: [{{clip: a.mp4}}, {{title: '{title}', seconds: 0.5}}]")
    assert len(codes(film)) == 72


CUT = """storyboard: 1
title: The cut
cut: {timeline: [{clip: a.mp4}, {clip: c.mp4, transition: crossfade 1}, {clip: b.mp4, transition: wipe 1}]}
"""


def _long(path: Path) -> None:
    """A clip that takes long to compose."""
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25:d=40", "-preset", "ultrafast", path)


def _started(room: CuttingRoom, *more: str, **how: Any) -> subprocess.Popen[str]:
    (room.folder / "cut.yaml").write_text(CUT)
    env = {**environment(), "STORYBOARD_CACHE": str(room.cache.folder.parent)}
    words = [sys.executable, "-m", "storyboard", "stitch", "cut.yaml", "--output", "film.mp4", *more]
    return subprocess.Popen(
        words, cwd=room.folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **how
    )


def test_two_that_stitch_one_film_at_once_both_make_it(room: CuttingRoom) -> None:
    both = [_started(room) for _ in range(2)]
    told = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert len(codes(room.folder / "film.mp4")) == 160
    assert not list(room.folder.glob(".*part*"))


def test_what_a_killed_stitch_left_of_the_same_film_goes_after_a_day(room: CuttingRoom) -> None:
    left, fresh, other = (
        room.folder / f".{name}.part.mp4" for name in ("film.0123abcd", "film.89abcdef", "a.0123abcd")
    )
    for path in (left, fresh, other):
        path.write_bytes(b"half a film")
    for path in (left, other):
        os.utime(path, (time.time() - 90_000,) * 2)
    room.film("timeline: [{clip: a.mp4}]")
    assert [path.exists() for path in (left, fresh, other)] == [False, True, True]


def test_a_disk_without_room_is_told_and_leaves_nothing_half_written(room: CuttingRoom) -> None:
    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))

    process = _started(room, preexec_fn=little_room)
    told = process.communicate()[1]
    assert process.returncode == 1, told
    assert "could not be written" in told
    assert "Traceback" not in told
    assert not (room.folder / "film.mp4").exists()
    assert not list(room.folder.rglob(".*part*")) + list(room.cache.folder.rglob(".*part*"))
    after = _started(room)
    assert (after.communicate()[1], after.returncode) == ("", 0)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_it_at_once_and_leaves_no_process_and_no_half_written_film(
    room: CuttingRoom, sent: signal.Signals
) -> None:
    _long(room.folder / "a.mp4")
    process = _started(room, start_new_session=True)
    deadline = time.monotonic() + 60
    while not list(room.cache.folder.rglob(".*part*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    if sent is signal.SIGINT:  # a terminal sends it to all
        os.killpg(process.pid, sent)
    else:
        process.send_signal(sent)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 130, told
    assert told == "Stopped: film.mp4 was not written. The parts that were finished are kept for the next time.\n"
    assert not (room.folder / "film.mp4").exists()
    assert not list(room.cache.folder.rglob(".*part*"))
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_a_cache_that_is_cleared_while_a_film_is_made_costs_time_and_not_the_film(room: CuttingRoom) -> None:
    cut = "timeline: [{clip: a.mp4}, {clip: b.mp4, transition: crossfade 0.5}, {clip: c.mp4, transition: wipe 0.5}]\n"
    untouched = codes(room.film(cut))
    room.cache.clear()
    made = room.read(cut)

    class Clears(Watched):
        times = 0

        def made(self, task: Task) -> None:
            super().made(task)
            if self.times < 2:
                self.times += 1
                room.cache.clear()

    stitch(made, room.folder / "again.mp4", Clears())
    assert codes(room.folder / "again.mp4") == untouched


def test_a_cache_that_is_cleared_again_and_again_is_told(room: CuttingRoom) -> None:
    made = room.read("timeline: [{clip: a.mp4}, {clip: b.mp4, transition: crossfade 0.5}]\n")

    class Clears(Watched):
        def made(self, task: Task) -> None:
            room.cache.clear()

    with pytest.raises(StoryboardError, match="were taken away while it was put together, 3 times"):
        stitch(made, room.folder / "film.mp4", Clears())
    assert not list(room.folder.glob("*film*"))


def test_a_process_that_is_ended_from_outside_is_told_and_the_next_run_goes_on(room: CuttingRoom) -> None:
    import psutil

    _long(room.folder / "a.mp4")
    process = _started(room)
    deadline = time.monotonic() + 60
    while not list(room.cache.folder.rglob(".*part*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    psutil.Process(process.pid).children()[0].kill()
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 1, told
    assert "was ended from outside" in " ".join(told.split())
    assert not (room.folder / "film.mp4").exists()


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("#!/bin/sh\nkill -9 $$\n", "ffmpeg failed: it ended"),
        ("#!/bin/sh\necho 'no such filter' >&2; exit 1\n", "ffmpeg failed: no such filter."),
    ],
)
def test_an_ffmpeg_that_fails_is_told(
    room: CuttingRoom, monkeypatch: pytest.MonkeyPatch, program: str, message: str
) -> None:
    made = room.read("timeline: [{clip: a.mp4}, {title: Hello, seconds: 1}]")
    broken = room.folder / "ffmpeg"
    broken.write_text(program)
    broken.chmod(0o700)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(broken))
    with pytest.raises(StoryboardError, match=message):
        stitch(made, room.folder / "film.mp4", Watched())
    assert not list(room.folder.glob("*film*"))


def test_a_take_that_was_changed_is_not_shown(room: CuttingRoom) -> None:
    from storyboard.cutting.reader import CutReader

    made = room.read("timeline: [{clip: a.mp4}]")
    story, source = made.prepared.loaded.storyboard, made.prepared.loaded.source
    assert story is not None
    assert source is not None
    reader = CutReader(story, source, None, lambda path: pytest.fail(str(path)))
    with pytest.raises(StoryboardError, match="not as it was when it came home"):
        reader._examined(room.folder / "a.mp4", "0" * 64)


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_a_clip_that_goes_away_before_the_film_is_made_is_named_and_not_the_film(
    room: CuttingRoom, codec: str
) -> None:
    made = room.read(f"timeline: [{{clip: b.mp4}}, {{clip: a.mp4}}]\noutput: {{codec: {codec}}}\n")
    (room.folder / "a.mp4").unlink()
    with pytest.raises(StoryboardError) as told:
        stitch(made, room.folder / "out" / "film.mp4", Watched())
    whole = " ".join([told.value.message, *(each.message for each in getattr(told.value, "findings", ()))])
    assert "a.mp4" in whole
    assert "film.mp4" not in whole


def test_a_file_is_named_by_its_own_name_and_not_by_one_that_begins_like_it(room: CuttingRoom) -> None:
    source = room.read("timeline: [{clip: a.mp4}]").prepared.loaded.source
    assert source is not None
    files = NamedFiles(source, has_cut=True)
    short, long = (files.find(name, ("cut", name)) for name in ("a.m", "a b.mp4"))
    assert files.fault(StoryboardError(f"{short}p4 is odd.")) is None
    assert files.fault(StoryboardError(f"{short}.mp4 is odd.")) is None
    told = [files.fault(StoryboardError(f"{path} is odd.", hint=f"Look at {path}.")) for path in (short, long)]
    assert [(each.message, each.hint) for each in told if each] == [
        ("a.m is odd.", "Look at a.m."),
        ("a b.mp4 is odd.", "Look at a b.mp4."),
    ]


def test_words_that_there_is_no_room_for_are_told_before_anything_is_made(room: CuttingRoom) -> None:
    long = " ".join(f"word{number}" for number in range(400))
    notes = room.read(
        f"timeline: [{{title: {long}}}, {{clip: a.mp4}}, {{caption: {long}}}, {{caption: short, place: top}}]"
    ).notes
    assert len(notes) == 2
    for kind, note in zip(("title", "caption"), notes, strict=True):
        assert f": There is no room for all of the {kind} “word0 word1 word2" in note
        assert "it is cut off before “" in note


def test_letters_that_no_font_has_are_told_before_anything_is_made(room: CuttingRoom) -> None:
    (note,) = room.read("timeline: [{clip: a.mp4}, {caption: The fox 狐}]").notes
    assert (
        "cut.yaml:4: The caption “The fox 狐”: No font that ships has “狐”, which is left out. “font” takes" in note
    )


def test_an_episode_without_takes_is_told_with_the_command_that_makes_them(
    storyboard: Callable[..., Any], tmp_path: Path
) -> None:
    story = tmp_path / "story.yaml"
    story.write_text("storyboard: 1\ntitle: Fox\nscenes:\n  - segments: [a fox runs up a hill and looks back]\n")
    ran = storyboard("stitch", str(story))
    assert ran.code == 1
    assert "Reel 1 of story.yaml has no take" in ran.err
    assert f"storyboard render {story} makes it" in " ".join(ran.err.split())
    ran = storyboard("stitch", str(story), "--provider", "empirio")
    assert f"storyboard render {story} --provider empirio makes it" in " ".join(ran.err.split())


def test_a_clip_that_cannot_be_used_and_is_shown_twice_is_told_once(room: CuttingRoom) -> None:
    (room.folder / "no.mp4").write_text("no clip at all")
    with pytest.raises(StoryError) as told:
        room.read("timeline: [{clip: no.mp4}, {clip: a.mp4}, {clip: no.mp4}]")
    (finding,) = told.value.findings
    assert "cannot be read as a video" in finding.message


def test_a_clip_without_the_right_to_read_it_is_told_as_such(
    room: CuttingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("storyboard.assembly.media.is_cut_off", refuse)  # whoever tests as root may read everything
    with pytest.raises(StoryError) as told:
        room.read("timeline: [{clip: a.mp4}]")
    assert [each.message for each in told.value.findings] == ["a.mp4 is not yours to read."]


def test_a_clip_that_is_named_as_a_picture_is_told_what_it_is(room: CuttingRoom) -> None:
    with pytest.raises(StoryError) as told:
        room.read("timeline: [{image: a.mp4}]")
    (finding,) = told.value.findings
    assert finding.message == "The picture a.mp4 is a video (MP4 or QuickTime)."
    assert finding.hint == "Write clip: in place of image:."
