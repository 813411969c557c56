"""Log lines of every process: key=value, one line each, in UTC; nothing personal ever goes in here."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog

QUIET = ("temporalio", "asyncio", "httpx2")
"""Libraries that are heard from warnings on only."""


def configure_logging(stream: TextIO | None = None) -> None:
    """Send the lines of this process, and the warnings of its libraries, to ``stream`` (default: standard error)."""
    target = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(
                key_order=["timestamp", "level", "event"], drop_missing=True, bool_as_flag=False
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(target),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        logging.Formatter("timestamp=%(asctime)s level=%(levelname)s logger=%(name)s event=%(message)r")
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
