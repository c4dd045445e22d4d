"""What an author can write, as frozen values: the storyboard of one episode.

The format's version, keys and defaults are described by the models themselves; ``schemas/`` is generated from
them. What depends on the video model (the slot grid, the limits of cfg) is checked by the compiler.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from storyboard.story.cut import Cut

FORMAT_VERSION = 1
"""The version of the storyboard format this program reads."""

MAX_TEXT = 10_000
"""The longest text, in characters: many times what the video model reads, and a bound on what a file can ask for."""
MAX_NAME = 200
"""The longest short name, in characters; it is told at every mention."""
Text = Annotated[str, Field(strict=True, min_length=1, max_length=MAX_TEXT)]
Adherence = Literal["loose", "literal"]
ReelPolicy = Literal["auto", "one", "by-scene", "by-adherence"]
RuleSetting = Literal["off", "info", "warning", "error"]


class Part(BaseModel):
    """What every part of the format has in common: frozen, and no key it does not know."""

    # Validators are built when the first story is read: a plan in which nothing has changed reads none. So that none
    # is built before, defaults that are parts themselves are made with model_construct, which validates nothing.
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)


def _subject_from_text(value: Any) -> Any:
    if isinstance(value, str):
        name, _, look = value.partition(",")
        return {"name": name, "look": look}
    return value


class Subject(Part):
    """A character or a place: a short name, and what it looks like."""

    name: Annotated[str, Field(strict=True, min_length=1, max_length=MAX_NAME)] = Field(
        description="The short name, used once the model has met the subject."
    )
    look: str = Field(
        "", strict=True, max_length=MAX_TEXT, description="What it looks like; told where the model first meets it."
    )

    @property
    def full(self) -> str:
        """The name and the look, as the model is told them at first mention."""
        return f"{self.name}, {self.look}" if self.look else self.name


SubjectEntry = Annotated[Subject, BeforeValidator(_subject_from_text, json_schema_input_type=Text | Subject)]


def replacing_text(value: Any) -> Any:
    """A bare text replaces the negative prompt."""
    return {"replace": value} if isinstance(value, str) else value


def one_or_many(value: Any) -> Any:
    """A bare text is a list of one."""
    return [value] if isinstance(value, str) else value


Words = Annotated[tuple[Text, ...], BeforeValidator(one_or_many, json_schema_input_type=Text | tuple[Text, ...])]


class Negative(Part):
    """What the clip should avoid: the model's own list, edited, or a text that replaces it."""

    replace: str | None = Field(
        None, strict=True, max_length=MAX_TEXT, description="Replaces the model's negative prompt whole."
    )
    add: Words = Field((), description="Words to add to the model's negative prompt.")
    remove: Words = Field((), description="Words to take out of the model's negative prompt.")

    @model_validator(mode="after")
    def _not_both(self) -> Negative:
        if self.replace is not None and (self.add or self.remove):
            raise PydanticCustomError(
                "contradiction", "“replace” stands beside “add” or “remove”: it leaves nothing to edit."
            )
        return self


class State(Part):
    """What is true when a segment starts and when it ends; the next one begins where this one ended."""

    start: Text | None = Field(None, description="What is true at the start.")
    end: Text | None = Field(None, description="What is true at the end.")


def _segment_from_text(value: Any) -> Any:
    return {"action": value} if isinstance(value, str) else value


class Segment(Part):
    """One action, or a few consecutive ones, that fills one or more slots of 4.5 seconds."""

    action: Text = Field(
        description="What happens, in consecutive actions. {name} stands for a character or place.",
        examples=["{mira} winds the clockwork, wipes the glass and leans in to look out"],
    )
    seconds: float | None = Field(
        None,
        strict=True,
        gt=0,
        le=18_000,
        allow_inf_nan=False,
        description="How long it takes: a whole number of slots of 4.5 seconds. Left out: one slot.",
        examples=[4.5, 9],
    )
    slots: int | None = Field(
        None, strict=True, ge=1, le=4_000, description="How long it takes, in slots; instead of seconds."
    )
    camera: Text | None = Field(None, description="The camera in this segment, such as: close-up, handheld.")
    say: Text | None = Field(
        None, description="A spoken line or narration: captions and subtitles, never the prompt."
    )
    state: State | None = Field(None, description="What is true at the segment's start and end.")
    sketch: Text | None = Field(None, description="A picture for the animatic: a file beside the storyboard.")

    @model_validator(mode="after")
    def _one_length(self) -> Segment:
        if self.seconds is not None and self.slots is not None:
            raise PydanticCustomError("contradiction", "A segment's length is given twice: seconds and slots.")
        return self


