import assert from "node:assert/strict";
import { test } from "node:test";
import { Command } from "commander";
import { completeWords, ownFiles, shellCandidate, shellWords } from "../../src/cli/completion-words.js";
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
  const words = shellWords(line).slice(1);
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

test("a candidate is quoted for bash, which cuts words at colons", () => {
  const candidate = { text: "movies:a b$.mp4", whole: true };
  assert.equal(shellCandidate(candidate, "bash:", "movies:a"), "a\\ b\\$.mp4 ");
  assert.equal(shellCandidate(candidate, "bash", "movies:a"), "movies:a\\ b\\$.mp4 ");
  assert.equal(shellCandidate(candidate, "zsh", "movies:a"), "movies:a b$.mp4 ");
  assert.equal(shellCandidate({ text: "movies:\x1b[2J", whole: true }, "zsh", ""), undefined);
  assert.equal(shellCandidate(ownFiles, "bash:", ""), ":files");
});

test("a line is cut into words as a shell does", () => {
  assert.deepEqual(shellWords("sampan get movies:a\\ b"), ["sampan", "get", "movies:a b"]);
  assert.deepEqual(shellWords("sampan  put 'a b' \"c d"), ["sampan", "put", "a b", "c d"]);
  assert.deepEqual(shellWords("sampan "), ["sampan", ""]);
});
