"""The parts of the quality score, by their formulas."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.learning.dataset import quality
from cai_assets.learning.dataset.quality import Quality


def _n(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, dtype=np.int64)


def test_size_falls_for_trivial_and_for_huge() -> None:
    assert quality.size(_n(0, 1, 5, 50, 300), _n(3, 4, 10, 100, 400)).tolist() == [
        0.0, 0.2, 1.0, 1.0, 0.5,
    ]  # fmt: skip


def test_complexity_is_that_of_the_worst_measure() -> None:
    found = quality.complexity(_n(1, 20, 40, 5), _n(0, 15, 15, 5), _n(0, 4, 4, 8), _n(0, 7, 7, 14))
    assert found.tolist() == [1.0, 1.0, 0.5, 0.5]


def test_documentation_asks_only_for_what_there_is() -> None:
    found = quality.documentation(
        _n(10, 10, 10, 2, 0),
        _n(0, 2, 2, 0, 1),
        _n(0, 1, 2, 0, 1),
        np.array([False, True, True, False, False]),
        np.array([False, False, True, False, False]),
    )
    assert np.allclose(found, [1.0, 0.65, 1.0, 0.0, 0.3 / 0.8])


def test_names_that_say_something_count() -> None:
    routines = Coded(np.array([0, 1, 1]), ["ПолучитьЦену", "Тест"])
    identifiers = pa.array([["Цена", "Валюта"], ["Стр1", "аб"], []], pa.list_(pa.string()))
    assert quality.names(routines, identifiers).tolist() == [1.0, 0.25, 0.25]


def test_findings_that_developers_suppressed_do_not_count() -> None:
    table = pa.table({
        "severity": ["critical", "minor", "blocker", "info", "blocker"],
        "status": ["open", "vendor", "suppressed", "open", "open"],
    })  # fmt: skip
    found = quality.findings(table, np.array([0, 0, 0, -1, 1]), 3)
    assert np.allclose(found, [0.5, 0.5, 1.0])
    many = pa.table({"severity": ["blocker"] * 3, "status": ["open"] * 3})
    assert quality.findings(many, _n(0, 0, 0), 1).tolist() == [0.0]


def test_the_score_is_the_mean_of_its_parts() -> None:
    ones, zeros = np.ones(2), np.zeros(2)
    assert np.allclose(Quality(ones, ones, zeros, ones, zeros).total(), [0.6, 0.6])


def test_no_routines_have_no_scores() -> None:
    empty = np.empty(0, dtype=np.int64)
    assert len(quality.size(empty, empty)) == 0
    names = quality.names(Coded(empty, []), pa.array([], pa.list_(pa.string())))
    assert len(names) == 0
    findings = pa.table(
        {"severity": pa.array([], pa.string()), "status": pa.array([], pa.string())}
    )
    assert len(quality.findings(findings, empty, 0)) == 0
