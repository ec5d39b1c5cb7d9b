"""The whole dataset of a small configuration, from files to tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from cai_assets.knowledge.extract import extract
from cai_assets.learning.dataset import reading
from cai_assets.learning.dataset.build import READS, Dataset, build
from cai_assets.learning.dataset.card import card
from cai_assets.learning.dataset.checks import run_checks
from cai_assets.learning.dataset.filters import Filters
from cai_assets.learning.dataset.jsonl import write
from cai_assets.learning.dataset.schema import TABLES
from cai_assets.learning.splits import part_of
from cai_assets.rules.config import RuleConfig
from cai_assets.rules.run import check_configuration
from cai_assets_tests.edt import EdtProject

PRICES = """// MIT License

// Возвращает последнюю цену товара на указанный день.
// По вопросам: ivanov@firma-test.ru
//
// Параметры:
//  Товар - СправочникСсылка.Товары - товар
//
// Возвращаемое значение:
//  Число - цена
//
Функция ЦенаТовара(Товар, Дата) Экспорт
    Запрос = Новый Запрос("ВЫБРАТЬ Т.Цена ИЗ Справочник.Товары КАК Т ГДЕ Т.Ссылка = &Товар");
    Запрос.УстановитьПараметр("Товар", Товар);
    Выборка = Запрос.Выполнить().Выбрать();
    Если Выборка.Следующий() Тогда
        Возврат Выборка.Цена;
    КонецЕсли;
    Возврат 0;
КонецФункции

Процедура Пустая()
КонецПроцедуры

Процедура ПроверитьЦену(Товар, Отказ) Экспорт
    Если ЦенаТовара(Товар, ТекущаяДата()) = 0 Тогда
        Отказ = Истина;
        Сообщить("Нет цены");
    КонецЕсли;
КонецПроцедуры
"""
COPY = """Процедура ПроверитьПредложение(Товар, Отказ) Экспорт
    Если ЦенаТовара(Товар, ТекущаяДата()) = 0 Тогда
        Отказ = Истина;
        Сообщить("Цены нет совсем");
    КонецЕсли;
КонецПроцедуры

Процедура ПриНачале() Экспорт
    Цены.ПроверитьЦену(Неопределено, Ложь);
    Цены.ЦенаТовара(Неопределено, Неопределено);
КонецПроцедуры
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    project = EdtProject(tmp_path / "upload")
    project.common_module("Цены", PRICES)
    project.common_module("Предложения", COPY)
    project.object(
        "Catalog",
        "Товары",
        "  <attributes uuid='00000000-0000-4000-8000-000000009999'><name>Цена</name>"
        "<type><types>Number</types><numberQualifiers><precision>10</precision><scale>2</scale>"
        "</numberQualifiers></type></attributes>\n",
    )
    project.module("Catalog", "Товары", "Процедура ПередЗаписью(Отказ)\n Код = 1;\nКонецПроцедуры",
                   "ObjectModule.bsl")  # fmt: skip
    return tmp_path / "upload"


def _inputs(root: Path) -> dict[str, dict[str, pa.Table]]:
    """The tables with the columns of `READS` and no more."""
    parsed = extract(root, workers=1).tables
    run = check_configuration(root, parsed, config=RuleConfig(), workers=1)
    groups = {"parsed_configuration": parsed, "best_practices": run.tables()}
    return {
        group: {name: groups[group][name].select(list(names)) for name, names in columns.items()}
        for group, columns in READS.items()
    }


@pytest.fixture
def made(root: Path) -> Dataset:
    return build(root, _inputs(root), workers=1)


def _rows(made: Dataset) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in made.tables["routines"].to_pylist()}


def test_every_routine_has_a_row_with_its_text_and_context(made: Dataset) -> None:
    rows = _rows(made)
    assert len(rows) == 6
    price = rows["ЦенаТовара"]
    assert price["body"].startswith("Функция ЦенаТовара(Товар, Дата) Экспорт\n")
    assert price["signature"] == "Функция ЦенаТовара(Товар, Дата) Экспорт"
    assert price["license"] == "MIT"
    assert price["parameter_names"] == ["Товар", "Дата"]
    assert price["parameter_notes"] == ["Товар: СправочникСсылка.Товары – товар"]
    assert price["queries"][0].startswith("ВЫБРАТЬ Т.Цена")
    assert (price["category"], price["category_reason"]) == ("query", "query_text")
    catalog = rows["ПередЗаписью"]
    assert "Цена: Number(10,2)" in catalog["attributes"]
    assert (catalog["module_kind"], catalog["object_type"]) == ("ObjectModule", "Catalog")


def test_calls_are_told_at_both_ends(made: Dataset) -> None:
    rows = _rows(made)
    assert rows["ПриНачале"]["calls"] == [
        "CommonModule.Цены.ПроверитьЦену", "CommonModule.Цены.ЦенаТовара",
    ]  # fmt: skip
    assert rows["ЦенаТовара"]["callers"] == 2
    assert rows["ПриНачале"]["callers"] == 0


