"""``storyboard explain``: what a finding's code means, why it matters, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from storyboard.cli import completion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.rules.rule import Rule


def explain(
    code: Annotated[
        str | None,
        typer.Argument(
            help="Such as no-motion. Left out: all rules, each in a line.",
            metavar="[CODE]",
            autocompletion=completion.rule_codes,
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Explain a finding: what it is about, why, a bad and a good example, and where that is known from.

    Example: storyboard explain place-changes
    """
    from storyboard.cli.output import print_json, print_lines, terminal_width
    from storyboard.errors import UsageError
    from storyboard.rules.explaining import error_told, nearest_code
    from storyboard.rules.registry import RULES

    width = terminal_width()
    if code is None:
        if as_json:
            print_json({"rules": [rule.as_json() for rule in RULES.values()]})
        else:
            print_lines(_list(RULES, width))
        return
    wanted = code.strip().lower()
    if rule := RULES.get(wanted):
        if as_json:
            print_json(rule.as_json())
        else:
            print_lines(_rule_lines(rule, width))
    elif told := error_told(wanted):
        if as_json:
            print_json({"code": wanted, "severity": "error", "title": told})
        else:
            print_lines(_error_lines(wanted, told, width))
    else:
        near = nearest_code(wanted)
        raise UsageError(
            f"Nothing is called {code if len(code) <= 60 else code[:59] + '…'}.",
            hint=f"Did you mean: storyboard explain {near}" if near else "All rules: storyboard explain",
        )


def _list(rules: dict[str, Rule], width: int) -> Iterator[str]:
    from storyboard.review.style import paint
    from storyboard.review.terminal import wrapped

    for rule in rules.values():
        yield f"{paint(rule.code, 'bold')} ({rule.severity})"
        yield from wrapped(rule.title, width, indent="  ")
    yield ""
    yield "storyboard explain CODE says more of one."


def _rule_lines(rule: Rule, width: int) -> Iterator[str]:
    from storyboard.review.style import paint
    from storyboard.review.terminal import wrapped

    yield f"{paint(rule.code, 'bold')} ({rule.severity})"
    yield from wrapped(rule.title, width, indent="")
    yield ""
    yield from wrapped(rule.explanation, width, indent="")
    for name, text in (("Instead of", rule.bad), ("Write", rule.good)):
        yield ""
        yield paint(name, "dim")
        yield from (f"  {line}" for line in text.splitlines())
    yield ""
    yield from wrapped(f"Source: {rule.source}.", width, indent="")
    yield from wrapped(
        f"To switch it off: “rules: {{{rule.code}: off}}”, or for one line “# storyboard: ignore {rule.code}”.",
        width,
        indent="",
    )


def _error_lines(code: str, told: str, width: int) -> Iterator[str]:
    from storyboard.review.style import paint
    from storyboard.review.terminal import wrapped

    yield f"{paint(code, 'bold')} (error)"
    yield from wrapped(told, width, indent="")
    yield from wrapped("An error is no rule: it cannot be switched off or ignored.", width, indent="")
