# Retyped from "对python中基于tcp协议的通信(数据传输)实例讲解": the download server. The loop over the file ends with the file, and that over a client with the client.
import hashlib
import json
import os
import socket
import struct
import sys

base_dir = sys.argv[1]


def get_info(file_name):
    file_info = {}
    file_dir = os.path.join(base_dir, file_name)
    if os.path.exists(file_dir):
        with open(file_dir, 'rb') as f:
            le = 0
            d5 = hashlib.md5()
            for line in f:
                le += len(line)
                d5.update(line)
            file_info['lenth'] = le
            file_info['md5'] = d5.hexdigest()
        file_size = os.path.getsize(file_dir) / float(1024 * 1024)
        file_info['size(MB)'] = round(file_size, 2)
        return file_info
    else:
        return file_info


server = socket.socket()
server.bind(('127.0.0.1', 0))
server.listen(5)
print(server.getsockname()[1], flush=True)
while True:
    conn, client_addr = server.accept()
    while True:
        try:
            download_filename = conn.recv(1024).decode('utf-8')
            if not download_filename:
                conn.close()
                break
            info = get_info(download_filename)
            j_head = json.dumps(info)
            head = struct.pack('i', len(j_head))
            conn.send(head)
            conn.send(j_head.encode('utf-8'))
            if not info:
                continue
            with open(os.path.join(base_dir, download_filename), 'rb') as f:
                while True:
                    data = f.read(1024)
                    if not data:
                        break
                    conn.sendall(data)
        except ConnectionResetError:
            conn.close()
            break
