"""``storyboard stitch``: the cut alone, of takes that are there."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyboard.cli import completion
from storyboard.cli.plan import BaseUrl, Provider

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyboard.cutting.reach import Reach
    from storyboard.cutting.stitch import Stitch
    from storyboard.generation.prepare import Prepared

File = Annotated[
    Path,
    typer.Argument(
        help="A storyboard, an episode of the series by name, or a cut file: one with a cut and no scenes.",
        metavar="FILE",
        autocompletion=completion.episodes,
        show_default=False,
    ),
]


def stitch(
    file: File,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="A file or a folder. [default: NAME.mp4 where the films of the series go]",
            show_default=False,
        ),
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Only say what is copied, composed and kept from before, and why.")
    ] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Small and quick, a quarter of the picture, to be looked at.")
    ] = False,
    part: Annotated[
        str | None,
        typer.Option(
            "--range", metavar="FROM-TO", help="Only a part of the film, such as 00:30-00:45.", show_default=False
        ),
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Decode the whole film afterwards.")] = False,
    provider: Provider = None,
    base_url: BaseUrl = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Put a film together from takes and clips that are there. Buys nothing, and asks nobody.

    What was composed before is kept and used again; Ctrl-C leaves what is finished for the next time.

    Example: storyboard stitch examples/boat-keeper.yaml --plan
    """
    from storyboard.cli.output import telling_errors

    with telling_errors(as_json=as_json):
        path, folder, prepared = _story(file)
        made = _read(prepared, _reach(part, preview), provider, base_url, told=not plan)
        if plan:
            _print_plan(path, made, as_json=as_json)
            return
        target = _target(path, folder, output, made, part=bool(part), preview=preview)
        _spare_sources(target, made)
        _make(path, made, target, verify=verify, as_json=as_json)


def _read(prepared: Prepared, reach: Reach, provider: str | None, base_url: str | None, *, told: bool) -> Stitch:
    from storyboard.cli.output import say
    from storyboard.cutting.stitch import read_cut

    # Advice about prompts comes too late: the takes are there.
    made = read_cut(prepared, reach=reach, provider=provider, base_url=base_url)
    if told:
        say(*made.notes)
    return made


def _print_plan(path: Path, made: Stitch, *, as_json: bool) -> None:
    from storyboard.cli.output import print_json, print_lines, say, terminal_width
    from storyboard.review.cut_lines import cut_lines

    if as_json:
        pieces = {"composed_pieces": made.plan.pieces.composed_pieces, "kept_pieces": made.plan.reused}
        print_json(
            {"title": made.title, "storyboard": str(path), **made.as_json(), **pieces, "notes": list(made.notes)}
        )
        return
    print_lines(cut_lines(made.title, made.plan, width=terminal_width()))
    say(*made.notes)


def _make(path: Path, made: Stitch, target: Path, *, verify: bool, as_json: bool) -> None:
    from storyboard.cli.output import print_json, print_lines, say
    from storyboard.cli.stitch_progress import watching
    from storyboard.cutting.stitch import stitch as put_together
    from storyboard.generation.interrupts import terminated_like_interrupted

    kept: list[str] = []
    try:
        with terminated_like_interrupted(), watching(target.name) as watcher:
            written = put_together(made, target, watcher, verify=verify, note=kept.append)
    except KeyboardInterrupt:
        say(f"Stopped: {target.name} was not written. The parts that were finished are kept for the next time.")
        raise
    verified = ["The whole film was decoded, and nothing in it is damaged."] if verify else []
    late = [*kept, *made.cache.told(), *verified]
    say(*late)
    if as_json:
        print_json(_shape(path, made, written, late))
    else:
        print_lines([str(target)])


def _story(file: Path) -> tuple[Path, Callable[[Path | None], Path], Prepared]:
    """The story that is meant, where its film goes, and what is known of it."""
    from storyboard.generation.prepare import prepare
    from storyboard.selection import select

    (selection,) = select([file], None, has_option=False)
    (path,) = selection.files
    return path, lambda output: selection.project.output_folder(path, output), prepare(path)


