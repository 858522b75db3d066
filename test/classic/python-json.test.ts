import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import { mebibytes, pythonJson } from "../../src/classic/python-json.js";
import { needs } from "../needs.js";

function python(program: string, input: unknown): string[] {
  const { stdout, stderr } = spawnSync("python3", ["-c", program], { input: JSON.stringify(input), encoding: "utf8" });
  assert.equal(stderr, "");
  return stdout.trimEnd().split("\n");
}

test("objects are written as json.dumps writes them", needs("python3"), () => {
  const objects = [
    {},
    { lenth: 5, md5: "", 键: "值 \u007f \u2028 😀 \ud800" },
    { file_name: 'a "b" \\ / \b\f\n\r\t\u0001', file_size: 2 ** 53 - 1 },
    ...fc.sample(
      fc.dictionary(fc.string({ unit: "binary" }), fc.oneof(fc.string({ unit: "binary" }), fc.maxSafeInteger())),
      200,
    ),
  ].map((object) =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [key, Object.is(value, -0) ? 0 : value])),
  );
  const program = "import json, sys\nfor o in json.load(sys.stdin): print(json.dumps(o))";
  assert.deepEqual(
    objects.map((object) => pythonJson(object)),
    python(program, objects),
  );
});

test("sizes are rounded as Python rounds them, halves to the even neighbour", needs("python3"), () => {
  const sizes = [
    0,
    1,
    5242,
    5243,
    5244,
    131_072,
    393_216,
    655_360,
    1_572_864,
    2 ** 20,
    2 ** 40,
    2 ** 53 - 1,
    1_073_741_824_000,
  ];
  for (let eighths = 1; eighths < 200; eighths++) sizes.push(eighths * 131_072);
  sizes.push(...fc.sample(fc.nat(2 ** 31 - 1), 500));
  const program =
    "import json, sys\nfor n in json.load(sys.stdin): print(json.dumps({'size(MB)': round(n / float(1024 * 1024), 2)}))";
  assert.deepEqual(
    sizes.map((bytes) => pythonJson({ "size(MB)": mebibytes(bytes) })),
    python(program, sizes),
  );
});
