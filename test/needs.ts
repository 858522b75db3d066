/**
 * Options for a test that needs something which this machine may lack; it names itself as left out then:
 *
 *     test("the Python client lists", needs("python3"), async () => { … });
 *
 * A name is a command that scripts/needs.mjs looks for, "root", or a platform as in process.platform.
 */
export function needs(...names: string[]): { skip: string | false } {
  const without = (process.env.SAMPAN_TEST_WITHOUT ?? "").split(",");
  const missing = names.filter((name) => without.includes(name) || isNotHere(name));
  return { skip: missing.length > 0 && `needs ${missing.join(" and ")}` };
}

const platforms = ["linux", "darwin", "win32"];

function isNotHere(name: string): boolean {
  if (name === "root") return process.getuid?.() !== 0;
  return platforms.includes(name) && process.platform !== name;
}
