import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "../../../src/service/connect.js";
import { askFormattedTime, askSntpTime } from "../../../src/service/datagram/ask-time.js";
import { UdpAsker } from "../../../src/service/datagram/udp-asker.js";
import { askSntp, parseSntpAnswer } from "../../../src/wire/datagram/sntp.js";
import { runProgram } from "../../examples/run-program.js";
import { withServedFolder } from "../../examples/served-folder.js";
import { needs } from "../../needs.js";
import { serveFolders } from "../discovery/served-folders.js";

/** The documents' client, asked for every directive: the answer must be what Python's own strftime gives. */
const documentsClient = `
import string, sys, time
from socket import *

udp_client = socket(AF_INET, SOCK_DGRAM)
udp_client.settimeout(5)

def ask(msg):
    udp_client.sendto(msg.encode('utf-8'), ('127.0.0.1', int(sys.argv[1])))
    back_data, addr = udp_client.recvfrom(1024)
    return back_data.decode('utf-8')

formats = ['', 'hello', '%Y 年 %m 月 %d 日', '%H:%M:%S %p, %A', '%', '%%']
formats += ['%' + letter for letter in string.ascii_letters]
formats += ['%-d', '%_H', '%^a', '%#Z', '%10Y', '%Ey', '%Od']
different = 0
for fm in formats:
    for attempt in range(20):
        before = time.strftime(fm or '%Y-%m-%d %X')
        told = ask(fm)
        after = time.strftime(fm or '%Y-%m-%d %X')
        if before == after: break
    if told != before:
        different += 1
        print(repr(fm), 'was told as', repr(told), 'and is', repr(before))
print(len(formats), 'formats,', different, 'different')
`;

test("the documents' client gets what Python's own strftime gives", needs("python3"), async (t) => {
  const [server] = await serveFolders(t, ["time"], { announced: false });
  const { stdout, stderr } = await runProgram("python3", ["-c", documentsClient, `${server?.udpPort}`], {
    LC_ALL: "C.UTF-8",
    PYTHONUTF8: "1",
  });
  assert.equal(stdout, "65 formats, 0 different\n", stderr);
});

test("chronyd reads the time", needs("chronyd"), async (t) => {
  const [server] = await serveFolders(t, ["time"], { announced: false });
  const args = [
    "-Q",
    "-U",
    "-t",
    "20",
    "-f",
    "/dev/null",
    `server 127.0.0.1 port ${server?.udpPort} iburst maxsamples 1`,
  ];
  const { status, stdout, stderr } = await runProgram("chronyd", args);
  const said = stdout + stderr;
  assert.equal(status, 0, said);
  const [, wrongBy] = /System clock wrong by (-?[\d.]+) seconds/.exec(said) ?? [];
  // The same machine's clock: off by no more than the answer took.
  assert.ok(Math.abs(Number(wrongBy)) < 0.5, said);
});

test("a packet that was cut short is passed over, and the next one answered", async (t) => {
  const [server] = await serveFolders(t, ["time"], { announced: false });
  const asker = await UdpAsker.open("127.0.0.1", server?.udpPort ?? 0);
  t.after(() => asker.close());
  const answers: Uint8Array[] = [];
  const token = Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1);
  const question = askSntp(token);
  const all = [1, 2, 40, 47].map((length) => asker.ask(question.subarray(0, length), () => undefined, 1));
  const whole = asker.ask(
    question,
    (bytes) => {
      answers.push(bytes);
      return parseSntpAnswer(bytes, token);
    },
    10_000,
  );
  assert.equal((await whole)?.answer.stratum, 10);
  // One byte alone is a text, a control character, and comes back as one.
  assert.deepEqual(
    answers.map(({ length }) => length),
    [1, 48],
  );
  await Promise.all(all);
});

test("a peer tells the time by datagrams, in the form asked for, and by the connection where there are none", async (t) => {
  for (const udp of [true, false]) {
    const [server] = await serveFolders(t, [`time-${udp}`], { announced: false, udp });
    const peer = await connect(server?.readLink ?? "");
    const options = { timeoutMs: udp ? 10_000 : 50 };
    const reading = await peer.time({ ...options, format: "%s and %%" });
    assert.equal(reading.by, udp ? "udp" : "tcp");
    assert.equal(reading.heard, 4);
    assert.match(reading.text ?? "", /^\d+ and %$/);
    assert.ok(Math.abs(Number(reading.text?.split(" ")[0]) - Date.now() / 1000) < 60);
    assert.ok(
      reading.clock && Math.abs(reading.clock.offsetMs) <= reading.clock.uncertaintyMs + 2,
      "one clock, no offset",
    );
    assert.match((await peer.time(options)).text ?? "", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    await assert.rejects(peer.time({ ...options, format: "%2000Y" }), { code: "E_USAGE" });
    await peer.close();
  }
});

test("the server's port answers as an NTP server and as the documents' server; elsewhere nobody does", async (t) => {
  const [server] = await serveFolders(t, ["time"], { announced: false });
  const port = server?.udpPort ?? 0;
  const sntp = await askSntpTime("127.0.0.1", port, {});
  assert.deepEqual([sntp.by, sntp.stratum, sntp.heard], ["sntp", 10, 4]);
  const text = await askFormattedTime("127.0.0.1", port, { format: "%d" });
  assert.match(text.text ?? "", /^\d\d$/);
  const { clock } = text;
  assert.ok(clock && Math.abs(clock.offsetMs) <= clock.uncertaintyMs && clock.uncertaintyMs < 500);
  await server?.close();
  const options = { timeoutMs: 20, samples: 1 };
  await assert.rejects(askSntpTime("127.0.0.1", port, options), { code: "E_TIMED_OUT" });
  await assert.rejects(askFormattedTime("127.0.0.1", port, options), { code: "E_TIMED_OUT" });
});

test("whoever cannot bind UDP serves without, and says so", async () => {
  await withServedFolder(async ({ server, folder }) => {
    // A port whose UDP half somebody else has, and whose TCP half is free.
    const { UdpPort } = await import("../../../src/transport/udp-port.js");
    const taken = await UdpPort.open({ host: "127.0.0.1", port: 0, onDatagram: () => {} });
    const { serve } = await import("../../../src/service/serve.js");
    const events: unknown[] = [];
    const onEvent = (event: { event: string }) => void events.push(event);
    const other = await serve({
      folder,
      host: "127.0.0.1",
      port: taken.port,
      configFolder: `${folder}/../config`,
      onEvent,
    });
    try {
      assert.equal(other.udpPort, undefined);
      assert.equal((events[0] as { what?: string }).what, "udp");
      const peer = await connect(other.readLink);
      assert.equal((await peer.time({ timeoutMs: 20 })).by, "tcp");
      await peer.close();
      assert.equal(server.udpPort, server.port);
    } finally {
      await other.close();
      await taken.close();
    }
  });
});
