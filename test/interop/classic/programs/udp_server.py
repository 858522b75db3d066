# Retyped from "网络编程——socket(四十三)" (capitals, time) and "网络编程(三)" (hi): the datagram servers, chosen by name.
from socket import *
import sys
import time

BUFSIZE = 1024
udp_server = socket(AF_INET, SOCK_DGRAM)
udp_server.bind(('127.0.0.1', 0))
print(udp_server.getsockname()[1], flush=True)

while True:
    data, addr = udp_server.recvfrom(BUFSIZE)
    if sys.argv[1] == 'udp-upper':
        udp_server.sendto(data.upper(), addr)
    elif sys.argv[1] == 'udp-hi':
        udp_server.sendto(b'hi', addr)
    else:
        if not data:
            fm = "%Y-%m-%d %X"
        else:
            fm = data.decode('utf-8')
        now_time = time.strftime(fm)
        udp_server.sendto(now_time.encode('utf-8'), addr)
