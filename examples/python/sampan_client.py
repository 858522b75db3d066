"""sampan_client.py ls PATH | get PATH FILE | put FILE PATH: docs/protocol.md in Python. The link is in SAMPAN_LINK."""
import base64, hashlib, json, os, re, socket, ssl, struct, sys
sha256 = lambda data: hashlib.sha256(data).digest()
root = lambda digests: sha256(b"".join(digests[block] for block in range(len(digests)))).hex()  # a file's digest
start = lambda block: (min(block, 131072) + 8 * max(0, block - 131072)) << 20  # where a block begins
def connect(host, port, token, fingerprint):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE  # the fingerprint tells who it is, not a signature
    tls.set_alpn_protocols(["sampan/1"])
    connection = socket.create_connection((host, int(port)), timeout=60)
    if not fingerprint: return connection if host == "127.0.0.1" else sys.exit("the link has no fingerprint")
    connection = tls.wrap_socket(connection)
    found = base64.urlsafe_b64encode(sha256(connection.getpeercert(True))).decode().rstrip("=")
    return connection if found == fingerprint else sys.exit("this is not the server of the link: another certificate")
def send(kind, body=b"", **fields):
    header = json.dumps({"kind": kind, **fields, "size": len(body)}).encode()
    peer.sendall(struct.pack(">I", len(header)) + header + body)
def messages():
    while prefix := stream.read(4):
        header = json.loads(stream.read(*struct.unpack(">I", prefix)))
        body = stream.read(header.get("size", 0))
        if "error" in header: sys.exit(f"{header['code']}: {header['message']}")
        yield header["kind"], header, body
    sys.exit("the connection was lost")
def ls(path):
    send("list", path=path)
    for kind, header, body in messages():
        for entry in json.loads(body or "[]"): print(entry["type"], entry.get("bytes", "-"), entry["path"])
        if kind == "end": return
def get(path, name):
    entry, asked, digests = None, 0, {}
    send("get", paths=[path])
    with open(name + ".part", "wb") as file:
        for kind, header, body in messages():
            if kind == "offer": [entry] = json.loads(body)  # a folder would be several
            for id, block, length, digest, *how in header.get("parts", []):
                content, body = (bytes(length), body) if how else (body[:length], body[length:])
