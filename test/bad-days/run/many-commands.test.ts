import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "../../../src/service/connect.js";
import { needs } from "../../needs.js";
import { Scene } from "../scene.js";
import { serveRuns } from "./run-scene.js";

test(
  "200 commands at once with a limit of 20: 20 run, 180 are told that they wait, and all are served",
  needs("linux"),
  async (t) => {
    const scene = new Scene(t);
    const server = await serveRuns(scene, "served", "--max-runs", "20");
    const peer = await connect(server.runLink);
    t.after(() => peer.close());
    let queued = 0;
    let started = 0;
    let release = () => {};
    const allAsked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const count = () => {
      if (queued === 180 && started === 20) release();
    };
    const runs = Array.from({ length: 200 }, (_, index) => {
      const run = peer.run(["sh", "-c", `read line; echo ${index}`], {
        onQueued: () => {
          queued++;
          count();
        },
      });
      run.started.then(
        () => {
          started++;
          count();
        },
        () => {},
      );
      return run;
    });
    await allAsked;
    const results = await Promise.all(
      runs.map((run) => {
        run.stdin.end("go\n");
        return run.collect();
      }),
    );
    assert.deepEqual(
      results.map(({ stdout, status }) => [stdout.toString(), status]),
      results.map((_, index) => [`${index}\n`, 0]),
    );
    assert.equal(queued, 180);
    let running = 0;
    let most = 0;
    for (const { event } of server.process.events) {
      if (event === "run-begin") most = Math.max(most, ++running);
      if (event === "run-end") running--;
    }
    assert.equal(most, 20);
  },
);
