"""The cut of an episode: takes, other clips, titles, transitions and sound, as frozen values."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

Text = Annotated[str, Field(strict=True, min_length=1, max_length=10_000)]


class Part(BaseModel):
    """What every part of the cut has in common: frozen, and no key it does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, populate_by_name=True, defer_build=True
    )


_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,2}):([0-5]?\d(?:\.\d+)?)\Z")


def _seconds(value: Any) -> Any:
    """``75``, ``1:15`` and ``0:01:15.5`` are times; YAML itself reads a bare 1:15 as 75."""
    if isinstance(value, str) and (match := _CLOCK.match(value)):
        hours, minutes, seconds = match.groups()
        return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
    return value


def _loudness(value: Any) -> Any:
    """``-12 dB`` and ``-12`` are the same volume."""
    if isinstance(value, str) and (match := re.fullmatch(r"([+-]?\d+(?:\.\d+)?)\s*dB", value, re.IGNORECASE)):
        return float(match.group(1))
    return value


FADES = ("fade through black", "fade through white")
"""The transitions in which one picture goes before the other comes."""
TRANSITIONS = ("cut", "crossfade", *FADES, "dip", "wipe", "slide", "zoom", "luma")
"""The kinds of transition, as they are written."""
DIRECTIONS = ("left", "right", "up", "down")
_WITH_DIRECTION = ("wipe", "slide")


def _transition(value: Any) -> Any:
    """``crossfade 0.5`` is a crossfade of half a second, and ``slide up 0.5`` a slide that goes up."""
    if isinstance(value, dict) and "kind" not in value:
        named = next((kind for kind in TRANSITIONS[1:] if kind in value), "crossfade")
        if named in _WITH_DIRECTION and value.get("direction") in DIRECTIONS:
            named += f" {value['direction']}"
        raise PydanticCustomError(
            "transition_without_kind",
            "This does not say which transition is meant.",
            {"such_as": named, "valid": list(TRANSITIONS)},
        )
    if not isinstance(value, str):
        return value
    match = re.fullmatch(rf"(.*?)(?:\s+({'|'.join(DIRECTIONS)}))?(?:\s+(\d+(?:\.\d+)?)\s*s?)?", value.strip())
    if match is None or match.group(1) not in TRANSITIONS:
        raise PydanticCustomError(
            "unknown_transition",
            "“{given}” is no transition.",
            {"given": value, "valid": list(TRANSITIONS)},
        )
    kind, direction, seconds = match.groups()
    told = {"kind": kind, "direction": direction, "seconds": float(seconds) if seconds else None}
    return {key: each for key, each in told.items() if each is not None}


def _written(pattern: str, such_as: str) -> Any:
    """What an editor checks a text by, and what it says where the text is another."""
    return Field(pattern=pattern, json_schema_extra={"patternErrorMessage": f"Write it like: {such_as}."})


_TransitionText = Annotated[
    str,
    _written(
        rf"^\s*(cut|({'|'.join(TRANSITIONS[1:])}|({'|'.join(_WITH_DIRECTION)})\s+({'|'.join(DIRECTIONS)}))"
        r"(\s+\d+(\.\d+)?\s*s?)?)\s*$",
        "crossfade 0.5",
    ),
]
_Clock = Annotated[str, _written(r"^(\d{1,2}:)?\d{1,2}:[0-5]?\d(\.\d+)?$", "75, or 1:15")]
Seconds = Annotated[
    float,
    Field(strict=True, ge=0, le=86_400, allow_inf_nan=False),
    BeforeValidator(_seconds, json_schema_input_type=Annotated[float, Field(ge=0, le=86_400)] | _Clock),
]
Lasting = Annotated[
    float,
    Field(strict=True, gt=0, le=86_400, allow_inf_nan=False),
    BeforeValidator(_seconds, json_schema_input_type=Annotated[float, Field(gt=0, le=86_400)] | _Clock),
]
Decibels = Annotated[
    float,
    Field(strict=True, ge=-96, le=24, allow_inf_nan=False),
    BeforeValidator(
        _loudness,
        json_schema_input_type=Annotated[float, Field(ge=-96, le=24)]
        | Annotated[str, _written(r"^[+-]?\d+(\.\d+)?\s*[dD][bB]$", "-12, or -12 dB")],
    ),
]