SegmentEntry = Annotated[Segment, BeforeValidator(_segment_from_text, json_schema_input_type=Text | Segment)]


class Scene(Part):
    """Consecutive segments that share a place, a look and a camera manner."""

    name: Text | None = Field(None, description="What people call the scene. Left out: Scene N.")
    segments: Annotated[tuple[SegmentEntry, ...], Field(min_length=1)] = Field(description="The actions, in order.")
    place: Text | None = Field(None, description="Where it happens: a name under places.")
    camera: Text | None = Field(None, description="The camera in the whole scene.")
    image: Text | None = Field(None, description="The scene's own first frame; a reel starts here.")
    transition: Text | None = Field(None, description="How the story enters the scene.")
    adherence: Adherence | None = Field(None, description="How closely the scene must follow its text.")
    style: Text | None = Field(None, description="The scene's style, instead of the storyboard's.")
    mood: Text | None = Field(None, description="The scene's mood.")


def rule_setting(value: Any) -> Any:
    """YAML reads a bare ``off`` as false."""
    return "off" if value is False else value


class Storyboard(Part):
    """One episode: scenes of consecutive segments, and how they are cut together."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["scenes"]}, {"required": ["cut"]}]})

    storyboard: Annotated[int, Field(strict=True)] = Field(
        description="The version of the format.", examples=[FORMAT_VERSION], ge=1, le=FORMAT_VERSION
    )
    title: Text = Field(description="What the episode is called.")
    logline: Text | None = Field(None, description="The story in a sentence; for people, never the prompt.")
    image: Text | None = Field(
        None,
        description="The first frame: a file or an http(s) URL. Left out: text-to-video.",
        examples=["images/keeper.jpg"],
    )
    resolution: Literal["832x480", "480x832", "1280x720", "720x1280"] = Field(
        "832x480", description="The size of the picture, in pixels."
    )
    adherence: Adherence = Field("loose", description="How closely scenes must follow their text.")
    cfg: float | None = Field(
        None,
        strict=True,
        allow_inf_nan=False,
        description="Pins the prompt adherence, 1.0 to 2.0. Left out: tuned from the story.",
    )
    style: Text | None = Field(None, description="The style of the whole episode, told once.")
    look: Text | None = Field(None, description="A look of the series, by its name.")
    template: Text = Field(
        "consecutive",
        description="How the prompt is written: consecutive, timecoded, captions, or a template file (.j2).",
    )
    negative: Annotated[Negative, BeforeValidator(replacing_text, json_schema_input_type=str | Negative)] = Field(
        Negative.model_construct(), description="What to avoid: a text, or words to add and remove."
    )
    t2v_quality: Literal["quality", "fast"] = Field("quality", description="For text-to-video only.")
    reels: ReelPolicy = Field("auto", description="How the episode is cut into reels (jobs).")
    characters: dict[str, SubjectEntry] = Field(default_factory=dict, description="Who acts, by name.")
    places: dict[str, SubjectEntry] = Field(default_factory=dict, description="Where things happen, by name.")
    rules: dict[str, Annotated[RuleSetting, BeforeValidator(rule_setting)]] = Field(
        default_factory=dict,
        description="Findings to switch off, or to take more or less seriously, by code.",
    )
    scenes: tuple[Scene, ...] = Field((), description="The story, scene by scene.")
    cut: Cut | None = Field(None, description="The assembly. Left out: the reels in order.")

    @model_validator(mode="after")
    def _has_content(self) -> Storyboard:
        if not self.scenes and self.cut is None:
            raise PydanticCustomError(
                "no_content",
                "There is nothing to show: a storyboard needs “scenes”, or a “cut” of other clips.",
            )
        return self

    def scene_name(self, index: int) -> str:
        """What people call the scene at ``index``: its name, or ``Scene N``."""
        return self.scenes[index].name or f"Scene {index + 1}"
