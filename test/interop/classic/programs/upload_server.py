# Retyped from "网络编程(三)": the server that films are uploaded to. Exact reads, a folder to write to, an end for each client.
import json
import os
import socket
import struct
import sys

server = socket.socket()
server.bind(('127.0.0.1', 0))
server.listen(5)
print(server.getsockname()[1], flush=True)
while True:
    conn, addr = server.accept()
    while True:
        try:
            header_len = conn.recv(4)
            if not header_len:
                break
            header_len = struct.unpack('i', header_len)[0]
            header_dic = conn.recv(header_len)
            real_dic = json.loads(header_dic.decode('utf-8'))
            assert json.dumps(real_dic).encode('utf-8') == header_dic
            total_size = real_dic.get('file_size')
            recv_size = 0
            with open(os.path.join(sys.argv[1], os.path.basename(real_dic.get('file_name'))), 'wb') as f:
                while recv_size < total_size:
                    data = conn.recv(min(1024, total_size - recv_size))
                    f.write(data)
                    recv_size += len(data)
            print('上传成功!', header_dic.decode('utf-8'), flush=True)
        except ConnectionResetError as e:
            print(e)
            break
    conn.close()
