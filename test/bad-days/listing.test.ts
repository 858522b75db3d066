import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { ListProblem } from "../../src/service/api.js";
import { connect } from "../../src/service/connect.js";
import { needs } from "../needs.js";
import { Scene } from "./scene.js";

/** A served folder in which `names`, each with the byte 0xff at its end, cannot be listed. */
async function serveOdd(t: TestContext, names: readonly string[]) {
  const scene = new Scene(t);
  const served = scene.makeFolder("served");
  mkdirSync(join(served, "sub"));
  writeFileSync(join(served, "sub/fine"), "x");
  for (const name of names) writeFileSync(Buffer.concat([Buffer.from(join(served, name)), Buffer.from([0xff])]), "x");
  return { scene, link: (await scene.serve(served)).link };
}

test("ls names everything that could not be listed, after all that could be", needs("linux"), async (t) => {
  const { scene, link } = await serveOdd(t, ["one", "sub/two", "sub/\u001b[31mthree"]);
  const ls = await scene.run(["ls", "-R", ":"], link);
  assert.equal(ls.status, 8, ls.account());
  assert.equal(ls.stdout, "sub/\nsub/fine\n");
  const [one, three, two, end, ...more] = ls.stderr.trimEnd().split("\n");
  assert.match(one ?? "", /^sampan: .*\bone\\xff.* \(E_UNSAFE_NAME\)$/);
  assert.match(two ?? "", /^sampan: .*\bsub\/two\\xff.* \(E_UNSAFE_NAME\)$/);
  assert.match(three ?? "", /^sampan: .*\bsub\/\\x1b\[31mthree\\xff.* \(E_UNSAFE_NAME\)$/);
  assert.match(end ?? "", /^sampan: 3 problems.* \(E_PARTIAL\)$/);
  assert.deepEqual(more, []);

  const json = await scene.run(["ls", "-R", "--json", ":"], link);
  assert.equal(json.status, 8, json.account());
  assert.deepEqual(
    json.all("problem").map(({ path, code }) => [path, code]),
    ["one\\xff", "sub/\u001b[31mthree\\xff", "sub/two\\xff"].map((path) => [path, "E_UNSAFE_NAME"]),
  );
  assert.equal(json.events.at(-1)?.code, "E_PARTIAL");
});

test(
  "the library tells of each thing that could not be listed, and says how many at the end",
  needs("linux"),
  async (t) => {
    const { link } = await serveOdd(t, ["one", "two"]);
    const peer = await connect(link);
    t.after(() => peer.close());
    const problems: ListProblem[] = [];
    const paths: string[] = [];
    const listing = async () => {
      const onProblem = (problem: ListProblem) => void problems.push(problem);
      for await (const { path } of peer.files.list("", { onProblem })) paths.push(path);
    };
    await assert.rejects(listing, { code: "E_PARTIAL", message: /^2 .*\bone\\xff/ });
    assert.deepEqual(paths, ["sub"]);
    assert.deepEqual(
      problems.map(({ path, error }) => [path, error.code]),
      [
        ["one\\xff", "E_UNSAFE_NAME"],
        ["two\\xff", "E_UNSAFE_NAME"],
      ],
    );
  },
);
