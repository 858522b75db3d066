import { setTimeout as delay } from "node:timers/promises";
import { hexBytes, joinBytes, typedBytes } from "../../assistant/escaped-text.js";
import { Exchange, type Target } from "../../assistant/exchange.js";
import type { ExchangeEvent } from "../../assistant/exchange-event.js";
import { headedFrame } from "../../assistant/headed-message.js";
import { type ReplayPlan, replay } from "../../assistant/replay.js";
import { TimedSends } from "../../assistant/timed-sends.js";
import { parseRule } from "../../wire/framing/rule-text.js";
import { SampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import { type AssistantCommand, commandHelp } from "./command.js";
import type { Show } from "./flags.js";
import type { AssistantOptions } from "./options.js";

/** How long a session that is over waits for what was sent, and for the peers to end in order. */
const longestFarewellMs = 500;

/** What a session tells, beside events. */
export interface SessionPorts {
  event(event: ExchangeEvent): void;
  note(text: string): void;
  /** Whom lines go to has changed. */
  target(target: Target): void;
  quit(): void;
}

/** One run of the assistant: the exchange with the peers, and what the flags and the user have it do. */
export class AssistantSession {
  readonly exchange: Exchange;
  show: Show;
  rule: string | undefined;
  readonly #options: AssistantOptions;
  readonly #plan: ReplayPlan | undefined;
  readonly #ports: SessionPorts;
  readonly #timed = new TimedSends();
  /** What the flags still send, and to which connection. */
  readonly #work = new Map<Promise<void>, number>();
  readonly #stopped = new AbortController();
  #target: Target;

  constructor(options: AssistantOptions, plan: ReplayPlan | undefined, ports: SessionPorts) {
    this.#options = options;
    this.#plan = plan;
    this.#ports = ports;
    this.#target = options.target;
    this.show = options.show;
    this.rule = options.exchange.rule?.text;
    this.exchange = new Exchange(options.exchange, (event) => this.#take(event));
  }

  get target(): Target {
    return this.#target;
  }

  /** Whether it answers by itself, and so goes on when there is nothing more to be typed. */
  get answers(): boolean {
    return this.#options.exchange.replies.length > 0 || this.#options.exchange.script !== undefined;
  }

  get isBusy(): boolean {
    return this.#work.size > 0;
  }

  /** Fulfilled when what the flags have to be sent is sent; to one connection or to all. */
  async worked(to?: number): Promise<void> {
    await Promise.all([...this.#work].filter(([, id]) => to === undefined || id === to).map(([work]) => work));
  }

  /** Ends timed sends and replays. */
  stop(): void {
    this.#timed.stopAll();
    this.#stopped.abort();
  }

  /** Lets out what was sent, and ends in order with the peers that do so soon. */
  async farewell(): Promise<void> {
    this.stop();
    const timeout = new AbortController();
    const late = delay(longestFarewellMs, undefined, { signal: timeout.signal }).catch(() => {});
    await Promise.race([this.#orderly(), late]);
    timeout.abort();
  }

  /** Does what was asked for. What cannot be done is thrown, as E_USAGE or what the framing rule says. */
  run(command: AssistantCommand): void {
    switch (command.do) {
      case "type":
        return this.#send(this.#typed(command.text), this.#target);
      case "text":
        return this.#send(
          headedFrame(this.rule, command.text) ?? this.exchange.encoding.encode(command.text),
          command.to,
        );
      case "hex":
        return this.#send(hexBytes(command.hex), command.to);
      case "raw":
        return this.#check(
          this.exchange.sendRaw(hexBytes(command.hex), command.to ?? this.#target, "typed"),
          command.to,
        );
      case "to":
        return this.#sendTo(command.target);
      case "every":
        return this.#every(command.intervalMs, command.text);
      case "show":
        this.show = command.show;
        return this.#ports.note(`bytes are shown as ${command.show === "both" ? "text and hex" : command.show}`);
      case "frame":
        return this.#changeRule(command.rule);
      case "end":
        return this.exchange.endSending(command.target);
      case "close":
        return this.#check(this.exchange.close(command.target), command.target);
      case "peers":
        return this.#ports.note(this.#peers());
      case "stop":
        return this.#ports.note(this.#stopTimed());
      case "help":
        return this.#ports.note(commandHelp);
      case "quit":
        return this.#ports.quit();
    }
  }

  async #orderly(): Promise<void> {
    await this.exchange.flushed();
    this.exchange.endSending("all");
    await this.exchange.allClosed();
  }

  #take(event: ExchangeEvent): void {
    this.#ports.event(event);
    if (event.event === "opened") this.#greet(event.id);
    if (event.event === "ended" && !this.#options.halfOpen) void this.#endToo(event.id);
    if (event.event === "closed") this.#timed.stop(event.id);
  }

  /** The peer has ended: so does this side, when what is still to be sent is sent. */
  async #endToo(id: number): Promise<void> {
    await this.worked(id);
    await this.exchange.answered(id);
    this.exchange.endSending(id);
  }

  /** What the flags have each peer be sent. */
  #greet(id: number): void {
    if (this.#options.target !== "all" && this.#options.target !== id) return;
    const { sends, every } = this.#options;
    if (every === undefined) for (const body of sends) this.#attempt(() => this.exchange.send(body, id, "typed"), id);
    else {
      const fire = (): Promise<void> => this.#fire(sends, id);
      this.#follow(this.#timed.start(every.intervalMs, every.count, fire, id), id);
    }
    if (this.#plan !== undefined) this.#follow(this.#replay(this.#plan, id), id);
  }

  async #fire(bodies: readonly Uint8Array[], target: Target): Promise<void> {
    for (const body of bodies) {
      await this.exchange.drained(target);
      this.#attempt(() => this.exchange.send(body, target, "timed"));
    }
  }

  async #replay(plan: ReplayPlan, id: number): Promise<void> {
    const send = async (bytes: Uint8Array): Promise<void> => {
      await this.exchange.drained(id);
      if (this.exchange.sendRaw(bytes, id, "replay") === 0) this.#stopped.abort();
    };
    try {
      await replay(plan, this.#options.replay?.speed ?? 1, send, this.#stopped.signal);
    } catch (thrown) {
      this.exchange.problem(thrown, id);
    }
  }

  #follow(work: Promise<void>, id: number): void {
    this.#work.set(work, id);
    void work.finally(() => this.#work.delete(work));
  }

  #attempt(action: () => void, id?: number): void {
    try {
      action();
    } catch (thrown) {
      this.exchange.problem(thrown, id);
    }
  }

  #typed(text: string): Uint8Array {
    const headed = headedFrame(this.rule, text);
    if (headed !== undefined) return headed;
    const { lineEnd, exchange } = this.#options;
    const bare = this.exchange.framed || exchange.checksum !== undefined;
    const end = lineEnd ?? (bare ? "" : "\n");
    return joinBytes([typedBytes(text, exchange.encoding), exchange.encoding.encode(end)]);
  }

  #send(body: Uint8Array, to: Target | undefined): void {
    const target = to ?? this.#target;
    this.#check(this.exchange.send(body, target, "typed"), target);
  }

  #check(count: number, target: Target = this.#target): void {
    if (count > 0 || this.exchange.peers.some(({ id }) => target === "all" || target === id)) return;
    const whom = target === "all" ? "nobody is connected" : `there is no peer ${target}`;
    throw new SampanError("E_NOT_FOUND", `${whom}; /peers says who is`);
  }

  #sendTo(target: Target): void {
    if (target !== "all") this.#check(0, target);
    this.#target = target;
    this.#ports.target(target);
  }

  #every(intervalMs: number, text: string): void {
    const body = this.#typed(text);
    this.exchange.wireBytes(body); // What the rule cannot carry is said now, and not every time.
    const target = this.#target;
    void this.#timed.start(intervalMs, Infinity, () => this.#fire([body], target));
  }

  #stopTimed(): string {
    const { running } = this.#timed;
    this.#timed.stopAll();
    return running === 0 ? "nothing is sent by itself" : "stopped";
  }

  #changeRule(text: string | undefined): void {
    const rule = text === undefined ? undefined : parseRule(text);
    this.exchange.changeRule(rule);
    this.rule = rule?.text;
    this.#ports.note(
      rule === undefined ? "no frames from here on, only chunks" : `frames by ${rule.text} from here on`,
    );
  }

  #peers(): string {
    const { peers } = this.exchange;
    if (peers.length === 0) return "nobody is connected";
    const rows = peers.map(({ id, peer }) => `${String(id).padStart(3)}  ${printable(peer)}`);
    return [...rows, `lines go to ${this.#target === "all" ? "all of them" : `peer ${this.#target}`}`].join("\n");
  }
}
