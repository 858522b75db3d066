import type { Language } from "../../lab/language.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Environment } from "../terminal.js";

/** Reads `--lang`; E_USAGE for a language that the lab does not speak. */
export function parseLanguage(text: string): Language {
  if (text === "en" || text === "zh") return text;
  throw new SampanError("E_USAGE", `"${text}" is not a language of the lab; use en or zh`);
}

/** The language of the environment, by the first of the variables that is set, as POSIX has it. */
export function languageOf(env: Environment): Language {
  const locale = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value !== undefined && value !== "");
  return locale?.toLowerCase().startsWith("zh") === true ? "zh" : "en";
}
