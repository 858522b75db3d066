import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { JsonHeaderDecoder, type JsonHeaderDecoderOptions, type JsonHeaderListener } from "../../../src/wire/index.js";
import { codeOf, refused } from "../../refused.js";
import { cutAt } from "../replay.js";
import { hex, singly } from "./replay.js";

function framed(json: string | Uint8Array, body: Uint8Array = new Uint8Array(0)): Uint8Array {
  const bytes = Buffer.from(json as string);
  const length = Buffer.alloc(4);
  length.writeInt32LE(bytes.length);
  return Uint8Array.from(Buffer.concat([length, bytes, body]));
}

/** Each header with its body put together again, as text. */
class Files implements JsonHeaderListener {
  readonly whole: string[] = [];
  #parts: string[] = [];
  #size = 0;
  #got = 0;
  header(header: object, bodyBytes: number): void {
    this.#parts = [`${JSON.stringify(header)} ${bodyBytes} `];
    this.#size = bodyBytes;
    this.#got = 0;
  }
  body(bytes: Uint8Array): void {
    assert.ok(bytes.length > 0, "an empty piece");
    this.#got += bytes.length;
    this.#parts.push(Buffer.from(bytes).toString("hex"));
  }
  end(): void {
    assert.equal(this.#got, this.#size);
    this.whole.push(this.#parts.join(""));
  }
}

function decode(
  chunks: readonly Uint8Array[],
  options: JsonHeaderDecoderOptions = {},
): { files: string[]; end: string } {
  const decoder = new JsonHeaderDecoder(options);
  const files = new Files();
  for (const chunk of chunks) {
    const lent = Uint8Array.from(chunk);
    const code = codeOf(() => decoder.push(lent, files));
    lent.fill(0xa5);
    if (code !== undefined) return { files: files.whole, end: code };
    assert.ok(decoder.bufferedBytes <= 65_536);
  }
  const isClean = decoder.atBoundary;
  const code = codeOf(() => decoder.end());
  assert.equal(code, isClean ? undefined : "E_PROTOCOL");
  return { files: files.whole, end: isClean ? "clean" : "inside" };
}

const nothing: JsonHeaderListener = { header() {}, body() {}, end() {} };

test("headers and bodies, one after another, at every split and byte by byte", () => {
  const stream = Buffer.concat([
    framed('{"file_name": "a", "file_size": 3, "md5": ""}', hex("010203")),
    framed('{"lenth": 0, "size(MB)": 0.00}'),
    framed('{"lenth": 1}', hex("ff")),
  ]);
  const wanted = {
    files: ['{"file_name":"a","file_size":3,"md5":""} 3 010203', '{"lenth":0,"size(MB)":0} 0 ', '{"lenth":1} 1 ff'],
    end: "clean",
  };
  assert.deepEqual(decode([stream]), wanted);
  assert.deepEqual(decode(singly(stream)), wanted);
  for (let first = 0; first <= stream.length; first++) {
    assert.deepEqual(decode(cutAt(stream, [first, first])), wanted);
  }
  for (let length = 1; length < stream.length; length++) {
    const { files, end } = decode([stream.subarray(0, length)]);
    assert.deepEqual(files, wanted.files.slice(0, files.length));
    assert.ok(end === "inside" || files.length > 0);
  }
});

test("a body of a terabyte is told and begun, and nothing is held of it", () => {
  const decoder = new JsonHeaderDecoder();
  const sizes: number[] = [];
  let taken = 0;
  const listener = {
    ...nothing,
    header: (_: object, size: number) => void sizes.push(size),
    body: (bytes: Uint8Array) => void (taken += bytes.length),
  };
  decoder.push(framed('{"file_size": 1099511627776}'), listener);
  for (let count = 0; count < 64; count++) decoder.push(new Uint8Array(65_536), listener);
  assert.deepEqual(sizes, [1_099_511_627_776]);
  assert.equal(taken, 4_194_304);
  assert.equal(decoder.bodyBytesLeft, 1_099_511_627_776 - 4_194_304);
  assert.equal(decoder.bufferedBytes, 0);
  refused("E_PROTOCOL", () => decoder.end(), /1099507433472 bytes before the end of a body/);
});

test("pieces of a body are views of the chunk", () => {
  const chunk = framed('{"lenth":3}', hex("010203"));
  let piece: Uint8Array | undefined;
  new JsonHeaderDecoder().push(chunk, { ...nothing, body: (bytes) => (piece = bytes) });
  assert.equal(piece?.buffer, chunk.buffer);
});

const bad: [what: string, bytes: Uint8Array, code: string][] = [
  ["a length of -1", hex("ffffffff"), "E_PROTOCOL"],
  ["a length of -2147483648", hex("00000080"), "E_PROTOCOL"],
  ["a length of 0", hex("00000000"), "E_PROTOCOL"],
  ["a length of 2147483647", hex("ffffff7f"), "E_TOO_LARGE"],
  ["a length above the cap", hex("01000100"), "E_TOO_LARGE"],
  ["no JSON", framed("{'file_size': 3}"), "E_PROTOCOL"],
  ["no UTF-8", framed(hex("7b22b5c4223a317d")), "E_PROTOCOL"],
  ["a list", framed("[1]"), "E_PROTOCOL"],
  ["null", framed("null"), "E_PROTOCOL"],
  ["nested deep", framed(`{"lenth":1,"a":${"[".repeat(20)}${"]".repeat(20)}}`), "E_TOO_LARGE"],
  ["a size of -1", framed('{"file_size":-1}'), "E_PROTOCOL"],
  ["a size of 1.5", framed('{"file_size":1.5}'), "E_PROTOCOL"],
  ["a size of 1e300", framed('{"file_size":1e300}'), "E_PROTOCOL"],
  ["a size of 2^53", framed('{"file_size":9007199254740992}'), "E_PROTOCOL"],
  ["a size that is text", framed('{"file_size":"3"}'), "E_PROTOCOL"],
  ["a size beyond any file", framed('{"file_size":1125899906842625}'), "E_TOO_LARGE"],
  ["no size", framed('{"md5":""}'), "E_PROTOCOL"],
  ["a size by inheritance", framed('{"__proto__":{"lenth":1}}'), "E_PROTOCOL"],
  ["an empty header", framed("{}"), "E_PROTOCOL"],
];

for (const [what, bytes, code] of bad) {
  test(`${what} is ${code}, also byte by byte, and then it is spent`, () => {
    const good = framed('{"lenth":1}', hex("61"));
    const stream = Buffer.concat([good, bytes]);
    const wanted = { files: ['{"lenth":1} 1 61'], end: code };
    assert.deepEqual(decode([stream]), wanted);
    assert.deepEqual(decode(singly(stream)), wanted);
    const decoder = new JsonHeaderDecoder();
    assert.equal(
      codeOf(() => decoder.push(bytes, nothing)),
      code,
    );
    refused("E_PROTOCOL", () => decoder.push(good, nothing), /given up/);
    assert.equal(decoder.bufferedBytes, 0);
  });
}

test("where told, an empty header is one without a body", () => {
  const stream = Buffer.concat([framed("{}"), framed('{"lenth":1}', hex("61"))]);
  assert.deepEqual(decode([stream], { allowEmptyHeader: true }), {
    files: ["{} 0 ", '{"lenth":1} 1 61'],
    end: "clean",
  });
});

test("caps and keys are as told", () => {
  assert.equal(decode([framed('{"lenth":5}')], { maxBodyBytes: 4 }).end, "E_TOO_LARGE");
  assert.equal(decode([framed('{"lenth":5}')], { maxHeaderBytes: 10 }).end, "E_TOO_LARGE");
  assert.equal(decode([framed('{"n":0}')], { sizeKeys: ["n"] }).end, "clean");
  assert.equal(decode([framed('{"lenth":0}')], { sizeKeys: ["n"] }).end, "E_PROTOCOL");
});

test("any bytes, at any splits, give the same, and nothing but E_PROTOCOL and E_TOO_LARGE is thrown", () => {
  const header = fc
    .oneof(fc.record({ file_size: fc.nat(6) }), fc.record({ lenth: fc.oneof(fc.nat(4), fc.double()) }), fc.jsonValue())
    .map((value) => framed(JSON.stringify(value)));
  const part = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(header, fc.uint8Array({ maxLength: 6 })).map((pair) => Buffer.concat(pair)) },
    fc.uint8Array({ maxLength: 9 }),
  );
  const stream = fc.array(part, { maxLength: 4 }).map((parts) => Buffer.concat(parts));
  fc.assert(
    fc.property(stream, fc.array(fc.nat(), { maxLength: 6 }), fc.boolean(), (bytes, places, allowEmptyHeader) => {
      const wanted = decode([bytes], { allowEmptyHeader });
      assert.ok(["clean", "inside", "E_PROTOCOL", "E_TOO_LARGE"].includes(wanted.end), wanted.end);
      assert.deepEqual(
        decode(
          cutAt(
            bytes,
            places.map((place) => place % (bytes.length + 1)),
          ),
          { allowEmptyHeader },
        ),
        wanted,
      );
      assert.deepEqual(decode(singly(bytes), { allowEmptyHeader }), wanted);
    }),
    { numRuns: 1500 },
  );
});
