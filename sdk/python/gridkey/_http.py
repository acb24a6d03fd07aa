"""One HTTP exchange with the standard library."""

from __future__ import annotations

import http.client
import json
import ssl
from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, Optional
from urllib.parse import urlsplit

from .errors import ConfigurationError, ConnectionFailed, error_of

#: The longest answer that is read.
LONGEST = 64 * 1024 * 1024
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Request:
    """What is sent."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Response:
    """What came back. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def expect(self) -> "Response":
        """This answer, when it is no error; otherwise raises what it is."""
        if self.status >= 400:
            raise error_of(self.status, self.headers, self.body)
        return self


def check_url(url: str) -> str:
    """The address of a server, without a slash at its end. Secrets travel encrypted, except on this very machine."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError(
            "The address of the server is not an http or https URL.",
            code="invalid_url",
            fix="Write it as https://id.example.com.",
        )
    if parts.username or parts.password:
        raise ConfigurationError(
            "The address of the server holds a name or password.", code="invalid_url", fix="Leave them out."
        )
    if parts.scheme == "http" and parts.hostname not in _LOCAL:
        raise ConfigurationError(
            "The address of the server is http and not of this machine: keys would travel in the clear.",
            code="insecure_url",
            fix="Use https.",
        )
    return url.rstrip("/")


def send(request: Request, timeout: float = 30.0, context: Optional[ssl.SSLContext] = None) -> Response:
    """Sends a request on a connection of its own and reads the whole answer. Redirects are not followed, because a
    credential is for the server that it was meant for."""
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if "?" in request.url.partition("#")[0] else "")
    host = parts.hostname or ""
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(host, parts.port, timeout=timeout, context=context)
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=timeout)
    try:
        body = request.body if request.body or request.method not in ("GET", "HEAD", "DELETE") else None
        connection.request(request.method, target, body=body, headers=dict(request.headers))
        answer = connection.getresponse()
        content = answer.read(LONGEST + 1)
        headers: Dict[str, str] = {name.lower(): value for name, value in answer.getheaders()}
    except (OSError, http.client.HTTPException) as error:
        raise ConnectionFailed(
            f"{parts.scheme}://{parts.netloc} could not be asked: {type(error).__name__}.",
            code="connection_failed",
            fix="Check the address, and whether the server runs.",
        ) from error
    finally:
        connection.close()
    if len(content) > LONGEST:
        raise ConnectionFailed("The answer is too long.", code="answer_too_long")
    return Response(answer.status, headers, content)
