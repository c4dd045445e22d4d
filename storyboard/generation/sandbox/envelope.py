"""The service's way of saying no: an OpenAI-style error envelope (vendor docs, errors)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

_TYPES = {
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    429: "rate_limit_error",
    500: "server_error",
    502: "server_error",
    503: "server_error",
}


class Refusal(Exception):  # noqa: N818  an answer on its way out, not a fault of the program
    """A request that is answered with an error.

    Attributes:
        status: The HTTP status.
        code: The envelope's short name for it.
        message: One or two sentences: the field, what was given, what is allowed.
        headers: Further headers of the answer.
    """

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    def response(self) -> JSONResponse:
        """The answer itself."""
        kind = _TYPES.get(self.status, "invalid_request_error")
        return JSONResponse(
            {"error": {"message": self.message, "type": kind, "code": self.code}},
            status_code=self.status,
            headers=self.headers,
        )


def invalid(field: str, message: str) -> Refusal:
    """A field of the order that the service would not take: 422, with the field's name in front."""
    return Refusal(422, "invalid_parameter", f"'{field}' {message}")


async def answer_refusal(request: Request, error: Exception) -> Response:
    """Starlette's handler for a ``Refusal`` raised anywhere below a route."""
    assert isinstance(error, Refusal)  # noqa: S101  registered for this type alone
    return error.response()


async def answer_http_error(request: Request, error: Exception) -> Response:
    """The envelope for what the router itself refuses: unknown routes and wrong methods."""
    status = getattr(error, "status_code", 500)
    path = request.url.path
    if status == 404:
        return Refusal(404, "not_found", f"There is nothing at {request.method} {path}.").response()
    if status == 405:
        allowed = dict(getattr(error, "headers", None) or {})
        message = f"{path} does not take {request.method}; it takes {allowed.get('Allow', 'another method')}."
        return Refusal(405, "method_not_allowed", message, allowed).response()
    return Refusal(status, "request_refused", str(getattr(error, "detail", "")) or "Refused.").response()


async def answer_crash(request: Request, error: Exception) -> Response:
    """The envelope for a mistake in the sandbox itself; the traceback stays out of the answer."""
    return Refusal(500, "internal_error", "The sandbox stumbled over this request.").response()
