/** What a user typed where a number from a list was asked for: its place from 0 on, or what is wrong with it. */
export function numberedChoice(typed: string, count: number): number | string {
  const text = typed.trim();
  if (!/^\d+$/.test(text)) return `"${text}" is not a number`;
  const number = Number(text);
  if (number < 1 || number > count) return `${text} is not in range: there are 1 to ${count}`;
  return number - 1;
}
