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

export function leave(status) {
  while (steps.length > 0) {
    try {
      steps.pop()();
    } catch (error) {
      process.stderr.write(`bench: clean-up: ${error.message}\n`);
    }
  }
  process.exit(status);
}

for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]]) {
  process.on(signal, () => leave(status));
}
