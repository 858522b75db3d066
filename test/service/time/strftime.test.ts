import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { after, test } from "node:test";
import { localTime, utcTime } from "../../../src/service/time/local-time.js";
import { maxTimeText, strftime } from "../../../src/service/time/strftime.js";
import { needs } from "../../needs.js";
import { refused } from "../../refused.js";

const zonesThere = existsSync("/usr/share/zoneinfo/Asia/Shanghai");
const zones = [
  "UTC",
  ...(zonesThere
    ? [
        "Asia/Shanghai",
        "America/New_York",
        "Europe/Berlin",
        "Europe/Dublin",
        "Asia/Kolkata",
        "America/St_Johns",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
      ]
    : []),
];

const letters = "aAwdbBmyYHIpMSZzjUWcxX%GuVeCDFghklnPrRstT";
const flags = ["", "_", "-", "0", "^", "#", "^#", "_^", "0-", "-0", "0_"];
const widths = ["", "1", "3", "12"];
const modifiers = ["", "E", "O"];

const everyDirective = Array.from(letters).flatMap((letter) =>
  flags.flatMap((flag) =>
    widths.flatMap((width) => modifiers.map((modifier) => `%${flag}${width}${modifier}${letter}`)),
  ),
);

const oddFormats = [
  "",
  "%",
  "%5",
  "%^",
  "%E",
  "%O",
  "%-",
  "%Q",
  "%8Q",
  "%^q",
  "%08Q",
  "%EQ",
  "%Oé",
  "%_5é",
  "%5😀",
  "no",
];
oddFormats.push("%%%%", "%%d", "%E%d", "%i%J%K%L%N%f%v%q%1%", "日 %Y 年 %m 月", "%+", "%:z", "%::z", "a\n%d\t%%");

/** What the python3 of this machine makes of each format at each time, one list of texts a zone and time. */
function pythonTimes(
  cases: readonly (readonly [zone: string, seconds: number])[],
  formats: readonly string[],
): string[][] {
  const program = [
    "import json, os, sys, time",
    "cases, formats = json.load(sys.stdin)",
    "result = []",
    "for zone, seconds in cases:",
    "    os.environ['TZ'] = zone; time.tzset()",
    "    t = time.localtime(seconds)",
    "    result.append([time.strftime(f, t) for f in formats])",
    "print(json.dumps(result))",
  ].join("\n");
  const { stdout, stderr } = spawnSync("python3", ["-c", program], {
    input: JSON.stringify([cases, formats]),
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8", PYTHONUTF8: "1" },
    maxBuffer: 256 * 2 ** 20,
  });
  assert.equal(stderr, "");
  return JSON.parse(stdout) as string[][];
}

function compare(cases: readonly (readonly [string, number])[], formats: readonly string[]): void {
  const theirs = pythonTimes(cases, formats);
  const wrong: string[] = [];
  for (const [index, [zone, seconds]] of cases.entries()) {
    process.env.TZ = zone;
    const time = localTime(new Date(seconds * 1000));
    for (const [at, format] of formats.entries()) {
      const ours = strftime(time, format);
      if (ours !== theirs[index]?.[at])
        wrong.push(`${format} at ${seconds} in ${zone}: "${ours}", python3: "${theirs[index]?.[at]}"`);
    }
  }
  assert.deepEqual(wrong.slice(0, 20), []);
}

const { TZ } = process.env;
after(() => {
  if (TZ === undefined) delete process.env.TZ;
  else process.env.TZ = TZ;
});

/** From 1973 to 2099, zones in turn. */
function randomTimes(count: number): [string, number][] {
  return Array.from({ length: count }, (_, index) => [
    zones[index % zones.length] as string,
    Math.floor(100_000_000 + Math.random() * 3_994_000_000),
  ]);
}

test("every directive with every flag, width and modifier is as python3 has it", needs("python3", "linux"), () => {
  compare(randomTimes(2 * zones.length), [...everyDirective, ...oddFormats]);
});

test("the plain directives are as python3 has them at many times", needs("python3", "linux"), () => {
  compare(
    randomTimes(1500),
    Array.from(letters).map((letter) => `%${letter}`),
  );
});

test("first and last days of years, where weeks and years part", needs("python3", "linux"), () => {
  const turns: [string, number][] = [];
  for (let year = 1975; year < 2060; year++) {
    for (const day of [-3, -2, -1, 0, 1, 2, 3]) turns.push(["UTC", Date.UTC(year, 0, 1 + day) / 1000]);
  }
  compare(turns, ["%G-W%V-%u", "%g", "%U %W %j %w", "%y %C"]);
});

test("times before 1970 and years of few digits", needs("python3", "linux"), () => {
  const old: [string, number][] = [-1, -86_400, -5_000_000_000, -40_000_000_000, -59_000_000_000, 300_000_000_000].map(
    (seconds) => ["UTC", seconds],
  );
  compare(old, everyDirective);
});

test("a result that is too long is refused before it is made", () => {
  const time = utcTime(new Date(0));
  refused("E_TOO_LARGE", () => strftime(time, "%999999999d"));
  refused("E_TOO_LARGE", () => strftime(time, `%${maxTimeText}d.`));
  refused("E_TOO_LARGE", () => strftime(time, "%9000d%9000d"));
  assert.equal(strftime(time, `%${maxTimeText}d`).length, maxTimeText);
});

test("without a file of the zone the offset is its name", () => {
  process.env.TZ = "UTC";
  process.env.TZDIR = "/nonexistent";
  try {
    process.env.TZ = "Asia/Kathmandu";
    assert.equal(strftime(localTime(new Date(1_700_000_000_000)), "%Z %z"), "+0545 +0545");
    process.env.TZ = "Etc/GMT-9";
    assert.equal(strftime(localTime(new Date(1_700_000_000_000)), "%Z"), "+09");
  } finally {
    delete process.env.TZDIR;
  }
});
