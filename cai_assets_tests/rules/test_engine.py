"""One module, one query, the tables: what rules find and where it is said to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
import pytest

from cai_assets.onec.bsl.nodes import Call
from cai_assets.onec.bsl.parser import parse
from cai_assets.rules.engine import Watch, check_module, check_tables, check_text
from cai_assets.rules.model import Found, FoundAt, Parameter, Scope, Text
from cai_assets.rules.module import ModuleContext, ModuleView, Place
from cai_assets.rules.query import QueryView
from cai_assets.rules.stored_queries import StoredQuery, check_stored_queries
from cai_assets_tests.rules.making import defined, make_rule

CONTEXT = ModuleContext("Проект", "CommonModule.М.Module", "CommonModule.М")


def _calls(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for call in module.find(Call):
        if call.name == options.get("name", "Плохо"):
            yield Found(call.start, call.end, {"name": call.name})


def _words(query: QueryView, options: Mapping[str, Any]) -> Iterator[Found]:
    for at, word in enumerate(query.query.tokens.values):
        if word in ('"а"', "Плохо"):
            yield Found(at, at, {"form": query.form})


CALLS = make_rule(
    "Calls", _calls, message=Text("Вызов {name}", "Call of {name}"),
    parameters=(Parameter("name", "Плохо", Text("Имя", "Name")),),
)  # fmt: skip
WORDS = make_rule("Words", _words, Scope.QUERY, Text("{form}", "{form}"))

MODULE = """
Процедура Первая()
    Хорошо();
    Плохо(1,
        2);
КонецПроцедуры

