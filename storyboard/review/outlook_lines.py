"""What a render would do with each reel, as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.compiler.plan import number
from storyboard.compiler.price import dollars
from storyboard.generation.outlook import Will
from storyboard.review.style import paint
from storyboard.review.terminal import wrapped
from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.generation.outlook import EpisodeOutlook, Prospect
    from storyboard.generation.prepare import Prepared

_COLOURS = {Will.REUSE: "dim", Will.LEAVE: "dim", Will.RESUME: "cyan", Will.BUY: "green", Will.STOP: "red"}


def outlook_lines(outlook: EpisodeOutlook, *, free: bool, width: int) -> Iterator[str]:
    """An episode: its title, length and price, and a line or two for each reel."""
    plan, prospects = outlook.plan, outlook.prospects
    count = "1 reel" if len(prospects) == 1 else f"{len(prospects)} reels"
    price = "free on the sandbox" if free else f"${dollars(outlook.cost)} to pay"
    if free:
        price += f" (${dollars(plan.cost)} hosted)"
    head = f"{plan.title}: {number(plan.seconds)} s, {count}, {price}"
    yield from (paint(line, "bold") for line in wrapped(head, width, indent="", hanging="  "))
    for prospect in prospects:
        yield from _reel_lines(prospect, free=free, width=width)


def _reel_lines(prospect: Prospect, *, free: bool, width: int) -> Iterator[str]:
    reel = prospect.reel
    price = "$" + dollars(prospect.order.cost) if prospect.will is Will.BUY and not free else ""
    head = f"  reel {reel.index:<2} {number(reel.seconds):>6} s  {price:>7}  "
    first, *more = wrapped(_told(prospect), width - len(head), indent="")
    yield head + paint(first, _COLOURS[prospect.will])
    for line in more:
        yield " " * len(head) + paint(line, "dim")


def _told(prospect: Prospect) -> str:
    purchase, entry = prospect.purchase, prospect.entry
    job_id = purchase.job_id if purchase else entry.job_id if entry else None
    job = f" (job {job_id})" if job_id and not prospect.order.free else ""
    match prospect.will:
        case Will.REUSE:
            note = f": {prospect.note}" if prospect.note else ""
            if prospect.away:
                had = "made before" if prospect.order.free else "bought before"
                gone = f"its clip is not on this machine, and would come from {prospect.away}"
                return f"{had}: take {prospect.order.take}{job}; {gone}{note}"
            return f"there already: take {prospect.order.take}{job}{note}"
        case Will.RESUME:
            return f"goes on{job}"
        case Will.BUY:
            return f"to be rendered: {', '.join(prospect.why) or 'it was not rendered yet'}"
        case Will.LEAVE:
            return f"left: {prospect.note}"
        case Will.STOP:
            state = f" is {purchase.state}" if purchase else ""
            return f"stopped: its job{f' {job_id}' if job_id else ''}{state}; a person has to decide"


def comparison_lines(prepared: Prepared, *, width: int) -> Iterator[str]:
    """Each way to cut an episode into reels, with its jobs and its price if all of it were rendered."""
    from storyboard.compiler.compile import compile_storyboard  # a plan from kept briefs compiles nothing

    storyboard = prepared.loaded.storyboard
    if storyboard is None or prepared.plan is None:
        return
    yield paint("  cut into reels", "dim")
    for policy in ("one", "auto", "by-scene", "by-adherence"):
        compiled = compile_storyboard(
            storyboard.model_copy(update={"reels": policy}),
            template_text=prepared.template_text,
            rates=prepared.plan.rates,
        )
        mark = "*" if policy == storyboard.reels else " "
        if compiled.plan is None:
            problem = next((r.message for r in compiled.remarks if r.severity is Severity.ERROR), "not possible")
            head = f"  {mark} {policy:<13} "
            first, *more = wrapped(problem, width - len(head), indent="")
            yield head + first
            yield from (" " * len(head) + line for line in more)
            continue
        jobs = "1 job" if len(compiled.plan.reels) == 1 else f"{len(compiled.plan.reels)} jobs"
        lengths = " + ".join(f"{number(reel.seconds)}" for reel in compiled.plan.reels)
        text = f"  {mark} {policy:<13} ${dollars(compiled.plan.cost):>7}  {jobs}: {lengths} s"
        yield text if len(text) <= width else text[: width - 1] + "…"
