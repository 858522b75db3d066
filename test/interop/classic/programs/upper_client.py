# Retyped from "网络编程——socket(四十三)": the TCP client with a prompt. Ends with its input.
import socket
import sys

ip_port = (sys.argv[1], int(sys.argv[2]))
encoding = sys.argv[3] if len(sys.argv) > 3 else 'utf-8'
BUFSIZE = 1024
sk = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

sk.connect_ex(ip_port)
for line in sys.stdin:
    msg = line.strip()
    if len(msg) == 0:
        continue
    sk.send(msg.encode(encoding))
    feedback = sk.recv(BUFSIZE)
    print(feedback.decode(encoding))
sk.close()
