# Retyped from "网络编程(三)": the client with the numbered list, which it takes from the folder given. Ends with its input.
import json
import os
import socket
import struct
import sys

client = socket.socket()
client.connect((sys.argv[1], int(sys.argv[2])))
MOVIE_DIR = sys.argv[3]
for line in sys.stdin:
    movie_list = sorted(os.listdir(MOVIE_DIR))
    choice = line.strip()
    if choice.isdigit():
        choice = int(choice) - 1
        if choice in range(0, len(movie_list)):
            path = movie_list[choice]
            file_path = os.path.join(MOVIE_DIR, path)
            file_size = os.path.getsize(file_path)
            res_d = {
                'file_name': path,
                'file_size': file_size,
                'msg': '注意身体,多喝营养快线',
            }
            json_bytes = json.dumps(res_d).encode('utf-8')
            header = struct.pack('i', len(json_bytes))
            client.send(header)
            client.send(json_bytes)
            with open(file_path, 'rb') as f:
                for line in f:
                    client.send(line)
        else:
            print('not in range')
    else:
        print('must be a number')
client.close()
