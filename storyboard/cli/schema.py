"""``storyboard schema``: the JSON Schema of the format, for editors."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class SchemaName(StrEnum):
    """What there is a schema of."""

    STORYBOARD = "storyboard"
    SERIES = "series"


def schema(
    name: Annotated[SchemaName, typer.Argument(help="Of what.")] = SchemaName.STORYBOARD,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it to this file.", show_default=False)
    ] = None,
) -> None:
    """Print the JSON Schema that lets an editor complete and check a storyboard.

    Example: storyboard schema --output storyboard.schema.json
    """
    from storyboard.cli.output import say
    from storyboard.errors import UsageError
    from storyboard.export.schema import schema_text

    text = schema_text(name.value)
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}.", hint="Check the folder.") from None
    say(f"Written to {output}.")
