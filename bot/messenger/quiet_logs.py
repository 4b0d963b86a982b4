"""Logs that hold no token and no word anybody wrote, at any level.

Libraries print whole updates, bodies and URLs (telegram at DEBUG and CRITICAL, httpx at INFO). Records that are
not ours are reduced to who logged, where and which kind of error; ours are constant sentences with numbers.
"""

import logging
import re
import sys
from types import TracebackType

TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")
HIDDEN = "(token hidden)"
OURS = "bot"


class QuietFormatter(logging.Formatter):
    """One line a record; of an error its kind and place, never its text."""

    def format(self, record: logging.LogRecord) -> str:
        """The line that is written."""
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {_words(record)}"
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line += f" | {describe(error)}"
        return TOKEN.sub(HIDDEN, line)


def _words(record: logging.LogRecord) -> str:
    if record.name == OURS or record.name.startswith(f"{OURS}."):
        return record.getMessage()
    return f"(text withheld) {record.module}.{record.funcName}:{record.lineno}"


def describe(error: BaseException) -> str:
    """An error as kinds and places: 'NetworkError at transport.py:91 < TimeoutError at …'."""
    parts: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(parts) < 5:
        parts.append(f"{type(seen).__name__}{_place(seen.__traceback__)}")
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return " < ".join(parts)


def _place(traceback: TracebackType | None) -> str:
    if traceback is None:
        return ""
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    code = traceback.tb_frame.f_code
    return f" at {code.co_filename.rsplit('/', 1)[-1]}:{traceback.tb_lineno}"


def set_up_logs(level: str) -> None:
    """One handler on the root, for everything; also for errors nobody caught."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(QuietFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("httpx", "httpcore", "telegram", "aiohttp", "aiosqlite", "asyncio"):
        logging.getLogger(noisy).setLevel(max(logging.getLevelName(level), logging.WARNING))
    logging.captureWarnings(True)
    sys.excepthook = _hook


def _hook(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(OURS).critical("stopped by an error", exc_info=(kind, error, traceback))
