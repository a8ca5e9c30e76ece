"""An errand for tests: it writes the niceness at which it runs to a file."""

import os
from pathlib import Path

from heritage_graph.store.errand_end import run_errand


def run(settings):
    """Write to the file that *settings* name."""
    Path(settings["path"]).write_text(str(os.nice(0)), encoding="ascii")


if __name__ == "__main__":
    run_errand(run)