def test_secrets_are_masked_in_comments_too(made: Dataset) -> None:
    price = _rows(made)["ЦенаТовара"]
    assert "<EMAIL>" in price["doc"] and "<EMAIL>" in price["description"]
    assert price["masked"] == 1
    assert "ivanov" not in str(made.tables["tasks"].to_pylist())


def test_empty_and_copied_routines_are_dropped_with_the_reason(made: Dataset) -> None:
    rows = _rows(made)
    assert rows["Пустая"]["dropped"] == "empty"
    pair = [rows["ПроверитьЦену"], rows["ПроверитьПредложение"]]
    kept, dropped = sorted(pair, key=lambda row: row["dropped"])
    assert (kept["dropped"], dropped["dropped"]) == ("", "twin")
    assert dropped["twin_of"] == f"{kept['routine']}:{kept['line']}"
    assert kept["quality"] >= dropped["quality"]


def test_a_routine_belongs_to_the_split_of_its_object(made: Dataset) -> None:
    for row in made.tables["routines"].to_pylist():
        assert row["split"] == part_of(row["object"])


def test_scores_lie_between_nothing_and_one(made: Dataset) -> None:
    table = made.tables["routines"]
    for name in (name for name in table.column_names if name.startswith("quality")):
        assert all(0 <= value <= 1 for value in table.column(name).to_pylist())


def _failed(made: Dataset, folder: Path) -> list[str]:
    """The checks that fail once the files are written to `folder`."""
    write(made.tables["tasks"], folder)
    return [one.check.name for one in run_checks(made.tables, folder) if not one.passed]


def test_tables_have_their_schemas_and_pass_all_checks(made: Dataset, tmp_path: Path) -> None:
    assert list(made.tables) == list(TABLES)
    for name, table in made.tables.items():
        assert table.schema.equals(TABLES[name].arrow_schema)
    assert _failed(made, tmp_path) == []


def _same(one: Mapping[str, pa.Table], other: Mapping[str, pa.Table]) -> bool:
    return all(one[name].to_pylist() == other[name].to_pylist() for name in TABLES)


def test_workers_give_the_same_as_one_process(
    root: Path, made: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_INLINE_BYTES", 0)
    monkeypatch.setattr(reading, "_GROUP_BYTES", 1)
    again = build(root, _inputs(root), workers=2)
    assert again.stats.workers == 2
    assert _same(made.tables, again.tables)


def test_the_order_of_the_table_of_routines_does_not_matter(root: Path, made: Dataset) -> None:
    inputs = _inputs(root)
    routines = inputs["parsed_configuration"]["routines"]
    backwards = pa.array(range(routines.num_rows - 1, -1, -1))
    inputs["parsed_configuration"]["routines"] = routines.take(backwards)
    again = build(root, inputs, workers=1)
    assert _rows(again) == _rows(made)


def test_a_file_that_is_gone_costs_only_its_routines(root: Path, tmp_path: Path) -> None:
    inputs = _inputs(root)
    (root / "src/CommonModules/Цены/Module.bsl").unlink()
    found = build(root, inputs, workers=1)
    assert [file for file, _ in found.stats.problems] == ["src/CommonModules/Цены/Module.bsl"]
    rows = _rows(found)
    assert rows["ЦенаТовара"]["body"] == ""
    assert rows["ПриНачале"]["body"]
    assert "bodies_present" in _failed(found, tmp_path / "files")


def test_licences_that_are_not_allowed_are_left_out(root: Path) -> None:
    found = build(root, _inputs(root), filters=Filters(licenses=("",)), workers=1)
    rows = _rows(found)
    assert rows["ЦенаТовара"]["dropped"] == "license"
    assert rows["ПриНачале"]["dropped"] == ""


def test_a_configuration_without_code_gives_empty_tables(tmp_path: Path) -> None:
    EdtProject(tmp_path)
    found = build(tmp_path, _inputs(tmp_path), workers=1)
    assert found.tables["routines"].num_rows == found.tables["tasks"].num_rows == 0
    assert _failed(found, tmp_path / "files") == []
    assert card(found.tables["figures"], "en").startswith("# ML dataset")


def test_the_card_tells_counts_in_both_languages(made: Dataset) -> None:
    russian, english = (card(made.tables["figures"], language) for language in ("ru", "en"))
    assert "| методов | 6 |" in russian
    assert "| routines | 6 |" in english
    assert "| почти одинаковые | 1 |" in russian
    assert "| MIT | 3 |" in english
    assert russian.count("data:image/svg+xml") == 4


def test_hashes_change_with_the_content_alone(root: Path, made: Dataset) -> None:
    def hashes(dataset: Dataset) -> list[str]:
        rows = dataset.tables["figures"].to_pylist()
        return [row["text"] for row in rows if row["section"] == "hash"]

    assert hashes(build(root, _inputs(root), workers=1)) == hashes(made)
    module = root / "src/CommonModules/Цены/Module.bsl"
    module.write_text(module.read_text("utf-8").replace("Возврат 0", "Возврат 1"), "utf-8")
    changed = hashes(build(root, _inputs(root), workers=1))
    assert all(one != other for one, other in zip(changed, hashes(made), strict=True))
