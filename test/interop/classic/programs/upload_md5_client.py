# Retyped from "网络编程——socket(四十三)": the header with file_size, file_name (a whole path) and md5, in that order.
import hashlib
import json
import os
import socket
import struct
import sys

conn = socket.socket()
conn.connect((sys.argv[1], int(sys.argv[2])))
path = sys.argv[3]
with open(path, 'rb') as f:
    content = f.read()
header = {'file_size': os.path.getsize(path), 'file_name': path, 'md5': hashlib.md5(content).hexdigest()}
head_bytes = bytes(json.dumps(header), encoding='utf-8')
head_len_bytes = struct.pack('i', len(head_bytes))
conn.send(head_len_bytes)
conn.send(head_bytes)
conn.sendall(content)
conn.close()
