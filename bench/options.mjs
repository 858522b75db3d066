import { parseArgs } from "node:util";
import { parseBytes } from "./bytes.mjs";

/** What each suite can be narrowed to by --only. */
const workloadsOf = {
  files: ["big", "small", "memory", "resume", "start"],
  framing: ["decode", "tcp", "writes", "trips"],
  services: ["commands", "chat", "shell"],
};

export function usage(suites) {
  return `npm run bench -- [${suites.join("|")}] [options]      (default suite: files)

  --install        get the missing peers: programs with apt-get (as root on Debian and its like), packages with npm
  --runs N         interleaved runs of each contestant, of which the median counts (default 5)
  --only WHAT      ${wordsOf(suites)}; several with commas (default: all)
  --size BYTES     the one big file (default 2GiB)
  --sparse BYTES   the sparse file of the memory workload (default 64GiB)
  --json FILE      write everything that was measured to FILE, too
`;
}

function wordsOf(suites) {
  return suites.map((suite) => `${suite}: ${workloadsOf[suite].join(", ")}`).join("; ");
}

export function readOptions(argv, suites) {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      install: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
      runs: { type: "string", default: "5" },
      only: { type: "string" },
      size: { type: "string", default: "2GiB" },
      sparse: { type: "string", default: "64GiB" },
      json: { type: "string" },
    },
  });
  const [suite = "files", ...surplus] = positionals;
  if (!suites.includes(suite) || surplus.length > 0) throw new Error(`no such suite: ${positionals.join(" ")}`);
  const runs = Number(values.runs);
  if (!Number.isSafeInteger(runs) || runs < 1)
    throw new Error(`--runs takes a whole number from 1, not ${values.runs}`);
  const workloads = workloadsOf[suite];
  const only = values.only?.split(",") ?? workloads;
  const unknown = only.filter((name) => !workloads.includes(name));
  if (unknown.length > 0) throw new Error(`--only does not know ${unknown.join(", ")}`);
  return {
    suite,
    runs,
    only,
    install: values.install,
    help: values.help,
    json: values.json,
    bigBytes: parseBytes(values.size),
    sparseBytes: parseBytes(values.sparse),
  };
}
