"""The animatic itself: its frames, one after the other, and the file they become."""

from __future__ import annotations

import tempfile
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.drawing.encoding import encoding, h264, progress
from storyboard.drawing.ffmpeg import running
from storyboard.drawing.fine import FinePicture, Planes
from storyboard.drawing.overlay import Lettering, overlays
from storyboard.files import whole_path
from storyboard.profile import SVI_2_0_PRO
from storyboard.review.animatic.sound import write_sound
from storyboard.review.animatic.transitions import AFTER, BEFORE, Entrance, entrance_of
from storyboard.review.animatic.words import SLATE_SECONDS, pictures
from storyboard.review.camera_path import camera_paths
from storyboard.review.stills import read_still

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from storyboard.compiler.camera_path import ShotPath
    from storyboard.drawing.overlay import Overlay
    from storyboard.drawing.pose import Pose
    from storyboard.review.shots import Shot, Still

FPS = SVI_2_0_PRO.fps
ENCODER = h264(2 * FPS, 20)
"""A key frame every two seconds: whoever looks for a place in it finds it at once."""
MARK = "Made by storyboard animatic"
"""What the file says of itself: another file is never replaced."""

_SLATE_IN, _SLATE_OUT = 3, 6
_BLACK, _WHITE = 16, 235
_HELD = 3


@dataclass(frozen=True)
class Animatic:
    """What an animatic shall be.

    Attributes:
        title: The episode's.
        shots: What it shows, in order.
        size: Width and height, in pixels, even.
        sound: Whether it has the knocks of its segments.
    """

    title: str
    shots: tuple[Shot, ...]
    size: tuple[int, int]
    sound: bool = False

    @property
    def frames(self) -> int:
        """The number of frames."""
        return int(self.shots[-1].end * FPS)


def make_animatic(
    animatic: Animatic,
    target: Path,
    *,
    on_progress: Callable[[float], None] = lambda share: None,
    encoder: Sequence[str] = ENCODER,
) -> None:
    """Make it: H.264, yuv420p, 16 frames a second, index first, exactly as long as the episode.

    Args:
        animatic: What it shall be.
        target: Where to write it; complete, or as it was before.
        on_progress: Told the share that is encoded, 0.0 to 1.0.
        encoder: The picture's encoder and its settings, as ffmpeg takes them.

    Raises:
        ClipError: ffmpeg could not make it.
        ImageError: A still can no longer be read.
        OSError: It could not be written.
    """
    stop = threading.Event()
    with (
        whole_path(target) as part,
        tempfile.TemporaryDirectory(prefix=f".{target.stem}-", dir=target.parent, ignore_cleanup_errors=True) as name,
        _Stills(animatic) as stills,
    ):
        stills.soon(animatic.shots[0])  # while the words are laid out and both programs start up
        folder = Path(name)
        sound = ""
        if animatic.sound:
            sound = "sound.wav"
            write_sound(animatic.shots, folder / sound)
        arguments = encoding(animatic.size, FPS, encoder, "film.mp4", comment=MARK, sound=sound)
        (folder / "words").mkdir()
        drawn = pictures(animatic.shots, animatic.title, animatic.size)
        with (
            overlays(drawn, animatic.size, folder / "words", stop) as words,
            running(arguments, folder, stop, progress(animatic.frames, on_progress)) as encoding_it,
        ):
            assert encoding_it.stdin  # noqa: S101  a pipe, as ``running`` promises
            for frame in _frames(animatic, stills, words):
                frame.write(encoding_it.stdin)
        (folder / "film.mp4").replace(part)


