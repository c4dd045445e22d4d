"""``docs/rules.md``, made from the registry."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING, NamedTuple

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


_AGREEMENT = (
    """
    Forty-five storyboards by invented authors, from careful to careless, were written by somebody who did not know
    the rules (`tests/corpus/`). Another reader, who knew neither how the rules work nor what their author thinks of
    them, then judged every finding: whether it is true and helps (`tests/corpus/judged.json`, with reasons). A rule
    that fewer than 80 % were agreed with is an info or was dropped; one that is not listed found nothing there.
    """,
    """
    The reader was handed 151 findings and agreed with 136 (90 %). Of the {found} that are raised now, {by_reader} are
    among those, and the reader agreed with {agreed} of them.{rest}
    """,
)
_MENDED = """
After that reading `several-camera-moves`, `camera-contradiction`, `mixed-adherence`, `movement-without-end`,
`drifting-resolution`, `no-motion`, `too-few-words` and `prompt-too-long` were mended by what the reader said of them,
so that their shares are a little kind, and `text-on-screen`, `cut-inside-segment`, `negated` and
`adherence-against-cfg` were added for what the reader missed. What a mended rule says in other words now, or a new
rule finds, the reader has not seen: the rules' author judged it, {by_author} findings, counted in the last column.
Where only the advice beside it is another, the reader's verdict stands.
""".strip()
_BEGIN, _END = "<!-- agreement -->", "<!-- /agreement -->"


class Share(NamedTuple):
    """How the findings of a rule were judged.

    Attributes:
        found: How many there are in the corpus.
        agreed: How many of them were agreed with.
        by_author: How many of them the rules' author judged, and not the reader.
        agreed_by_author: How many of these were agreed with.
    """

    found: int = 0
    agreed: int = 0
    by_author: int = 0
    agreed_by_author: int = 0

    @property
    def agreed_by_reader(self) -> int:
        """How many findings the reader agreed with."""
        return self.agreed - self.agreed_by_author


Agreement = Mapping[tuple[str, str], Share]
"""For each rule, by code and severity: how its findings in the corpus were judged."""


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
    shares = agreement.values()
    found, by_author = sum(share.found for share in shares), sum(share.by_author for share in shares)
    agreed = sum(share.agreed_by_reader for share in shares)
    rest = f" {_MENDED.format(by_author=by_author)}" if by_author else ""
    yield "## How often the rules are right\n"
    for text in _AGREEMENT:
        yield _filled(text.format(found=found, by_reader=found - by_author, agreed=agreed, rest=rest))
    yield table(agreement)


def table(agreement: Agreement, of_page: str = "") -> str:
    """How often each rule was agreed with, as a table.

    Args:
        agreement: Of the rules that have findings in the corpus.
        of_page: Where the rules stand, seen from the table; empty where it is the same page.
    """
    lines = ["| rule | severity | findings | agreed | | by its author |", "| --- | --- | ---: | ---: | ---: | ---: |"]
    for (code, severity), share in agreement.items():
        counts = f"{share.found} | {share.agreed} | {share.agreed / share.found:.0%} | {share.by_author or ''}"
        lines.append(f"| [`{code}`]({of_page}#{code}) | {severity} | {counts} |")
    return "\n".join(lines) + "\n"


def with_table(readme: str, agreement: Agreement) -> str:
    """A README with the table between its two comments, whatever stood there.

    Raises:
        ValueError: The comments are not there.
    """
    before, begin, rest = readme.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not end:
        raise ValueError(f"no {_BEGIN} with an {_END} below it")
    return f"{before}{begin}\n{table(agreement, 'docs/rules.md')}{end}{after}"


def _filled(text: str) -> str:
    return fill(" ".join(text.split()), 110, break_on_hyphens=False, break_long_words=False) + "\n"


def _section(rule: Rule) -> Iterator[str]:
    yield f"## {rule.code}\n"
    yield f"*{str(rule.severity).capitalize()}.* {rule.title}\n"
    yield _filled(rule.explanation)
    for name, text in (("Instead of", rule.bad), ("write", rule.good)):
        yield f"{name}\n\n```yaml\n{text}```\n"
    yield f"Source: {rule.source}.\n"
