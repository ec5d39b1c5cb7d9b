"""The tables of the analysis on configurations of a few objects."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from cai_assets.analysis.dependencies import TABLES, analyse
from cai_assets_tests.analysis.dependencies.crafting import (
    by,
    edge,
    object_,
    pairs,
    routine,
    subsystem,
    tables,
)

GOODS, ORDER, PRICES, ROLE = "Catalog.Товары", "Document.Заказ", "CommonModule.Цены", "Role.Все"
SALES, STOCK = "Subsystem.Продажи", "Subsystem.Склад"


def shop(**more: list[dict[str, Any]]) -> dict[str, pa.Table]:
    """Order depends on goods and prices, prices on goods and back; a role has rights on goods."""
    return tables(
        **{
            "objects": [
                subsystem(SALES),
                subsystem(STOCK),
                object_(ORDER, SALES),
                object_(PRICES, SALES),
                object_(GOODS, STOCK),
                object_(ROLE),
            ],
            "routines": [routine(f"{PRICES}.Цена", export=True)],
            "references": [
                edge(f"{ORDER}.Attribute.Товар", GOODS, "type", file="Заказ.mdo", line=7),
                edge(f"{ORDER}.ObjectModule.Б", f"{PRICES}.Цена", file="Б.bsl", line=30),
                edge(f"{ORDER}.ObjectModule.А", f"{PRICES}.Цена", file="Б.bsl", line=20),
                edge(f"{PRICES}.Цена", GOODS, "manager", file="Ц.bsl", line=3),
                edge(f"{PRICES}.Цена", GOODS, "query_table", file="Ц.bsl", line=2),
                edge(f"{GOODS}.ObjectModule.В", f"{PRICES}.Цена", file="Т.bsl", line=1),
                edge(ROLE, GOODS, "right", file="Все.rights", line=1),
                edge(ROLE, ORDER, "right", file="Все.rights", line=1, resolved=False),
                edge(f"{GOODS}.Attribute.А", f"{GOODS}.Attribute.Б", "choice_link"),
                edge(SALES, ORDER, "subsystem"),
            ],
            **more,
        }
    )


def test_every_table_has_the_schema_it_states() -> None:
    for found in (analyse(shop()), analyse(tables())):
        assert list(found) == list(TABLES)
        for name, table in found.items():
            assert table.schema.equals(TABLES[name].arrow_schema), name


def test_references_between_two_objects_are_one_edge_with_the_first_place() -> None:
    edges = analyse(shop())["graph_edges"].to_pylist()
    assert [(row["source"], row["target"], row["kinds"], row["links"]) for row in edges] == [
        (PRICES, GOODS, "manager,query_table", 2),
        (ORDER, GOODS, "type", 1),
        (ROLE, GOODS, "right", 1),
        (GOODS, PRICES, "call", 1),
        (ORDER, PRICES, "call", 2),
    ]
    prices = edges[0]
    assert (prices["kind"], prices["file"], prices["line"]) == ("query_table", "Ц.bsl", 2)
    assert (prices["code"], prices["query"], prices["data"]) == (1, 1, 0)
    assert (edges[4]["from_id"], edges[4]["line"]) == (f"{ORDER}.ObjectModule.А", 20)
    assert [row["rights_only"] for row in edges] == [False, False, True, False, False]


def test_rights_alone_are_no_part_of_the_measured_graph() -> None:
    nodes = by(analyse(shop())["graph_nodes"], "object")
    assert nodes[GOODS]["in_degree"] == 2
    assert nodes[ROLE]["out_degree"] == 0
    assert nodes[ROLE]["orphan"]
    assert nodes[ROLE]["community"] is None


def test_nodes_have_components_layers_and_their_home() -> None:
    nodes = by(analyse(shop())["graph_nodes"], "object")
    assert nodes[GOODS]["component"] == nodes[PRICES]["component"] != nodes[ORDER]["component"]
    assert [nodes[id_]["component_size"] for id_ in (GOODS, PRICES, ORDER)] == [2, 2, 1]
    assert [nodes[id_]["layer"] for id_ in (GOODS, PRICES, ORDER)] == [0, 0, 1]
    assert [nodes[id_]["subsystem"] for id_ in (GOODS, ORDER, ROLE)] == [STOCK, SALES, None]
    assert nodes[ORDER]["out_links"] == 3


def test_an_object_that_an_extension_adopts_is_one_node() -> None:
    adopted = object_("Catalog.ТОВАРЫ", project="Доработки", belonging="Adopted")
    found = analyse(
        tables(
            objects=[object_(GOODS), object_("Report.Отчет", project="Доработки"), adopted],
            references=[edge("Report.Отчет", "Catalog.ТОВАРЫ", "type", project="Доработки")],
        )
    )
    assert pairs(found["graph_nodes"], "project", "object", "in_degree") == [
        ("Торговля", GOODS, 1),
        ("Доработки", "Report.Отчет", 0),
    ]


def test_instability_counts_objects_as_martin_does() -> None:
    metrics = by(analyse(shop())["subsystem_metrics"], "subsystem")
    sales, stock = metrics[SALES], metrics[STOCK]
    # Of sales, order and prices depend on goods; goods depends on prices.
    assert (sales["objects"], sales["afferent"], sales["efferent"]) == (2, 1, 2)
    assert sales["instability"] == pytest.approx(2 / 3)
    assert (stock["afferent"], stock["efferent"]) == (2, 1)
    assert stock["instability"] == pytest.approx(1 / 3)
    assert (sales["links_inside"], sales["links_in"], sales["links_out"]) == (2, 1, 3)
    assert (stock["used_by"], stock["uses"], stock["component_size"]) == (1, 1, 2)


def test_a_subsystem_without_edges_has_no_instability() -> None:
    found = analyse(tables(objects=[subsystem(SALES), object_(GOODS, SALES)]))
    assert found["subsystem_metrics"].column("instability").to_pylist() == [None]


def test_cycles_of_subsystems_and_objects_with_what_to_cut() -> None:
    found = analyse(shop())
    assert pairs(found["cycles"], "cycle", "level", "members", "edges", "links", "cut_links") == [
        (0, "subsystem", [SALES, STOCK], 2, 4, 1),
        (1, "object", [GOODS, PRICES], 2, 3, 1),
    ]
    columns = ("cycle", "from_subsystem", "source_object", "target_object", "kind", "line", "cut")
    assert pairs(found["cycle_edges"], *columns) == [
        (0, STOCK, GOODS, PRICES, "call", 1, True),
        (0, SALES, PRICES, GOODS, "query_table", 2, False),
        (0, SALES, ORDER, GOODS, "type", 7, False),
        (1, STOCK, GOODS, PRICES, "call", 1, True),
        (1, SALES, PRICES, GOODS, "query_table", 2, False),
    ]
    figures = ("from_subsystem", "to_subsystem", "object_edges", "links", "links_back", "cut")
    assert pairs(found["subsystem_edges"], *figures) == [
        (SALES, STOCK, 2, 3, 1, False),
        (STOCK, SALES, 1, 1, 3, True),
    ]


def test_without_a_cycle_nothing_is_cut() -> None:
    found = analyse(
        tables(
            objects=[subsystem(SALES), subsystem(STOCK), object_(ORDER, SALES)]
            + [object_(GOODS, STOCK)],
            references=[edge(ORDER, GOODS, "type")],
        )
    )
    assert found["cycles"].num_rows == found["cycle_edges"].num_rows == 0
    assert pairs(found["subsystem_edges"], "cycle", "cut") == [(None, False)]


@pytest.mark.parametrize(
    ("subsystems", "home"),
    [
        # A section of the interface is not where a thing is made.
        ([("Subsystem.Меню", True), ("Subsystem.Библиотека", False)], "Subsystem.Библиотека"),
        # The deeper of two sections says more.
        ([("Subsystem.А", True), ("Subsystem.Б.Subsystem.В", True)], "Subsystem.Б.Subsystem.В"),
        # Of two like ones the first by name.
        ([("Subsystem.Б", True), ("Subsystem.А", True)], "Subsystem.А"),
    ],
)
def test_the_home_of_an_object_in_several_subsystems(
    subsystems: list[tuple[str, bool]], home: str
) -> None:
    rows = [subsystem(id_, section=section) for id_, section in subsystems]
    objects = [*rows, object_(GOODS, *(id_ for id_, _ in subsystems))]
    nodes = by(analyse(tables(objects=objects))["graph_nodes"], "object")
    assert nodes[GOODS]["subsystem"] == home


def test_of_subsystems_of_one_depth_the_home_is_the_one_that_names_fewer_objects() -> None:
    objects = [subsystem("Subsystem.А"), subsystem("Subsystem.Б")]
    objects += [object_(GOODS, "Subsystem.А", "Subsystem.Б"), object_(ORDER, "Subsystem.А")]
    nodes = by(analyse(tables(objects=objects))["graph_nodes"], "object")
    assert nodes[GOODS]["subsystem"] == "Subsystem.Б"


def test_communities_have_a_leader_and_their_commonest_home() -> None:
    (only,) = analyse(shop())["communities"].to_pylist()
    assert (only["objects"], only["subsystem"], only["links_outside"]) == (3, SALES, 0)
    assert only["share"] == pytest.approx(2 / 3)
    assert only["leader"] in {GOODS, PRICES}
    assert only["links_inside"] == 6


def test_who_names_a_routine() -> None:
    found = analyse(shop())["routine_edges"]
    assert pairs(found, "source", "target", "links", "kind", "line") == [
        (f"{GOODS}.ObjectModule.В", f"{PRICES}.Цена", 1, "call", 1),
        (f"{ORDER}.ObjectModule.А", f"{PRICES}.Цена", 1, "call", 20),
        (f"{ORDER}.ObjectModule.Б", f"{PRICES}.Цена", 1, "call", 30),
    ]


def test_the_summary_counts_what_the_tables_hold() -> None:
    found = by(analyse(shop())["graph_summary"], "measure")
    assert {name: row["value"] for name, row in found.items() if row["value"]} == {
        "objects": 6,
        "edges": 4,
        "links": 6,
        "orphans": 3,
        "layers": 2,
        "communities": 1,
        "object_cycles": 1,
        "objects_in_cycles": 2,
        "largest_object_cycle": 2,
        "subsystem_cycles": 1,
        "subsystems_in_cycles": 2,
        "mutual_subsystems": 1,
    }