class _Stills:
    """The stills of an animatic, made ready for the camera; the next one while the last is shown."""

    def __init__(self, animatic: Animatic) -> None:
        self._title, self._size = animatic.title, animatic.size
        self._ready: OrderedDict[str, Future[FinePicture]] = OrderedDict()
        self._maker = ThreadPoolExecutor(1, "stills")

    def __enter__(self) -> _Stills:
        return self

    def __exit__(self, *_: object) -> None:
        self._maker.shutdown(cancel_futures=True)

    def of(self, shot: Shot) -> FinePicture:
        """What a shot is drawn over."""
        return self.soon(shot).result()

    def soon(self, shot: Shot) -> Future[FinePicture]:
        """Begin to make a shot's still ready."""
        name = shot.still.name
        if name not in self._ready:
            self._ready[name] = self._maker.submit(self._make, shot.still)
            while len(self._ready) > _HELD:
                self._ready.popitem(last=False)
        self._ready.move_to_end(name)
        return self._ready[name]

    def _make(self, still: Still) -> FinePicture:
        return FinePicture(read_still(still, self._title, self._size), self._size)


def first_frame(shot: Shot) -> int:
    """The number of the first frame of a shot, from 0."""
    return -int(-shot.start * FPS // 1)


def _frames(animatic: Animatic, stills: _Stills, words: Iterator[Overlay]) -> Iterator[Planes]:
    shots, paths = animatic.shots, camera_paths(animatic.shots)
    starts = [*map(first_frame, shots), animatic.frames]
    for number, shot in enumerate(shots):
        scene = _Shown(stills.of(shot), paths[number])
        entered = entrance_of(shot) if shot.opens_scene and number else Entrance.CUT
        before = _Shown(stills.of(shots[number - 1]), paths[number - 1]) if entered is Entrance.CROSSFADE else None
        following = shots[number + 1] if number + 1 < len(shots) else None
        leaves = entrance_of(following) if following and following.opens_scene else Entrance.CUT
        if following:
            stills.soon(following)
        count = starts[number + 1] - starts[number]
        lettering = _lettering(shot, words, count)
        last: tuple[Pose, Lettering] | None = None
        frame = None
        for at in range(count):
            shown = paths[number].at(at / FPS), next(lettering)
            if frame is None or last != shown or at <= AFTER * FPS or count - at <= BEFORE * FPS:
                pose, words_on_it = shown
                frame = scene.still.view(pose)
                if at < AFTER * FPS:
                    frame = _entering(frame, entered, before, at)
                if count - at <= BEFORE * FPS:
                    frame = _dipped(frame, leaves, (count - at) / (BEFORE * FPS))
                frame = words_on_it.over(frame)
                last = shown
            yield frame  # where nothing has changed, the one before: a camera that stands costs nothing


@dataclass(frozen=True)
class _Shown:
    still: FinePicture
    path: ShotPath

    def at(self, seconds: float) -> Planes:
        return self.still.view(self.path.at(seconds))


def _entering(frame: Planes, entered: Entrance, before: _Shown | None, at: int) -> Planes:
    share = (at + 1) / (AFTER * FPS + 1)
    if before is not None:
        return before.at(before.path.seconds + at / FPS).toward(frame, share * share * (3 - 2 * share))
    return _dipped(frame, entered, share)


def _dipped(frame: Planes, entrance: Entrance, share: float) -> Planes:
    """The frame as far as it is there: 0.0 is black, or white, 1.0 the frame itself."""
    if entrance not in {Entrance.BLACK, Entrance.WHITE}:
        return frame
    return Planes.plain(frame.luma.size, _BLACK if entrance is Entrance.BLACK else _WHITE).toward(frame, share)


def _lettering(shot: Shot, words: Iterator[Overlay], count: int) -> Iterator[Lettering]:
    """What lies over each frame of a shot: the card of the scene comes and goes, the captions stay."""
    card = next(words) if shot.opens_scene else None
    plain = next(words)
    shown = round(SLATE_SECONDS * FPS)
    for at in range(count):
        if card is None or at >= shown:
            yield Lettering(plain)
        elif at < _SLATE_IN:
            yield Lettering(card, plain, (at + 1) / (_SLATE_IN + 1))
        elif shown - at <= _SLATE_OUT:
            yield Lettering(card, plain, (shown - at) / (_SLATE_OUT + 1))
        else:
            yield Lettering(card)
