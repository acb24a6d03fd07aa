/** Offline checks of tokens, by the keys of a real server that changes them. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { Client, InvalidToken, Verifier } from "gridkey";

import { MODELS, Server, clockAheadOf } from "./support.js";

let server, clock, asked;

before(async () => {
  server = await Server.start();
});
after(() => server.stop());
beforeEach(() => {
  clock = clockAheadOf(() => Date.now() / 1000);
  asked = 0;
});

const counted = (url, init) => {
  asked += 1;
  return fetch(url, init);
};
const verifier = (options = {}) =>
  new Verifier({ issuer: server.issuer, audience: MODELS, clock, fetch: counted, ...options });
const refused = (code, token, by) =>
  assert.rejects(by.verify(token), (error) => error instanceof InvalidToken && error.code === code, `${code}: ${token}`);

/** The token with other members and the old signature. */
function forged(token, header, claims = {}) {
  const [first, second, third] = token.split(".");
  const changed = [[first, header], [second, claims]].map(([part, members]) => {
    const value = { ...JSON.parse(Buffer.from(part, "base64url")), ...members };
    return Buffer.from(JSON.stringify(value)).toString("base64url");
  });
  return [...changed, third].join(".");
}

test("every algorithm stands", async () => {
  const own = verifier();
  for (const name of ["rs256", "es256", "eddsa"]) {
    const token = await server.programToken(name);
    assert.equal((await own.verify(token)).client_id, name);
    const [first, second, third] = token.split(".");
    const other = third[10] === "A" ? "B" : "A";
    await refused("invalid_signature", `${first}.${second}.${third.slice(0, 10)}${other}${third.slice(11)}`, own);
    await refused("invalid_signature", forged(token, {}, { sub: "somebody" }), own);
  }
  // Discovery and keys, once.
  assert.equal(asked, 2);
});

test("session tokens are for the issuer itself", async () => {
  const token = await Client.create({ apiKey: (await server.newKey()).key, url: server.url }).token();
  assert.ok("key_id" in (await verifier({ audience: server.issuer }).verify(token)));
  await refused("wrong_audience", token, verifier());
});

test("who, for whom and when", async () => {
  const token = await server.programToken("eddsa");
  await refused("wrong_audience", token, verifier({ audience: "https://other.example" }));
  await refused("wrong_issuer", token, verifier({ issuer: server.url, jwksUrl: `${server.issuer}/oauth2/jwks` }));
  await refused("algorithm_not_allowed", token, verifier({ algorithms: ["ES256", "RS256"] }));
  await refused("wrong_type", token, verifier({ tokenType: "JWT" }));
  const own = verifier({ leeway: 5 });
  const { exp, iat } = await own.verify(token);
  for (const [moment, code] of [
    [exp + 4, undefined],
    [exp + 6, "token_expired"],
    [iat - 4, undefined],
    [iat - 7, "token_not_yet_valid"],
  ]) {
    clock.ahead = moment - Date.now() / 1000;
    await (code === undefined ? own.verify(token) : refused(code, token, own));
  }
});

test("what is no token", async () => {
  const own = verifier();
  const token = await server.programToken("rs256");
  for (const text of ["", "a.b", "a.b.c", `${token}.x`, `${token}=`, "x".repeat(20_000), "bnVsbA.bnVsbA.bnVsbA", "é.é.é"]) {
    await refused("malformed_token", text, own);
  }
  await refused("algorithm_not_allowed", forged(token, { alg: "none" }), own);
  await refused("algorithm_not_allowed", forged(token, { alg: "HS256" }), own);
  await refused("invalid_signature", forged(token, { alg: "ES256" }), own);
  await refused("malformed_token", forged(token, { crit: ["x"] }), own);
});

test("new keys are learned and made-up ones do not pester the server", async () => {
  const own = verifier({ minInterval: 1_000, leeway: 10_000 });
  const old = await server.programToken("eddsa");
  await Promise.all(Array.from({ length: 100 }, () => own.verify(old)));
  assert.equal(asked, 2);
  for (let number = 0; number < 50; number += 1) {
    await refused("unknown_key", forged(old, { kid: `made-up-${number}` }), own);
  }
  assert.equal(asked, 2);
  server.run("keys", "rotate", "--now", "--algorithm", "EdDSA");
  await server.restart();
  const fresh = await server.programToken("eddsa");
  assert.notEqual(fresh.split(".")[0], old.split(".")[0]);
  await refused("unknown_key", fresh, own);
  clock.ahead = 1_001;
  assert.equal((await own.verify(fresh)).client_id, "eddsa");
  assert.equal((await own.verify(old)).client_id, "eddsa");
  assert.equal(asked, 3);
});

test("keys outlive a server that is away", async () => {
  let isAway = false;
  const own = verifier({
    leeway: 10_000,
    fetch: (url, init) => (isAway ? Promise.reject(new TypeError("away")) : fetch(url, init)),
  });
  const token = await server.programToken("es256");
  await own.verify(token);
  isAway = true;
  clock.ahead = 1_000;
  await own.verify(token);
});
