import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { SampanError } from "../wire/sampan-error.js";
import type { AssistantModule } from "./script-types.js";

/** Loads a script; E_NOT_FOUND, or E_USAGE for one that cannot be loaded or exports no function. */
export async function loadScript(file: string): Promise<AssistantModule> {
  const loaded = await importScript(file);
  for (const name of ["default", "onOpen", "onClose"] as const) {
    if (typeof loaded[name] === "function" || (name !== "default" && loaded[name] === undefined)) continue;
    const hint = "write: export default function onFrame(frame, peer) { … }";
    throw new SampanError("E_USAGE", `the script ${file} exports no function as ${name}; ${hint}`, { path: file });
  }
  return loaded as unknown as AssistantModule;
}

async function importScript(file: string): Promise<Record<string, unknown>> {
  const path = resolve(file);
  try {
    return await importModule()(pathToFileURL(path).href);
  } catch (cause) {
    const { code, message, url } = cause as NodeJS.ErrnoException & { url?: string };
    if (code === "ERR_MODULE_NOT_FOUND" && (url === undefined || url === pathToFileURL(path).href)) {
      if (url !== undefined || message.includes(path)) {
        throw new SampanError("E_NOT_FOUND", `there is no script ${file}`, { path: file, cause });
      }
    }
    throw new SampanError("E_USAGE", `the script ${file} cannot be loaded: ${message ?? String(cause)}`, {
      path: file,
      cause,
    });
  }
}

type ImportModule = (url: string) => Promise<Record<string, unknown>>;

/** `import()`; in the bundled command line that of bin/bundle.cjs, for there the bundler has replaced ours. */
function importModule(): ImportModule {
  const hooks = globalThis as { [hook: symbol]: ImportModule | undefined };
  return hooks[Symbol.for("sampan.import")] ?? ((url) => import(url));
}
