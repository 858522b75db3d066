// An sshd of our own: temporary host key, configuration and authorized key, on a high port.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { answersOn, freePort, loopback, startDaemon } from "../daemon.mjs";
import { findProgram } from "../find-program.mjs";
import { undoLater } from "../undo.mjs";

export const cipher = "aes128-gcm@openssh.com";
export const needs = ["sshd", "ssh", "ssh-keygen"];

export async function start(place, { address = loopback } = {}) {
  const folder = join(place.work, "sshd");
  mkdirSync(folder, { mode: 0o700 });
  const [hostKey, userKey] = [join(folder, "host-key"), join(folder, "user-key")];
  for (const key of [hostKey, userKey]) {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "sampan-bench", "-f", key]);
  }
  copyFileSync(`${userKey}.pub`, join(folder, "authorized-keys"));
  makePrivilegeFolder();
  const port = await freePort();
  const configuration = join(folder, "sshd_config");
  writeFileSync(
    configuration,
    `ListenAddress ${address}:${port}
HostKey ${hostKey}
AuthorizedKeysFile ${join(folder, "authorized-keys")}
PidFile none
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
# The RAM disk lies below /tmp, which everybody may write to.
StrictModes no
Compression no
Ciphers ${cipher}
# Or bash, called by sshd for one command, would read the user's .bashrc each time.
SetEnv SHLVL=2
Subsystem sftp ${findSftpServer()}
`,
  );
  const daemon = await startDaemon({
    file: findProgram("sshd"),
    args: ["-D", "-e", "-f", configuration],
    logPath: join(folder, "log"),
    isReady: () => answersOn(port, address),
  });
  const options = [
    ["IdentityFile", userKey],
    ["IdentitiesOnly", "yes"],
    ["BatchMode", "yes"],
    ["StrictHostKeyChecking", "no"],
    ["UserKnownHostsFile", "/dev/null"],
    ["LogLevel", "ERROR"],
    ["Ciphers", cipher],
    ["Compression", "no"],
    ["Port", String(port)],
  ].flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  return {
    ...daemon,
    /** The same for ssh, scp and sftp; nothing of the user's own configuration. */
    clientArgs: ["-F", "none", ...options],
    host: `${userInfo().username}@${address}`,
  };
}

/** sshd as root refuses to start without this empty folder, which Debian makes at boot. */
function makePrivilegeFolder() {
  if (process.getuid() !== 0) return;
  try {
    mkdirSync("/run/sshd", { mode: 0o755 });
    undoLater(() => rmdirSync("/run/sshd"));
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
}

/** The separate program that distributions configure, where it can be found. */
function findSftpServer() {
  for (const folder of ["/usr/lib/openssh", "/usr/libexec/openssh", "/usr/lib/ssh", "/usr/libexec"]) {
    if (existsSync(join(folder, "sftp-server"))) return join(folder, "sftp-server");
  }
  return "internal-sftp";
}
