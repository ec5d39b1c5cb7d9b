"""The conditional logit (McFadden 1974): which of several candidates is chosen, with what chance.

A candidate's chance is proportional to exp(weights · features); the weights are the same for all
candidates, so that one never met before has a chance too. Fitted by maximum likelihood with a ridge
on standardised features, wherefore the chances are calibrated as they come. Weights are not below
0: features are evidence for a candidate, and more of it never speaks against one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cai_assets.learning.model import Codes, Floats

_ROUNDS = 200


class Choice(NamedTuple):
    """A fitted logit: features are centred and scaled, then weighed.

    `low` and `high` bound what was met: beyond them nothing was learned, so nothing is concluded.
    """

    centre: Floats
    scale: Floats
    low: Floats
    high: Floats
    weights: Floats


def fit_choice(
    features: npt.NDArray[np.float32], row: Codes, chosen: npt.NDArray[np.bool_], ridge: float
) -> Choice:
    """Learn from candidates sorted by `row`; rows without a chosen candidate say nothing."""
    from scipy.optimize import minimize

    some = np.zeros(int(row.max(initial=-1)) + 1, dtype=np.bool_)
    some[row[chosen]] = True
    kept = some[row] if len(row) else np.zeros(0, dtype=np.bool_)
    values = features[kept].astype(np.float64)
    width = features.shape[1]
    if not len(values):
        nothing = np.zeros(width)
        return Choice(nothing, np.ones(width), nothing, nothing, nothing)
    low, high = values.min(axis=0), values.max(axis=0)
    centre, scale = values.mean(axis=0), values.std(axis=0)
    scale[scale < 1e-9] = 1.0
    values -= centre
    values /= scale
    starts, group = _groups(row[kept])
    truth = chosen[kept].astype(np.float64)
    target = truth @ values

    def loss(weights: Floats) -> tuple[float, Floats]:
        chance, log_sum = _soft(values @ weights, starts, group)
        value = log_sum.sum() - target @ weights + ridge / 2 * (weights @ weights)
        return float(value), chance @ values - target + ridge * weights

    found = minimize(
        loss,
        np.zeros(width),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, None)] * width,
        options={"maxiter": _ROUNDS},
    )
    return Choice(centre, scale, low, high, found.x)


def chances(choice: Choice, features: npt.NDArray[np.float32], row: Codes) -> Floats:
    """The chance of each candidate among those of its row; they are sorted by it."""
    met = np.clip(features, choice.low, choice.high)
    scores = ((met - choice.centre) / choice.scale) @ choice.weights
    return _soft(scores, *_groups(row))[0]


def _groups(row: Codes) -> tuple[Codes, Codes]:
    """Where the candidates of each row begin, and the number of each candidate's row."""
    first = np.append(True, row[1:] != row[:-1]) if len(row) else np.zeros(0, dtype=np.bool_)
    return np.flatnonzero(first), np.cumsum(first) - 1


def _soft(scores: Floats, starts: Codes, group: Codes) -> tuple[Floats, Floats]:
    """Chances, and the logarithm of the sum of exponentials of each group."""
    if not len(scores):
        return scores, scores
    top = np.maximum.reduceat(scores, starts)
    raised = np.exp(scores - top[group])
    total = np.add.reduceat(raised, starts)
    return raised / total[group], top + np.log(total)
