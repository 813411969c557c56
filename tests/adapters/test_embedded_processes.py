"""A process is over when nothing of it is left, not when its first thread is."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

from adapters.embedded.processes import gone_within, is_running
from adapters.embedded.state import free_port
from tests.patience import PATIENCE_SECONDS

MANY_THREADS = """
import socket, sys, threading, time
listening = socket.socket()
listening.bind(("127.0.0.1", int(sys.argv[1])))
listening.listen()
for _ in range(60):
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
print("listening", flush=True)
time.sleep(600)
"""
TIMES = 10


def test_a_killed_process_of_many_threads_has_given_up_its_port_when_it_is_said_to_be_gone() -> None:
    """Its first thread is dead long before the others have closed what they share with it."""
    for _ in range(TIMES):
        port = free_port()  # one that no connection going out may be given in the meantime
        process = subprocess.Popen(
            [sys.executable, "-c", MANY_THREADS, str(port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        with process:
            assert process.stdout is not None
            assert process.stdout.readline() == "listening\n"
            assert is_running(process.pid)
            os.kill(process.pid, signal.SIGKILL)
            assert gone_within(process.pid, PATIENCE_SECONDS)
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
