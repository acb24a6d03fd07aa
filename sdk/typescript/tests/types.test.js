/** The types that are shipped are those of the sources. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL("..", import.meta.url));
const MODULES = process.env.GRIDKEY_NODE_MODULES ?? join(HERE, "node_modules");
const compile = (...args) => {
  const all = [join(MODULES, "typescript/bin/tsc"), "--typeRoots", join(MODULES, "@types"), ...args];
  return spawnSync(process.execPath, all, { encoding: "utf8", cwd: HERE });
};

test("the sources have no type errors and the declarations are theirs", () => {
  const folder = mkdtempSync(join(tmpdir(), "gridkey-types-"));
  try {
    const done = compile("-p", "tsconfig.json", "--outDir", folder);
    assert.equal(done.status, 0, done.stdout + done.stderr);
    const names = readdirSync(folder).sort();
    assert.deepEqual(readdirSync(join(HERE, "types")).sort(), names);
    for (const name of names) {
      const told = readFileSync(join(HERE, "types", name), "utf8");
      assert.equal(told, readFileSync(join(folder, name), "utf8"), `run npm run types: ${name}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a strict program in TypeScript is told what it does wrong", () => {
  const options = ["--noEmit", "--strict", "--module", "node16", "--target", "es2022", "--types", "node"];
  const done = compile(...options, "tests/program.ts");
  assert.equal(done.status, 0, done.stdout + done.stderr);
});
