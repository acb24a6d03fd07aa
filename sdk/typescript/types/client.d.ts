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
    /**
     * A client for the key and the server, or for those in `GRIDKEY_API_KEY` and `GRIDKEY_URL`.
     *
     * @param {ClientOptions} [options]
     * @returns {Client}
     */
    static create(options?: ClientOptions): Client;
    /** @param {ClientOptions} [options] */
    constructor(options?: ClientOptions);
    /** The address of the server. */
    url: string;
    /**
     * A session token that works now. However many ask at once, one of them goes to the server.
     *
     * @returns {Promise<string>}
     */
    token(): Promise<string>;
    /**
     * The header to send, for programs that use another HTTP library.
     *
     * @returns {Promise<{ Authorization: string }>}
     */
    authorization(): Promise<{
        Authorization: string;
    }>;
    /**
     * Tells that a server answered 401 to this token: the next call of `token` gets another one.
     *
     * @param {string} token
     */
    reject(token: string): void;
    /** Forgets all tokens. The next call exchanges the key anew. */
    forget(): void;
    /**
     * Makes an authenticated request to a path of the server, or to a whole address. A 401 is answered by one new token and
     * one more try. Answers that are errors are thrown.
     *
     * @param {string} method
     * @param {string} path
     * @param {RequestOptions} [options]
     * @returns {Promise<Response>}
     */
    request(method: string, path: string, options?: RequestOptions): Promise<Response>;
    /** Shows no secret. */
    toString(): string;
    [inspect.custom](): string;
    #private;
}
export type ClientOptions = {
    /**
     * The key; otherwise `GRIDKEY_API_KEY`.
     */
    apiKey?: string | undefined;
    /**
     * The address of the server; otherwise `GRIDKEY_URL`.
     */
    url?: string | undefined;
    /**
     * Milliseconds until an answer begins. 30,000 by default.
     */
    timeout?: number | undefined;
    /**
     * What the session is called in the server's log.
     */
    userAgent?: string | undefined;
    /**
     * Sends requests instead of the built-in `fetch`.
     */
    fetch?: import("./http.js").Fetch | undefined;
    /**
     * Seconds that only grow.
     */
    clock?: (() => number) | undefined;
    /**
     * A number from 0 to 1.
     */
    chance?: (() => number) | undefined;
};
export type RequestOptions = {
    headers?: Record<string, string> | undefined;
    body?: string | Uint8Array<ArrayBufferLike> | undefined;
    /**
     * A body, instead of `body`.
     */
    json?: unknown;
    signal?: AbortSignal | undefined;
};
import { inspect } from "node:util";
