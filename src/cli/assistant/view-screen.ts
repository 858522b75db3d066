import type { ReadStream, WriteStream } from "node:tty";
import type { Target } from "../../assistant/exchange.js";
import type { ExchangeEvent } from "../../assistant/exchange-event.js";
import { PromptScreen } from "../screen/prompt-screen.js";
import { paint } from "../terminal.js";
import { commandWords } from "./command.js";
import type { AssistantRows } from "./rows.js";
import type { AssistantView, HeldOutput, SessionPlace } from "./view.js";
import { beginText } from "./view-lines.js";

export interface ScreenKeys {
  line(text: string): void;
  /** Ctrl-D on an empty line. */
  end(): void;
  /** Ctrl-C. */
  quit(): void;
}

/** A terminal: what happens goes by above, and the line that is being typed stays below it. */
export class ScreenView implements AssistantView {
  readonly #rows: AssistantRows;
  readonly #output: HeldOutput;
  readonly #color: boolean;
  readonly #screen: PromptScreen;

  constructor(
    rows: AssistantRows,
    output: HeldOutput,
    { stdin, stdout, color }: { stdin: ReadStream; stdout: WriteStream; color: boolean },
    keys: ScreenKeys,
  ) {
    this.#rows = rows;
    this.#output = output;
    this.#color = color;
    this.#screen = new PromptScreen({
      input: stdin,
      output: stdout,
      write: (text) => output.write(text),
      color,
      prompt: promptFor("all"),
      promptTone: "strong",
      holdsPaste: false,
      keepsTyped: true,
      complete,
      onText: (text) => keys.line(text),
      onInterrupt: () => keys.quit(),
      onEnd: () => keys.end(),
    });
  }

  begin(where: SessionPlace): void {
    this.note(`${beginText(where)}${paint(" · type a line to send it · /help", "dim", this.#color)}`);
  }

  event(event: ExchangeEvent): void {
    this.#screen.print(this.#rows.of(event));
  }

  note(text: string): void {
    this.#screen.print(text.split("\n"));
  }

  prompt(target: Target): void {
    this.#screen.prompt = promptFor(target);
  }

  async close(): Promise<void> {
    this.#screen.close();
    await this.#output.drained();
  }
}

function promptFor(target: Target): string {
  return target === "all" ? "> " : `${target}> `;
}

function complete(line: string): string[] {
  return commandWords.filter((word) => line !== "" && word.startsWith(line)).map((word) => `${word} `);
}
