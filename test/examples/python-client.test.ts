import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { needs } from "../needs.js";
import { type Run, runProgram } from "./run-program.js";
import { withServedFolder } from "./served-folder.js";

const program = "examples/python/sampan_client.py";

function python(link: string, ...args: string[]): Promise<Run> {
  return runProgram("python3", [program, ...args], { SAMPAN_LINK: link });
}

async function pythonDone(link: string, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await python(link, ...args);
  assert.equal(status, 0, stderr);
  assert.equal(stderr, "");
  return stdout;
}

/** The same link to be used without TLS: its secret is the token alone. */
function plainLink(link: string): string {
  return link.replace(/\.[\w-]{43}$/, "");
}

const MiB = 2 ** 20;

/** 3.5 MiB of which the second block is all zeros: three blocks travel as bytes, one as the word "zero". */
const withHole = Buffer.concat([randomBytes(MiB), Buffer.alloc(MiB), randomBytes(1.5 * MiB)]);

const files: readonly [name: string, content: Buffer, sentBytes: number][] = [
  ["empty", Buffer.alloc(0), 0],
  ["five.txt", Buffer.from("hello"), 5],
  ["with hole.bin", withHole, 2.5 * MiB],
];

test("the client has at most 40 lines", () => {
  const lines = readFileSync(program, "utf8").trimEnd().split("\n");
  assert.ok(lines.length <= 40, `${lines.length} lines`);
  for (const line of lines) assert.ok(line.length <= 120, `a line of ${line.length} characters`);
});

for (const [how, linkOf] of [
  ["plain", plainLink],
  ["TLS", (link: string) => link],
] as const) {
  suite(`the Python client over ${how}`, needs("python3"), () => {
    test("lists", async () => {
      await withServedFolder(async ({ folder, link }) => {
        for (const [name, content] of files) writeFileSync(join(folder, name), content);
        assert.equal(await pythonDone(linkOf(link), "ls", "/"), "file empty\nfile five.txt\nfile with hole.bin\n");
      });
    });

    for (const [name, content, sentBytes] of files) {
      test(`fetches and sends ${content.length} bytes`, async () => {
        await withServedFolder(async ({ folder, here, link, transfersEnded }) => {
          writeFileSync(join(folder, name), content);
          await pythonDone(linkOf(link), "get", `/${name}`, join(here, name));
          assert.ok(readFileSync(join(here, name)).equals(content));
          await pythonDone(linkOf(link), "put", join(here, name), "/back");
          assert.ok(readFileSync(join(folder, "back")).equals(content));
          assert.equal(
            Math.trunc(statSync(join(folder, "back")).mtimeMs),
            Math.trunc(statSync(join(here, name)).mtimeMs),
          );
          assert.deepEqual(
            (await transfersEnded(2)).map((end) => [end.direction, end.sentBytes, end.code]),
            [
              ["get", sentBytes, undefined],
              ["put", sentBytes, undefined],
            ],
          );
        });
      });
    }
  });
}

suite("the Python client", needs("python3"), () => {
  test("refuses a server whose certificate is not the one in the link", async () => {
    await withServedFolder(async ({ link, events }) => {
      const wrong = link.replace(/[\w-]{43}$/, randomBytes(32).toString("base64url"));
      const { status, stderr } = await python(wrong, "ls", "/");
      assert.equal(status, 1);
      assert.match(stderr, /^another certificate$/m);
      assert.ok(!events.some(({ event }) => event === "peer"), "the token was shown to a server that was not known");
    });
  });

  test("says what the server refuses", async () => {
    await withServedFolder(async ({ link, server, here }) => {
      const missing = await python(link, "get", "/nothing", join(here, "x"));
      assert.equal(missing.status, 1);
      assert.match(missing.stderr, /^E_NOT_FOUND: /);
      writeFileSync(join(here, "x"), "x");
      const forbidden = await python(server.readLink, "put", join(here, "x"), "/x");
      assert.equal(forbidden.status, 1);
      assert.match(forbidden.stderr, /^E_RIGHTS: /);
    });
  });
});
