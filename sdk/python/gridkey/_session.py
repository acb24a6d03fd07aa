"""When a session token is fetched, renewed, kept and thrown away: rules without threads, tasks or sockets.

Both clients stand on this. They differ only in how they wait.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Callable, Mapping, Optional, Tuple

from ._http import Request, Response
from .errors import ApiError, ConnectionFailed, GridkeyError, RateLimited, ServerError

#: Which part of a token's life is over when it is renewed, and how far chance moves that: so that programs which were
#: started together do not all renew at once.
AHEAD = 0.8
JITTER = 0.05
#: For how many seconds after a failure a token that is still good is not tried to be renewed.
PAUSE = 5.0


@dataclass
class Tokens:
    """What a key was exchanged for."""

    token: str = field(repr=False)
    refresh_token: Optional[str] = field(repr=False)
    session_id: Optional[str]
    renew_at: float
    expires_at: float


class Session:
    """The state of one client. Not safe to be used from several threads at once: the client sees to that."""

    def __init__(self, url: str, api_key: str, user_agent: str, chance: Callable[[], float] = random.random) -> None:
        self._url = url
        self._api_key = api_key
        self._user_agent = user_agent
        self._chance = chance
        self._tokens: Optional[Tokens] = None
        self._refresh_token: Optional[str] = None

    def __repr__(self) -> str:
        return f"Session(url={self._url!r})"

    def usable(self, now: float) -> Optional[str]:
        """The token that may be sent now, be it time to renew it or not."""
        tokens = self._tokens
        return tokens.token if tokens and now < tokens.expires_at else None

    def is_due(self, now: float) -> bool:
        """Whether somebody should get the next token now."""
        return self._tokens is None or now >= self._tokens.renew_at

    @property
    def session_id(self) -> Optional[str]:
        """The server's name of the session."""
        return self._tokens.session_id if self._tokens else None

    def reject(self, token: str) -> None:
        """A server did not take this token. If another has come since, that is not news."""
        if self._tokens and self._tokens.token == token:
            self._tokens = None

    def forget(self) -> None:
        """Forgets all tokens."""
        self._tokens = None
        self._refresh_token = None

    def next_request(self) -> Tuple[Request, bool]:
        """What to ask for the next token, and whether that is a renewal."""
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": self._user_agent}
        if self._refresh_token:
            body = json.dumps({"refresh_token": self._refresh_token}).encode()
            return Request("POST", f"{self._url}/v1/auth/refresh", headers, body), True
        headers["Authorization"] = f"Bearer {self._api_key}"
        body = json.dumps({"user_agent": self._user_agent}).encode()
        return Request("POST", f"{self._url}/v1/auth/session", headers, body), False

    def take(self, answer: Response, asked_at: float, renewal: bool) -> bool:
        """Takes the answer to :meth:`next_request`. ``False`` says that the renewal was refused and the key has to be
        exchanged anew; other refusals are raised."""
        if answer.status < 400:
            self._keep(answer, asked_at)
            return True
        try:
            answer.expect()
        except (RateLimited, ServerError):
            raise
        except ApiError:
            # Whatever the reason, this refresh token will not be taken the next time either.
            self._refresh_token = None
            if not renewal:
                self._tokens = None
                raise
        return False

    def failed(self, error: GridkeyError, now: float) -> Optional[str]:
        """The token to go on with though the next one could not be had, if there is one: a server that is away for a
        moment costs nobody anything."""
        token = self.usable(now)
        if token is None or self._tokens is None or not isinstance(error, (ConnectionFailed, RateLimited, ServerError)):
            return None
        self._tokens.renew_at = now + (error.retry_after or PAUSE)
        return token

    def _keep(self, answer: Response, asked_at: float) -> None:
        members = _members(answer)
        token = members.get("session_token") or members.get("token")
        lifetime = members.get("expires_in")
        if not isinstance(token, str) or not token:
            raise ServerError(
                "The answer holds no session token.",
                code="invalid_answer",
                status=answer.status,
                fix="Check that the address is that of a Gridkey server.",
            )
        seconds = float(lifetime) if isinstance(lifetime, (int, float)) and lifetime > 0 else 3600.0
        moved = (2.0 * self._chance() - 1.0) * JITTER
        refresh, session = members.get("refresh_token"), members.get("session_id")
        # Some servers send no new refresh token: then the old one is good for the next time too.
        if isinstance(refresh, str) and refresh:
            self._refresh_token = refresh
        self._tokens = Tokens(
            token=token,
            refresh_token=self._refresh_token,
            session_id=session if isinstance(session, str) else None,
            renew_at=asked_at + seconds * (AHEAD + moved),
            expires_at=asked_at + seconds,
        )


def _members(answer: Response) -> Mapping[str, object]:
    """The members of an answer, with or without an envelope around them."""
    try:
        whole = answer.json()
    except ValueError:
        return {}
    inner = whole.get("data") if isinstance(whole, dict) else None
    members = inner if isinstance(inner, dict) else whole
    return members if isinstance(members, dict) else {}
