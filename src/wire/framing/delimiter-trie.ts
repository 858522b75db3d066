/**
 * Several delimiters as one table of states: state 0 is "nothing matched yet", and `next` leads from a state and a byte
 * to the next, or to 0 where no delimiter goes on like that. So each place costs as many steps as the longest has bytes,
 * however many there are.
 */
export class DelimiterTrie {
  /** 256 entries a state. */
  readonly next: Uint16Array;
  /** The length of the delimiter that is complete in a state, or 0. */
  readonly complete: Uint8Array;
  /** Whether a delimiter can go on from a state. */
  readonly goesOn: Uint8Array;
  readonly longest: number;

  constructor(delimiters: readonly Uint8Array[]) {
    const states = 1 + delimiters.reduce((sum, delimiter) => sum + delimiter.length, 0);
    this.next = new Uint16Array(256 * states);
    this.complete = new Uint8Array(states);
    this.goesOn = new Uint8Array(states);
    this.longest = Math.max(...delimiters.map((delimiter) => delimiter.length));
    let used = 1;
    for (const delimiter of delimiters) {
      let state = 0;
      for (const byte of delimiter) {
        const edge = 256 * state + byte;
        if (this.next[edge] === 0) this.next[edge] = used++;
        this.goesOn[state] = 1;
        state = this.next[edge] as number;
      }
      this.complete[state] = delimiter.length;
    }
  }

  /**
   * The length of the longest delimiter at `at`, 0 if there is none; -1 if that depends on what comes after `end`.
   * With `isLast` nothing comes after it.
   */
  match(bytes: Uint8Array, at: number, end: number, isLast: boolean): number {
    let state = 0;
    let longest = 0;
    for (let place = at; place < end; place++) {
      state = this.next[256 * state + (bytes[place] as number)] as number;
      if (state === 0) return longest;
      const length = this.complete[state] as number;
      if (length > 0) longest = length;
      if (this.goesOn[state] === 0) return longest;
    }
    return isLast ? longest : -1;
  }
}
