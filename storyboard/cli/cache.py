"""``storyboard cache``: the finished pieces of films, kept so that no cut makes them twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from storyboard.cli.listing import CACHE
from storyboard.cli.verbs import Verbs

if TYPE_CHECKING:
    from storyboard.assembly.piece_cache import KeptPiece


class CacheVerbs(Verbs):
    """What can be done with the pieces."""

    listed = CACHE


cache = typer.Typer(
    name="cache",
    cls=CacheVerbs,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="What films were composed of, kept so that no cut makes it twice.\n\nExample: storyboard cache ls",
)


def list_pieces(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Say where the pieces lie, and how much room they take.

    Example: storyboard cache ls
    """
    from storyboard.cli.output import print_json, print_lines
    from storyboard.cutting.piece_places import piece_cache

    kept = piece_cache()
    pieces = [each for each in kept.pieces() if each.is_finished]
    if as_json:
        print_json(
            {
                "folder": str(kept.folder),
                "limit_bytes": kept.limit,
                "bytes": sum(piece.bytes for piece in pieces),
                "pieces": [
                    {"file": str(piece.path), "bytes": piece.bytes, "used": round(piece.used, 3)} for piece in pieces
                ],
            }
        )
        return
    print_lines([f"{kept.folder}: {_told(pieces)}, of {_size(kept.limit)} that they may take."])
    print_lines(f"  {_last_used(piece)}  {_size(piece.bytes):>10}  {_name(piece)}" for piece in pieces[:20])
    if len(pieces) > 20:
        print_lines([f"  and {len(pieces) - 20} more; --json lists all"])


def clear() -> None:
    """Take all pieces away. Takes and films stay as they are; the next cut makes what it needs again.

    Example: storyboard cache clear
    """
    from storyboard.cli.output import print_lines
    from storyboard.cutting.piece_places import piece_cache

    print_lines([f"Freed {_told(piece_cache().clear())}."])


def prune(
    most: Annotated[
        str | None,
        typer.Option(
            "--max-size", metavar="SIZE", help="Such as 2G or 500M. [default: its limit]", show_default=False
        ),
    ] = None,
) -> None:
    """Take away what was not used for longest, until the rest fits. What was used in the last hour stays.

    Example: storyboard cache prune --max-size 2G
    """
    from storyboard.cli.output import print_lines, say
    from storyboard.cutting.piece_places import piece_cache

    kept, limit = piece_cache(), _bytes(most)
    print_lines([f"Freed {_told(kept.prune(limit))}."])
    left = kept.pieces()
    if sum(piece.bytes for piece in left) > (kept.limit if limit is None else limit):
        say(f"Left: {_told(left)}, used in the last hour. storyboard cache clear takes that away as well.")


def _bytes(text: str | None) -> int | None:
    from storyboard.cli.usage import shown
    from storyboard.errors import UsageError

    if text is None:
        return None
    units = {"K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
    plain = text.strip().upper().removesuffix("B").removesuffix("I")
    factor = units.get(plain[-1:], 1)
    number = plain[:-1].strip() if factor > 1 else plain
    if not number.replace(".", "", 1).isdecimal():
        raise UsageError(f"--max-size “{shown(text)}” is no size.", hint="Write it like 2G or 500M.")
    return int(float(number) * factor)


def _name(piece: KeptPiece) -> str:
    """As much of a piece's name as finds it, and fits a line."""
    return f"{piece.path.stem[:16]}…{piece.path.suffix}"


def _told(pieces: list[KeptPiece]) -> str:
    count = "1 piece" if len(pieces) == 1 else f"{len(pieces)} pieces"
    return f"{count}, {_size(sum(piece.bytes for piece in pieces))}"


def _size(count: int) -> str:
    number: Any = count
    for unit in ("bytes", "KiB", "MiB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "bytes" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} GiB"


def _last_used(piece: KeptPiece) -> str:
    from datetime import datetime

    return datetime.fromtimestamp(piece.used).astimezone().strftime("%Y-%m-%d %H:%M")
