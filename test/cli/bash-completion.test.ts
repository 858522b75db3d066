import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { Scene } from "../bad-days/scene.js";
import { needs } from "../needs.js";
import { PtyProcess, program } from "./screen/pty-process.js";

const realBash = { ...needs("linux", "bash", "python3"), timeout: 60_000 };

/** What a user's .bashrc would have, and nothing that this machine's has. */
const startOfBash = `
PS1='$ '
bind 'set enable-bracketed-paste off' 'set bell-style none'
sampan() { '${process.execPath}' '${program}' "$@"; }
source <(sampan completion bash)
`;

/** What is typed, and the line that a Tab in the place of ⇥ makes of it. What is typed after the Tab shows where it left the cursor. */
const lines: readonly (readonly [typed: string, shown: string])[] = [
  ["sampan rem⇥.", "sampan remote ."],
  ["sampan get mo⇥.", "sampan get movies:."],
  ["sampan get movies:we⇥.", "sampan get movies:we\\ ird/."],
  ["sampan get movies:we\\ ird/so⇥.", "sampan get movies:we\\ ird/solo\\ film ."],
  // In an open quote readline replaces all that is in it, and closes it behind what is the only way to go on.
  ['sampan get "mo⇥.', 'sampan get "movies:".'],
  ['sampan get "movies:we⇥.', 'sampan get "movies:we ird/".'],
  ["sampan get 'movies:we⇥.", "sampan get 'movies:we ird/'."],
  ['sampan get movies:"we⇥.', 'sampan get movies:"we ird/".'],
  ['sampan get "movies:we ird/so⇥.', 'sampan get "movies:we ird/solo film" .'],
  ['sampan get "movies:we ird/a⇥.', 'sampan get "movies:we ird/act .'],
  ['sampan get "movies:do⇥.', 'sampan get "movies:dollar\\$x" .'],
  ["sampan get 'movies:it⇥.", "sampan get 'movies:it'\\''s' ."],
  // Behind a quote that is closed it replaces quote and all.
  ['sampan get "movies:we ird/"⇥so⇥.', "sampan get movies:we\\ ird/solo\\ film ."],
  // Words are cut at other characters as well.
  ["sampan get movies:x=⇥.", "sampan get movies:x=y.mp4 ."],
  ["sampan get movies:at@⇥.", "sampan get movies:at@home ."],
];

test("bash completes remote paths, in quotes and outside", realBash, async (t) => {
  const scene = new Scene(t);
  const served = scene.makeFolder("served");
  mkdirSync(scene.path("served", "we ird"));
  for (const name of ["solo film", "act 1", "act 2"]) writeFileSync(scene.path("served", "we ird", name), "");
  for (const name of ["dollar$x", "it's", "x=y.mp4", "at@home"]) writeFileSync(scene.path("served", name), "");
  const server = await scene.serve(served);
  assert.equal((await scene.run(["remote", "add", "movies"], server.link)).status, 0);
  writeFileSync(scene.path("bashrc"), startOfBash);
  const bash = new PtyProcess(t, 100, ["bash", "--noprofile", "--rcfile", scene.path("bashrc"), "-i"], {
    env: { SAMPAN_CONFIG: scene.path("config"), SAMPAN_LINK: "" },
    folder: scene.folder,
  });
  await bash.lastRow("$");
  for (const [typed, shown] of lines) {
    bash.type(typed.replaceAll("⇥", "\t"));
    await bash.lastRow(`$ ${shown}`);
    // Takes the line back.
    bash.type("\x15");
    await bash.lastRow("$");
  }
});
