# Retyped from "对python中基于tcp协议的通信(数据传输)实例讲解": the download client. Keeps what it gets in a folder, and prints the header as it came.
import json
import os
import socket
import struct
import sys

client = socket.socket()
client.connect((sys.argv[1], int(sys.argv[2])))
encoding = sys.argv[4] if len(sys.argv) > 4 else 'utf-8'
for line in sys.stdin:
    file_name = line.strip()
    client.send(file_name.encode(encoding))
    head = client.recv(4)
    j_dic_lenth = struct.unpack('i', head)[0]
    j_head = client.recv(j_dic_lenth)
    print(j_head.decode('utf-8'))
    file_info_dic = json.loads(j_head)
    assert json.dumps(file_info_dic).encode('utf-8') == j_head
    if not file_info_dic:
        print('文件不存在')
        continue
    file_lenth = file_info_dic.get('lenth')
    rec_len = 0
    with open(os.path.join(sys.argv[3], 'cpoy_' + file_name), 'wb') as f:
        while rec_len < file_lenth:
            data = client.recv(min(1024, file_lenth - rec_len))
            f.write(data)
            rec_len += len(data)
    print('文件[%s]下载成功: 大小:%s MB|md5值:[%s]' % (file_name, file_info_dic.get('size(MB)'), file_info_dic.get('md5')))
client.close()
