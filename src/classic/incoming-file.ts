import { createHash } from "node:crypto";
import { fchmodSync } from "node:fs";
import { OpenFile } from "../store/open-file.js";
import { SampanError } from "../wire/sampan-error.js";
import { printable } from "../wire/wire-path.js";
import type { Connection } from "./connection.js";
import { writeError } from "./write-error.js";

/** What becomes of a file in the end. */
interface Fate {
  /** Gives it its name. */
  place(): Promise<void>;
  /** It is over: what has no name is removed. Called once, whatever happened. */
  settle(): void;
}

export interface ReceivedFile {
  readonly bytes: number;
  /** Of what arrived, in hexadecimal. */
  readonly md5: string;
  /** Whether there was an MD5 to compare with; if it had been another, the file would not be here. */
  readonly verified: boolean;
}

/** One read from the connection; it is on the disk before the next. */
const chunkBytes = 64 * 1024;

/** A file on its way in. It has its name only when it is whole, compared and synced. */
export class IncomingFile {
  readonly #file: OpenFile;
  readonly #name: string;
  readonly #fate: Fate;

  constructor(fd: number, name: string, fate: Fate) {
    this.#file = new OpenFile(fd);
    this.#name = name;
    this.#fate = fate;
  }

  /**
   * Reads `bytes` bytes from the connection into the file, and gives it its name. E_CONNECTION_LOST if the connection
   * ends before, E_DIGEST if `md5` is given and the bytes have another; then nothing is left.
   */
  async receive(
    connection: Connection,
    bytes: number,
    md5: string | undefined,
    onBytes: (done: number) => void = () => {},
  ): Promise<ReceivedFile> {
    const hash = createHash("md5");
    try {
      for (let done = 0; done < bytes; ) {
        const chunk = await connection.readSome(Math.min(chunkBytes, bytes - done));
        if (chunk === undefined) throw cutOff(this.#name, done, bytes);
        hash.update(chunk);
        await this.#write(chunk, done);
        done += chunk.length;
        onBytes(done);
      }
      const found = hash.digest("hex");
      if (md5 !== undefined && md5.toLowerCase() !== found) throw wrongDigest(this.#name, md5, found);
      await this.#place();
      return { bytes, md5: found, verified: md5 !== undefined };
    } finally {
      this.#file.close();
      this.#fate.settle();
    }
  }

  async #write(chunk: Buffer, position: number): Promise<void> {
    try {
      await this.#file.write(chunk, chunk.length, position);
    } catch (error) {
      throw writeError(error, this.#name);
    }
  }

  async #place(): Promise<void> {
    try {
      fchmodSync(this.#file.fd, 0o666 & ~process.umask());
      await this.#file.sync(true);
    } catch (error) {
      throw writeError(error, this.#name);
    }
    this.#file.close();
    await this.#fate.place();
  }
}

function cutOff(name: string, done: number, bytes: number): SampanError {
  return new SampanError(
    "E_CONNECTION_LOST",
    `the connection ended after ${done} of the ${bytes} bytes of ${printable(name)}; nothing was put under its name`,
    { path: name },
  );
}

function wrongDigest(name: string, declared: string, found: string): SampanError {
  return new SampanError(
    "E_DIGEST",
    `${printable(name)} arrived with the MD5 ${found}, but was sent with ${printable(declared, 64)}; it was not kept`,
    { path: name },
  );
}
