/** Signed requests: schemes `grid-v1` and `rfc9421-v1`. */

import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { inspect } from "node:util";

import { SigningError } from "./errors.js";

export const GRID = "grid-v1";
export const RFC9421 = "rfc9421-v1";
const PREFIX = "x-thegrid-";
const TAG = "api-key-v1";
const BODYLESS = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);
/** What stands before the seed in an Ed25519 key in PKCS #8 (RFC 8410 7). */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** An Ed25519 private key. Never shown, never sent. */
export class SigningKey {
  #key;

  /** @param {import("node:crypto").KeyObject} key */
  constructor(key) {
    if (key.type !== "private" || key.asymmetricKeyType !== "ed25519") throw notAKey();
    this.#key = key;
    const spki = createPublicKey(key).export({ type: "spki", format: "der" });
    /** The 32 bytes of the public key. */
    this.publicKeyBytes = Buffer.from(spki.subarray(spki.length - 32));
  }

  /** A new one. */
  static generate() {
    return new SigningKey(generateKeyPairSync("ed25519").privateKey);
  }

  /**
   * Reads one from PEM (PKCS #8), or from base64 of the 32 bytes of a seed or the 64 of seed and public key.
   *
   * @param {string} text
   */
  static load(text) {
    /** @type {SigningKey | undefined} */
    let key;
    const trimmed = text.trim();
    const bytes = decode(trimmed);
    try {
      if (trimmed.includes("-----BEGIN")) {
        key = new SigningKey(createPrivateKey(trimmed));
      } else if (bytes && (bytes.length === 32 || bytes.length === 64)) {
        const der = Buffer.concat([PKCS8, bytes.subarray(0, 32)]);
        key = new SigningKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
        if (bytes.length === 64 && !key.publicKeyBytes.equals(bytes.subarray(32))) key = undefined;
      }
    } catch {
      key = undefined;
    }
    if (!key) throw notAKey();
    return key;
  }

  /** The public key as it is registered: 32 bytes in base64. */
  get publicKey() {
    return this.publicKeyBytes.toString("base64");
  }

  /** What the key is named by. */
  get fingerprint() {
    return createHash("sha256").update(this.publicKeyBytes).digest("base64").replace(/=+$/, "");
  }

  /** The private key as PEM, for the place where it is kept. */
  toPem() {
    return this.#key.export({ type: "pkcs8", format: "pem" }).toString();
  }

