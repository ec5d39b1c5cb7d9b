"""Links between objects are merged, cut to what pages show, and counted in full."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from cai_assets.knowledge import reasons
from cai_assets.site.derived.links import CALLERS, PLACES, TABLES
from cai_assets.site.model import Source
from cai_assets_tests.site.tables import Given


def _owner(id_: str) -> str:
    return ".".join(id_.split(".")[:2])


def _reference(source: str, target: str, kind: str = "call", **columns: Any) -> dict[str, Any]:
    return {
        "source": source,
        "target": target,
        "kind": kind,
        "source_object": _owner(source),
        "target_object": _owner(target),
        "file": "a.bsl",
        "line": 1,
        "resolved": True,
        "reason": "",
        **columns,
    }


def _rows(name: str, source: Source) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = TABLES[name](source).to_pylist()
    return rows


def _table(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows))


def _links(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return _rows("object_links", Given(references=_table(*rows)))


def test_references_of_a_pair_and_kind_are_counted_and_the_first_places_kept() -> None:
    rows = [_reference("Catalog.А.Х", "CommonModule.М.П", line=line) for line in (9, 3, 7, 5)]
    found = _links(*rows, _reference("Catalog.А", "CommonModule.М", "type"))
    calls = [row for row in found if row["kind"] == "call"]
    assert [(row["line"], row["rank"], row["total"]) for row in calls] == [
        (3, 0, 4),
        (5, 1, 4),
        (7, 2, 4),
    ]
    assert len(calls) == PLACES
    assert [row["total"] for row in found if row["kind"] == "type"] == [1]


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [
        _reference(f"Catalog.{name}.Х", f"CommonModule.{target}.П", line=line)
        for name, target, line in (("Б", "М", 2), ("А", "М", 2), ("А", "Н", 1), ("Б", "М", 1))
    ]
    assert _links(*rows) == _links(*reversed(rows))


def test_contents_rights_and_an_object_s_own_references_are_left_out() -> None:
    assert not _links(
        _reference("Subsystem.П", "Catalog.А", "subsystem"),
        _reference("Configuration.К", "Catalog.А", "contains"),
        _reference("Role.Р", "Catalog.А", "right"),
        _reference("Catalog.А.Х", "Catalog.А.У"),
        _reference("Catalog.А.Х", "Catalog.Б", target_object=None),
    )


def test_what_leads_to_nothing_is_told_once_with_its_reason() -> None:
    missing: dict[str, Any] = {"resolved": False, "target_object": None}
    rows = [
        _reference("Catalog.А.Х", "CommonModule.Нет", line=7, reason=reasons.NOT_HERE, **missing),
        _reference("Catalog.А.У", "CommonModule.Нет", line=3, reason=reasons.NOT_HERE, **missing),
        _reference("Catalog.А", "CatalogObject", reason=reasons.ANY_OBJECT, **missing),
        _reference("Catalog.А", "Catalog.Б"),
    ]
    (found,) = _rows("dangling", Given(references=_table(*rows)))
    assert (found["target"], found["total"], found["line"]) == ("CommonModule.Нет", 2, 3)


def _routines(*ids: str) -> pa.Table:
    return _table(*({"routine": id_, "object": _owner(id_)} for id_ in ids))


def _edges(*rows: tuple[str, str, int]) -> pa.Table:
    names = ("source", "target", "links", "kind")
    return _table(*(dict(zip(names, (*row, "call"), strict=True)) for row in rows))


def test_the_busiest_callers_of_a_routine_are_kept_and_all_are_counted() -> None:
    callers = [f"Catalog.К{number}.ObjectModule.Р" for number in range(CALLERS + 2)]
    edges = [(caller, "CommonModule.М.П", place) for place, caller in enumerate(callers, 1)]
    edges.append(("CommonModule.М.П", "CommonModule.М.П", 99))  # calls itself
    source = Given(routines=_routines("CommonModule.М.П", *callers), routine_edges=_edges(*edges))
    found = sorted(_rows("routine_callers", source), key=lambda row: int(row["rank"]))
    assert [row["source"] for row in found] == list(reversed(callers))[:CALLERS]
    assert {row["callers"] for row in found} == {CALLERS + 2}
    assert {row["object"] for row in found} == {"CommonModule.М"}


def test_calls_inside_an_object_are_told_from_others() -> None:
    source = Given(
        routines=_routines("CommonModule.М.А", "CommonModule.М.Б", "CommonModule.Н.В"),
        routine_edges=_edges(
            ("CommonModule.М.А", "CommonModule.М.Б", 2), ("CommonModule.Н.В", "CommonModule.М.Б", 1)
        ),
    )
    (found,) = _rows("inner_calls", source)
    assert (found["source"], found["object"]) == ("CommonModule.М.А", "CommonModule.М")


def _cycle(level: str, source: str, target: str, links: int) -> dict[str, Any]:
    return {
        "cycle": 0 if level == "object" else 1,
        "level": level,
        "source_object": source,
        "target_object": target,
        "links": links,
        "cut": links == 1,
    }


def test_a_link_of_a_cycle_knows_the_links_back_and_the_members() -> None:
    source = Given(
        cycle_edges=_table(
            _cycle("object", "Catalog.А", "Catalog.Б", 5),
            _cycle("object", "Catalog.Б", "Catalog.А", 1),
            _cycle("subsystem", "Catalog.А", "Catalog.В", 1),
        ),
        cycles=_table(
            {"cycle": 0, "size": 2, "members": ["Catalog.А", "Catalog.Б"]},
            {"cycle": 1, "size": 99, "members": ["x"] * 99},
        ),
    )
    first, second = _rows("cycle_links", source)
    assert (first["links"], first["back"], first["cut"]) == (5, 1, False)
    assert (second["links"], second["back"], second["cut"]) == (1, 5, True)
    assert first["members"] == "Catalog.А\nCatalog.Б"


def test_models_that_were_not_trained_say_nothing() -> None:
    source = Given(
        routines=_routines("CommonModule.М.П"),
        modules=_table({"module": "CommonModule.М.Module", "object": "CommonModule.М"}),
    )
    for name in ("object_outliers", "object_suggestions"):
        table = TABLES[name](source)
        assert table.num_rows == 0
        assert "object" in table.column_names
