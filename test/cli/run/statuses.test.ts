import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { serveRuns } from "../../bad-days/run/run-scene.js";
import { Scene } from "../../bad-days/scene.js";
import { needs } from "../../needs.js";

const posix = needs("linux");

test("run ends with the command's status, or 124 to 127 for what is not its own", posix, async (t) => {
  const scene = new Scene(t);
  const { runLink } = await serveRuns(scene, "served");
  const cases = [
    [["--", "sh", "-c", "exit 33"], 33],
    [["--", "sh", "-c", "kill -TERM $$"], 143],
    [["--timeout", "100ms", "--", "sleep", "600"], 124],
    [["--", "no-such-program"], 127],
    [["--", "/"], 126],
    [["--cwd", "nowhere", "--", "true"], 125],
    [["--no-such-flag", "--", "true"], 125],
    [[], 125],
    [["--env", "=x", "--", "true"], 125],
    [["--encoding", "nonsense", "--", "true"], 125],
  ] as const;
  await Promise.all(
    cases.map(async ([args, wanted]) => {
      const { status, stderr } = await scene.run(["run", ":", ...args], runLink);
      assert.equal(status, wanted, `${args.join(" ")}: ${stderr}`);
    }),
  );
  const unreachable = await scene.run(["run", ":", "--", "true"], "sampan://127.0.0.1:1/#t");
  assert.equal(unreachable.status, 125);
});

test("with --json the command's own failure and ours are told apart", posix, async (t) => {
  const scene = new Scene(t);
  const { runLink } = await serveRuns(scene, "served");
  const own = await scene.run(["run", ":", "--json", "--", "sh", "-c", "exit 127"], runLink);
  assert.deepEqual([own.status, own.last("exited")?.status, own.last("error")], [127, 127, undefined]);
  const ours = await scene.run(["run", ":", "--json", "--", "no-such-program"], runLink);
  assert.deepEqual([ours.status, ours.last("exited"), ours.last("error")?.code], [127, undefined, "E_NO_PROGRAM"]);
});

test("events of run and attach have the same fields, and an error the status that goes with it", posix, async (t) => {
  const scene = new Scene(t);
  const { runLink } = await serveRuns(scene, "served");
  await scene.run(["remote", "add", "box"], runLink);
  const id = (await scene.run(["run", "box", "-d", "--", "sh", "-c", "exit 3"])).stdout.trim();
  const ran = await scene.run(["run", "box", "--json", "--", "sh", "-c", "exit 3"]);
  const followed = await scene.run(["attach", "box", id, "--json"]);
  const exited = { remote: "box", status: 3, signal: null, timedOut: false, leftOpen: false, exitStatus: 3 };
  for (const one of [ran, followed]) assert.deepEqual(one.last("exited"), { event: "exited", ...exited });
  const cases = [
    [["run", "box", "--json", "--", "no-such-program"], "E_NO_PROGRAM", "box", 127],
    [["run", "box", "--json", "--detach", "--", "no-such-program"], "E_NO_PROGRAM", "box", 127],
    [["attach", "box", "00000000", "--json"], "E_NOT_FOUND", "box", 125],
    [["run", "nobody", "--json", "--", "true"], "E_NOT_FOUND", undefined, 125],
    [["run", "box", "--json", "--no-such-flag", "--", "true"], "E_USAGE", undefined, 125],
    [["attach", "box", "--json"], "E_USAGE", undefined, 125],
  ] as const;
  for (const [args, code, remote, exitStatus] of cases) {
    const failed = await scene.run(args);
    const error = failed.last("error");
    assert.deepEqual([error?.code, error?.remote, error?.exitStatus], [code, remote, exitStatus], args.join(" "));
    assert.equal(failed.status, exitStatus, args.join(" "));
  }
});

test("what is piped in and comes out is byte for byte the same, and --encoding makes UTF-8 of it", posix, async (t) => {
  const scene = new Scene(t);
  const { runLink } = await serveRuns(scene, "served");
  const text = "a\0b\r\n\u0007 last line without an end";
  const same = await scene.run(["run", ":", "--", "cat"], runLink, text);
  assert.equal(same.stdout, text);
  const script = "printf '\\304\\343'; sleep 0.1; printf '\\272'; sleep 0.1; printf '\\303\\n'";
  const gbk = await scene.run(["run", ":", "--encoding", "gbk", "--", "sh", "-c", script], runLink);
  assert.equal(gbk.stdout, "你好\n");
  const bytes = await scene.run(["run", ":", "--json", "--", "printf", "\\377x"], runLink);
  assert.equal(bytes.last("output")?.base64, Buffer.from([0xff, 0x78]).toString("base64"));
});

test("a detached command is listed, followed and killed by its id", posix, async (t) => {
  const scene = new Scene(t);
  const { runLink } = await serveRuns(scene, "served");
  const script = "echo hello; echo bad >&2; exec sleep 600";
  const id = (await scene.run(["run", ":", "-d", "--", "sh", "-c", script], runLink)).stdout.trim();
  assert.match(id, /^[0-9a-f]{8}$/);
  assert.match((await scene.run(["jobs", ":"], runLink)).stdout, new RegExp(`^${id}  detached  running .* sh -c`));
  assert.equal((await scene.run(["kill", ":", id, "--signal", "int"], runLink)).status, 0);
  const followed = await scene.run(["attach", ":", id], runLink);
  assert.deepEqual([followed.stdout, followed.stderr, followed.status], ["hello\n", "bad\n", 130]);
  assert.equal((await scene.run(["kill", ":", id], runLink)).status, 6);
});

test("kill signals all that it can, and names each that it cannot", posix, async (t) => {
  const scene = new Scene(t);
  const { runLink } = await serveRuns(scene, "served");
  const start = async (...argv: string[]) =>
    (await scene.run(["run", ":", "-d", "--", ...argv], runLink)).stdout.trim();
  const over = await start("true");
  await scene.run(["attach", ":", over], runLink);
  const running = await start("sleep", "600");
  const killed = await scene.run(["kill", ":", "nonsense", "00000000", over, running], runLink);
  assert.equal(killed.status, 6, killed.account());
  assert.deepEqual(killed.stderr.trimEnd().split("\n"), [
    "sampan: the server has no command with the id nonsense (E_NOT_FOUND)",
    "sampan: the server has no command with the id 00000000 (E_NOT_FOUND)",
    `sampan: the command ${over} is over already (E_NOT_FOUND)`,
  ]);
  assert.equal((await scene.run(["attach", ":", running], runLink)).status, 143);
});

test("allow-run of names lets these run, and the welcome has the third link", posix, async (t) => {
  const scene = new Scene(t);
  const { runLink, process: server } = await serveRuns(scene, "served", "--allow-run=echo");
  assert.equal((await scene.run(["run", ":", "--", "echo", "x"], runLink)).stdout, "x\n");
  const refused = await scene.run(["run", ":", "--", "ls"], runLink);
  assert.equal(refused.status, 125);
  assert.match(refused.stderr, /E_RIGHTS/);
  assert.equal((await server.event("run-refused")).code, "E_RIGHTS");
  assert.match(readFileSync(scene.path("config", "runs.ndjson"), "utf8"), /"event":"refused"/);
});
