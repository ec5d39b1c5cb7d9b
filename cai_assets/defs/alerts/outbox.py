"""What was told but has not arrived: a queue for each target, tried again a few times.

One target that does not answer holds up neither the others nor the sensor. Targets are known by
a digest of their address, since an address holds a password.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from cai_assets.defs.alerts.book import Notice, Weight

ATTEMPTS = 8
FIRST_PAUSE_SECONDS = 30.0
_MOST_WAITING = 200
MOST_LINES = 20
"""Lines of one message; of more only the number is told."""

_DIVIDER = re.compile(r"[\s;,]+(?=[A-Za-z][A-Za-z0-9+.-]*://)")
_ORDER = (Weight.FAILURE, Weight.WARNING, Weight.SUCCESS)


@dataclass(frozen=True, slots=True)
class Target:
    """One address that alerts go to. `label` names it without its secrets."""

    address: str = field(repr=False)
    label: str
    key: str


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to a target at once."""

    target: Target
    lines: tuple[Notice, ...]

    @property
    def weight(self) -> Weight:
        """That of the worst line."""
        return min((notice.weight for notice in self.lines), key=_ORDER.index)


class Deliver(Protocol):
    """Sends messages; returns for each why it did not arrive, empty if it did."""

    def __call__(self, messages: Sequence[Message]) -> Sequence[str]: ...


@dataclass(slots=True)
class Queue:
    """What waits for one target. `next` is when it is tried again, in epoch seconds."""

    waiting: list[Notice] = field(default_factory=list)
    attempts: int = 0
    next: float = 0.0


@dataclass(slots=True)
class Outbox:
    """The queues by the keys of their targets."""

    queues: dict[str, Queue] = field(default_factory=dict)

    def send(
        self, notices: Iterable[Notice], targets: Sequence[Target], now: float, deliver: Deliver
    ) -> list[str]:
        """Send what is new and what is due; a sentence on each target that did not answer."""
        news = list(notices)
        # A target that is no longer named takes its queue with it.
        self.queues = {target.key: self.queues.get(target.key, Queue()) for target in targets}
        for queue in self.queues.values():
            queue.waiting = (queue.waiting + news)[-_MOST_WAITING:]
        messages = [
            Message(target, tuple(queue.waiting))
            for target in targets
            if (queue := self.queues[target.key]).waiting and queue.next <= now
        ]
        if not messages:
            return []
        reasons = deliver(messages)
        return [
            said
            for message, reason in zip(messages, reasons, strict=True)
            if (said := self._settle(message, reason, now))
        ]

    def _settle(self, message: Message, reason: str, now: float) -> str:
        queue = self.queues[message.target.key]
        if not reason:
            self.queues[message.target.key] = Queue()
            return ""
        queue.attempts += 1
        who = f"alert target {message.target.label}"
        if queue.attempts >= ATTEMPTS:
            self.queues[message.target.key] = Queue()
            lost = f"{len(message.lines)} lines were not delivered"
            return f"{who}: gave up after {ATTEMPTS} attempts, {lost}: {reason}"
        queue.next = now + FIRST_PAUSE_SECONDS * 2 ** (queue.attempts - 1)
        return f"{who}: not delivered, attempt {queue.attempts} of {ATTEMPTS}: {reason}"

    def to_json(self) -> dict[str, Any]:
        """The outbox for a cursor."""
        return {
            key: {
                "waiting": [asdict(notice) for notice in queue.waiting],
                "attempts": queue.attempts,
                "next": queue.next,
            }
            for key, queue in self.queues.items()
            if queue.waiting
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Outbox:
        """The outbox of a cursor. Raises KeyError, TypeError or ValueError if it is none."""
        return cls(
            {
                key: Queue(
                    [Notice(one["line"], Weight(one["weight"])) for one in queue["waiting"]],
                    int(queue["attempts"]),
                    float(queue["next"]),
                )
                for key, queue in data.items()
            }
        )


def parse_targets(text: str) -> tuple[Target, ...]:
    """The addresses of `CAI_ALERTS`, divided by `;`, spaces or lines.

    Raises ValueError that names the setting, and an address only by its number.
    """
    parts = (part.strip().rstrip(";,") for part in _DIVIDER.split(text))
    addresses = [part for part in parts if part]
    targets = []
    for number, address in enumerate(dict.fromkeys(addresses), 1):
        scheme, divider, rest = address.partition("://")
        if not divider or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme) or not rest:
            raise ValueError(
                f"CAI_ALERTS: address {number} is none of apprise, such as tgram://token/chat; "
                "see docs/automation.md"
            )
        key = hashlib.sha256(address.encode()).hexdigest()[:12]
        targets.append(Target(address, f"{number} ({scheme.casefold()})", key))
    return tuple(targets)
