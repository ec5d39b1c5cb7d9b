"""How good an example a routine is: five parts, each from 0 to 1, and their mean.

The formulas are simple on purpose, so that a team can argue with them; thresholds are those of
`docs/metrics.md`. A score orders examples, it does not say that code is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.coded import Coded, Codes
from cai_assets.learning.model import Floats
from cai_assets.learning.words import parts
from cai_assets.onec.bsl.metrics import (
    COGNITIVE_THRESHOLD,
    CYCLOMATIC_THRESHOLD,
    NESTING_THRESHOLD,
    PARAMETERS_THRESHOLD,
    SIZE_THRESHOLD,
)

ENOUGH_STATEMENTS = 5
"""A routine of so many statements is no longer trivial."""

PENALTIES: Mapping[str, float] = {
    "blocker": 0.5, "critical": 0.4, "major": 0.2, "minor": 0.1, "info": 0.05,
}  # fmt: skip
"""What a finding takes from the part `findings`, by its severity."""

COUNTED_STATUSES = frozenset({"open", "vendor"})
"""Findings that tell about the code. Nobody has to mend what a vendor locked, yet it is no model;
what a developer suppressed was looked at."""

DESCRIPTION, PARAMETERS, RETURNS = 0.5, 0.3, 0.2
"""Weights within the part `documentation`; those that do not apply are left out."""

ENOUGH_WORDS = 3


class Quality(NamedTuple):
    """The parts, an element per routine."""

    size: Floats
    complexity: Floats
    documentation: Floats
    names: Floats
    findings: Floats

    def total(self) -> Floats:
        """The mean of the parts."""
        return np.asarray(np.mean(np.stack(self), axis=0))


def size(statements: Codes, lines: Codes) -> Floats:
    """`min(1, statements / 5) * min(1, 200 / lines)`: neither trivial nor huge."""
    enough = np.minimum(1.0, statements / ENOUGH_STATEMENTS)
    return np.asarray(enough * np.minimum(1.0, SIZE_THRESHOLD / np.maximum(lines, 1)))


def complexity(cyclomatic: Codes, cognitive: Codes, nesting: Codes, parameters: Codes) -> Floats:
    """The least of threshold divided by measure, 1 within all thresholds."""
    measures = (
        (cyclomatic, CYCLOMATIC_THRESHOLD),
        (cognitive, COGNITIVE_THRESHOLD),
        (nesting, NESTING_THRESHOLD),
        (parameters, PARAMETERS_THRESHOLD),
    )
    shares = [np.minimum(1.0, most / np.maximum(measure, 1)) for measure, most in measures]
    return np.asarray(np.min(np.stack(shares), axis=0))


def documentation(
    description_words: Codes,
    parameters: Codes,
    documented: Codes,
    function: npt.NDArray[np.bool_],
    returns: npt.NDArray[np.bool_],
) -> Floats:
    """How much of what there is to tell the doc comment tells.

    Half for a description of three words at least, the rest for the share of parameters that are
    described and for the returned value of a function.
    """
    has_parameters = parameters > 0
    told = np.minimum(documented, parameters) / np.maximum(parameters, 1)
    score = DESCRIPTION * (description_words >= ENOUGH_WORDS)
    score = score + PARAMETERS * has_parameters * told + RETURNS * (function & returns)
    weight = DESCRIPTION + PARAMETERS * has_parameters + RETURNS * function
    return np.asarray(score / weight)


def names(routines: Coded, identifiers: pa.ListArray) -> Floats:
    """Half for the name of the routine, half for the share of telling names in its text.

    A name of two words says all that can be asked for, of one word half of it. A telling name has
    three letters at least and no number at its end.
    """
    words = np.array([min(len(parts(name)), 2) / 2 for name in routines.values] or [0.0])
    flat = Coded.of(pa.table({"name": pc.list_flatten(identifiers)}), "name")
    good = flat.map(lambda name: int(_telling(name)))
    sizes = pc.list_value_length(identifiers).to_numpy(zero_copy_only=False).astype(np.int64)
    owners = np.repeat(np.arange(len(sizes)), sizes)
    telling = np.bincount(owners, weights=good, minlength=len(sizes))
    own = words[routines.codes] if len(routines.codes) else np.empty(0)
    return np.asarray((own + telling / np.maximum(sizes, 1)) / 2)


def findings(table: pa.Table, owners: Codes, count: int) -> Floats:
    """`1 - penalties of the findings in it`, 0 at least; `owners` are the routines of findings."""
    severity = Coded.of(table, "severity")
    penalties = np.array([PENALTIES.get(value, 0.0) for value in severity.values] + [0.0])
    counted = Coded.of(table, "status").map(lambda status: int(status in COUNTED_STATUSES)) > 0
    chosen = (owners >= 0) & counted
    lost = np.bincount(owners[chosen], weights=penalties[severity.codes[chosen]], minlength=count)
    return np.asarray(np.maximum(0.0, 1.0 - lost))


def _telling(name: str) -> bool:
    return sum(map(str.isalpha, name)) >= 3 and not name[-1].isdecimal()
