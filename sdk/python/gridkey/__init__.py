"""Client of Gridkey: session tokens from API keys, signed requests, and offline checks of tokens."""

from ._http import Request, Response
from .aio import AsyncClient
from .client import Client
from .errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    Conflict,
    ConnectionFailed,
    GridkeyError,
    InvalidRequest,
    InvalidToken,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServerError,
    SigningError,
)
from .signing import GRID, RFC9421, Signer, SigningKey
from .verify import Verifier

__version__ = "0.1.0"
__all__ = [
    "GRID",
    "RFC9421",
    "ApiError",
    "AsyncClient",
    "AuthenticationError",
    "Client",
    "ConfigurationError",
    "Conflict",
    "ConnectionFailed",
    "GridkeyError",
    "InvalidRequest",
    "InvalidToken",
    "NotFound",
    "PermissionDenied",
    "RateLimited",
    "Request",
    "Response",
    "ServerError",
    "Signer",
    "SigningError",
    "SigningKey",
    "Verifier",
]
