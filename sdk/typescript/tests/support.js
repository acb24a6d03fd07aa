/** A real server in a folder of its own, and a proxy that counts what goes to it. */

import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, createServer, request as httpRequest } from "node:http";
import { setDefaultAutoSelectFamily } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

// "localhost" may be two addresses, and the server listens on one: Node 18 does not try the other by itself.
setDefaultAutoSelectFamily(true);

const SDK = fileURLToPath(new URL("../..", import.meta.url));
const PROGRAM = process.env.GRIDKEY_BIN ?? join(SDK, "../target/debug/gridkey");
export const VECTORS = JSON.parse(readFileSync(join(SDK, "vectors.json"), "utf8"));
export const MODELS = "https://models.acme.example";

/** A new database of the PostgreSQL that `SDK_TEST_POSTGRES` names, or nothing where there is none. */
function newDatabase() {
  if (!process.env.SDK_TEST_POSTGRES) return undefined;
  const url = new URL(process.env.SDK_TEST_POSTGRES);
  const name = `sdk_${process.pid}_${randomBytes(4).toString("hex")}`;
  const done = spawnSync("psql", ["-qX", url.href, "-c", `CREATE DATABASE ${name}`], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
  url.pathname = `/${name}`;
  return url.href;
}

function freePort() {
  return new Promise((resolve) => {
    const taken = createServer().listen(0, "127.0.0.1", () => {
      const { port } = taken.address();
      taken.close(() => resolve(port));
    });
  });
}

/** A server on a free port: `gridkey dev`, or with a PostgreSQL `gridkey serve` on a new database there. */
export class Server {
  #folder = mkdtempSync(join(tmpdir(), "gridkey-sdk-"));
  #data = join(this.#folder, "data");
  #postgres = newDatabase();
  #variables;
  #process;

  static async start(variables = {}) {
    const server = new Server();
    server.#variables = Object.fromEntries(Object.entries(variables).map(([name, value]) => [`GRIDKEY_${name}`, value]));
    await server.#start("0");
    server.issuer = `${server.url}/t/acme`;
    server.token = await server.programToken("operator", "operator-development-secret", "gridkey:manage");
    return server;
  }

  async #start(port) {
    if (this.#postgres) return this.#serve(port === "0" ? await freePort() : port);
    this.#process = spawn(
      PROGRAM,
      ["dev", "--port", port, "--seed", join(SDK, "seed.toml"), "--data", this.#data],
      { env: this.#environment(), stdio: ["ignore", "pipe", "ignore"] },
    );
    this.url = await new Promise((resolve, reject) => {
      this.#process.once("error", reject);
      this.#process.once("exit", () => reject(new Error("the server did not start")));
      createInterface(this.#process.stdout).on("line", (line) => {
        const found = /runs at http:\/\/localhost:(\d+)/.exec(line);
        if (found) resolve(`http://localhost:${found[1]}`);
      });
    });
  }

  async #serve(port) {
    this.url = `http://localhost:${port}`;
    if (!existsSync(this.#data)) {
      mkdirSync(this.#data);
      writeFileSync(join(this.#data, "master.key"), randomBytes(32).toString("base64"), { mode: 0o600 });
      this.run("migrate", "run");
      this.run("config", "apply", join(SDK, "seed.toml"));
    }
    const env = { ...this.#environment(), ...this.#here() };
    this.#process = spawn(PROGRAM, ["serve", "--listen", `127.0.0.1:${port}`], { env, stdio: "ignore" });
    for (let tries = 0; tries < 600; tries += 1) {
      const answer = await fetch(`${this.url}/health/ready`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("the server did not start");
  }

  async #end() {
    const over = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGTERM");
    await over;
  }

  /** Starts it again where it was, with all that it knows: sooner than it looks for new keys by itself. */
  async restart() {
    await this.#end();
    await this.#start(new URL(this.url).port);
  }

  #environment() {
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("GRIDKEY_"));
    return { ...Object.fromEntries(kept), ...this.#variables };
  }

  #here() {
    return {
      GRIDKEY_DATABASE_URL: this.#postgres ?? `sqlite:${join(this.#data, "gridkey.db")}`,
      GRIDKEY_SECURITY_MASTER_KEY_FILE: join(this.#data, "master.key"),
      GRIDKEY_SECURITY_DEVELOPMENT: "true",
      GRIDKEY_SERVER_PUBLIC_URL: this.url,
      GRIDKEY_MAIL_TRANSPORT: "inbox",
    };
  }

  async stop() {
    await this.#end();
    rmSync(this.#folder, { recursive: true });
  }

  /** Runs the program on the server's database. */
  run(...args) {
    const done = spawnSync(PROGRAM, args, { env: { ...this.#environment(), ...this.#here() }, encoding: "utf8" });
    if (done.status !== 0) throw new Error(done.stderr);
    return done.stdout;
  }

  async programToken(clientId, secret = "program-development-secret", scope = "") {
    const body = new URLSearchParams({ grant_type: "client_credentials", ...(scope ? { scope } : {}) });
    const basic = Buffer.from(`${clientId}:${secret}`).toString("base64");
    const answer = await fetch(`${this.issuer}/oauth2/token`, {
      method: "POST",
      headers: { Authorization: `Basic ${basic}` },
      body,
    });
    return (await answer.json()).access_token;
  }

  async call(method, path, body, bearer = this.token) {
    const answer = await fetch(this.url + path, {
      method,
      headers: { Authorization: `Bearer ${bearer}`, "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  newKey(members = {}) {
    return this.call("POST", "/v1/api-keys", { name: "test", level: "admin", ...members });
  }

  revoke(key) {
    return this.call("DELETE", `/v1/api-keys/${key.id}`);
  }
}

/** Passes requests on and counts them by path. Paths in `failing` are answered with that status instead. */
export class CountingProxy {
  counts = {};
  failing = {};
  #server;
  #agent = new Agent({ keepAlive: true, maxSockets: 32 });

  static async start(target) {
    const proxy = new CountingProxy();
    const { port } = new URL(target);
    proxy.#server = createServer((request, answer) => {
      proxy.counts[request.url] = (proxy.counts[request.url] ?? 0) + 1;
      const status = proxy.failing[request.url];
      if (status !== undefined) {
        request.resume();
        answer.writeHead(status).end("{}");
        return;
      }
      const { method, url, headers } = request;
      const onward = { host: "127.0.0.1", port, method, path: url, headers, agent: proxy.#agent };
      const passed = httpRequest(onward, (upstream) => {
        answer.writeHead(upstream.statusCode, upstream.headers);
        upstream.pipe(answer);
      });
      passed.on("error", () => answer.destroy());
      request.pipe(passed);
    });
    await new Promise((resolve) => proxy.#server.listen(0, "127.0.0.1", 2048, resolve));
    proxy.url = `http://127.0.0.1:${proxy.#server.address().port}`;
    return proxy;
  }

  count(path) {
    return this.counts[path] ?? 0;
  }

  stop() {
    this.#server.close();
    this.#server.closeAllConnections();
    this.#agent.destroy();
  }
}

/** A clock that is moved by hand, ahead of a real one. */
export function clockAheadOf(real) {
  const clock = () => real() + clock.ahead;
  clock.ahead = 0;
  return clock;
}
