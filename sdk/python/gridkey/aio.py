"""The client for asyncio."""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Awaitable, Callable, Mapping, Optional

from ._http import Request, Response, send
from ._session import Session
from .client import USER_AGENT, build, settings, with_token
from .errors import GridkeyError

#: Sends one request.
AsyncTransport = Callable[[Request], Awaitable[Response]]


class AsyncClient:
    """The same as :class:`gridkey.Client` for asyncio. Belongs to the loop in which it is used first.

    Requests go out on threads of its own, because the standard library has no asynchronous HTTP. A program that has an
    asynchronous HTTP library hands it over as ``transport``, or takes only :meth:`token` from here.
    """

    def __init__(
        self,
        api_key: Optional[str] = None,
        url: Optional[str] = None,
        *,
        timeout: float = 30.0,
        connections: int = 32,
        ssl_context: Optional[ssl.SSLContext] = None,
        user_agent: str = USER_AGENT,
        transport: Optional[AsyncTransport] = None,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        key, self.url = settings(api_key, url)
        self._session = Session(self.url, key, user_agent, chance)
        self._timeout = timeout
        self._context = ssl_context
        self._threads: Optional[ThreadPoolExecutor] = None
        self._connections = connections
        self._send: AsyncTransport = transport or self._on_a_thread
        self._clock = clock
        self._flight: Optional["asyncio.Future[str]"] = None

    @classmethod
    def create(cls, api_key: Optional[str] = None, url: Optional[str] = None, **options: Any) -> "AsyncClient":
        """A client for the key and the server, or for those in ``GRIDKEY_API_KEY`` and ``GRIDKEY_URL``."""
        return cls(api_key, url, **options)

    def __repr__(self) -> str:
        return f"AsyncClient(url={self.url!r}, api_key=<hidden>)"

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Waits for what is on its way and gives its threads back."""
        flight = self._flight
        if flight is not None:
            await asyncio.wait([flight])
        if self._threads is not None:
            self._threads.shutdown(wait=False)
            self._threads = None

    async def token(self) -> str:
        """A session token that works now."""
        now = self._clock()
        token = self._session.usable(now)
        if token and (self._flight or not self._session.is_due(now)):
            return token
        if self._flight is None:
            self._flight = asyncio.ensure_future(self._fetch())
            self._flight.add_done_callback(self._landed)
        try:
            # A caller that is cancelled leaves the others their answer.
            return await asyncio.shield(self._flight)
        except GridkeyError as error:
            raise error.again() from error

    async def authorization(self) -> dict[str, str]:
        """The header to send, for programs that use another HTTP library."""
        return {"Authorization": f"Bearer {await self.token()}"}

    def reject(self, token: str) -> None:
        """Tells that a server answered 401 to this token: the next call of :meth:`token` gets another one."""
        self._session.reject(token)

    def forget(self) -> None:
        """Forgets all tokens. The next call exchanges the key anew."""
        self._session.forget()

    async def request(
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
        token = await self.token()
        answer = await self._send(with_token(request, token))
        if answer.status == 401:
            self.reject(token)
            answer = await self._send(with_token(request, await self.token()))
        return answer.expect()

    def _landed(self, flight: "asyncio.Future[str]") -> None:
        self._flight = None
        # Looked at, so that a failure that nobody waits for any more is no noise in the log.
        if not flight.cancelled():
            flight.exception()

    async def _fetch(self) -> str:
        try:
            while True:
                asked_at = self._clock()
                request, renewal = self._session.next_request()
                answer = await self._send(request)
                if self._session.take(answer, asked_at, renewal):
                    return self._session.usable(asked_at) or ""
        except GridkeyError as error:
            token = self._session.failed(error, self._clock())
            if token is None:
                raise
            return token

    async def _on_a_thread(self, request: Request) -> Response:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._connections, thread_name_prefix="gridkey")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, send, request, self._timeout, self._context)
