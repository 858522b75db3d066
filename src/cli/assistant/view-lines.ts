import type { ExchangeEvent } from "../../assistant/exchange-event.js";
import type { AssistantRows } from "./rows.js";
import type { AssistantView, HeldOutput, SessionPlace } from "./view.js";

/** Plain lines, for what is no terminal. */
export class LinesView implements AssistantView {
  readonly #rows: AssistantRows;
  readonly #output: HeldOutput;

  constructor(rows: AssistantRows, output: HeldOutput) {
    this.#rows = rows;
    this.#output = output;
  }

  begin(where: SessionPlace): void {
    this.note(beginText(where));
  }

  event(event: ExchangeEvent): void {
    this.#output.write(`${this.#rows.of(event).join("\n")}\n`);
  }

  note(text: string): void {
    this.#output.write(`${text}\n`);
  }

  prompt(): void {}

  async close(): Promise<void> {
    await this.#output.drained();
  }
}

export function beginText({ role, address, fingerprint }: SessionPlace): string {
  if (role === "connect") return `connected to ${address}`;
  return `listening on ${address}${fingerprint === undefined ? "" : `, fingerprint ${fingerprint}`}`;
}
