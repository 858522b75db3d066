import { createContext, Script } from "node:vm";
import { SampanError } from "../wire/sampan-error.js";

/** The longest that one match may take: some patterns take for ever on a text that a peer has chosen. */
const maxMatchMs = 200;

/** A regular expression whose matching ends: after `maxMatchMs` it is given up as E_TIMED_OUT. */
export class TimedRegExp {
  readonly groups: number;
  readonly #source: string;
  readonly #sandbox: { pattern: RegExp; text: string };
  readonly #script = new Script("pattern.lastIndex = 0; pattern.exec(text)");

  /** E_USAGE for what is no regular expression. */
  constructor(source: string, flags: string) {
    this.#source = `/${source}/${flags}`;
    try {
      const pattern = new RegExp(source, flags);
      this.#sandbox = { pattern, text: "" };
      this.groups = (new RegExp(`${source}|`, flags).exec("")?.length ?? 1) - 1;
    } catch (cause) {
      throw new SampanError("E_USAGE", `${this.#source} is no regular expression (${(cause as Error).message})`, {
        cause,
      });
    }
    createContext(this.#sandbox);
  }

  /** The whole match and its captures, of which those that took no part are empty. */
  match(text: string): string[] | undefined {
    this.#sandbox.text = text;
    try {
      const found = this.#script.runInContext(this.#sandbox, { timeout: maxMatchMs }) as RegExpExecArray | null;
      return found === null ? undefined : Array.from(found, (part) => part ?? "");
    } catch (cause) {
      const timedOut = (cause as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
      const what = timedOut ? `took more than ${maxMatchMs} ms` : `failed (${String(cause)})`;
      throw new SampanError(
        timedOut ? "E_TIMED_OUT" : "E_BUG",
        `the pattern ${this.#source} ${what} on ${text.length} characters; such frames are not answered`,
        { cause },
      );
    } finally {
      this.#sandbox.text = "";
    }
  }
}
