/*
 * What a command finds in its environment: these variables of the server's own, and what the request gives. Nothing
 * else: the server's secrets (SAMPAN_LINK, keys of whoever started it) are not for whoever may run a command.
 */
const passedOn = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR"];
const passedOnWindows = [
  "ALLUSERSPROFILE",
  "APPDATA",
  "COMSPEC",
  "HOMEDRIVE",
  "HOMEPATH",
  "LOCALAPPDATA",
  "NUMBER_OF_PROCESSORS",
  "OS",
  "PATHEXT",
  "PROGRAMDATA",
  "PROGRAMFILES",
  "SYSTEMDRIVE",
  "SYSTEMROOT",
  "TEMP",
  "TMP",
  "USERDOMAIN",
  "USERNAME",
  "USERPROFILE",
  "WINDIR",
];

/** PATH where the server itself has none. */
const plainPath = "/usr/local/bin:/usr/bin:/bin";

/** The environment of a command, from the server's own and what the request gives. */
export function childEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const environment: Record<string, string> = process.platform === "win32" ? {} : { PATH: plainPath };
  const names = new Set(process.platform === "win32" ? [...passedOn, ...passedOnWindows] : passedOn);
  for (const [name, value] of Object.entries(own)) {
    const isPassed = names.has(process.platform === "win32" ? name.toUpperCase() : name) || name.startsWith("LC_");
    if (isPassed && value !== undefined) environment[name] = value;
  }
  return { ...environment, ...given };
}
