/** A float, which Python writes with a point even where it is whole. */
export class PythonFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

type Value = string | number | PythonFloat;

/** A flat object as Python's `json.dumps` writes it: `, ` and `: ` between, and nothing but ASCII. */
export function pythonJson(object: Readonly<Record<string, Value>>): string {
  const fields = Object.entries(object).map(([key, value]) => `${textOf(key)}: ${textOf(value)}`);
  return `{${fields.join(", ")}}`;
}

function textOf(value: Value): string {
  if (value instanceof PythonFloat) return Number.isInteger(value.value) ? `${value.value}.0` : String(value.value);
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, escaped);
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A size in MiB to two decimals, as `round(size / float(1024 * 1024), 2)`: a half goes to the even neighbour. */
export function mebibytes(bytes: number): PythonFloat {
  const scaled = BigInt(bytes) * 100n;
  const unit = 2n ** 20n;
  let hundredths = scaled / unit;
  const rest = scaled % unit;
  if (rest * 2n > unit || (rest * 2n === unit && hundredths % 2n === 1n)) hundredths++;
  return new PythonFloat(Number(hundredths) / 100);
}
