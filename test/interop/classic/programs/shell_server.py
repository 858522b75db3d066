# Retyped from "对python中基于tcp协议的通信(数据传输)实例讲解": the remote shell, length and then both outputs. An empty read ends a client.
import socketserver
import struct
import subprocess
import sys

encoding = sys.argv[1] if len(sys.argv) > 1 else 'utf-8'


class MyTcpHandler(socketserver.BaseRequestHandler):
    def handle(self):
        while True:
            try:
                cmd = self.request.recv(1024).decode('utf-8')
                if not cmd:
                    break
                res = subprocess.Popen(cmd, shell=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                # As a Windows machine of the document's readers would write it.
                stdout = res.stdout.read().decode('utf-8').encode(encoding)
                stderr = res.stderr.read().decode('utf-8').encode(encoding)
                head = struct.pack('i', len(stdout + stderr))
                self.request.send(head)
                self.request.sendall(stdout)
                self.request.sendall(stderr)
            except ConnectionResetError:
                break


if __name__ == '__main__':
    server = socketserver.ThreadingTCPServer(('127.0.0.1', 0), MyTcpHandler)
    print(server.server_address[1], flush=True)
    server.serve_forever()
