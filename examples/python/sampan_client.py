"""sampan_client.py ls PATH | get PATH FILE | put FILE PATH: docs/protocol.md in Python; the link is in SAMPAN_LINK."""
import base64, hashlib, json, os, re, socket, ssl, sys
command, source, target = [*sys.argv[1:], "", ""][:3]
host, port, token, mark = re.match(r"sampan://(.+):(\d+)/.*#([\w-]+)\.?([\w-]*)", os.environ["SAMPAN_LINK"]).groups()
sha256 = lambda data: hashlib.sha256(data).hexdigest()
start = lambda block: (min(block, 131072) + 8 * max(0, block - 131072)) << 20  # where a block begins in its file
whole = lambda: sha256(b"".join(bytes.fromhex(digests[block]) for block in sorted(digests)))  # the digest of the file
def send(kind, body=b"", **fields):
    header = json.dumps({"kind": kind, **fields, "size": len(body)}).encode()
    peer.sendall(len(header).to_bytes(4, "big") + header + body)
peer = socket.create_connection((host, int(port)), timeout=60)
if mark or host != "127.0.0.1":  # sealed; who signed the certificate does not matter, the link has its fingerprint
    tls = ssl._create_unverified_context(); tls.set_alpn_protocols(["sampan/1"]); peer = tls.wrap_socket(peer)
    if sha256(peer.getpeercert(True)) != base64.urlsafe_b64decode(mark + "=").hex(): sys.exit("another certificate")
stream, digests, kind = peer.makefile("rb"), {}, "hello"
send("hello", versions=[1], token=token, digests=["sha256"])
if command == "put": send("put", to=target, sources=[{"name": os.path.basename(source)}], checksum=True)
else: send("get", paths=[source]) if command == "get" else send("list", path=source)
while kind not in ("end", "finish"):
    header = json.loads(stream.read(int.from_bytes(stream.read(4), "big")))
    kind, body = header["kind"], stream.read(header.get("size", 0))
    if "error" in header: sys.exit(f"{header['code']}: {header['message']}")
    if kind == "entries": print(*(f"{entry['type']} {entry['path']}" for entry in json.loads(body)), sep="\n")
    if kind == "offer": [entry], file = json.loads(body), open(target, "wb")
    for _, block, length, digest, *how in header["parts"] if kind == "data" else ():  # how: the block is all zeros
        if sha256(body := bytes(length) if how else body) == digest: digests[block] = digest; file.write(body)
    if kind in ("offer", "data") and start(len(digests)) < entry["bytes"]: send("want", parts=[[0, len(digests), 1]])
    elif kind in ("offer", "data"): send("whole", parts=[[0, whole()]])
    if kind == "agreed": file.close(); send("settled", how="done", ids=[0]); send("finish", digest=whole())
    if kind == "ready" and command == "put":
        file, mtime = os.open(source, os.O_RDONLY), os.stat(source).st_mtime_ns // 1000
        entry = {"id": 0, "path": "", "type": "file", "mode": 0o644, "mtime": mtime, "bytes": os.path.getsize(source)}
        send("offer", json.dumps([entry]).encode()); send("offered")
    for block in (n for _, at, count in header["parts"] for n in range(at, at + count)) if kind == "want" else ():
        content = os.pread(file, start(block + 1) - start(block), start(block))
        digests[block], how = sha256(content), [] if any(content) else ["zero"]
        send("data", b"" if how else content, parts=[[0, block, len(content), digests[block], *how]])
    if kind == "whole": send("agreed", ids=[0]) if os.stat(source).st_mtime_ns // 1000 == mtime else sys.exit("changed")
if command != "ls" and header.get("digest") != whole(): sys.exit("the two ends do not have the same digest")
if kind == "finish": send("end", digest=whole())
