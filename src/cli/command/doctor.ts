import { resolve } from "node:path";
import { abortOnInterrupt } from "../interrupt.js";
import { jsonLine } from "../json-event.js";
import { linkOfRemote } from "../named-remote.js";
import { doctorText } from "../network/doctor-text.js";
import { withPeer } from "../open-remote.js";
import { terminalTraits } from "../terminal.js";

export interface DoctorFlags {
  readonly dir?: string;
  readonly disk: boolean;
  readonly for?: number;
  readonly json?: true;
  readonly plain?: true;
}

/** sampan doctor REMOTE: what limits the speed to and from there. */
export async function doctor(remote: string, flags: DoctorFlags): Promise<number> {
  const signal = abortOnInterrupt("interrupted");
  const { live } = terminalTraits(process.stderr, process.env);
  const options = {
    signal,
    disks: flags.disk,
    ...(flags.disk ? { folder: resolve(flags.dir ?? ".") } : {}),
    ...(flags.for === undefined ? {} : { ms: flags.for }),
    onStep: (step: string) => void (live && process.stderr.write(`measuring: ${step} …\n`)),
  };
  const link = await linkOfRemote(remote, "what doctor looks at");
  const diagnosis = await withPeer(link, { plain: flags.plain ?? false, signal }, (peer) =>
    peer.measure.diagnose(options),
  );
  process.stdout.write(flags.json ? jsonLine({ event: "diagnosis", ...diagnosis }) : doctorText(diagnosis));
  return 0;
}
