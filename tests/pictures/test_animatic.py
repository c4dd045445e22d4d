"""``storyboard animatic``: real films, opened again."""

from __future__ import annotations

import hashlib
import io
import re
import resource
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import av
import pytest
from helpers import ROOT, environment, write_tree
from PIL import Image, ImageChops, ImageDraw, ImageStat

from storyboard.generation.prepare import prepare
from storyboard.review.animatic.film import Animatic, make_animatic
from storyboard.review.shots import shots_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers import Ran

    Command = Callable[..., Ran]

SIZE = (208, 120)
MIDDLE = (20, 22, 188, 78)  # of the frame: what has no words on it


def png_of(picture: Image.Image) -> bytes:
    held = io.BytesIO()
    picture.save(held, "PNG")
    return held.getvalue()


def target_picture() -> bytes:
    """A white square on dark blue, right in the middle: where it is, and how large, tells what the camera did."""
    picture = Image.new("RGB", (832, 480), (20, 30, 80))
    ImageDraw.Draw(picture).rectangle((366, 190, 466, 290), fill=(250, 250, 250))
    return png_of(picture)


def film_story(*segments: str, head: str = "image: a.png", scenes: str = "") -> str:
    listed = "".join(f"      - {segment}\n" for segment in segments)
    body = scenes or f"  - name: One\n    segments:\n{listed}"
    return f"storyboard: 1\ntitle: T\n{head}\nscenes:\n{body}"


def acted(camera: str, seconds: float = 4.5) -> str:
    return f"{{action: it happens, camera: '{camera}', seconds: {seconds}}}"


@dataclass
class Film:
    """A film that was read back."""

    frames: list[Image.Image]
    codec: str
    pixels: str
    size: tuple[int, int]
    rate: Fraction | None
    sounds: int
    comment: str | None

    @classmethod
    def read(cls, path: Path) -> Film:
        with av.open(str(path)) as film:
            stream = film.streams.video[0]
            frames = [frame.to_image() for frame in film.decode(stream)]  # type: ignore[no-untyped-call]
            context = stream.codec_context
            return cls(
                frames,
                context.name,
                str(context.pix_fmt),
                (context.width, context.height),
                stream.average_rate,
                len(film.streams.audio),
                film.metadata.get("comment"),
            )

    def square(self, number: int) -> tuple[float, float, float]:
        """The white square in a frame: its middle, across and down, and its width, in pixels."""
        white = self.frames[number].convert("L").crop(MIDDLE).point(lambda value: 255 if value > 150 else 0)
        box = white.getbbox()
        assert box, f"no square in frame {number}"
        left, top, right, bottom = box
        return (left + right) / 2, (top + bottom) / 2, right - left


def made(tmp_path: Path, text: str, *, sound: bool = False, size: tuple[int, int] = SIZE, **files: bytes) -> Film:
    write_tree(
        tmp_path,
        {"story.yaml": text, "a.png": target_picture(), **{f"{name}.png": data for name, data in files.items()}},
    )
    prepared = prepare(tmp_path / "story.yaml")
    plan = prepared.require_plan()
    target = tmp_path / "out.mp4"
    make_animatic(Animatic(plan.title, shots_of(prepared), size, sound), target)
    return Film.read(target)


def difference(first: Image.Image, second: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(first, second)).mean) / 3


@pytest.fixture(scope="module")
def moves(tmp_path_factory: pytest.TempPathFactory) -> Film:
    """Four moves a film can be told by, 4.5 s (72 frames) each."""
    return made(
        tmp_path_factory.mktemp("moves"),
        film_story(acted("push in"), acted("pan left"), acted("tilt up"), acted("fixed camera"), acted("handheld")),
    )


def test_a_film_has_the_size_the_rate_the_length_and_the_encoding_that_are_promised(moves: Film) -> None:
    assert (moves.codec, moves.pixels, moves.size, moves.rate) == ("h264", "yuv420p", SIZE, Fraction(16))
    assert (len(moves.frames), moves.sounds, moves.comment) == (360, 0, "Made by storyboard animatic")


def test_a_push_in_grows(moves: Film) -> None:
    widths = [moves.square(number)[2] for number in (20, 45, 70)]
    assert widths[0] < widths[1] < widths[2]
    assert widths[2] > widths[0] * 1.12


def test_a_pan_to_the_left_moves_what_is_seen_to_the_right(moves: Film) -> None:
    places = [moves.square(number)[0] for number in (76, 108, 140)]
    assert places[0] + 10 < places[1] < places[2] - 10
    assert abs(moves.square(76)[1] - moves.square(140)[1]) < 2


def test_a_tilt_up_moves_what_is_seen_down(moves: Film) -> None:
    places = [moves.square(number)[1] for number in (148, 180, 212)]
    assert places[0] + 5 < places[1] < places[2] - 5
    assert abs(moves.square(148)[0] - moves.square(212)[0]) < 2


def test_a_fixed_camera_is_still(moves: Film) -> None:
    assert {moves.square(number) for number in range(218, 288, 8)} == {moves.square(218)}


