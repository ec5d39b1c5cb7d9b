"""Two uploads are compared: every kind of change, and what it breaks."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from cai_assets.analysis.changes import READS, TABLES, analyse, to_markdown
from cai_assets.knowledge.extract import extract
from cai_assets.knowledge.schema import TABLES as PARSED
from cai_assets.rules.schema import FINDINGS
from cai_assets_tests.edt import EdtProject

_EXAMPLES = Path(__file__).parents[3] / "examples" / "trade"
_MODULE = """// Складывает.
Функция Сумма(А, Б = 1) Экспорт
	Возврат А + Б;
КонецФункции

Процедура Проверить(Знач Дата) Экспорт
	Если Дата = Неопределено Тогда
		ВызватьИсключение "Нет даты";
	КонецЕсли;
КонецПроцедуры

Процедура Своя()
	Проверить(Сумма(1));
КонецПроцедуры
"""
_USER = """Процедура Делать() Экспорт
	Расчёты.Проверить(Расчёты.Сумма(1));
КонецПроцедуры
Процедура Ещё() Экспорт
	Расчёты.Сумма(1);
	Расчёты.Сумма(2);
КонецПроцедуры
"""
_CATALOG = """  <attributes uuid="10000000-0000-4000-8000-00000000000{n}">
    <name>{name}</name>
    <type>{type}</type>
  </attributes>
"""
_STRING = "<types>String</types><stringQualifiers><length>{}</length></stringQualifiers>"
_SERVER = "<server>true</server>"


def _catalog(*attributes: tuple[int, str, str]) -> str:
    return "".join(_CATALOG.format(n=n, name=name, type=type_) for n, name, type_ in attributes)


class _Uploads:
    """A project before and after an edit; objects keep their identifiers."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.before = root / "before"
        self._write(EdtProject(self.before))

    @staticmethod
    def _write(project: EdtProject) -> None:
        project.common_module("Расчёты", _MODULE)
        project.common_module("Пользователь", _USER)
        project.common_module("Тихий", "Процедура Пусто() Экспорт\nКонецПроцедуры\n")
        attributes = (1, "Артикул", _STRING.format(10)), (2, "Вес", "<types>Number</types>")
        project.object("Catalog", "Товары", _catalog(*attributes))

    def changed(self, edit: Callable[[Path], None]) -> list[dict[str, Any]]:
        """What changes when `edit` is done to a copy."""
        after = self._root / "after"
        shutil.copytree(self._root / "before", after)
        edit(after / "src")
        result = analyse(_tables(self._root / "before"), _tables(after))
        assert list(result) == list(TABLES)
        for name, table in TABLES.items():
            assert result[name].schema.equals(table.arrow_schema)
        counts = sum(row["count"] for row in result["changes_summary"].to_pylist())
        assert counts == result["changes"].num_rows
        return list(result["changes"].to_pylist())


def _tables(root: Path) -> dict[str, pa.Table]:
    return dict(extract(root, workers=1).tables)


@pytest.fixture
def uploads(tmp_path: Path) -> _Uploads:
    return _Uploads(tmp_path)


