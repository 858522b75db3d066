/* `npm run lint`: oxlint, Biome's format, and the rules of this project that no linter knows. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { checkArrows } from "./check-arrows.mjs";
import { root } from "./tree.mjs";

/** Runs everything and says what to do about what it finds; true if there is nothing. */
export function lint() {
  const results = [
    tool("oxlint", ["--type-aware", "--deny-warnings"], "correct what oxlint says above"),
    tool(
      "@biomejs/biome",
      ["check", "--error-on-warnings", "."],
      "run `npm run format`, then look at what is left",
      "biome",
    ),
    arrows(),
  ];
  return results.every(Boolean);
}

function tool(name, args, cure, command = name) {
  const script = join(root, "node_modules", name, "bin", command);
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) process.stderr.write(`lint: ${cure}.\n`);
  return status === 0;
}

function arrows() {
  const found = checkArrows(root);
  for (const line of found) process.stderr.write(`${line}\n`);
  if (found.length > 0) process.stderr.write("lint: the shape of the code is described in CONTRIBUTING.md, Layers.\n");
  return found.length === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.exit(lint() ? 0 : 1);
