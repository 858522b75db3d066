import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { assertSameTree, MiB, makeFile } from "./content.js";
import { numberOf, type SampanProcess } from "./sampan-process.js";
import { Scene } from "./scene.js";

const fileBytes = 40 * MiB;

async function midway(client: SampanProcess): Promise<void> {
  await client.event((event) => event.event === "progress" && numberOf(event, "bytes") > 8 * MiB);
}

describe("transfers by UDP", { concurrency: true }, () => {
  for (const direction of ["get", "put"] as const) {
    test(`${direction}: a server killed half way and started again is found, and what is there is not sent again`, async (t) => {
      const scene = new Scene(t);
      const source = scene.path("source");
      makeFile(join(source, "film.bin"), fileBytes);
      makeFile(join(source, "note.txt"), 5000);
      const served = direction === "get" ? source : scene.makeFolder("served");
      const target = direction === "get" ? scene.path("copy") : served;
      const places = direction === "get" ? [":", `${target}/`] : [`${source}/`, ":"];
      const first = await scene.serve(served);
      const client = scene.start([direction, "--udp", ...places, "--json", "--bwlimit", "30M"], first.link);
      await midway(client);
      first.process.kill("SIGKILL");
      await first.process.ended;
      await scene.serve(served, first.port);
      await client.ended;
      assert.equal(client.status, 0, client.account());
      assert.equal(client.last("udp-failed"), undefined, client.account());
      // No system says that the other end is gone: it is silence that tells.
      assert.equal(client.last("retry")?.code, "E_SILENT", client.account());
      assert.ok(numberOf(client.last("done"), "sentBytes") < fileBytes + 24 * MiB, client.account());
      assertSameTree(target, source);
    });
  }

  test("a server without UDP is said, and used by TCP", async (t) => {
    const scene = new Scene(t);
    const source = scene.path("source");
    makeFile(join(source, "note.txt"), 5000);
    const server = await scene.serve(source, undefined, "--no-udp");
    const client = await scene.run(["get", "--udp", ":", `${scene.path("copy")}/`, "--json"], server.link);
    assert.equal(client.status, 0, client.account());
    assert.equal(client.last("udp-failed")?.code, "E_UNSUPPORTED", client.account());
    assertSameTree(scene.path("copy"), source);
    const told = await scene.run(["get", "--udp", ":note.txt", scene.path("again")], server.link);
    assert.equal(told.status, 0);
    assert.match(told.account(), /not by UDP: .*going on by TCP/);
  });

  test("--udp and --plain exclude one another", async (t) => {
    const scene = new Scene(t);
    const refused = await scene.run(
      ["get", "--udp", "--plain", ":note", scene.path("copy")],
      "sampan://127.0.0.1:1/#x",
    );
    assert.equal(refused.status, 2, refused.account());
  });
});
