import { SampanError } from "../sampan-error.js";

/** E_USAGE unless `measure` finds that `frame`, head and all, is one whole frame: what is out of order in it is said. */
export function checkWholeFrame(frame: Uint8Array, rule: string, measure: () => number): void {
  let bytes: number;
  try {
    bytes = measure();
  } catch (error) {
    if (!(error instanceof SampanError) || error.code !== "E_PROTOCOL") throw error;
    throw new SampanError("E_USAGE", `this is no frame of the rule ${rule}: ${error.message}`, { cause: error });
  }
  if (bytes === frame.length) return;
  const are = `its head says ${Math.abs(bytes)}${bytes < 0 ? " or more" : ""}`;
  throw new SampanError("E_USAGE", `a frame of the rule ${rule} is sent whole: this has ${frame.length} bytes, ${are}`);
}
