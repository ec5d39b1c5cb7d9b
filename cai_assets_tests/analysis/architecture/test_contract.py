"""The architecture contract: what its file may say, and what it forbids."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cai_assets.analysis.architecture import ContractError, find_contract, parse_contract
from cai_assets.analysis.architecture.check import check
from cai_assets.analysis.architecture.contract import FILE_NAME, read_contract
from cai_assets.onec.russian import in_russian
from cai_assets_tests.analysis.architecture.sample import (
    TRADE,
    project_tables,
    result,
    rows,
    tables,
)
from cai_assets_tests.edt import EdtProject

_RULE = '[[rule]]\nfrom = "A"\nto = "B"\nreason = "r"\n'


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("mode = allow\n", "line 1", "not TOML"),
        ('mode = "allow"\n\n[[rule]\n', "line 3", "not TOML"),
        ('mode = "maybe"\n', "line 1, mode", '"allow" or "deny"'),
        ('mode = "allow"\n', "line 1", "forbids nothing"),
        ('modus = "deny"\n', "line 1, modus", 'did you mean "mode"'),
        ('mode = "deny"\nrule = 3\n', "line 2, rule", "[[rule]]"),
        ('[[layer]]\nname = "X"\n', "line 1, layer[1].subsystems", "list of names"),
        ("[[layer]]\nsubsystems = []\n", "line 2, layer[1].subsystems", "list of names"),
        ("[[layer]]\nsubsystems = [1]\n", "line 2, layer[1].subsystems", "list of names"),
        ('[[layer]]\nsubsystems = "A"\nindependent = 1\n', "line 3, layer[1].independent", "true"),
        ('[[layer]]\nname = ""\nsubsystems = "A"\n', "line 2, layer[1].name", "must be a text"),
        ('[[rule]]\nfrom = "A"\nto = "B"\n', "line 1, rule[1].reason", "why"),
        (_RULE + 'access = "no"\n', "line 5, rule[1].access", '"allow" or "deny"'),
        (_RULE + 'kinds = ["cal"]\n', "line 5, rule[1].kinds", 'did you mean "call"'),
        (_RULE + _RULE + 'form = "C"\n', "line 9, rule[2].form", 'did you mean "from"'),
        (
            '[[rule]]\nname = "x"\n' + _RULE[9:] + '[[rule]]\nname = "x"\n' + _RULE[9:],
            "line 7, rule[2].name",
            "taken",
        ),
        (_RULE + '[[ignore]]\nfrom = "A"\nto = "B"\n', "line 5, ignore[1].reason", "why"),
    ],
)
def test_a_fault_is_told_with_its_line_its_key_and_what_to_do(
    text: str, place: str, said: str
) -> None:
    with pytest.raises(ContractError) as caught:
        parse_contract(text, "architecture.toml")
    assert caught.value.place == place
    assert said in str(caught.value)
    assert str(caught.value) == caught.value.told("en")
    russian = caught.value.told("ru")
    assert russian.startswith("architecture.toml, ")
    assert "line " not in russian
    assert any("а" <= letter <= "я" for letter in russian)


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "architecture.toml"
    path.write_bytes(b'mode = "deny"\n# ' + "Слой".encode("cp1251"))
    with pytest.raises(ContractError, match="line 2: not UTF-8"):
        read_contract(path)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "architecture.toml"
    path.write_bytes(b'\xef\xbb\xbfmode = "deny"\n')
    assert read_contract(path).mode == "deny"


def test_the_file_is_found_in_the_root_beside_a_project_or_where_it_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "conf" / "src").mkdir(parents=True)
    assert find_contract(tmp_path, ["conf/src"]) is None
    beside = tmp_path / "conf" / "architecture.toml"
    beside.touch()
    assert find_contract(tmp_path, ["conf/src"]) == beside
    root = tmp_path / "architecture.toml"
    root.touch()
    assert find_contract(tmp_path, ["conf/src"]) == root
    assert find_contract(tmp_path, ["conf/src"], beside) == beside
    with pytest.raises(FileNotFoundError, match=r"nowhere\.toml"):
        find_contract(tmp_path, [], tmp_path / "nowhere.toml")


@pytest.mark.parametrize("layout", ["edt", "designer"])
def test_the_sample_violates_its_contract_by_the_deliberate_cycle_alone(layout: str) -> None:
    (found,) = rows(result(layout), "contract_violations")
    assert found["rule"] == "Склад не вызывает продажи"
    assert found["source"] == "CommonModule.ЗапасыСервер.СвободныйОстаток"
    assert found["target"] == "CommonModule.ПродажиСервер.ЗарезервированоПоЗаказам"
    assert found["from_subsystem"] == "Subsystem.Склад"
    assert found["to_subsystem"] == "Subsystem.Продажи"
    line = (TRADE / layout / found["file"]).read_text("utf-8-sig").splitlines()[found["line"] - 1]
    assert "ПродажиСервер.ЗарезервированоПоЗаказам" in line


def test_every_rule_of_the_sample_speaks_and_names_what_is_there() -> None:
    rules = rows(result(), "contract_rules")
    assert [rule["unknown"] for rule in rules] == [""] * len(rules)
    assert all(rule["edges"] for rule in rules if rule["kind"] in ("exception", "rule"))


@pytest.mark.parametrize("layout", ["edt", "designer"])
def test_the_ledger_says_what_the_file_is(layout: str) -> None:
    ledger = tables(layout)["source_files"].to_pylist()
    (file,) = [row for row in ledger if row["path"] == FILE_NAME]
    assert file["reason"] == "architecture contract, which the architecture analysis reads"
    assert "архитектурный контракт" in in_russian(file["reason"])


def test_both_copies_of_the_sample_contract_are_the_same() -> None:
    texts = {(TRADE / layout / "architecture.toml").read_bytes() for layout in ("edt", "designer")}
    assert len(texts) == 1


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Верх calls Середина and Низ, Низ calls Верх; Общий stands in Верх and in Низ."""
    project = EdtProject(tmp_path_factory.mktemp("three"))
    call = "Процедура Делать() Экспорт\n{}КонецПроцедуры\n"
    project.common_module("В", call.format("С.Делать();\nН.Делать();\nНн.Делать();\n"))
    project.common_module("С", call.format(""))
    project.common_module("Н", call.format("В.Делать();\nОбщий.Делать();\n"))
    project.common_module("Нн", call.format("Н.Делать();\n"))
    project.common_module("Общий", call.format("Н.Делать();\nВ.Делать();\n"))
    content = "  <content>CommonModule.{}</content>\n"
    project.object("Subsystem", "Верх", content.format("В") + content.format("Общий"))
    project.object("Subsystem", "Середина", content.format("С"))
    project.object("Subsystem", "Низ", content.format("Н") + content.format("Общий"))
    project.write(
        "src/Subsystems/Низ/Subsystems/Дно/Дно.mdo",
        '<mdclass:Subsystem xmlns:mdclass="m" uuid="1"><name>Дно</name>'
        "<content>CommonModule.Нн</content></mdclass:Subsystem>",
    )
    return project_tables(project.root)


