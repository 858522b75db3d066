import { parseArgs } from "node:util";
import { parseBytes } from "./bytes.mjs";

/** What each suite can be narrowed to by --only. */
const workloadsOf = {
  files: ["big", "small", "memory", "resume", "start"],
  framing: ["decode", "tcp", "writes", "trips"],
  paths: ["transfers", "share"],
  services: ["commands", "shell", "chat"],
};

/** Long paths take their time: a slow contestant a minute a run. */
const defaultsOf = { paths: { runs: "3", size: "128MiB" } };
const defaults = { runs: "5", size: "2GiB" };

export function usage(suites) {
  return `npm run bench -- [${suites.join("|")}] [options]      (default suite: files)

  --install        get the missing peers: programs with apt-get (as root on Debian and its like), packages with npm
  --runs N         interleaved runs of each contestant, of which the median counts (default 5; paths: 3)
  --only WHAT      ${wordsOf(suites)}; several with commas (default: all)
  --size BYTES     the one big file (default 2GiB; paths: 128MiB)
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
      runs: { type: "string" },
      only: { type: "string" },
      size: { type: "string" },
      sparse: { type: "string", default: "64GiB" },
      json: { type: "string" },
    },
  });
  const [suite = "files", ...surplus] = positionals;
  if (!suites.includes(suite) || surplus.length > 0) throw new Error(`no such suite: ${positionals.join(" ")}`);
  const given = { ...defaults, ...defaultsOf[suite], ...values };
  const runs = Number(given.runs);
  if (!Number.isSafeInteger(runs) || runs < 1) throw new Error(`--runs takes a whole number from 1, not ${given.runs}`);
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
    bigBytes: parseBytes(given.size),
    sparseBytes: parseBytes(values.sparse),
  };
}