Плохо();
"""


def test_a_finding_has_its_place_its_routine_and_both_messages() -> None:
    with defined(CALLS):
        inside, outside = check_text(MODULE, ["Calls"], CONTEXT)
    assert inside.place == Place(4, 5, 5, 11)
    assert (inside.project, inside.object) == ("Проект", "CommonModule.М")
    assert (inside.routine, outside.routine) == ("CommonModule.М.Первая", "")
    assert inside.message == ("Вызов Плохо", "Call of Плохо")


def test_parameters_reach_the_rule() -> None:
    with defined(CALLS):
        found = check_text(MODULE, ["Calls"], options={"Calls": {"name": "Хорошо"}})
    assert [raw.line for raw in found] == [3]


def test_rules_that_are_off_run_only_when_named() -> None:
    quiet = make_rule("Quiet", _calls, message=Text("{name}", "{name}"), enabled=False)
    with defined(quiet):
        assert "Quiet" not in {raw.rule for raw in check_text(MODULE)}
        assert len(check_text(MODULE, ["Quiet"])) == 2


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError, match="NoSuchRule"):
        check_text("", ["NoSuchRule"])


@pytest.mark.parametrize(
    ("text", "place", "form"),
    [
        ('А = "ВЫБРАТЬ Плохо ИЗ Т";', Place(1, 14, 1, 19), "whole"),
        ('А = "ВЫБРАТЬ ""а"" ИЗ Т";', Place(1, 14, 1, 19), "whole"),
        ('А = "ВЫБРАТЬ ""б"", ""а"" ИЗ Т";', Place(1, 21, 1, 26), "whole"),
        ('А = "ВЫБРАТЬ\n  |  Плохо\n  |ИЗ Т";', Place(2, 6, 2, 11), "whole"),
        ('А = "ВЫБРАТЬ 1 КАК Б ИЗ Т ГДЕ " +\n "Плохо";', Place(2, 3, 2, 8), "joined"),
        ('А = "ВЫБРАТЬ Плохо, %1 ИЗ Т";', Place(1, 14, 1, 19), "template"),
    ],
)
def test_tokens_of_a_query_are_found_in_the_literal(text: str, place: Place, form: str) -> None:
    with defined(WORDS):
        (raw,) = check_text(f"Процедура П()\n{text}\nКонецПроцедуры", ["Words"], CONTEXT)
    down = Place(place.line + 1, place.column, place.end_line + 1, place.end_column)
    assert (raw.place, raw.message.en) == (down, form)
    assert raw.routine == "CommonModule.М.П"


def test_tokens_of_a_query_are_found_in_xml() -> None:
    text = "<a>\n  <query>ВЫБРАТЬ\n\t1 &lt; &amp;П, Плохо,\n  Плохо</query>\n</a>"
    query = StoredQuery(
        "Проект", "Report.Р", "Report.Р.Template.С", "composition", "Набор", "whole", 2, 10,
        "ВЫБРАТЬ\n\t1 < &П, Плохо,\n  Плохо",
    )  # fmt: skip
    found = check_stored_queries([query], text, [WORDS], file="Template.dcs")
    assert [raw.place for raw in found] == [Place(3, 17, 3, 22), Place(4, 3, 4, 8)]
    assert {(raw.object, raw.file) for raw in found} == {("Report.Р", "Template.dcs")}
    assert len({raw.anchor for raw in found}) == 2


def test_a_rule_may_point_at_a_comment() -> None:
    def comments(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
        yield Found(0, 0, place=Place(1, 1, 1, 9))

    with defined(make_rule("Comments", comments)):
        (raw,) = check_text("// Текст\nПроцедура П()\nКонецПроцедуры\n", ["Comments"], CONTEXT)
    assert (raw.place, raw.routine) == (Place(1, 1, 1, 9), "")


def test_a_rule_may_point_behind_the_last_token() -> None:
    def end(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
        yield Found(module.tree.end + 1, module.tree.end + 1)

    with defined(make_rule("End", end)):
        (raw,) = check_text("А = 1;", ["End"])
        assert raw.place == Place(1, 6, 1, 7)


def test_an_empty_span_means_the_line() -> None:
    def beginning(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
        yield Found(0, 0, place=Place(1, 1, 1, 1))

    with defined(make_rule("Beginning", beginning)):
        (raw,) = check_text("", ["Beginning"])
        assert raw.place == Place(1, 1, 1, 0)


def _fails(subject: object, options: Mapping[str, Any]) -> Iterable[Found]:
    raise ZeroDivisionError("by design")


def test_a_rule_that_fails_costs_only_its_own_findings() -> None:
    view = ModuleView(parse(MODULE), CONTEXT)
    broken = make_rule("Broken", _fails)
    watch = Watch()
    found = check_module(view, [broken, CALLS], watch=watch)
    assert [raw.rule for raw in found] == ["Calls", "Calls"]
    assert watch.faults == [("Broken", "ZeroDivisionError: by design")]
    with pytest.raises(ZeroDivisionError):
        check_module(view, [broken])


def test_a_message_that_lacks_a_value_is_a_fault_of_its_rule() -> None:
    def nameless(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
        yield Found(0, 0, {"other": 1})

    watch = Watch()
    rule = make_rule("Nameless", nameless, message=Text("{name}", "{name}"))
    found = check_module(ModuleView(parse(MODULE), CONTEXT), [rule, CALLS], watch=watch)
    assert {raw.rule for raw in found} == {"Calls"}
    assert watch.faults == [("Nameless", "KeyError: 'name'")]


def test_an_empty_module_has_one_place() -> None:
    def first(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
        yield Found(0, 0)

    with defined(make_rule("First", first)):
        (raw,) = check_text("", ["First"], CONTEXT)
        assert (raw.place, raw.routine) == (Place(1, 1, 1, 0), "")


def test_a_rule_on_tables_says_the_place_itself() -> None:
    def check(tables: Mapping[str, pa.Table], options: Mapping[str, Any]) -> Iterator[FoundAt]:
        for name in tables["objects"].column("object").to_pylist():
            yield FoundAt("П", "б.mdo", 3, name, values={"name": name})
            yield FoundAt("П", "а.mdo", 9, name, column=2, end_line=9, end_column=5)

    rule = make_rule("Objects", check, Scope.TABLES, Text("{name}", "{name}"))
    tables = {"objects": pa.table({"object": ["Catalog.А"]})}
    rule = make_rule("Objects", check, Scope.TABLES, Text("Объект", "Object"))
    first, second = check_tables(tables, [rule])
    assert (first.file, first.place) == ("а.mdo", Place(9, 2, 9, 5))
    assert (second.file, second.place) == ("б.mdo", Place(3, 1, 3, 0))
    assert second.message == ("Объект", "Object")


def test_cpu_seconds_are_told_per_rule() -> None:
    watch = Watch(timed=True)
    check_module(ModuleView(parse(MODULE), CONTEXT), [CALLS, WORDS], watch=watch)
    assert set(watch.seconds) == {"Calls"}  # there is no query for the other
