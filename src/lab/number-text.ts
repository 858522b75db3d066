/** A number with its thousands apart: 65,507. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 read`, `2 reads`; Chinese needs no such thing. */
export function counted(value: number, noun: string): string {
  return `${grouped(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** Values in a row: `5`, `5 and 5`, `5, 5 and 1`; in Chinese all with the same mark between them. */
export function listed(values: readonly (number | string)[], and: string): string {
  const texts = values.map((value) => (typeof value === "number" ? grouped(value) : value));
  if (and === "、") return texts.join(and);
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")}${and}${texts.at(-1)}`;
}
