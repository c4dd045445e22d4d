"""What an author can write in ``series.yaml``, as frozen values."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from storyboard.story.model import (
    Adherence,
    Negative,
    Part,
    ReelPolicy,
    RuleSetting,
    SubjectEntry,
    Text,
    one_or_many,
    replacing_text,
    rule_setting,
)

SERIES_VERSION = 1
"""The version of the series format this program reads."""


class Defaults(Part):
    """What every episode has unless it says otherwise."""

    image: Text | None = Field(None, description="The first frame of episodes that name none.")
    resolution: Literal["832x480", "480x832", "1280x720", "720x1280"] | None = Field(
        None, description="The size of the picture, in pixels."
    )
    adherence: Adherence | None = Field(None, description="How closely scenes must follow their text.")
    cfg: float | None = Field(None, strict=True, allow_inf_nan=False, description="Pins the prompt adherence.")
    style: Text | None = Field(None, description="The style of every episode.")
    look: Text | None = Field(None, description="A look, by its name.")
    template: Text | None = Field(None, description="How prompts are written.")
    negative: Annotated[Negative, BeforeValidator(replacing_text, json_schema_input_type=str | Negative)] | None = (
        Field(None, description="What to avoid.")
    )
    t2v_quality: Literal["quality", "fast"] | None = Field(None, description="For text-to-video only.")
    reels: ReelPolicy | None = Field(None, description="How episodes are cut into reels.")
    logline: Text | None = Field(None, description="For people, never the prompt.")
    provider: Text | None = Field(None, description="Who renders: sandbox or empirio.")
    output: Text | None = Field(None, description="The folder finished episodes go to.")


Patterns = Annotated[
    tuple[Text, ...],
    Field(min_length=1, max_length=100),
    BeforeValidator(one_or_many, json_schema_input_type=Text | tuple[Text, ...]),
]
Dollars = Annotated[Decimal, Field(ge=0, max_digits=12, allow_inf_nan=False)]


class Ceilings(Part):
    """Amounts in US dollars that are never passed."""

    episode: Dollars | None = Field(None, description="For one episode.")
    series: Dollars | None = Field(None, description="For the whole series.")
    month: Dollars | None = Field(None, description="For a calendar month.")


class Series(Part):
    """A config repo: what its episodes share."""

    series: Annotated[int, Field(strict=True)] = Field(
        description="The version of the format.", ge=1, le=SERIES_VERSION, examples=[SERIES_VERSION]
    )
    title: Text = Field(description="What the series is called.")
    episodes: Patterns = Field(
        description="Where its storyboards are: a pattern, or several.", examples=["episodes/*.yaml"]
    )
    defaults: Defaults = Field(
        Defaults.model_construct(), description="What every episode has unless it says otherwise."
    )
    characters: dict[str, SubjectEntry] = Field(default_factory=dict, description="Who acts, by name.")
    places: dict[str, SubjectEntry] = Field(default_factory=dict, description="Where things happen, by name.")
    looks: dict[str, Text] = Field(default_factory=dict, description="Styles, by name.")
    ceilings: Ceilings = Field(Ceilings.model_construct(), description="Amounts in US dollars that are never passed.")
    rules: dict[str, Annotated[RuleSetting, BeforeValidator(rule_setting)]] = Field(
        default_factory=dict,
        description="Findings to switch off, or to take more or less seriously, by code.",
    )
    store: Text | None = Field(None, description="Where takes are kept, as an fsspec URL.")
