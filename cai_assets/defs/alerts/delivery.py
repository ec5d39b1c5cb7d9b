"""Hand messages to apprise in a process of its own, bounded in time.

Apprise takes 45 MB that the code server would keep for ever, and a server that accepts and then
says nothing cannot be interrupted in a thread. Addresses go through standard input.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from cai_assets.defs.alerts.outbox import MOST_LINES, Message
from cai_assets.messages import M, Messages

DELIVER_SECONDS = 30.0
_MODULE = "cai_assets.defs.alerts.apprising"


class Delivery:
    """Sends messages in a language; see `outbox.Deliver`."""

    def __init__(self, say: Messages, seconds: float = DELIVER_SECONDS) -> None:
        self._say = say
        self._seconds = seconds

    def __call__(self, messages: Sequence[Message]) -> list[str]:
        """Send all messages side by side; what did not answer in time has failed."""
        order = [
            {
                "address": message.target.address,
                "title": self._say(M.ALERT_TITLE),
                "body": self.body(message),
                "type": message.weight.value,
            }
            for message in messages
        ]
        said, failure = self._run(json.dumps(order).encode())
        answers = dict.fromkeys(range(len(messages)), failure)
        for line in said.splitlines():
            number, reason = json.loads(line)
            answers[number] = reason
        return list(answers.values())

    def body(self, message: Message) -> str:
        """The lines, of too many the first ones."""
        lines = [notice.line for notice in message.lines]
        left = len(lines) - MOST_LINES
        if left > 0:
            lines = [*lines[:MOST_LINES], self._say(M.ALERT_MORE, count=left)]
        return "\n".join(lines)

    def _run(self, order: bytes) -> tuple[str, str]:
        """What the process said, and why it says nothing of what it says nothing of."""
        process = subprocess.Popen(
            [sys.executable, "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            said, _ = process.communicate(order, timeout=self._seconds)
            failure = f"what delivers it ended with code {process.returncode}"
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
            failure = f"no answer within {self._seconds:.0f} s"
        return said.decode("utf-8", "replace"), failure
