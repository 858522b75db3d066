import type { RawConnection, RawEvents } from "../../../src/transport/raw/connection.js";
import type { SampanError } from "../../../src/wire/sampan-error.js";

/** What happened to one connection, in words: `opened`, `chunk hello`, `ended`, `closed`, `closed E_CONNECTION_LOST`. */
export class RecordedEvents implements RawEvents {
  readonly log: string[] = [];
  readonly bytes = new Map<number, Buffer[]>();
  readonly connections: RawConnection[] = [];
  readonly #waiters = new Set<() => void>();

  opened(connection: RawConnection): void {
    this.connections.push(connection);
    this.#note(`${connection.id} opened`);
  }

  chunk(connection: RawConnection, bytes: Uint8Array): void {
    const list = this.bytes.get(connection.id) ?? [];
    list.push(Buffer.from(bytes));
    this.bytes.set(connection.id, list);
    this.#note(`${connection.id} chunk`);
  }

  ended(connection: RawConnection): void {
    this.#note(`${connection.id} ended`);
  }

  closed(connection: RawConnection, error: SampanError | undefined): void {
    this.#note(`${connection.id} closed${error ? ` ${error.code}` : ""}`);
  }

  refused(peer: string, error: SampanError): void {
    this.#note(`refused ${error.code} ${peer.replace(/:\d+$/, "")}`);
  }

  trouble(connection: RawConnection, error: SampanError): void {
    this.#note(`${connection.id} trouble ${error.code}`);
  }

  text(id: number): string {
    return Buffer.concat(this.bytes.get(id) ?? []).toString();
  }

  /** The events of a connection without its chunks. */
  story(id: number): string[] {
    return this.log.filter((line) => line.startsWith(`${id} `) && !line.endsWith("chunk")).map((line) => line.slice(2));
  }

  /** Waits until `holds`; it is asked after each event. */
  until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) return;
        this.#waiters.delete(look);
        resolve();
      };
      this.#waiters.add(look);
    });
  }

  untilNoted(line: string): Promise<void> {
    return this.until(() => this.log.includes(line));
  }

  #note(line: string): void {
    this.log.push(line);
    for (const look of this.#waiters) look();
  }
}
