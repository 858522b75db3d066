import assert from "node:assert/strict";
import { test } from "node:test";
import { Command } from "commander";
import { bashLines, readBashLine } from "../../src/cli/bash-line.js";
import { candidateLines, completeWords, ownFiles } from "../../src/cli/completion-words.js";
import { buildProgram } from "../../src/cli/program.js";
import { addTransferFlags, transferOptions } from "../../src/cli/transfer/transfer-flags.js";

function optionsOf(...argv: string[]): ReturnType<typeof transferOptions> {
  const command = new Command("get").exitOverride().configureOutput({ writeErr: () => {} });
  const flags = addTransferFlags(command);
  command.parse(argv, { from: "user" });
  return transferOptions(flags(command.opts()));
}

test("flags become the library's options", () => {
  assert.deepEqual(optionsOf(), {
    existing: "overwrite",
    checksum: false,
    dryRun: false,
    delete: false,
    anyLinks: false,
    sync: true,
  });
  const many = optionsOf(
    "-cn",
    "--delete",
    "--rename",
    "--any-links",
    "--no-sync",
    "--bwlimit",
    "1k",
    "-j4",
    "--timeout",
    "2m",
  );
  assert.deepEqual(many, {
    existing: "rename",
    checksum: true,
    dryRun: true,
    delete: true,
    anyLinks: true,
    sync: false,
    bytesPerSecond: 1024,
    jobs: 4,
    timeoutMs: 120_000,
  });
  assert.equal(optionsOf("--bwlimit", "0").bytesPerSecond, undefined);
});

test("rules keep their order among one another", () => {
  assert.deepEqual(optionsOf("--exclude", "*", "--include", "a*", "--exclude", "ab").filter, [
    { pattern: "*", include: false },
    { pattern: "a*", include: true },
    { pattern: "ab", include: false },
  ]);
});

test("flags that contradict one another, and numbers out of range, are refused", () => {
  for (const argv of [
    ["--overwrite", "--skip"],
    ["--rename", "--skip"],
    ["-q", "-v"],
  ]) {
    assert.throws(() => optionsOf(...argv), /cannot be used with/, argv.join(" "));
  }
  for (const argv of [
    ["--jobs", "0"],
    ["--jobs", "65"],
    ["--jobs", "2.5"],
    ["--exclude", ""],
  ]) {
    assert.throws(() => optionsOf(...argv), { code: "E_USAGE" }, argv.join(" "));
  }
});

const remotes = {
  names: async () => ["movies", "music"],
  list: async (place: string) =>
    place === "movies:" || place === "movies:/"
      ? [
          { text: "a b.mp4", whole: true },
          { text: "2026/", whole: false },
        ]
      : [],
};

async function candidates(line: string): Promise<string[]> {
  const words = readBashLine(line, "").words.slice(1);
  const found = await completeWords(
    buildProgram("0", () => {}),
    words,
    remotes,
  );
  return found.map(({ text }) => text);
}

test("completion knows commands, flags, remotes and what is on them", async () => {
  assert.deepEqual(await candidates("sampan remo"), ["remote"]);
  assert.ok((await candidates("sampan ")).includes("serve"));
  assert.deepEqual(await candidates("sampan remote "), ["add", "ls", "rm"]);
  assert.deepEqual(await candidates("sampan remote rm mo"), ["movies"]);
  assert.deepEqual(await candidates("sampan get --che"), ["--checksum"]);
  assert.deepEqual(await candidates("sampan get mo"), ["movies:"]);
  assert.deepEqual(await candidates("sampan get movies:a"), ["movies:a b.mp4"]);
  assert.deepEqual(await candidates("sampan -- get movies:/2"), ["movies:/2026/"]);
  assert.deepEqual(await candidates("sampan put "), [":files"]);
  assert.deepEqual(await candidates("sampan put -j 4 film m"), ["movies:", "music:", ":files"]);
  assert.deepEqual(await candidates("sampan lab two"), ["two-sends"]);
  assert.deepEqual(await candidates("sampan get --jobs "), []);
  assert.deepEqual(await candidates("sampan serve --cert "), [":files"]);
});

