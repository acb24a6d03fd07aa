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
  constructor(message, details) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = details.code;
    this.status = details.status;
    this.requestId = details.requestId;
    this.fix = details.fix;
    this.retryAfter = details.retryAfter;
  }

  /** @override */
  toString() {
    const fix = this.fix ? ` Fix: ${this.fix}` : "";
    const request = this.requestId ? ` Request: ${this.requestId}` : "";
    return `${this.name}: ${this.message} (${this.code})${fix}${request}`;
  }
}

/** The program did not say what is needed, or said something that cannot be. */
export class ConfigurationError extends GridkeyError {}

/** The server could not be reached, or hung up. */
export class ConnectionFailed extends GridkeyError {}

/** The server answered with an error. */
export class ApiError extends GridkeyError {}

/** 401: the key, token or signature is not good. */
export class AuthenticationError extends ApiError {}

/** 403: it is good, and may not do this. */
export class PermissionDenied extends ApiError {}

/** 404: there is no such thing, or not for this caller. */
export class NotFound extends ApiError {}

/** 409 or 412: it clashes with what is there, or was changed meanwhile. */
export class Conflict extends ApiError {}

/** 400 or 422: the server does not take the request as it is. */
export class InvalidRequest extends ApiError {}

/** 429: too many requests; `retryAfter` says for how many seconds to wait. */
export class RateLimited extends ApiError {}

/** 5xx: the server is busy or broken. */
export class ServerError extends ApiError {}

/** A token did not stand the offline check. */
export class InvalidToken extends GridkeyError {}

/** A key that is none, or a request that cannot be signed. */
export class SigningError extends GridkeyError {}

/** @type {Record<number, typeof ApiError>} */
const BY_STATUS = {
  400: InvalidRequest,
  401: AuthenticationError,
  403: PermissionDenied,
  404: NotFound,
  409: Conflict,
  412: Conflict,
  422: InvalidRequest,
  429: RateLimited,
};

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {unknown}
 */
function member(value, name) {
  return typeof value === "object" && value !== null ? /** @type {Record<string, unknown>} */ (value)[name] : undefined;
}

/**
 * @param {unknown[]} candidates
 * @returns {string | undefined}
 */
function text(...candidates) {
  const found = candidates.find((candidate) => typeof candidate === "string" && candidate !== "");
  return /** @type {string | undefined} */ (found);
}

/**
 * The error of an answer, in whichever shape the server's profile writes it.
 *
 * @param {number} status
 * @param {Headers} headers
 * @param {string} body
 * @returns {ApiError}
 */
export function errorOf(status, headers, body) {
  /** @type {unknown} */
  let answer;
  try {
    answer = JSON.parse(body);
  } catch {
    answer = undefined;
  }
  const error = member(answer, "error");
  const message = text(
    member(error, "message"),
    member(answer, "error_description"),
    member(answer, "detail"),
    member(member(answer, "errors"), "detail"),
    member(answer, "message"),
    member(answer, "title"),
  );
  const wait = headers.get("retry-after");
  const seconds = wait === null ? Number.NaN : Number(wait);
  const Kind = BY_STATUS[status] ?? (status >= 500 ? ServerError : ApiError);
  return new Kind(message ?? `The server answered with status ${status}.`, {
    code: text(member(error, "code"), error, member(answer, "code")) ?? `http_${status}`,
    status,
    requestId: text(headers.get("x-request-id"), member(member(answer, "meta"), "request_id"), member(answer, "request_id")),
    fix: text(member(answer, "fix"), member(error, "fix")),
    retryAfter: Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined,
  });
}
