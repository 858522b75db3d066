/** Colours that can be read on light and dark ground: red, green, yellow, blue, magenta, cyan. */
const colors = [31, 32, 33, 34, 35, 36];

/** A name in a colour of its own, the same each time. */
export function paintName(name: string, color: boolean): string {
  if (!color) return name;
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return `\x1b[${colors[sum % colors.length]}m${name}\x1b[0m`;
}