def _replace(path: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(source: Path) -> None:
        text = (source / path).read_text("utf-8")
        assert old in text
        (source / path).write_text(text.replace(old, new), encoding="utf-8")

    return edit


_RATES = "CommonModules/Расчёты/Module.bsl"
_GOODS = "Catalogs/Товары/Товары.mdo"


def _brief(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted(
        (row["what"], row["change"], row["id"].rpartition(".")[2], row["why"], row["users"] or 0)
        for row in rows
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("// Складывает.", "// Считает сумму.", []),
        ("А + Б", "Б + А", [("routine", "changed", "Сумма", "", 0)]),
        (
            "(А, Б = 1)",
            "(А, Б)",
            [
                ("routine", "changed", "Сумма", "", 0),
                ("signature", "changed", "Сумма", "optional_made_required", 3),
            ],
        ),
        (
            "(Знач Дата) Экспорт",
            "(Знач Дата)",
            [
                ("routine", "changed", "Проверить", "", 0),
                ("signature", "changed", "Проверить", "no_longer_exported", 2),
            ],
        ),
        (
            "Процедура Своя()",
            "Процедура Своя(Что)",
            [("routine", "changed", "Своя", "", 0), ("signature", "changed", "Своя", "", 0)],
        ),
        ("Функция Сумма", "Функция Итог", [("routine", "renamed", "Итог", "routine_renamed", 3)]),
        ("Процедура Своя", "Процедура Личная", [("routine", "renamed", "Личная", "", 0)]),
        (
            _MODULE.partition("\n\n")[0],
            "",
            [("routine", "removed", "Сумма", "routine_removed", 3)],
        ),
        (
            "Процедура Своя()",
            "Процедура Иная() Экспорт\n\tСвоя();\nКонецПроцедуры\nПроцедура Своя()",
            [("routine", "added", "Иная", "", 0)],
        ),
    ],
)
def test_routines(uploads: _Uploads, old: str, new: str, expected: list[tuple[Any, ...]]) -> None:
    assert _brief(uploads.changed(_replace(_RATES, old, new))) == expected


def test_the_public_interface_goes_before_what_more_routines_use(uploads: _Uploads) -> None:
    quiet = "CommonModules/Тихий/Module.bsl"
    public = (
        "#Область ПрограммныйИнтерфейс\nПроцедура Пусто() Экспорт\nКонецПроцедуры\n#КонецОбласти"
    )
    before = _replace(quiet, "Процедура Пусто() Экспорт\nКонецПроцедуры", public)
    before(uploads.before / "src")

    def edit(source: Path) -> None:
        _replace(quiet, "Пусто()", "Пусто(А)")(source)
        _replace(_RATES, "(А, Б = 1)", "(А)")(source)

    rows = uploads.changed(edit)
    assert [(row["public_api"], row["users"]) for row in rows if row["breaking"]] == [
        (True, 0),
        (False, 3),
    ]


def test_a_routine_in_another_module_with_the_same_body_was_moved(uploads: _Uploads) -> None:
    sum_ = _MODULE.partition("\n\n")[0]

    def edit(source: Path) -> None:
        _replace(_RATES, sum_, "")(source)
        _replace("CommonModules/Тихий/Module.bsl", "Процедура Пусто", f"{sum_}\nПроцедура Пусто")(
            source
        )

    (moved,) = uploads.changed(edit)
    assert (moved["what"], moved["change"], moved["why"]) == ("routine", "moved", "routine_moved")
    assert moved["old"] == "CommonModule.Расчёты.Сумма"
    assert moved["new"] == moved["id"] == "CommonModule.Тихий.Сумма"
    assert (moved["file"], moved["line"]) == ("src/CommonModules/Тихий/Module.bsl", 2)


def test_an_empty_body_does_not_tell_that_a_routine_was_renamed(uploads: _Uploads) -> None:
    edit = _replace("CommonModules/Тихий/Module.bsl", "Пусто", "Иначе_")
    found = _brief(uploads.changed(edit))
    assert [row[:3] for row in found] == [
        ("routine", "added", "Иначе_"),
        ("routine", "removed", "Пусто"),
    ]


def test_a_renamed_object_takes_its_parts_along(uploads: _Uploads) -> None:
    def edit(source: Path) -> None:
        for path in sorted(source.rglob("*Расчёты*"), reverse=True):
            path.rename(path.with_name(path.name.replace("Расчёты", "Счёт")))
        _replace("CommonModules/Счёт/Счёт.mdo", "Расчёты", "Счёт")(source)

    (renamed,) = uploads.changed(edit)
    assert (renamed["what"], renamed["change"]) == ("object", "renamed")
    assert (renamed["old"], renamed["new"]) == ("CommonModule.Расчёты", "CommonModule.Счёт")
    assert (renamed["why"], renamed["users"]) == ("object_renamed", 1)


def test_types_of_a_renamed_object_are_the_same_types(tmp_path: Path) -> None:
    found = []
    for step, name in enumerate(("Товары", "Номенклатура")):
        project = EdtProject(tmp_path / str(step))
        project.object("Catalog", name)
        kept = f"<types>CatalogRef.{name}</types>"
        project.object("Catalog", "Склад", _catalog((1, "Что", kept)))
        project.object("DefinedType", "Предмет", f"<type>{kept}</type>")
        project.object(
            "Catalog", "Место", _catalog((2, "Что", "<types>DefinedType.Предмет</types>"))
        )
        found.append(_tables(project.root))
    assert [row["why"] for row in analyse(*found)["changes"].to_pylist()] == ["object_renamed"]


def test_parts_of_removed_and_added_objects_go_without_saying(uploads: _Uploads) -> None:
    def edit(source: Path) -> None:
        shutil.rmtree(source / "Catalogs")
        shutil.rmtree(source / "CommonModules" / "Тихий")
        new = EdtProject(source.parent.parent / "other")
        new.common_module("Новый", _MODULE)
        shutil.copytree(
            new.root / "src" / "CommonModules" / "Новый", source / "CommonModules/Новый"
        )
        _replace("CommonModules/Новый/Новый.mdo", "000000000002", "0000000000aa")(source)

    assert _brief(uploads.changed(edit)) == [
        ("object", "added", "Новый", "", 0),
        ("object", "removed", "Тихий", "object_removed", 0),
        ("object", "removed", "Товары", "object_removed", 0),
    ]


def test_a_module_that_no_longer_runs_on_the_server_breaks(uploads: _Uploads) -> None:
    path = "CommonModules/Расчёты/Расчёты.mdo"
    client = "<clientManagedApplication>true</clientManagedApplication>"
    (row,) = uploads.changed(_replace(path, _SERVER, client))
    assert (row["what"], row["change"], row["why"]) == ("object", "changed", "context_lost")
    assert "Server: true" in row["old"]
    assert "ClientManagedApplication: true" in row["new"]
    assert row["users"] == 1


def test_a_flag_that_was_added_breaks_nothing(uploads: _Uploads) -> None:
    path = "CommonModules/Расчёты/Расчёты.mdo"
    (row,) = uploads.changed(_replace(path, _SERVER, _SERVER + "<serverCall>true</serverCall>"))
    assert (row["change"], row["breaking"]) == ("changed", False)


@pytest.mark.parametrize(
    ("old", "new", "change", "why"),
    [
        ("<length>10</length>", "<length>20</length>", "changed", ""),
        ("<length>10</length>", "<length>5</length>", "changed", "type_narrowed"),
        ("<length>10</length>", "<length>0</length>", "changed", ""),
        ("<types>Number</types>", "<types>Number</types><types>Date</types>", "changed", ""),
        ("<types>Number</types>", "<types>Date</types>", "changed", "type_narrowed"),
        ("<name>Вес</name>", "<name>Масса</name>", "renamed", "member_renamed"),
        (_catalog((2, "Вес", "<types>Number</types>")), "", "removed", "member_removed"),
        (
            "</mdclass:Catalog>",
            _catalog((3, "Цвет", "<types>String</types>")) + "</mdclass:Catalog>",
            "added",
            "",
        ),
    ],
)
def test_members(uploads: _Uploads, old: str, new: str, change: str, why: str) -> None:
    (row,) = uploads.changed(_replace(_GOODS, old, new))
    assert (row["what"], row["change"], row["why"]) == ("member", change, why)
    assert row["object"] == "Catalog.Товары"
    assert row["breaking"] is bool(why)


def test_what_a_type_was_and_is_can_be_read(uploads: _Uploads) -> None:
    (row,) = uploads.changed(_replace(_GOODS, "<length>10<", "<length>5<"))
    assert (row["old"], row["new"]) == ("Type: String(10)", "Type: String(5)")
    assert row["text_ru"] == "тип сужен"


def test_a_wider_type_takes_the_values_of_the_narrower(tmp_path: Path) -> None:
    found = {}
    for name, type_ in (
        ("before", "CatalogRef.Товары"),
        ("wide", "CatalogRef"),
        ("any", "AnyRef"),
        ("defined", "DefinedType.Товар"),
        ("other", "CatalogRef.Иные"),
    ):
        project = EdtProject(tmp_path / name)
        project.object("Catalog", "Товары")
        types = "<type><types>CatalogRef.Товары</types></type>"
        project.object("DefinedType", "Товар", types)
        project.object("Catalog", "Склад", _catalog((1, "Что", f"<types>{type_}</types>")))
        found[name] = _tables(tmp_path / name)
    why = {
        name: [row["why"] for row in analyse(found["before"], tables)["changes"].to_pylist()]
        for name, tables in found.items()
        if name != "before"
    }
    assert why == {"wide": [""], "any": [""], "defined": [""], "other": ["type_narrowed"]}


def test_equal_uploads_have_no_changes() -> None:
    tables = _tables(_EXAMPLES / "edt")
    result = analyse(tables, tables)
    assert [table.num_rows for table in result.values()] == [0, 0]
    assert analyse(None, tables)["changes"].num_rows == 0


def test_both_layouts_of_the_sample_are_the_same_configuration() -> None:
    result = analyse(_tables(_EXAMPLES / "edt"), _tables(_EXAMPLES / "designer"))
    assert result["changes"].to_pylist() == []


def test_only_the_columns_named_are_read() -> None:
    tables = _tables(_EXAMPLES / "edt")
    narrow = {name: tables[name].select(list(columns)) for name, columns in READS.items()}
    assert all(set(columns) <= set(PARSED[name].column_names) for name, columns in READS.items())
    assert analyse(narrow, narrow)["changes"].num_rows == 0


def _findings(*rows: tuple[str, str]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "fingerprint": fingerprint,
                "rule": "UnionAll",
                "severity": "minor",
                "message_ru": "по-русски",
                "message_en": "in English",
                "status": status,
                "project": "П",
                "object": "CommonModule.М",
                "file": "М.bsl",
                "line": 3,
            }
            for fingerprint, status in rows
        ],
        schema=FINDINGS.arrow_schema,
    )


