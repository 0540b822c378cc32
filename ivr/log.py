"""Structured logs to stderr: one line an event, with the call's id where there is one.

People get short coloured lines, machines get JSON (`log.format`). The standard library's loggers
(gevent, urllib3) go the same way. A process that must never wait for whoever reads its stderr
calls `write_behind`.
"""

from __future__ import annotations

import atexit
import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from ivr.behind import Behind

NUMBERS = ("ani", "dnis")
"""What lines call the numbers of people."""
SHOWN = 3  # digits of a masked number
LAST_WORDS = 2.0  # seconds that an ending process waits for its log to be written

_state: dict[str, Behind] = {}


def configure(level: str = "info", form: str = "text", numbers: str = "full") -> None:
    """Set logging up for this process; `form` is `text` or `json`, `numbers` `full` or `masked`."""
    common: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *([_mask_numbers] if numbers == "masked" else []),
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            pad_event_to=28,
            exception_formatter=structlog.dev.plain_traceback,  # the fancy one prints locals: callers' digits
        )
    )
    errors: list[Processor] = [structlog.processors.format_exc_info] if form == "json" else []
    handler = logging.StreamHandler(sys.stderr)
    # Our own lines pass the standard library by, which takes longer over a line than all the rest of it.
    structlog.configure(
        processors=[*common, *errors, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=lambda *_: _Lines(handler),
        cache_logger_on_first_use=True,
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=common,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *errors, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(logging.getLevelName(level.upper()), logging.INFO))


class _Lines:
    """Writes finished lines where `handler` writes."""

    def __init__(self, handler: logging.StreamHandler[TextIO]) -> None:
        self._handler = handler

    def msg(self, line: str) -> None:
        self._handler.stream.write(line + "\n")

    debug = info = warning = error = critical = exception = msg


def get(name: str) -> structlog.stdlib.BoundLogger:
    """A logger. Lines that are logged on a call's greenlet carry `call`, `flow` and `node` by themselves."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger


@contextmanager
def listening(listener: Callable[[Mapping[str, Any]], bool]) -> Iterator[None]:
    """Let `listener` see each line first, as its values by name; one that it takes (it returns true) is not
    written.

    To be used after `configure`, by whoever writes on the same terminal.
    """

    def own(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        if listener(event):
            raise structlog.DropEvent
        return event

    def others(record: logging.LogRecord) -> bool:
        return not listener({"event": record.getMessage()})

    processors, handlers = structlog.get_config()["processors"], list(logging.getLogger().handlers)
    processors.insert(0, own)  # in place: loggers that have written already keep this very list
    for handler in handlers:
        handler.addFilter(others)
    try:
        yield
    finally:
        processors.remove(own)
        for handler in handlers:
            handler.removeFilter(others)


def write_behind() -> Behind:
    """From here on, stderr is written by a thread, and a reader who stalls costs log lines, not calls.

    To be called after `configure`. What waits is written before a crash's trace, and at the end.
    """
    (handler,) = (each for each in logging.getLogger().handlers if isinstance(each, logging.StreamHandler))

    def notice(lines: int) -> str:
        text = f"{lines} lines of the log were dropped, as nobody read them"
        return handler.format(logging.LogRecord("ivr.log", logging.WARNING, "", 0, text, (), None)) + "\n"

    def crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        stream.drain(LAST_WORDS)
        sys.__excepthook__(kind, error, trace)

    stream = _state["stderr"] = Behind(sys.stderr.fileno(), notice)
    handler.setStream(stream)
    sys.excepthook = crash
    atexit.register(stream.drain, LAST_WORDS)
    return stream


def dropped() -> int:
    """Lines that were not written because nobody read them, since the process began."""
    return _state["stderr"].dropped if "stderr" in _state else 0


def threads() -> list[int]:
    """The system's numbers of the threads that write the log."""
    return [stream.thread for stream in _state.values() if stream.thread]


def _mask_numbers(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for name in NUMBERS:
        if name in event:
            event[name] = masked(str(event[name]))
    return event


def masked(number: str) -> str:
    """A number of which only so much is left as it takes to recognise it: `********678`."""
    hidden = len(number) - SHOWN
    return "*" * hidden + number[hidden:] if hidden > 0 else "*" * len(number)
