import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";

test("docs/errors.md is what the table says", () => {
  const { stdout, stderr } = spawnSync(process.execPath, ["scripts/error-docs.mjs", "--print"], { encoding: "utf8" });
  assert.equal(stderr, "");
  assert.equal(readFileSync("docs/errors.md", "utf8"), stdout, "run `npm run error-docs`");
});

test("docs/dependencies.md has a line for each dependency, and for no other", () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
    dependencies: object;
    devDependencies: object;
  };
  const listed = [...readFileSync("docs/dependencies.md", "utf8").matchAll(/^\| `([^`]+)` \|/gm)].map(
    ([, name]) => name,
  );
  assert.deepEqual(listed.sort(), [...Object.keys(dependencies), ...Object.keys(devDependencies)].sort());
});

test("the lock file names no registry, and has an entry for each platform of each package", () => {
  const text = readFileSync("package-lock.json", "utf8");
  assert.doesNotMatch(text, /"resolved"/, "run `npm run lock`");
  const { packages } = JSON.parse(text) as { packages: Record<string, { optionalDependencies?: object }> };
  const platforms = Object.entries(packages)
    .filter(([path]) => path !== "")
    .flatMap(([, { optionalDependencies = {} }]) => Object.keys(optionalDependencies));
  const absent = platforms.filter((name) => packages[`node_modules/${name}`] === undefined);
  assert.deepEqual(absent, [], "npm ci would refuse it: run `npm run lock`");
});