def test_findings_come_and_go_by_fingerprint() -> None:
    tables = _tables(_EXAMPLES / "edt")
    before = _findings(("a", "open"), ("b", "open"), ("c", "suppressed"))
    after = _findings(("b", "open"), ("c", "open"), ("d", "suppressed"))
    rows = analyse(tables, tables, before, after)["changes"].to_pylist()
    assert [(row["change"], row["id"], row["new"] or row["old"]) for row in rows] == [
        ("added", "UnionAll", "minor"),
        ("removed", "UnionAll", "minor"),
    ]
    assert (rows[0]["text_ru"], rows[0]["text_en"]) == ("по-русски", "in English")
    assert analyse(tables, tables, before, None)["changes"].num_rows == 0


def test_breaking_changes_come_first_and_those_with_most_users_before_others(
    uploads: _Uploads,
) -> None:
    def edit(source: Path) -> None:
        _replace(_RATES, "(А, Б = 1)", "(А)")(source)
        _replace(_RATES, "(Знач Дата)", "(Дата)")(source)
        _replace(_GOODS, "<length>10<", "<length>20<")(source)

    rows = uploads.changed(edit)
    assert [(row["breaking"], row["users"]) for row in rows[:3]] == [
        (True, 3),
        (True, 2),
        (False, None),
    ]


