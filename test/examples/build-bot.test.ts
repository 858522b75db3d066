import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { connect } from "../../src/service/connect.js";
import { withServedFolder } from "./served-folder.js";

test("build-bot answers in its room, and leaves when it is told to", async () => {
  await withServedFolder(async ({ link, here }) => {
    const env = { ...process.env, SAMPAN_LINK: link };
    const bot = spawn(process.execPath, ["examples/library/build-bot.mjs", "builds"], { env, stdio: "pipe" });
    const closed = once(bot, "close");
    const peer = await connect(link);
    try {
      const room = await peer.chat("builds", { name: "ann", history: 0 });
      const heard: string[] = [];
      if (room.members.has("bot")) await room.say("!time");
      writeFileSync(join(here, "log.txt"), "x");
      for await (const event of room) {
        if (event.event === "came" && event.name === "bot") await room.say("!time");
        if (event.event === "left") break;
        if (event.event !== "said" || event.mine) continue;
        heard.push(event.text);
        if (heard.length === 1) await room.sendFile(join(here, "log.txt"));
        else await room.say("!leave");
      }
      assert.match(heard[0] ?? "", /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      assert.equal(heard[1], "thanks for log.txt, ann");
      assert.deepEqual(await closed, [0, null]);
    } finally {
      bot.kill("SIGKILL");
      await peer.close();
    }
  });
});
