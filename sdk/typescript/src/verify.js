/** Offline checks of tokens by the keys that the server publishes. */

import { createPublicKey, verify } from "node:crypto";

import { ConnectionFailed, GridkeyError, InvalidToken } from "./errors.js";
import { checkUrl, expect, objectOf, send } from "./http.js";

/** @typedef {Record<string, unknown>} Members */
/** @typedef {{ algorithm: string, key: import("node:crypto").KeyObject }} PublishedKey */

export const ALGORITHMS = Object.freeze(["RS256", "ES256", "EdDSA"]);
const LONGEST_TOKEN = 16 * 1024;

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
  #options;
  /** @type {Map<string, PublishedKey>} */
  #keys = new Map();
  /** @type {string | undefined} */
  #jwksUrl;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #freshFor;
  /** @type {Promise<void> | undefined} */
  #flight;

  /** @param {VerifierOptions} options */
  constructor(options) {
    this.#options = {
      algorithms: ALGORITHMS,
      tokenType: "at+jwt",
      leeway: 30,
      maxAge: 300,
      minInterval: 10,
      timeout: 10_000,
      fetch: /** @type {import("./http.js").Fetch} */ ((url, init) => fetch(url, init)),
      clock: () => Date.now() / 1000,
      ...options,
    };
    checkUrl(options.issuer);
    this.#jwksUrl = options.jwksUrl === undefined ? undefined : checkUrl(options.jwksUrl);
    this.#freshFor = this.#options.maxAge;
  }

  /**
   * The claims of a token that stands; anything else throws `InvalidToken`.
   *
   * @param {string} token
   * @returns {Promise<Members>}
   */
  async verify(token) {
    const { header, claims, signed, signature } = partsOf(token);
    const { algorithms, tokenType } = this.#options;
    const algorithm = header["alg"];
    if (typeof algorithm !== "string" || !algorithms.includes(algorithm) || !ALGORITHMS.includes(algorithm)) {
      throw invalid("algorithm_not_allowed", "The token is signed by another algorithm.");
    }
    if ("crit" in header) throw invalid("malformed_token", "The token demands something that is not understood.");
    if (tokenType !== null && !isType(header["typ"], tokenType)) {
      throw invalid("wrong_type", "This is a token of another kind.");
    }
    const known = await this.#key(header["kid"]);
    if (!known) throw invalid("unknown_key", "The token is signed by a key that the issuer does not publish.");
    if (known.algorithm !== algorithm || !isSigned(known, signed, signature)) {
      throw invalid("invalid_signature", "The signature does not fit the token.");
    }
    this.#check(claims);
    return claims;
  }

  /** @param {Members} claims */
  #check(claims) {
    const { issuer, audience, leeway, clock } = this.#options;
    const now = clock();
    const { iss, aud, exp } = claims;
    if (iss !== issuer) throw invalid("wrong_issuer", "The token is of another issuer.");
    if (aud !== audience && !(Array.isArray(aud) && aud.includes(audience))) {
      throw invalid("wrong_audience", "The token is for another API.");
    }
    if (typeof exp !== "number") throw invalid("malformed_token", "The token says not when it ends.");
    if (now >= exp + leeway) throw invalid("token_expired", "The time of the token is over.");
    for (const name of ["nbf", "iat"]) {
      const moment = claims[name];
      if (moment === undefined || moment === null) continue;
      if (typeof moment !== "number") throw invalid("malformed_token", `${name} is not a time.`);
      if (now < moment - leeway) throw invalid("token_not_yet_valid", "The time of the token has not come.");
    }
  }

  /**
   * @param {unknown} kid
   * @returns {Promise<PublishedKey | undefined>}
   */
  async #key(kid) {
    if (typeof kid !== "string") return undefined;
    const now = this.#options.clock();
    const isStale = now - this.#fetchedAt >= this.#freshFor;
    // Made-up key ids must not make this program pester the server.
    const mayAsk = now - this.#triedAt >= this.#options.minInterval;
    if ((isStale || !this.#keys.has(kid)) && (this.#flight || mayAsk)) {
      if (!this.#flight) {
        this.#triedAt = now;
        this.#flight = this.#fetchKeys(now).finally(() => {
          this.#flight = undefined;
        });
      }
      try {
        await this.#flight;
      } catch (error) {
        // Keys that were good a moment ago are better than none, when the server is away.
        if (!(error instanceof GridkeyError) || !this.#keys.has(kid)) throw error;
      }
    }
    return this.#keys.get(kid);
  }

  /** @param {string} url */
  async #get(url) {
    const { fetch, timeout } = this.#options;
    return expect(await send(fetch, url, { headers: { Accept: "application/json" } }, timeout, true));
  }

  /** @param {number} now */
  async #fetchKeys(now) {
    const { issuer, maxAge } = this.#options;
    if (this.#jwksUrl === undefined) {
      const document = await objectOf(await this.#get(`${checkUrl(issuer)}/.well-known/openid-configuration`));
      if (document["issuer"] !== issuer || typeof document["jwks_uri"] !== "string") {
        throw new ConnectionFailed("The discovery document is not that of the issuer.", { code: "wrong_discovery" });
      }
      this.#jwksUrl = checkUrl(document["jwks_uri"]);
    }
    const answer = await this.#get(this.#jwksUrl);
    const told = /max-age=(\d{1,9})/.exec(answer.headers.get("cache-control") ?? "");
    const listed = (await objectOf(answer))["keys"];
    /** @type {Map<string, PublishedKey>} */
    const keys = new Map();
    for (const item of Array.isArray(listed) ? listed : []) {
      const read = readKey(item);
      if (read) keys.set(read.kid, read.key);
    }
    this.#keys = keys;
    this.#fetchedAt = now;
    this.#freshFor = told ? Math.min(maxAge, Number(told[1])) : maxAge;
  }
}

