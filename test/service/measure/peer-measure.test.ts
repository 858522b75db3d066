import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { connect } from "../../../src/service/connect.js";
import { ownSpeeds } from "../../../src/service/measure/own-speeds.js";
import { tryDisk } from "../../../src/store/disk-trial.js";
import { Scene } from "../../bad-days/scene.js";
import { withServedFolder } from "../../examples/served-folder.js";
import { mountSmallDisk, onSmallDisk } from "../../small-disk.js";
import { serveFolders } from "../discovery/served-folders.js";

test("round trips by TCP and by UDP; without a UDP port nothing comes back", async (t) => {
  for (const udp of [true, false]) {
    const [server] = await serveFolders(t, [`ping-${udp}`], { announced: false, udp });
    const peer = await connect(server?.readLink ?? "");
    const { measure } = peer;
    const options = { count: 5, intervalMs: 1, timeoutMs: udp ? 10_000 : 50 };
    const tcp = await measure.pingTcp(options);
    assert.deepEqual([tcp.sent, tcp.heard], [5, 5]);
    assert.ok(tcp.minMs > 0 && tcp.minMs <= tcp.medianMs && tcp.medianMs <= tcp.maxMs);
    assert.equal((await measure.pingUdp(options))?.heard, udp ? 5 : undefined);
    await peer.close();
  }
});

test("throughput and speeds by the reading link; the disk only by the writing one", async () => {
  await withServedFolder(async ({ server, folder, link }) => {
    const reader = await connect(server.readLink);
    for (const direction of ["up", "down"] as const) {
      const { bytes, bytesPerSecond } = await reader.measure.throughput(direction, { ms: 60 });
      assert.ok(bytes > 0 && bytesPerSecond > 0, direction);
    }
    const { cipher, digest } = await reader.measure.speeds();
    assert.deepEqual({ cipher, digest }, await ownSpeeds().then((own) => ({ cipher: own.cipher, digest: own.digest })));
    await assert.rejects(reader.measure.disk(1000), { code: "E_RIGHTS" });
    await reader.close();
    const writer = await connect(link);
    const found = await writer.measure.disk(3_000_001);
    assert.equal(found.bytes, 3_000_001);
    assert.ok(found.writeMs > 0 && found.syncMs >= 0 && found.readMs > 0);
    const both = await Promise.allSettled([1, 2].map(() => writer.measure.disk(64 * 2 ** 20)));
    const codes = both.map((one) => (one.status === "rejected" ? (one.reason as { code: string }).code : "done"));
    assert.deepEqual(codes.sort(), ["E_BUSY", "done"]);
    await assert.rejects(writer.measure.disk(2 ** 40), { code: "E_TOO_LARGE" });
    assert.deepEqual(readdirSync(folder), []);
    await writer.close();
  });
});

test("a measurement can be ended in its middle", async () => {
  await withServedFolder(async ({ link }) => {
    const peer = await connect(link);
    for (const direction of ["up", "down"] as const) {
      const signal = AbortSignal.timeout(20);
      await assert.rejects(peer.measure.throughput(direction, { ms: 20_000, signal }), { code: "E_INTERRUPTED" });
    }
    await peer.close();
  });
});

test("a trial of the disk leaves nothing behind, whether it ends or is ended", async () => {
  await withServedFolder(async ({ here }) => {
    writeFileSync(join(here, "mine"), "kept");
    await tryDisk(here, 100_000);
    await assert.rejects(tryDisk(here, 2 ** 30, AbortSignal.timeout(1)));
    assert.deepEqual(readdirSync(here), ["mine"]);
  });
});

test("a disk without room is told as such", onSmallDisk, async (t) => {
  const scene = new Scene(t);
  const folder = scene.makeFolder("small");
  scene.after(mountSmallDisk(folder, "1m"));
  await assert.rejects(tryDisk(folder, 8 * 2 ** 20), { code: "E_NO_SPACE" });
  assert.deepEqual(readdirSync(folder), []);
});

test("doctor, ping, time and discover on the command line", async (t) => {
  const scene = new Scene(t);
  const server = await scene.serve(scene.makeFolder("films"));
  mkdirSync(scene.path("disk"));
  const ping = await scene.run(["ping", ":", "--count", "3", "--interval", "1ms", "--json"], server.link);
  assert.deepEqual(
    ping.events.map(({ event, by, heard }) => [event, by, heard]),
    [
      ["ping", "tcp", 3],
      ["ping", "udp", 3],
    ],
    ping.account(),
  );
  const doctor = await scene.run(["doctor", ":", "--for", "100ms", "--dir", scene.path("disk"), "--json"], server.link);
  const diagnosis = doctor.last("diagnosis");
  assert.ok(diagnosis, doctor.account());
  assert.equal(diagnosis.udpBlocked, false);
  assert.deepEqual(
    (diagnosis.findings as { direction: string }[]).map(({ direction }) => direction),
    ["up", "down"],
  );
  assert.ok((diagnosis.facts as { diskThere: number }).diskThere > 0);
  const nowhere = scene.path("nowhere");
  const untried = await scene.run(["doctor", ":", "--for", "100ms", "--dir", nowhere, "--json"], server.link);
  assert.deepEqual(untried.last("diagnosis")?.untried, [`the disk here: cannot open ${nowhere}: nothing is there`]);
  const words = await scene.run(["doctor", ":", "--for", "100ms", "--no-disk"], server.link);
  assert.match(words.stdout, /^From here to there: about .*limit/m, words.account());
  assert.match(words.stdout, /^From there to here: about .*limit/m);
  assert.deepEqual(readdirSync(scene.path("disk")), []);
  const time = await scene.run(["time", ":", "%Y"], server.link);
  assert.match(time.stdout, /^2\d{3}\noffset .* by UDP\n$/, time.account());
  const sntp = await scene.run(["time", `127.0.0.1:${server.port}`, "--sntp", "--json"]);
  assert.equal(sntp.last("time")?.stratum, 10, sntp.account());
  const discover = await scene.run(["discover", "--for", "1500ms", "--json"]);
  const found = discover.all("server").filter(({ port }) => port === server.port);
  assert.deepEqual(
    found.map(({ folder, udpPort }) => [folder, udpPort]),
    [["films", server.port]],
    discover.account(),
  );
});
