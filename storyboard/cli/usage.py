"""What typer finds wrong with a command line, told in the program's own voice."""

from __future__ import annotations

import re
from typing import Any

import typer

from storyboard.errors import UsageError
from storyboard.story.findings import did_you_mean, nearest
from storyboard.story.pattern import pattern

BadCommandLine: Any = typer.BadParameter.__mro__[2]
"""The root of typer's own errors, which it does not export."""
_EXTRA = pattern(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", re.DOTALL)
_RANGES = {
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "greater_than": "more than {gt}",
    "less_than": "less than {lt}",
}
_NUMBERS = {"int_parsing": "a whole number", "float_parsing": "a number", "int_from_float": "a whole number"}


def told(error: Any) -> UsageError:
    """An error of typer's as one of the program's."""
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx is not None else "storyboard"
    help_told = f"{path} --help shows what it takes." if ctx is not None else "--help shows what it takes."
    match type(error).__name__:
        case "NoSuchOption":
            found = nearest(error.option_name, _options_of(ctx))
            near = f"Did you mean “{found}”? " if found else ""
            return UsageError(f"{path} has no option “{shown(error.option_name)}”.", hint=near + help_told)
        case "BadOptionUsage":
            return UsageError(f"{error.option_name} needs a value after it.", hint=help_told)
        case "MissingParameter":
            return UsageError(f"{_name_of(error.param)} is missing.", hint=_example_of(ctx) or help_told)
        case "BadParameter":
            return _bad_value(error, help_told)
        case "UsageError" if extra := _EXTRA.fullmatch(error.format_message()):
            return UsageError(f"“{shown(extra[1])}” is more than {path} takes.", hint=help_told)
        case _:
            return UsageError(_sentence(error.format_message()), hint=help_told)


def _bad_value(error: Any, help_told: str) -> UsageError:
    name, cause = _name_of(error.param), error.__cause__
    details: list[Any] = cause.errors() if hasattr(cause, "errors") else []
    if len(details) == 1:
        kind, given, context = details[0]["type"], shown(details[0].get("input")), details[0].get("ctx") or {}
        if kind in _NUMBERS:
            return UsageError(f"{name} “{given}” is not {_NUMBERS[kind]}.", hint=help_told)
        if kind in _RANGES:
            return UsageError(f"{name} is {given}, and has to be {_RANGES[kind].format(**context)}.", hint=help_told)
    message = re.sub(r"^Value error, ", "", error.message)
    if choice := re.fullmatch(r"('.*') is not one of ('.*')\.?", message, re.DOTALL):
        given, valid = choice[1][1:-1], re.findall(r"'([^']*)'", choice[2])
        return UsageError(f"“{shown(given)}” is not a value of {name}.", hint=did_you_mean(given, valid))
    return UsageError(f"{name}: {_sentence(message)}", hint=help_told)


def _name_of(param: Any) -> str:
    """Such as ``--port`` or ``FILE``."""
    if param is None:
        return "A value"
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return str(param.metavar or param.name).strip("[]{}").upper()


def _options_of(ctx: Any) -> list[str]:
    if ctx is None:
        return []
    return [option for param in ctx.command.get_params(ctx) for option in (*param.opts, *param.secondary_opts)]


def _example_of(ctx: Any) -> str:
    """The example of a command's help."""
    found = re.search(r"Example: (.*?)\s*\Z", ctx.command.help or "", re.DOTALL) if ctx is not None else None
    return f"Such as: {' '.join(found[1].split())}" if found else ""


def shown(given: Any) -> str:
    """A word of the command line as it can stand in a message."""
    text = "".join(each if each.isprintable() else "�" for each in str(given))
    return text if len(text) <= 60 else text[:59] + "…"


def _sentence(message: str) -> str:
    text = " ".join(message.split()).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."
