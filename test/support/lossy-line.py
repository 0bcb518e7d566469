"""Two commands on both ends of a slow and lossy line.

    unshare --user --map-root-user --net python3 lossy-line.py PARAMETERS

PARAMETERS is a JSON object: `delayMs` of each packet in one direction, `loss` of this share of the packets, `seed` of
the choice which, the commands `far` and `near` as lists. Each command runs in a network of its own, which has nothing
but its end of the line: 10.9.0.1 is near, 10.9.0.2 is far. The line ends with the near command, and by its exit code.
"""

import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import signal
import socket
import struct
import subprocess
import sys
import time

CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000


libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def open_end(name, own, other):
    """Adds an end of the line to the network of this process, as a file of packets."""
    end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    for command in (
        ["ip", "link", "set", "lo", "up"],
        ["ip", "address", "add", own, "peer", other, "dev", name],
        ["ip", "link", "set", name, "up"],
    ):
        subprocess.run(command, check=True)
    return end


def start_far(command):
    """Forks into another network, and runs the command there. Returns its PID and its end of the line."""
    here, there = socket.socketpair()
    pid = os.fork()
    if pid > 0:
        there.close()
        ends = socket.recv_fds(here, 1, 1)[1]
        if not ends:
            os.waitpid(pid, 0)
            sys.exit(1)  # The child has said why.
        return pid, ends[0]
    die_with_parent()
    if libc.unshare(CLONE_NEWNET) != 0:
        sys.exit(os.strerror(ctypes.get_errno()))
    socket.send_fds(there, [b"."], [open_end("far0", "10.9.0.2", "10.9.0.1")])
    os.execvp(command[0], command)


def carry(near_end, far_end, delay, loss, chance, is_over):
    """Passes on the packets of both ends, late or not at all."""
    under_way = []
    count = 0
    opposite = {near_end: far_end, far_end: near_end}
    while not is_over():
        now = time.monotonic()
        while under_way and under_way[0][0] <= now:
            _, _, end, packet = heapq.heappop(under_way)
            try:
                os.write(end, packet)
            except OSError:
                pass  # A full queue loses packets too.
        patience = min(0.1, under_way[0][0] - now) if under_way else 0.1
        readable, _, _ = select.select(list(opposite), [], [], patience)
        for end in readable:
            try:
                packet = os.read(end, 65536)
            except BlockingIOError:
                continue
            if chance.random() >= loss:
                count += 1
                heapq.heappush(under_way, (time.monotonic() + delay, count, opposite[end], packet))


def main(parameters):
    far, far_end = start_far(parameters["far"])
    near_end = open_end("near0", "10.9.0.1", "10.9.0.2")
    near = subprocess.Popen(parameters["near"], preexec_fn=die_with_parent)
    try:
        chance = random.Random(parameters["seed"])
        delay = parameters["delayMs"] / 1000
        carry(near_end, far_end, delay, parameters["loss"], chance, lambda: near.poll() is not None)
    finally:
        near.kill()
        os.kill(far, signal.SIGKILL)
    return near.returncode


sys.exit(main(json.loads(sys.argv[1])))
