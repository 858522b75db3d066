# Retyped from "对python中基于tcp协议的通信(数据传输)实例讲解": the client of the remote shell, which decodes GBK. Ends with its input.
from socket import *
import struct
import sys

client = socket(AF_INET, SOCK_STREAM)
client.connect((sys.argv[1], int(sys.argv[2])))
for line in sys.stdin:
    cmd = line.strip().encode('utf-8')
    client.send(cmd)
    head = client.recv(4)
    size = struct.unpack('i', head)[0]
    cur_size = 0
    result = b''
    while cur_size < size:
        data = client.recv(1024)
        cur_size += len(data)
        result += data
    print(result.decode(sys.argv[3]))
client.close()
