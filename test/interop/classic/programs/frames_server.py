# Retyped from "对python中基于tcp协议的通信(数据传输)实例讲解": length, then text; the cure for sticky packets. Says at the end of a client what it has read.
import socket
import struct

server = socket.socket()
server.bind(('127.0.0.1', 0))
server.listen(5)
print(server.getsockname()[1], flush=True)


def recv_all(conn, size):
    # The document takes one recv(size) to return size bytes.
    data = b''
    while len(data) < size:
        part = conn.recv(size - len(data))
        if not part:
            break
        data += part
    return data


while True:
    conn, client_addr = server.accept()
    texts = []
    while True:
        try:
            head = recv_all(conn, 4)
            if not head:
                break
            size = struct.unpack('i', head)[0]
            texts.append(recv_all(conn, size).decode('utf-8'))
        except ConnectionResetError:
            break
    print(len(texts), sorted(set(texts)), flush=True)
    conn.close()
