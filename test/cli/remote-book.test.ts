import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { RemoteBook } from "../../src/cli/remote-book.js";
import { Scene } from "../bad-days/scene.js";

let folder = "";
let file = "";

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "sampan-book-")), "config");
  file = join(folder, "remotes.json");
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

test("what was added is there for the next run, in the order of names", () => {
  new RemoteBook(folder).add("movies", "sampan://a:1/#x");
  new RemoteBook(folder).add("backup", "sampan://b:1/#y");
  const book = new RemoteBook(folder);
  assert.deepEqual(book.entries(), [
    ["backup", "sampan://b:1/#y"],
    ["movies", "sampan://a:1/#x"],
  ]);
  assert.equal(book.link("movies"), "sampan://a:1/#x");
});

test("nobody else can read it", { skip: process.platform === "win32" && "no modes on Windows" }, () => {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  writeFileSync(file, '{"version":1,"remotes":{}}', { mode: 0o644 });
  new RemoteBook(folder).add("movies", "sampan://a:1/#x");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
});

test("a change puts a new file in place, and leaves nothing else behind", () => {
  const book = new RemoteBook(folder);
  book.add("movies", "sampan://a:1/#x");
  const before = statSync(file, { bigint: true }).ino;
  book.add("backup", "sampan://b:1/#y");
  if (process.platform !== "win32") assert.notEqual(statSync(file, { bigint: true }).ino, before);
  assert.deepEqual(readdirSync(folder), ["remotes.json"]);
});

test("a folder that cannot be used is an error, and nothing is harmed", () => {
  const book = new RemoteBook(folder);
  rmSync(folder, { recursive: true, force: true });
  writeFileSync(folder, "a file stands in the way");
  assert.throws(() => book.add("movies", "sampan://a:1/#x"), { code: "E_LOCAL_FILE" });
  assert.equal(readFileSync(folder, "utf8"), "a file stands in the way");
});

test("a taken name is kept unless told otherwise", () => {
  const book = new RemoteBook(folder);
  book.add("movies", "sampan://a:1/#x");
  book.add("movies", "sampan://a:1/#x");
  assert.throws(() => book.add("movies", "sampan://b:1/#y"), { code: "E_EXISTS" });
  assert.equal(book.link("movies"), "sampan://a:1/#x");
  book.add("movies", "sampan://b:1/#y", true);
  assert.equal(book.link("movies"), "sampan://b:1/#y");
});

test("names that could not be written before a colon are refused", () => {
  for (const name of ["", "a:b", "a/b", "ä", "a b", "x".repeat(65), "\x1b"]) {
    assert.throws(() => new RemoteBook(folder).add(name, "sampan://a:1/#x"), { code: "E_USAGE" }, name);
  }
  for (const name of ["__proto__", "constructor", "a.b-c_D9", "x".repeat(64)]) {
    new RemoteBook(folder).add(name, "sampan://a:1/#x");
    assert.equal(new RemoteBook(folder).link(name), "sampan://a:1/#x");
  }
});

test("a name that is not there says how to add it", () => {
  const book = new RemoteBook(folder);
  assert.throws(() => book.link("movies"), { code: "E_NOT_FOUND", message: /sampan remote add movies/ });
  assert.throws(() => book.remove("movies"), { code: "E_NOT_FOUND" });
  assert.throws(() => book.link("toString"), { code: "E_NOT_FOUND" });
});

test("a damaged book is named, and not written over", () => {
  mkdirSync(folder, { recursive: true });
  for (const text of ["", "{", "[]", "null", '{"remotes":[]}', '{"remotes":{"a b":"x"}}', '{"remotes":{"a":1}}']) {
    writeFileSync(file, text);
    const book = new RemoteBook(folder);
    assert.throws(() => book.entries(), { code: "E_LOCAL_FILE", message: /remotes\.json is damaged/ }, text);
    assert.throws(() => book.add("movies", "sampan://a:1/#x"), { code: "E_LOCAL_FILE" }, text);
    assert.equal(readFileSync(file, "utf8"), text);
  }
});

test("removed is forgotten", () => {
  const book = new RemoteBook(folder);
  book.add("movies", "sampan://a:1/#x");
  book.remove("movies");
  assert.deepEqual(new RemoteBook(folder).entries(), []);
});

test("what many processes add and remove at once is all done", async (t) => {
  const scene = new Scene(t);
  const names = Array.from({ length: 20 }, (_, at) => `r${String(at).padStart(2, "0")}`);
  const link = "sampan://127.0.0.1:1/#token";
  for (const done of await Promise.all(names.map((name) => scene.run(["remote", "add", name], link)))) {
    assert.equal(done.status, 0, done.account());
  }
  const book = new RemoteBook(scene.path("config"));
  assert.deepEqual(
    book.entries().map(([name]) => name),
    names,
  );
  await Promise.all(names.slice(1).map((name) => scene.run(["remote", "rm", name])));
  assert.deepEqual(
    book.entries().map(([name]) => name),
    names.slice(0, 1),
  );
});