class Transition(Part):
    """How one item of the timeline gives way to the next."""

    kind: Literal[TRANSITIONS] = Field(description="What it looks like.")  # type: ignore[valid-type]  # one list
    seconds: Lasting = Field(0.5, description="How long it takes.")
    direction: Literal[DIRECTIONS] = Field("left", description="For wipe and slide.")  # type: ignore[valid-type]  # one list
    matte: Text | None = Field(None, description="For luma: a greyscale picture; dark parts change first.")

    @model_validator(mode="after")
    def _of_its_kind(self) -> Transition:
        for key, kinds in _ONLY_FOR.items():
            if key in self.model_fields_set and self.kind not in kinds:
                raise PydanticCustomError(
                    "contradiction",
                    "“{key}” says nothing with {kind}: {reason}.",
                    {"key": key, "kind": self.kind, "reason": _WHY_ONLY[key]},
                )
        return self


_ONLY_FOR = {
    "seconds": frozenset(TRANSITIONS) - {"cut"},
    "direction": frozenset(_WITH_DIRECTION),
    "matte": frozenset({"luma"}),
}
_WHY_ONLY = {
    "seconds": "a cut takes no time",
    "direction": "only wipe and slide have one",
    "matte": "only luma has one",
}


class ShownItem(Part):
    """What every item of the timeline can have that is seen by itself."""

    transition: Annotated[
        Transition | None, BeforeValidator(_transition, json_schema_input_type=_TransitionText | Transition | None)
    ] = Field(None, description="How the item begins, such as: crossfade 0.5.")


class EpisodeItem(ShownItem):
    """The reels of an episode, in order."""

    episode: Text = Field("this", description="“this”, or another episode's storyboard.")


class ReelItem(ShownItem):
    """One reel of this episode, or of another."""

    reel: Annotated[int, Field(strict=True, ge=1)] = Field(description="The reel, counted from 1.")
    of: Text | None = Field(None, description="Another episode's storyboard; left out, it is this one.")
    start: Seconds | None = Field(None, alias="in", description="Where in the reel it starts.")
    end: Seconds | None = Field(None, alias="out", description="Where in the reel it ends.")
    volume: Decibels = Field(0.0, description="In dB.")


class ClipItem(ShownItem):
    """Another clip."""

    clip: Text = Field(description="A video file.")
    start: Seconds | None = Field(None, alias="in", description="Where in the clip it starts.")
    end: Seconds | None = Field(None, alias="out", description="Where in the clip it ends.")
    speed: Annotated[float, Field(strict=True, gt=0, le=100, allow_inf_nan=False)] = Field(
        1.0, description="2 is twice as fast."
    )
    fit: Literal["contain", "cover", "blur"] = Field("contain", description="How another shape fits the frame.")
    volume: Decibels = Field(0.0, description="In dB.")


class ImageItem(ShownItem):
    """A still picture."""

    image: Text = Field(description="A picture file.")
    seconds: Lasting = Field(4.0, description="How long it stands.")
    camera: Text | None = Field(None, description="A camera move over it.")
    fit: Literal["contain", "cover", "blur"] = Field("cover", description="How another shape fits the frame.")


class _Lettering(Part):
    """What every text on screen can have."""

    font: Text | None = Field(None, description="A font that ships with the program, or a font file.")
    size: Annotated[int, Field(strict=True, ge=4, le=1000)] | None = Field(None, description="In pixels.")
    place: Literal["top", "center", "bottom"] | None = Field(None, description="Where on the screen.")
    fade: Seconds = Field(0.5, description="How long it fades in and out.")


class TitleItem(ShownItem, _Lettering):
    """A title card."""

    title: Text = Field(description="The text.")
    subtitle: Text | None = Field(None, description="A smaller line under it.")
    seconds: Lasting = Field(3.0, description="How long it stands.")


