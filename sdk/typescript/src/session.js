/** When a session token is fetched, renewed, kept and thrown away: rules that do not wait for anything. */

import { ApiError, ConnectionFailed, RateLimited, ServerError } from "./errors.js";

/**
 * Which part of a token's life is over when it is renewed, and how far chance moves that: so that programs which were
 * started together do not all renew at once.
 */
const AHEAD = 0.8;
const JITTER = 0.05;
/** For how many seconds after a failure a token that is still good is not tried to be renewed. */
const PAUSE = 5;

/** @typedef {{ token: string, sessionId: string | undefined, renewAt: number, expiresAt: number }} Tokens */

export class Session {
  /** @type {Tokens | undefined} */
  #tokens;
  /** @type {string | undefined} */
  #refreshToken;
  #chance;

  /** @param {() => number} chance */
  constructor(chance) {
    this.#chance = chance;
  }

  /**
   * The token that may be sent now, be it time to renew it or not.
   *
   * @param {number} now
   */
  usable(now) {
    return this.#tokens && now < this.#tokens.expiresAt ? this.#tokens.token : undefined;
  }

  /**
   * Whether somebody should get the next token now.
   *
   * @param {number} now
   */
  isDue(now) {
    return !this.#tokens || now >= this.#tokens.renewAt;
  }

  /** The server's name of the session. */
  get sessionId() {
    return this.#tokens?.sessionId;
  }

  /** What renews the session; without it the key is exchanged. */
  get refreshToken() {
    return this.#refreshToken;
  }

  /**
   * A server did not take this token. If another has come since, that is not news.
   *
   * @param {string} token
   */
  reject(token) {
    if (this.#tokens?.token === token) this.#tokens = undefined;
  }

  forget() {
    this.#tokens = undefined;
    this.#refreshToken = undefined;
  }

  /**
   * Takes a good answer, whose members may stand in an envelope.
   *
   * @param {Record<string, unknown>} whole
   * @param {number} askedAt
   * @returns {string}
   */
  take(whole, askedAt) {
    const inner = whole["data"];
    const members = typeof inner === "object" && inner !== null ? /** @type {Record<string, unknown>} */ (inner) : whole;
    const token = members["session_token"] ?? members["token"];
    const { expires_in: lifetime, refresh_token: refresh, session_id: id } = members;
    if (typeof token !== "string" || token === "") {
      throw new ServerError("The answer holds no session token.", {
        code: "invalid_answer",
        fix: "Check that the address is that of a Gridkey server.",
      });
    }
    const seconds = typeof lifetime === "number" && lifetime > 0 ? lifetime : 3600;
    const moved = (2 * this.#chance() - 1) * JITTER;
    // Some servers send no new refresh token: then the old one is good for the next time too.
    if (typeof refresh === "string" && refresh !== "") this.#refreshToken = refresh;
    this.#tokens = {
      token,
      sessionId: typeof id === "string" ? id : undefined,
      renewAt: askedAt + seconds * (AHEAD + moved),
      expiresAt: askedAt + seconds,
    };
    return token;
  }

  /**
   * Takes an error. `true` says that the renewal was refused and the key has to be exchanged anew.
   *
   * @param {unknown} error
   * @param {boolean} isRenewal
   * @returns {boolean}
   */
  refused(error, isRenewal) {
    if (!(error instanceof ApiError) || error instanceof RateLimited || error instanceof ServerError) return false;
    // Whatever the reason, this refresh token will not be taken the next time either.
    this.#refreshToken = undefined;
    if (!isRenewal) this.#tokens = undefined;
    return isRenewal;
  }

  /**
   * The token to go on with though the next one could not be had, if there is one: a server that is away for a moment
   * costs nobody anything.
   *
   * @param {unknown} error
   * @param {number} now
   * @returns {string | undefined}
   */
  failed(error, now) {
    const token = this.usable(now);
    const passes = error instanceof ConnectionFailed || error instanceof RateLimited || error instanceof ServerError;
    if (token === undefined || !this.#tokens || !passes) return undefined;
    this.#tokens.renewAt = now + (error.retryAfter ?? PAUSE);
    return token;
  }
}
