"""The faults that `examples/README.md` promises are found, in both layouts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest

from cai_assets.analysis.dependencies import analyse
from cai_assets.knowledge.extract import extract
from cai_assets_tests.analysis.dependencies.crafting import by, pairs

_TRADE = Path(__file__).parents[2] / "examples" / "trade"
_SALES, _STOCK = "CommonModule.ПродажиСервер", "CommonModule.ЗапасыСервер"


@cache
def _analysed(layout: str) -> dict[str, pa.Table]:
    folder = _TRADE / ("edt/trading-company" if layout == "edt" else layout)
    return analyse(extract(folder, workers=1).tables)


both_layouts = pytest.mark.parametrize("layout", ["edt", "designer"])


@both_layouts
def test_the_cycle_between_sales_and_stock(layout: str) -> None:
    rows = _analysed(layout)["cycle_edges"].to_pylist()
    found = {
        (row["source_object"], row["target_object"]): row
        for row in rows
        if row["level"] == "subsystem"
    }
    there, back = found[_SALES, _STOCK], found[_STOCK, _SALES]
    assert (there["from_subsystem"], there["to_subsystem"]) == (
        "Subsystem.Продажи",
        "Subsystem.Склад",
    )
    assert there["cycle"] == back["cycle"]
    assert there["kind"] == back["kind"] == "call"
    assert there["file"].endswith(".bsl")
    objects = [
        members
        for level, members in pairs(_analysed(layout)["cycles"], "level", "members")
        if level == "object"
    ]
    assert any({_SALES, _STOCK} <= set(members) for members in objects)


@both_layouts
def test_the_export_that_nobody_calls(layout: str) -> None:
    found = by(_analysed(layout)["unused"], "id")
    row = found["CommonModule.Ценообразование.НаценкаПоВидуНоменклатуры"]
    assert (row["kind"], row["confidence"]) == ("exported_routine", "certain")


@both_layouts
def test_the_catalog_that_nobody_uses(layout: str) -> None:
    row = by(_analysed(layout)["unused"], "id")["Catalog.ТорговыеПредставители"]
    assert (row["kind"], row["confidence"]) == ("object", "certain")


@both_layouts
def test_no_other_object_of_the_trade_itself_is_called_unused(layout: str) -> None:
    certain = {
        id_
        for kind, id_, confidence in pairs(_analysed(layout)["unused"], "kind", "id", "confidence")
        if kind in {"object", "exported_routine", "routine"} and confidence == "certain"
    }
    assert {id_ for id_ in certain if not id_.startswith(_LOOSE)} == {
        "Catalog.ТорговыеПредставители",
        "CommonModule.Ценообразование.НаценкаПоВидуНоменклатуры",
    }


_LOOSE = ("CommandGroup.", "CommonForm.", "FunctionalOption.", "WSReference.")
"""Kinds of which the sample has one without a user, and does not promise otherwise."""


def test_both_layouts_give_the_same_graph() -> None:
    edt, designer = _analysed("edt"), _analysed("designer")
    columns = ("source", "target", "kinds", "links")
    assert pairs(edt["graph_edges"], *columns) == pairs(designer["graph_edges"], *columns)
    columns_of_nodes = [name for name in edt["graph_nodes"].column_names if name != "project"]
    assert edt["graph_nodes"].select(columns_of_nodes).to_pylist() == (
        designer["graph_nodes"].select(columns_of_nodes).to_pylist()
    )
    assert pairs(edt["unused"], "id", "reason") == pairs(designer["unused"], "id", "reason")
