import { systemClock } from "../../transport/system-clock.js";
import { UdpPort } from "../../transport/udp-port.js";
import { parseSampanDatagram } from "../../wire/datagram/sampan-datagram.js";
import { AddressRates, defaultAddressRates } from "../datagram/address-rates.js";
import { whoAnswer } from "../datagram/datagram-answers.js";
import { Neighbourhood } from "../datagram/neighbourhood.js";
import type { Announcement } from "./announcement.js";
import { discoveryGroup, discoveryPort, ownAddresses } from "./discovery-place.js";

/** Networks that were joined to this machine later are looked for so often. */
const joinEveryMs = 15_000;

/** Hears the questions that go to every server of a network, on the port that the servers of one machine share. */
export class DiscoveryDoor {
  readonly #port: UdpPort;
  readonly #timer: NodeJS.Timeout;

  private constructor(port: UdpPort, timer: NodeJS.Timeout) {
    this.#port = port;
    this.#timer = timer;
  }

  /** E_LISTEN where another program holds the port for itself. */
  static async open(announcement: Announcement): Promise<DiscoveryDoor> {
    const nowMs = () => systemClock.nowMs();
    const rates = new AddressRates(defaultAddressRates, nowMs());
    const neighbourhood = new Neighbourhood(nowMs);
    const ownOnly = announcement.isOwnMachineOnly;
    const port: UdpPort = await UdpPort.open({
      host: ownOnly && process.platform !== "win32" ? discoveryGroup : "0.0.0.0",
      port: discoveryPort,
      shared: true,
      onDatagram: (bytes, from) => {
        const question = parseSampanDatagram(bytes);
        if (question?.kind !== "who" || !rates.admits(from.address, nowMs())) return;
        const answer = whoAnswer(question.body, neighbourhood.nearnessOf(from.address), announcement);
        if (answer) port.send(answer.bytes, from);
      },
    });
    const join = () => {
      const ours = ownOnly ? ["127.0.0.1"] : ownAddresses().map(({ address }) => address);
      for (const address of ours) port.join(discoveryGroup, address);
    };
    join();
    return new DiscoveryDoor(port, setInterval(join, joinEveryMs).unref());
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#port.close();
  }
}
