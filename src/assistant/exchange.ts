import type { TextEncoding } from "../service/text-encoding.js";
import type { RawConnection, RawEvents } from "../transport/raw/connection.js";
import { type SampanError, toSampanError } from "../wire/sampan-error.js";
import { joinBytes } from "./escaped-text.js";
import { type ExchangeEvent, type ExchangeListener, nowMicroseconds, type SendCause } from "./exchange-event.js";
import { Party } from "./party.js";
import type { ReplyRule } from "./reply-rule.js";
import { ScriptTurns } from "./script-turns.js";
import type { AssistantModule, ScriptData, ScriptPeer } from "./script-types.js";
import { StreamWatch, type WatchSettings } from "./stream-watch.js";

export interface ExchangeSettings extends WatchSettings {
  readonly encoding: TextEncoding;
  readonly replies: readonly ReplyRule[];
  readonly script?: AssistantModule | undefined;
}

/** Whom to send to: one connection, or all. */
export type Target = number | "all";

interface Member {
  readonly party: Party;
  readonly watch: StreamWatch;
  readonly turns: ScriptTurns;
  readonly scriptPeer: ScriptPeer;
}

/**
 * A session with any number of peers: what comes in is cut into frames, checked, told and answered; what goes out is
 * framed, given its checksum, and told. Give it to `listenRaw` or `connectRaw` as their events.
 */
export class Exchange implements RawEvents {
  readonly #settings: ExchangeSettings;
  readonly #tell: ExchangeListener;
  readonly #members = new Map<number, Member>();
  #watched: WatchSettings;
  #held = false;

  constructor(settings: ExchangeSettings, tell: ExchangeListener) {
    this.#settings = settings;
    this.#watched = { rule: settings.rule, checksum: settings.checksum };
    this.#tell = tell;
  }

  get encoding(): TextEncoding {
    return this.#settings.encoding;
  }

  get framed(): boolean {
    return this.#watched.rule !== undefined;
  }