/**
 * @param {string} code
 * @param {string} message
 */
function invalid(code, message) {
  return new InvalidToken(message, { code });
}

/**
 * Types of tokens are media types: letter case and `application/` make no difference (RFC 7515 4.1.9).
 *
 * @param {unknown} presented
 * @param {string} wanted
 */
function isType(presented, wanted) {
  return typeof presented === "string" && presented.toLowerCase().replace("application/", "") === wanted.toLowerCase();
}

/** @param {string} token */
function partsOf(token) {
  const found = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/.exec(token.length > LONGEST_TOKEN ? "" : token);
  try {
    const [, first = "", second = "", third = ""] = found ?? [];
    const [header, claims] = [first, second].map((part) => JSON.parse(Buffer.from(part, "base64url").toString("utf8")));
    if (isObject(header) && isObject(claims)) {
      return { header, claims, signed: Buffer.from(`${first}.${second}`), signature: Buffer.from(third, "base64url") };
    }
  } catch {
    // Said below.
  }
  throw invalid("malformed_token", "This is not a signed token.");
}

/**
 * @param {unknown} value
 * @returns {value is Members}
 */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A key of a JWKS (RFC 7517), or nothing when it is not one that can check tokens here. What a key can check follows from
 * its kind: a token does not choose.
 *
 * @param {unknown} item
 * @returns {{ kid: string, key: PublishedKey } | undefined}
 */
function readKey(item) {
  if (!isObject(item) || typeof item["kid"] !== "string" || (item["use"] ?? "sig") !== "sig") return undefined;
  const kind = item["kty"] === "RSA" ? "RSA" : `${item["kty"]} ${item["crv"]}`;
  const algorithm = { RSA: "RS256", "EC P-256": "ES256", "OKP Ed25519": "EdDSA" }[kind];
  // RFC 9864 calls EdDSA with this curve Ed25519.
  if (algorithm === undefined || ![undefined, algorithm, "Ed25519"].includes(/** @type {any} */ (item["alg"]))) return undefined;
  try {
    const key = createPublicKey({ key: /** @type {any} */ (item), format: "jwk" });
    if (kind === "RSA" && (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) return undefined;
    return { kid: item["kid"], key: { algorithm, key } };
  } catch {
    return undefined;
  }
}

/**
 * @param {PublishedKey} known
 * @param {Buffer} signed
 * @param {Buffer} signature
 */
function isSigned({ algorithm, key }, signed, signature) {
  if (algorithm === "EdDSA") return verify(null, signed, key, signature);
  if (algorithm === "ES256") return verify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, signature);
  return verify("sha256", signed, key, signature);
}
