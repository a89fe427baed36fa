import os
blocks = []
while True:
    blocks.append(os.urandom(1) * 40_000_000)
    blocks[-1] = b""
    blocks.append(bytearray(60_000_000))
