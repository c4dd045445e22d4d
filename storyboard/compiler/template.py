"""Prompt templates: Jinja2, sandboxed, strict about undefined names, given plain values only.

A template of one's own may come from a stranger's repository. Jinja2's sandbox keeps it from reading and
running things; what it does not do is bound time and memory, so only a small part of the language is let
through: output, conditions, loops over what is given, and a few filters. Nothing in it can grow faster than
what it is given.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, TemplateError, TemplateRuntimeError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from storyboard.compiler.telling import one_space
from storyboard.resources import folder
from storyboard.story.pattern import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jinja2 import Template

MAX_TEMPLATE = 64 * 2**10
"""The longest template of one's own, in characters."""
MAX_PROMPT = 100_000
"""The longest prompt a template may write, in characters; far past anything a model reads."""
MAX_LOOPS = 2
"""How deep loops may lie in each other: segments, and one thing in each."""
MAX_OPERANDS = 64
"""How many values one expression may join: what it makes is only measured once it is whole."""
MAX_DEPTH = 40
"""How deep conditions, loops and expressions may lie in each other."""


class TemplateProblemError(Exception):
    """A template cannot be used.

    Attributes:
        line: Where in the template, from 1; 0 where that is not known.
    """

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def template_names() -> list[str]:
    """The templates that ship with the program."""
    return list(_names())


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in (folder("templates") / "prompt").glob("*.j2")))


def may_ask_for(key: str, template: str, *, text: str | None = None) -> bool:
    """Whether a template may ask for a key of a segment; one of one's own can come to any of them.

    Args:
        key: Such as ``state``.
        template: The name of a template that ships, or what to call the one in ``text``.
        text: The text of a template of one's own.
    """
    return text is not None or key in _shipped_text(template)


def render(template: str, values: Mapping[str, Any], *, text: str | None = None) -> str:
    """Write a prompt.

    Each line is trimmed, runs of spaces become one, and empty lines are dropped, so that a template may be laid
    out to be read.

    Args:
        template: The name of a template that ships, or what to call the one in ``text``.
        values: Text, numbers, truth values, lists and mappings; nothing else.
        text: The text of a template of one's own.

    Raises:
        TemplateProblemError: It does not parse, uses what is not let through, or an unknown name.
    """
    compiled = _shipped(template) if text is None else _own(text)
    written: list[str] = []
    length = 0
    try:
        for piece in compiled.generate(values):
            length += len(piece)
            if length > MAX_PROMPT:
                raise TemplateProblemError(f"The prompt it writes is longer than {MAX_PROMPT:,} characters.")
            written.append(piece)
    except TemplateError as error:
        raise TemplateProblemError(_told(error)) from None
    except (TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise TemplateProblemError(f"It fails: {error}.") from None
    lines = map(one_space, "".join(written).splitlines())
    return "\n".join([line for line in lines if line])


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, without methods: printed, one shows where in memory it lies, and so differs every time."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return super().is_safe_attribute(obj, attr, value) and not callable(value)

    def getattr(self, obj: Any, attribute: str) -> Any:
        # Nearly all that is asked for is a key of a segment; the sandbox looks for an attribute first, and fails.
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@lru_cache(maxsize=1)
def _environment() -> _Environment:
    environment = _Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters = {
        name: environment.filters[name]
        for name in ("capitalize", "default", "first", "last", "length", "lower", "trim", "upper")
    }
    environment.filters["sentence"] = _sentence
    environment.filters["clause"] = _clause
    environment.filters[_LISTED] = _listed
    environment.globals = {}
    return environment


_LISTED = "listed"  # put around what every loop of a template of one's own goes over


def _listed(value: Any) -> Any:
    """What a loop may go over; a text is refused, for two loops over a long one would never end."""
    if isinstance(value, str):
        raise TemplateRuntimeError("A loop goes over a list, such as segments, not over a text")
    return value


_ENDS = (".", "!", "?", "…", "。", "！", "？", "।", "؟")


def _sentence(text: str) -> str:
    """The text as a sentence: with a full stop, unless it ends with a mark of its own."""
    text = text.strip()
    return text if not text or text.endswith(_ENDS) else text + "."


def _clause(text: str) -> str:
    """The text as the first part of a longer sentence: the author's small letter may go on after it."""
    text = text.strip()
    text = text.removesuffix(".") if not text.endswith("..") else text
    return text if not text or text.endswith(_ENDS) else text + ";"


@lru_cache(maxsize=8)
def _shipped(name: str) -> Template:
    return _environment().from_string(_shipped_text(name))


@lru_cache(maxsize=8)
def _shipped_text(name: str) -> str:
    return (folder("templates") / "prompt" / f"{name}.j2").read_text(encoding="utf-8")


@lru_cache(maxsize=8)
def _own(text: str) -> Template:
    if len(text) > MAX_TEMPLATE:
        raise TemplateProblemError(f"It has {len(text):,} characters; a template may have {MAX_TEMPLATE:,}.")
    try:
        tree = _environment().parse(text)
        _let_through(tree.iter_child_nodes(), loops=0, depth=0)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, _LISTED, [], [], None, None, lineno=loop.lineno)
        return _environment().from_string(tree)
    except TemplateSyntaxError as error:
        raise TemplateProblemError(_told(error), error.lineno) from None
    except RecursionError:
        raise TemplateProblemError("It is nested too deep.") from None
    except TemplateError as error:
        raise TemplateProblemError(_told(error)) from None
    except ValueError:
        raise TemplateProblemError("It has a number with more digits than can be read.") from None


_LET_THROUGH = (
    nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Name, nodes.Getattr, nodes.Getitem,
    nodes.Const, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.CondExpr, nodes.Concat, nodes.Add, nodes.Sub, nodes.Keyword, nodes.List, nodes.Tuple,
)  # fmt: skip


def _let_through(children: Iterable[nodes.Node], *, loops: int, depth: int, inside: bool = False) -> None:
    for node in children:
        deeper = loops + isinstance(node, nodes.For)
        if not isinstance(node, _LET_THROUGH) or (isinstance(node, nodes.For) and node.recursive):
            what = type(node).__name__.lower()
            raise TemplateProblemError(f"“{what}” is not let through in a prompt template.", node.lineno)
        if deeper > MAX_LOOPS:
            raise TemplateProblemError(f"More than {MAX_LOOPS} loops lie in each other.", node.lineno)
        is_expression = isinstance(node, nodes.Expr)
        if depth >= MAX_DEPTH:
            raise TemplateProblemError("It is nested too deep.", node.lineno)
        if is_expression and not inside and _operands(node) > MAX_OPERANDS:
            raise TemplateProblemError(f"One expression joins more than {MAX_OPERANDS} values.", node.lineno)
        _let_through(node.iter_child_nodes(), loops=deeper, depth=depth + 1, inside=is_expression)


def _operands(expression: nodes.Node) -> int:
    return 1 + sum(1 for _ in expression.find_all((nodes.Name, nodes.Const)))


_NO_SUCH_KEY = pattern(r"'.* object' has no attribute '(.*)'")


def _told(error: TemplateError) -> str:
    if isinstance(error, SecurityError):
        return "It reaches for something the sandbox keeps from it."
    message = (error.message or "it cannot be rendered").rstrip(".")
    if unknown := _NO_SUCH_KEY.fullmatch(message):
        return f"Nothing is called “{unknown.group(1)}” there."
    return message[0].upper() + message[1:] + "."
