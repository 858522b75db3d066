import type { SampanError } from "../../wire/sampan-error.js";
import { toSampanError } from "../../wire/sampan-error.js";
import type { Announcement } from "./announcement.js";
import { DiscoveryDoor } from "./discovery-door.js";
import { DnsSdAnnouncer } from "./dns-sd.js";

/** An announcement that is being made. */
export interface Announcing {
  close(): Promise<void>;
}

/**
 * Tells of a server to whoever looks around: answers the questions that go to all servers of a network, at once, and
 * says so by DNS-SD, as soon as that is loaded. What fails is told, and the rest goes on.
 */
export async function announce(
  announcement: Announcement,
  onProblem: (error: SampanError) => void = () => {},
): Promise<Announcing> {
  const tell = (thrown: unknown): undefined => {
    onProblem(toSampanError(thrown));
  };
  const dnsSd = DnsSdAnnouncer.open(announcement).catch(tell);
  const door = await DiscoveryDoor.open(announcement).catch(tell);
  return {
    close: async () => {
      await Promise.all([door?.close(), dnsSd.then((announcer) => announcer?.close())]);
    },
  };
}
