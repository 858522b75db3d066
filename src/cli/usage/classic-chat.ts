import type { Command } from "commander";
import { parsePort } from "./port.js";

/** The flags of `serve` for a plain text room. */
export function addClassicChat(serve: Command): Command {
  return serve
    .option("--classic-chat <port>", "open a plain text chat room for nc and old clients on this port", parsePort)
    .option("--classic-host <address>", "let it listen there (default 127.0.0.1: this machine only)")
    .option("--classic-room <name>", "the room that it leads into (default lobby)")
    .option("--classic-encoding <name>", "its encoding: utf-8, gbk … (default utf-8)");
}
