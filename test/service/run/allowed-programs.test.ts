import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { connect } from "../../../src/service/connect.js";
import { findAllowedPrograms } from "../../../src/service/run/allowed-programs.js";
import { needs } from "../../needs.js";
import { refused } from "../../refused.js";
import { withRunServer } from "./run-server.js";

const posix = needs("linux");
const named = { allowRun: ["printf", "env", "sh"] } as const;

test("named programs run with free arguments, and are those of the server's PATH when it started", posix, async () => {
  await withRunServer(async ({ peer, folder }) => {
    writeFileSync(join(folder, "printf"), "#!/bin/sh\necho another\n");
    chmodSync(join(folder, "printf"), 0o755);
    const { stdout } = await peer.run(["printf", "%s|", "a b", "../.."]).collect();
    assert.equal(stdout.toString(), "a b|../..|");
  }, named);
});

test("there is no way around the names", posix, async () => {
  await withRunServer(async ({ peer, folder, event }) => {
    mkdirSync(join(folder, "printf.d"));
    const programs = [
      "ls",
      "/usr/bin/printf",
      "./printf",
      "../printf",
      "printf/../ls",
      "Printf",
      "printf ",
      "constructor",
    ];
    for (const program of programs) {
      await assert.rejects(peer.run([program]).collect(), { code: "E_RIGHTS" }, program);
    }
    await assert.rejects(peer.run(["printf", "x"], { shell: true }).collect(), { code: "E_RIGHTS" });
    assert.equal((await event("run-refused")).code, "E_RIGHTS");
  }, named);
});

test(
  "variables that decide which code runs are refused, and those of language and terminal are not",
  posix,
  async () => {
    await withRunServer(async ({ peer }) => {
      const refusedNames = [
        "PATH",
        "LD_PRELOAD",
        "LD_LIBRARY_PATH",
        "BASH_ENV",
        "ENV",
        "GIT_SSH_COMMAND",
        "HOME",
        "PYTHONPATH",
        "path",
      ];
      for (const name of refusedNames) {
        await assert.rejects(peer.run(["env"], { env: { [name]: "x" } }).collect(), { code: "E_RIGHTS" }, name);
      }
      for (const value of ["/tmp/x", ":/tmp/x", "../x"]) {
        await assert.rejects(peer.run(["env"], { env: { TZ: value } }).collect(), { code: "E_RIGHTS" }, value);
      }
      const { stdout } = await peer.run(["env"], { env: { LC_ALL: "C.UTF-8", TZ: "Europe/Berlin" } }).collect();
      assert.match(stdout.toString(), /^LC_ALL=C\.UTF-8$/m);
      assert.match(stdout.toString(), /^TZ=Europe\/Berlin$/m);
    }, named);
  },
);

test("a server that was not told to runs nothing, and says so", posix, async () => {
  await withRunServer(async ({ peer }) => {
    assert.ok(!peer.rights.has("run"));
    await assert.rejects(peer.run(["true"]).collect(), { code: "E_RIGHTS" });
    await assert.rejects(peer.jobs.list(), { code: "E_RIGHTS" });
  }, {});
});

test("the link that reads and writes does not run", posix, async () => {
  await withRunServer(async ({ writeLink }) => {
    const peer = await connect(writeLink);
    await assert.rejects(peer.run(["true"]).collect(), { code: "E_RIGHTS" });
    await peer.close();
  });
});

test("what is to be allowed must be names of programs that are there", () => {
  const path = process.env.PATH ?? "";
  for (const name of ["", ".", "..", "a/b", "/bin/ls", "a\\b"])
    refused("E_USAGE", () => findAllowedPrograms([name], path));
  refused("E_USAGE", () => findAllowedPrograms([], path));
  refused("E_NO_PROGRAM", () => findAllowedPrograms(["no-such-program"], path));
  refused("E_NO_PROGRAM", () => findAllowedPrograms(["package.json"], "."));
  assert.equal(findAllowedPrograms(true, path), "any");
  assert.equal(findAllowedPrograms(undefined, path), "none");
});
