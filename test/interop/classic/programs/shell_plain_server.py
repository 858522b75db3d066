# Retyped from "网络编程——socket(四十三)": remote commands without a length. With "counted" as its argument, the second way of the same document: i32 length first.
import socket
import struct
import subprocess
import sys

BUFSIZE = 1024
sk = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
sk.bind(('127.0.0.1', 0))
sk.listen(5)
print(sk.getsockname()[1], flush=True)

while True:
    conn, addr = sk.accept()
    while True:
        try:
            cmd = conn.recv(BUFSIZE)
            if len(cmd) == 0:
                break
            res = subprocess.Popen(cmd.decode('utf-8'), shell=True,
                                   stderr=subprocess.PIPE,
                                   stdout=subprocess.PIPE,
                                   stdin=subprocess.PIPE)
            result = res.stderr.read()
            if not result:
                result = res.stdout.read()
            if len(sys.argv) > 1:
                conn.send(struct.pack('i', len(result)))
            conn.sendall(result)
        except Exception as e:
            print(e)
            break
    conn.close()
