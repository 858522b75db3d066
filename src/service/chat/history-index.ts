import type { Place } from "./history-scan.js";

/** Where the messages of a room lie in its file, oldest first. The texts stay on the disk. */
export class HistoryIndex {
  #places: Place[] = [];
  #first = 0;

  get count(): number {
    return this.#places.length - this.#first;
  }

  get oldest(): Place | undefined {
    return this.#places[this.#first];
  }

  get newest(): Place | undefined {
    return this.count > 0 ? this.#places.at(-1) : undefined;
  }

  add(place: Place): void {
    this.#places.push(place);
  }

  /** Forgets the oldest messages. */
  drop(count: number): void {
    this.#first += count;
    if (this.#first < 1024 || this.#first * 2 < this.#places.length) return;
    this.#places = this.#places.slice(this.#first);
    this.#first = 0;
  }

  /** All lie so many bytes further to the front. */
  shift(bytes: number): void {
    this.#places = this.#places
      .slice(this.#first)
      .map(({ seq, offset, length }) => ({ seq, offset: offset - bytes, length }));
    this.#first = 0;
  }

  /** The messages after `seq` that lie behind one another, up to so many bytes, but at least one if there is any. */
  after(seq: number, mostBytes: number): readonly Place[] {
    const from = this.#findAfter(seq);
    let bytes = 0;
    let end = from;
    for (let place = this.#places[end]; place; place = this.#places[++end]) {
      bytes += place.length;
      if (end > from && bytes > mostBytes) break;
      const next = this.#places[end - 1];
      if (end > from && next && next.offset + next.length !== place.offset) break;
    }
    return this.#places.slice(from, end);
  }

  /** The place in the list of the first message after `seq`. */
  #findAfter(seq: number): number {
    let low = this.#first;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#places[middle] as Place).seq <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