  /**
   * A signature in base64.
   *
   * @param {Uint8Array} message
   */
  sign(message) {
    return sign(null, message, this.#key).toString("base64");
  }

  toString() {
    return `SigningKey(${this.fingerprint})`;
  }

  [inspect.custom]() {
    return this.toString();
  }
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
  #scheme;
  #prefix;
  #signQuery;

  /**
   * @param {SigningKey} key
   * @param {SignerOptions} [options]
   */
  constructor(key, { scheme = RFC9421, prefix = PREFIX, signQuery = true } = {}) {
    if (scheme !== GRID && scheme !== RFC9421) {
      throw new SigningError(`There is no scheme ${scheme}.`, { code: "unknown_scheme", fix: `${GRID} or ${RFC9421}.` });
    }
    this.key = key;
    this.#scheme = scheme;
    this.#prefix = prefix;
    this.#signQuery = signQuery;
  }

  /**
   * The headers to send along. Send exactly these bytes as the body, and the address exactly as it stands here.
   *
   * @param {string} method
   * @param {string} url
   * @param {string | Uint8Array} [body]
   * @param {SignOptions} [options]
   * @returns {Record<string, string>}
   */
  sign(method, url, body = "", { now = Math.floor(Date.now() / 1000), nonce, expires } = {}) {
    const verb = method.toUpperCase();
    const bytes = Buffer.from(body);
    const { authority, path, query } = partsOf(url);
    check(verb, path + (query ?? ""), bytes);
    if (this.#scheme === GRID) {
      const target = path + (query !== undefined && this.#signQuery ? `?${query}` : "");
      return this.#grid(verb, target, bytes, now);
    }
    if (!authority) {
      throw new SigningError("rfc9421-v1 signs the host.", { code: "authority_missing", fix: "Give the whole address." });
    }
    /** @type {Record<string, string>} */
    const headers = {};
    /** @type {[string, string][]} */
    const lines = [["@method", verb], ["@authority", authority], ["@path", path], ["@query", `?${query ?? ""}`]];
    if (bytes.length > 0) {
      headers["Content-Digest"] = `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:`;
      lines.push(["content-digest", headers["Content-Digest"]]);
    }
    const names = lines.map(([name]) => `"${name}"`).join(" ");
    const until = expires === undefined ? "" : `;expires=${expires}`;
    const once = nonce ?? randomBytes(18).toString("base64url");
    const parameters = `(${names});created=${now}${until};nonce="${once}";keyid="${this.key.fingerprint}";tag="${TAG}"`;
    const base = lines.map(([name, value]) => `"${name}": ${value}\n`).join("") + `"@signature-params": ${parameters}`;
    headers["Signature-Input"] = `sig1=${parameters}`;
    headers["Signature"] = `sig1=:${this.key.sign(Buffer.from(base))}:`;
    return headers;
  }

  /**
   * @param {string} method
   * @param {string} target
   * @param {Buffer} body
   * @param {number} now
   * @returns {Record<string, string>}
   */
  #grid(method, target, body, now) {
    if (body.length > 0 && body[0] !== 0x7b && body[0] !== 0x5b) {
      throw new SigningError("grid-v1 signs JSON objects and arrays only.", {
        code: "body_not_json",
        fix: "Send JSON without a blank before it, or use rfc9421-v1.",
      });
    }
    return {
      [`${this.#prefix}timestamp`]: String(now),
      [`${this.#prefix}fingerprint`]: this.key.fingerprint,
      [`${this.#prefix}signature`]: this.key.sign(Buffer.concat([Buffer.from(`${now}${method}${target}`), body])),
    };
  }
}

function notAKey() {
  return new SigningError("This is not an Ed25519 private key.", {
    code: "invalid_signing_key",
    fix: "Give PKCS #8 as PEM, or 32 or 64 bytes in base64.",
  });
}

/** @param {string} text */
function decode(text) {
  const bytes = Buffer.from(text, "base64");
  // Buffer passes over what is no base64: what was read must be what was written.
  return bytes.toString("base64") === text ? bytes : undefined;
}

/**
 * The parts of an address, letter for letter as they are sent: a URL object would encode them anew.
 *
 * @param {string} url
 */
function partsOf(url) {
  const found = /^(?:(https?):\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?$/is.exec(url);
  const [, scheme = "", host = "", path = "", query] = found ?? [];
  const usual = scheme.toLowerCase() === "https" ? ":443" : ":80";
  const name = host.slice(host.lastIndexOf("@") + 1).toLowerCase();
  const authority = name.endsWith(usual) ? name.slice(0, -usual.length) : name;
  return { authority, path: path === "" ? "/" : path, query };
}

/**
 * @param {string} method
 * @param {string} target
 * @param {Buffer} body
 */
function check(method, target, body) {
  if (!/^[A-Z]+$/.test(method)) {
    throw new SigningError("This method cannot be signed.", { code: "method_unsafe" });
  }
  // What no target may hold as it is, because it could be taken for the beginning of a body.
  if (!/^\/[!-~]*$/.test(target) || /[{["<>#]/.test(target)) {
    throw new SigningError("This address cannot be signed.", {
      code: "target_unsafe",
      fix: "Write such characters as %XX.",
    });
  }
  if (body.length > 0 && BODYLESS.has(method)) {
    throw new SigningError(`${method} has no body.`, { code: "body_not_allowed" });
  }
}
