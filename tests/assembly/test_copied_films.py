"""Films of clips that match: copied where they can be, made again where they must, and every frame in its place."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import av
import pytest
from coded import codes, make_clip
from cutting_room import CuttingRoom, ffmpeg, ffmpeg_says, times

from storyboard.assembly.avc import is_parameter_set, parameter_sets, units
from storyboard.generation.take import inspect_clip

if TYPE_CHECKING:
    from pathlib import Path


pytest_plugins = ["assembly_fixtures"]


def test_a_hard_cut_of_matching_clips_has_every_frame_of_each_and_composes_none(room: CuttingRoom) -> None:
    film = room.film("timeline: [{clip: a.mp4}, {clip: b.mp4}, {clip: c.mp4}]")
    assert codes(film) == [(clip, number) for clip in (1, 2, 3) for number in range(64)]
    assert room.watched.weights == []


@pytest.mark.parametrize("keys", [8, 16, 250])
@pytest.mark.parametrize(
    "options",
    [
        {"bf": "0"},
        {"bf": "3", "x264-params": "b-pyramid=none"},
        {"bf": "8", "b_strategy": "2"},
        {"x264-params": "open-gop=1"},
        {"refs": "1", "tune": "zerolatency"},
    ],
    ids=["no B-frames", "B-frames", "many B-frames", "open groups", "zero latency"],
)
def test_any_stretch_of_any_encoding_is_shown_frame_by_frame(
    room: CuttingRoom, keys: int, options: dict[str, str]
) -> None:
    make_clip(room.folder / "odd.mp4", 5, 80, keys=keys, options=options)
    film = room.film("timeline: [{clip: a.mp4, out: 1}, {clip: odd.mp4, in: 0.3125, out: 4.0625}, {clip: b.mp4}]")
    assert codes(film) == [(1, n) for n in range(16)] + [(5, n) for n in range(5, 65)] + [(2, n) for n in range(64)]


def test_both_clocks_of_a_film_rise_by_one_frame_at_a_time(room: CuttingRoom) -> None:
    film = room.film("timeline: [{clip: a.mp4, in: 0.5}, {clip: c.mp4, in: 1}, {clip: b.mp4, out: 2.5}]")
    told = times(film)
    step = {after - before for before, after in pairwise(sorted(shown for shown, _ in told))}
    assert len(step) == 1
    assert all(after > before for (_, before), (_, after) in pairwise(told))
    assert all(decoded <= shown for shown, decoded in told)


def test_a_clip_whose_times_were_rounded_to_thousandths_is_copied_and_shown_evenly(room: CuttingRoom) -> None:
    for ending, source in (("mkv", "a.mp4"), ("mp4", "rounded.mkv")):
        ffmpeg("-i", room.folder / source, "-c", "copy", room.folder / f"rounded.{ending}")
    film = room.film("timeline: [{clip: rounded.mp4}, {clip: b.mp4}]")
    assert room.watched.weights == []
    assert codes(film) == [(clip, number) for clip in (1, 2) for number in range(64)]
    shown = sorted(time for time, _ in times(film))
    assert len({after - before for before, after in pairwise(shown)}) == 1


def test_what_is_copied_has_the_very_packets_of_its_clip(room: CuttingRoom) -> None:
    film = room.film("timeline: [{clip: a.mp4, in: 0.5}, {clip: b.mp4}]")
    with av.open(str(room.folder / "b.mp4")) as clip, av.open(str(film)) as container:
        theirs = [bytes(packet) for packet in clip.demux(video=0) if packet.size]
        ours = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    assert ours[-len(theirs) :] == theirs


def test_the_parameter_sets_of_all_pieces_stand_in_the_description_of_the_file_and_nowhere_else(
    room: CuttingRoom,
) -> None:
    film = room.film("timeline: [{clip: a.mp4, in: 0.5}, {clip: b.mp4}]")
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        sets = parameter_sets(bytes(stream.codec_context.extradata or b""))
        assert len(sets.sps) == len(sets.pps) == 2
        assert stream.codec_tag == "avc1"
        assert not any(
            is_parameter_set(unit) for packet in container.demux(stream) for unit in units(bytes(packet), 4)
        )


def test_clips_that_cannot_stand_in_one_stream_are_shown_all_the_same(room: CuttingRoom) -> None:
    make_clip(room.folder / "odd.mp4", 5, 32, options={"x264-params": "ref=1:bframes=0:cabac=0:8x8dct=0"})
    made = room.read("timeline: [{clip: a.mp4}, {clip: odd.mp4}]")
    assert "do not go together" in next(iter(made.plan.pieces.reasons.values()))
    film = room.film("timeline: [{clip: a.mp4}, {clip: odd.mp4}]")
    assert codes(film) == [(1, n) for n in range(64)] + [(5, n) for n in range(32)]


def test_a_film_plays_to_its_end_without_a_word_from_the_decoder(room: CuttingRoom) -> None:
    film = room.film("timeline: [{clip: c.mp4, in: 1}, {clip: a.mp4, in: 0.5, out: 3}, {clip: b.mp4}]")
    assert ffmpeg_says(film) == ""


def test_a_film_has_the_length_the_rate_and_the_size_of_its_plan(room: CuttingRoom) -> None:
    facts = inspect_clip(room.film("timeline: [{clip: a.mp4}, {clip: b.mp4, in: 1, out: 3}]"))
    assert (facts.frames, facts.fps, facts.width, facts.height) == (96, Fraction(16), 128, 96)
    assert facts.seconds == 6


def test_the_index_of_a_film_comes_first_so_that_it_plays_while_it_loads(room: CuttingRoom) -> None:
    data = room.film("timeline: [{clip: a.mp4}]").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_the_index_comes_last_where_that_was_asked_for(room: CuttingRoom) -> None:
    data = room.film("{timeline: [{clip: a.mp4}], output: {faststart: false}}").read_bytes()
    assert data.index(b"moov") > data.index(b"mdat")


@pytest.mark.parametrize("name", ["a.mp4", "c.mp4"])
def test_a_clip_in_another_container_is_copied_where_its_stream_tells_how_it_is_decoded(
    room: CuttingRoom, name: str
) -> None:
    other = _remuxed(room.folder / name, room.folder / "other.mkv")
    film = room.film(f"timeline: [{{clip: {other.name}, in: 1}}, {{clip: b.mp4}}]")
    clip = {"a.mp4": 1, "c.mp4": 3}[name]
    assert codes(film) == [(clip, n) for n in range(16, 64)] + [(2, n) for n in range(64)]


def _remuxed(source: Path, target: Path) -> Path:
    with av.open(str(source)) as container, av.open(str(target), "w") as output:
        stream = output.add_stream_from_template(container.streams.video[0])
        for packet in container.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                output.mux(packet)
    return target
