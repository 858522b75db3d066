# Retyped from "网络编程——socket(四十三)": the datagram client of all three servers. Empty lines are sent, too. Ends with its input.
from socket import *
import sys

ip_port = (sys.argv[1], int(sys.argv[2]))
encoding = sys.argv[3] if len(sys.argv) > 3 else 'utf-8'
BUFSIZE = 1024
udp_client = socket(AF_INET, SOCK_DGRAM)
for line in sys.stdin:
    msg = line.strip()
    udp_client.sendto(msg.encode(encoding), ip_port)
    back_data, addr = udp_client.recvfrom(BUFSIZE)
    print(back_data.decode(encoding))
udp_client.close()
