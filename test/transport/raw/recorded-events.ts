import type { RawConnection, RawEvents } from "../../../src/transport/raw/connection.js";
import type { SampanError } from "../../../src/wire/sampan-error.js";
import { EventLog } from "../../event-log.js";

/** What happened to one connection, in words: `opened`, `chunk hello`, `ended`, `closed`, `closed E_CONNECTION_LOST`. */
export class RecordedEvents extends EventLog implements RawEvents {
  readonly bytes = new Map<number, Buffer[]>();
  readonly connections: RawConnection[] = [];

  opened(connection: RawConnection): void {
    this.connections.push(connection);
    this.note(`${connection.id} opened`);
  }

  chunk(connection: RawConnection, bytes: Uint8Array): void {
    const list = this.bytes.get(connection.id) ?? [];
    list.push(Buffer.from(bytes));
    this.bytes.set(connection.id, list);
    this.note(`${connection.id} chunk`);
  }

  ended(connection: RawConnection): void {
    this.note(`${connection.id} ended`);
  }

  closed(connection: RawConnection, error: SampanError | undefined): void {
    this.note(`${connection.id} closed${error ? ` ${error.code}` : ""}`);
  }

  refused(peer: string, error: SampanError): void {
    this.note(`refused ${error.code} ${peer.replace(/:\d+$/, "")}`);
  }

  trouble(connection: RawConnection, error: SampanError): void {
    this.note(`${connection.id} trouble ${error.code}`);
  }

  text(id: number): string {
    return Buffer.concat(this.bytes.get(id) ?? []).toString();
  }

  /** The events of a connection without its chunks. */
  story(id: number): string[] {
    return this.log.filter((line) => line.startsWith(`${id} `) && !line.endsWith("chunk")).map((line) => line.slice(2));
  }
}
