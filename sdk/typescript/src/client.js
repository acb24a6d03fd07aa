/** Exchanges an API key for a short session token, keeps it, and renews it in time. */

import { inspect } from "node:util";

import { ConfigurationError, GridkeyError } from "./errors.js";
import { USER_AGENT, checkUrl, expect, objectOf, send } from "./http.js";
import { Session } from "./session.js";

/**
 * @typedef {object} ClientOptions
 * @property {string} [apiKey] The key; otherwise `GRIDKEY_API_KEY`.
 * @property {string} [url] The address of the server; otherwise `GRIDKEY_URL`.
 * @property {number} [timeout] Milliseconds until an answer begins. 30,000 by default.
 * @property {string} [userAgent] What the session is called in the server's log.
 * @property {import("./http.js").Fetch} [fetch] Sends requests instead of the built-in `fetch`.
 * @property {() => number} [clock] Seconds that only grow.
 * @property {() => number} [chance] A number from 0 to 1.
 */

/**
 * @typedef {object} RequestOptions
 * @property {Record<string, string>} [headers]
 * @property {string | Uint8Array} [body]
 * @property {unknown} [json] A body, instead of `body`.
 * @property {AbortSignal} [signal]
 */

export class Client {
  #apiKey;
  #session;
  #fetch;
  #timeout;
  #userAgent;
  #clock;
  /** @type {Promise<string> | undefined} */
  #flight;

  /** @param {ClientOptions} [options] */
  constructor(options = {}) {
    const key = (options.apiKey ?? process.env["GRIDKEY_API_KEY"] ?? "").trim();
    if (key === "") {
      throw new ConfigurationError("There is no API key.", {
        code: "missing_api_key",
        fix: "Pass apiKey, or set GRIDKEY_API_KEY.",
      });
    }
    if (!/^[!-~]+$/.test(key)) {
      throw new ConfigurationError("The API key has characters that no key has.", { code: "invalid_api_key" });
    }
    const url = options.url ?? process.env["GRIDKEY_URL"] ?? "";
    if (url === "") {
      throw new ConfigurationError("There is no address of a server.", {
        code: "missing_url",
        fix: "Pass url, or set GRIDKEY_URL.",
      });
    }
    /** The address of the server. */
    this.url = checkUrl(url);
    this.#apiKey = key;
    this.#session = new Session(options.chance ?? Math.random);
    this.#fetch = options.fetch ?? ((address, init) => fetch(address, init));
    this.#timeout = options.timeout ?? 30_000;
    this.#userAgent = options.userAgent ?? USER_AGENT;
    this.#clock = options.clock ?? (() => performance.now() / 1000);
  }

  /**
   * A client for the key and the server, or for those in `GRIDKEY_API_KEY` and `GRIDKEY_URL`.
   *
   * @param {ClientOptions} [options]
   * @returns {Client}
   */
  static create(options) {
    return new Client(options);
  }

  /**
   * A session token that works now. However many ask at once, one of them goes to the server.
   *
   * @returns {Promise<string>}
   */
  async token() {
    const now = this.#clock();
    const token = this.#session.usable(now);
    if (token !== undefined && (this.#flight || !this.#session.isDue(now))) return token;
    this.#flight ??= this.#fetchToken().finally(() => {
      this.#flight = undefined;
    });
    return this.#flight;
  }

  /**
   * The header to send, for programs that use another HTTP library.
   *
   * @returns {Promise<{ Authorization: string }>}
   */
  async authorization() {
    return { Authorization: `Bearer ${await this.token()}` };
  }

  /**
   * Tells that a server answered 401 to this token: the next call of `token` gets another one.
   *
   * @param {string} token
   */
  reject(token) {
    this.#session.reject(token);
  }

  /** Forgets all tokens. The next call exchanges the key anew. */
  forget() {
    this.#session.forget();
  }

  /**
   * Makes an authenticated request to a path of the server, or to a whole address. A 401 is answered by one new token and
   * one more try. Answers that are errors are thrown.
   *
   * @param {string} method
   * @param {string} path
   * @param {RequestOptions} [options]
   * @returns {Promise<Response>}
   */
  async request(method, path, options = {}) {
    const url = path.startsWith("/") ? this.url + path : path;
    if (!path.startsWith("/")) checkUrl(path.split("?", 1)[0] ?? "");
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json", "User-Agent": this.#userAgent };
    /** @type {string | Uint8Array | undefined} */
    let body = options.body;
    if (options.json !== undefined) {
      if (body !== undefined) throw new ConfigurationError("body and json exclude each other.", { code: "invalid_request" });
      body = JSON.stringify(options.json);
      headers["Content-Type"] = "application/json";
    }
    Object.assign(headers, options.headers);
    /** @param {string} token */
    const attempt = (token) => {
      const init = { method, headers: { ...headers, Authorization: `Bearer ${token}` }, body, signal: options.signal };
      return send(this.#fetch, url, /** @type {RequestInit} */ (init), this.#timeout);
    };
    const token = await this.token();
    let answer = await attempt(token);
    if (answer.status === 401) {
      // Read to its end, so that the connection can be used again.
      await answer.arrayBuffer().catch(() => undefined);
      this.reject(token);
      answer = await attempt(await this.token());
    }
    return expect(answer);
  }

  /** Shows no secret. */
  toString() {
    return `Client(${this.url})`;
  }

  [inspect.custom]() {
    return this.toString();
  }

  /** @returns {Promise<string>} */
  async #fetchToken() {
    try {
      for (;;) {
        const refreshToken = this.#session.refreshToken;
        const askedAt = this.#clock();
        try {
          return this.#session.take(await objectOf(await expect(await this.#ask(refreshToken))), askedAt);
        } catch (error) {
          if (!this.#session.refused(error, refreshToken !== undefined)) throw error;
        }
      }
    } catch (error) {
      const token = error instanceof GridkeyError ? this.#session.failed(error, this.#clock()) : undefined;
      if (token === undefined) throw error;
      return token;
    }
  }

  /**
   * @param {string | undefined} refreshToken
   * @returns {Promise<Response>}
   */
  #ask(refreshToken) {
    /** @type {Record<string, string>} */
    const headers = { "Content-Type": "application/json", Accept: "application/json", "User-Agent": this.#userAgent };
    if (refreshToken !== undefined) {
      const body = JSON.stringify({ refresh_token: refreshToken });
      return send(this.#fetch, `${this.url}/v1/auth/refresh`, { method: "POST", headers, body }, this.#timeout, true);
    }
    headers["Authorization"] = `Bearer ${this.#apiKey}`;
    const body = JSON.stringify({ user_agent: this.#userAgent });
    return send(this.#fetch, `${this.url}/v1/auth/session`, { method: "POST", headers, body }, this.#timeout, true);
  }
}
