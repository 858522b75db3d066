import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { OutputRing } from "../../../src/session/shell/output-ring.js";

test("the ring has the last bytes of whatever was appended, each at its position", () => {
  const appended = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
  fc.assert(
    fc.property(
      appended,
      fc.integer({ min: 1, max: 50 }),
      fc.nat(),
      fc.nat({ max: 60 }),
      (pieces, capacity, from, most) => {
        const ring = new OutputRing(capacity);
        for (const piece of pieces) ring.append(piece);
        const all = Buffer.concat(pieces);
        assert.equal(ring.end, all.length);
        assert.equal(ring.start, Math.max(0, all.length - capacity));
        const position = ring.start + (from % (ring.end - ring.start + 1));
        assert.deepEqual(Buffer.from(ring.read(position, most)), all.subarray(position, position + most));
        assert.ok(ring.has(position));
        assert.ok(!ring.has(ring.end + 1) && !ring.has(ring.start - 1));
      },
    ),
  );
});