/** What an argument that names a remote is called in the usage of commands. */
const remoteArguments = ["remote", "remotes", "target", "place"];

test("every command that takes a remote completes the saved ones", async () => {
  const program = buildProgram("0", () => {});
  const taking = program.commands.filter(({ registeredArguments: [first] }) =>
    remoteArguments.includes(first?.name() ?? ""),
  );
  const names = taking.map((command) => command.name());
  assert.ok(names.length >= 14, names.join(" "));
  for (const name of names) {
    const found = name === "put" ? await candidates(`sampan ${name} file mov`) : await candidates(`sampan ${name} mov`);
    assert.ok(found.includes("movies") || found.includes("movies:"), `${name}: ${found.join(" ")}`);
  }
});

test("a candidate is what bash puts in place of the end of the line", () => {
  const candidate = { text: "movies:a b$'.mp4", whole: true };
  const lines = (line: string, replaced: string) => bashLines([candidate], readBashLine(line, replaced));
  assert.deepEqual(lines("sampan get movies:a", "a"), ["a\\ b\\$\\'.mp4 "]);
  assert.deepEqual(lines("sampan get movies:a", "movies:a"), ["movies:a\\ b\\$\\'.mp4 "]);
  assert.deepEqual(lines("sampan get movies:a\\ b", "a\\ b"), ["a\\ b\\$\\'.mp4 "]);
  assert.deepEqual(lines('sampan get "movies:a', "movies:a"), [":space", "movies:a b\\$'.mp4"]);
  assert.deepEqual(lines('sampan get movies:"a', "a"), [":space", "a b\\$'.mp4"]);
  assert.deepEqual(lines("sampan get 'movies:a", "movies:a"), [":space", "movies:a b$'\\''.mp4"]);
  assert.deepEqual(lines('sampan get "movies:a b"', '"movies:a b"'), ["movies:a\\ b\\$\\'.mp4 "]);
  const two = [candidate, { text: "movies:another", whole: true }];
  assert.deepEqual(bashLines(two, readBashLine('sampan get "movies:a', "movies:a")), [
    "movies:a b\\$'.mp4",
    "movies:another",
  ]);
  assert.deepEqual(bashLines([ownFiles], readBashLine("sampan put ", "")), [":files"]);
  assert.deepEqual(bashLines([{ text: "movies:\x1b[2J", whole: true }], readBashLine("sampan get ", "")), []);
});

test("a candidate is what zsh and fish put in place of the word", () => {
  const candidates = [{ text: "movies:a b", whole: true }, { text: "movies:\x1b[2J", whole: true }, ownFiles];
  assert.deepEqual(candidateLines(candidates), ["movies:a b ", ":files"]);
});

test("a line is cut into words as a shell does", () => {
  const words = (line: string) => readBashLine(line, "").words;
  assert.deepEqual(words("sampan get movies:a\\ b"), ["sampan", "get", "movies:a b"]);
  assert.deepEqual(words("sampan  put 'a b' \"c d"), ["sampan", "put", "a b", "c d"]);
  assert.deepEqual(words("sampan "), ["sampan", ""]);
});

function helpOf(command: Command): string {
  return [command.helpInformation(), ...command.commands.map(helpOf)].join("\n");
}

test("help names a default once, and as it is typed", () => {
  const help = helpOf(buildProgram("0", () => {}));
  // A flag may go on in the next line, which is indented further.
  const flags = help.split(/\n {2}(?=\S)/).map((flag) => flag.replace(/\s+/g, " "));
  assert.deepEqual(
    flags.filter((flag) => /\(default.*\(default/.test(flag)),
    [],
  );
  assert.match(help, /--for <time> +give up after so long \(default: 10m\)\n/);
});
