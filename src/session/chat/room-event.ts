import type { SampanError } from "../../wire/sampan-error.js";
import type { SharedFile } from "./said.js";

/** What happens in a room. Names and texts are the other people's: escape them before printing. */
export type RoomEvent =
  /** In the room; `again` after a lost connection. `missed`: messages said meanwhile that the server has forgotten. */
  | {
      readonly event: "joined";
      readonly room: string;
      readonly name: string;
      readonly members: readonly string[];
      readonly again: boolean;
      readonly missed: number;
    }
  | {
      readonly event: "said";
      /** Counts up within the room. */
      readonly seq: number;
      /** Milliseconds since 1970, by the server's clock; so in all events. */
      readonly at: number;
      readonly from: string;
      readonly text: string;
      /** Said by this client. */
      readonly mine: boolean;
      readonly file?: SharedFile;
      /** False: the server could not write it to its disk. */
      readonly kept: boolean;
    }
  /** What was said before is through; what follows is said as it comes. */
  | { readonly event: "caught-up" }
  | { readonly event: "came" | "left" | "typing"; readonly name: string; readonly at: number }
  /** Said too much too fast; the server hears the next message after so long. */
  | { readonly event: "slow-down"; readonly ms: number }
  /** The connection is lost; the next try is made after `delayMs`. */
  | { readonly event: "lost"; readonly error: SampanError; readonly delayMs: number };

/** What became of a message: its number in the room, where that is known still, and whether it is on the server's disk. */
export interface Acknowledged {
  readonly seq?: number;
  readonly kept: boolean;
}
