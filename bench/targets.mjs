// The figures of issue 2, beside what was measured. All are ratios within one run, except for memory.
const maxPeakMib = 160;

/** @returns rows {what, wanted, measured, pass}; `pass` is undefined where an operand is missing. */
export function targets({ big, small, memory, resume, start }) {
  const rows = [];
  const atLeast = (what, figure, unit, measured) =>
    rows.push(row(what, `≥ ${figure}${unit}`, measured, unit, measured >= figure));
  const atMost = (what, figure, unit, measured) =>
    rows.push(row(what, `≤ ${figure}${unit}`, measured, unit, measured <= figure));

  if (big !== undefined) {
    const speed = finder(big.results, "gbPerSecond");
    const cpu = finder(big.results, "cpuSecondsPerGb");
    for (const way of ["get", "put"]) {
      const best = Math.max(...["scp", "sftp", "rsync over ssh"].map((name) => speed(name, way) ?? 0));
      atLeast(
        `big ${way}, TLS, to the best of scp, sftp, rsync over ssh`,
        2,
        " ×",
        speed("sampan TLS", way) / (best || Number.NaN),
      );
    }
    atLeast(
      "big get, TLS, to curl from nginx, https",
      1,
      " ×",
      speed("sampan TLS", "get") / speed("curl, nginx https", "get"),
    );
    for (const way of ["get", "put"]) {
      atLeast(`big ${way}, plain, to rsync daemon`, 1, " ×", speed("sampan plain", way) / speed("rsync daemon", way));
    }
    for (const way of ["get", "put"]) {
      atMost(`big ${way}, TLS, CPU s/GB to scp's`, 0.5, " ×", cpu("sampan TLS", way) / cpu("scp", way));
    }
  }
  if (small !== undefined) {
    const speed = finder(small.results, "filesPerSecond");
    for (const [name, figure] of [
      ["rsync over ssh", 1.2],
      ["scp", 5],
    ]) {
      for (const way of ["get", "put"]) {
        const label = name === "scp" ? "scp -r" : name;
        atLeast(`small ${way}, TLS, to ${label}`, figure, " ×", speed("sampan TLS", way) / speed(name, way));
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

export function row(what, wanted, measured, unit, pass) {
  if (!Number.isFinite(measured)) return { what, wanted, measured: undefined, pass: undefined };
  return { what, wanted, measured: `${measured.toFixed(unit === " ×" ? 2 : 1)}${unit}`, pass };
}

function finder(results, figure) {
  return (contestant, direction) =>
    results.find((one) => one.contestant === contestant && one.direction === direction)?.[figure];
}

function percent(part, whole) {
  return (part / whole) * 100;
}
