"""What tests start goes with them, however they end: xdist leaves its workers no time to tidy up."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

SUPPORT = Path(__file__).parents[2] / "support"
TESTS = """
import sys, time
sys.path.insert(0, sys.argv[1])
from programs import server
with server("/bin/sh", "-c", 'echo "$$"; exec sleep 600') as pid:
    print(pid, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_a_server_ends_when_the_tests_that_started_it_are_killed(end):
    command = [sys.executable, "-c", TESTS, str(SUPPORT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as tests:
        pid = int(tests.stdout.readline())
        assert psutil.pid_exists(pid)
        tests.send_signal(end)

    until = time.monotonic() + 30
    while psutil.pid_exists(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert not psutil.pid_exists(pid)
