# Retyped from "对python中基于tcp协议的通信(数据传输)实例讲解": the simple template, one client and one answer.
from socket import *

server = socket(AF_INET, SOCK_STREAM)
server.bind(('127.0.0.1', 0))
server.listen(5)
print(server.getsockname()[1], flush=True)
conn, client_addr = server.accept()
data = conn.recv(1024)
conn.send(data.upper())
conn.close()
