"""The rules find the faults that `examples/README.md` lists, in both layouts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from cai_assets.knowledge.extract import extract
from cai_assets.rules.run import check_configuration
from cai_assets_tests.examples.faults import Fault, faults

_EXAMPLES = Path(__file__).parents[2] / "examples"
_FOLDERS = {"edt": "trade/edt/trading-company", "designer": "trade/designer"}


class _Finding(NamedTuple):
    key: str
    object: str
    routine: str
    status: str


@cache
def _findings(layout: str) -> list[_Finding]:
    root = _EXAMPLES / _FOLDERS[layout]
    run = check_configuration(root, extract(root, workers=1).tables, workers=1)
    assert run.problems.num_rows == 0
    names = ("rule", "object", "routine", "status")
    columns = (run.findings.column(name).to_pylist() for name in names)
    return [_Finding(*row) for row in zip(*columns, strict=True)]


both_layouts = pytest.mark.parametrize("layout", _FOLDERS)


def test_the_list_is_read() -> None:
    assert len(faults()) > 12
    assert Fault("ParseError", "Report.АнализПродаж", "ПараметрыПоУмолчанию") in faults()


@both_layouts
@pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.key)
def test_the_fault_is_found(layout: str, fault: Fault) -> None:
    places = [x for x in _findings(layout) if x.key == fault.key and x.status == "open"]
    assert any(
        place.object == fault.object and place.routine.rpartition(".")[2] == fault.routine
        for place in places
    ), places


@both_layouts
def test_what_a_comment_switches_off_is_not_open(layout: str) -> None:
    switched = "CommonModule.ОбщиеМеханизмыПовтИсп"
    found = [x for x in _findings(layout) if x.key == "SetPrivilegedMode" and x.object == switched]
    assert [x.status for x in found] == ["suppressed"]


def test_both_layouts_give_the_same_findings() -> None:
    assert sorted(_findings("edt")) == sorted(_findings("designer"))
