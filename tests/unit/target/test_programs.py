"""Where this environment has its programs."""

from __future__ import annotations

import subprocess
import sys

_AT_ONCE = """
import sys, threading
from kubelearn.target import programs
sys.setswitchinterval(1e-6)
together, found = threading.Barrier(16), []
def ask():
    together.wait()
    found.append(programs.folders())
threads = [threading.Thread(target=ask) for _ in range(16)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(found), all(each == found[0] for each in found))
"""


def test_threads_that_ask_first_and_at_once_get_the_same() -> None:
    done = subprocess.run([sys.executable, "-c", _AT_ONCE], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("16 True\n", "")
