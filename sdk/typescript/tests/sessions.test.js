/** Session tokens against a real server: fetched once, renewed once, and what happens when a key ends. */

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { inspect } from "node:util";

import { AuthenticationError, Client, ConfigurationError, ConnectionFailed, PermissionDenied, ServerError } from "gridkey";

import { CountingProxy, Server, clockAheadOf } from "./support.js";

const CALLERS = 1000;
const [EXCHANGE, RENEWAL] = ["/v1/auth/session", "/v1/auth/refresh"];
let server, proxy, clock, key, client;

before(async () => {
  server = await Server.start();
});
after(() => server.stop());
beforeEach(async () => {
  proxy = await CountingProxy.start(server.url);
  clock = clockAheadOf(() => performance.now() / 1000);
  key = await server.newKey();
  client = Client.create({ apiKey: key.key, url: proxy.url, clock, chance: () => 0.5 });
});
afterEach(() => proxy.stop());

const atOnce = (deed, callers = CALLERS) => Promise.all(Array.from({ length: callers }, deed));
const counted = (exchanges, renewals) =>
  assert.deepEqual([proxy.count(EXCHANGE), proxy.count(RENEWAL)], [exchanges, renewals]);

test("a thousand callers exchange once and renew once", async () => {
  const first = new Set(await atOnce(() => client.token()));
  assert.equal(first.size, 1);
  counted(1, 0);
  clock.ahead = 71;
  assert.ok(first.has(await client.token()));
  counted(1, 0);
  // Past four fifths of 90 seconds. Those who do not renew go on with the token that is still good.
  clock.ahead = 73;
  assert.ok(new Set(await atOnce(() => client.token())).size <= 2);
  counted(1, 1);
  assert.ok(!first.has(await client.token()));
  clock.ahead = 200;
  assert.equal(new Set(await atOnce(() => client.token())).size, 1);
  counted(1, 2);
  assert.equal((await (await client.request("GET", "/v1/me")).json()).kind, "key");
});

test("a thousand requests after the session was ended replace it once", async () => {
  await server.call("POST", "/v1/auth/logout", undefined, await client.token());
  const answers = await atOnce(async () => {
    const answer = await client.request("GET", "/v1/me");
    await answer.text();
    return answer.status;
  });
  assert.deepEqual(new Set(answers), new Set([200]));
  // One renewal, which is refused because the session is over, and one exchange.
  counted(2, 1);
});

test("a revoked key is noticed and nothing is hammered", async () => {
  await client.request("GET", "/v1/me");
  await server.revoke(key);
  await assert.rejects(client.request("GET", "/v1/me"), (error) => {
    assert.ok(error instanceof AuthenticationError);
    assert.deepEqual([error.status, error.code], [401, "AUTH_TOKEN_INVALID"]);
    assert.match(error.requestId, /^req_/);
    return true;
  });
  assert.equal(proxy.count("/v1/me"), 2);
  counted(2, 1);
});

test("one retry and no more", async () => {
  proxy.failing["/v1/me"] = 401;
  await assert.rejects(client.request("GET", "/v1/me"), AuthenticationError);
  assert.equal(proxy.count("/v1/me"), 2);
  counted(1, 1);
});

test("a server that is away costs nothing while the token is good", async () => {
  const token = await client.token();
  proxy.failing[RENEWAL] = 503;
  clock.ahead = 80;
  for (let time = 0; time < 10; time += 1) assert.equal(await client.token(), token);
  counted(1, 1);
  clock.ahead = 91;
  await assert.rejects(client.token(), ServerError);
  delete proxy.failing[RENEWAL];
  assert.notEqual(await client.token(), token);
  counted(1, 3);
});

test("a renewal that is refused falls back to the key", async () => {
  await client.token();
  proxy.failing[RENEWAL] = 404;
  clock.ahead = 91;
  await client.token();
  counted(2, 1);
});

test("a key that ends takes its tokens with it", async () => {
  await client.request("GET", "/v1/me");
  const end = Date.now() + 1500;
  await server.call("PATCH", `/v1/api-keys/${key.id}`, { expires_at: new Date(end).toISOString() });
  await new Promise((resolve) => setTimeout(resolve, end - Date.now() + 50));
  await assert.rejects(client.request("GET", "/v1/me"), AuthenticationError);
});

test("errors say what to do", async () => {
  const narrow = await server.newKey({ level: "read-only" });
  const own = Client.create({ apiKey: narrow.key, url: server.url });
  const json = { email: "a@acme.example", display_name: "A" };
  await assert.rejects(own.request("POST", "/v1/users", { json }), (error) => {
    assert.ok(error instanceof PermissionDenied);
    assert.deepEqual([error.name, error.status, error.code], ["PermissionDenied", 403, "permission_denied"]);
    assert.ok(error.fix && error.requestId && String(error).includes(error.fix));
    return true;
  });
});

test("key and address come from the environment", async () => {
  try {
    process.env.GRIDKEY_API_KEY = key.key;
    process.env.GRIDKEY_URL = `${server.url}/`;
    assert.equal((await Client.create().request("GET", "/v1/me")).status, 200);
  } finally {
    delete process.env.GRIDKEY_API_KEY;
    delete process.env.GRIDKEY_URL;
  }
  for (const options of [{}, { apiKey: "gk_x" }, { url: server.url }, { apiKey: "a\nb", url: server.url }]) {
    assert.throws(() => Client.create(options), ConfigurationError);
  }
  for (const url of ["http://id.example.com", "ftp://x", "https://a:b@id.example.com", "id.example.com"]) {
    assert.throws(() => Client.create({ apiKey: "gk_x", url }), ConfigurationError);
  }
});

test("nothing shows a secret", async () => {
  const token = await client.token();
  const shown = [inspect(client, { depth: 9, showHidden: true }), String(client), JSON.stringify(client)];
  for (const text of shown) {
    for (const secret of [key.key, token, "gkks_"]) assert.ok(!text.includes(secret), text);
  }
});

test("a server that is not there, and one that does not answer", async () => {
  await assert.rejects(Client.create({ apiKey: "gk_x", url: "http://127.0.0.1:1" }).token(), ConnectionFailed);
  const silent = (_url, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const own = Client.create({ apiKey: "gk_x", url: server.url, timeout: 20, fetch: silent });
  await assert.rejects(own.token(), { code: "timeout" });
});

test("an answer that breaks off or never ends", async () => {
  const stuck = async (_url, { signal }) =>
    new Response(new ReadableStream({ start: (stream) => signal.addEventListener("abort", () => stream.error(signal.reason)) }));
  const own = Client.create({ apiKey: "gk_x", url: server.url, timeout: 20, fetch: stuck });
  // The timer alone does not keep the program running.
  const awake = setTimeout(() => {}, 5_000);
  await assert.rejects(own.token(), ConnectionFailed);
  clearTimeout(awake);
});
