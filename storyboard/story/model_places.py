"""Places in a story, seen from the models: which model a mapping is read by, and what a person calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from storyboard.story.cut import ITEM_KINDS, ITEM_MODELS

if TYPE_CHECKING:
    from collections.abc import Iterator

Where = tuple[str | int, ...]


def details_of(error: ValidationError) -> Iterator[Any]:
    """What is wrong, but for lists that pydantic calls too short only because their items are wrong."""
    for detail in error.errors(include_url=False):
        if detail["type"] != "too_short" or not detail["input"]:
            yield detail


def value_at(value: Any, where: Where) -> Any:
    """The value at a place; None where there is none."""
    for step in where:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def without_tags(where: Where) -> Where:
    """Pydantic names the kind of a timeline's item in the path; no such key stands in the file."""
    if where[:2] == ("cut", "timeline") and len(where) > 3 and where[3] in ITEM_KINDS:
        return where[:3] + where[4:]
    return where


_NOUNS = {
    "Storyboard": "a storyboard", "Scene": "a scene", "Segment": "a segment", "State": "a state",
    "Negative": "“negative”", "Subject": "a character or place", "Cut": "the cut",
    "EpisodeItem": "an episode in the timeline", "ReelItem": "a reel in the timeline", "ClipItem": "a clip",
    "ImageItem": "an image in the timeline", "TitleItem": "a title", "CaptionItem": "a caption",
    "BlackItem": "a black screen", "Transition": "a transition", "Sound": "a narration", "Music": "music",
    "Output": "the cut's output", "Series": "a series", "Defaults": "a series' defaults", "Ceilings": "ceilings",
    "Look": "a look",
}  # fmt: skip


def noun_of(model: type[BaseModel] | None) -> str:
    """What a person calls the mapping of a model."""
    return _NOUNS.get(model.__name__, "this mapping") if model else "this mapping"


def keys_of(model: type[BaseModel] | None) -> list[str]:
    """The keys of a model, as an author writes them."""
    if model is None:
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for part in get_args(annotation):
        yield from _models_in(part)


def _holds_mapping(annotation: Any) -> bool:
    return get_origin(annotation) is dict or any(_holds_mapping(part) for part in get_args(annotation))


def model_at(root: type[BaseModel], where: Where) -> type[BaseModel] | None:
    """The model of the mapping at ``where``; None where that is no model's, or one of several's."""
    model: type[BaseModel] | None = root
    name_follows = False
    for depth, step in enumerate(where):
        if isinstance(step, int) or name_follows:
            name_follows = False
            continue
        if depth == 3 and where[:2] == ("cut", "timeline"):
            model = ITEM_MODELS.get(step)
            continue
        if model is None:
            return None
        field = next((field for name, field in model.model_fields.items() if step in {name, field.alias}), None)
        if field is None:
            return None
        found = list(dict.fromkeys(_models_in(field.annotation)))
        model = found[0] if len(found) == 1 else None
        name_follows = _holds_mapping(field.annotation)
    return model
