// What a client says first: 256 bytes, "get NAME" or "put NAME", filled up with NUL. After that one file goes one way:
// its length, 8 bytes, big-endian, and its bytes. Nothing else is ever said; a server that has written a file closes.
export const requestBytes = 256;

export function encodeRequest(way, name) {
  const request = Buffer.alloc(requestBytes);
  if (request.write(`${way} ${name}`) < Buffer.byteLength(name) + 4) throw new Error(`name too long: ${name}`);
  return request;
}

export function decodeRequest(bytes) {
  const [, way, name] = /^(get|put) ([^\0]+)\0*$/.exec(bytes.toString("utf8")) ?? [];
  if (way === undefined || name.split("/").includes("..")) throw new Error("not a request");
  return { way, name };
}
