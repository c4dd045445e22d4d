"""Compose long, multi-scene video from a YAML storyboard.

The public names are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storyboard.compiler.compile import Compiled, compile_storyboard
    from storyboard.compiler.plan import Plan
    from storyboard.errors import StoryboardError
    from storyboard.generation.prepare import Prepared, prepare
    from storyboard.profile import SVI_2_0_PRO, ModelProfile
    from storyboard.story.findings import Finding, Severity
    from storyboard.story.load import Loaded, load_storyboard
    from storyboard.story.model import Storyboard

_HOME = {
    "SVI_2_0_PRO": "storyboard.profile",
    "Compiled": "storyboard.compiler.compile",
    "Finding": "storyboard.story.findings",
    "Loaded": "storyboard.story.load",
    "ModelProfile": "storyboard.profile",
    "Plan": "storyboard.compiler.plan",
    "Prepared": "storyboard.generation.prepare",
    "Severity": "storyboard.story.findings",
    "Storyboard": "storyboard.story.model",
    "StoryboardError": "storyboard.errors",
    "compile_storyboard": "storyboard.compiler.compile",
    "load_storyboard": "storyboard.story.load",
    "prepare": "storyboard.generation.prepare",
}

__all__ = [
    "SVI_2_0_PRO",
    "Compiled",
    "Finding",
    "Loaded",
    "ModelProfile",
    "Plan",
    "Prepared",
    "Severity",
    "Storyboard",
    "StoryboardError",
    "compile_storyboard",
    "load_storyboard",
    "prepare",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
