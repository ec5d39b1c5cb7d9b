"""How expectations of complexity are measured: beside median, mean, namesakes and twins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from cai_assets.learning.features.routines.reading import Routines
from cai_assets.learning.features.routines.words import RoutineWords
from cai_assets.learning.model import Codes, Floats, Units

UPPER = 0.9
"""Share of comparable routines that are no more complex than what is called their upper bound."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Routines of an upload: `learned` may be learned from, `test` are held out.

    `fold` is that of each routine's object; `truth` is log(1 + cognitive complexity).
    """

    routines: Routines
    words: RoutineWords
    learned: Codes
    test: Codes
    fold: Codes
    truth: Floats


class Judged(NamedTuple):
    """Expectation and upper bound of some routines, both as logarithms."""

    expected: Floats
    upper: Floats


def explained(
    error: str, reference: str, only: str | None = None
) -> Callable[[Mapping[str, Floats], Floats], float]:
    """One less the weighted sum of a column divided by that of another.

    `only` is a column of 0 and 1 that says which units count.
    """

    def of(values: Mapping[str, Floats], weights: Floats) -> float:
        counted = weights if only is None else weights * values[only]
        whole = float(values[reference] @ counted)
        return 1 - float(values[error] @ counted) / whole if whole else 0.0

    return of


def median(values: Floats) -> float:
    """The median."""
    return float(np.median(values))


def upper_bound(values: Floats) -> float:
    """The quantile `UPPER`."""
    return float(np.quantile(values, UPPER))


def of_kinds(examples: Examples, of: Callable[[Floats], Any]) -> Floats:
    """A figure of the learned routines of the same module kind; of all where there are none."""
    kinds = np.array(examples.routines.kinds, dtype=object)
    learned, truth = examples.learned, examples.truth
    found = np.full(len(examples.test), float(of(truth[learned])) if len(learned) else 0.0)
    for kind in sorted(set(kinds[learned].tolist())):
        value = float(of(truth[learned[kinds[learned] == kind]]))
        found[kinds[examples.test] == kind] = value
    return found


def namesakes(examples: Examples, mean: Floats) -> Floats:
    """The mean of learned routines of the same name and header, drawn towards that of the kind."""
    routines = examples.routines
    known: dict[tuple[str, str], list[float]] = {}
    names, headers = routines.categories["name"], routines.categories["header"]
    for row in examples.learned.tolist():
        known.setdefault((names[row], headers[row]), []).append(float(examples.truth[row]))
    found = mean.copy()
    for at, row in enumerate(examples.test.tolist()):
        own = known.get((names[row], headers[row]))
        if own:
            found[at] = (sum(own) + mean[at]) / (len(own) + 1)
    return found


def units_of(examples: Examples, judged: Judged) -> Units:
    """Errors of a contender, beside those of the median of the kind."""
    rows = examples.test
    truth = examples.truth[rows]
    usual = of_kinds(examples, median)
    upper = of_kinds(examples, upper_bound)
    digests_ = examples.routines.digests
    learned = {digests_[row] for row in examples.learned.tolist()}
    _, groups = np.unique(
        np.array([examples.routines.objects[row] for row in rows.tolist()], dtype=str),
        return_inverse=True,
    )
    return Units(
        groups.astype(np.int64),
        {
            "squared": (truth - judged.expected) ** 2,
            "squared_of_median": (truth - usual) ** 2,
            "absolute": np.abs(truth - judged.expected),
            "absolute_of_median": np.abs(truth - usual),
            "pinball": _pinball(truth - judged.upper),
            "pinball_of_kind": _pinball(truth - upper),
            "original": np.array(
                [digests_[row] not in learned for row in rows.tolist()], dtype=np.float64
            ),
        },
    )


def _pinball(gap: Floats) -> Floats:
    """The loss whose least is the quantile `UPPER`."""
    return np.maximum(UPPER * gap, (UPPER - 1) * gap)


def twins(examples: Examples) -> Mapping[str, int | float]:
    """Routines of the same name, header and module kind: how much they differ all the same.

    What they differ in no model can tell that looks at name and header alone; `twin_ceiling` is
    the share of the variance beyond the median of the kind that is left to explain among them.
    """
    routines, truth = examples.routines, examples.truth
    groups: dict[tuple[str, str, str], list[int]] = {}
    of = routines.categories
    for row, key in enumerate(zip(of["name"], of["header"], of["kind"], strict=True)):
        groups.setdefault(key, []).append(row)
    kinds = np.array(routines.kinds, dtype=object)
    within = beyond = 0.0
    count = 0
    usual = {kind: median(truth[kinds == kind]) for kind in sorted(set(routines.kinds))}
    for rows in groups.values():
        if len(rows) > 1:
            values = truth[rows]
            within += float(np.var(values, ddof=1)) * len(rows)
            beyond += float(((values - usual[routines.kinds[rows[0]]]) ** 2).sum())
            count += len(rows)
    return {
        "twins": count,
        "twin_ceiling": round(1 - within / beyond, 4) if beyond else 0.0,
    }
