/**
 * The error of an answer, in whichever shape the server's profile writes it.
 *
 * @param {number} status
 * @param {Headers} headers
 * @param {string} body
 * @returns {ApiError}
 */
export function errorOf(status: number, headers: Headers, body: string): ApiError;
/** What can go wrong. Every answer of a server that is an error becomes one of these. */
/**
 * @typedef {object} ErrorDetails
 * @property {string} code For programs; does not change.
 * @property {number} [status] Of the HTTP answer.
 * @property {string} [requestId] What to name when asking the operator for help.
 * @property {string} [fix] What to do about it, where that is known.
 * @property {number} [retryAfter] Seconds to wait.
 * @property {unknown} [cause] What it came from.
 */
/** Anything that this package throws. */
export class GridkeyError extends Error {
    /**
     * @param {string} message
     * @param {ErrorDetails} details
     */
    constructor(message: string, details: ErrorDetails);
    code: string;
    status: number | undefined;
    requestId: string | undefined;
    fix: string | undefined;
    retryAfter: number | undefined;
}
/** The program did not say what is needed, or said something that cannot be. */
export class ConfigurationError extends GridkeyError {
}
/** The server could not be reached, or hung up. */
export class ConnectionFailed extends GridkeyError {
}
/** The server answered with an error. */
export class ApiError extends GridkeyError {
}
/** 401: the key, token or signature is not good. */
export class AuthenticationError extends ApiError {
}
/** 403: it is good, and may not do this. */
export class PermissionDenied extends ApiError {
}
/** 404: there is no such thing, or not for this caller. */
export class NotFound extends ApiError {
}
/** 409 or 412: it clashes with what is there, or was changed meanwhile. */
export class Conflict extends ApiError {
}
/** 400 or 422: the server does not take the request as it is. */
export class InvalidRequest extends ApiError {
}
/** 429: too many requests; `retryAfter` says for how many seconds to wait. */
export class RateLimited extends ApiError {
}
/** 5xx: the server is busy or broken. */
export class ServerError extends ApiError {
}
/** A token did not stand the offline check. */
export class InvalidToken extends GridkeyError {
}
/** A key that is none, or a request that cannot be signed. */
export class SigningError extends GridkeyError {
}
export type ErrorDetails = {
    /**
     * For programs; does not change.
     */
    code: string;
    /**
     * Of the HTTP answer.
     */
    status?: number | undefined;
    /**
     * What to name when asking the operator for help.
     */
    requestId?: string | undefined;
    /**
     * What to do about it, where that is known.
     */
    fix?: string | undefined;
    /**
     * Seconds to wait.
     */
    retryAfter?: number | undefined;
    /**
     * What it came from.
     */
    cause?: unknown;
};
