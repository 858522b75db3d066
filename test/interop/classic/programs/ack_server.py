# Retyped from "对python中基于tcp协议的通信(数据传输)实例讲解": socketserver with many clients at once. An empty read ends a client, which the document forgot.
import socketserver
import sys

encoding = sys.argv[1] if len(sys.argv) > 1 else 'utf-8'


class MyTcpHandler(socketserver.BaseRequestHandler):
    def handle(self):
        while True:
            try:
                data = self.request.recv(1024)
                if not data:
                    break
                msg = '我已收到您的请求[%s],感谢您的关注!' % data.decode(encoding)
                self.request.send(msg.encode(encoding))
            except ConnectionResetError:
                break


if __name__ == '__main__':
    server = socketserver.ThreadingTCPServer(('127.0.0.1', 0), MyTcpHandler)
    print(server.server_address[1], flush=True)
    server.serve_forever()
