const furthest = 2;

/** The words that `word` was most likely meant to be: those that differ least from it, by two characters at the most. */
export function nearestWords(word: string, words: readonly string[]): string[] {
  const distances = words.map((one) => distance(word, one));
  const least = Math.min(furthest, Math.ceil(word.length / 2), ...distances);
  return words.filter((_, index) => distances[index] === least);
}

/** How many characters have to be put in, taken out or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
