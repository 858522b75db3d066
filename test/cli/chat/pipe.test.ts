import assert from "node:assert/strict";
import { test } from "node:test";
import { Scene } from "../../bad-days/scene.js";

test("lines in a pipe are said, and the command ends when they are acknowledged", async (t) => {
  const scene = new Scene(t);
  const { link } = await scene.serve(scene.makeFolder("served"));
  const said = await scene.run(["chat", ":", "builds", "--name", "ann"], link, "one\r\n\n世界 \x1b[31m\nno line end");
  assert.deepEqual([said.status, said.stdout, said.stderr], [0, "", ""]);

  const json = await scene.run(
    ["chat", ":", "builds", "--json", "--name", "bob", "--history", "10"],
    link,
    '{"say":"x\\ny"}\n',
  );
  assert.equal(json.status, 0, json.account());
  const told = json.all("said").map(({ from, text, mine }) => [from, text, mine]);
  assert.deepEqual(told, [
    ["ann", "one", false],
    ["ann", "", false],
    ["ann", "世界 \x1b[31m", false],
    ["ann", "no line end", false],
    ["bob", "x\ny", true],
  ]);
  assert.ok(!json.stdout.includes("\x1b"));

  const past = await scene.run(["chat", ":", "builds", "--history", "2"], link, "");
  assert.equal(past.status, 0, past.account());
  assert.match(past.stdout, /^\d\d:\d\d ann: no line end\n\d\d:\d\d bob: x\n {6}y\n$/);
  const quiet = await scene.run(["chat", ":", "builds", "--history", "0"], link, "");
  assert.deepEqual([quiet.status, quiet.stdout], [0, ""]);

  const wrong = await scene.run(["chat", ":", "builds", "--json"], link, "not json\n");
  assert.deepEqual([wrong.status, wrong.last("error")?.code], [2, "E_USAGE"]);
  assert.equal((await scene.run(["chat", ":", "no/room"], link)).status, 2);
  assert.equal((await scene.run(["chat", "box:path"], link)).status, 2);

  const rooms = await scene.run(["chat", ":", "--rooms", "--json"], link);
  assert.deepEqual(
    rooms.all("room").map(({ room, members }) => [room, members]),
    [["builds", 0]],
  );
});

test("--follow prints what is said, with escapes shown, and ends with Ctrl-C", async (t) => {
  const scene = new Scene(t);
  const { link } = await scene.serve(scene.makeFolder("served"));
  const follower = scene.start(["chat", ":", "--follow", "--json", "--name", "eve"], link, "");
  await follower.event("caught-up");
  const plain = scene.start(["chat", ":", "--follow", "--name", "pat"], link, "hello\n");
  await follower.event(({ event, text }) => event === "said" && text === "hello");
  await scene.run(["chat", ":", "--name", "ann"], link, "\x1b[2Jhi\tthere\n/me waves\n");
  await follower.event(({ event, name }) => event === "left" && name === "ann");
  for (const one of [follower, plain]) one.kill("SIGINT");
  assert.deepEqual((await follower.ended).status, 0);
  assert.deepEqual((await plain.ended).status, 0);
  assert.match(plain.stdout, /^\* room lobby; you are pat; here: eve\n/);
  assert.match(plain.stdout, /^\d\d:\d\d ann: \\x1b\[2Jhi {4}there\n\d\d:\d\d \* ann waves$/m);
});

test("a server with a plain text room says where, and refuses its flags without it", async (t) => {
  const scene = new Scene(t);
  const folder = scene.makeFolder("served");
  const { process: server } = await scene.serve(folder, undefined, "--classic-chat", "0", "--classic-encoding", "GBK");
  const { classicChat } = server.last("listening") as {
    classicChat?: { host: string; room: string; encoding: string };
  };
  assert.deepEqual([classicChat?.host, classicChat?.room, classicChat?.encoding], ["127.0.0.1", "lobby", "gbk"]);
  const refused = await scene.run(["serve", folder, "--classic-room", "tea", "--json"]);
  assert.deepEqual([refused.status, refused.last("error")?.code], [2, "E_USAGE"]);
});
