"""What tests of descriptions share: a description in which everything is counted."""

from __future__ import annotations

import time


def once_counted(client, path, *, sign, longest_s=120):
    """The text at *path* that has *sign*, or has none of it when that begins with `!`.

    An answer waits some seconds for the count; on a busy machine that takes longer, and then rests.
    """
    began = time.monotonic()
    wanted = not sign.startswith("!")
    while (sign.lstrip("!") in (text := client.get(path).text)) is not wanted:
        assert time.monotonic() - began < longest_s, f"{path} is still being counted"
        time.sleep(0.2)
    return text
