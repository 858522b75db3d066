import { SampanError } from "../wire/sampan-error.js";

/** No link is longer; what is, is something else that was piped in. */
const maxLinkLength = 8192;

/** The link that a user gives outside of the command line: SAMPAN_LINK, typed unseen, or standard input's first line. */
export function readLink(question: string): Promise<string> {
  return readSecret(question, process.env.SAMPAN_LINK, "link");
}

/** A secret from the environment, typed unseen, or the first line of standard input; `what` it is, for messages. */
export async function readSecret(
  question: string,
  fromEnvironment: string | undefined,
  what: "link" | "code",
): Promise<string> {
  const text = fromEnvironment || (process.stdin.isTTY ? await askUnseen(question) : await firstLine());
  const secret = text.trim();
  if (secret !== "") return secret;
  const variable = what === "link" ? "SAMPAN_LINK" : "SAMPAN_CODE";
  throw new SampanError("E_USAGE", `no ${what} was given; type it, pipe it in, or set ${variable}`);
}

async function firstLine(): Promise<string> {
  let text = "";
  process.stdin.setEncoding("utf8");
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.includes("\n") || text.length > maxLinkLength) break;
  }
  const line = text.split("\n", 1)[0] ?? "";
  if (line.length > maxLinkLength) throw new SampanError("E_USAGE", "the first line of standard input is no link");
  return line;
}

/** Asks on the terminal and shows nothing of what is typed or pasted. */
function askUnseen(question: string): Promise<string> {
  const { stdin, stderr } = process;
  // Unseen first, then the question: what is pasted the moment it appears must not be shown either.
  stdin.setRawMode(true);
  stderr.write(question);
  stdin.setEncoding("utf8");
  return new Promise((resolve, reject) => {
    let typed = "";
    const end = (settle: () => void): void => {
      stdin.off("data", take);
      stdin.off("end", finish);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write("\n");
      settle();
    };
    const finish = (): void => end(() => resolve(typed));
    const take = (text: string): void => {
      // A paste may come between the marks that a terminal puts around it.
      for (const character of text.replace(/\x1b\[20[01]~/g, "")) {
        if (character === "\r" || character === "\n" || character === "\x04") return finish();
        if (character === "\x03")
          return end(() => reject(new SampanError("E_INTERRUPTED", "interrupted; nothing was saved")));
        if (character === "\x15") typed = "";
        else if (character === "\x7f" || character === "\b") typed = typed.slice(0, -1);
        else if (character >= " " && typed.length < maxLinkLength) typed += character;
      }
    };
    stdin.on("data", take);
    stdin.on("end", finish);
    stdin.resume();
  });
}
