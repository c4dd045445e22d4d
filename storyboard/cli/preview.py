"""``storyboard preview``: what would be ordered, offline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyboard.cli import completion
from storyboard.cli.verbs import Verb

if TYPE_CHECKING:
    from storyboard.generation.prepare import Prepared

_PAGE = "--page"


class WithPage(Verb):
    """A command whose ``--page`` may stand alone, or before what can only be a page: ``-``, or an ``.html`` file."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Give a ``--page`` that stands alone the empty value, which is the usual place."""
        given: list[str] = []
        for at, word in enumerate(args):
            following = args[at + 1] if at + 1 < len(args) else ""
            alone = word == _PAGE and "--" not in args[:at] and not _is_page(following)
            given.append(f"{_PAGE}=" if alone else word)
        return super().parse_args(ctx, given)


def _is_page(word: str) -> bool:
    return word == "-" or word.lower().endswith((".html", ".htm", "/"))


def preview(
    file: Annotated[
        Path,
        typer.Argument(
            help="A storyboard, or an episode of the series by name.",
            metavar="FILE",
            autocompletion=completion.episodes,
            show_default=False,
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, with every request as it would be sent.")
    ] = False,
    page: Annotated[
        str | None,
        typer.Option(
            _PAGE,
            metavar="[PATH]",
            help="Write it as one web page: to PATH, which ends in .html, or - to print it. "
            "[default: NAME.preview.html, where the films go]",
            show_default=False,
        ),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Serve the page on this machine; saved changes appear at once.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(
            "--port", min=0, max=65535, help="Where --watch listens. [default: a free one]", show_default=False
        ),
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    diff: Annotated[
        str | None,
        typer.Option("--diff", metavar="REV", help="Show what changed since a revision.", show_default=False),
    ] = None,
) -> None:
    """Show what a render would order: timeline, prompt, cfg and why, price.

    Needs no key and no network.

    Example: storyboard preview examples/kingfisher.yaml --watch --open
    """
    from storyboard.errors import UsageError
    from storyboard.preview_place import story_file

    ways = {"--watch": watch, _PAGE: page is not None, "--json": as_json, "--diff": diff is not None}
    chosen = [name for name, given in ways.items() if given]
    if len(chosen) > 1 and set(chosen) != {"--json", "--diff"}:
        raise UsageError(f"{chosen[0]} and {chosen[1]} exclude each other.", hint="Choose one.")
    if port is not None and not watch:
        raise UsageError("--port is where --watch listens.", hint="Say --watch too.")
    if open_browser and not watch and page is None:
        raise UsageError("--open needs a page to open.", hint="Say --watch or --page too.")
    story = story_file(file)
    if watch:
        _watch(story, port or 0, open_browser=open_browser)
    elif page is not None:
        _page(story, page, open_browser=open_browser)
    elif diff is not None:
        _diff(story, diff, as_json=as_json)
    else:
        _print(story, as_json=as_json)


def _print(story: Path, *, as_json: bool) -> None:
    from storyboard.cli.output import print_lines, say_findings, terminal_width
    from storyboard.generation.prepare import prepare
    from storyboard.review.plan_lines import plan_lines

    prepared = prepare(story)
    if as_json:
        _print_json(prepared)
        return
    plan = prepared.require_plan()
    print_lines(plan_lines(plan, width=terminal_width()))
    say_findings(prepared.findings)


def _print_json(prepared: Prepared) -> None:
    from storyboard.cli.output import print_json
    from storyboard.compiler.plan import number
    from storyboard.compiler.price import dollars
    from storyboard.errors import StoryError
    from storyboard.story.salvage import MISSING_TITLE

    plan, story = prepared.plan, prepared.loaded.draft
    print_json(
        {
            "title": story.title if story and story.title != MISSING_TITLE else "",
            "seconds": number(plan.seconds) if plan else 0,
            "cost_usd": dollars(plan.cost) if plan else "0.00",
            "findings": [finding.as_json() for finding in prepared.findings],
            "reels": [reel.as_json() for reel in plan.reels] if plan else [],
        }
    )
    if not prepared.ok:
        raise typer.Exit(StoryError.exit_code)


def _page(story: Path, named: str, *, open_browser: bool) -> None:
    import sys

    from storyboard.cli.output import say, say_findings
    from storyboard.errors import StoryError, UsageError
    from storyboard.generation.prepare import prepare
    from storyboard.preview_place import page_file, save_page
    from storyboard.review.page.write import write_page

    printed = named == "-"
    if printed and open_browser:
        raise UsageError("--open needs a page in a file.", hint="Leave the - out, or name a file.")
    path = None if printed else page_file(story, Path(named) if named else None)
    prepared = prepare(story)
    data = write_page(prepared).data
    if path is None:
        sys.stdout.buffer.write(data)
    else:
        save_page(path, data)
        say(f"Written to {path}.")
    say_findings(prepared.findings)
    if path is not None and open_browser:
        import webbrowser

        webbrowser.open(path.resolve().as_uri())
    if not prepared.ok:
        raise typer.Exit(StoryError.exit_code)


def _watch(story: Path, port: int, *, open_browser: bool) -> None:
    import sys

    from storyboard.cli.output import print_lines, say
    from storyboard.review.live.server import watch

    def tell(address: str) -> None:
        print_lines([f"address  {address}"])
        sys.stdout.flush()
        say(f"It shows {story} as it is saved. Ctrl-C ends it.")
        if open_browser:
            import webbrowser

            webbrowser.open(address)

    watch(story, port, on_ready=tell)


def _diff(story: Path, revision: str, *, as_json: bool) -> None:
    from storyboard.cli.output import print_json, print_lines, terminal_width
    from storyboard.comparison import compare
    from storyboard.review.plan_diff_lines import plan_diff_lines
    from storyboard.story.paths import root_of

    found = compare(revision, [str(story)], folder=root_of(story))
    if as_json:
        print_json(found.as_json())
    else:
        print_lines(plan_diff_lines(found, width=terminal_width()))
