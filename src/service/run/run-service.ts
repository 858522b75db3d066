import { followCommand, tellDetached } from "../../session/run/follow-command.js";
import {
  type CommandEnd,
  parseRunRequest,
  type RunRequest,
  readJobId,
  readSignal,
  readWindow,
} from "../../session/run/run-message.js";
import type { Conversation, RequestHandler } from "../../session/served-connection.js";
import type { Message } from "../../wire/message.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import { encodeUtf8 } from "../../wire/utf8.js";
import type { CallerFacts, ServedService } from "../served-service.js";
import type { AllowedPrograms } from "./allowed-programs.js";
import type { AuditLog } from "./audit-log.js";
import { CommandProcess } from "./command-process.js";
import { jobFacts } from "./job-facts.js";
import { type Job, JobList } from "./job-list.js";
import { type Launch, launchOf } from "./launch.js";
import { RunQueue } from "./run-queue.js";

export interface RunServiceOptions {
  readonly programs: AllowedPrograms;
  /** The served folder, in which commands run. */
  readonly folder: string;
  /** Commands at once. */
  readonly maxRuns: number;
  readonly audit: AuditLog;
}

/** The service that runs commands for callers. */
export class RunService implements ServedService {
  readonly offers: readonly string[];
  readonly #options: RunServiceOptions;
  readonly #queue: RunQueue;
  readonly #jobs = new JobList();
  /** A copy: each look into the original asks the system. */
  readonly #environment = { ...process.env };
  /** Jobs that hold a place in the queue. */
  readonly #running = new Set<Promise<unknown>>();

  constructor(options: RunServiceOptions) {
    this.#options = options;
    this.offers = options.programs === "none" ? [] : ["run"];
    this.#queue = new RunQueue(options.maxRuns);
  }

  requests(caller: CallerFacts): ReadonlyMap<string, RequestHandler> {
    const of = (handle: RequestHandler["handle"]): RequestHandler => ({ right: "run", endsConnection: false, handle });
    return new Map<string, RequestHandler>([
      ["run", of((request, conversation) => this.#run(request, conversation, caller))],
      ["attach", of((request, conversation) => this.#attach(request, conversation))],
      ["jobs", of((_request, conversation) => this.#list(conversation))],
      ["kill", of((request, conversation) => this.#kill(request, conversation, caller))],
    ]);
  }

  async close(): Promise<void> {
    for (const job of this.#jobs.all()) job.process?.terminate();
    await Promise.all(this.#running);
    this.#options.audit.close();
  }

  /** Kills what runs, without waiting: the last thing that a server does whose user would not wait any longer. */
  readonly #killAll = (): void => {
    for (const job of this.#jobs.all()) if (!job.end) job.process?.kill();
  };

  #hold(ended: Promise<unknown>): void {
    if (this.#running.size === 0) process.on("exit", this.#killAll);
    this.#running.add(ended);
    void ended.then(() => {
      this.#running.delete(ended);
      if (this.#running.size === 0) process.off("exit", this.#killAll);
    });
  }

  async #run({ header }: Message, conversation: Conversation, caller: CallerFacts): Promise<void> {
    const request = parseRunRequest(header);
    const launch = this.#allowed(request, conversation, caller);
    let isGone = false;
    const gone = new Promise<void>((resolve) => {
      conversation.onClose = () => {
        isGone = true;
        resolve();
      };
    });
    const queued = (ahead: number) => conversation.channel.send({ kind: "queued", ahead });
    if (!(await this.#queue.enter(queued, gone))) return;
    if (isGone) return this.#queue.leave();
    const job = await this.#start(request, launch, conversation, caller);
    if (isGone && !request.detach) job.process?.terminate();
    else if (request.detach) await tellDetached(conversation, job.id);
    else await this.#follow(job, conversation, request.window, request.input, () => job.process?.terminate());
  }

  #allowed(request: RunRequest, { holder }: Conversation, { address, tell }: CallerFacts): Launch {
    try {
      return launchOf(request, this.#options.programs, this.#options.folder, this.#environment);
    } catch (thrown) {
      const { code, message } = toSampanError(thrown);
      const { argv } = request;
      this.#options.audit.write({ event: "refused", address, holder, argv, code });
      tell({ event: "run-refused", address, argv, code, message });
      throw thrown;
    }
  }

  /** Starts it, in a place of the queue that is given back when it is over. */
  async #start(
    request: RunRequest,
    launch: Launch,
    { holder }: Conversation,
    { address, tell }: CallerFacts,
  ): Promise<Job> {
    const { audit } = this.#options;
    const job = this.#jobs.add(request, address);
    const { id, startedAt } = job;
    const { argv, shell, detach } = request;
    const over = (facts: { status: number } | { code: string; message: string }) => {
      this.#queue.leave();
      const seconds = (Date.now() - startedAt.getTime()) / 1000;
      tell({ event: "run-end", address, id, argv, seconds, ...facts });
      audit.write({ event: "end", id, address, holder, ...facts, seconds });
    };
    try {
      audit.write({ event: "begin", id, address, holder, argv, shell, cwd: launch.cwd, detached: detach });
      tell({ event: "run-begin", address, id, argv, shell, detached: detach });
      job.process = await CommandProcess.start(launch, job.log);
    } catch (thrown) {
      this.#jobs.remove(job);
      const { code, message } = toSampanError(thrown);
      over({ code, message });
      throw thrown;
    }
    const ended = job.process.ended.then((end) => {
      this.#jobs.ended(job, end);
      over(endFacts(end));
    });
    // A log that cannot be written any more is said when the next command is refused.
    this.#hold(ended.catch(() => {}));
    return job;
  }

  #follow(job: Job, conversation: Conversation, window: number | undefined, input: boolean, lost: () => void) {
    const command = job.process;
    if (!command) throw new SampanError("E_BUSY", `the command ${job.id} is just being started; try again`);
    return followCommand({ conversation, command, id: job.id, window, input, lost });
  }

  async #attach({ header }: Message, conversation: Conversation): Promise<void> {
    const job = this.#jobs.find(readJobId(header));
    if (!job.request.detach) {
      throw new SampanError("E_BUSY", `the command ${job.id} belongs to whoever started it; it was not detached`);
    }
    await this.#follow(job, conversation, readWindow(header), false, () => {});
  }

  async #list({ channel }: Conversation): Promise<void> {
    channel.send({ kind: "joblist" }, encodeUtf8(JSON.stringify(this.#jobs.all().map(jobFacts))));
    channel.send({ kind: "end" });
  }

  async #kill({ header }: Message, { channel, holder }: Conversation, { address }: CallerFacts): Promise<void> {
    const signal = readSignal(header, "SIGTERM");
    const { id, process: command, end } = this.#jobs.find(readJobId(header));
    if (!command || end) throw new SampanError("E_NOT_FOUND", `the command ${id} is over already`);
    this.#options.audit.write({ event: "kill", id, address, holder, signal });
    command.signal(signal);
    channel.send({ kind: "end" });
  }
}

function endFacts({ status, signal, timedOut }: CommandEnd) {
  return { status, ...(signal === undefined ? {} : { signal }), ...(timedOut ? { timedOut } : {}) };
}
