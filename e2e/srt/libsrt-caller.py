"""Calls an SRT listener by libsrt itself and prints `connected`, or `rejected CODE TEXT` as srt_getrejectreason() has it.

libsrt-caller.py PORT STREAMID [PASSPHRASE]
"""
import ctypes
import ctypes.util
import socket
import struct
import sys

SRTO_PASSPHRASE, SRTO_STREAMID = 26, 46
name = ctypes.util.find_library("srt-gnutls") or ctypes.util.find_library("srt-openssl") or ctypes.util.find_library("srt")
if name is None:
    sys.exit("libsrt is not installed")
srt = ctypes.CDLL(name)
srt.srt_rejectreason_str.restype = ctypes.c_char_p
srt.srt_startup()
caller = srt.srt_create_socket()
options = [(SRTO_STREAMID, sys.argv[2])] + [(SRTO_PASSPHRASE, text) for text in sys.argv[3:4]]
for option, text in options:
    value = text.encode()
    if srt.srt_setsockflag(caller, option, value, len(value)) != 0:
        sys.exit(f"option {option} was not taken")
address = struct.pack("=HH4s8x", socket.AF_INET, socket.htons(int(sys.argv[1])), socket.inet_aton("127.0.0.1"))
if srt.srt_connect(caller, address, len(address)) == 0:
    print("connected", file=sys.stderr)
else:
    code = srt.srt_getrejectreason(caller)
    print(f"rejected {code} {srt.srt_rejectreason_str(code).decode()}", file=sys.stderr)
srt.srt_close(caller)
srt.srt_cleanup()