def test_a_camera_in_a_hand_sways_a_little_and_comes_back(moves: Film) -> None:
    places = [moves.square(number)[0] for number in range(290, 360)]
    assert 1 < max(places) - min(places) < 12


def test_a_move_goes_on_without_a_jerk(moves: Film) -> None:
    places = [moves.square(number)[0] for number in range(74, 142)]
    steps = [after - before for before, after in pairwise(places)]
    assert all(-0.6 <= step <= 2.1 for step in steps)


def test_captions_change_at_the_very_frame_where_a_segment_begins(tmp_path: Path) -> None:
    film = made(
        tmp_path,
        film_story(
            f"{{action: {'W' * 24}, camera: fixed}}",
            "{action: i, camera: fixed, seconds: 9}",
            f"{{action: {'W' * 24}, camera: fixed}}",
        ),
        size=(416, 240),
    )
    ink = [ImageStat.Stat(frame.convert("L").crop((0, 200, 416, 240))).mean[0] for frame in film.frames]
    turns = [number for number in range(17, 287) if abs(ink[number] - ink[number - 1]) > 2]
    assert turns == [72, 216]


def test_a_card_lies_over_the_first_second_of_a_scene_and_adds_no_time(tmp_path: Path) -> None:
    scenes = (
        "  - name: One\n    segments: [{action: a, camera: fixed}, {action: b, camera: fixed}]\n"
        "  - name: WWWW\n    transition: hard cut to the square\n"
        "    segments: [{action: c, camera: fixed}, {action: d, camera: fixed}]\n"
    )
    film = made(tmp_path, film_story(scenes=scenes))
    assert len(film.frames) == 288
    light = [ImageStat.Stat(frame.crop(MIDDLE).convert("L")).mean[0] for frame in film.frames]
    assert min(light[148:154]) < light[143] - 3
    assert abs(light[162] - light[143]) < 0.5
    assert abs(light[161] - light[190]) < 0.5


@pytest.mark.parametrize(
    ("words", "seen"), [("fade to black", "dark"), ("a flash of white", "light"), ("smash cut to her", "neither")]
)
def test_a_scene_is_entered_as_its_words_say(tmp_path: Path, words: str, seen: str) -> None:
    scenes = (
        "  - segments: [{action: a, camera: fixed}, {action: b, camera: fixed}]\n"
        f"  - transition: {words}\n    segments: [{{action: c, camera: fixed}}, {{action: d, camera: fixed}}]\n"
    )
    film = made(tmp_path, film_story(scenes=scenes))
    before, at = (ImageStat.Stat(film.frames[number].crop(MIDDLE).convert("L")).mean[0] for number in (130, 143))
    found = "dark" if at < before - 8 else "light" if at > before + 8 else "neither"
    assert found == seen


def test_a_segment_shows_its_own_sketch_and_only_that_segment(tmp_path: Path) -> None:
    red = png_of(Image.new("RGB", (400, 300), (200, 20, 20)))
    film = made(
        tmp_path,
        film_story(
            acted("fixed"), "{action: b, sketch: drawn.png, camera: fixed}", acted("fixed"), acted("fixed"),
        ),
        drawn=red,
    )  # fmt: skip
    colours = [film.frames[number].getpixel((30, 50)) for number in (60, 100, 200)]
    assert [isinstance(colour, tuple) and colour[0] > 120 for colour in colours] == [False, True, False]


def test_a_story_without_a_picture_gets_one_drawn_for_each_scene(tmp_path: Path) -> None:
    scenes = "  - segments: [a, b]\n  - segments: [c, d]\n"
    film = made(tmp_path, film_story(head="logline: L", scenes=scenes))
    first, again, second = (film.frames[number].crop(MIDDLE) for number in (40, 120, 200))
    assert difference(first, second) > 2 * difference(first, again) + 3


def test_several_reels_are_one_film(tmp_path: Path) -> None:
    scenes = "".join(f"  - image: a.png\n    segments: [{', '.join('abcd')}]\n" for _ in range(2))
    film = made(tmp_path, film_story(scenes=scenes))
    assert len(film.frames) == 576


def test_with_sound_it_knocks_at_each_segment_and_lower_where_a_scene_begins(tmp_path: Path) -> None:
    made(tmp_path, film_story("a", "b", "c", "d"), sound=True)
    with av.open(str(tmp_path / "out.mp4")) as film:
        (stream,) = film.streams.audio
        loud: dict[int, float] = {}
        for frame in film.decode(stream):
            at = round(float(frame.time or 0) * 10)
            samples = memoryview(bytes(frame.planes[0])).cast("f")
            loud[at] = max(loud.get(at, 0.0), max(map(abs, samples)))
        length = float(stream.duration or 0) * float(stream.time_base or 0)
    assert length == pytest.approx(18, abs=0.1)
    knocks = [at for at in range(180) if loud.get(at, 0) > 0.05 and loud.get(at - 1, 0) <= 0.05]
    assert knocks == pytest.approx([0, 45, 90, 135], abs=1)
    assert max(loud.get(at, 0) for at in (0, 1)) > 1.3 * max(loud.get(at, 0) for at in (44, 45, 46))


# ---- the command


