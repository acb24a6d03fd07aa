"""What can go wrong, as exceptions. Every answer of a server that is an error becomes one of them."""

from __future__ import annotations

import json
from typing import Any, Mapping, Optional, Tuple, Type


class GridkeyError(Exception):
    """Anything that this package raises.

    ``code`` is for programs and does not change; ``fix`` says what to do about it, where that is known; ``request_id`` is
    what to name when asking the operator for help.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str,
        status: Optional[int] = None,
        request_id: Optional[str] = None,
        fix: Optional[str] = None,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status
        self.request_id = request_id
        self.fix = fix
        self.retry_after = retry_after

    def __str__(self) -> str:
        text = f"{self.message} ({self.code})"
        if self.fix:
            text += f" Fix: {self.fix}"
        if self.request_id:
            text += f" Request: {self.request_id}"
        return text

    def again(self) -> "GridkeyError":
        """The same error to be raised a second time: each of several waiting callers gets one of its own."""
        return type(self)(
            self.message,
            code=self.code,
            status=self.status,
            request_id=self.request_id,
            fix=self.fix,
            retry_after=self.retry_after,
        )


class ConfigurationError(GridkeyError):
    """The program did not say what is needed, or said something that cannot be."""


class ConnectionFailed(GridkeyError):
    """The server could not be reached, or hung up."""


class ApiError(GridkeyError):
    """The server answered with an error."""


class AuthenticationError(ApiError):
    """401: the key, token or signature is not good."""


class PermissionDenied(ApiError):
    """403: it is good, and may not do this."""


class NotFound(ApiError):
    """404: there is no such thing, or not for this caller."""


class Conflict(ApiError):
    """409 or 412: it clashes with what is there, or was changed meanwhile."""


class InvalidRequest(ApiError):
    """400 or 422: the server does not take the request as it is."""


class RateLimited(ApiError):
    """429: too many requests; ``retry_after`` says for how many seconds to wait."""


class ServerError(ApiError):
    """5xx: the server is busy or broken."""


class InvalidToken(GridkeyError):
    """A token did not stand the offline check."""


class SigningError(GridkeyError):
    """A key that is none, or a request that cannot be signed."""


_BY_STATUS: Mapping[int, Type[ApiError]] = {
    400: InvalidRequest,
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    412: Conflict,
    422: InvalidRequest,
    429: RateLimited,
}


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _text(*candidates: Any) -> Optional[str]:
    return next((text for text in candidates if isinstance(text, str) and text), None)


def _told(body: bytes) -> Tuple[Optional[str], Optional[str], Optional[str], Optional[str]]:
    """Code, message, fix and request id out of any of the shapes that a server's profile may have."""
    try:
        answer = json.loads(body)
    except ValueError:
        return None, None, None, None
    error = _member(answer, "error")
    errors = _member(answer, "errors")
    code = _text(_member(error, "code"), error, _member(answer, "code"))
    message = _text(
        _member(error, "message"),
        _member(answer, "error_description"),
        _member(answer, "detail"),
        _member(errors, "detail"),
        _member(answer, "message"),
        _member(answer, "title"),
    )
    fix = _text(_member(answer, "fix"), _member(error, "fix"))
    request_id = _text(_member(_member(answer, "meta"), "request_id"), _member(answer, "request_id"))
    return code, message, fix, request_id


def _seconds(text: Optional[str]) -> Optional[float]:
    try:
        return max(0.0, float(text)) if text else None
    except ValueError:
        return None


def error_of(status: int, headers: Mapping[str, str], body: bytes) -> ApiError:
    """The exception for an answer whose headers have names in lower case."""
    code, message, fix, request_id = _told(body)
    kind = _BY_STATUS.get(status, ServerError if status >= 500 else ApiError)
    return kind(
        message or f"The server answered with status {status}.",
        code=code or f"http_{status}",
        status=status,
        request_id=headers.get("x-request-id") or request_id,
        fix=fix,
        retry_after=_seconds(headers.get("retry-after")),
    )
