/** @typedef {Record<string, unknown>} Members */
/** @typedef {{ algorithm: string, key: import("node:crypto").KeyObject }} PublishedKey */
export const ALGORITHMS: readonly string[];
/**
 * @typedef {object} VerifierOptions
 * @property {string} issuer Whose tokens.
 * @property {string} audience For whom.
 * @property {string} [jwksUrl] Where the keys are; otherwise found by discovery.
 * @property {readonly string[]} [algorithms]
 * @property {string | null} [tokenType] The `typ` of the token, `at+jwt` by default; `null` takes any.
 * @property {number} [leeway] Seconds that clocks may differ. 30 by default.
 * @property {number} [maxAge] Seconds that keys are kept at most. 300 by default.
 * @property {number} [minInterval] Seconds between two looks at the keys at least. 10 by default.
 * @property {number} [timeout] Milliseconds.
 * @property {import("./http.js").Fetch} [fetch]
 * @property {() => number} [clock] Unix seconds.
 */
/**
 * Checks tokens of one issuer for one audience without asking the server about each of them.
 *
 * A token that stands is genuine and in time. Whether it was revoked since, only the server knows: keep lifetimes short, or
 * ask `/v1/verify` where that matters.
 */
export class Verifier {
    /** @param {VerifierOptions} options */
    constructor(options: VerifierOptions);
    /**
     * The claims of a token that stands; anything else throws `InvalidToken`.
     *
     * @param {string} token
     * @returns {Promise<Members>}
     */
    verify(token: string): Promise<Members>;
    #private;
}
export type Members = Record<string, unknown>;
export type PublishedKey = {
    algorithm: string;
    key: import("node:crypto").KeyObject;
};
export type VerifierOptions = {
    /**
     * Whose tokens.
     */
    issuer: string;
    /**
     * For whom.
     */
    audience: string;
    /**
     * Where the keys are; otherwise found by discovery.
     */
    jwksUrl?: string | undefined;
    algorithms?: readonly string[] | undefined;
    /**
     * The `typ` of the token, `at+jwt` by default; `null` takes any.
     */
    tokenType?: string | null | undefined;
    /**
     * Seconds that clocks may differ. 30 by default.
     */
    leeway?: number | undefined;
    /**
     * Seconds that keys are kept at most. 300 by default.
     */
    maxAge?: number | undefined;
    /**
     * Seconds between two looks at the keys at least. 10 by default.
     */
    minInterval?: number | undefined;
    /**
     * Milliseconds.
     */
    timeout?: number | undefined;
    fetch?: import("./http.js").Fetch | undefined;
    /**
     * Unix seconds.
     */
    clock?: (() => number) | undefined;
};
