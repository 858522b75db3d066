# Retyped from "对python中基于tcp协议的通信(数据传输)实例讲解": the client that tries ten times. Sends its text as often as it is told, without the pauses.
from socket import *
import sys
import time

server_addr = (sys.argv[1], int(sys.argv[2]))
rounds = int(sys.argv[3])
encoding = sys.argv[4] if len(sys.argv) > 4 else 'utf-8'
count = 1
while rounds > 0:
    if count > 10:
        time.sleep(1)
        print('连接超时')
        break
    try:
        client = socket(AF_INET, SOCK_STREAM)
        client.connect(server_addr)
        count = 1
        while rounds > 0:
            try:
                client.send('北鼻'.encode(encoding))
                data = client.recv(1024)
                print(data.decode(encoding))
                rounds -= 1
            except ConnectionResetError:
                client.close()
                break
    except ConnectionRefusedError:
        print('无法连接到服务端')
        count += 1