class CaptionItem(_Lettering):
    """A text over what is shown."""

    caption: Text = Field(description="The text.")
    at: Seconds = Field(0.0, description="When it appears, from the start of the item before it.")
    seconds: Lasting = Field(4.0, description="How long it stands.")


class BlackItem(ShownItem):
    """A black screen."""

    black: Lasting = Field(description="How long it lasts, in seconds.")


ITEM_MODELS: dict[str, type[Part]] = {
    "episode": EpisodeItem, "reel": ReelItem, "clip": ClipItem, "image": ImageItem,
    "title": TitleItem, "caption": CaptionItem, "black": BlackItem,
}  # fmt: skip
"""The model of each kind of item."""
ITEM_KINDS = tuple(ITEM_MODELS)
"""What an item of the timeline can be; its key says which."""


def _item_from_text(value: Any) -> Any:
    return {"episode": "this"} if value == "episode" else value


def item_kind(value: Any) -> str | None:
    """Which kind of item it is: one read, or one as it is written; None if it is none."""
    keys = value if isinstance(value, dict) else vars(value) if isinstance(value, Part) else ()
    return next((kind for kind in ITEM_KINDS if kind in keys), None)


_AnyItem = Annotated[
    Annotated[EpisodeItem, Tag("episode")]
    | Annotated[ReelItem, Tag("reel")]
    | Annotated[ClipItem, Tag("clip")]
    | Annotated[ImageItem, Tag("image")]
    | Annotated[TitleItem, Tag("title")]
    | Annotated[CaptionItem, Tag("caption")]
    | Annotated[BlackItem, Tag("black")],
    Discriminator(
        item_kind,
        custom_error_type="unknown_item",
        custom_error_message="This is no item of a timeline.",
    ),
]
TimelineItem = Annotated[
    _AnyItem, BeforeValidator(_item_from_text, json_schema_input_type=Literal["episode"] | _AnyItem)
]


class Sound(Part):
    """A voice, or other sound, under the picture."""

    file: Text = Field(description="An audio file.")
    at: Seconds = Field(0.0, description="When it starts.")
    volume: Decibels = Field(0.0, description="In dB.")
    fade: Seconds = Field(0.0, description="How long it fades in and out.")


class Music(Sound):
    """Music under the picture."""

    duck: bool = Field(True, strict=True, description="Quieter under speech.")


def _sound(value: Any) -> Any:
    return {"file": value} if isinstance(value, str) else value


