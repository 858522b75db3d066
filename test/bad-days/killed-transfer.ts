import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { digestOf, KiB, MiB, makeFile, seededRandom, treeOf } from "./content.js";
import { NameWatch } from "./name-watch.js";
import { type JsonEvent, numberOf, type SampanProcess } from "./sampan-process.js";
import { type RunningServer, Scene } from "./scene.js";

/*
 * A tree of one large file among 300 small ones is moved onto an older tree of the same names, and processes are killed
 * while it moves. What each round must show stands at `#finish`.
 */

type Victim = "sender" | "receiver" | "both";

interface Moment {
  readonly victim: Victim;
  /** How much of the whole has been sent, or was there. */
  readonly share: number;
  /** Progress is told each 100 ms: the kill comes somewhere in between. */
  readonly laterMs: number;
}

/**
 * What can be on its way when a process dies: four blocks in the sender (maxBuffersOut), what the system holds for a
 * loopback connection (up to 6 MiB to read and 4 MiB to send), and bodies that the receiver has not written yet
 * (8 blocks until it pauses, one that is being read).
 */
const inFlightBytes = (4 + 6 + 4 + 8 + 1) * MiB;
const filmBytes = 64 * MiB + 12_345;
const smallFiles = 150;
const rate = "100M";
const watched = ["film.bin", "a/file-7.bin", "z/file-3.bin"];

export class KilledTransfer {
  readonly #scene: Scene;
  readonly #direction: "get" | "put";
  readonly #source: string;
  readonly #totalBytes: number;
  readonly #tree: Map<string, string>;
  #round = 0;
  /** Kills that came while the transfer ran, of all. */
  landed = 0;
  polls = 0;

  constructor(t: TestContext, direction: "get" | "put") {
    this.#scene = new Scene(t);
    this.#direction = direction;
    this.#source = this.#scene.path("served", "source");
    const random = seededRandom(7);
    let total = 0;
    for (const folder of ["a", "z"]) {
      for (let at = 0; at < smallFiles; at++) {
        const bytes = Math.floor(random() * 100 * KiB);
        makeFile(join(this.#source, folder, `file-${at}.bin`), bytes, `${folder}${at}`);
        total += bytes;
      }
    }
    makeFile(join(this.#source, "film.bin"), filmBytes, "film");
    this.#totalBytes = total + filmBytes;
    this.#tree = treeOf(this.#source);
  }

  /** One transfer, whose ends are killed at each of the moments, and which then runs to its end. */
  async survive(moments: readonly Moment[]): Promise<void> {
    const { folder, args, served } = this.#prepare();
    const watch = new NameWatch(this.#allowed(folder));
    this.#scene.after(() => watch.stop());
    let server = await this.#scene.serve(served);
    let client = this.#scene.start(args, server.link);
    let haveBytes = 0;
    let lost = 0;
    for (const moment of moments) {
      const { dies } = await this.#kill(moment, client, server);
      if (dies.server) server = await this.#scene.serve(served, server.port);
      if (dies.client) {
        haveBytes = Math.max(
          haveBytes,
          numberOf(client.last("progress") ?? { event: "nothing yet", bytes: 0 }, "bytes"),
        );
        client = this.#scene.start(args, server.link);
      }
      lost = dies.client ? 0 : lost + 1;
    }
    await client.ended;
    const faults = await watch.stop();
    this.polls += watch.polls;
    this.#finish(client, haveBytes, lost, `${JSON.stringify(moments)}\n${client.account()}`);
    assert.deepEqual(faults, [], "whole old or whole new content under each name, at all times");
    assert.ok(watch.versions.get(join(folder, "film.bin")) === 2, "the watch has seen the old film, and the new");
    assert.deepEqual(treeOf(folder), this.#tree);
    if (this.#direction === "put") assert.deepEqual(readdirSync(served), ["copy"], "nothing unfinished is left");
    server.process.kill("SIGTERM");
    await server.process.ended;
  }

  #prepare() {
    const served = this.#direction === "get" ? this.#scene.path("served") : this.#scene.path(`there-${++this.#round}`);
    const folder = this.#direction === "get" ? this.#scene.path(`copy-${++this.#round}`) : join(served, "copy");
    for (const name of watched) makeFile(join(folder, name), name === "film.bin" ? 20 * MiB : 1000, `old ${name}`);
    const args = this.#direction === "get" ? ["get", ":source/", `${folder}/`] : ["put", `${this.#source}/`, ":copy/"];
    return { folder, served, args: [...args, "--json", "--bwlimit", rate] };
  }

  #allowed(folder: string): Map<string, string[]> {
    const digest = (path: string) => digestOf(readFileSync(path));
    return new Map(
      watched.map((name) => [join(folder, name), [join(folder, name), join(this.#source, name)].map(digest)]),
    );
  }

  async #kill({ victim, share, laterMs }: Moment, client: SampanProcess, server: RunningServer) {
    const wanted = share * this.#totalBytes;
    const reached = await client.found((event) => event.event === "progress" && movedBytes(event) >= wanted);
    if (reached) await Promise.race([pause(laterMs), client.ended]);
    const isClient = victim === (this.#direction === "put" ? "sender" : "receiver");
    const dies = { client: isClient || victim === "both", server: !isClient };
    if (!client.isOver) this.landed++;
    if (dies.client) client.kill("SIGKILL");
    if (dies.server) server.process.kill("SIGKILL");
    await Promise.all([dies.client && client.ended, dies.server && server.process.ended]);
    return { dies };
  }

  /**
   * The same command finishes, or the one that lived on does. It sends what the receiver had not said to have when its
   * predecessor died, and nothing twice but what was in flight at a loss that it lived through itself.
   */
  #finish(client: SampanProcess, haveBytes: number, lost: number, account: string): void {
    assert.equal(client.status, 0, account);
    const done = client.last("done");
    const sent = numberOf(done, "sentBytes");
    const same = client.events
      .filter(({ event, outcome }) => event === "file-end" && outcome === "same")
      .reduce((sum, event) => sum + numberOf(event, "bytes"), 0);
    const most = this.#totalBytes - haveBytes + lost * inFlightBytes;
    assert.ok(sent <= most, `sent ${sent} bytes, where ${most} is the most\n${account}`);
    const accounted = numberOf(done, "resumedBytes") + sent + same;
    assert.ok(accounted >= this.#totalBytes, `${accounted} of ${this.#totalBytes} bytes accounted for\n${account}`);
    if (lost === 0) assert.equal(accounted, this.#totalBytes, account);
  }
}

function movedBytes(progress: JsonEvent): number {
  return Math.max(numberOf(progress, "bytes"), numberOf(progress, "sentBytes"));
}

/** Twenty moments in eleven transfers: eight are killed once, three are killed four times before they end. */
export function killRounds(seed: number): Moment[][] {
  const random = seededRandom(seed);
  const victims: Victim[] = ["sender", "receiver", "both"];
  let next = 0;
  const moment = (share: number): Moment => ({
    victim: victims[next++ % victims.length] as Victim,
    share,
    laterMs: random() * 100,
  });
  const single = Array.from({ length: 8 }, (_, at) => [moment(((at + random()) / 8) * 0.95)]);
  const chains = Array.from({ length: 3 }, () => Array.from({ length: 4 }, (_, at) => moment((at + random()) / 5)));
  return [...single, ...chains];
}
