import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ExchangeEvent } from "../../../src/assistant/exchange-event.js";
import { parseJsonCommand, parseTyped } from "../../../src/cli/assistant/command.js";
import { AssistantRows } from "../../../src/cli/assistant/rows.js";
import { displayWidth, wrapToWidth } from "../../../src/cli/display-width.js";
import { textEncoding } from "../../../src/service/text-encoding.js";
import { SampanError } from "../../../src/wire/sampan-error.js";
import { refused } from "../../refused.js";

test("typed lines are text, or commands behind a slash", () => {
  assert.deepEqual(parseTyped("hello", "all"), { do: "type", text: "hello" });
  assert.deepEqual(parseTyped("//etc", "all"), { do: "type", text: "/etc" });
  assert.deepEqual(parseTyped("/hex 01 02", "all"), { do: "hex", hex: "01 02" });
  assert.deepEqual(parseTyped("/to 2", "all"), { do: "to", target: 2 });
  assert.deepEqual(parseTyped("/every 500ms  two words", "all"), { do: "every", intervalMs: 500, text: " two words" });
  assert.deepEqual(parseTyped("/frame", "all"), { do: "frame", rule: undefined });
  assert.deepEqual(parseTyped("/frame u32be,max=9", "all"), { do: "frame", rule: "u32be,max=9" });
  assert.deepEqual(parseTyped("/close", 3), { do: "close", target: 3 });
  for (const line of ["/", "/x", "/to", "/to -1", "/show all", "/hex", "/every 1s", "/every x y"]) {
    refused("E_USAGE", () => parseTyped(line, "all"));
  }
});

test("commands as JSON say one thing", () => {
  assert.deepEqual(parseJsonCommand('{"send":"a","to":2}'), { do: "text", text: "a", to: 2 });
  assert.deepEqual(parseJsonCommand('{"to":"all","hex":"00"}'), { do: "hex", hex: "00", to: "all" });
  assert.deepEqual(parseJsonCommand('{"frame":null}'), { do: "frame", rule: undefined });
  assert.deepEqual(parseJsonCommand('{"end":1}'), { do: "end", target: 1 });
  assert.deepEqual(parseJsonCommand('{"quit":true}'), { do: "quit" });
});

test("any line, typed or JSON, is a command or refused in words", () => {
  const json = fc.dictionary(
    fc.constantFrom("send", "hex", "raw", "to", "close", "end", "frame", "quit"),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        json.map((value) => JSON.stringify(value)),
        fc.json(),
      ),
      (line) => {
        for (const read of [() => parseTyped(`/${line}`, "all"), () => parseJsonCommand(line)]) {
          try {
            read();
          } catch (error) {
            assert.ok(error instanceof SampanError && error.code === "E_USAGE", String(error));
          }
        }
      },
    ),
  );
});

test("text is wrapped by columns, and nothing of it is lost", () => {
  assert.deepEqual(wrapToWidth("", 5), [""]);
  assert.deepEqual(wrapToWidth("abcdef", 4), ["abcd", "ef"]);
  assert.deepEqual(wrapToWidth("中文字", 5), ["中文", "字"]);
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 2, max: 40 }), (text, columns) => {
      const rows = wrapToWidth(text, columns);
      assert.equal(rows.join(""), text);
      assert.ok(rows.every((row) => displayWidth(row) <= columns));
    }),
  );
});

test("no event makes a row wider than the terminal, or holds a terminal escape", async () => {
  const encoding = await textEncoding("utf-8");
  const stamp = { time: 1_700_000_000_000_000, id: 1 };
  const error = new SampanError("E_PROTOCOL", "\x1b[31mbad \u202e".repeat(30));
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 5000 }),
      fc.integer({ min: 40, max: 120 }),
      fc.constantFrom("text" as const, "hex" as const, "both" as const),
      (bytes, columns, show) => {
        const rows = new AssistantRows({
          encoding,
          color: false,
          columns: () => Math.max(80, columns),
          show: () => show,
          rule: () => "line",
        });
        const events: ExchangeEvent[] = [
          { event: "opened", ...stamp, peer: "\x1b".repeat(100), kind: "stream" },
          { event: "chunk", ...stamp, dir: "in", bytes },
          { event: "frame", ...stamp, dir: "in", number: 1, bytes },
          { event: "sent", ...stamp, cause: "reply", bytes },
          {
            event: "checksum",
            ...stamp,
            dir: "in",
            name: "crc32",
            ok: false,
            got: bytes.subarray(0, 4),
            expected: bytes.subarray(0, 4),
          },
          { event: "reply", ...stamp, rule: "\x1b=>".repeat(40) },
          { event: "problem", ...stamp, error },
          { event: "closed", ...stamp, error },
        ];
        for (const row of events.flatMap((event) => rows.of(event))) {
          assert.ok(displayWidth(row) <= Math.max(80, columns), row);
          assert.ok(!/[\p{Cc}\p{Bidi_Control}]/u.test(row), JSON.stringify(row));
        }
      },
    ),
    { numRuns: 60 },
  );
});
