"""Logs: a sentence, an action, the record's fields; for people on a terminal, as JSON everywhere else."""

import logging
import sys
from typing import Literal

import structlog

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["json", "console"]


def configure_logs(level: LogLevel, form: LogFormat | None, service: str) -> None:
    """Set up structlog, and send what libraries log through it. Without ``form`` a terminal gets the readable one."""
    chosen = form or ("console" if sys.stderr.isatty() else "json")
    shared_steps: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso" if chosen == "json" else "%H:%M:%S", utc=chosen == "json"),
    ]
    structlog.configure(
        processors=[*shared_steps, *_named(service, chosen), *_rendered(chosen)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _redirect_libraries(level, [*shared_steps, *_named(service, chosen)], _rendered(chosen))


def _named(service: str, form: LogFormat) -> list[structlog.typing.Processor]:
    # On a terminal the runner already puts the service's name before each line.
    def name(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        event.setdefault("service", service)
        return event

    return [name] if form == "json" else []


def _rendered(form: LogFormat) -> list[structlog.typing.Processor]:
    if form == "console":
        return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=44)]
    return [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]


def _redirect_libraries(
    level: LogLevel, before: list[structlog.typing.Processor], render: list[structlog.typing.Processor]
) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(logging.WARNING, logging.getLevelName(level.upper())))
