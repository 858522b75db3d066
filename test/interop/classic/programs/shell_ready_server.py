# Retyped from "网络编程——socket(四十三)": the low version of the cure: length in digits, and a word of the client before the output.
import socket
import subprocess

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
            length = len(result)
            conn.send(str(length).encode('utf-8'))
            client_ready = conn.recv(BUFSIZE)
            if client_ready.decode('utf-8') == 'client_ready':
                conn.sendall(result)
        except Exception as e:
            print(e)
            break
    conn.close()
