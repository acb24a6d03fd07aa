export { Client } from "./client.js";
export { ApiError, AuthenticationError, ConfigurationError, Conflict, ConnectionFailed, GridkeyError, InvalidRequest, InvalidToken, NotFound, PermissionDenied, RateLimited, ServerError, SigningError } from "./errors.js";
export { GRID, RFC9421, Signer, SigningKey } from "./signing.js";
export { ALGORITHMS, Verifier } from "./verify.js";
