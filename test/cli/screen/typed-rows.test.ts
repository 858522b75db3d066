import assert from "node:assert/strict";
import { test } from "node:test";
import headless from "@xterm/headless";
import fc from "fast-check";
import { typedRows } from "../../../src/cli/screen/typed-rows.js";

test("a row ends where the next character does not fit, and the cursor is before what comes next", () => {
  const at = (text: string, cursor: number) => typedRows({ prompt: "> ", text, cursor }, 6, 10);
  assert.deepEqual(at("", 0), { rows: ["> "], cursorRow: 0, cursorColumn: 2, hiddenRows: 0 });
  assert.deepEqual(at("abcd", 4), { rows: ["> abcd", ""], cursorRow: 1, cursorColumn: 0, hiddenRows: 0 });
  assert.deepEqual(at("abcd", 3), { rows: ["> abcd"], cursorRow: 0, cursorColumn: 5, hiddenRows: 0 });
  assert.deepEqual(at("abc中", 3), { rows: ["> abc", "中"], cursorRow: 1, cursorColumn: 0, hiddenRows: 0 });
  assert.deepEqual(at("abcdefghij", 4), { rows: ["> abcd", "efghij"], cursorRow: 1, cursorColumn: 0, hiddenRows: 0 });
});

test("controls are shown as escapes, a tab as blanks", () => {
  const { rows } = typedRows({ prompt: "", text: "\x1b[2J\t\u202ex", cursor: 0 }, 80, 10);
  assert.deepEqual(rows, ["\\x1b[2J    \\u202ex"]);
});

test("of too many rows those around the cursor are shown", () => {
  const text = "aabbccdd";
  const at = (cursor: number) => typedRows({ prompt: "", text, cursor }, 2, 3);
  assert.deepEqual(at(0), { rows: ["aa", "bb", "cc"], cursorRow: 0, cursorColumn: 0, hiddenRows: 0 });
  assert.deepEqual(at(7), { rows: ["bb", "cc", "dd"], cursorRow: 2, cursorColumn: 1, hiddenRows: 1 });
  assert.deepEqual(at(8), { rows: ["cc", "dd", ""], cursorRow: 2, cursorColumn: 0, hiddenRows: 2 });
});

test("a terminal wraps a line and stands with its cursor as the rows say", async () => {
  const text = fc.array(fc.constantFrom("a", "b", "中", "宽", " "), { maxLength: 60 }).map((parts) => parts.join(""));
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 3, max: 30 }), fc.nat(), async (typed, columns, place) => {
      const cursor = place % (typed.length + 1);
      const { rows, cursorRow, cursorColumn } = typedRows({ prompt: "> ", text: typed, cursor }, columns, 1000);
      const terminal = new headless.Terminal({ cols: columns, rows: 100, allowProposedApi: true });
      const shown = (): { row: number; column: number } => {
        const { cursorX, cursorY } = terminal.buffer.active;
        return { row: cursorY, column: cursorX };
      };
      // The next character tells where it goes: a terminal only wraps when something comes.
      const next = typed[cursor] ?? "x";
      await new Promise<void>((resolve) => terminal.write(`> ${typed.slice(0, cursor)}${next}`, resolve));
      const width = next > "\u2e80" ? 2 : 1;
      assert.deepEqual({ row: cursorRow, column: cursorColumn + width }, shown());
      await new Promise<void>((resolve) => terminal.write(typed.slice(cursor + 1), resolve));
      const lines = Array.from({ length: rows.length }, (_, row) =>
        terminal.buffer.active.getLine(row)?.translateToString(true).trimEnd(),
      );
      if (cursor < typed.length)
        assert.deepEqual(
          lines,
          rows.map((row) => row.trimEnd()),
        );
      terminal.dispose();
    }),
    { numRuns: 200 },
  );
});
