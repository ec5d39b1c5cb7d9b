"""Structure, volume and spread are what the files hold."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pyarrow.compute as pc
import pytest

from cai_assets.analysis.architecture import TABLES, analyse
from cai_assets.analysis.architecture.structure import BUCKETS, THRESHOLDS
from cai_assets_tests.analysis.architecture.sample import (
    TRADE,
    project_tables,
    result,
    row,
    rows,
    tables,
)
from cai_assets_tests.edt import EdtProject

_SRC = TRADE / "edt" / "trading-company" / "src"


def _contents(path: Path) -> set[str]:
    """What a subsystem and those nested in it list."""
    listed = set(re.findall(r"<content>(.*?)</content>", path.read_text("utf-8")))
    for nested in path.parent.glob("Subsystems/*/*.mdo"):
        listed |= _contents(nested)
    return listed


def test_every_table_has_its_schema() -> None:
    analysed = result()
    assert list(analysed) == list(TABLES)
    for name, table in TABLES.items():
        assert analysed[name].schema.equals(table.arrow_schema), name


def test_keys_identify_rows() -> None:
    for name, table in TABLES.items():
        found = result()[name].select(list(table.key)).to_pylist()
        assert len({tuple(row.values()) for row in found}) == len(found), name


@pytest.mark.parametrize("name", ["Продажи", "Склад", "Финансы", "Администрирование"])
def test_a_subsystem_counts_what_it_and_nested_ones_list(name: str) -> None:
    path = _SRC / "Subsystems" / name / f"{name}.mdo"
    found = row(result(), "structure", scope="subsystem", name=f"Subsystem.{name}")
    own = re.findall(r"<content>(.*?)</content>", path.read_text("utf-8"))
    assert found["direct_objects"] == len(own)
    assert found["objects"] == len(_contents(path))
    assert found["parent"] is None
    assert found["depth"] == 0


def test_nested_subsystems_know_their_place() -> None:
    deep = "Subsystem.Продажи.Subsystem.ЗаказыПокупателей.Subsystem.СогласованиеСкидок"
    found = row(result(), "structure", scope="subsystem", name=deep)
    assert found["depth"] == 2
    assert found["parent"] == "Subsystem.Продажи.Subsystem.ЗаказыПокупателей"


def test_lines_of_a_subsystem_are_those_of_its_modules() -> None:
    listed = {name.casefold() for name in _contents(_SRC / "Subsystems" / "Склад" / "Склад.mdo")}
    modules = tables()["modules"].to_pylist()
    lines = sum(m["lines"] for m in modules if m["object"].casefold() in listed)
    found = row(result(), "structure", scope="subsystem", name="Subsystem.Склад")
    assert found["lines"] == lines > 0


def test_the_whole_is_the_sum_of_types_and_of_kinds_of_modules() -> None:
    whole = row(result(), "structure", scope="configuration")
    for scope in ("type", "module_kind"):
        for column in ("modules", "lines", "routines", "cognitive"):
            parts = sum(part[column] for part in rows(result(), "structure", scope=scope))
            assert parts == whole[column], (scope, column)
    assert whole["modules"] == len(list(_SRC.rglob("*.bsl")))
    assert whole["objects"] == tables()["objects"].num_rows
    assert whole["members"] == tables()["members"].num_rows


def test_one_routine_of_the_sample_is_too_complex() -> None:
    cognitive = row(result(), "quantiles", scope="configuration", measure="cognitive")
    cyclomatic = row(result(), "quantiles", scope="configuration", measure="cyclomatic")
    assert (cognitive["over"], cognitive["max"], cognitive["threshold"]) == (1, 43, 15)
    assert (cyclomatic["over"], cyclomatic["max"], cyclomatic["threshold"]) == (1, 27, 20)
    (where,) = [
        found["name"]
        for found in rows(result(), "quantiles", scope="subsystem", measure="cognitive")
        if found["over"]
    ]
    assert where == "Subsystem.Продажи"


def test_quantiles_are_values_by_nearest_rank() -> None:
    values = sorted(tables()["routines"].column("cognitive").to_pylist())
    found = row(result(), "quantiles", scope="configuration", measure="cognitive")
    for name, share in (("median", 0.5), ("p75", 0.75), ("p90", 0.9), ("p95", 0.95)):
        assert found[name] == values[math.ceil(share * len(values)) - 1]
    assert found["mean"] == pytest.approx(sum(values) / len(values))


def test_buckets_hold_every_routine_once_and_break_above_thresholds() -> None:
    for measure, edges in BUCKETS.items():
        assert THRESHOLDS[measure] + 1 in edges
        buckets = rows(result(), "distribution", scope="configuration", measure=measure)
        of_modules = measure == "module_lines"
        table = tables()["modules" if of_modules else "routines"]
        values = table.column("lines" if of_modules else measure)
        assert sum(bucket["count"] for bucket in buckets) == table.num_rows
        for bucket in buckets:
            inside = pc.greater_equal(values, bucket["low"])
            if bucket["high"] is not None:
                inside = pc.and_(inside, pc.less_equal(values, bucket["high"]))
            assert pc.sum(inside).as_py() == bucket["count"], (measure, bucket)


def test_an_adopted_object_counts_once_and_its_code_with_it(tmp_path: Path) -> None:
    base = EdtProject(tmp_path / "base", "Основа")
    base.common_module("Общий", "Процедура А() Экспорт\nКонецПроцедуры\n")
    base.object("Subsystem", "Ядро", "  <content>CommonModule.Общий</content>\n")
    extension = EdtProject(
        tmp_path / "extension",
        "Добавка",
        "  <objectBelonging>Adopted</objectBelonging>\n"
        "  <configurationExtensionPurpose>Customization</configurationExtensionPurpose>\n",
    )
    extension.object("CommonModule", "Общий", "  <objectBelonging>Adopted</objectBelonging>\n")
    extension.module("CommonModule", "Общий", "Процедура Доб_Б()\nКонецПроцедуры\n")
    analysed = analyse(project_tables(tmp_path))
    core = row(analysed, "structure", scope="subsystem", name="Subsystem.Ядро")
    assert (core["objects"], core["modules"], core["routines"]) == (1, 2, 2)
    assert row(analysed, "structure", scope="project", name="Добавка")["routines"] == 1


def test_a_subsystem_in_several_places_counts_an_object_once(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    project.object("Catalog", "Товары")
    project.object("Catalog", "Прочее")
    content = "  <content>Catalog.Товары</content>\n"
    project.object("Subsystem", "Верх", content)
    project.write(
        "src/Subsystems/Верх/Subsystems/Низ/Низ.mdo",
        f'<mdclass:Subsystem xmlns:mdclass="m" uuid="1"><name>Низ</name>{content}'
        "</mdclass:Subsystem>",
    )
    analysed = analyse(project_tables(tmp_path))
    assert row(analysed, "structure", scope="subsystem", name="Subsystem.Верх")["objects"] == 1
    # The catalog, the two subsystems and the configuration itself stand in none.
    assert row(analysed, "structure", scope="subsystem", name="")["objects"] == 4


@pytest.mark.parametrize("name", [name for name in TABLES if name not in ("measures", "trend")])
def test_both_layouts_of_the_sample_measure_the_same(name: str) -> None:
    def measured(layout: str) -> list[str]:
        table = result(layout)[name]
        places = [column for column in ("file", "line") if column in table.column_names]
        return sorted(map(repr, table.drop_columns(places).to_pylist()))

    assert measured("edt") == measured("designer") != []
