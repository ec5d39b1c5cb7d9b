"""What a model is: a question, what it reads, how it is trained, measured and asked.

One subclass of `Model` per question, one module each in `learning/models`; everything that lists
models (training, evaluation, Dagster, the command line, the docs) goes over `catalogue.MODELS`.

The order of use is always the same: `prepare` makes examples from the tables, `train` a state
from the training part, `apply` tells what a state does on each unit of the test part. `apply` is
given states of other versions of the data, too: that is how the champion is compared.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.knowledge.schema import Table

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

Inputs = Mapping[str, Mapping[str, pa.Table]]
"""Tables by group and name: `inputs["parsed_configuration"]["routines"]`."""

State = dict[str, Any]
"""What training gives: scikit-learn estimators, NumPy and SciPy arrays, plain values.

Nothing of our own classes, so that `skops` can load it without trusting any type. Long lists of
texts are NumPy arrays of texts: as Python lists they would be a node of JSON each.
"""

Parameters = Mapping[str, float | int | str | bool]


class Words(NamedTuple):
    """A text in both languages."""

    ru: str
    en: str


@dataclass(frozen=True, slots=True)
class Units:
    """What a contender did on each unit (object, routine, question) of the test split.

    `groups[unit]` is the code of the object it belongs to: units of one object are resampled
    together. `values` are columns of that length; metrics read them.
    """

    groups: Codes
    values: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.groups)


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of merit, the higher the better.

    `of` gets the columns of `Units.values` and the weight of each unit (how often the bootstrap
    drew it; whole numbers, all 1 for the figure itself).
    """

    name: str
    title: Words
    of: Callable[[Mapping[str, Floats], Floats], float]


def mean_of(column: str) -> Callable[[Mapping[str, Floats], Floats], float]:
    """The weighted mean of a column."""

    def of(values: Mapping[str, Floats], weights: Floats) -> float:
        total = float(weights.sum())
        return float(values[column] @ weights) / total if total else 0.0

    return of


E = TypeVar("E")
"""The examples of a model, a class of its module."""


class Model(ABC, Generic[E]):
    """A question to be learned. Stateless: what was learned is a `State`."""

    name: ClassVar[str]
    """Name of the asset group: `classification_model`."""
    version: str
    """Version of the code: raised when features, training or the state change their meaning."""
    title: ClassVar[Words]
    question: ClassVar[Words]
    reads: ClassVar[Mapping[str, Mapping[str, Collection[str]]]]
    """Columns to read, by table, by group."""
    parameters: Parameters
    metrics: ClassVar[Sequence[Metric]]
    """The first decides about promotion; the others are told."""
    limits: ClassVar[Words] = Words("", "")
    """What its answers must not be taken for."""
    unit: ClassVar[Words]
    """What one unit of the test split is, in the plural: «объекты», «вопросы»."""
    baseline_titles: ClassVar[Mapping[str, Words]]
    """What people read for the names of `baselines`."""
    least: ClassVar[int]
    """Training examples without which nothing is trained."""
    least_tests: ClassVar[int] = 20
    """Units of the test split without which nothing is trained: no score would mean anything."""
    outputs: ClassVar[Mapping[str, Table]]
    """What users read: tables of `answer`, whose first column is `experiment`, and of `index`."""

    @abstractmethod
    def prepare(self, inputs: Inputs, seed: int) -> E:
        """Examples of an upload: features, truth, the split. The same input, the same examples."""

    @abstractmethod
    def counts(self, examples: E) -> tuple[int, int]:
        """How many training examples and how many units of the test split there are."""

    @abstractmethod
    def train(self, examples: E, parameters: Parameters, seed: int) -> State:
        """Learn from the training part alone."""

    @abstractmethod
    def apply(self, state: State, examples: E) -> Units:
        """What `state` does on the test part.

        `state` may come from an earlier upload: classes, names and columns it does not know count
        as unknown, never as an error.
        """

    @abstractmethod
    def baselines(self, examples: E) -> Mapping[str, Units]:
        """What simple means do on the same units, in the same order, by name of the means."""

    @abstractmethod
    def answer(self, state: State, examples: E) -> Mapping[str, pa.Table]:
        """The tables of `outputs` without their column `experiment`."""

    def index(self, examples: E) -> Mapping[str, pa.Table]:
        """Those tables of `outputs` that need no state and so have no column `experiment`.

        They are made even if nothing is trained. None by default.
        """
        del examples
        return {}

    def notes(self, state: State, examples: E) -> Mapping[str, str | int | float]:
        """Further figures for the model card. None by default."""
        del state, examples
        return {}

    def charts(self, state: State, examples: E, units: Units, language: str) -> list[str]:
        """Pictures for the model card, as images of Markdown. None by default."""
        del state, examples, units, language
        return []
