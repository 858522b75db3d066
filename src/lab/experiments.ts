import { SampanError } from "../wire/sampan-error.js";
import { abruptClose } from "./experiment/abrupt-close.js";
import { addressInUse } from "./experiment/address-in-use.js";
import { backlog } from "./experiment/backlog.js";
import { cutDatagram } from "./experiment/cut-datagram.js";
import { datagramLimit } from "./experiment/datagram-limit.js";
import { emptySend } from "./experiment/empty-send.js";
import { fullBuffer } from "./experiment/full-buffer.js";
import { lengthHeader } from "./experiment/length-header.js";
import { nagle } from "./experiment/nagle.js";
import { oneSendInPieces } from "./experiment/one-send-in-pieces.js";
import { slowReader } from "./experiment/slow-reader.js";
import { twoSends } from "./experiment/two-sends.js";
import type { Experiment } from "./experiment.js";

/** All experiments, in the order in which they explain one another. */
export const experiments: readonly Experiment[] = [
  twoSends,
  oneSendInPieces,
  nagle,
  slowReader,
  cutDatagram,
  datagramLimit,
  emptySend,
  fullBuffer,
  abruptClose,
  backlog,
  addressInUse,
  lengthHeader,
];

/** The experiment of that name; E_USAGE if there is none. */
export function experimentNamed(name: string): Experiment {
  const found = experiments.find((experiment) => experiment.name === name);
  if (found !== undefined) return found;
  throw new SampanError("E_USAGE", `there is no experiment "${name}"; "sampan lab list" names them all`);
}
