"""`python -m cai_assets.defs.alerts.apprising`: deliver the messages that standard input lists.

Prints a line of JSON for each as soon as it is known: its number, and why it did not arrive or an
empty text. The reason never holds a part of the address that may be a secret.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from contextvars import ContextVar
from typing import Any
from urllib.parse import unquote, urlsplit

_SHORT = 4
_MOST = 300
_lock = threading.Lock()


_said: ContextVar[list[str] | None] = ContextVar("_said", default=None)
"""What apprise warned of about the message at work. It hands its context on to its threads."""


class _Listener(logging.Handler):
    """Adds what apprise warns of to the message that it is about."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        lines = _said.get()
        if lines is not None:
            lines.append(record.getMessage())


def main() -> None:
    """Deliver all messages side by side."""
    messages = json.load(sys.stdin)
    threads = [
        threading.Thread(target=_tell, args=(number, message), daemon=True)
        for number, message in enumerate(messages)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _tell(number: int, message: dict[str, Any]) -> None:
    try:
        reason = deliver(message)
    except Exception as error:  # whatever a plugin raises is about its target alone
        reason = hide(f"{type(error).__name__}: {error}", message["address"])
    with _lock:
        sys.stdout.write(json.dumps([number, reason]) + "\n")
        sys.stdout.flush()


def deliver(message: dict[str, Any]) -> str:
    """Deliver one message; why it did not arrive, empty if it did."""
    import apprise

    lines: list[str] = []
    _said.set(lines)
    logger, listener = logging.getLogger("apprise"), _Listener(logging.WARNING)
    logger.addHandler(listener)
    try:
        target = apprise.Apprise(asset=apprise.AppriseAsset(async_mode=False))
        if not target.add(message["address"]):
            return "apprise does not know this kind of address, or a part of it is missing"
        arrived = target.notify(
            body=message["body"],
            title=message["title"],
            notify_type=apprise.NotifyType(message["type"]),
            body_format=apprise.NotifyFormat.TEXT,
        )
    finally:
        logger.removeHandler(listener)
    # Several messages are delivered side by side, each with a listener: every line comes often.
    said = "; ".join(dict.fromkeys(lines))
    return "" if arrived else hide(said, message["address"]) or "it was refused"


def hide(text: str, address: str) -> str:
    """`text` without what stands in an address but for its host."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        host = ""
    rest = address.partition("://")[2]
    parts = {part for piece in re.split(r"[/:@?&=,]+", rest) for part in (piece, unquote(piece))}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= _SHORT and part.casefold() != host.casefold():
            text = re.sub(re.escape(part), "***", text, flags=re.IGNORECASE)
    return " ".join(text.split())[:_MOST]


if __name__ == "__main__":
    main()
