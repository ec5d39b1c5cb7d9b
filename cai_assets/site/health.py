"""How well a configuration is: figures against thresholds, said as good, watch or bad.

The thresholds are this project's own judgement, and every page that shows a state shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cai_assets.site.model import Words

State = Literal["good", "watch", "bad", "unknown"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure to judge. `good` is where good ends, `bad` where bad begins.

    `page` is the id of the page that tells more, `anchor` a place on it. `unit` is `share` for
    shares from 0 to 1, `rate` for numbers with a fraction, `count` for whole ones.
    """

    key: str
    name: Words
    page: str
    unit: Literal["share", "rate", "count"]
    good: float
    bad: float
    anchor: str = ""
    more_is_better: bool = False


MEASURES: tuple[Measure, ...] = (
    Measure(
        "parsed",
        Words("Файлов прочитано полностью", "Files read as a whole"),
        "completeness",
        "share",
        0.999,
        0.98,
        more_is_better=True,
    ),
    Measure(
        "findings",
        Words(
            "Открытых блокирующих и критичных замечаний на 1000 строк",
            "Open blocker and critical findings per 1000 lines",
        ),
        "findings",
        "rate",
        0.5,
        2.0,
    ),
    Measure(
        "complex",
        Words(
            "Процедур и функций сложнее порога (когнитивная сложность)",
            "Routines above the threshold of cognitive complexity",
        ),
        "architecture",
        "share",
        0.03,
        0.08,
        "complexity",
    ),
    Measure(
        "cycles",
        Words("Подсистем в самом большом цикле", "Subsystems in the largest cycle"),
        "cycles",
        "share",
        0.0,
        0.1,
    ),
    Measure(
        "contract",
        Words("Нарушений архитектурного контракта", "Violations of the architecture contract"),
        "architecture",
        "count",
        0.0,
        1.0,
        "contract",
    ),
    Measure(
        "unused",
        Words(
            "Процедур и функций, которые точно никому не нужны",
            "Routines that certainly nobody needs",
        ),
        "unused",
        "share",
        0.01,
        0.03,
    ),
    Measure(
        "described",
        Words(
            "Экспортных методов общих модулей и менеджеров с описанием",
            "Exported routines of common and manager modules with a description",
        ),
        "architecture",
        "share",
        0.8,
        0.5,
        "interface",
        more_is_better=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Health:
    """A measure of this configuration; `value` is None if it was not looked for."""

    measure: Measure
    value: float | None

    @property
    def state(self) -> State:
        """What the value means."""
        value, measure = self.value, self.measure
        if value is None:
            return "unknown"
        if measure.more_is_better:
            return "good" if value >= measure.good else "watch" if value >= measure.bad else "bad"
        return "good" if value <= measure.good else "watch" if value < measure.bad else "bad"


def judge(values: Mapping[str, float | None]) -> tuple[Health, ...]:
    """All measures with their values by key."""
    return tuple(Health(measure, values.get(measure.key)) for measure in MEASURES)
