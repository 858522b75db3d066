import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { needs } from "../../needs.js";
import { pythonClient, pythonServer, sampanClient, sampanServer } from "./both-ends.js";

const thanks = (text: string): string => `我已收到您的请求[${text}],感谢您的关注!`;

suite("text protocols, sampan as the server", needs("python3"), () => {
  test("upper", async (t) => {
    const { port } = await sampanServer(t, "upper");
    assert.equal(await pythonClient("upper_client.py", port, "hello world\n你好 abc\n"), "HELLO WORLD\n你好 ABC\n");
    assert.equal(await pythonClient("upper_client.py", port, "again\n"), "AGAIN\n");
  });

  test("upper with GBK text: bytes are what counts", async (t) => {
    const { port, process } = await sampanServer(t, "upper", "--encoding", "gbk");
    // In GBK the second byte of a character may be that of a small letter, which bytes.upper() does not know.
    assert.equal(await pythonClient("upper_client.py", port, "哈哈 abc\n", "gbk"), "哈哈 ABC\n");
    assert.equal((await process.event("text")).text, "哈哈 abc");
  });

  test("upper-once", async (t) => {
    const { port } = await sampanServer(t, "upper-once");
    const printed = await pythonClient("upper_once_client.py", port, "", "  hello ");
    assert.equal(printed, "Sent:       hello \nReceived: HELLO\nclosed\n");
  });

  test("ack, three clients at once", async (t) => {
    const { port } = await sampanServer(t, "ack");
    const clients = ["20", "30", "40"].map((rounds) => pythonClient("ack_client.py", port, "", rounds));
    const printed = await Promise.all(clients);
    assert.deepEqual(
      printed,
      [20, 30, 40].map((rounds) => `${thanks("北鼻")}\n`.repeat(rounds)),
    );
  });

  test("ack in GBK", async (t) => {
    const { port } = await sampanServer(t, "ack", "--encoding", "gbk");
    assert.equal(await pythonClient("ack_client.py", port, "", "2", "gbk"), `${thanks("北鼻")}\n`.repeat(2));
  });

  test("frames", async (t) => {
    const { port, process } = await sampanServer(t, "frames");
    await pythonClient("frames_client.py", port, "", "500");
    const last = await process.event(({ event, number }) => event === "frame" && number === 500);
    assert.deepEqual([last.bytes, last.text], [36, "abcdefghijklmnopqrstuvwxyz1234567890"]);
    await process.event("disconnected");
    assert.equal(process.all("frame").length, 500);
  });
});

suite("text protocols, sampan as the client", needs("python3"), () => {
  test("upper", async (t) => {
    const { address } = await pythonServer(t, "upper_server.py");
    assert.equal(await sampanClient(undefined, "upper", address, "hello", "你好 abc"), "HELLO\n你好 ABC\n");
    assert.equal(await sampanClient("one\n\ntwo words\n", "upper", `tcp://${address}`), "ONE\nTWO WORDS\n");
  });

  test("upper against the simple template, which answers once and ends", async (t) => {
    const { address } = await pythonServer(t, "template_server.py");
    assert.equal(await sampanClient(undefined, "upper", address, "hello,server"), "HELLO,SERVER\n");
  });

  test("upper-once", async (t) => {
    const { address } = await pythonServer(t, "upper_once_server.py");
    assert.equal(await sampanClient(undefined, "upper-once", address, "  hello\t", "world"), "HELLO\nWORLD\n");
  });

  test("ack", async (t) => {
    const { address } = await pythonServer(t, "ack_server.py");
    assert.equal(await sampanClient("北鼻\nbaby\n", "ack", address), `${thanks("北鼻")}\n${thanks("baby")}\n`);
  });

  test("ack in GBK", async (t) => {
    const { address } = await pythonServer(t, "ack_server.py", "gbk");
    assert.equal(await sampanClient(undefined, "ack", address, "北鼻", "--encoding", "gbk"), `${thanks("北鼻")}\n`);
  });

  test("frames", async (t) => {
    const server = await pythonServer(t, "frames_server.py");
    await sampanClient(undefined, "frames", server.address, "--text", "你好 frame", "--count", "5000");
    assert.equal(await server.line(), "5000 ['你好 frame']");
  });
});
