# Retyped from "网络编程(三)": the client of the socketserver.
import socket
import sys

HOST, PORT = sys.argv[1], int(sys.argv[2])
data = sys.argv[3]
with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
    sock.connect((HOST, PORT))
    sock.sendall(bytes(data + "\n", "utf-8"))
    received = str(sock.recv(1024), "utf-8")
    rest = sock.recv(1024)
print("Sent:     {}".format(data))
print("Received: {}".format(received))
print("closed" if rest == b'' else rest)
