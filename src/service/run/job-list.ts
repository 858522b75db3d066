import { randomBytes } from "node:crypto";
import { OutputLog } from "../../session/run/output-log.js";
import type { CommandEnd, RunRequest } from "../../session/run/run-message.js";
import { keptOutputBytes, maxEndedJobs } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { CommandProcess } from "./command-process.js";

/** A command of this server, with what is known of it. */
export interface Job {
  readonly id: string;
  readonly request: RunRequest;
  readonly address: string;
  readonly startedAt: Date;
  readonly log: OutputLog;
  process: CommandProcess | undefined;
  end: CommandEnd | undefined;
}

/** Commands that run, and those that ran by themselves and are over. */
export class JobList {
  readonly #jobs = new Map<string, Job>();

  add(request: RunRequest, address: string): Job {
    const id = this.#freeId();
    const log = new OutputLog(keptOutputBytes, request.detach);
    const job: Job = { id, request, address, startedAt: new Date(), log, process: undefined, end: undefined };
    this.#jobs.set(id, job);
    return job;
  }

  /** It is over: one that ran by itself stays for whoever asks, until newer ones take its place. */
  ended(job: Job, end: CommandEnd): void {
    job.end = end;
    if (!job.request.detach) this.remove(job);
    const over = [...this.#jobs.values()].filter((one) => one.end);
    for (const one of over.slice(0, Math.max(0, over.length - maxEndedJobs))) this.remove(one);
  }

  remove(job: Job): void {
    this.#jobs.delete(job.id);
  }

  /** E_NOT_FOUND. */
  find(id: string): Job {
    const job = this.#jobs.get(id);
    if (!job) throw new SampanError("E_NOT_FOUND", `the server has no command with the id ${id.slice(0, 64)}`);
    return job;
  }

  all(): readonly Job[] {
    return [...this.#jobs.values()];
  }

  #freeId(): string {
    for (;;) {
      const id = randomBytes(4).toString("hex");
      if (!this.#jobs.has(id)) return id;
    }
  }
}
