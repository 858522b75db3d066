import type { Diagnosis, Finding, MeasuredFacts } from "../../service/measure/measure-api.js";
import { printable } from "../../wire/wire-path.js";
import { formatBytes } from "../byte-size.js";
import { formatRate } from "../rate.js";

/** From here on a connection needs seconds to find out how much its path takes. */
const longRoundTripMs = 80;

const ways = { up: "From here to there", down: "From there to here" };

/** What was measured, a line each, and then what it means, in plain words. */
export function doctorText({ facts, findings, udpBlocked, untried }: Diagnosis): string {
  const lines = [
    ...factLines(facts),
    ...untried.map((why) => `not tried   ${printable(why)}`),
    "",
    ...findings.map((finding) => sentenceFor(finding, facts)),
    ...(udpBlocked ? ["Datagrams do not come back: UDP is blocked on the way, or not served there."] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function factLines({ roundTripMs, loss, up, down, here, there, diskHere, diskThere }: MeasuredFacts): string[] {
  const disks = [
    ...(diskThere === undefined ? [] : [`there ${formatRate(diskThere)}`]),
    ...(diskHere === undefined ? [] : [`here ${formatRate(diskHere)}`]),
  ];
  return [
    `round trip  ${roundTripMs.toFixed(2)} ms${loss === undefined ? "" : `, ${(loss * 100).toFixed(1)} % of datagrams lost on the way`}`,
    `one connection  to there ${formatRate(up)}, from there ${formatRate(down)}`,
    `in flight  to there ${formatBytes((up * roundTripMs) / 1000)}, from there ${formatBytes((down * roundTripMs) / 1000)}`,
    `seals  there ${formatRate(there.cipher)}, here ${formatRate(here.cipher)}`,
    `digests  there ${formatRate(there.digest)}, here ${formatRate(here.digest)}`,
    ...(disks.length === 0 ? [] : [`disk takes  ${disks.join(", ")}`]),
  ].map((line) => line.replace(/^(.+?) {2}/, (_whole, name: string) => `${name.padEnd(14)}  `));
}

/** What limits one direction, and what can be done about it. */
export function sentenceFor(
  { direction, limit, bytesPerSecond, limitBytesPerSecond }: Finding,
  facts: MeasuredFacts,
): string {
  const way = `${ways[direction]}: about ${formatRate(bytesPerSecond)}.`;
  const allowed = formatRate(limitBytesPerSecond ?? 0);
  switch (limit) {
    case "disk":
      return `${way} The disk ${direction === "up" ? "there" : "here"} is the limit: it takes ${allowed}. The network would carry more.`;
    case "loss": {
      const loss = `${((facts.loss ?? 0) * 100).toFixed(1)} %`;
      return (
        `${way} Loss is the limit: with ${loss} lost and ${facts.roundTripMs.toFixed(0)} ms there and back a TCP connection ` +
        `reaches about ${allowed}, whatever the line could carry. get and put open several by themselves; --udp carries more yet.`
      );
    }
    case "window":
      return (
        `${way} TCP's window is the limit: with ${facts.roundTripMs.toFixed(0)} ms there and back the systems' largest buffers ` +
        `let about ${allowed} through. get and put open several connections by themselves, --jobs 8 from the start; larger net.ipv4.tcp_rmem and tcp_wmem help all.`
      );
    case "cpu":
      return `${way} The processors are the limit: the slower end seals ${allowed} at best, and has other things to do besides.`;
    case "path": {
      const slow =
        facts.roundTripMs < longRoundTripMs
          ? ""
          : " Over so long a way it may not have come up to speed: --for 10s tells.";
      return `${way} The network itself is the limit, or what else goes over it; no loss, window, processor or disk holds it back.${slow}`;
    }
  }
}