  /** Those that are there now, in the order in which they came. */
  get peers(): readonly { readonly id: number; readonly peer: string }[] {
    return [...this.#members.values()].map(({ party: { connection } }) => ({
      id: connection.id,
      peer: connection.peer,
    }));
  }

  /** Frames by another rule from here on, in both directions; undefined for none. */
  changeRule(rule: WatchSettings["rule"]): void {
    this.#watched = { ...this.#watched, rule };
    for (const { watch } of this.#members.values()) watch.change(this.#watched);
  }

  /** Sends a frame to `target`: with its checksum, as the rule has it. Returns how many peers it went to. */
  send(body: Uint8Array, target: Target, cause: SendCause): number {
    return this.sendRaw(this.wireBytes(body), target, cause);
  }

  /** Sends bytes as they are. */
  sendRaw(bytes: Uint8Array, target: Target, cause: SendCause): number {
    let taken = 0;
    for (const { party } of this.#targets(target)) if (this.#sendTo(party, bytes, cause)) taken++;
    return taken;
  }

  /** A frame as it goes on the wire; E_TOO_LARGE or E_USAGE if the rule cannot carry it. */
  wireBytes(body: Uint8Array): Uint8Array {
    const { rule, checksum } = this.#watched;
    const frame = checksum === undefined ? body : joinBytes([body, checksum.tail(body)]);
    if (rule === undefined) return frame;
    const bytes = new Uint8Array(rule.encodedLength(frame));
    return bytes.subarray(0, rule.encodeInto(frame, bytes, 0));
  }

  endSending(target: Target): void {
    for (const { party } of this.#targets(target)) party.endSending();
  }

  /** Returns how many there were. */
  close(target: Target): number {
    const members = this.#targets(target);
    for (const { party } of members) party.connection.destroy();
    return members.length;
  }

  /** Fulfilled when every peer of `target` has room for more. */
  async drained(target: Target): Promise<void> {
    await Promise.all(this.#targets(target).map(({ party }) => party.room()));
  }

  /** Fulfilled when the script has dealt with all that came from a peer so far. */
  async answered(id: number): Promise<void> {
    await this.#members.get(id)?.turns.idle;
  }

  /** Fulfilled when all that was sent has left this program, or never will. */
  async flushed(): Promise<void> {
    await Promise.all(
      [...this.#members.values()].map(async ({ party, turns }) => {
        await turns.idle;
        await party.room(0);
      }),
    );
  }

  /** Fulfilled when no connection is open. */
  async allClosed(): Promise<void> {
    await Promise.all([...this.#members.values()].map(({ party }) => party.over));
  }

  /** Reads nobody until `release`: what shows the session is slower than the peers. */
  hold(): void {
    this.#held = true;
    for (const { party } of this.#members.values()) party.hold("view");
  }

  release(): void {
    this.#held = false;
    for (const { party } of this.#members.values()) party.release("view");
  }

  opened(connection: RawConnection): void {
    const { id, peer, kind } = connection;
    const member = this.#member(connection);
    this.#members.set(id, member);
    this.#tell({ event: "opened", time: nowMicroseconds(), id, peer, kind });
    if (this.#held) member.party.hold("view");
    const onOpen = this.#settings.script?.onOpen;
    if (onOpen !== undefined) member.turns.add(() => onOpen(member.scriptPeer));
  }

  chunk({ id }: RawConnection, bytes: Uint8Array): void {
    const member = this.#members.get(id);
    member?.watch.chunk(bytes, (body, number) => this.#answer(member, body, number));
  }

  ended({ id }: RawConnection): void {
    const member = this.#members.get(id);
    member?.watch.end((body, number) => this.#answer(member, body, number));
  }

  closed({ id }: RawConnection, error: SampanError | undefined): void {
    const member = this.#members.get(id);
    this.#members.delete(id);
    member?.party.closed();
    this.#tell({ event: "closed", time: nowMicroseconds(), id, error });
    const onClose = this.#settings.script?.onClose;
    if (member !== undefined && onClose !== undefined) member.turns.add(() => onClose(member.scriptPeer));
  }

  /** Somebody was turned away. */
  refused(_peer: string, error: SampanError): void {
    this.problem(error);
  }

  /** A datagram did not get through. */
  trouble({ id }: RawConnection, error: SampanError): void {
    this.problem(error, id);
  }

  problem(thrown: unknown, id?: number): void {
    const about = id === undefined ? {} : { id };
    this.#tell({ event: "problem", time: nowMicroseconds(), ...about, error: toSampanError(thrown) });
  }

  #member(connection: RawConnection): Member {
    const { id, kind } = connection;
    const failed = (error: SampanError): void => this.problem(error, id);
    const party = new Party(connection, failed);
    const scriptPeer = this.#scriptPeer(party);
    const turns = new ScriptTurns({
      send: (data) => scriptPeer.send(data),
      hold: () => party.hold("script"),
      release: () => party.release("script"),
      failed,
    });
    const tell = (event: ExchangeEvent): void => this.#tell(event);
    return { party, turns, scriptPeer, watch: new StreamWatch({ id, dir: "in", kind }, this.#watched, tell) };
  }

  #scriptPeer(party: Party): ScriptPeer {
    const bytesOf = (data: ScriptData): Uint8Array =>
      typeof data === "string" ? this.encoding.encode(data) : Uint8Array.from(data);
    return {
      id: party.connection.id,
      address: party.connection.peer,
      send: (data) => void this.#sendTo(party, this.wireBytes(bytesOf(data)), "script"),
      sendRaw: (data) => void this.#sendTo(party, bytesOf(data), "script"),
      endSending: () => party.endSending(),
      close: () => party.connection.destroy(),
    };
  }

  #answer(member: Member, body: Uint8Array, number: number): void {
    this.#reply(member.party, body);
    const script = this.#settings.script?.default;
    if (script === undefined) return;
    const bytes = Uint8Array.from(body);
    member.turns.add(() => {
      const decoder = this.encoding.decoder();
      return script({ bytes, number, text: decoder.decode(bytes) + decoder.end() }, member.scriptPeer);
    });
  }

  /** The first rule that fits answers. */
  #reply(party: Party, body: Uint8Array): void {
    const { id } = party.connection;
    for (const rule of this.#settings.replies) {
      try {
        const answer = rule.answer(body);
        if (answer === undefined) continue;
        this.#tell({ event: "reply", time: nowMicroseconds(), id, rule: rule.text });
        if (answer.length > 0) this.#sendTo(party, this.wireBytes(answer), "reply");
      } catch (thrown) {
        this.problem(thrown, id);
      }
      return;
    }
  }

  #sendTo(party: Party, bytes: Uint8Array, cause: SendCause): boolean {
    if (!party.send(bytes)) return false;
    this.#tell({ event: "sent", time: nowMicroseconds(), id: party.connection.id, cause, bytes });
    return true;
  }

  #targets(target: Target): readonly Member[] {
    if (target === "all") return [...this.#members.values()];
    const member = this.#members.get(target);
    return member === undefined ? [] : [member];
  }
}
