import type { ExchangeEvent } from "../../assistant/exchange-event.js";
import { IdleTimer } from "../../assistant/idle-timer.js";
import { planReplay } from "../../assistant/replay.js";
import { scriptError } from "../../assistant/script-turns.js";
import { TrafficLog } from "../../assistant/traffic-log.js";
import type { RawEndpoint, RawEvents } from "../../transport/raw/connection.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import { onInterrupt } from "../interrupt.js";
import type { AssistantFlags } from "./flags.js";
import { readLines } from "./input.js";
import { type AssistantOptions, assistantOptions } from "./options.js";
import { AssistantSession } from "./session.js";
import type { AssistantView } from "./view.js";
import { makeView } from "./view-choice.js";
import { ScreenView } from "./view-screen.js";

export interface AssistantTask {
  readonly role: "listen" | "connect";
  readonly flags: AssistantFlags;
  /** Of the certificate that is shown, if one is. */
  readonly fingerprint?: string | undefined;
  /** Ends the session when nothing has moved for so long. */
  readonly idleMs?: number | undefined;
  /** Listens or connects; the signal ends the attempt. */
  readonly open: (events: RawEvents, signal: AbortSignal) => Promise<RawEndpoint>;
}

/** `sampan listen` and `sampan connect` as an assistant. Returns the exit status. */
export async function runAssistant(task: AssistantTask): Promise<number> {
  const options = await assistantOptions(task.flags);
  return await new AssistantRun(task, options).run();
}

class AssistantRun {
  readonly #task: AssistantTask;
  readonly #options: AssistantOptions;
  readonly #interrupted = new AbortController();
  readonly #ended: Promise<number>;
  readonly #met: Promise<void>;
  #end = (_status: number): void => {};
  #fail = (_error: SampanError): void => {};
  #meet = (): void => {};
  #log: TrafficLog | undefined;
  #view: AssistantView | undefined;
  #idle: IdleTimer | undefined;
  /** What happens before the address is known, which is told first. */
  #early: ExchangeEvent[] = [];
  #begun = false;

  constructor(task: AssistantTask, options: AssistantOptions) {
    this.#task = task;
    this.#options = options;
    this.#ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.#met = new Promise((resolve) => {
      this.#meet = resolve;
    });
  }

  async run(): Promise<number> {
    const { role, flags } = this.#task;
    const { replay, exchange } = this.#options;
    const plan = replay && (await planReplay(replay.path, { ...replay, role }));
    const session = this.#session(plan);
    if (flags.log !== undefined) this.#log = new TrafficLog(flags.log, (error) => session.exchange.problem(error));
    if (exchange.script !== undefined) {
      process.on("uncaughtException", (thrown) => session.exchange.problem(scriptError(thrown)));
    }
    onInterrupt(() => {
      this.#interrupted.abort(new SampanError("E_INTERRUPTED", "interrupted before there was a connection"));
      this.#end(role === "connect" && session.isBusy ? 130 : 0);
    });
    try {
      const endpoint = await this.#task.open(session.exchange, this.#interrupted.signal);
      this.#begin(session, endpoint);
      try {
        return await this.#ended;
      } finally {
        session.stop();
        await endpoint.close();
        await session.exchange.allClosed();
      }
    } finally {
      this.#idle?.stop();
      await this.#view?.close();
      this.#log?.close();
    }
  }

  #session(plan: ConstructorParameters<typeof AssistantSession>[1]): AssistantSession {
    const session = new AssistantSession(this.#options, plan, {
      event: (event) => {
        if (event.event === "opened") this.#meet();
        if (this.#begun) this.#show(event);
        else this.#early.push("bytes" in event ? { ...event, bytes: Uint8Array.from(event.bytes) } : event);
      },
      note: (text) => this.#view?.note(text),
      target: (target) => this.#view?.prompt(target),
      quit: () => void session.farewell().then(() => this.#end(0)),
    });
    return session;
  }

  #begin(session: AssistantSession, endpoint: RawEndpoint): void {
    const { role, flags, fingerprint, idleMs } = this.#task;
    this.#log?.begin(role, endpoint.address);
    this.#view = makeView(session, this.#options, flags, () => this.#end(0));
    this.#view.begin({ role, address: endpoint.address, port: endpoint.port, fingerprint });
    this.#begun = true;
    for (const event of this.#early) this.#show(event);
    this.#early = [];
    if (idleMs !== undefined) {
      const silent = `nothing has moved for ${idleMs / 1000} s, so it was ended`;
      this.#idle = new IdleTimer(idleMs, () => this.#fail(new SampanError("E_TIMED_OUT", silent)));
    }
    this.#view.prompt(session.target);
    if (this.#view instanceof ScreenView) return;
    readLines(session, { wait: this.#met, role, json: flags.json ?? false }).catch((thrown: unknown) =>
      this.#fail(toSampanError(thrown)),
    );
  }

  #show(event: ExchangeEvent): void {
    this.#idle?.moved();
    this.#log?.write(event);
    this.#view?.event(event);
    if (event.event === "closed" && this.#task.role === "connect") this.#end(event.error?.exitStatus ?? 0);
  }
}
