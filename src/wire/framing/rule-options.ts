import { bytesOfHex } from "../hex.js";
import { nearestWords } from "../nearest-word.js";
import { SampanError } from "../sampan-error.js";
import { printable } from "../wire-path.js";
import { splitUnescaped } from "./delimiter-text.js";

const units: Readonly<Record<string, number>> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** A rule's text taken apart: `name=value,option=value,flag`. Everything out of order in it is E_USAGE. */
export class RuleOptions {
  readonly name: string;
  /** What stands behind the name's `=`. */
  readonly value: string | undefined;
  readonly #options: ReadonlyMap<string, string | undefined>;

  constructor(text: string) {
    const [head = "", ...rest] = splitUnescaped(text, ",").map((part) => part.trimStart());
    [this.name, this.value] = pair(head);
    const pairs = rest.map(pair);
    const names = pairs.map(([name]) => name);
    const double = names.find((name, index) => names.indexOf(name) !== index);
    if (double !== undefined) refuse(`${double} stands twice in "${text}"`);
    this.#options = new Map(pairs);
  }

  /** Refuses options that are not among `known`. */
  takeOnly(known: readonly string[]): void {
    for (const name of this.#options.keys()) {
      if (known.includes(name)) continue;
      const takes = known.length === 0 ? "nothing" : known.join(", ");
      const meant = nearestWords(name, known).map((one) => `: did you mean ${one}?`);
      refuse(`${this.name} takes no "${printable(name)}"${meant[0] ?? `; it takes ${takes}`}`);
    }
  }

  flag(name: string): boolean {
    const value = this.#options.get(name);
    if (value !== undefined) refuse(`${name} takes no value: write ${name} alone, not ${name}=${printable(value)}`);
    return this.#options.has(name);
  }

  text(name: string): string | undefined {
    if (!this.#options.has(name)) return undefined;
    return this.#options.get(name) || refuse(`${name} needs a value: ${name}=…`);
  }

  word<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const word = words.find((one) => one === value.trimEnd().toLowerCase());
    return word ?? refuse(`${name} is ${words.join(", ")}, not ${printable(value)}`);
  }

  whole(name: string): number | undefined {
    const value = this.text(name)?.trimEnd();
    if (value === undefined || /^[-+]?\d{1,15}$/.test(value)) return value === undefined ? undefined : Number(value);
    return refuse(`${name} takes a whole number, as in ${name}=-4, not ${printable(value)}`);
  }

  size(name: string): number | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : parseSize(name, value);
  }

  hex(name: string): Uint8Array | undefined {
    const value = this.text(name)?.trimEnd();
    if (value === undefined) return undefined;
    const bytes = bytesOfHex(value.replace(/^0x/i, ""));
    return bytes ?? refuse(`${name} takes pairs of hex digits, as in ${name}=cafe, not ${printable(value)}`);
  }
}

/** Reads `36`, `64k`, `1M`, `16MiB`: bytes, k being 1024. */
export function parseSize(name: string, text: string): number {
  const [, digits, unit = ""] = /^(\d{1,15})(?:([kmg])(?:i?b)?)?\s*$/i.exec(text) ?? [];
  if (digits === undefined)
    refuse(`${name} takes bytes, as in ${name}=4096, ${name}=64k or ${name}=1M, not ${printable(text)}`);
  return Number(digits) * (units[unit.toLowerCase()] ?? 1);
}

function pair(part: string): [name: string, value: string | undefined] {
  const at = part.indexOf("=");
  const name = (at < 0 ? part : part.slice(0, at)).trim().toLowerCase();
  return [name, at < 0 ? undefined : part.slice(at + 1)];
}

function refuse(message: string): never {
  throw new SampanError("E_USAGE", message);
}
