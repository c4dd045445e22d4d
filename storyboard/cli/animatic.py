"""``storyboard animatic``: a moving preview, offline and free."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyboard.cli.plan import Files

if TYPE_CHECKING:
    from storyboard.review_pictures import Previewed


def animatic(
    files: Files = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="A file (.mp4) or a folder. [default: NAME.animatic.mp4 where the films go]",
            show_default=False,
        ),
    ] = None,
    sound: Annotated[
        bool, typer.Option("--sound/--no-sound", help="A soft knock where a segment begins, a lower one for a scene.")
    ] = False,
    size: Annotated[
        str | None,
        typer.Option(
            "--size", metavar="WIDTHxHEIGHT", help="In pixels. [default: the story's resolution]", show_default=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make a moving preview: the camera's moves over the first frames or sketches, with captions, in the film's time.

    Needs no key and no network, and costs nothing.

    Example: storyboard animatic examples/boat-keeper.yaml
    """
    from storyboard.cli.output import print_json, print_lines, say, say_findings
    from storyboard.review.animatic.made import is_animatic
    from storyboard.review_pictures import previewed, see_that_it_may_be_replaced, targets

    wanted = _size(size)
    episodes = previewed(files or [])
    paths = targets(episodes, output, ".animatic.mp4", frozenset({".mp4"}))
    for path in paths:
        see_that_it_may_be_replaced(path, is_animatic, "animatic")
    made: list[dict[str, Any]] = []
    for episode, path in zip(episodes, paths, strict=True):
        say(*(f"The first frame {url} is not fetched; a drawn picture stands in." for url in episode.unseen))
        made.append(_make(episode, path, wanted, sound=sound))
        if not as_json:
            print_lines([str(path)])
        say_findings(episode.prepared.findings)
    if as_json:
        print_json(made[0] if len(made) == 1 else {"episodes": made})


def _make(episode: Previewed, path: Path, size: tuple[int, int] | None, *, sound: bool) -> dict[str, Any]:
    from storyboard.cli.drawing_progress import drawing
    from storyboard.compiler.plan import number
    from storyboard.review.animatic.film import FPS, Animatic, make_animatic
    from storyboard.review_pictures import told_plainly

    plan = episode.prepared.require_plan()
    ordered = Animatic(plan.title, episode.shots, size or plan.resolution, sound)
    with told_plainly(path), drawing(path.name) as progress:
        make_animatic(ordered, path, on_progress=progress)
    return {
        "title": plan.title,
        "storyboard": str(episode.path),
        "animatic": str(path),
        "seconds": number(plan.seconds),
        "frames": ordered.frames,
        "fps": FPS,
        "width": ordered.size[0],
        "height": ordered.size[1],
        "sound": sound,
    }


def _size(written: str | None) -> tuple[int, int] | None:
    from storyboard.errors import UsageError

    if written is None:
        return None
    found = re.fullmatch(r"(\d{2,4})[xX×](\d{2,4})", written.strip())
    width, height = (int(found[1]), int(found[2])) if found else (0, 0)
    if not (64 <= width <= 3840 and 64 <= height <= 3840) or width % 2 or height % 2:
        raise UsageError(
            f"{written!r} is no size for a film.",
            hint="Write it as 416x240: two even numbers of pixels, from 64 to 3840.",
        )
    return width, height
