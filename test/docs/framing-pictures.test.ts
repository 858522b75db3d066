import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { parseRule, ruleNames } from "../../src/wire/index.js";
import { decode, encodeWith, sameAtEverySplit, singly, toHex } from "../wire/framing/replay.js";
import { documentedNames, framingPictures, framingPrograms } from "./framing-document.js";

const pictures = framingPictures();

test("every rule has a picture", () => {
  const pictured = new Set(pictures.map(({ rule }) => (/^[a-z-]+/.exec(rule) ?? [])[0]));
  const wanted = ruleNames.map((name) => name.replace(/^([ui])\d.*/, "$1"));
  assert.deepEqual(
    wanted.filter((name) => !pictured.has(name)),
    [],
  );
});

test("the table of rules names those that there are", () => {
  const names = new Set(documentedNames());
  for (const name of names) assert.ok(ruleNames.includes(name), name);
  for (const name of ruleNames) assert.ok(names.has(name) || /^i\d/.test(name), name);
});

for (const { rule: ruleText, isReadOnly, wire, frames } of pictures) {
  test(`the picture of ${ruleText} ${toHex(wire).slice(0, 20)} shows what happens`, () => {
    const rule = parseRule(ruleText);
    const whole = { frames, end: "clean" };
    assert.deepEqual(decode(rule, [wire]), whole);
    if (ruleText === "raw") return;
    assert.deepEqual(sameAtEverySplit(rule, wire), whole);
    const trailing = decode(rule, [wire, ...singly(wire)]);
    assert.deepEqual(trailing, { frames: [...frames, ...frames], end: "clean" });
    for (let length = 1; length < wire.length; length++) {
      const short = decode(rule, [wire.subarray(0, length)]).frames;
      assert.deepEqual(short.slice(0, -1), frames.slice(0, Math.max(0, short.length - 1)), `cut at ${length}`);
    }
    const encoded = toHex(
      encodeWith(
        rule,
        frames.map((frame) => Buffer.from(frame, "hex")),
      ),
    );
    if (isReadOnly) assert.notEqual(encoded, toHex(wire), "this picture need not be marked as read");
    else assert.equal(encoded, toHex(wire));
  });
}

const programs = framingPrograms();

test("the page has programs", () => assert.ok(programs.length >= 5, String(programs.length)));

for (const { source, output } of programs) {
  test(`the program prints what the page says: ${source.split("\n")[2]}`, () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", source], {
      encoding: "utf8",
    });
    assert.equal(stderr, "");
    assert.equal(stdout, output);
    assert.equal(status, 0);
  });
}