def _reach(part: str | None, preview: bool) -> Reach:
    from storyboard.cli.usage import shown
    from storyboard.cutting.reach import Reach
    from storyboard.errors import UsageError

    if part is None:
        return Reach(preview=preview)
    begins, dash, ends = part.partition("-")
    first, last = _moment(begins), _moment(ends)
    is_one = bool(dash) and (first is not None or not begins.strip()) and (last is not None or not ends.strip())
    if not is_one or first is last is None:
        raise UsageError(
            f"“{shown(part)}” is no part of a film.",
            hint="Write it like 00:30-00:45, or in seconds: 30-45; 30- is all from there.",
        )
    if first is not None and last is not None and last <= first:
        raise UsageError(
            f"“{shown(part)}” ends {'where' if last == first else 'before'} it begins.",
            hint="Write first when the part begins, then when it ends: 30-45.",
        )
    return Reach(first, last, preview)


def _moment(text: str) -> Fraction | None:
    """``1:30.5`` or ``90.5`` in seconds; None where it is neither."""
    numbers = text.strip().split(":")
    if len(numbers) > 3:
        return None
    seconds = Fraction(0)
    for written in numbers:
        if not written.replace(".", "", 1).isdecimal():
            return None
        seconds = seconds * 60 + Fraction(written if not written.endswith(".") else f"{written}0")
    return seconds


def _target(
    path: Path, folder: Callable[[Path | None], Path], output: Path | None, made: Stitch, *, part: bool, preview: bool
) -> Path:
    from storyboard.assembly.picture_format import ALSO, CODEC_NAMES, SUFFIXES
    from storyboard.cli.usage import shown
    from storyboard.errors import UsageError
    from storyboard.export.beside import see_that_it_may_be_written
    from storyboard.export.manifest import is_whole
    from storyboard.finishing import episode_path

    codec = made.plan.pieces.format.codec
    if output is not None and str(output) == "-":
        raise UsageError("A film is not written to standard output.", hint="Name a file or a folder with --output.")
    extra = (".part" if part else "") + (".preview" if preview else "")
    try:
        is_folder = output is not None and output.is_dir()
    except OSError as error:  # a name of 300 letters, say
        raise UsageError(
            f"“{shown(str(output))}” cannot be a file: {error.strerror}.", hint="Name another with --output."
        ) from None
    if output is not None and output.suffix and not is_folder:
        target = output
        suffixes = (SUFFIXES[codec], *ALSO[codec])
        if target.suffix.lower() not in suffixes:
            *others, last = suffixes
            endings = f"{', '.join(others)} or {last}" if others else last
            film = "a preview, which is always H.264" if preview else f"a film of {CODEC_NAMES[codec]}"
            raise UsageError(
                f"{target} is no name for {film}.",
                hint=f"Let it end in {endings}, or name a folder.",
            )
    else:
        target = episode_path(folder(output), f"{path.stem}{extra}", codec, free=made.is_sandbox)
    source = made.prepared.loaded.source
    see_that_it_may_be_written(target, path, source.root if source else path.parent, named=target == output)
    if extra and target.exists() and is_whole(target):
        raise UsageError(
            f"{target} is a whole film, and {'a preview' if preview else 'a part'} is not written over it.",
            hint="Name another file with --output.",
        )
    return target


def _spare_sources(target: Path, made: Stitch) -> None:
    """Refuse to write a film over a clip or a sound that it is made of.

    Raises:
        UsageError: It would be.
    """
    from storyboard.assembly.edit_list import Footage
    from storyboard.errors import UsageError

    film = made.plan.film
    sources = [shot.source.media.path for shot in film.edit.shots if isinstance(shot.source, Footage)]
    sources += film.sound_hashes
    if target.exists() and any(target.samefile(each) for each in sources):
        raise UsageError(
            f"{target} is one of the files that this film is made of, so it stays as it is.",
            hint="Name another file with --output.",
        )


def _shape(path: Path, made: Stitch, written: list[Path], late: list[str]) -> dict[str, Any]:
    film, *beside = written
    return {
        "title": made.title,
        "storyboard": str(path),
        "episode": str(film),
        "manifest": str(beside[-1]),
        "subtitles": [str(each) for each in beside[:-1]],
        **made.as_json(),
        "notes": [*made.notes, *late],
    }
