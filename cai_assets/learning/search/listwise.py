"""A linear model that orders candidates: the chance that a candidate is the right one.

The loss is ListNet's (Cao et al., "Learning to Rank: From Pairwise Approach to Listwise
Approach", 2007): cross entropy between the right candidates of a question and the softmax of the
scores of all its candidates.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cai_assets.learning.model import Codes, Floats
from cai_assets.learning.search.index import Reals

STEPS = 120
_LEAST_SPREAD = 1e-6


class Linear(NamedTuple):
    """`score = (features - middle) / spread @ weights`."""

    middle: Floats
    spread: Floats
    weights: Floats

    def score(self, features: Reals) -> Floats:
        """One score per row; the higher the better."""
        slope = self.weights / self.spread
        return features.astype(np.float64) @ slope - self.middle @ slope


def learn(features: Reals, right: npt.NDArray[np.bool_], question: Codes, ridge: float) -> Linear:
    """Weights from rows of candidates, rows of one question together, each with a right one."""
    from scipy.optimize import minimize

    middle = features.mean(axis=0, dtype=np.float64)
    spread = features.std(axis=0, dtype=np.float64)
    spread[spread < _LEAST_SPREAD] = 1.0
    rows = ((features - middle) / spread).astype(np.float32)
    begins = np.flatnonzero(np.concatenate(([True], question[1:] != question[:-1])))
    of = np.repeat(np.arange(len(begins)), np.diff(np.append(begins, len(question))))
    truth = right / np.add.reduceat(right.astype(np.float64), begins)[of]

    def loss(weights: Floats) -> tuple[float, Floats]:
        score = (rows @ weights.astype(np.float32)).astype(np.float64)
        score -= np.maximum.reduceat(score, begins)[of]
        chance = np.exp(score)
        whole = np.add.reduceat(chance, begins)[of]
        chance /= whole
        lost = -float(truth @ (score - np.log(whole))) / len(begins)
        slope = rows.T @ (chance - truth).astype(np.float32)
        return (
            lost + ridge * float(weights @ weights),
            slope.astype(np.float64) / len(begins) + 2 * ridge * weights,
        )

    start = np.zeros(features.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return Linear(middle, spread, found.x)