@pytest.mark.parametrize(
    ("language", "title", "why"),
    [("ru", "Несовместимые изменения", "удалён параметр"), ("en", "Breaking changes", "removed")],
)
def test_the_report_tells_what_breaks(
    uploads: _Uploads, tmp_path: Path, language: Any, title: str, why: str
) -> None:
    uploads.changed(_replace(_RATES, "(А, Б = 1)", "(А)"))
    result = analyse(_tables(tmp_path / "before"), _tables(tmp_path / "after"))
    text = to_markdown(result, language)
    section = text.partition(f"## {title}")[2]
    assert "`CommonModule.Расчёты.Сумма`" in section
    assert why in section
    assert "`Функция Сумма(А) Экспорт`" in section
    assert not re.search(r"\{\w*\}", text)


@pytest.mark.parametrize(("language", "said"), [("ru", "Ничего не"), ("en", "Nothing changed")])
def test_the_report_of_nothing_says_so(language: Any, said: str) -> None:
    tables = _tables(_EXAMPLES / "edt")
    assert said in to_markdown(analyse(tables, tables), language)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_report_lists_new_findings(language: Any) -> None:
    tables = _tables(_EXAMPLES / "edt")
    result = analyse(tables, tables, _findings(("a", "open")), _findings(("b", "open")))
    text = to_markdown(result, language)
    assert "`UnionAll` (minor)" in text
    assert "`М.bsl:3`" in text
