import assert from "node:assert/strict";
import { test } from "node:test";
import { RemoteBook } from "../../../src/cli/remote-book.js";
import { Scene } from "../../bad-days/scene.js";

test("a code is not spent on a name that is taken", async (t) => {
  const scene = new Scene(t);
  const other = "sampan://127.0.0.1:1/#token";
  assert.equal((await scene.run(["remote", "add", "movies"], other)).status, 0);
  const server = await scene.serve(scene.makeFolder("served"), undefined, "--pair");
  const code = `${String((await server.process.event("pairing-open")).code)}\n`;
  const place = `127.0.0.1:${server.port}`;
  const taken = await scene.run(["remote", "add", "movies", place], "", code);
  assert.equal(taken.status, 6, taken.account());
  assert.match(taken.stderr, /"movies" is there already; .*--overwrite.* \(E_EXISTS\)\n$/);
  const book = new RemoteBook(scene.path("config"));
  assert.equal(book.link("movies"), other);
  assert.deepEqual(server.process.all("paired"), []);
  const added = await scene.run(["remote", "add", "films", place], "", code);
  assert.equal(added.status, 0, added.account());
  await server.process.event("paired");
  assert.match(book.link("films"), new RegExp(`^sampan://${place}/`));
});

test("--overwrite gives a taken name the link for a code", async (t) => {
  const scene = new Scene(t);
  assert.equal((await scene.run(["remote", "add", "movies"], "sampan://127.0.0.1:1/#token")).status, 0);
  const server = await scene.serve(scene.makeFolder("served"), undefined, "--pair");
  const code = `${String((await server.process.event("pairing-open")).code)}\n`;
  const place = `127.0.0.1:${server.port}`;
  const added = await scene.run(["remote", "add", "movies", place, "--overwrite"], "", code);
  assert.equal(added.status, 0, added.account());
  assert.match(new RemoteBook(scene.path("config")).link("movies"), new RegExp(`^sampan://${place}/`));
});
