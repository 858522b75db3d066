# The receiving side of the tutorials: a four-byte length, then so many bytes, again and again. It answers one byte when
# COUNT messages are there. Their recv(n) may return less; that much is mended, or it would lose its place.
import socket
import struct
import sys

count = int(sys.argv[1])
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(5)
print(server.getsockname()[1], flush=True)
conn, client_addr = server.accept()
while count > 0:
    head = conn.recv(4)
    while len(head) < 4:
        head += conn.recv(4 - len(head))
    size = struct.unpack("i", head)[0]
    data = conn.recv(size)
    while len(data) < size:
        data += conn.recv(size - len(data))
    count -= 1
conn.send(b"!")
conn.close()
