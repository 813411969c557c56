"""A process is over when nothing of it is left, not when its first thread is."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

from adapters.embedded.processes import gone_within, is_running

MANY_THREADS = """
import socket, threading, time
listening = socket.socket()
listening.bind(("127.0.0.1", 0))
listening.listen()
for _ in range(60):
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
print(listening.getsockname()[1], flush=True)
time.sleep(600)
"""
TIMES = 10


def test_a_killed_process_of_many_threads_has_given_up_its_port_when_it_is_said_to_be_gone() -> None:
    """Its first thread is dead long before the others have closed what they share with it."""
    for _ in range(TIMES):
        process = subprocess.Popen(
            [sys.executable, "-c", MANY_THREADS], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        with process:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            assert is_running(process.pid)
            os.kill(process.pid, signal.SIGKILL)
            assert gone_within(process.pid, 10)
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
