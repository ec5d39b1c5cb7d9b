"""Lines of the log as JSON, each with the configuration, the run and the step it is about.

Dagster makes loggers for runs, steps, sensors and schedules by itself and gives each a handler with
colours, whatever `python_logs` says. Here every handler that writes to a stream gets
`JsonFormatter` when it is added to a logger; nothing of Dagster is replaced. (A logger class of our
own would not do: structlog, which Dagster's programs use, sets one itself.) Dagster's
`--log-format json` knows neither the run nor the configuration, and reaches only the process it is
given to.

`python -m cai_assets.defs.logs dagster-daemon run …` runs a program of Dagster that does not load
our definitions, and so would not call `log_as` by itself.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cai_assets.settings import Settings

_META = "dagster_meta"
"""Dagster puts what it knows of a line there."""

_TAGS = {"configuration": "dagster/partition", "upload": "cai/upload"}
_SECRET_NAMES = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|_KEY$|_DSN$", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(?<=://)([^\s:/@]*):([^\s/@]+)@")
_SHORTEST_SECRET = 6
_HIDDEN = "***"


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON: time, level, logger, message, and what it is about.

    `secrets` are never written, nor are passwords in addresses. A line without a run of its own
    gets that of the process: a process of a run or a step is about no other.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = sorted((s for s in secrets if s), key=len, reverse=True)
        self._about: dict[str, str] = {}

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        meta: Mapping[str, Any] = getattr(record, _META, None) or {}
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": meta.get("orig_message") or record.getMessage(),
            **self._subject(meta),
        }
        error = _error(record, meta)
        if error:
            line["error"] = error
        return self._hide(json.dumps(line, ensure_ascii=False, default=str))

    def _subject(self, meta: Mapping[str, Any]) -> dict[str, str]:
        if not meta.get("run_id"):
            sensor = meta.get("name")
            return {"automation": str(sensor)} if sensor else dict(self._about)
        tags: Mapping[str, str] = meta.get("job_tags") or {}
        about = {name: tags[tag] for name, tag in _TAGS.items() if tag in tags}
        about["run_id"] = str(meta["run_id"])
        about["job"] = str(meta.get("job_name") or "")
        if meta.get("step_key"):
            about["step"] = str(meta["step_key"])
        self._about = about
        event = meta.get("dagster_event")
        return about if event is None else {**about, "event": event.event_type_value}

    def _hide(self, text: str) -> str:
        text = _IN_ADDRESS.sub(rf"\1:{_HIDDEN}@", text)
        for secret in self._secrets:
            # As it stands inside a string of JSON.
            text = text.replace(json.dumps(secret, ensure_ascii=False)[1:-1], _HIDDEN)
        return text


def _error(record: logging.LogRecord, meta: Mapping[str, Any]) -> str:
    if record.exc_info and record.exc_info[0] is not None:
        return "".join(traceback.format_exception(*record.exc_info)).strip()
    data = getattr(meta.get("dagster_event"), "event_specific_data", None)
    error = getattr(data, "error", None)
    return "" if error is None else str(error.to_string()).strip()


def _dress(handler: logging.Handler, formatter: JsonFormatter) -> None:
    if isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler):
        handler.setFormatter(formatter)


def log_as(settings: Settings) -> None:
    """Let this process log as `settings.log_format` says: as it does anyway, or as JSON.

    Loggers, present and future, warnings, and what nobody caught. Call it before a fork or early
    in a process; a second call changes nothing.
    """
    if settings.log_format != "json" or hasattr(logging.Logger.addHandler, "dresses"):
        return
    formatter = JsonFormatter(secrets_of(settings))
    add = logging.Logger.addHandler

    def add_dressed(self: logging.Logger, hdlr: logging.Handler) -> None:
        _dress(hdlr, formatter)
        add(self, hdlr)

    add_dressed.dresses = True  # type: ignore[attr-defined]
    logging.Logger.addHandler = add_dressed  # type: ignore[method-assign]
    for logger in (logging.root, *logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            for handler in logger.handlers:
                _dress(handler, formatter)
    # For loggers without a handler: a handler of the root would say twice what others have said.
    last = logging.StreamHandler()
    last.setLevel(logging.WARNING)
    last.setFormatter(formatter)
    logging.lastResort = last
    logging.captureWarnings(True)
    warned = logging.getLogger("py.warnings")
    warned.addHandler(last)
    warned.propagate = False
    sys.excepthook = _uncaught


def secrets_of(settings: Settings) -> set[str]:
    """What must not be written: secret settings, and variables whose names say what they hold."""
    from pydantic import SecretStr

    found = {value for name, value in os.environ.items() if _SECRET_NAMES.search(name) and value}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            found.add(value.get_secret_value())
    found |= {match[2] for value in set(found) for match in _IN_ADDRESS.finditer(value)}
    return {secret for secret in found if len(secret) >= _SHORTEST_SECRET}


def _uncaught(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, where)
        return
    logging.getLogger(__name__).critical("the process ends", exc_info=(kind, error, where))


def main(arguments: list[str]) -> None:
    """Run the program `arguments[0]` of an installed package with these arguments."""
    from importlib.metadata import entry_points

    from cai_assets.defs.memory import give_back
    from cai_assets.settings import Settings

    log_as(Settings())
    give_back()
    found = list(entry_points(group="console_scripts", name=arguments[0])) if arguments else []
    if not found:
        raise SystemExit("name a program of Dagster: dagster, dagster-daemon or dagster-webserver")
    sys.argv = arguments
    found[0].load()()


if __name__ == "__main__":
    main(sys.argv[1:])
