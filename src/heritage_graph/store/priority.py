"""Who leaves the processors to whom: whatever somebody waits for comes first, then what is made beside it."""

from __future__ import annotations

import os
import sys
from typing import Final

BESIDE: Final = 10
"""The niceness (0 to 19) of what is made beside a service: an index, a change log, the next state of a bulk load."""

LAST: Final = 19
"""The niceness of what may take as long as it takes: a dump, a query that has run for long."""


def give_way(niceness: int = BESIDE, *, pid: int = 0) -> None:
    """Give a process that has one thread yet, this one or the child *pid*, at least *niceness*, for good (`nice(2)`).

    On Linux it is a batch job from now on, which never interrupts what others do when it wakes (`sched(7)`). A
    processor that nobody else wants is used all the same.
    """
    os.setpriority(os.PRIO_PROCESS, pid, max(niceness, os.getpriority(os.PRIO_PROCESS, pid)))
    if sys.platform == "linux":
        os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0))
