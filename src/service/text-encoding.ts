import { SampanError } from "../wire/sampan-error.js";

/** A way to write text as bytes: UTF-8, GBK, Big5, Shift_JIS, Latin-1 … */
export interface TextEncoding {
  /** As given, in lower case. */
  readonly name: string;
  encode(text: string): Uint8Array;
  /** A decoder for one stream: a character cut between two chunks comes whole with the second. Bad bytes become U+FFFD. */
  decoder(): TextStream;
}

export interface TextStream {
  decode(bytes: Uint8Array): string;
  /** What is left at the end of the stream. */
  end(): string;
}

/** Finds an encoding by the names that people use (`utf-8`, `gbk`, `cp936`, `shift_jis`, `latin1` …); E_USAGE if there is none. */
export async function textEncoding(label: string): Promise<TextEncoding> {
  const name = label.trim().toLowerCase();
  if (name === "utf-8" || name === "utf8") return utf8;
  // Its tables take time to load, so only those wait who need them. The package is CommonJS: hence its default export.
  const { default: iconv } = await import("iconv-lite");
  if (!iconv.encodingExists(name)) {
    throw new SampanError("E_USAGE", `no encoding is called "${label}"; try utf-8, gbk, big5, shift_jis or latin1`);
  }
  return {
    name,
    encode: (text) => iconv.encode(text, name),
    decoder: () => {
      const stream = iconv.getDecoder(name);
      return {
        decode: (bytes) => stream.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
        end: () => stream.end() ?? "",
      };
    },
  };
}

const utf8: TextEncoding = {
  name: "utf-8",
  encode: (text) => Buffer.from(text, "utf8"),
  decoder: () => {
    const stream = new TextDecoder("utf-8", { ignoreBOM: true });
    return { decode: (bytes) => stream.decode(bytes, { stream: true }), end: () => stream.decode() };
  },
};
