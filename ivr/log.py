"""Structured logs to stderr: one line an event, with the call's id where there is one.

People get short coloured lines, machines get JSON (`log.format`). The standard library's loggers
(gevent, greenswitch, urllib3) go the same way.
"""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import Processor

_COMMON: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure(level: str = "info", form: str = "text") -> None:
    """Set logging up for this process; `form` is `text` or `json`."""
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
    structlog.configure(
        processors=[*_COMMON, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_COMMON,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *errors, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(logging.getLevelName(level.upper()), logging.INFO))


def get(name: str) -> structlog.stdlib.BoundLogger:
    """A logger; bind the call's id with `.bind(call=...)`."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger
