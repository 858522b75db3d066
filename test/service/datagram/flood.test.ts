import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import dgram from "node:dgram";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { connect } from "../../../src/service/connect.js";
import { UdpAsker } from "../../../src/service/datagram/udp-asker.js";
import { hashLocal } from "../../../src/service/files/local-hash.js";
import { formatSampanDatagram } from "../../../src/wire/datagram/sampan-datagram.js";
import { askSntp } from "../../../src/wire/datagram/sntp.js";
import { Scene } from "../../bad-days/scene.js";
import { needs } from "../../needs.js";

const addresses = 400;
const eachSends = 300;

/** The bytes of a process in memory. */
function residentBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}

test("a flood from many addresses leaves memory flat and a transfer unharmed", needs("linux"), async (t) => {
  const scene = new Scene(t);
  const folder = scene.makeFolder("served");
  const content = randomBytes(48 * 2 ** 20);
  writeFileSync(join(folder, "film"), content);
  const server = await scene.serve(folder, undefined, "--hidden");
  const peer = await connect(server.link);
  t.after(() => peer.close());
  await peer.files.get("film", scene.path("before")).result;
  const beforeBytes = residentBytes(server.process.pid);
  const questions = [
    Buffer.from("%c"),
    askSntp(randomBytes(8)),
    formatSampanDatagram("ask", randomBytes(40)),
    randomBytes(1200),
  ];
  const transfer = peer.files.get("film", scene.path("during")).result;
  let answered = 0;
  // On Linux every address of 127.0.0.0/8 is this machine's, as good as forged.
  for (let index = 0; index < addresses; index++) {
    const socket = dgram.createSocket("udp4");
    t.after(() => socket.close());
    socket.on("message", () => void answered++);
    await new Promise<void>((resolve) => void socket.bind(0, `127.7.${index >> 8}.${index & 255}`, resolve));
    const sends = Array.from({ length: eachSends }, async (_, turn) => {
      const question = questions[turn % questions.length] as Buffer;
      await new Promise((resolve) => {
        socket.send(question, server.port, "127.0.0.1", resolve);
      });
    });
    await Promise.all(sends);
  }
  const { digest } = await transfer;
  assert.equal(digest, (await hashLocal(join(folder, "film"))).digest);
  const grownBytes = residentBytes(server.process.pid) - beforeBytes;
  assert.ok(grownBytes < 64 * 2 ** 20, `${grownBytes} bytes more`);
  // Somebody who has asked little is answered when it is over.
  const asker = await UdpAsker.open("127.0.0.1", server.port);
  t.after(() => asker.close());
  const echo = formatSampanDatagram("echo", randomBytes(8));
  let heard: unknown;
  for (let tries = 0; heard === undefined && tries < 100; tries++) heard = await asker.ask(echo, (bytes) => bytes, 100);
  assert.ok(heard);
  assert.ok(answered > 0 && answered < addresses * eachSends, `${answered} answers`);
});
