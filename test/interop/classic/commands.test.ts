import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { needs } from "../../needs.js";
import { pythonClient, pythonServer, sampanClient, sampanServer } from "./both-ends.js";

const both = "echo 输出; echo 错误 >&2";
/** Longer than a read, shorter than a pipe: two of the programs wait for the end of the errors before they read the output. */
const long = "seq 1 5000";
const longOutput = Array.from({ length: 5000 }, (_, index) => `${index + 1}\n`).join("");

suite("commands, sampan as the server", needs("python3", "linux"), () => {
  for (const encoding of ["utf-8", "gbk"]) {
    test(`shell in ${encoding}`, async (t) => {
      const { port } = await sampanServer(t, "shell", "--allow-shell", "--encoding", encoding);
      const printed = await pythonClient("shell_client.py", port, `${both}\n${long}\ntrue\n`, encoding);
      assert.equal(printed, `输出\n错误\n\n${longOutput}\n\n`);
    });

    test(`shell-plain in ${encoding}`, async (t) => {
      const { port } = await sampanServer(t, "shell-plain", "--allow-shell", "--encoding", encoding);
      const printed = await pythonClient("shell_plain_client.py", port, `${both}\necho 只有输出\n`, encoding);
      assert.equal(printed, "错误\n\n只有输出\n\n");
    });

    test(`shell-ready in ${encoding}`, async (t) => {
      const { port } = await sampanServer(t, "shell-ready", "--allow-shell", "--encoding", encoding);
      const printed = await pythonClient("shell_ready_client.py", port, `${both}\n${long}\ntrue\n`, encoding);
      const errorBytes = encoding === "gbk" ? 5 : 7;
      assert.equal(printed, `${errorBytes}\n错误\n\n${longOutput.length}\n${longOutput}\n0\n\n`);
    });
  }
});

suite("commands, sampan as the client", needs("python3", "linux"), () => {
  test("shell", async (t) => {
    const { address } = await pythonServer(t, "shell_server.py");
    assert.equal(await sampanClient(undefined, "shell", address, both), "输出\n错误\n");
    assert.equal(await sampanClient(`echo one\n${long}\n`, "shell", address), `one\n${longOutput}`);
  });

  test("shell with GBK output", async (t) => {
    const { address } = await pythonServer(t, "shell_server.py", "gbk");
    assert.equal(await sampanClient(undefined, "shell", address, both, "--encoding", "gbk"), "输出\n错误\n");
  });

  test("shell against the variant that sends errors or output, not both", async (t) => {
    const { address } = await pythonServer(t, "shell_plain_server.py", "counted");
    assert.equal(await sampanClient(`${both}\ntrue\necho x\n`, "shell", address), "错误\nx\n");
  });

  test("shell-plain", async (t) => {
    const { address } = await pythonServer(t, "shell_plain_server.py");
    assert.equal(await sampanClient(undefined, "shell-plain", address, both), "错误\n");
    assert.equal(await sampanClient(undefined, "shell-plain", address, long), longOutput);
  });

  test("shell-ready", async (t) => {
    const { address } = await pythonServer(t, "shell_ready_server.py");
    assert.equal(await sampanClient(`${both}\n${long}\n`, "shell-ready", address), `错误\n${longOutput}`);
  });
});
