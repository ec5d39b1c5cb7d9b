"""What is wrong now, and what of it was told when. Pure decisions, kept in a sensor's cursor.

A problem that comes and goes is told at most once in `QUIET_SECONDS`; its end is told only if its
beginning was. One that lasts is told again after `REMIND_SECONDS` where nobody else would notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

QUIET_SECONDS = 3600.0
REMIND_SECONDS = 24 * 3600.0
_FORGOTTEN_SECONDS = 90 * 24 * 3600.0


class Weight(StrEnum):
    """How a notice looks where it arrives; the words are those of apprise."""

    FAILURE = "failure"
    WARNING = "warning"
    SUCCESS = "success"


@dataclass(frozen=True, slots=True)
class Notice:
    """One line for people."""

    line: str
    weight: Weight


@dataclass(slots=True)
class Problem:
    """Something that is wrong. `line` tells it, `over` its end; times are in epoch seconds.

    `told` is when it was last told, 0 if never; `announced` whether it was told since it began.
    """

    line: str
    over: str
    weight: Weight
    since: float
    told: float = 0.0
    announced: bool = False
    reminded: bool = False
    """Whether it is told again while it lasts."""


@dataclass(slots=True)
class Book:
    """Problems by key. What is `open` is wrong now; `closed` has those told a while ago."""

    open: dict[str, Problem] = field(default_factory=dict)
    closed: dict[str, float] = field(default_factory=dict)
    """When a problem that is over was last told."""
    _once: list[Notice] = field(default_factory=list)
    """Endings, and what has none; told with what is due."""

    def wrong(
        self,
        key: str,
        line: str,
        over: str,
        now: float,
        *,
        weight: Weight = Weight.FAILURE,
        reminded: bool = False,
    ) -> None:
        """Something is wrong: `line` in words, `over` what is said when it is well again."""
        known = self.open.get(key)
        if known is None:
            told = self.closed.pop(key, 0.0)
            self.open[key] = Problem(line, over, weight, now, told, reminded=reminded)
        else:
            known.line, known.over, known.weight = line, over, weight

    def well(self, key: str, now: float) -> None:
        """It is well; told only if it was told that it was not."""
        known = self.open.pop(key, None)
        if known is None:
            return
        if known.announced:
            self._once.append(Notice(known.over, Weight.SUCCESS))
        if now - known.told < QUIET_SECONDS:
            self.closed[key] = known.told

    def tell(self, line: str, weight: Weight) -> None:
        """Tell something that has no end."""
        self._once.append(Notice(line, weight))

    def only(self, kind: str, keys: Iterable[str], now: float) -> None:
        """Of this kind nothing but `keys` is wrong. The kind is what a key begins with."""
        wanted = set(keys)
        for key in [key for key in self.open if key.startswith(f"{kind}/")]:
            if key not in wanted:
                self.well(key, now)

    def due(self, now: float) -> list[Notice]:
        """What has to be told now; it counts as told from here on."""
        notices = []
        for key, problem in list(self.open.items()):
            ago = now - problem.told
            again = problem.reminded and ago >= REMIND_SECONDS
            if again if problem.announced else ago >= QUIET_SECONDS:
                notices.append(Notice(problem.line, problem.weight))
                problem.told, problem.announced = now, True
            elif now - problem.since > _FORGOTTEN_SECONDS and not problem.reminded:
                del self.open[key]
        self.closed = {
            key: told for key, told in self.closed.items() if 0 <= now - told < QUIET_SECONDS
        }
        notices += self._once
        self._once = []
        return notices

    def to_json(self) -> dict[str, Any]:
        """The book for a cursor."""
        return {
            "open": {key: asdict(problem) for key, problem in self.open.items()},
            "closed": self.closed,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Book:
        """The book of a cursor. Raises KeyError, TypeError or ValueError if it is none."""
        return cls(
            {
                key: Problem(**{**values, "weight": Weight(values["weight"])})
                for key, values in data["open"].items()
            },
            dict(data["closed"]),
        )
