"""What every command has in common: help that fits the terminal, and a hint where a verb is misspelt."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup

from storyboard.cli.usage import shown
from storyboard.errors import UsageError
from storyboard.review.terminal import wrapped
from storyboard.story.findings import nearest

_Formatter: Any = typer.Context.formatter_class  # typer's own, which it does not export
_WIDEST, _NARROWEST = 80, 30
_TWO_COLUMNS = 60  # below it, what an option does stands under its name
_TYPES = {"str": "TEXT", "path": "PATH", "int": "N", "int range": "N", "float": "N"}


class HelpText(_Formatter):  # type: ignore[misc]  # a base that mypy cannot see
    """Help as wide as the terminal, at most 80 columns, with what a value is in capitals."""

    def __init__(self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None) -> None:
        columns = shutil.get_terminal_size().columns
        super().__init__(indent_increment, max(min(columns, width or _WIDEST), _NARROWEST), max_width)

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line that shows how the words follow one another."""
        plain = re.sub(r"\{(\w+)\}", lambda name: name[1].upper(), args)
        plain = re.sub(r"\[(\w+)\]", lambda name: f"[{name[1].upper()}]", plain)
        super().write_usage(prog, plain, prefix)

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write options, arguments or commands, each with what it does."""
        plain = [(_named(first), " ".join(second.split())) for first, second in rows]
        if self.width >= _TWO_COLUMNS:
            super().write_dl(plain, col_max, col_spacing)
            return
        for first, second in plain:
            indent = " " * self.current_indent
            self.write("".join(f"{line}\n" for line in wrapped(first, self.width, indent=indent)))
            self.indent()
            self.write_text(second)
            self.dedent()


def _named(first: str) -> str:
    """Such as ``--provider TEXT`` for ``--provider <str>``; an argument by its name alone."""
    if not first.startswith("-"):
        name, bracket, _ = first.partition(" <")
        return name.upper() if bracket else first
    return re.sub(r"<(?:list\[)?([^<>\]]+)\]?>$", lambda kind: _TYPES.get(kind[1], kind[1]), first)


class _Context(typer.Context):
    formatter_class = HelpText


class Verb(TyperCommand):
    """A command."""

    context_class = _Context


class Listed(TyperCommand):
    """A command in a list: its name and its line, while its code is loaded only when it is wanted.

    Making the options of every command took longer than most commands run.

    Args:
        name: As it is typed.
        home: Its module and its name in there; what is there is a function, or a typer program for a group.
        line: The first paragraph of its help.
        made_as: The subclass of Verb it is made as, by its name in the same module.
    """

    def __init__(self, name: str, home: str, line: str, *, made_as: str = "") -> None:
        super().__init__(name, help=line)
        self.home = home
        self._made_as = made_as

    @cached_property
    def command(self) -> Any:
        """The command itself."""
        module_name, _, name = self.home.partition(":")
        module = import_module(module_name)
        found = getattr(module, name)
        if isinstance(found, typer.Typer):
            return typer.main.get_group(found)
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
        alone.command(self.name, cls=getattr(module, self._made_as) if self._made_as else Verb)(found)
        return typer.main.get_command(alone)


class Verbs(TyperGroup):
    """Commands under one name; a subclass says which."""

    context_class = _Context
    listed: ClassVar[Sequence[Listed]] = ()

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**{**attrs, "commands": self.listed})

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the first word names, and load it.

        Raises:
            UsageError: There is none.
        """
        if args and not args[0].startswith("-") and args[0] not in self.commands and not ctx.resilient_parsing:
            found = nearest(args[0], self.commands)
            near = f"Did you mean “{found}”? " if found else ""
            raise UsageError(
                f"{ctx.command_path} has no command “{shown(args[0])}”.",
                hint=f"{near}{ctx.command_path} --help lists them all.",
            )
        name, command, rest = super().resolve_command(ctx, args)
        return name, command.command if isinstance(command, Listed) else command, rest
