import type { Command } from "commander";

/** What a file of this folder adds its commands to. */
export interface Usage {
  /** Adds a command: its name and arguments, what it does, and what stands below its help. */
  readonly add: (usage: string, description: string, help: string) => Command;
  /** Takes the exit status with which the command ended. */
  readonly ended: (status: number) => void;
}
