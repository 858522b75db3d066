import { echoOver, measureDown, measureUp } from "../../session/measure/measure-client.js";
import type { PeerConnection } from "../../session/peer-connection.js";
import { type DiskTrial, tryDisk } from "../../store/disk-trial.js";
import { systemClock } from "../../transport/system-clock.js";
import { readOptionalWholeNumber, readWholeNumber } from "../../wire/field.js";
import type { Header } from "../../wire/message.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import type { CallOptions } from "../api.js";
import { pingUdp } from "../datagram/ping-udp.js";
import type { PeerDoor } from "../peer-door.js";
import { type Diagnosis, diagnose } from "./diagnosis.js";
import type {
  DiagnoseOptions,
  PeerMeasure,
  PingOptions,
  RoundTrips,
  Throughput,
  ThroughputOptions,
} from "./measure-api.js";
import { type OwnSpeeds, ownSpeeds } from "./own-speeds.js";
import { sumUpRoundTrips } from "./round-trips.js";

const defaultThroughputMs = 3000;

/** Datagrams by which loss is told, in a second. */
const lossTrial = { count: 100, intervalMs: 10, bytes: 1000 };

const diskTrialBytes = 128 * 1024 * 1024;

/** Measures the way to a peer. */
export class RemoteMeasure implements PeerMeasure {
  readonly #door: PeerDoor;

  constructor(door: PeerDoor) {
    this.#door = door;
  }

  async pingTcp(options: PingOptions = {}): Promise<RoundTrips> {
    const { count = 10, intervalMs = 200, bytes = 56, signal } = options;
    const took = await this.#with(options, (connection) =>
      echoOver(connection, systemClock, { count, intervalMs, bytes, signal }),
    );
    const summed = sumUpRoundTrips(took, count);
    if (!summed) throw new SampanError("E_PROTOCOL", "the server ended the echo before the first answer");
    return summed;
  }

  async pingUdp(options: PingOptions = {}): Promise<RoundTrips | undefined> {
    const { host, port, unixPath } = this.#door.link;
    return unixPath === undefined ? pingUdp(host, port, options) : undefined;
  }

  throughput(direction: "down" | "up", options: ThroughputOptions = {}): Promise<Throughput> {
    const { ms = defaultThroughputMs, signal } = options;
    const measure = direction === "down" ? measureDown : measureUp;
    return this.#with(options, (connection) => measure(connection, systemClock, ms, signal));
  }

  async speeds(options: CallOptions = {}): Promise<OwnSpeeds> {
    const end = await this.#call({ kind: "speeds" }, options);
    const [sendBuffer, receiveBuffer] = ["sendBuffer", "receiveBuffer"].map((key) =>
      readOptionalWholeNumber(end, key, most),
    );
    return {
      cipher: readWholeNumber(end, "cipher", most, 1),
      digest: readWholeNumber(end, "digest", most, 1),
      ...(sendBuffer === undefined ? {} : { sendBuffer }),
      ...(receiveBuffer === undefined ? {} : { receiveBuffer }),
    };
  }

  async disk(bytes: number, options: CallOptions = {}): Promise<DiskTrial> {
    const end = await this.#call({ kind: "disk", bytes }, options);
    const [writeMs = 0, syncMs = 0, readMs = 0] = ["write", "sync", "read"].map(
      (key) => readWholeNumber(end, key, most) / 1000,
    );
    return { bytes, writeMs, syncMs, readMs };
  }

  async diagnose(options: DiagnoseOptions = {}): Promise<Diagnosis> {
    const { onStep = () => {}, disks = true, signal, folder } = options;
    onStep("round trips");
    const trips = await this.pingTcp({ ...options, count: 10, intervalMs: 50 });
    onStep("loss of datagrams");
    const datagrams = await this.pingUdp({
      ...lossTrial,
      timeoutMs: 1000 + 2 * trips.maxMs,
      ...(signal ? { signal } : {}),
    });
    onStep("processors");
    const there = await this.speeds(options);
    const here = await ownSpeeds();
    onStep("throughput from here to there");
    const up = await this.throughput("up", options);
    onStep("throughput from there to here");
    const down = await this.throughput("down", options);
    const untried: string[] = [];
    const tried = async (where: string, trial: () => Promise<DiskTrial>): Promise<number | undefined> => {
      onStep(`the disk ${where}`);
      try {
        return speedOf(await trial());
      } catch (thrown) {
        signal?.throwIfAborted();
        untried.push(`the disk ${where}: ${toSampanError(thrown).message}`);
        return undefined;
      }
    };
    const diskThere = disks ? await tried("there", () => this.disk(diskTrialBytes, options)) : undefined;
    const diskHere =
      folder === undefined ? undefined : await tried("here", () => tryDisk(folder, diskTrialBytes, signal, folder));
    const facts = {
      roundTripMs: trips.medianMs,
      // Of those that did not come back half were lost on either way.
      loss: datagrams && 1 - Math.sqrt(datagrams.heard / datagrams.sent),
      up: up.bytesPerSecond,
      down: down.bytesPerSecond,
      here,
      there,
      diskHere,
      diskThere,
    };
    return { facts, findings: diagnose(facts), udpBlocked: datagrams === undefined, untried };
  }

  #call(request: Header, options: CallOptions): Promise<Header> {
    return this.#with(options, (connection) => connection.call(request, () => {}, options.signal));
  }

  async #with<T>(options: CallOptions, work: (connection: PeerConnection) => Promise<T>): Promise<T> {
    const connection = await this.#door.take(options.signal);
    try {
      return await work(connection);
    } finally {
      this.#door.give(connection);
    }
  }
}

const most = Number.MAX_SAFE_INTEGER;

/** What a disk took, the wait for it included. */
function speedOf({ bytes, writeMs, syncMs }: DiskTrial): number {
  return bytes / (Math.max(0.001, writeMs + syncMs) / 1000);
}
