"""A storyboard to its plan: pure, without I/O of the author's, and the same on every machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.profile import SVI_2_0_PRO
from storyboard.story.paths import is_template_file

if TYPE_CHECKING:
    from storyboard.compiler.plan import Plan
    from storyboard.profile import ModelProfile, RateCard
    from storyboard.story.findings import Remark
    from storyboard.story.model import Storyboard


@dataclass(frozen=True)
class Compiled:
    """What came of compiling a storyboard.

    Attributes:
        plan: None where an error leaves none, and for a cut without scenes.
        remarks: What there is to tell, errors among it.
    """

    plan: Plan | None
    remarks: tuple[Remark, ...]


def compile_storyboard(
    storyboard: Storyboard,
    *,
    profile: ModelProfile = SVI_2_0_PRO,
    template_text: str | None = None,
    rates: RateCard | None = None,
) -> Compiled:
    """Compile a storyboard.

    Args:
        storyboard: A valid story.
        profile: The model's figures.
        template_text: The text of the storyboard's own template, where ``template`` names a file.
        rates: The card that prices are from; None is the profile's own.

    Raises:
        ValueError: ``template`` names a file, and its text is not given: nothing is read in here.
    """
    if is_template_file(storyboard.template) and template_text is None:
        raise ValueError(f"the text of the template {storyboard.template} is needed")
    if not storyboard.scenes:
        return Compiled(None, ())
    from storyboard.compiler.reels import planned  # it brings Jinja2 along, which a cut of other clips spares

    return Compiled(*planned(storyboard, profile=profile, template_text=template_text, rates=rates))
