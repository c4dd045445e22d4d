"""How the finished picture is encoded, and which clips go together with that as they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from storyboard.assembly.colour_words import difference
from storyboard.assembly.media import STANDARD, Colour

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from storyboard.assembly.avc import ParameterSets
    from storyboard.assembly.media import Media

ENCODERS = {"h264": "libx264", "hevc": "libx265", "prores": "prores_ks", "vp9": "libvpx-vp9"}
"""The encoder of each codec."""
CODEC_NAMES = {"h264": "H.264", "hevc": "HEVC", "prores": "ProRes", "vp9": "VP9"}
"""What a person calls each codec."""
SUFFIXES = {"h264": ".mp4", "hevc": ".mp4", "prores": ".mov", "vp9": ".webm"}
"""What a file of each codec is called."""
ALSO = {"h264": (".mov", ".mkv"), "hevc": (".mov", ".mkv"), "prores": (), "vp9": (".mp4", ".mkv")}
"""What it may be called as well: other containers do not hold such a picture, or do not tell all of it."""
ENDINGS = frozenset(SUFFIXES.values()).union(*ALSO.values())
"""All that a film may be called."""
SOUND_CODECS = {"h264": "aac", "hevc": "aac", "prores": "pcm_s16le", "vp9": "opus"}
"""The sound that goes with each codec."""
_ROUGH = "ultrafast"
# Of H.264, only a few seconds of a film are encoded. x264's ``veryfast`` at 16 gives files about as large as
# ``faster`` at 17, with 0.3 to 0.9 dB less of 49 to 53, in less than two thirds of the time; ``medium`` takes half as
# long again as ``faster``. HEVC is chosen for its size.
PRESETS = {"h264": "veryfast", "hevc": "medium"}
"""How much an encoder tries, of those that can be told."""
_QUALITY = {"h264": 16, "hevc": 20, "vp9": 30}
_OWN_SETS = 7  # a number for parameter sets that encoders, who count from 0, do not come to


@dataclass(frozen=True)
class PictureFormat:
    """The picture of a film.

    Attributes:
        size: Width and height, in pixels.
        fps: Frames a second.
        codec: One of ``ENCODERS``.
        crf: Constant rate factor of what is encoded: smaller is better, and larger as a file. None: the usual one.
        bitrate: Bits a second, in place of it.
        colour: How its numbers are meant.
        sets_number: H.264: the number of the parameter sets of what is encoded here, which no copied clip uses.
        interpolation: How frames are added where footage has another rate: ``duplicate`` or ``motion``.
        is_rough: Whether it is only to be looked at, and has to be there soon.
    """

    size: tuple[int, int]
    fps: Fraction
    codec: str = "h264"
    crf: int | None = None
    bitrate: int | None = None
    colour: Colour = field(default_factory=Colour)
    sets_number: int = _OWN_SETS
    interpolation: str = "duplicate"
    is_rough: bool = False

    @property
    def pixel_format(self) -> str:
        """Of the encoded frames."""
        return "yuv422p10le" if self.codec == "prores" else "yuv420p"

    def options(self) -> Mapping[str, str]:
        """What the encoder is told."""
        quality = {} if self.bitrate else {"crf": str(_QUALITY.get(self.codec, 0) if self.crf is None else self.crf)}
        preset = _ROUGH if self.is_rough else PRESETS.get(self.codec, "")
        match self.codec:
            case "h264":
                return {
                    "preset": preset,
                    **quality,
                    "x264-params": f"sps-id={self.sets_number}:open-gop=0:stitchable=1",
                }
            case "hevc":
                return {"preset": preset, **quality, "x265-params": "log-level=error:open-gop=0:pools=1"}
            case "vp9":
                effort = "5" if self.is_rough else "3"
                # In one pass, and free to vary, libvpx was seen to use as little as half of what it may.
                steady = {"minrate": str(self.bitrate), "maxrate": str(self.bitrate)} if self.bitrate else {}
                return {
                    **quality,
                    "deadline": "good",
                    "cpu-used": effort,
                    "row-mt": "0",
                    "b:v": str(self.bitrate or 0),
                    **steady,
                }
            case _:
                return {"profile": "3", "vendor": "apl0"}


@dataclass(frozen=True)
class Match:
    """Which clips can be copied into a film as they are.

    Attributes:
        format: The film's picture; what is encoded takes after the clips that are copied.
        reasons: Why a clip cannot, by its checksum; a clip that can is not in it.
    """

    format: PictureFormat
    reasons: Mapping[str, str]


def match(clips: Iterable[tuple[Media, int]], wanted: PictureFormat) -> Match:
    """Find the clips that can be copied, and let what is encoded take after them.

    The clip that is seen longest decides where two would each go together with the film, but not with each other.

    Args:
        clips: Each with the number of frames it is seen for.
        wanted: What the author asked for.
    """
    seen: Counter[str] = Counter()
    media_of: dict[str, Media] = {}
    for media, frames in clips:
        seen[media.sha256] += frames
        media_of[media.sha256] = media
    reasons: dict[str, str] = {}
    leader: Media | None = None
    sets: ParameterSets | None = None
    for sha256, _ in sorted(seen.items(), key=lambda each: (-each[1], each[0])):
        media = media_of[sha256]
        reason = why_not(media, wanted)
        if not reason and leader and media.colour != leader.colour:
            reason = difference(media.colour, leader.colour)
        if not reason and sets and media.sets and media.sets.clashes_with(sets):
            reason = "its encoder's parameter sets do not go together with those of the other clips"
        if reason:
            reasons[sha256] = reason
            continue
        leader = leader or media
        if media.sets:
            sets = sets.with_those_of(media.sets) if sets else media.sets
    taken = sets.numbers() if sets else set()
    number = next(number for number in range(_OWN_SETS, 32) if number not in taken or number == 31)
    height = wanted.size[1]
    colour = leader.colour if leader else STANDARD if height >= 720 else Colour(6, False, 6, 6)
    return Match(
        replace(wanted, colour=colour, sets_number=number),
        reasons,
    )


def why_not(media: Media, wanted: PictureFormat) -> str:
    """Why a clip cannot be copied into a film with this picture; empty where it can."""
    width, height = wanted.size
    checks = (
        (wanted.codec != "h264", "only H.264 is copied"),
        (bool(media.colour.high_range), f"it is HDR ({media.colour.high_range}), and brought to standard range"),
        (bool(media.colour.wide_gamut), f"its colours are wide ({media.colour.wide_gamut}), and brought to BT.709"),
        (media.codec != wanted.codec, f"it is {CODEC_NAMES.get(media.codec, media.codec.upper())}"),
        (wanted.bitrate is not None, "a bit rate was asked for"),
        (media.flipped, "it is mirrored"),
        (media.turned != 0, "it is turned on its side" if media.turned != 180 else "it is upside down"),
        ((media.width, media.height) != wanted.size, f"it is {media.width}x{media.height}, not {width}x{height}"),
        (media.fps is None, "its frames do not come at one rate"),
        (media.fps != wanted.fps, f"it has {float(media.fps or 0):g} frames a second, not {float(wanted.fps):g}"),
        (media.pixel_format != wanted.pixel_format, f"its pixels are {media.pixel_format}"),
        (media.pixel_shape != 1, "its pixels are not square"),
        (media.interlaced, "it is interlaced"),
        (media.colour.full_range, "its colours have full range"),
        (media.hidden > 0, "it has an edit list that hides some of its frames"),
        (bool(media.counted), "its file does not tell when its frames are shown"),
        (media.sets is None, "its encoder's parameter sets change on the way, or are not told"),
        (media.sets is not None and media.sets.length_bytes != 4, "its units are counted in less than four bytes"),
    )
    return next((reason for fails, reason in checks if fails), "")
