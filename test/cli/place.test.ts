import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLocalPlace, parsePlace, parseRemotePlace, parseWholeRemote, pathBelow } from "../../src/cli/place.js";

test("a colon before any slash makes a remote path, as with scp", () => {
  assert.deepEqual(parsePlace("movies:/2026/", "linux"), { kind: "named", name: "movies", path: "/2026/" });
  assert.deepEqual(parsePlace("movies:", "linux"), { kind: "named", name: "movies", path: "" });
  assert.deepEqual(parsePlace(":a:b", "linux"), { kind: "named", name: "", path: "a:b" });
  assert.deepEqual(parsePlace("./a:b", "linux"), { kind: "local", path: "./a:b" });
  assert.deepEqual(parsePlace("dir/a:b", "linux"), { kind: "local", path: "dir/a:b" });
  assert.deepEqual(parsePlace("plain.txt", "linux"), { kind: "local", path: "plain.txt" });
  assert.deepEqual(parsePlace("-", "linux"), { kind: "local", path: "-" });
});

test("on Windows a letter and a colon is a drive, and a backslash is a slash", () => {
  assert.deepEqual(parsePlace("C:\\films", "win32"), { kind: "local", path: "C:\\films" });
  assert.deepEqual(parsePlace("c:x", "win32"), { kind: "local", path: "c:x" });
  assert.deepEqual(parsePlace(".\\a:b", "win32"), { kind: "local", path: ".\\a:b" });
  assert.deepEqual(parsePlace("nas:x", "win32"), { kind: "named", name: "nas", path: "x" });
  assert.deepEqual(parsePlace("C:x", "linux"), { kind: "named", name: "C", path: "x" });
});

test("a link is taken wherever NAME:path is", () => {
  const link = "sampan://host:7700/2026#secret";
  assert.deepEqual(parsePlace(link, "linux"), { kind: "link", link });
  assert.deepEqual(parsePlace("sampan:/2026", "linux"), { kind: "named", name: "sampan", path: "/2026" });
});

test("a place on the wrong side is refused with the way to write it", () => {
  assert.throws(() => parseRemotePlace("film.mp4", "a source", "linux"), {
    code: "E_USAGE",
    message: /NAME:film\.mp4/,
  });
  assert.throws(() => parseLocalPlace("a:b", "a source", "linux"), { code: "E_USAGE", message: /\.\/a:b/ });
  assert.throws(() => parsePlace("", "linux"), { code: "E_USAGE" });
});

test("a remote that is named as a whole", () => {
  const box = { kind: "named", name: "box", path: "" };
  assert.deepEqual(parseWholeRemote("box", "what is asked"), box);
  assert.deepEqual(parseWholeRemote("box:", "what is asked"), box);
  assert.deepEqual(parseWholeRemote(":", "what is asked"), { kind: "named", name: "", path: "" });
  const link = "sampan://host:7700/2026#secret";
  assert.deepEqual(parseWholeRemote(link, "what is asked"), { kind: "link", link });
  for (const text of ["", "box:folder", "box::", "a/b", "a\\b", "./box:"])
    assert.throws(() => parseWholeRemote(text, "what is asked"), {
      code: "E_USAGE",
      message: /^what is asked must be/,
    });
});

test("a refused link is not shown, for it holds the secret", () => {
  assert.throws(
    () => parseLocalPlace("sampan://host:1/#hush", "a source", "linux"),
    (error: Error) => !error.message.includes("hush"),
  );
});

test("a path goes below the link's own path, its slash at the end kept", () => {
  assert.equal(pathBelow("", "/2026/"), "/2026/");
  assert.equal(pathBelow("sub", "/2026/"), "sub/2026/");
  assert.equal(pathBelow("/sub/", "a"), "sub/a");
  assert.equal(pathBelow("/sub", ""), "/sub");
  assert.equal(pathBelow("sub", "/"), "sub/");
  assert.equal(pathBelow("", ""), "");
});
