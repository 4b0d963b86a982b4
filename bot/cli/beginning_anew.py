"""A process that has compiled the word lists begins anew, to give back the memory that took: 630 MB become 300.

Python gives little of it back to the machine by itself. The new program has the same number and environment, and only
loads what was compiled; whoever started the bot notices nothing.
"""

import os
import sys
from collections.abc import Callable, Mapping

BEGUN_ANEW = "MARIGOLD_BEGUN_ANEW"  # once is enough, also where what was compiled cannot be found again


def begin_anew_if(
    compiled: bool,
    environment: Mapping[str, str],
    execute: Callable[[str, list[str], dict[str, str]], object] = os.execve,
) -> None:
    """Does not return if it does. `environment`: as it was when this program began."""
    if compiled and os.name == "posix" and BEGUN_ANEW not in environment:
        sys.stdout.flush()
        sys.stderr.flush()
        execute(sys.executable, sys.orig_argv, {**environment, BEGUN_ANEW: "1"})
