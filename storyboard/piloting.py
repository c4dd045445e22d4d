"""A storyboard as read, made into its pilot: the same story, of which only the riskiest part is rendered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from storyboard.compiler.compile import compile_storyboard
from storyboard.compiler.pilot import Pilot, pilot_of
from storyboard.errors import UsageError
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.generation.prepare import Prepared


def piloted(path: Path, prepared: Prepared) -> tuple[Prepared, Pilot]:
    """The pilot of a storyboard.

    Args:
        path: The storyboard's file, for messages.
        prepared: As read and compiled, without errors.

    Raises:
        UsageError: The pilot cannot be compiled by itself.
    """
    plan, storyboard = prepared.require_plan(), prepared.loaded.storyboard
    if storyboard is None:
        raise ValueError("a plan without its story")
    pilot = pilot_of(storyboard, SVI_2_0_PRO)
    compiled = compile_storyboard(pilot.storyboard, template_text=prepared.template_text, rates=plan.rates)
    if compiled.plan is None:
        told = " ".join(remark.message for remark in compiled.remarks)
        raise UsageError(f"{path} has no pilot: {told}", hint="Render it whole, or cut it into shorter segments.")
    return replace(prepared, plan=compiled.plan, loaded=replace(prepared.loaded, storyboard=pilot.storyboard)), pilot
