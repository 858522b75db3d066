// 64 bytes there and back, one under way on each of 50 connections: two of our processes, against redis and its own bench.

import { answersOn, freePort, startDaemon } from "../daemon.mjs";
import { findProgram } from "../find-program.mjs";
import { peerFile, runPeer, startPeer } from "../framing-peer.mjs";
import { median } from "../median.mjs";
import { say } from "../rounds.mjs";
import { table } from "../table.mjs";

const connections = 50;
const trips = 300_000;

export async function run({ runs }, leftOut) {
  const own = await startPeer(process.execPath, [peerFile("echo.mjs")]);
  const redis = await startRedis(leftOut);
  const contestants = [
    { name: "sampan", once: () => ownTrips(own.port) },
    ...(redis ? [{ name: "redis PING", once: () => redisTrips(redis.port) }] : []),
  ];
  const rates = new Map(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < runs; round++) {
    for (let i = 0; i < contestants.length; i++) {
      const { name, once } = contestants[(i + round) % contestants.length];
      const rate = await once();
      rates.get(name).push(rate);
      say(`round trips ${round + 1}/${runs}: ${name} ${Math.round(rate)} a second`);
    }
  }
  await own.stop();
  await redis?.stop();
  return {
    results: contestants.map(({ name }) => ({
      contestant: name,
      perSecond: median(rates.get(name)),
      runs: rates.get(name),
    })),
  };
}

async function startRedis(leftOut) {
  const [server, bench] = ["redis-server", "redis-benchmark"].map(findProgram);
  if (server === undefined || bench === undefined) {
    leftOut.push({
      work: "trips",
      contestant: "redis PING",
      why: "no redis-server or redis-benchmark (--install gets them)",
    });
    return undefined;
  }
  const port = await freePort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const daemon = await startDaemon({
    file: server,
    args,
    env: {},
    logPath: "/dev/null",
    isReady: () => answersOn(port),
  });
  return { ...daemon, port };
}

async function ownTrips(port) {
  const args = [peerFile("round-trips.mjs"), String(port), String(connections), String(trips)];
  return Number(await runPeer(process.execPath, args));
}

async function redisTrips(port) {
  const args = ["-p", String(port), "-c", String(connections), "-n", String(trips), "-t", "ping_mbulk", "--csv"];
  const printed = await runPeer("redis-benchmark", args);
  return Number(/"PING_MBULK","([\d.]+)"/.exec(printed)?.[1]);
}

export function show({ results }) {
  return `Round trips on ${connections} connections, one under way on each, medians

${table(
  ["pair", "a second"],
  results.map(({ contestant, perSecond }) => [contestant, Math.round(perSecond)]),
)}`;
}
