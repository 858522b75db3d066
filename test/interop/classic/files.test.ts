import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { needs } from "../../needs.js";
import { pythonClient, pythonServer, sampanClient, sampanServer, scratch } from "./both-ends.js";

const md5 = (content: Buffer): string => createHash("md5").update(content).digest("hex");

const contents: Readonly<Record<string, Buffer>> = {
  "empty.bin": Buffer.alloc(0),
  "five.txt": Buffer.from("hello"),
  "一.txt": randomBytes(131_072),
  "film.mp4": randomBytes(1_572_864),
  "odd.bin": randomBytes(1_234_567),
};

function filled(t: TestContext): { there: string; here: string } {
  const folder = scratch(t);
  const [there, here] = [join(folder, "there"), join(folder, "here")];
  mkdirSync(there);
  mkdirSync(here);
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(there, name), content);
  return { there, here };
}

function assertSame(folder: string, prefix = ""): void {
  for (const [name, content] of Object.entries(contents))
    assert.ok(readFileSync(join(folder, prefix + name)).equals(content), name);
  assert.equal(readdirSync(folder).length, Object.keys(contents).length);
}

suite("files, sampan as the server", needs("python3"), () => {
  test("download: the header is what json.dumps writes, the bytes are those of the file", async (t) => {
    const { there, here } = filled(t);
    const { port } = await sampanServer(t, "download", "--dir", there);
    const names = Object.keys(contents);
    const printed = await pythonClient("download_client.py", port, `${["gone", ...names].join("\n")}\n`, here);
    const sizes = ["0.0", "0.0", "0.12", "1.5", "1.18"];
    const expected = names.flatMap((name, index) => {
      const content = contents[name] as Buffer;
      const digest = md5(content);
      return [
        `{"lenth": ${content.length}, "md5": "${digest}", "size(MB)": ${sizes[index]}}`,
        `文件[${name}]下载成功: 大小:${sizes[index]} MB|md5值:[${digest}]`,
      ];
    });
    assert.deepEqual(printed.trimEnd().split("\n"), ["{}", "文件不存在", ...expected]);
    assertSame(here, "cpoy_");
  });

  test("download with names in GBK", async (t) => {
    const { there, here } = filled(t);
    const { port } = await sampanServer(t, "download", "--dir", there, "--encoding", "gbk");
    await pythonClient("download_client.py", port, "一.txt\n", here, "gbk");
    assert.ok(readFileSync(join(here, "cpoy_一.txt")).equals(contents["一.txt"] as Buffer));
  });

  test("upload with a note in place of the MD5, picked from a list", async (t) => {
    const { there, here } = filled(t);
    const { port, process } = await sampanServer(t, "upload", "--dir", here);
    const printed = await pythonClient("upload_client.py", port, "1\n2\nx\n3\n9\n4\n5\n", there);
    assert.equal(printed, "must be a number\nnot in range\n");
    await process.event("disconnected");
    assertSame(here);
    const ends = process.all("file-end");
    assert.deepEqual(
      ends.map(({ outcome, verified, msg }) => [outcome, verified, msg]),
      ends.map(() => ["received", false, "注意身体,多喝营养快线"]),
    );
  });

  test("upload with the MD5 and a whole path for a name", async (t) => {
    const { there, here } = filled(t);
    const { port, process } = await sampanServer(t, "upload", "--dir", here);
    await pythonClient("upload_md5_client.py", port, "", join(there, "film.mp4"));
    const end = await process.event("file-end");
    assert.deepEqual([end.outcome, end.savedAs, end.verified], ["received", "film.mp4", true]);
    assert.ok(readFileSync(join(here, "film.mp4")).equals(contents["film.mp4"] as Buffer));
  });
});

suite("files, sampan as the client", needs("python3"), () => {
  test("download", async (t) => {
    const { there, here } = filled(t);
    const { address } = await pythonServer(t, "download_server.py", there);
    await sampanClient(undefined, "download", address, ...Object.keys(contents), "--out", here);
    assertSame(here);
  });

  test("upload with the MD5", async (t) => {
    const { there, here } = filled(t);
    const server = await pythonServer(t, "upload_server.py", here);
    const paths = Object.keys(contents).map((name) => join(there, name));
    await sampanClient(undefined, "upload", server.address, ...paths);
    for (const [name, content] of Object.entries(contents)) {
      const escaped = name === "一.txt" ? "\\u4e00.txt" : name;
      const header = `{"file_name": "${escaped}", "file_size": ${content.length}, "md5": "${md5(content)}"}`;
      assert.equal(await server.line(), `上传成功! ${header}`);
    }
    assertSame(here);
  });

  test("upload with a note", async (t) => {
    const { there, here } = filled(t);
    const server = await pythonServer(t, "upload_server.py", here);
    await sampanClient(undefined, "upload", server.address, join(there, "five.txt"), "--msg", "多喝水 ok");
    const msg = "\\u591a\\u559d\\u6c34 ok";
    assert.equal(await server.line(), `上传成功! {"file_name": "five.txt", "file_size": 5, "msg": "${msg}"}`);
  });
});
