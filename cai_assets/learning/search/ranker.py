"""What a model learned, at work: it orders the candidates of a question.

A state holds the translation, and the weights of the features by name; features that a state does
not know, or that are no more, count for nothing.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cai_assets.learning.model import Floats, State
from cai_assets.learning.search.arrays import lists_of
from cai_assets.learning.search.features import NAMES, Describer
from cai_assets.learning.search.index import Index
from cai_assets.learning.search.listwise import Linear
from cai_assets.learning.search.matching import Matches
from cai_assets.learning.search.translation import Translation, Translator

CANDIDATES = 200
"""How many candidates are looked at closely."""


_TYPES = {
    "starts": np.int32,
    "rows": np.int32,
    "chances": np.float32,
    "usual": np.float32,
    "functions": np.float32,
}
"""The arrays of a state that are not 64-bit reals."""


class Ranker:
    """Scores candidates with what was learned."""

    def __init__(self, index: Index, state: State) -> None:
        translation = Translation(**{name: state[name] for name in Translation.__slots__})
        self._describer = Describer(index, Translator(translation, index))
        self._linear = _aligned(state)

    def scores(self, matches: Matches) -> Floats:
        """One score per candidate; the higher the better."""
        if not len(matches.documents):
            return np.empty(0)
        return self._linear.score(self._describer.describe(matches))


def state_of(translation: Translation, linear: Linear) -> State:
    """The state to keep: arrays alone."""
    return {
        **{name: getattr(translation, name) for name in Translation.__slots__},
        "features": np.array(NAMES, dtype=str),
        **linear._asdict(),
    }


def learned_table(state: State) -> pa.Table:
    """The arrays of a state as the table `LEARNED` without its column `experiment`."""
    names = sorted(state)
    texts = [state[name].tolist() if state[name].dtype.kind == "U" else None for name in names]
    numbers = [
        None if text is not None else state[name].tolist()
        for name, text in zip(names, texts, strict=True)
    ]
    return pa.table(
        {
            "name": pa.array(names),
            "numbers": pa.array(numbers, pa.list_(pa.float64())),
            "texts": pa.array(texts, pa.list_(pa.string())),
        }
    )


def learned_state(table: pa.Table) -> State | None:
    """The state in the rows of one experiment of `LEARNED`; None if there are none."""
    state: State = {}
    values, ends = lists_of(table.column("numbers"))
    texts = table.column("texts").to_pylist()
    for row, name in enumerate(table.column("name").to_pylist()):
        if texts[row] is None:
            numbers = values[ends[row] : ends[row + 1]]
            state[name] = numbers.astype(_TYPES.get(name, np.float64))
        else:
            state[name] = np.array(texts[row], dtype=str)
    return state or None


def _aligned(state: State) -> Linear:
    """The weights in the order of `NAMES`."""
    known = {name: at for at, name in enumerate(state["features"].tolist())}
    place = [known.get(name) for name in NAMES]

    def column(name: str, absent: float) -> Floats:
        return np.array([absent if at is None else state[name][at] for at in place])

    return Linear(column("middle", 0.0), column("spread", 1.0), column("weights", 0.0))
