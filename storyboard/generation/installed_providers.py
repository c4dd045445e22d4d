"""The providers that are there: those that ship with the program, and those that other packages bring.

A package brings one by an entry point of the group ``storyboard.providers``, whose name is the provider's and which
is a factory: it is given ``ProviderSettings`` and makes a ``Provider``. The shipped ones are known without, so that
they are there in any checkout and nobody else can stand in their place.
"""

from __future__ import annotations

import importlib
import math
import re
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, cast

from storyboard.errors import StoryboardError, UsageError
from storyboard.story.findings import did_you_mean

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from storyboard.generation.provider import Provider, ProviderFactory, ProviderSettings

GROUP = "storyboard.providers"
DEFAULT = "sandbox"
SHIPPED = {
    "sandbox": "storyboard.generation.sandbox.provider:SandboxProvider",
    "empirio": "storyboard.generation.empirio:EmpirioProvider",
}
"""The providers that ship, by name: where the factory of each is."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_BASE_URL = re.compile(r"[!-?A-~]{1,2048}")  # printable ASCII but @, before which a password could stand
_CALLS = ("require_key", "submit", "status", "fetch", "price", "close")


@dataclass(frozen=True)
class Packaged:
    """A provider that another package brings; nothing of it is loaded yet.

    Attributes:
        name: The provider's name.
        package: The package and its version, for messages.
        entry_point: Loads its factory.
    """

    name: str
    package: str
    entry_point: EntryPoint


def packaged() -> tuple[Packaged, ...]:
    """The providers that other packages bring, by name. A package that is found twice on the path counts once."""
    found: dict[tuple[str, str, str], Packaged] = {}
    for each in entry_points(group=GROUP):
        owner = each.dist
        package = f"{owner.name} {owner.version}" if owner is not None else each.value
        if each.value != SHIPPED.get(each.name):
            found.setdefault((each.name, package, each.value), Packaged(each.name, package, each))
    return tuple(found[key] for key in sorted(found))


def make_provider(name: str, settings: ProviderSettings, where: str = "") -> Provider:
    """The provider of that name.

    Args:
        name: As the person, or the ledger, names it.
        settings: What it is made with.
        where: A sentence on who named it, for the message where there is none; may be empty.

    Raises:
        UsageError: There is none, two packages bring it, it cannot be used, or it does not take the settings.
    """
    others = [each for each in packaged() if each.name == name]
    owners = [*(["this program"] if name in SHIPPED else []), *(each.package for each in others)]
    if len(owners) > 1:
        raise UsageError(
            f"The provider “{name}” is brought by {' and by '.join(owners)}, so it is not clear which is meant.",
            hint=f"Uninstall {others[-1].package.partition(' ')[0]}, or ask its makers for another name.",
        )
    if not owners:
        names = [*SHIPPED, *sorted({each.name for each in packaged()})]
        raise UsageError(f"There is no provider “{name}”. {where}".rstrip(), hint=did_you_mean(name, names))
    if name in SHIPPED:
        module, _, attribute = SHIPPED[name].partition(":")
        factory: ProviderFactory = getattr(importlib.import_module(module), attribute)
        return factory(settings)
    return _made(others[0], settings)


def _made(found: Packaged, settings: ProviderSettings) -> Provider:
    try:
        factory = found.entry_point.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001  whatever a package does when it is imported
        raise _unusable(found, f"it cannot be imported ({_told(error)})") from None
    if not callable(factory):
        raise _unusable(found, f"{found.entry_point.value} is no factory, but of the type {type(factory).__name__}")
    try:
        provider = factory(settings)
    except StoryboardError:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001  likewise
        raise _unusable(found, f"it cannot be made ({_told(error)})") from None
    problem = complaint(provider, found.name)
    if problem:
        raise _unusable(found, problem)
    return cast("Provider", provider)


def complaint(provider: Any, name: str) -> str:
    """Why something is no provider of that name, as a clause; empty where it is one."""
    try:
        facts = {
            each: getattr(provider, each)
            for each in ("name", "base_url", "free", "ends_with_process", "requests_a_minute")
        }
        lacking = [each for each in _CALLS if not callable(getattr(provider, each))]
    except Exception as error:  # noqa: BLE001  its facts may be computed, by anybody's code
        return f"its facts cannot be read ({_told(error)})"
    if lacking:
        return f"it has no {lacking[0]}() that can be called"
    if facts["name"] != name or not _NAME.fullmatch(name):
        return f"its name is {str(facts['name'])[:64]!r}, and its entry point's is {name[:64]!r}"
    address = facts["base_url"]
    if not isinstance(address, str) or not _BASE_URL.fullmatch(address):
        return "its base_url is no address: printable ASCII, no @ and no space"
    for each in ("free", "ends_with_process"):
        if not isinstance(facts[each], bool):
            return f"its “{each}” is neither True nor False"
    bound = facts["requests_a_minute"]
    number = isinstance(bound, int | float) and not isinstance(bound, bool)
    if bound is not None and not (number and math.isfinite(bound) and bound > 0):
        return "its “requests_a_minute” is neither None nor a number above 0"
    return ""


def _unusable(found: Packaged, why: str) -> UsageError:
    return UsageError(
        f"The provider “{found.name}” of the package {found.package} cannot be used: {why}.",
        hint="Update or uninstall that package; --provider sandbox goes without it.",
    )


def _told(error: BaseException) -> str:
    words = " ".join("".join(each if each.isprintable() else " " for each in str(error)[:300]).split())
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
