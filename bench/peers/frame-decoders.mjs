// Everybody who cuts frames with a length of 4 bytes, big-endian, out of chunks. Each decoder takes all chunks and calls
// `take(firstByte, length, frame)` for each, with the frame as its users get it, so that nobody can leave it unmade.
import { loadPackage } from "../framing-packages.mjs";

const rule = "u32be";

export const frameDecoders = {
  "sampan push": {
    async load() {
      const { parseRule } = await import("../../dist/wire/index.js");
      return (chunks, take) => {
        const decoder = parseRule(rule).decoder();
        for (const chunk of chunks) decoder.push(chunk, (frame) => take(frame[0], frame.length, frame));
      };
    },
  },
  "sampan pushRanges": {
    async load() {
      const { parseRule } = await import("../../dist/wire/index.js");
      return (chunks, take) => {
        const decoder = parseRule(rule).decoder();
        for (const chunk of chunks) decoder.pushRanges(chunk, (bytes, start, end) => take(bytes[start], end - start));
      };
    },
  },
  "frame-stream": {
    package: "frame-stream",
    async load() {
      const { decode } = await loadPackage("frame-stream");
      return async (chunks, take) => {
        const stream = decode({ lengthSize: 4 });
        stream.on("data", (frame) => take(frame[0], frame.length, frame));
        const ended = new Promise((resolve, reject) => stream.on("end", resolve).on("error", reject));
        for (const chunk of chunks) stream.write(chunk);
        stream.end();
        await ended;
      };
    },
  },
  "it-length-prefixed": {
    package: "it-length-prefixed",
    async load() {
      const { decode } = await loadPackage("it-length-prefixed");
      const lengthDecoder = (list) => list.getUint32(0);
      lengthDecoder.bytes = 4;
      return (chunks, take) => {
        for (const frame of decode(chunks, { lengthDecoder })) take(frame.get(0), frame.byteLength, frame);
      };
    },
  },
  "thrift TFramedTransport": {
    package: "thrift",
    async load() {
      const { TFramedTransport } = await loadPackage("thrift");
      return (chunks, take) => {
        const receive = TFramedTransport.receiver(({ inBuf }) => take(inBuf[0], inBuf.length, inBuf));
        for (const chunk of chunks) receive(chunk);
      };
    },
  },
};
