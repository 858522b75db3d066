import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { needs } from "../../needs.js";
import { pythonClient, pythonServer, sampanClient, sampanServer } from "./both-ends.js";

/** A format whose result does not change while a test runs, whatever the hour. */
const century = "%C 年 %Z %q %%";

suite("datagrams, sampan as the server", needs("python3"), () => {
  test("udp-upper, an empty datagram, too", async (t) => {
    const { port } = await sampanServer(t, "udp-upper");
    assert.equal(await pythonClient("udp_client.py", port, "hello\n\n你好 abc\n"), "HELLO\n\n你好 ABC\n");
  });

  test("udp-hi", async (t) => {
    const { port } = await sampanServer(t, "udp-hi");
    assert.equal(await pythonClient("udp_client.py", port, "hello\n\n"), "hi\nhi\n");
  });

  test("udp-time", async (t) => {
    const { port } = await sampanServer(t, "udp-time");
    const [plain, odd] = (await pythonClient("udp_client.py", port, `\n${century}\n`)).split("\n");
    assert.match(plain as string, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    assert.match(odd as string, /^2\d 年 \S+ %q %$/);
  });

  test("udp-time in GBK", async (t) => {
    const { port } = await sampanServer(t, "udp-time", "--encoding", "gbk");
    assert.match(await pythonClient("udp_client.py", port, "%C 年\n", "gbk"), /^2\d 年\n$/);
  });
});

suite("datagrams, sampan as the client", needs("python3"), () => {
  test("udp-upper, an empty datagram, too", async (t) => {
    const { address } = await pythonServer(t, "udp_server.py", "udp-upper");
    assert.equal(await sampanClient("hello\n\n你好 abc\n", "udp-upper", address), "HELLO\n\n你好 ABC\n");
  });

  test("udp-hi", async (t) => {
    const { address } = await pythonServer(t, "udp_server.py", "udp-hi");
    assert.equal(await sampanClient(undefined, "udp-hi", `udp://${address}`, "hello"), "hi\n");
  });

  test("udp-time: both ends give the same time", async (t) => {
    const { address } = await pythonServer(t, "udp_server.py", "udp-time");
    const { port } = await sampanServer(t, "udp-time");
    assert.match(await sampanClient(undefined, "udp-time", address), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n$/);
    const theirs = await sampanClient(undefined, "udp-time", address, century);
    assert.equal(await sampanClient(undefined, "udp-time", `127.0.0.1:${port}`, century), theirs);
  });
});
