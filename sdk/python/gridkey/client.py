"""The client for ordinary, threaded programs."""

from __future__ import annotations

import json as json_module
import os
import random
import ssl
import threading
import time
from typing import Any, Callable, Mapping, Optional

from ._http import Request, Response, check_url, send
from ._session import Session
from .errors import ConfigurationError, ConnectionFailed, GridkeyError

#: Sends one request.
Transport = Callable[[Request], Response]
USER_AGENT = "gridkey-python/0.1.0"


def settings(api_key: Optional[str], url: Optional[str]) -> tuple[str, str]:
    """Key and address, from the arguments or from the environment."""
    key = (api_key if api_key is not None else os.environ.get("GRIDKEY_API_KEY", "")).strip()
    if not key:
        raise ConfigurationError(
            "There is no API key.", code="missing_api_key", fix="Pass api_key, or set GRIDKEY_API_KEY."
        )
    if not all("!" <= character <= "~" for character in key):
        raise ConfigurationError("The API key has characters that no key has.", code="invalid_api_key")
    address = url if url is not None else os.environ.get("GRIDKEY_URL", "")
    if not address:
        raise ConfigurationError(
            "There is no address of a server.", code="missing_url", fix="Pass url, or set GRIDKEY_URL."
        )
    return key, check_url(address)


def build(
    base: str,
    method: str,
    path: str,
    headers: Optional[Mapping[str, str]],
    body: Optional[bytes],
    json: Any,
) -> Request:
    """A request to a path of the server, or to a whole address."""
    url = base + path if path.startswith("/") else path
    if not path.startswith("/"):
        check_url(path.partition("?")[0])
    all_headers = {"Accept": "application/json", "User-Agent": USER_AGENT}
    if json is not None:
        if body is not None:
            raise ConfigurationError("body and json exclude each other.", code="invalid_request")
        body = json_module.dumps(json).encode()
        all_headers["Content-Type"] = "application/json"
    all_headers.update(headers or {})
    return Request(method.upper(), url, all_headers, body or b"")


def with_token(request: Request, token: str) -> Request:
    """The same request, authenticated."""
    return Request(request.method, request.url, {**request.headers, "Authorization": f"Bearer {token}"}, request.body)


class _Flight:
    """One way to the server that several threads wait for."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._token: Optional[str] = None
        self._error: Optional[GridkeyError] = None

    def land(self, token: Optional[str], error: Optional[GridkeyError]) -> None:
        self._token, self._error = token, error
        self._over.set()

    def wait(self) -> str:
        self._over.wait()
        if self._error is not None:
            raise self._error.again() from self._error
        return self._token or ""


class Client:
    """Exchanges an API key for a short session token, keeps it, and renews it in time.

    Safe to be shared by any number of threads: however many ask, one of them goes to the server.
    """

    def __init__(
        self,
        api_key: Optional[str] = None,
        url: Optional[str] = None,
        *,
        timeout: float = 30.0,
        ssl_context: Optional[ssl.SSLContext] = None,
        user_agent: str = USER_AGENT,
        transport: Optional[Transport] = None,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        key, self.url = settings(api_key, url)
        self._session = Session(self.url, key, user_agent, chance)
        self._send: Transport = transport or (lambda request: send(request, timeout, ssl_context))
        self._clock = clock
        self._lock = threading.Lock()
        self._flight: Optional[_Flight] = None

    @classmethod
    def create(cls, api_key: Optional[str] = None, url: Optional[str] = None, **options: Any) -> "Client":
        """A client for the key and the server, or for those in ``GRIDKEY_API_KEY`` and ``GRIDKEY_URL``."""
        return cls(api_key, url, **options)

    def __repr__(self) -> str:
        return f"Client(url={self.url!r}, api_key=<hidden>)"

    def token(self) -> str:
        """A session token that works now."""
        with self._lock:
            now = self._clock()
            token = self._session.usable(now)
            if token and (self._flight or not self._session.is_due(now)):
                return token
            flight, leads = self._flight, self._flight is None
            if flight is None:
                flight = self._flight = _Flight()
        if not leads:
            return flight.wait()
        return self._lead(flight)

    def authorization(self) -> dict[str, str]:
        """The header to send, for programs that use another HTTP library."""
        return {"Authorization": f"Bearer {self.token()}"}

    def reject(self, token: str) -> None:
        """Tells that a server answered 401 to this token: the next call of :meth:`token` gets another one."""
        with self._lock:
            self._session.reject(token)

    def forget(self) -> None:
        """Forgets all tokens. The next call exchanges the key anew."""
        with self._lock:
            self._session.forget()

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Optional[Mapping[str, str]] = None,
        body: Optional[bytes] = None,
        json: Any = None,
    ) -> Response:
        """Makes an authenticated request to a path of the server, or to a whole address.

        A 401 is answered by one new token and one more try. Answers that are errors are raised.
        """
        request = build(self.url, method, path, headers, body, json)
        token = self.token()
        answer = self._send(with_token(request, token))
        if answer.status == 401:
            self.reject(token)
            answer = self._send(with_token(request, self.token()))
        return answer.expect()

    def _lead(self, flight: _Flight) -> str:
        token: Optional[str] = None
        error: Optional[GridkeyError] = ConnectionFailed("The attempt was interrupted.", code="interrupted")
        try:
            token = self._fetch()
            error = None
            return token
        except GridkeyError as failure:
            error = failure
            raise
        finally:
            with self._lock:
                self._flight = None
            flight.land(token, error)

    def _fetch(self) -> str:
        try:
            while True:
                asked_at = self._clock()
                with self._lock:
                    request, renewal = self._session.next_request()
                answer = self._send(request)
                with self._lock:
                    if self._session.take(answer, asked_at, renewal):
                        return self._session.usable(asked_at) or ""
        except GridkeyError as error:
            with self._lock:
                token = self._session.failed(error, self._clock())
            if token is None:
                raise
            return token
