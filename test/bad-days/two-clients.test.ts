import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { digestOf, MiB, makeFile } from "./content.js";
import { NameWatch } from "./name-watch.js";
import { numberOf } from "./sampan-process.js";
import { Scene } from "./scene.js";

const rounds = 3;

describe("two clients put at the same name at once", { concurrency: true }, () => {
  for (const [what, bytes] of [
    ["large", 12 * MiB],
    ["small", 300_000],
  ] as const) {
    test(`different ${what} files: one of them results, whole`, async (t) => {
      const scene = new Scene(t);
      const served = scene.makeFolder("served");
      const server = await scene.serve(served);
      const target = join(served, "film.bin");
      for (let round = 0; round < rounds; round++) {
        const contents = [0, 1].map((at) =>
          makeFile(scene.path(`source-${at}`, "film.bin"), bytes + at, `${round} ${at}`),
        );
        const old = makeFile(target, 1000, `old ${round}`);
        const watch = new NameWatch(new Map([[target, [old, ...contents].map(digestOf)]]));
        scene.after(() => watch.stop());
        const clients = [0, 1].map((at) =>
          scene.start(
            ["put", scene.path(`source-${at}`, "film.bin"), ":film.bin", "--json", "--bwlimit", "16M"],
            server.link,
          ),
        );
        await Promise.all(clients.map(({ ended }) => ended));
        assert.deepEqual(await watch.stop(), []);
        const account = clients.map((client) => client.account()).join("\n");
        const won = clients.filter(({ status }) => status === 0);
        assert.ok(won.length > 0, account);
        for (const client of clients) {
          const codes = client.all("problem").map(({ code }) => code);
          if (client.status !== 0) assert.deepEqual([client.status, codes], [8, ["E_BUSY"]], account);
        }
        const there = readFileSync(target);
        assert.ok(
          clients.some(({ status }, at) => status === 0 && there.equals(contents[at] as Buffer)),
          account,
        );
      }
      assert.deepEqual(readdirSync(served), ["film.bin"], "nothing unfinished is left");
    });
  }

  test("the same put twice: one takes over from the other, and the content is whole", async (t) => {
    const scene = new Scene(t);
    const source = scene.path("source");
    const film = makeFile(join(source, "film.bin"), 12 * MiB);
    for (let at = 0; at < 50; at++) makeFile(join(source, `small-${at}`), 20_000);
    const served = scene.makeFolder("served");
    const server = await scene.serve(served);
    const args = ["put", `${source}/`, ":copy/", "--json", "--bwlimit", "5M"];
    const first = scene.start(args, server.link);
    await first.event((event) => event.event === "progress" && numberOf(event, "bytes") > MiB);
    const second = scene.start(args, server.link);
    await Promise.all([first.ended, second.ended]);
    const account = `${first.account()}\n${second.account()}`;
    assert.equal(second.status, 0, account);
    assert.ok(numberOf(second.last("done"), "resumedBytes") > 0, account);
    assert.equal(first.status, 5, account);
    assert.equal(first.last("error")?.code, "E_BUSY");
    assert.deepEqual([first.all("retry"), second.all("retry")], [[], []], "they do not take turns");
    assert.ok(readFileSync(join(served, "copy", "film.bin")).equals(film));
    assert.deepEqual(readdirSync(join(served, "copy")).sort(), readdirSync(source).sort());
    assert.deepEqual(readdirSync(served), ["copy"], "nothing unfinished is left");
  });
});
