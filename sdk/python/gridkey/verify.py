"""Offline checks of tokens by the keys that the server publishes."""

from __future__ import annotations

import base64
import binascii
import json
import re
import threading
import time
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Tuple, Union

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from ._http import Request, Response, check_url, send
from .errors import ConnectionFailed, GridkeyError, InvalidToken

Key = Union[rsa.RSAPublicKey, ec.EllipticCurvePublicKey, ed25519.Ed25519PublicKey]
#: What a key of each kind can check. A token does not choose between kinds.
_KINDS: Mapping[str, Any] = {
    "RS256": rsa.RSAPublicKey,
    "ES256": ec.EllipticCurvePublicKey,
    "EdDSA": ed25519.Ed25519PublicKey,
}
ALGORITHMS = tuple(_KINDS)
LONGEST_TOKEN = 16 * 1024


class Verifier:
    """Checks tokens of one issuer for one audience without asking the server about each of them.

    A token that stands is genuine and in time. Whether it was revoked since, only the server knows: keep lifetimes short,
    or ask ``/v1/verify`` where that matters. Safe to be shared by threads.
    """

    def __init__(
        self,
        issuer: str,
        audience: str,
        *,
        jwks_url: Optional[str] = None,
        algorithms: Iterable[str] = ALGORITHMS,
        token_type: Optional[str] = "at+jwt",
        leeway: float = 30.0,
        max_age: float = 300.0,
        min_interval: float = 10.0,
        timeout: float = 10.0,
        transport: Optional[Callable[[Request], Response]] = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.issuer = issuer
        self.audience = audience
        self._jwks_url = check_url(jwks_url) if jwks_url else None
        self._discovery = f"{check_url(issuer)}/.well-known/openid-configuration"
        self._algorithms = tuple(name for name in algorithms if name in _KINDS)
        self._token_type = token_type
        self._leeway = leeway
        self._max_age = max_age
        self._min_interval = min_interval
        self._send = transport or (lambda request: send(request, timeout))
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: Dict[str, Tuple[str, Key]] = {}
        self._fetched_at: Optional[float] = None
        self._tried_at: Optional[float] = None
        self._fresh_for = max_age

    def __repr__(self) -> str:
        return f"Verifier(issuer={self.issuer!r}, audience={self.audience!r})"

    def verify(self, token: str) -> Dict[str, Any]:
        """The claims of a token that stands; anything else raises :class:`gridkey.InvalidToken`."""
        header, claims, signed, signature = _parts(token)
        algorithm = header.get("alg")
        if algorithm not in self._algorithms:
            raise _invalid("algorithm_not_allowed", "The token is signed by another algorithm.")
        if "crit" in header:
            raise _invalid("malformed_token", "The token demands something that is not understood.")
        if self._token_type is not None and not _same_type(header.get("typ"), self._token_type):
            raise _invalid("wrong_type", "This is a token of another kind.")
        known = self._key(header.get("kid"))
        if known is None:
            raise _invalid("unknown_key", "The token is signed by a key that the issuer does not publish.")
        named, key = known
        if named != algorithm or not _is_signed(algorithm, key, signed, signature):
            raise _invalid("invalid_signature", "The signature does not fit the token.")
        self._check(claims)
        return claims

    def _check(self, claims: Mapping[str, Any]) -> None:
        now = self._clock()
        if claims.get("iss") != self.issuer:
            raise _invalid("wrong_issuer", "The token is of another issuer.")
        audience = claims.get("aud")
        if audience != self.audience and not (isinstance(audience, list) and self.audience in audience):
            raise _invalid("wrong_audience", "The token is for another API.")
        if not _is_time(claims.get("exp")):
            raise _invalid("malformed_token", "The token says not when it ends.")
        if now >= claims["exp"] + self._leeway:
            raise _invalid("token_expired", "The time of the token is over.")
        for name in ("nbf", "iat"):
            moment = claims.get(name)
            if moment is not None and not _is_time(moment):
                raise _invalid("malformed_token", f"{name} is not a time.")
            if moment is not None and now < moment - self._leeway:
                raise _invalid("token_not_yet_valid", "The time of the token has not come.")

    def _key(self, kid: Any) -> Optional[Tuple[str, Key]]:
        if not isinstance(kid, str):
            return None
        with self._lock:
            now = self._clock()
            is_stale = self._fetched_at is None or now - self._fetched_at >= self._fresh_for
            if (is_stale or kid not in self._keys) and self._may_ask(now):
                self._tried_at = now
                try:
                    self._fetch(now)
                except GridkeyError:
                    # Keys that were good a moment ago are better than none, when the server is away.
                    if kid not in self._keys:
                        raise
            return self._keys.get(kid)

    def _may_ask(self, now: float) -> bool:
        """Made-up key ids must not make this program pester the server."""
        return self._tried_at is None or now - self._tried_at >= self._min_interval

    def _get(self, url: str) -> Response:
        return self._send(Request("GET", url, {"Accept": "application/json"})).expect()

    def _fetch(self, now: float) -> None:
        if self._jwks_url is None:
            document = _object(self._get(self._discovery))
            if document.get("issuer") != self.issuer or not isinstance(document.get("jwks_uri"), str):
                raise ConnectionFailed("The discovery document is not that of the issuer.", code="wrong_discovery")
            self._jwks_url = check_url(document["jwks_uri"])
        answer = self._get(self._jwks_url)
        listed = _object(answer).get("keys")
        keys: Dict[str, Tuple[str, Key]] = {}
        for item in listed if isinstance(listed, list) else []:
            read = _read_key(item)
            if read is not None:
                keys[read[0]] = read[1]
        found = re.search(r"max-age=(\d{1,9})", answer.headers.get("cache-control", ""))
        self._fresh_for = min(self._max_age, float(found.group(1))) if found else self._max_age
        self._keys, self._fetched_at = keys, now


def _invalid(code: str, message: str) -> InvalidToken:
    return InvalidToken(message, code=code)


def _is_time(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _same_type(presented: Any, wanted: str) -> bool:
    """Types of tokens are media types: letter case and ``application/`` make no difference (RFC 7515 4.1.9)."""
    return isinstance(presented, str) and presented.lower().replace("application/", "", 1) == wanted.lower()


def _decode(text: str) -> bytes:
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _parts(token: str) -> Tuple[Dict[str, Any], Dict[str, Any], bytes, bytes]:
    try:
        if len(token) > LONGEST_TOKEN:
            raise ValueError("too long")
        first, second, third = token.split(".")
        header, claims = json.loads(_decode(first)), json.loads(_decode(second))
        if not isinstance(header, dict) or not isinstance(claims, dict):
            raise ValueError("not objects")
        return header, claims, f"{first}.{second}".encode(), _decode(third)
    except (ValueError, binascii.Error, RecursionError):
        pass
    raise _invalid("malformed_token", "This is not a signed token.")


def _object(answer: Response) -> Dict[str, Any]:
    try:
        value = answer.json()
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ConnectionFailed("The issuer answered something else than JSON.", code="invalid_answer")
    return value


def _number(text: str) -> int:
    return int.from_bytes(_decode(text), "big")


def _read_key(item: Any) -> Optional[Tuple[str, Tuple[str, Key]]]:
    """A key of a JWKS (RFC 7517), or nothing when it is not one that can check tokens here."""
    if not isinstance(item, dict) or not isinstance(item.get("kid"), str) or item.get("use", "sig") != "sig":
        return None
    try:
        kind = item.get("kty"), item.get("crv")
        algorithm: str
        key: Key
        if kind[0] == "RSA":
            algorithm, key = "RS256", rsa.RSAPublicNumbers(_number(item["e"]), _number(item["n"])).public_key()
            if key.key_size < 2048:
                return None
        elif kind == ("EC", "P-256"):
            numbers = ec.EllipticCurvePublicNumbers(_number(item["x"]), _number(item["y"]), ec.SECP256R1())
            algorithm, key = "ES256", numbers.public_key()
        elif kind == ("OKP", "Ed25519"):
            algorithm, key = "EdDSA", ed25519.Ed25519PublicKey.from_public_bytes(_decode(item["x"]))
        else:
            return None
    except (KeyError, TypeError, ValueError, binascii.Error):
        return None
    # RFC 9864 calls the same thing Ed25519.
    return (item["kid"], (algorithm, key)) if item.get("alg", algorithm) in (algorithm, "Ed25519") else None


def _is_signed(algorithm: str, key: Key, signed: bytes, signature: bytes) -> bool:
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            if len(signature) != 64:
                return False
            halves: List[int] = [int.from_bytes(half, "big") for half in (signature[:32], signature[32:])]
            key.verify(encode_dss_signature(halves[0], halves[1]), signed, ec.ECDSA(hashes.SHA256()))
        else:
            key.verify(signature, signed)
    except InvalidSignature:
        return False
    return isinstance(key, _KINDS[algorithm])
