# Retyped from "网络编程——socket(四十三)": the client of the low version. It adds up what it got, not the sum so far. Ends with its input.
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
    data_len = int(sk.recv(BUFSIZE).decode('utf-8'))
    print(data_len)
    sk.send("client_ready".encode('utf-8'))
    recv_size = 0
    feedback = b''
    while recv_size < data_len:
        feedback += sk.recv(BUFSIZE)
        recv_size = len(feedback)
    print(feedback.decode(sys.argv[3]))
sk.close()
