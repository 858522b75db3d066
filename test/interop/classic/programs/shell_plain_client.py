# Retyped from "网络编程——socket(四十三)": the client that shows what one read returns. Ends with its input.
import socket
import sys

BUFSIZE = 1024
sk = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
sk.connect_ex((sys.argv[1], int(sys.argv[2])))
for line in sys.stdin:
    cmd = line.strip()
    if len(cmd) == 0:
        continue
    sk.send(cmd.encode('utf-8'))
    feedback = sk.recv(BUFSIZE)
    print(feedback.decode(sys.argv[3]))
sk.close()
