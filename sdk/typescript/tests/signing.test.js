/** Signatures: the published vectors, and what a real server says to them. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inspect } from "node:util";

import { GRID, RFC9421, Signer, SigningError, SigningKey } from "gridkey";

import { Server, VECTORS } from "./support.js";

let server, key;

before(async () => {
  server = await Server.start({ EDGE_SIGNATURE_AUTHORITIES: "trading.example.com" });
  key = SigningKey.generate();
  const body = { name: "test", public_key: key.publicKey, level: "read-write" };
  assert.equal((await server.call("POST", "/v1/signing-keys", body)).fingerprint, key.fingerprint);
});
after(() => server.stop());

test("the key is read in every form", () => {
  const seed = Buffer.from(VECTORS.seed, "base64");
  const long = Buffer.concat([seed, Buffer.from(VECTORS.public_key, "base64")]).toString("base64");
  for (const text of [VECTORS.seed, VECTORS.pem, long]) {
    const read = SigningKey.load(text);
    assert.deepEqual([read.publicKey, read.fingerprint], [VECTORS.public_key, VECTORS.fingerprint]);
    assert.ok(!inspect(read, { showHidden: true, depth: 9 }).includes(VECTORS.seed));
    assert.equal(SigningKey.load(read.toPem()).fingerprint, read.fingerprint);
  }
  const wrong = Buffer.concat([seed, seed]).toString("base64");
  for (const text of ["", "AAAA", wrong, `${VECTORS.seed}!`, "-----BEGIN PRIVATE KEY-----"]) {
    assert.throws(() => SigningKey.load(text), SigningError);
  }
});

test("grid-v1", () => {
  const own = SigningKey.load(VECTORS.seed);
  for (const { method, url, body, sign_query: signQuery, signature } of VECTORS.grid) {
    assert.deepEqual(new Signer(own, { scheme: GRID, signQuery }).sign(method, url, body, { now: VECTORS.now }), {
      "x-thegrid-timestamp": "1700000000",
      "x-thegrid-fingerprint": VECTORS.fingerprint,
      "x-thegrid-signature": signature,
    });
  }
  const headers = new Signer(own, { scheme: GRID, prefix: "x-acme-" }).sign("GET", "/v1/orders");
  assert.deepEqual(Object.keys(headers).sort(), ["x-acme-fingerprint", "x-acme-signature", "x-acme-timestamp"]);
});

test("rfc9421-v1", () => {
  const { method, url, body, nonce, expires, content_digest: digest, input, signature } = VECTORS.rfc9421;
  const signer = new Signer(SigningKey.load(VECTORS.seed));
  assert.deepEqual(signer.sign(method, url, body, { now: VECTORS.now, nonce, expires }), {
    "Content-Digest": digest,
    "Signature-Input": input,
    Signature: signature,
  });
});

test("what no server would take is not signed", () => {
  for (const [method, url, body] of [
    ["GET", "https://a.example/x", "{}"],
    ["POST", "https://a.example/x", "name=value"],
    ["POST", "https://a.example/x", " {}"],
    ["GET", 'https://a.example/x?a="b"', ""],
    ["GET", "https://a.example/{x}", ""],
    ["G T", "https://a.example/", ""],
  ]) {
    assert.throws(() => new Signer(key, { scheme: GRID }).sign(method, url, body), SigningError);
  }
  assert.throws(() => new Signer(key).sign("GET", "/only/a/path"), { code: "authority_missing" });
  assert.throws(() => new Signer(key, { scheme: "rot13" }), { code: "unknown_scheme" });
});

async function verdict(headers, method, target, body) {
  const request = {
    method,
    target,
    headers: [...Object.entries(headers), ["content-type", "application/json"]],
    authority: "trading.example.com",
    scheme: "https",
    body: Buffer.from(body).toString("base64"),
  };
  return server.call("POST", "/v1/verify", { request, address: "127.0.0.1" });
}

test("a server takes both schemes", async () => {
  for (const scheme of [GRID, RFC9421]) {
    const signer = new Signer(key, { scheme });
    for (const [method, target, body] of [
      ["GET", "/v1/orders?status=open&limit=2", ""],
      ["GET", "/v1/orders?", ""],
      ["POST", `/v1/orders?scheme=${scheme}`, '{"quantity":1}'],
      ["DELETE", "/v1/orders/1", ""],
    ]) {
      const headers = signer.sign(method, `https://trading.example.com${target}`, body);
      const good = await verdict(headers, method, target, body);
      assert.equal(good.active, true, `${scheme} ${method} ${target} ${good.reason}`);
      assert.equal(good.credential.fingerprint, key.fingerprint);
      assert.equal((await verdict(headers, method, `${target}1`, body)).reason, "signature_invalid");
    }
  }
});

test("the same order twice is a replay and a new signature is not", async () => {
  const [url, body] = ["https://trading.example.com/v1/orders", '{"side":"buy"}'];
  const signer = new Signer(key);
  const headers = signer.sign("POST", url, body);
  assert.equal((await verdict(headers, "POST", "/v1/orders", body)).active, true);
  assert.equal((await verdict(headers, "POST", "/v1/orders", body)).reason, "replayed_request");
  assert.equal((await verdict(signer.sign("POST", url, body), "POST", "/v1/orders", body)).active, true);
});
