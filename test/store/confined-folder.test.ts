import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ConfinedFolder } from "../../src/store/confined-folder.js";
import { checkName } from "../../src/store/file-name.js";
import { needs } from "../needs.js";
import { refused } from "../refused.js";
import { names, scratch } from "./scratch.js";

const show = (path: string) => path;

for (const hold of [true, false]) {
  const how = hold ? "with held folders" : "with each part looked at";

  test(`no part of a path may be a link or lead upwards, ${how}`, (t) => {
    const base = scratch(t);
    mkdirSync(join(base, "root/a"), { recursive: true });
    mkdirSync(join(base, "outside"));
    writeFileSync(join(base, "outside/secret"), "x");
    writeFileSync(join(base, "root/file"), "x");
    symlinkSync("../outside", join(base, "root/out"));
    symlinkSync("../../outside", join(base, "root/a/out"));
    symlinkSync("a", join(base, "root/in"));
    const confined = new ConfinedFolder(join(base, "root"), { show, hold });
    t.after(() => confined.close());
    for (const path of ["out/secret", "a/out/secret", "in/x"]) refused("E_LINK", () => confined.at(path), /link/);
    refused("E_LINK", () => confined.folder("out"), /out is a symbolic link/);
    refused("E_LINK", () => confined.makeFolders("out/new/deep"));
    for (const path of ["..", "../outside", "a/../../outside/x", "a/./x", "/etc/passwd", "a//x", "a/"]) {
      refused("E_UNSAFE_NAME", () => confined.at(path));
    }
    refused("E_NOT_A_FOLDER", () => confined.at("file/x"), /file is not a folder/);
    refused("E_NOT_FOUND", () => confined.at("missing/x"), /missing/);
    assert.equal(confined.look("out")?.isSymbolicLink(), true);
    assert.equal(confined.look("missing/x"), undefined);
    assert.deepEqual(names(join(base, "outside")), ["secret"]);
  });

  test(`a folder swapped for a link is not followed, ${how}`, (t) => {
    const base = scratch(t);
    mkdirSync(join(base, "root/a"), { recursive: true });
    mkdirSync(join(base, "outside"));
    const confined = new ConfinedFolder(join(base, "root"), { show, hold });
    t.after(() => confined.close());
    writeFileSync(confined.at("a/first"), "x");
    renameSync(join(base, "root/a"), join(base, "root/moved"));
    symlinkSync("../outside", join(base, "root/a"));
    if (hold && process.platform === "linux") writeFileSync(confined.at("a/second"), "x");
    else refused("E_LINK", () => confined.at("a/second"));
    confined.forget("a");
    refused("E_LINK", () => confined.at("a/third"));
    assert.deepEqual(names(join(base, "outside")), []);
  });
}

test(
  "a link swapped in between check and use does not lead out, however the two fall together",
  needs("linux"),
  (t) => {
    const base = scratch(t);
    mkdirSync(join(base, "root/a"), { recursive: true });
    mkdirSync(join(base, "outside"));
    const confined = new ConfinedFolder(join(base, "root"), { show });
    t.after(() => confined.close());
    const native = confined.at("a/file"); // the check
    renameSync(join(base, "root/a"), join(base, "root/kept"));
    symlinkSync("../outside", join(base, "root/a"));
    writeFileSync(native, "x"); // the use
    assert.deepEqual([names(join(base, "outside")), names(join(base, "root/kept"))], [[], ["file"]]);
  },
);

test("hundreds of folders are reached with few held open, also deeper than are held", needs("linux"), (t) => {
  const root = scratch(t);
  const confined = new ConfinedFolder(root, { show });
  t.after(() => confined.close());
  const before = readdirSync("/proc/self/fd").length;
  for (let i = 0; i < 300; i++) {
    confined.makeFolders(`f${i}`);
    writeFileSync(confined.at(`f${i}/x`), String(i));
  }
  const deep = Array.from({ length: 200 }, (_, i) => `d${i}`).join("/");
  confined.makeFolders(deep);
  writeFileSync(confined.at(`${deep}/x`), "deep");
  renameSync(confined.at(`${deep}/x`), confined.at("f7/moved"));
  for (let i = 0; i < 300; i++) assert.equal(readFileSync(confined.at(`f${i}/x`), "utf8"), String(i));
  assert.equal(readFileSync(confined.at("f7/moved"), "utf8"), "deep");
  assert.ok(readdirSync("/proc/self/fd").length - before < 70);
});

test("names that Windows cannot hold are refused there and carried elsewhere", () => {
  const names = ["a\\b", "c:", "NUL", "com1.txt", "Aux.c", "dot.", "space ", "what?", "tab\t", "LPT³"];
  for (const name of names) {
    refused("E_UNSAFE_NAME", () => checkName(name, name, true));
    checkName(name, name, false);
  }
  for (const name of ["nulls", "com10", "a.b", " leading", "空 文件.txt", "-rf"]) checkName(name, name, true);
});
