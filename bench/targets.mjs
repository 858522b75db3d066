// The figures of issue 2, beside what was measured. All are ratios within one run, except for memory; where both sides ran
// in rounds, the middle one of the ratios of each round, with their quartiles.
import { pairedRatio } from "./paired-ratio.mjs";

const maxPeakMib = 160;

/** @returns rows {what, wanted, measured, pass}; `pass` is undefined where an operand is missing. */
export function targets({ big, small, memory, resume, start }) {
  const rows = [];
  const atLeast = (what, figure, unit, measured) =>
    rows.push(row(what, `≥ ${figure}${unit}`, measured, unit, middle(measured) >= figure));
  const atMost = (what, figure, unit, measured) =>
    rows.push(row(what, `≤ ${figure}${unit}`, measured, unit, middle(measured) <= figure));

  if (big !== undefined) {
    const of = finder(big.results);
    for (const way of ["get", "put"]) {
      const ssh = ["scp", "sftp", "rsync over ssh"].map((name) => of(name, way)).filter((one) => one !== undefined);
      const best = ssh.sort((a, b) => a.median.seconds - b.median.seconds)[0];
      const speed = pairedRatio(best, of("sampan TLS", way), "seconds");
      atLeast(`big ${way}, TLS, to the best of scp, sftp, rsync over ssh`, 2, " ×", speed);
    }
    const toCurl = pairedRatio(of("curl, nginx https", "get"), of("sampan TLS", "get"), "seconds");
    atLeast("big get, TLS, to curl from nginx, https", 1, " ×", toCurl);
    for (const way of ["get", "put"]) {
      const speed = pairedRatio(of("rsync daemon", way), of("sampan plain", way), "seconds");
      atLeast(`big ${way}, plain, to rsync daemon`, 1, " ×", speed);
    }
    for (const way of ["get", "put"]) {
      const cpu = pairedRatio(of("sampan TLS", way), of("scp", way), "cpuSeconds");
      atMost(`big ${way}, TLS, CPU s/GB to scp's`, 0.5, " ×", cpu);
    }
  }
  if (small !== undefined) {
    const of = finder(small.results);
    for (const [name, figure] of [
      ["rsync over ssh", 1.2],
      ["scp", 5],
    ]) {
      for (const way of ["get", "put"]) {
        const label = name === "scp" ? "scp -r" : name;
        const speed = pairedRatio(of(name, way), of("sampan TLS", way), "seconds");
        atLeast(`small ${way}, TLS, to ${label}`, figure, " ×", speed);
      }
    }
  }
  if (memory !== undefined) {
    for (const kind of ["random", "sparse"]) {
      for (const way of ["get", "put"]) {
        const run = memory.results.find((one) => one.kind === kind && one.direction === way);
        atMost(
          `peak memory, ${kind} ${way}, client`,
          maxPeakMib,
          " MiB",
          (run?.clientPeakBytes ?? Number.NaN) / 2 ** 20,
        );
        atMost(
          `peak memory, ${kind} ${way}, server`,
          maxPeakMib,
          " MiB",
          (run?.serverPeakBytes ?? Number.NaN) / 2 ** 20,
        );
      }
    }
  }
  if (resume !== undefined) {
    for (const way of ["get", "put"]) {
      const run = resume.results.find((one) => one.direction === way)?.median;
      const afterStart = Math.max(0, run?.firstBlockSeconds - run?.versionSeconds);
      atMost(
        `resume ${way}, first block to dd of the finished part`,
        5,
        " %",
        percent(run?.firstBlockSeconds, run?.ddSeconds),
      );
      atMost("- the same without start-up", 5, " %", percent(afterStart, run?.ddSeconds));
      atMost("- to reading with BLAKE3", 5, " %", percent(run?.firstBlockSeconds, run?.readBlake3Seconds));
      atMost("- to reading with BLAKE3, without start-up", 5, " %", percent(afterStart, run?.readBlake3Seconds));
    }
  }
  if (start !== undefined) {
    atMost("sampan --version to node -e 0", 1.5, " ×", start.sampanSeconds / start.nodeSeconds);
  }
  return rows;
}

/** `measured`: a number, or the middle of several with its quartiles. */
export function row(what, wanted, measured, unit, pass) {
  if (!Number.isFinite(middle(measured))) return { what, wanted, measured: undefined, pass: undefined };
  const digits = unit === " ×" ? 2 : 1;
  const text = `${middle(measured).toFixed(digits)}${unit}`;
  if (typeof measured === "number") return { what, wanted, measured: text, pass };
  return { what, wanted, measured: `${text} (${measured.low.toFixed(digits)}–${measured.high.toFixed(digits)})`, pass };
}

function middle(measured) {
  return typeof measured === "number" ? measured : measured.median;
}

function finder(results) {
  return (contestant, direction) => results.find((one) => one.contestant === contestant && one.direction === direction);
}

function percent(part, whole) {
  return (part / whole) * 100;
}
