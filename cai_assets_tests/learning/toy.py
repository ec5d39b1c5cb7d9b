"""A model small enough to be checked by hand: the mean of a column, by letter of the name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.schema import TEXT, Column, Table
from cai_assets.learning.model import (
    Codes,
    Floats,
    Inputs,
    Metric,
    Model,
    Parameters,
    State,
    Units,
    Words,
    mean_of,
)
from cai_assets.learning.schema import EXPERIMENT

_GUESSES = Table(
    "guesses",
    "Guesses",
    "Догадки",
    (EXPERIMENT, Column("object", TEXT, "Object"), Column("guess", pa.float64(), "Guess")),
    ("experiment", "object"),
)


@dataclass(frozen=True)
class Numbers:
    names: list[str]
    values: Floats
    test: np.ndarray[Any, np.dtype[np.bool_]]


class Toy(Model[Numbers]):
    """Learns `offset`: what to add to the letter's number to get the value.

    `skill` 1 gives the right answer, 0 that of the baseline.
    """

    name = "toy_model"
    version = "1"
    title = Words("Игрушка", "Toy")
    question = Words("Какое число?", "Which number?")
    unit = Words("объекты", "objects")
    baseline_titles = {"constant": Words("постоянная", "constant")}
    reads = {"parsed_configuration": {"objects": ("object", "value")}}
    parameters: Parameters = {"skill": 1.0}
    metrics = (Metric("nearness", Words("близость", "nearness"), mean_of("nearness")),)
    least = 4
    least_tests = 4
    outputs = {"guesses": _GUESSES}

    def __init__(self, skill: float = 1.0, version: str = "1") -> None:
        self.parameters = {"skill": skill}
        self.version = version

    def prepare(self, inputs: Inputs, seed: int) -> Numbers:
        del seed
        table = inputs["parsed_configuration"]["objects"]
        names = table.column("object").to_pylist()
        test = np.arange(len(names)) % 2 == 0
        return Numbers(names, table.column("value").to_numpy().astype(float), test)

    def counts(self, examples: Numbers) -> tuple[int, int]:
        return int((~examples.test).sum()), int(examples.test.sum())

    def train(self, examples: Numbers, parameters: Parameters, seed: int) -> State:
        del seed
        known = np.flatnonzero(~examples.test)
        gaps = [examples.values[row] - _number(examples.names[row]) for row in known]
        return {"offset": float(np.mean(gaps)), "skill": float(parameters["skill"])}

    def apply(self, state: State, examples: Numbers) -> Units:
        rows = np.flatnonzero(examples.test)
        guesses = np.array([_number(examples.names[row]) + state["offset"] for row in rows])
        missed = np.abs(guesses - examples.values[rows]) + (1 - state["skill"]) * 5
        return _units(rows, missed)

    def baselines(self, examples: Numbers) -> Mapping[str, Units]:
        rows = np.flatnonzero(examples.test)
        return {"constant": _units(rows, np.full(len(rows), 4.0))}

    def answer(self, state: State, examples: Numbers) -> Mapping[str, pa.Table]:
        guesses = [_number(name) + state["offset"] for name in examples.names]
        return {"guesses": pa.table({"object": examples.names, "guess": guesses})}


def _number(name: str) -> float:
    return float(ord(name[-1]) - ord("a"))


def _units(rows: Codes, missed: Floats) -> Units:
    return Units(rows.astype(np.int64), {"nearness": 1 / (1 + missed)})


def inputs(letters: str = "abcdefghijklmnop", offset: float = 10.0) -> Inputs:
    """Objects named by letters; the value is the letter's number plus `offset` and a wobble."""
    names = [f"Catalog.{letter}" for letter in letters]
    wobble = [0.1 * (at % 3) for at in range(len(names))]
    values = [_number(name) + offset + more for name, more in zip(names, wobble, strict=True)]
    table = pa.table(
        {"object": pa.array(names, pa.string()), "value": pa.array(values, pa.float64())}
    )
    return {"parsed_configuration": {"objects": table}}
