import assert from "node:assert/strict";
import { test } from "node:test";
import { displayWidth } from "../../../src/cli/display-width.js";
import { ColumnView } from "../../../src/cli/lab/column-view.js";
import { JsonView } from "../../../src/cli/lab/json-view.js";
import type { LabView } from "../../../src/cli/lab/lab-view.js";
import { languageOf, parseLanguage } from "../../../src/cli/lab/language-choice.js";
import { PlainView } from "../../../src/cli/lab/plain-view.js";
import { setInLines } from "../../../src/cli/lab/segment.js";
import { wrapText } from "../../../src/cli/lab/wrapped-text.js";
import { experimentNamed, experiments } from "../../../src/lab/experiments.js";
import { Stage } from "../../../src/lab/stage.js";
import { needs } from "../../needs.js";
import { refused } from "../../refused.js";

async function show(name: string, view: LabView): Promise<void> {
  const experiment = experimentNamed(name);
  const audience = { part: view.part.bind(view), step: view.step.bind(view), pauseMs: 0 };
  view.begin(experiment);
  view.observed(experiment, await experiment.run(new Stage(audience, new AbortController().signal)));
}

/** The drawing without its times. */
async function drawn(name: string, columns: number, color: boolean, language: "en" | "zh"): Promise<string[]> {
  const lines: string[] = [];
  await show(
    name,
    new ColumnView(
      (line) => lines.push(line),
      () => columns,
      color,
      language,
    ),
  );
  return lines.map((line) => line.replace(/^ *[\d.]+ {2}(?=.*│)/, (time) => " ".repeat(time.length)));
}

test("two columns with the kernel between them; each byte with the number of its send", needs("linux"), async () => {
  const lines = await drawn("two-sends", 80, false, "en");
  const first = lines.findIndex((line) => line.startsWith("── "));
  assert.deepEqual(lines.slice(first + 1, first + 5), [
    "        send(¹hello) = 5        ─▶│¹hello           │",
    "        send(²world) = 5        ─▶│¹hello²world     │",
    "                                  │                 │─▶ recv(1024) = 10",
    "                                  │                 │   ¹hello²world",
  ]);
  assert.ok(lines.includes("Observed in this run"));
});

test("the bytes of a send have its colour wherever they are; colours end with their line", needs("linux"), async () => {
  const lines = await drawn("two-sends", 80, true, "en");
  const read = lines.find((line) => line.includes("recv") || line.includes("²world\x1b[0m"));
  assert.ok(read !== undefined);
  assert.ok(lines.some((line) => line.includes("\x1b[36m¹hello\x1b[0m\x1b[33m²world\x1b[0m")));
  for (const line of lines) {
    assert.equal(
      line.match(/\x1b\[[\d;]+m/g)?.filter((code) => code !== "\x1b[0m").length ?? 0,
      line.match(/\x1b\[0m/g)?.length ?? 0,
    );
  }
});

for (const { name } of experiments) {
  test(`${name} keeps within 60 and 80 columns, in both languages`, needs("linux"), async () => {
    for (const [columns, language] of [
      [80, "en"],
      [60, "zh"],
    ] as const) {
      const lines = await drawn(name, columns, false, language);
      const wide = lines.filter((line) => displayWidth(line) >= columns);
      assert.deepEqual(wide, []);
      const borders = lines
        .filter((line) => line.includes("│"))
        .map((line) => displayWidth(line.slice(0, line.indexOf("│"))));
      assert.equal(new Set(borders).size, 1);
    }
  });
}

test("plain lines hold what the drawing does", needs("linux"), async () => {
  const lines: string[] = [];
  await show("one-send-in-pieces", new PlainView((line) => lines.push(line), false, "zh"));
  const steps = lines.map((line) => line.replace(/^ *[\d.]+ ms {2}/, ""));
  assert.ok(steps.includes("发送方    send(¹hello␣world) = 11  [¹hello␣world]"));
  assert.ok(steps.includes("接收方    recv(2) = 2 ¹he  [¹llo␣world]"));
  assert.ok(steps.includes("接收方    recv(10) = 9 ¹llo␣world"));
});

test("JSON: the experiment, its parts and steps, and what was observed", needs("linux"), async () => {
  let text = "";
  const view = new JsonView((line) => {
    text += line;
  }, "en");
  await show("cut-datagram", view);
  const events = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    events.map(({ event }) => event),
    ["experiment", "part", "step", "step", "step", "part", "step", "step", "step", "step", "observed"],
  );
  const { atMs, ...cut } = events[3] ?? {};
  assert.equal(typeof atMs, "number");
  assert.deepEqual(cut, {
    event: "step",
    who: "receiver",
    call: "recv",
    argument: "4",
    pieces: [{ send: 1, bytes: 4, text: "hell", hex: "68656c6c" }],
    result: 4,
    held: [],
  });
  const { fields } = events.at(-1) as { fields: { lostBytes: number } };
  assert.equal(fields.lostBytes, 7);
});

test("text is broken at spaces, and between Chinese characters but not before a mark", () => {
  assert.deepEqual(wrapText("one two three", 8), ["one two", "three"]);
  assert.deepEqual(wrapText("缓冲区太短，数据报", 10), ["缓冲区太", "短，数据报"]);
  assert.deepEqual(wrapText("用 recv(4) 读", 8), ["用", "recv(4)", "读"]);
  assert.deepEqual(wrapText("读到 hello、world", 9), ["读到", "hello、", "world"]);
});

test("a group that fits no line is torn, and nothing of it is lost", () => {
  const lines = setInLines([[{ text: "send(" }, { text: "abcdefghij" }, { text: ")" }], [{ text: " = 10" }]], 8);
  assert.deepEqual(
    lines.map((line) => line.map(({ text }) => text).join("")),
    ["send(abc", "defghij)", "= 10"],
  );
});

test("the language is asked for, or comes from the first locale variable that is set", () => {
  assert.equal(languageOf({ LANG: "zh_CN.UTF-8" }), "zh");
  assert.equal(languageOf({ LC_ALL: "", LC_MESSAGES: "en_GB", LANG: "zh_CN" }), "en");
  assert.equal(languageOf({ LC_ALL: "zh_TW", LANG: "en_US" }), "zh");
  assert.equal(languageOf({}), "en");
  assert.equal(parseLanguage("zh"), "zh");
  refused("E_USAGE", () => parseLanguage("de"));
});
