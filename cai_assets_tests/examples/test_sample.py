"""The sample configuration is what `examples/README.md` promises.

Sizes are counted from the files, and the two layouts are compared as files and as tables.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest
from lxml import etree

from cai_assets.knowledge.checks import keys_unique, links_whole
from cai_assets.knowledge.extract import extract
from cai_assets_tests.twins import compared_rows, differing_rows

_EXAMPLES = Path(__file__).parents[2] / "examples"
_TRADE = _EXAMPLES / "trade"
_EDT = _TRADE / "edt" / "trading-company" / "src"
_DESIGNER = _TRADE / "designer"
_EXTENSION = _TRADE / "extension" / "trading-delivery" / "src"
_XML = frozenset(
    {
        ".mdo",
        ".xml",
        ".form",
        ".rights",
        ".schedule",
        ".dcs",
        ".dcss",
        ".scheme",
        ".xdto",
        ".wsdl",
        ".project",
    }
)
_BOM = b"\xef\xbb\xbf"
_INSERTED = re.compile(r"\s*#Вставка\n.*?#КонецВставки", re.DOTALL)
_DELETION_MARK = re.compile(r"\s*#(?:Удаление|КонецУдаления)(?=\n)")
_ROUTINE = r"(?:Процедура|Функция) (?:Дост_)?{}\(.*?\n(.*?)\nКонец(?:Процедуры|Функции)"


@cache
def _tables(folder: Path) -> dict[str, pa.Table]:
    return extract(folder, workers=1).tables


def _objects_by_group() -> Counter[str]:
    return Counter(path.parts[-3] for path in _EDT.glob("*/*/*.mdo"))


def _bsl_lines() -> int:
    return sum(len(path.read_text("utf-8").splitlines()) for path in _EDT.rglob("*.bsl"))


def _designer_place(module: Path) -> Path:
    """Where a Designer dump has the module that EDT has at `module`."""
    folder, name = module.parent, module.name
    if module.parts[0] == "Configuration":
        return Path("Ext") / name
    if module.parts[0] == "CommonForms" or "Forms" in module.parts:
        return folder / "Ext" / "Form" / name
    return folder / "Ext" / name


def _routine(text: str, name: str) -> str:
    found = re.search(_ROUTINE.format(name), text, re.DOTALL)
    assert found, name
    return found[1]


def _routines_with_errors(folder: Path) -> list[tuple[str, str]]:
    rows = _tables(folder)["routines"].to_pylist()
    return [(row["module"], row["name"]) for row in rows if row["has_errors"]]


def test_it_has_at_least_40_objects_of_20_types() -> None:
    types = _objects_by_group()
    assert sum(types.values()) >= 40
    assert len(types) >= 20


def test_it_has_at_least_2500_lines_of_bsl() -> None:
    assert _bsl_lines() >= 2500


@pytest.mark.parametrize("folder", [_EDT, _DESIGNER, _EXTENSION], ids=lambda path: path.name)
def test_every_xml_file_is_well_formed(folder: Path) -> None:
    checked = 0
    for path in folder.rglob("*"):
        if path.suffix in _XML:
            etree.parse(path)
            checked += 1
    assert checked > 10


def test_both_layouts_have_the_same_modules() -> None:
    edt = {_designer_place(path.relative_to(_EDT)): path for path in _EDT.rglob("*.bsl")}
    designer = {path.relative_to(_DESIGNER): path for path in _DESIGNER.rglob("*.bsl")}
    assert edt.keys() == designer.keys()
    for place, path in edt.items():
        text = designer[place].read_bytes().removeprefix(_BOM).replace(b"\r\n", b"\n")
        assert text == path.read_bytes(), place


def test_files_are_encoded_as_their_layout_does() -> None:
    for path in _EDT.rglob("*.bsl"):
        data = path.read_bytes()
        assert not data.startswith(_BOM), path
        assert b"\r" not in data, path
    for path in _DESIGNER.rglob("*.bsl"):
        data = path.read_bytes()
        assert data.startswith(_BOM), path
        assert data.count(b"\n") == data.count(b"\r\n"), path
    for path in _DESIGNER.rglob("*.xml"):
        assert path.read_bytes().startswith(_BOM), path


def test_both_layouts_give_the_same_tables() -> None:
    edt, designer = _tables(_TRADE / "edt"), _tables(_DESIGNER)
    assert compared_rows(edt) == compared_rows(designer) > 4000
    assert differing_rows(edt, designer) == {}


@pytest.mark.parametrize("folder", ["edt", "designer", "extension"])
def test_no_file_fails(folder: str) -> None:
    ledger = _tables(_TRADE / folder)["source_files"].to_pylist()
    assert [row["path"] for row in ledger if row["status"] == "failed"] == []


def test_one_routine_has_the_one_syntax_error() -> None:
    assert [name for _, name in _routines_with_errors(_TRADE / "edt")] == ["ПараметрыПоУмолчанию"]
    assert _routines_with_errors(_TRADE / "extension") == []


def test_one_routine_is_too_complex_and_one_has_too_many_parameters() -> None:
    rows = _tables(_TRADE / "edt")["routines"].to_pylist()
    complex_ = {row["name"] for row in rows if row["cyclomatic"] > 20 or row["cognitive"] > 15}
    assert complex_ == {"РассчитатьСкидку"}
    assert {row["name"] for row in rows if row["parameters"] > 7} == {"ДобавитьПроводку"}


def test_only_the_missing_handlers_and_a_picture_of_the_platform_are_unresolved() -> None:
    rows = _tables(_TRADE / "edt")["references"].to_pylist()
    assert {(row["kind"], row["source"], row["reason"]) for row in rows if not row["resolved"]} == {
        ("handler", "EventSubscription.ЗапретУдаленияКонтрагентов", "no such routine"),
        (
            "handler",
            "HTTPService.APIМагазина.URLTemplate.Заказ.Method.Изменить",
            "no such routine",
        ),
        ("handler", "Catalog.Контрагенты.Form.ФормаЭлемента.Item.ЛимитДолга", "no such routine"),
        (
            "manager",
            "CommonModule.ОбщиеМеханизмыГлобальный.НапомнитьОПросроченныхЗаказах",
            "the platform's own, or missing",
        ),
    }


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("CommonModules/ПродажиСервер/Module.bsl", "ПорогиСкидок"),
        ("Documents/РеализацияТоваров/ObjectModule.bsl", "ЗакрытьЗаказ"),
    ],
)
def test_controlled_changes_contain_the_text_of_the_base(module: str, name: str) -> None:
    changed = _routine((_EXTENSION / module).read_text("utf-8"), name)
    vendor = _DELETION_MARK.sub("", _INSERTED.sub("", changed))
    assert vendor == _routine((_EDT / module).read_text("utf-8"), name)


def test_every_fault_of_the_readme_names_what_exists() -> None:
    faults = (_EXAMPLES / "README.md").read_text("utf-8").partition("## Умышленные ошибки")[2]
    tables = _tables(_TRADE / "edt")
    known = {row["object"] for row in tables["objects"].to_pylist()}
    known |= {row["name"] for row in tables["routines"].to_pylist()}
    places = [line.split("|")[2] for line in faults.splitlines() if line.startswith("| ")]
    named = re.findall(r"`([\w.]+)`", " ".join(places))
    assert len(named) > 20
    assert [name for name in named if name not in known] == []


def test_the_readme_states_the_sizes() -> None:
    readme = (_EXAMPLES / "README.md").read_text("utf-8")
    stated = re.search(r"(\d+) объектов (\d+) типа, (\d+) модуля, ([\d,]+) тыс\. строк", readme)
    assert stated
    types = _objects_by_group()
    assert stated.groups() == (
        str(sum(types.values())),
        str(len(types)),
        str(len(list(_EDT.rglob("*.bsl")))),
        f"{_bsl_lines() / 1000:.1f}".replace(".", ","),
    )


@pytest.mark.parametrize("layout", ["edt", "designer", "extension"])
def test_tables_have_unique_keys_and_whole_links(layout: str) -> None:
    tables = _tables(_TRADE / layout)
    for result in (keys_unique(tables), links_whole(tables)):
        assert result.passed, f"{result.message}: {result.rows and result.rows.to_pylist()}"
