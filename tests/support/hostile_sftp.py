"""A server of SFTP that means harm. sshd runs it in place of its own (`ForceCommand`); the argument says what it does."""

import struct
import sys
import time

MODE = sys.argv[1]
IN, OUT = sys.stdin.buffer, sys.stdout.buffer


def text(data):
    data = data if isinstance(data, bytes) else data.encode()
    return struct.pack(">I", len(data)) + data


def send(kind, rest):
    OUT.write(struct.pack(">IB", len(rest) + 1, kind) + rest)
    OUT.flush()


def status(number, code):
    send(101, struct.pack(">II", number, code) + text("no") + text(""))


def attributes(number, mode):
    send(105, struct.pack(">III", number, 4, mode))


def names(number, all_names):
    entries = b"".join(text(name) + text("") + struct.pack(">II", 4, mode) for name, mode in all_names)
    send(104, struct.pack(">II", number, len(all_names)) + entries)


def main():
    listed = 0
    while True:
        head = IN.read(4)
        if len(head) < 4:
            return
        packet = IN.read(struct.unpack(">I", head)[0])
        kind = packet[0]
        if kind == 1:
            send(2, struct.pack(">I", 3))
            continue
        number = struct.unpack(">I", packet[1:5])[0]
        if MODE == "numbers":
            for _ in range(100):
                attributes(number + 1000, 0o040755)
        elif kind in (7, 17):
            attributes(number, 0o040755)
        elif kind == 11:
            send(102, struct.pack(">I", number) + text("h"))
        elif kind == 3 and MODE in ("file", "drip"):
            send(102, struct.pack(">I", number) + text("h"))
        elif kind == 5 and MODE == "file":
            send(103, struct.pack(">I", number) + text(b"a" * 32768))
        elif kind == 5 and MODE == "drip":
            OUT.write(struct.pack(">I", 200))
            while True:
                OUT.write(b"\0")
                OUT.flush()
                time.sleep(0.2)
        elif kind == 12 and MODE == "none":
            names(number, [])
        elif kind == 12 and MODE == "names":
            listed += 1000
            names(number, [("f%d" % (listed + at), 0o100644) for at in range(1000)])
        elif kind == 12 and MODE == "odd" and listed == 0:
            listed = 1
            odd = ["../../evil", "..", "a/../../b", "x\\y", "\x1b[2Jx", "nul", ""]
            names(number, [(name, 0o100644) for name in odd] + [("a", 0o040755), ("h", 0o120777)])
        elif kind == 12:
            status(number, 1)
        elif kind == 4:
            status(number, 0)
        else:
            status(number, 2)


try:
    main()
except BrokenPipeError:
    pass
