"""Signed requests: schemes ``grid-v1`` and ``rfc9421-v1``."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import time
from typing import Dict, Mapping, Optional, Union
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .errors import SigningError

GRID = "grid-v1"
RFC9421 = "rfc9421-v1"
PREFIX = "x-thegrid-"
TAG = "api-key-v1"
_BODYLESS = ("GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT")
#: What no target may hold as it is, because it could be taken for the beginning of a body.
_FORBIDDEN = '{["<>#'
_PORTS = {"https": 443, "http": 80}


class SigningKey:
    """An Ed25519 private key. Never shown, never sent."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key_bytes: bytes = key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )

    @classmethod
    def generate(cls) -> "SigningKey":
        """A new one."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, text: Union[str, bytes]) -> "SigningKey":
        """Reads one from PEM (PKCS #8), or from base64 of the 32 bytes of a seed or the 64 of seed and public key."""
        raw = text.encode() if isinstance(text, str) else text
        try:
            if b"-----BEGIN" in raw:
                key = serialization.load_pem_private_key(raw, None)
                if not isinstance(key, Ed25519PrivateKey):
                    raise ValueError("another kind of key")
                return cls(key)
            decoded = base64.b64decode(raw.strip(), validate=True)
            if len(decoded) not in (32, 64):
                raise ValueError("another length")
            loaded = cls(Ed25519PrivateKey.from_private_bytes(decoded[:32]))
            if decoded[32:] not in (b"", loaded.public_key_bytes):
                raise ValueError("halves of two keys")
            return loaded
        except (ValueError, TypeError, binascii.Error):
            pass
        # Raised out here, so that no chained error shows a part of the key.
        raise SigningError(
            "This is not an Ed25519 private key.",
            code="invalid_signing_key",
            fix="Give PKCS #8 as PEM, or 32 or 64 bytes in base64.",
        )

    @property
    def public_key(self) -> str:
        """The public key as it is registered: 32 bytes in base64."""
        return base64.b64encode(self.public_key_bytes).decode()

    @property
    def fingerprint(self) -> str:
        """What the key is named by."""
        return base64.b64encode(hashlib.sha256(self.public_key_bytes).digest()).decode().rstrip("=")

    def to_pem(self) -> str:
        """The private key as PEM, for the place where it is kept."""
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    def sign(self, message: bytes) -> str:
        """A signature in base64."""
        return base64.b64encode(self._key.sign(message)).decode()

    def __repr__(self) -> str:
        return f"SigningKey(fingerprint={self.fingerprint!r})"


class Signer:
    """Signs requests with one key by one scheme.

    ``prefix`` begins the names of the headers of ``grid-v1``; ``sign_query`` says whether its signatures cover the query.
    """

    def __init__(
        self, key: SigningKey, scheme: str = RFC9421, *, prefix: str = PREFIX, sign_query: bool = True
    ) -> None:
        if scheme not in (GRID, RFC9421):
            raise SigningError(f"There is no scheme {scheme!r}.", code="unknown_scheme", fix=f"{GRID} or {RFC9421}.")
        self.key = key
        self.scheme = scheme
        self.prefix = prefix
        self.sign_query = sign_query

    def __repr__(self) -> str:
        return f"Signer({self.key!r}, scheme={self.scheme!r})"

    def sign(
        self,
        method: str,
        url: str,
        body: bytes = b"",
        *,
        now: Optional[int] = None,
        nonce: Optional[str] = None,
        expires: Optional[int] = None,
    ) -> Dict[str, str]:
        """The headers to send along. Send exactly these bytes as the body, and the address exactly as it stands here."""
        method = method.upper()
        parts = urlsplit(url)
        path = parts.path or "/"
        query = f"?{parts.query}" if "?" in url.partition("#")[0] else ""
        _check(method, path + query, body)
        moment = int(time.time()) if now is None else now
        if self.scheme == GRID:
            return self._grid(method, path + (query if self.sign_query else ""), body, moment)
        return self._rfc9421(method, url, body, moment, nonce, expires)

    def _grid(self, method: str, target: str, body: bytes, now: int) -> Dict[str, str]:
        if body and body[:1] not in (b"{", b"["):
            raise SigningError(
                "grid-v1 signs JSON objects and arrays only.",
                code="body_not_json",
                fix="Send JSON without a blank before it, or use rfc9421-v1.",
            )
        return {
            f"{self.prefix}timestamp": str(now),
            f"{self.prefix}fingerprint": self.key.fingerprint,
            f"{self.prefix}signature": self.key.sign(f"{now}{method}{target}".encode() + body),
        }

    def _rfc9421(
        self, method: str, url: str, body: bytes, now: int, nonce: Optional[str], expires: Optional[int]
    ) -> Dict[str, str]:
        parts = urlsplit(url)
        lines = {
            "@method": method,
            "@authority": authority_of(url),
            "@path": parts.path or "/",
            "@query": f"?{parts.query}",
        }
        headers: Dict[str, str] = {}
        if body:
            headers["Content-Digest"] = lines["content-digest"] = content_digest(body)
        names = " ".join(f'"{name}"' for name in lines)
        until = f";expires={expires}" if expires is not None else ""
        nonce = secrets.token_urlsafe(18) if nonce is None else nonce
        parameters = (
            f'({names});created={now}{until};nonce="{nonce}";keyid="{self.key.fingerprint}";tag="{TAG}"'
        )
        base = signature_base(lines, parameters)
        headers["Signature-Input"] = f"sig1={parameters}"
        headers["Signature"] = f"sig1=:{self.key.sign(base.encode())}:"
        return headers


def content_digest(body: bytes) -> str:
    """The value of ``Content-Digest`` (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def signature_base(lines: Mapping[str, str], parameters: str) -> str:
    """What RFC 9421 2.5 signs."""
    return "".join(f'"{name}": {value}\n' for name, value in lines.items()) + f'"@signature-params": {parameters}'


def authority_of(url: str) -> str:
    """Host and port in lower case, without the port that the scheme has anyway (RFC 9421 2.2.3)."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if not host:
        raise SigningError("rfc9421-v1 signs the host.", code="authority_missing", fix="Give the whole address.")
    if ":" in host:
        host = f"[{host}]"
    return host if parts.port in (None, _PORTS.get(parts.scheme)) else f"{host}:{parts.port}"


def _check(method: str, target: str, body: bytes) -> None:
    if not method.isascii() or not method.isalpha():
        raise SigningError("This method cannot be signed.", code="method_unsafe")
    if not all("!" <= character <= "~" for character in target) or any(mark in target for mark in _FORBIDDEN):
        raise SigningError(
            "This address cannot be signed.", code="target_unsafe", fix="Write such characters as %XX."
        )
    if body and method in _BODYLESS:
        raise SigningError(f"{method} has no body.", code="body_not_allowed")
