"""``docs/rules.md``, made from the registry."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING

from storyboard.rules.registry import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.rules.rule import Rule

_HEAD = """\
# Rules

Everything `storyboard check` tells that is not an error, made from the rules themselves by
`python -m storyboard.rules > docs/rules.md`. `storyboard explain CODE` says the same in a terminal.

- A **warning** fails `check --strict`; an **info** fails nothing.
- `rules: {CODE: off}` in a storyboard or a series switches a rule off; `info`, `warning` and `error` make it count
  less or more.
- `# storyboard: ignore CODE` (or several, with commas) hides the finding on its own line, or on the line below where
  the comment stands alone. A comment that hides nothing is told. Errors cannot be ignored. In a series, where a
  comment may hide what any episode raises, only a code that is no rule is told.
- `storyboard check --fix` mends what has one right answer, and `--diff` only shows it: words to take out of the
  negative prompt, seconds off the grid of 4.5, quotes around a text that begins with a brace. Everything else in the
  file stays as it is, byte for byte. A value that a series sets is not mended through its episodes.
- Rules that read actions read English, and keep quiet where a text is in another language or script.

"""


_AGREEMENT = """\
## How often the rules are right

Forty-five storyboards by invented authors, from careful to careless, were written by somebody who did not know
the rules (`tests/corpus/`). Every finding was then read by one person, who said whether it helps the author
(`tests/corpus/judged.json`, with reasons). A rule that fewer than 80 % were agreed with is an info or was
dropped; one that is not listed found nothing there. The first reading led to mending general mistakes of the rules,
so that the shares are a little kinder than they would be on texts nobody has read.
"""


Agreement = Mapping[tuple[str, str], tuple[int, int]]
"""For each rule, by code and severity: how many findings a corpus has, and how many of them a reader agreed with."""


def page(agreement: Agreement) -> str:
    """The whole page.

    Args:
        agreement: Of the rules that have findings in the corpus.
    """
    return _HEAD + "\n".join(_parts(agreement))


def _parts(agreement: Agreement) -> Iterator[str]:
    yield "| rule | severity | what it is about |\n| --- | --- | --- |"
    for rule in RULES.values():
        yield f"| [`{rule.code}`](#{rule.code}) | {rule.severity} | {rule.title} |"
    yield ""
    yield from _agreement(agreement)
    for rule in RULES.values():
        yield from _section(rule)


def _agreement(agreement: Agreement) -> Iterator[str]:
    if not agreement:
        return
    yield _AGREEMENT
    yield "| rule | severity | findings | agreed | |\n| --- | --- | ---: | ---: | ---: |"
    for (code, severity), (found, agreed) in agreement.items():
        yield f"| [`{code}`](#{code}) | {severity} | {found} | {agreed} | {agreed / found:.0%} |"
    yield ""


def _section(rule: Rule) -> Iterator[str]:
    yield f"## {rule.code}\n"
    yield f"*{str(rule.severity).capitalize()}.* {rule.title}\n"
    yield fill(rule.explanation, 110, break_on_hyphens=False, break_long_words=False) + "\n"
    for name, text in (("Instead of", rule.bad), ("write", rule.good)):
        yield f"{name}\n\n```yaml\n{text}```\n"
    yield f"Source: {rule.source}.\n"
