/** How many clients are remembered: as many as can have said something in a room's history, and as many again. */
const maxClients = 20_000;

/**
 * The last message of each client that a room has. A client numbers its messages upwards and says again, after a lost
 * connection, what was not acknowledged: what is not above the last number is here already.
 */
export class SaidIds {
  readonly #last = new Map<string, { readonly id: number; readonly seq: number }>();

  note(client: string, id: number, seq: number): void {
    this.#last.delete(client);
    this.#last.set(client, { id, seq });
    if (this.#last.size <= maxClients) return;
    const [oldest] = this.#last.keys();
    this.#last.delete(oldest as string);
  }

  has(client: string, id: number): boolean {
    return id <= (this.#last.get(client)?.id ?? -1);
  }
}
