# Retyped from "网络编程——socket(四十三)": the improved TCP server, which survives clients that leave. Port from the system.
import socket

BUFSIZE = 1024
sk = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
sk.bind(('127.0.0.1', 0))
sk.listen(5)
print(sk.getsockname()[1], flush=True)
while True:
    conn, addr = sk.accept()
    while True:
        try:
            msg = conn.recv(BUFSIZE)
            if len(msg) == 0:
                break
            print(msg)
            conn.send(msg.upper())
        except Exception as e:
            break
    conn.close()
