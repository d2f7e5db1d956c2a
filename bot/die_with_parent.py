"""Run a command that ends when its parent does: `python die_with_parent.py SIGNAL PARENT_PID COMMAND…`.

Started as a plain file between fork and exec, so that no Python code runs in a forked copy of a threaded process.
Linux only (prctl PR_SET_PDEATHSIG); elsewhere the command is started all the same. The signal comes when the
*thread* that started us ends, so start children from the main thread.
"""

from __future__ import annotations

import os
import sys


def ending_with_us(number: int) -> list[str]:
    """What to put before a command so that it gets signal `number` when this process ends."""
    return [sys.executable, "-I", "-S", __file__, str(int(number)), str(os.getpid())]


def end_with_parent(number: int, parent: int) -> None:
    """Have the kernel send signal `number` to this process when its parent (pid `parent`) ends."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, number, 0, 0, 0)
    if os.getppid() != parent:  # it ended before we asked
        os.kill(os.getpid(), number)


if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]), int(sys.argv[2]))
    os.execvp(sys.argv[3], sys.argv[3:])
