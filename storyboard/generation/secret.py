"""The API key, held so that it cannot be shown by accident."""

from __future__ import annotations

import hmac
from typing import NoReturn, final

from storyboard.errors import KeyMissingError

_HINT = "Copy the key once more from the service's dashboard, as one line with nothing around it."


@final
class Secret:
    """A key that no repr, log line, format string or pickle shows.

    Args:
        value: The key: printable ASCII without spaces, because that is all an HTTP header carries safely.
        source: Where the key was read, for the message when it is unusable: a variable's name, say.

    Raises:
        KeyMissingError: The key is empty or has characters that no key has. The message names the kind
            of character and its place, never a character of the key.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str, *, source: str = "the environment") -> None:
        complaint = _complaint(value)
        if complaint:
            raise KeyMissingError(f"The API key from {source} {complaint}.", hint=_HINT)
        self._value = value

    def reveal(self) -> str:
        """The key itself, for the one header that carries it."""
        return self._value

    def hide_in(self, body: bytes) -> bytes:
        """``body`` with the key blotted out, in case a service repeats in an answer what it was sent."""
        key = self._value.encode("ascii")
        escaped = key.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
        return body.replace(key, b"****").replace(escaped, b"****")

    def __repr__(self) -> str:
        return "Secret(****)"

    def __str__(self) -> str:
        return "****"

    def __format__(self, spec: str) -> str:
        return format("****", spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value, other._value)

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A Secret is not pickled: whatever holds the pickle would hold the key.")


def _complaint(value: str) -> str:
    if not value:
        return "is empty"
    for place, character in enumerate(value, start=1):
        if character in "\r\n":
            return f"has a line break in it, at character {place} of {len(value)}"
        if character.isspace():
            return f"has a space or a tab in it, at character {place} of {len(value)}"
        if not character.isascii():
            return f"has a character in it that no key has (not ASCII), at character {place} of {len(value)}"
        if not character.isprintable():
            return f"has a control character in it, at character {place} of {len(value)}"
    return ""
