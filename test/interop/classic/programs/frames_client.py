# Retyped from "对python中基于tcp协议的通信(数据传输)实例讲解": the client that sends as fast as it can; here so many times.
import socket
import struct
import sys

rounds = int(sys.argv[3])
while rounds > 0:
    try:
        client = socket.socket()
        client.connect((sys.argv[1], int(sys.argv[2])))
        while rounds > 0:
            try:
                msg = 'abcdefghijklmnopqrstuvwxyz1234567890'.encode('utf-8')
                head = struct.pack('i', len(msg))
                client.send(head)
                client.send(msg)
                rounds -= 1
            except ConnectionResetError:
                client.close()
                break
    except ConnectionRefusedError:
        print('无法连接到服务器')
client.close()
