"""``storyboard sheet``: a contact sheet, offline and free."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from storyboard.cli.plan import Files

if TYPE_CHECKING:
    from storyboard.review_pictures import Previewed


def sheet(
    files: Files = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="A file (.pdf or .png) or a folder. [default: NAME.sheet.pdf and .png where the films go]",
            show_default=False,
        ),
    ] = None,
    kind: Annotated[
        Literal["png", "pdf", "both"] | None,
        typer.Option("--format", help="What to write. [default: both, or what --output says]", show_default=False),
    ] = None,
    paper: Annotated[Literal["a4", "letter"], typer.Option("--paper", help="The size of the pages.")] = "a4",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make a contact sheet: a panel for each segment, with its picture, times, action, camera and spoken line.

    Needs no key and no network, and costs nothing.

    Example: storyboard sheet examples/boat-keeper.yaml
    """
    from storyboard.cli.output import print_json, print_lines, say, say_findings
    from storyboard.review.sheet.marks import is_sheet
    from storyboard.review_pictures import previewed, see_that_it_may_be_replaced, targets

    wanted = _formats(kind, output)
    episodes = previewed(files or [])
    paths = targets(episodes, output, ".sheet.pdf", frozenset({".pdf", ".png"}))
    for path in paths:
        for suffix in wanted:
            see_that_it_may_be_replaced(path.with_suffix(suffix), is_sheet, "sheet")
    made: list[dict[str, Any]] = []
    for episode, path in zip(episodes, paths, strict=True):
        say(*(f"The first frame {url} is not fetched; a drawn picture stands in." for url in episode.unseen))
        made.append(_make(episode, path, wanted, paper))
        if not as_json:
            print_lines(made[-1]["sheets"])
        say_findings(episode.prepared.findings)
    if as_json:
        print_json(made[0] if len(made) == 1 else {"episodes": made})


def _formats(kind: str | None, output: Path | None) -> tuple[str, ...]:
    """The endings of the files to write."""
    from storyboard.errors import UsageError

    named = output.suffix.lower() if output is not None and not output.is_dir() else ""
    if named in {".pdf", ".png"}:
        if kind is not None and named != f".{kind}":
            raise UsageError(f"--format {kind} and {output} say different things.", hint="Leave --format out.")
        return (named,)
    return {"png": (".png",), "pdf": (".pdf",)}.get(kind or "both", (".pdf", ".png"))


def _make(episode: Previewed, path: Path, wanted: tuple[str, ...], paper: str) -> dict[str, Any]:
    from storyboard.cli.drawing_progress import drawing
    from storyboard.review.sheet.make import Sheet, make_sheet
    from storyboard.review.sheet.write import write_pages
    from storyboard.review_pictures import told_plainly

    plan, story = episode.prepared.require_plan(), episode.prepared.loaded.storyboard
    ordered = Sheet(
        plan,
        episode.shots,
        episode.path.name,
        episode.project.series.title if episode.project.series else "",
        (story.logline or "") if story else "",
        paper,
    )
    with told_plainly(path), drawing(path.name) as progress:
        pages = make_sheet(ordered, pdf=".pdf" in wanted, png=".png" in wanted, on_progress=progress)
        written = write_pages(pages, path)
    return {
        "title": plan.title,
        "storyboard": str(episode.path),
        "sheets": [str(each) for each in written],
        "pages": pages.count,
        "paper": paper,
    }