def _sounds(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


SoundEntry = Annotated[Sound, BeforeValidator(_sound, json_schema_input_type=Text | Sound)]
MusicEntry = Annotated[Music, BeforeValidator(_sound, json_schema_input_type=Text | Music)]


_LEAST_QUALITY = {"h264": 51, "hevc": 51}
"""The highest constant rate factor of those that end before VP9's 63."""


_MOST_PIXELS = 8192 * 4352
"""The largest frame of any level of H.264: 139,264 macroblocks of 16 by 16 (ITU-T H.264, table A-1, level 6.2)."""
_LEAST_SIDE, _MOST_SIDE = 16, 8192
"""libx265 encodes nothing smaller."""


def _encodable(size: str) -> str:
    width, height = map(int, size.split("x"))
    if min(width, height) < _LEAST_SIDE or max(width, height) > _MOST_SIDE or width * height > _MOST_PIXELS:
        raise PydanticCustomError(
            "invalid_value",
            "{size} cannot be encoded: each number has to be from {least} to {most}, and the picture no larger than "
            "8K, 8192x4320.",
            {"size": size, "least": _LEAST_SIDE, "most": _MOST_SIDE},
        )
    if width % 2 or height % 2:
        raise PydanticCustomError(
            "invalid_value",
            "{size} cannot be encoded: both numbers have to be even, such as {even}.",
            {"size": size, "even": f"{width // 2 * 2}x{height // 2 * 2}"},
        )
    return size


def _bits(value: Any) -> Any:
    """``8M`` and ``800k`` are bits a second."""
    if isinstance(value, str):
        match = re.fullmatch(r"(\d{1,9}(?:\.\d+)?)\s*([kM]?)", value.strip(), re.IGNORECASE)
        if match is None:
            raise PydanticCustomError(
                "invalid_value", "“{given}” is no bit rate: write it like 8M or 800k.", {"given": value}
            )
        return int(float(match[1]) * {"": 1, "k": 1000, "m": 1_000_000}[match[2].lower()])
    return value


class Output(Part):
    """How the finished file is written."""

    size: Annotated[str, Field(strict=True, pattern=r"^\d{1,5}x\d{1,5}$"), AfterValidator(_encodable)] | None = Field(
        None,
        description="Pixels, such as 1280x720. Left out: as the episode, or the footage that is seen longest.",
    )
    fps: Literal[16, 24, 25, 30] = Field(16, description="Frames a second.")
    interpolation: Literal["duplicate", "motion"] = Field("duplicate", description="How frames are added.")
    codec: Literal["h264", "hevc", "prores", "vp9"] = Field("h264", description="The picture's codec.")
    crf: Annotated[int, Field(strict=True, ge=0, le=63)] | None = Field(None, description="Constant quality.")
    bitrate: Annotated[
        Annotated[int, Field(strict=True, ge=1000, le=10**9)] | None,
        BeforeValidator(
            _bits,
            json_schema_input_type=int | Annotated[str, _written(r"^\d{1,9}(\.\d+)?\s*[kKmM]?$", "8M, or 800k")],
        ),
    ] = Field(None, description="Such as 8M; instead of crf.")
    faststart: bool = Field(True, strict=True, description="The index first, so that it plays while loading.")
    chapters: bool = Field(True, strict=True, description="A chapter for each scene.")
    loudness: Annotated[float, Field(strict=True, ge=-40, le=-5)] | None = Field(
        -16.0,
        description="In LUFS (EBU R128); null leaves it as loud as it is. Peaks stay below −1.5 dBTP.",
    )

    @model_validator(mode="after")
    def _one_quality(self) -> Output:
        if self.crf is not None and self.bitrate is not None:
            raise PydanticCustomError("contradiction", "How good the picture is, is told twice: crf and bitrate.")
        if self.codec == "prores" and (self.crf is not None or self.bitrate is not None):
            key = "bitrate" if self.crf is None else "crf"
            raise PydanticCustomError(
                "contradiction", "“{key}” says nothing with prores, which has a rate of its own.", {"key": key}
            )
        if self.codec == "h264" and self.crf == 0:
            raise PydanticCustomError(
                "out_of_range",
                "“crf” is 0, and has to be at least 1 with h264: 0 is a lossless profile that few players open.",
            )
        if self.codec in _LEAST_QUALITY and (self.crf or 0) > _LEAST_QUALITY[self.codec]:
            raise PydanticCustomError(
                "out_of_range",
                "“crf” is {crf}, and has to be at most {most} with {codec}.",
                {"crf": self.crf, "most": _LEAST_QUALITY[self.codec], "codec": self.codec},
            )
        return self


class Cut(Part):
    """The assembly of an episode."""

    timeline: Annotated[tuple[TimelineItem, ...], Field(min_length=1)] = Field(
        (EpisodeItem.model_construct(),), description="What is shown, in order."
    )
    music: Annotated[
        tuple[MusicEntry, ...],
        BeforeValidator(_sounds, json_schema_input_type=MusicEntry | tuple[MusicEntry, ...]),
    ] = Field((), description="Music.")
    narration: Annotated[
        tuple[SoundEntry, ...],
        BeforeValidator(_sounds, json_schema_input_type=SoundEntry | tuple[SoundEntry, ...]),
    ] = Field((), description="Voices.")
    match_colour: bool = Field(False, strict=True, description="Match each reel's colour to the one before.")
    burn_subtitles: bool = Field(False, strict=True, description="Show the say lines on the picture.")
    subtitle_font: Text | None = Field(
        None, description="What they are written in there: a font that ships with the program, or a font file."
    )
    mezzanine: bool = Field(
        False, strict=True, description="Encode each take once more, near-losslessly, so that later cuts are cheap."
    )
    output: Output = Field(Output.model_construct(), description="How the finished file is written.")
