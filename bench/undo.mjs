// What has to be undone when the bench ends, however it ends. Last in, first out; all of it synchronous, as it also
// runs from signal handlers.
const steps = [];

export function undoLater(step) {
  steps.push(step);
  return () => {
    const at = steps.indexOf(step);
    if (at >= 0) steps.splice(at, 1);
    step();
  };
}

export function undoEverything() {
  while (steps.length > 0) {
    try {
      steps.pop()();
    } catch (error) {
      process.stderr.write(`bench: clean-up: ${error.message}\n`);
    }
  }
}

export function leave(status) {
  undoEverything();
  process.exit(status);
}

/** From now on a signal, or an error that nobody caught, ends the bench by way of its clean-up. */
export function leaveOnSignals() {
  const statusOf = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
  const listeners = Object.entries(statusOf).map(([signal, status]) => [signal, () => leave(status)]);
  listeners.push([
    "uncaughtException",
    (error) => {
      // Standard output may be what has failed: a pipe that is read no more.
      if (error.code !== "EPIPE") process.stderr.write(`bench: ${error.stack}\n`);
      leave(1);
    },
  ]);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}
