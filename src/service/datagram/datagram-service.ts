import { StreamPort } from "../../transport/stream-port.js";
import { systemClock } from "../../transport/system-clock.js";
import { UdpPort, type UdpPortOptions } from "../../transport/udp-port.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import { type Announcing, announce } from "../discovery/announce.js";
import { Announcement, type AnnouncementOptions } from "../discovery/announcement.js";
import { AddressCookies } from "./address-cookie.js";
import { AddressRates, defaultAddressRates } from "./address-rates.js";
import { DatagramAnswers } from "./datagram-answers.js";
import { Neighbourhood } from "./neighbourhood.js";

/** Something that the server goes on without. */
export interface UnavailableEvent {
  readonly event: "unavailable";
  readonly what: "udp" | "discovery";
  /** What could not be had. */
  readonly address: string;
  readonly code: string;
  readonly message: string;
}

export interface DatagramServiceOptions extends Omit<AnnouncementOptions, "udpPort"> {
  /** Answer datagrams, too. */
  readonly udp: boolean;
  /** Tell everybody on the network. */
  readonly announced: boolean;
  readonly tell: (event: UnavailableEvent) => void;
}

/** The UDP port beside a server's TCP port, and what is told of the server on its network. */
export class DatagramService {
  readonly announcement: Announcement;
  readonly udpPort: number | undefined;
  /** The same port, where it takes streams as well. */
  readonly streams: StreamPort | undefined;
  readonly #port: ServerPort | undefined;
  readonly #announcing: Announcing | undefined;

  private constructor(announcement: Announcement, port: ServerPort | undefined, announcing: Announcing | undefined) {
    this.announcement = announcement;
    this.udpPort = port?.port;
    this.streams = port instanceof StreamPort ? port : undefined;
    this.#port = port;
    this.#announcing = announcing;
  }

  /** Never rejects for what it can do without: that is told. */
  static async open(options: DatagramServiceOptions): Promise<DatagramService> {
    const { host, port: number, tell } = options;
    // What arrives before the answers are there is lost, as it would have been before the port was open.
    let take: UdpPortTaker = () => {};
    const port = options.udp
      ? await openPort({ host, port: number, onDatagram: (...told) => take(...told) }).catch((thrown) => {
          tell(unavailable("udp", `UDP port ${number}`, thrown));
          return undefined;
        })
      : undefined;
    const announcement = new Announcement({ ...options, udpPort: port?.port });
    if (port) take = answering(port, options.announced ? announcement : undefined);
    const announcing = options.announced
      ? await announce(announcement, (error) => tell(unavailable("discovery", "discovery", error)))
      : undefined;
    return new DatagramService(announcement, port, announcing);
  }

  async close(): Promise<void> {
    await Promise.all([this.#port?.close(), this.#announcing?.close()]);
  }
}

type ServerPort = StreamPort | UdpPort;

async function openPort(options: UdpPortOptions): Promise<ServerPort> {
  return (await StreamPort.open(options)) ?? UdpPort.open(options);
}

type UdpPortTaker = UdpPortOptions["onDatagram"];

function answering(port: ServerPort, announcement: Announcement | undefined): UdpPortTaker {
  const nowMs = () => systemClock.nowMs();
  const neighbourhood = new Neighbourhood(nowMs);
  const answers = new DatagramAnswers({
    rates: new AddressRates(defaultAddressRates, nowMs()),
    nowMs,
    nearnessOf: (address) => neighbourhood.nearnessOf(address),
    announcement,
    cookies: new AddressCookies(),
  });
  return (bytes, from) => {
    const answer = answers.answerTo(bytes, from);
    if (answer) port.send(answer, from);
  };
}

function unavailable(what: UnavailableEvent["what"], address: string, thrown: unknown): UnavailableEvent {
  const { code, message } = thrown instanceof SampanError ? thrown : toSampanError(thrown);
  return { event: "unavailable", what, address, code, message };
}
