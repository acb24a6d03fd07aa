/** One HTTP exchange by the built-in `fetch`. */

import { ConfigurationError, ConnectionFailed, errorOf } from "./errors.js";

/** @typedef {(url: string, init: RequestInit) => Promise<Response>} Fetch */

export const USER_AGENT = "gridkey-js/0.1.0";
const LOCAL = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * The address of a server, without a slash at its end. Secrets travel encrypted, except on this very machine.
 *
 * @param {string} text
 * @returns {string}
 */
export function checkUrl(text) {
  /** @type {URL | undefined} */
  let url;
  try {
    url = new URL(text);
  } catch {
    url = undefined;
  }
  if (!url || !["http:", "https:"].includes(url.protocol) || url.search || url.hash) {
    throw new ConfigurationError("The address of the server is not an http or https URL.", {
      code: "invalid_url",
      fix: "Write it as https://id.example.com.",
    });
  }
  if (url.username || url.password) {
    throw new ConfigurationError("The address of the server holds a name or password.", {
      code: "invalid_url",
      fix: "Leave them out.",
    });
  }
  if (url.protocol === "http:" && !LOCAL.has(url.hostname)) {
    throw new ConfigurationError(
      "The address of the server is http and not of this machine: keys would travel in the clear.",
      { code: "insecure_url", fix: "Use https." },
    );
  }
  return text.replace(/\/+$/, "");
}

/**
 * Sends a request. Redirects are not followed, because a credential is for the server that it was meant for.
 *
 * @param {Fetch} fetch
 * @param {string} url
 * @param {RequestInit} init
 * @param {number} timeout Milliseconds until the answer begins, or with `whole` until it has been read.
 * @param {boolean} [whole]
 * @returns {Promise<Response>}
 */
export async function send(fetch, url, init, timeout, whole = false) {
  const own = new AbortController();
  const timer = setTimeout(() => own.abort(), timeout);
  const stop = () => own.abort(init.signal?.reason);
  init.signal?.addEventListener("abort", stop, { once: true });
  try {
    return await fetch(url, { redirect: "manual", ...init, signal: own.signal });
  } catch (error) {
    init.signal?.throwIfAborted();
    throw new ConnectionFailed(`${new URL(url).origin} could not be asked.`, {
      code: own.signal.aborted ? "timeout" : "connection_failed",
      fix: "Check the address, and whether the server runs.",
      cause: error,
    });
  } finally {
    // The signal stays connected: it also ends an answer that is still being read.
    if (whole) timer.unref();
    else clearTimeout(timer);
  }
}

/**
 * The body of an answer.
 *
 * @param {Response} answer
 * @returns {Promise<string>}
 */
export async function bodyOf(answer) {
  try {
    return await answer.text();
  } catch (error) {
    throw new ConnectionFailed("The answer broke off.", { code: "connection_failed", cause: error });
  }
}

/**
 * An answer that is no error; otherwise throws what it is.
 *
 * @param {Response} answer
 * @returns {Promise<Response>}
 */
export async function expect(answer) {
  if (answer.status >= 400) {
    throw errorOf(answer.status, answer.headers, await bodyOf(answer));
  }
  return answer;
}

/**
 * The body of an answer as JSON, or nothing when it is none.
 *
 * @param {Response} answer
 * @returns {Promise<Record<string, unknown>>}
 */
export async function objectOf(answer) {
  try {
    const value = JSON.parse(await bodyOf(answer));
    return typeof value === "object" && value !== null ? value : {};
  } catch (error) {
    if (error instanceof ConnectionFailed) throw error;
    return {};
  }
}
