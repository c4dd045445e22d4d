"""The JSON Schema of the format, made from the models."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from storyboard.export.rule_words import rule_words
from storyboard.story.editor.shape import for_editors
from storyboard.story.model import Storyboard
from storyboard.story.series import Series

if TYPE_CHECKING:
    from pydantic import BaseModel

_MODELS: dict[str, type[BaseModel]] = {"storyboard": Storyboard, "series": Series}
SCHEMA_NAMES = tuple(_MODELS)
"""What there is a schema of."""


def schema_text(name: str) -> str:
    """The schema of that name as JSON text (JSON Schema 2020-12), ending with a line break."""
    schema = _MODELS[name].model_json_schema(by_alias=True, mode="validation")
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{name}.schema.json",
        **for_editors(schema, rule_words()),
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
