// The figures of issue 4, beside what was measured. Ratios within one run, but for those of chat.
import { row } from "./targets.mjs";

const maxEchoMs = 5;
const maxSpreadMs = 50;
const maxServerMib = 200;

/** @returns rows {what, wanted, measured, pass}; `pass` is undefined where an operand is missing. */
export function serviceTargets({ commands, shell, chat }) {
  const rows = [];
  if (commands !== undefined) rows.push(...commandRows(commands));
  if (shell !== undefined) {
    const overMs = shell.shell.medianMs - shell.tcp.medianMs;
    const what = "shell, from a key to its echo, beyond the round trip";
    rows.push(row(what, `≤ ${maxEchoMs} ms`, overMs, " ms", overMs <= maxEchoMs));
  }
  for (const { bytes, spreadMs, serverPeakBytes } of chat?.results ?? []) {
    const what = `chat, ${bytes} bytes to ${chat.members} members`;
    // The figures are for what people say; what a message of that size costs is shown beside it.
    const isAsked = bytes < 1000;
    const mibs = serverPeakBytes / 2 ** 20;
    rows.push(
      row(
        `${what}: the last after the median`,
        isAsked ? `≤ ${maxSpreadMs} ms` : "",
        spreadMs,
        " ms",
        isAsked ? spreadMs <= maxSpreadMs : undefined,
      ),
    );
    const fits = isAsked ? mibs <= maxServerMib : undefined;
    rows.push(row(`${what}: the server's peak so far`, isAsked ? `≤ ${maxServerMib} MiB` : "", mibs, " MiB", fits));
  }
  return rows;
}

function commandRows({ nodeSeconds, contestants }) {
  const of = (name) => contestants.find(({ contestant }) => contestant === name) ?? {};
  const [own, ssh] = [of("sampan"), of("ssh")];
  return [
    ["run true, whole process, ssh's time to ours", 1, ssh.processSeconds / own.processSeconds],
    ["- without Node's own start", undefined, ssh.processSeconds / (own.processSeconds - nodeSeconds)],
    ["run true, open connection, to ssh with ControlMaster", 3, own.perSecond / ssh.perSecond],
    ["run cat of 512 MiB, to ssh", 1.5, own.mibPerSecond / ssh.mibPerSecond],
  ].map(([what, wanted, ratio]) =>
    row(
      what,
      wanted === undefined ? "" : `≥ ${wanted} ×`,
      ratio,
      " ×",
      wanted === undefined ? undefined : ratio >= wanted,
    ),
  );
}
