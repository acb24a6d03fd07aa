/**
 * The address of a server, without a slash at its end. Secrets travel encrypted, except on this very machine.
 *
 * @param {string} text
 * @returns {string}
 */
export function checkUrl(text: string): string;
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
export function send(fetch: Fetch, url: string, init: RequestInit, timeout: number, whole?: boolean): Promise<Response>;
/**
 * The body of an answer.
 *
 * @param {Response} answer
 * @returns {Promise<string>}
 */
export function bodyOf(answer: Response): Promise<string>;
/**
 * An answer that is no error; otherwise throws what it is.
 *
 * @param {Response} answer
 * @returns {Promise<Response>}
 */
export function expect(answer: Response): Promise<Response>;
/**
 * The body of an answer as JSON, or nothing when it is none.
 *
 * @param {Response} answer
 * @returns {Promise<Record<string, unknown>>}
 */
export function objectOf(answer: Response): Promise<Record<string, unknown>>;
/** @typedef {(url: string, init: RequestInit) => Promise<Response>} Fetch */
export const USER_AGENT: "gridkey-js/0.1.0";
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
