"""The frames of a strip that are more than footage: drawn one at a time, from whatever lies over what."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from storyboard.assembly.edit_list import Black, Card, Footage, Still
from storyboard.assembly.picture.captions import caption, subtitle_layer
from storyboard.assembly.picture.cards import title_card
from storyboard.assembly.picture.colour import match_colour
from storyboard.assembly.picture.fit import Fitter, Shape, matrix_named
from storyboard.assembly.picture.frames import plain
from storyboard.assembly.picture.pictures import read_matte
from storyboard.assembly.picture.still import Still as StillView
from storyboard.assembly.picture.text_notes import typeface_of
from storyboard.assembly.picture.transitions import Fade, blend_for, eased, fade_amount, progress

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from storyboard.assembly.frame_reader import FrameReader
    from storyboard.assembly.media import Media
    from storyboard.assembly.picture.cards import Place
    from storyboard.assembly.picture.colour import Correction
    from storyboard.assembly.picture.frames import Frame
    from storyboard.assembly.picture_format import PictureFormat
    from storyboard.assembly.pieces import Layer, Mix, Strip, Words

    class Reads(Protocol):
        """Gives the reader of a clip."""

        def __call__(self, footage: Footage, *, over: bool) -> FrameReader:
            """The reader for what is under, or for what is over."""


class StripPainter:
    """Draws the frames of a strip.

    Args:
        strip: What is on it.
        picture: How the film is encoded.
        read: Gives the reader of a clip.
    """

    def __init__(self, strip: Strip, picture: PictureFormat, read: Reads) -> None:
        self._picture = picture
        self._read = read
        self._strip = strip
        self._under = self._drawer(strip.under, over=False)
        self._over = self._drawer(strip.over, over=True) if strip.over else None
        self._mix = self._mixer(strip.mix) if strip.mix else None
        self._fades = [(fade, Fade(picture.size, fade.colour)) for fade in strip.fades]
        self._words = [_lettered(words, picture.size) for words in strip.words]

    def frame(self, number: int) -> Frame:
        """One frame, RGB; the caller's own.

        Args:
            number: Counted from 0. Going backwards costs a search in each clip.
        """
        drawn = self._under(number)
        if self._over and self._mix:
            drawn = self._mix(drawn, self._over(number), number)
        for fade, dim in self._fades:
            drawn = dim(drawn, fade_amount(progress(fade.frame + number, fade.total)))
        for words, lay in zip(self._strip.words, self._words, strict=True):
            lay(drawn, _opacity(words.frame + number, words.total, words.lettering.fade))
        return drawn

    def _mixer(self, mix: Mix) -> Callable[[Frame, Frame, int], Frame]:
        matte = read_matte(mix.matte.path, self._picture.size) if mix.matte else None
        blend = blend_for(mix.kind, mix.direction, matte, size=self._picture.size)  # type: ignore[arg-type]  # as read
        return lambda before, after, number: blend(before, after, progress(mix.frame + number, mix.total))

    def _drawer(self, layer: Layer, *, over: bool) -> Callable[[int], Frame]:
        size = self._picture.size
        match layer.source:
            case Footage() as footage:
                return self._footage(layer, footage, over=over)
            case Still() as still:
                fps = float(self._picture.fps)
                view = StillView(still.file.path, size, still.fit, still.camera, layer.total, fps=fps)
                return lambda number: view.frame(layer.frame + number).copy()
            case Card(lettering):
                place: Place | None = lettering.place or None  # type: ignore[assignment]  # as the cut has it
                typeface = typeface_of(lettering)
                drawn = title_card(
                    lettering.text,
                    lettering.subtitle or None,
                    size=size,
                    typeface=typeface,
                    letters=lettering.size,
                    place=place,
                )

                def card(number: int) -> Frame:
                    frame = plain(size)
                    drawn.over(frame, _opacity(layer.frame + number, layer.total, lettering.fade))
                    return frame

                return card
            case Black():
                return lambda _: plain(size)

    def _footage(self, layer: Layer, footage: Footage, *, over: bool) -> Callable[[int], Frame]:
        reader = self._read(footage, over=over)
        fitter = Fitter(self._picture.size, footage.fit, _shape(footage.media))
        fps = self._picture.fps
        correction = self._correction(footage, fitter) if footage.matched_to else None

        def drawn(number: int) -> Frame:
            frame = fitter.fitted(reader.at(layer.moment(number, fps)))
            return correction.apply(frame) if correction else frame

        return drawn

    def _correction(self, footage: Footage, fitter: Fitter) -> Correction | None:
        before = footage.matched_to
        if before is None or (media := before.media).fps is None or footage.media.fps is None:
            return None
        last = Fitter(self._picture.size, before.fit, _shape(media))
        so_far = self._correction(before, last)  # what the reel before looks like, not what its take does
        whole = replace(before, between=None)  # of which the very last frame may not be seen
        end = last.fitted(self._read(whole, over=True).at(media.seconds - 1 / media.fps))
        begin = fitter.fitted(self._read(footage, over=False).at(Fraction(0)))
        return match_colour(so_far.apply(end) if so_far else end, begin)


def _shape(media: Media) -> Shape:
    colour = media.read_colour
    matrix = matrix_named(colour.matrix_for(media.height))
    return Shape(media.pixel_shape, media.turned, matrix, colour.full_range, flipped=media.flipped)


def _lettered(words: Words, size: tuple[int, int]) -> Callable[[Frame, float], None]:
    lettering = words.lettering
    typeface = typeface_of(lettering)
    if words.is_subtitle:
        return subtitle_layer(lettering.text.split("\n"), size, typeface, at_top=lettering.place == "top").over
    place: Place | None = lettering.place or None  # type: ignore[assignment]  # as the cut has it
    return caption(lettering.text, size=size, typeface=typeface, letters=lettering.size, place=place).over


def _opacity(number: int, total: int, fade: int) -> float:
    """How much of words is there: they come, and go, in so many frames."""
    if not fade:
        return 1.0
    edge = min(number + 1, total - number)
    return eased(min(1.0, edge / (min(fade, total // 2) + 1)))
