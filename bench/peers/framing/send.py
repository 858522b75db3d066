# The sending side of the tutorials: head and message, one send each. Prints the seconds until all have been received.
import socket
import struct
import sys
import time

port, count = int(sys.argv[1]), int(sys.argv[2])
client = socket.socket()
client.connect(("127.0.0.1", port))
began = time.monotonic()
for _ in range(count):
    msg = "abcdefghijklmnopqrstuvwxyz1234567890".encode("utf-8")
    head = struct.pack("i", len(msg))
    client.send(head)
    client.send(msg)
client.recv(1)
print(time.monotonic() - began)
