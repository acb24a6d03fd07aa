export const GRID: "grid-v1";
export const RFC9421: "rfc9421-v1";
/** An Ed25519 private key. Never shown, never sent. */
export class SigningKey {
    /** A new one. */
    static generate(): SigningKey;
    /**
     * Reads one from PEM (PKCS #8), or from base64 of the 32 bytes of a seed or the 64 of seed and public key.
     *
     * @param {string} text
     */
    static load(text: string): SigningKey;
    /** @param {import("node:crypto").KeyObject} key */
    constructor(key: import("node:crypto").KeyObject);
    /** The 32 bytes of the public key. */
    publicKeyBytes: Buffer<ArrayBuffer>;
    /** The public key as it is registered: 32 bytes in base64. */
    get publicKey(): string;
    /** What the key is named by. */
    get fingerprint(): string;
    /** The private key as PEM, for the place where it is kept. */
    toPem(): string;
    /**
     * A signature in base64.
     *
     * @param {Uint8Array} message
     */
    sign(message: Uint8Array): string;
    toString(): string;
    [inspect.custom](): string;
    #private;
}
/**
 * @typedef {object} SignerOptions
 * @property {string} [scheme] `RFC9421`, or `GRID`.
 * @property {string} [prefix] Begins the names of the headers of `grid-v1`.
 * @property {boolean} [signQuery] Whether signatures of `grid-v1` cover the query.
 */
/**
 * @typedef {object} SignOptions
 * @property {number} [now] Unix seconds.
 * @property {string} [nonce]
 * @property {number} [expires] Unix seconds.
 */
/** Signs requests with one key by one scheme. */
export class Signer {
    /**
     * @param {SigningKey} key
     * @param {SignerOptions} [options]
     */
    constructor(key: SigningKey, { scheme, prefix, signQuery }?: SignerOptions);
    key: SigningKey;
    /**
     * The headers to send along. Send exactly these bytes as the body, and the address exactly as it stands here.
     *
     * @param {string} method
     * @param {string} url
     * @param {string | Uint8Array} [body]
     * @param {SignOptions} [options]
     * @returns {Record<string, string>}
     */
    sign(method: string, url: string, body?: string | Uint8Array, { now, nonce, expires }?: SignOptions): Record<string, string>;
    #private;
}
export type SignerOptions = {
    /**
     * `RFC9421`, or `GRID`.
     */
    scheme?: string | undefined;
    /**
     * Begins the names of the headers of `grid-v1`.
     */
    prefix?: string | undefined;
    /**
     * Whether signatures of `grid-v1` cover the query.
     */
    signQuery?: boolean | undefined;
};
export type SignOptions = {
    /**
     * Unix seconds.
     */
    now?: number | undefined;
    nonce?: string | undefined;
    /**
     * Unix seconds.
     */
    expires?: number | undefined;
};
import { inspect } from "node:util";
