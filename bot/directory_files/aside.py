"""Work that takes much memory, done in a process of its own that ends afterwards.

Growing the lexicons or the gazetteer takes half a gigabyte for a minute; Python would keep it for years. Not by
multiprocessing, which runs again whatever program this one began as.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def aside(work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """What `work` returns. It must be a function of a module, and what goes in and out such that it can be pickled.

    Where no second process can be had, it is done in this one.
    """
    command = [sys.executable, "-m", __name__]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    asked = pickle.dumps((work, given, named))
    try:
        done = subprocess.run(command, env=environment, input=asked, stdout=subprocess.PIPE, check=True)  # noqa: S603 - our own code
        found: T = pickle.loads(done.stdout)  # noqa: S301 - from our own code
    except (OSError, subprocess.SubprocessError, pickle.UnpicklingError, EOFError):
        return work(*given, **named)
    return found


if __name__ == "__main__":
    asked_work, asked_given, asked_named = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own code
    sys.stdout.buffer.write(pickle.dumps(asked_work(*asked_given, **asked_named)))