QUICK = film_story("a", "b", "c", "d")


def story_at(root: Path, text: str = QUICK) -> Path:
    write_tree(root, {"fox.yaml": text, "a.png": target_picture()})
    return root / "fox.yaml"


def test_it_lies_with_the_films_under_a_name_of_its_own(storyboard: Command, tmp_path: Path) -> None:
    ran = storyboard("animatic", story_at(tmp_path), "--size", "208x120", "--json")
    film = tmp_path / "renders" / "fox.animatic.mp4"
    assert ran.code == 0
    assert ran.json == {
        "title": "T",
        "storyboard": str(tmp_path / "fox.yaml"),
        "animatic": str(film),
        "seconds": 18,
        "frames": 288,
        "fps": 16,
        "width": 208,
        "height": 120,
        "sound": False,
    }
    assert [path.name for path in film.parent.iterdir()] == ["fox.animatic.mp4"]
    data = film.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert not (tmp_path / ".storyboard").exists()


def test_its_own_file_is_replaced_and_no_other(storyboard: Command, tmp_path: Path) -> None:
    story = story_at(tmp_path)
    assert storyboard("animatic", story, "--size", "208x120").code == 0
    assert storyboard("animatic", story, "--size", "104x64").code == 0
    film = tmp_path / "renders" / "fox.animatic.mp4"
    assert Film.read(film).size == (104, 64)
    paid = tmp_path / "renders" / "fox.mp4"
    with av.open(str(paid), "w") as other:
        stream = other.add_stream("libx264", rate=16)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        other.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        other.mux(stream.encode(None))
    before = hashlib.sha256(paid.read_bytes()).digest()
    ran = storyboard("animatic", story, "--output", paid)
    assert ran.code == 2
    assert "was not made by storyboard animatic, so it stays as it is" in ran.err
    film.write_bytes(b"a person's own")
    assert storyboard("animatic", story).code == 2
    assert (hashlib.sha256(paid.read_bytes()).digest(), film.read_bytes()) == (before, b"a person's own")


def test_a_story_with_errors_is_told_as_preview_tells_it(storyboard: Command, tmp_path: Path) -> None:
    story = story_at(tmp_path, film_story("'{mora} runs'"))
    ran, preview = storyboard("animatic", story), storyboard("preview", story)
    assert (ran.code, ran.err) == (1, preview.err)
    assert not (tmp_path / "renders").exists()


def test_a_sketch_that_is_no_picture_is_told_where_it_stands(storyboard: Command, tmp_path: Path) -> None:
    story = story_at(tmp_path, film_story("a", "{action: b, sketch: notes.txt}", "c", "d"))
    (tmp_path / "notes.txt").write_text("not a picture")
    ran = storyboard("animatic", story)
    assert ran.code == 1
    assert re.search(r"fox\.yaml:8:\d+: error: sketch-unusable", ran.err)
    assert "The sketch notes.txt is of a format" in " ".join(ran.err.split())


def test_an_address_is_not_fetched_and_that_is_said(storyboard: Command, tmp_path: Path) -> None:
    story = story_at(tmp_path, film_story("a", "b", "c", "d", head="image: https://example.org/a.png"))
    ran = storyboard("animatic", story, "--size", "104x64")
    assert ran.code == 0
    assert "The first frame https://example.org/a.png is not fetched; a drawn picture stands in." in ran.err


@pytest.mark.parametrize("size", ["208", "207x120", "10x10", "9999x9999", "axb"])
def test_a_size_that_is_none_is_refused(storyboard: Command, tmp_path: Path, size: str) -> None:
    ran = storyboard("animatic", story_at(tmp_path), "--size", size)
    assert ran.code == 2
    assert "is no size for a film" in ran.err


def test_an_episode_is_known_by_its_name(
    storyboard: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tree(
        tmp_path,
        {
            "series.yaml": "series: 1\ntitle: S\nepisodes: episodes/*.yaml\ndefaults: {output: films}\n",
            "episodes/fox.yaml": film_story("a", "b", "c", "d", head="logline: L"),
        },
    )
    monkeypatch.chdir(tmp_path)
    ran = storyboard("animatic", "fox", "--size", "104x64")
    assert (ran.code, ran.out) == (0, f"{Path('films') / 'fox.animatic.mp4'}\n")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_an_interrupt_leaves_no_half_written_file(tmp_path: Path) -> None:
    story = story_at(tmp_path, film_story(*["a"] * 27))
    run = subprocess.Popen(
        [sys.executable, "-m", "storyboard", "animatic", str(story), "--size", "1280x720"],
        env=environment(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    renders = tmp_path / "renders"
    until = time.monotonic() + 30
    while not (renders.is_dir() and list(renders.glob(".*/film.mp4"))) and time.monotonic() < until:
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=30)
    assert run.returncode == 130
    assert "Traceback" not in said
    assert list(renders.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_a_full_disk_is_told_and_leaves_nothing(storyboard: Command, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        ran = storyboard("animatic", story_at(tmp_path), "--size", "104x64")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert ran.code == 1
    assert "There is no room on the disk" in ran.err
    assert list((tmp_path / "renders").iterdir()) == []
