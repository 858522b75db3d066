import { spawn } from "node:child_process";

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end, without blocking the server that may live in this process. `kill` sends SIGINT, once however
 * often it is called: a second one would end the program where it stands.
 */
export function runProgram(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
  onOutput: (text: string, kill: () => void) => void = () => {},
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    let isKilled = false;
    const kill = () => {
      if (!isKilled) child.kill("SIGINT");
      isKilled = true;
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      onOutput(stdout, kill);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, stdout, stderr }));
  });
}