def _violations(three: dict[str, Any], text: str) -> list[tuple[str, str]]:
    found = check(parse_contract(text), three)["contract_violations"].to_pylist()
    return sorted(
        (row["source_object"].partition(".")[2], row["target_object"].partition(".")[2])
        for row in found
    )


def _rule(from_: str, to: str, more: str = "") -> str:
    return f'[[rule]]\nfrom = {from_}\nto = {to}\nreason = "r"\n{more}\n'


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        # A subsystem stands for itself and what is nested in it.
        (_rule('"Верх"', '"Низ"'), [("В", "Н"), ("В", "Нн")]),
        (_rule('"верх"', '"НИЗ.Дно"'), [("В", "Нн")]),
        (_rule('"Верх"', '"Низ.*"'), [("В", "Нн")]),
        (_rule('"Subsystem.Верх"', '"Subsystem.Низ.Subsystem.Дно"'), [("В", "Нн")]),
        # What stands in a subsystem in common with the target does not leave it.
        (_rule('"Низ"', '"Верх"'), [("Н", "В")]),
        (_rule('"*"', '"Верх"'), [("Н", "В")]),
        (_rule('"Низ.Дно"', '"Низ"'), []),
        (_rule('["Верх", "Низ"]', '["Верх", "Низ"]'), [("В", "Н"), ("В", "Нн"), ("Н", "В")]),
        # Objects and routines may be named too, in both languages.
        (_rule('"CommonModule.В"', '"*"'), [("В", "Н"), ("В", "Нн"), ("В", "С")]),
        (_rule('"ОбщийМодуль.Н*"', '"CommonModule.Н"'), [("Нн", "Н")]),
        (_rule('"Верх"', '"CommonModule.С.Делать"'), [("В", "С")]),
        (_rule('"Верх"', '"CommonModule.С.Иное"'), []),
        # Only the kinds that are named.
        (_rule('"Верх"', '"Середина"', 'kinds = ["call"]'), [("В", "С")]),
        (_rule('"Верх"', '"Середина"', 'kinds = ["query_*"]'), []),
        # The first rule that speaks decides.
        (_rule('"Верх"', '"Низ.Дно"', 'access = "allow"') + _rule('"Верх"', '"Низ"'), [("В", "Н")]),
        (
            _rule('"Верх"', '"Низ"', 'access = "deny"')
            + '[[ignore]]\nfrom = "CommonModule.В"\nto = "CommonModule.Нн"\nreason = "r"\n',
            [("В", "Н")],
        ),
        # Layers, from the top.
        (
            '[[layer]]\nsubsystems = "Верх"\n[[layer]]\nsubsystems = "Середина"\n'
            '[[layer]]\nsubsystems = "Низ"\n',
            [("Н", "В")],
        ),
        (
            '[[layer]]\nsubsystems = "Низ"\n[[layer]]\nsubsystems = "Верх"\n',
            [("В", "Н"), ("В", "Нн")],
        ),
        ('[[layer]]\nsubsystems = ["Верх", "Середина"]\n', []),
        ('[[layer]]\nsubsystems = ["Верх", "Середина"]\nindependent = true\n', [("В", "С")]),
        # What nobody speaks of.
        ('mode = "deny"\n', [("В", "Н"), ("В", "Нн"), ("В", "С"), ("Н", "В")]),
        (
            'mode = "deny"\n' + _rule('"Верх"', '"*"', 'access = "allow"'),
            [("Н", "В")],
        ),
    ],
)
def test_what_a_contract_forbids(
    three: dict[str, Any], contract: str, expected: list[tuple[str, str]]
) -> None:
    assert _violations(three, contract) == expected


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Everything stands in one subsystem; А, Б and В are nested in it, А calls Б and В."""
    project = EdtProject(tmp_path_factory.mktemp("library"))
    calls = {"А": "Б.Делать();\nВ.Делать();\n", "Б": "", "В": ""}
    project.object("Subsystem", "Всё", "")
    for name, body in calls.items():
        project.common_module(name, f"Процедура Делать() Экспорт\n{body}КонецПроцедуры\n")
        project.write(
            f"src/Subsystems/Всё/Subsystems/{name}/{name}.mdo",
            f'<mdclass:Subsystem xmlns:mdclass="m" uuid="1"><name>{name}</name>'
            f"<content>CommonModule.{name}</content></mdclass:Subsystem>",
        )
    return project_tables(project.root)


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        ('mode = "deny"\n', [("А", "Б"), ("А", "В")]),
        ('mode = "deny"\n' + _rule('"*"', '"Всё.Б"', 'access = "allow"'), [("А", "В")]),
        (_rule('"Всё.А"', '"*"'), [("А", "Б"), ("А", "В")]),
        (_rule('"*"', '"Всё.В"'), [("А", "В")]),
        (_rule('"Всё.*"', '"Всё.*"'), [("А", "Б"), ("А", "В")]),
        (_rule('"Всё"', '"*"'), []),
    ],
)
def test_subsystems_side_by_side_in_a_third_are_different_ones(
    library: dict[str, Any], contract: str, expected: list[tuple[str, str]]
) -> None:
    assert _violations(library, contract) == expected


def test_a_violation_names_rule_reason_subsystems_and_place(three: dict[str, Any]) -> None:
    contract = parse_contract(_rule('"Верх"', '"Низ.Дно"', 'name = "Не глубже"'))
    (found,) = check(contract, three)["contract_violations"].to_pylist()
    assert found == {
        "rule": "Не глубже",
        "from_subsystem": "Subsystem.Верх",
        "to_subsystem": "Subsystem.Низ.Subsystem.Дно",
        "source_object": "CommonModule.В",
        "target_object": "CommonModule.Нн",
        "source": "CommonModule.В.Делать",
        "target": "CommonModule.Нн.Делать",
        "kind": "call",
        "reason": "r",
        "file": "src/CommonModules/В/Module.bsl",
        "line": 4,
    }


def test_what_a_rule_names_and_is_not_there_is_told(three: dict[str, Any]) -> None:
    contract = parse_contract(_rule('["Верх", "Верхх"]', '["Низ.Нет", "CommonModule.Нет"]'))
    rule = check(contract, three)["contract_rules"].to_pylist()[0]
    assert rule["unknown"] == "Верхх, Низ.Нет, CommonModule.Нет"
    assert rule["edges"] == 0


def test_without_a_contract_there_are_no_rules_and_no_violations() -> None:
    found = check(None, tables())
    assert [table.num_rows for table in found.values()] == [0, 0]
