"""Pages of findings and rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import html5lib
import pytest

from cai_assets.rules.catalogue import all_rules
from cai_assets.site.markup import read_markup
from cai_assets.site.model import Context, Page
from cai_assets.site.pages.findings import (
    SHOWN,
    Count,
    Findings,
    FindingsView,
    RulePages,
    RuleView,
    paragraphs,
)
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, given, rendered

LIST = Page("", "findings", "findings", "index")
KEY = "CognitiveComplexity"
RULE = Page(KEY, f"rule:{KEY}", "findings", KEY)
EVIL = "<script>alert('1')</script>"


def counted(**traits: Any) -> Mapping[str, Any]:
    return {"rule": KEY, "severity": "critical", "status": "open", "count": 1} | traits


def found(**traits: Any) -> Mapping[str, Any]:
    row = {
        "severity": "critical", "object": "CommonModule.Цены", "status": "open", "line": 1,
        "routine": "CommonModule.Цены.Module.Цена", "file": "src/Цены/Module.bsl", "column": 1,
        "message_ru": "Сложно", "message_en": "Complex",
    }  # fmt: skip
    return row | traits


def listed(*rows: Mapping[str, Any], context: Context = RUSSIAN, **more: Any) -> FindingsView:
    view = Findings().view(LIST, given(Findings(), rules=rows, **more), context)
    assert isinstance(view, FindingsView)
    return view


def ruled(*rows: Mapping[str, Any], page: Page = RULE, context: Context = RUSSIAN) -> RuleView:
    counts = [
        {"rule": page.key, "count": 1, **{k: row.get(k) for k in ("severity", "status", "new")}}
        for row in rows
    ]
    view = RulePages().view(page, given(RulePages(), counts=counts, findings=rows), context)
    assert isinstance(view, RuleView)
    return view


def test_what_does_not_count_is_counted_apart() -> None:
    view = listed(
        counted(count=3),
        counted(count=4, status="vendor"),
        counted(count=2, status="suppressed"),
    )
    assert view.count == Count(open=3, other=6)
    assert view.statuses == {"open": 3, "suppressed": 2, "vendor": 4}


def test_new_ones_are_told_only_if_there_was_an_upload_before() -> None:
    assert not listed(counted()).compared
    view = listed(counted(new=True, count=2), counted(new=False, count=5))
    assert view.compared
    assert view.count == Count(open=7, new=2)
    assert listed(counted(new=True, status="vendor")).count.new == 0


def test_rules_are_listed_from_the_worst_and_those_without_findings_apart() -> None:
    view = listed(
        counted(rule="UnionAll", severity="minor", count=90),
        counted(rule="MethodSize", severity="major", count=1),
        counted(rule="QueryNestedFieldsByDot", severity="major", count=7),
    )
    assert [line.rule for line in view.rules] == [
        "QueryNestedFieldsByDot",
        "MethodSize",
        "UnionAll",
    ]
    assert {line.rule for line in view.rules + view.silent} == set(all_rules())


def test_the_severity_of_a_rule_is_that_of_its_findings() -> None:
    view = listed(counted(rule="UnionAll", severity="blocker"))
    assert view.rules[0].severity == "blocker"


def test_a_rule_that_the_program_no_longer_has_is_listed() -> None:
    view = listed(counted(rule="Forgotten"))
    assert [(line.rule, line.title) for line in view.rules] == [("Forgotten", "Forgotten")]


def test_subsystems_and_objects_come_with_the_most_open_findings_first() -> None:
    rows = [
        counted(object="Catalog.А", subsystem="Subsystem.П", count=1),
        counted(object="Catalog.Б", subsystem="", count=5, severity="info"),
        counted(object="Catalog.В", subsystem="Subsystem.П", count=9, status="vendor"),
        counted(object="", subsystem="", count=50),
    ]
    for row in rows:
        del row["rule"]  # type: ignore[attr-defined]
    view = listed(counted(count=6), objects=rows)
    assert [line.id for line in view.objects] == ["Catalog.Б", "Catalog.А", "Catalog.В"]
    assert view.objects[0].severities == (0, 0, 0, 0, 5)
    assert [(line.id, line.count.total) for line in view.subsystems] == [
        ("", 55),
        ("Subsystem.П", 10),
    ]


def test_findings_are_grouped_by_object_and_file_in_the_order_of_lines() -> None:
    view = ruled(
        found(object="Catalog.Б", file="б.bsl", line=5, routine=""),
        found(line=20),
        found(line=3),
        found(line=1, file="src/Цены/Другой.bsl"),
    )
    assert [(group.object, group.total) for group in view.objects] == [
        ("CommonModule.Цены", 3),
        ("Catalog.Б", 1),
    ]
    assert [
        (file.file, [line.line for line in file.findings]) for file in view.objects[0].files
    ] == [("src/Цены/Module.bsl", [3, 20]), ("src/Цены/Другой.bsl", [1])]


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [found(line=line, object=f"Catalog.{line % 3}") for line in range(9)]
    assert ruled(*rows) == ruled(*reversed(rows))


def test_too_many_findings_are_cut_and_the_rest_is_counted() -> None:
    rows = [found(object="Catalog.А", line=line) for line in range(SHOWN - 5)]
    rows += [found(object="Catalog.Б", line=line) for line in range(20)]
    rows += [found(object="Catalog.В")]
    view = ruled(*rows)
    shown = sum(len(file.findings) for group in view.objects for file in group.files)
    assert shown == SHOWN
    assert (view.more, view.more_objects) == (16, 1)
    assert [(group.object, group.total) for group in view.objects] == [
        ("Catalog.А", SHOWN - 5),
        ("Catalog.Б", 20),
    ]
    assert "2\u202f000" in _html(view)


def _html(view: RuleView, context: Context = RUSSIAN) -> str:
    class Fixed(RulePages):
        def view(self, page: Page, rows: Any, context: Context) -> RuleView:
            return view

    return _text(rendered(Fixed(), RULE, given(RulePages()), context).files)


def _text(files: Mapping[str, str]) -> str:
    return next(text for path, text in files.items() if path.endswith(".html"))


def test_a_rule_without_findings_has_a_page_that_explains_it() -> None:
    html = _text(rendered(RulePages(), RULE, given(RulePages())).files)
    assert "Когнитивная сложность растет" in html
    assert "<code>Возврат</code>" in html
    assert "complexityThreshold" in html
    assert f"// BSLLS:{KEY}-off" in html
    assert f"{KEY} = false" in html
    assert "Замечаний нет" in html


def test_a_rule_that_is_off_is_shown_how_to_switch_on() -> None:
    key = next(key for key, rule in all_rules().items() if not rule.enabled)
    page = Page(key, f"rule:{key}", "findings", key)
    html = _text(rendered(RulePages(), page, given(RulePages()), ENGLISH).files)
    assert f"{key} = true" in html
    assert "off by default" in html


def test_standards_are_the_only_links_out() -> None:
    page = Page("SetPrivilegedMode", "rule:SetPrivilegedMode", "findings", "SetPrivilegedMode")
    html = _text(rendered(RulePages(), page, given(RulePages())).files)
    assert set(read_markup(html, "a.html").outside) == {
        "https://its.1c.ru/db/v8std/content/485/hdoc",
        "https://its.1c.ru/db/v8std/content/669/hdoc",
    }
    assert html.count('rel="external noopener"') == 2


def test_names_and_messages_from_code_are_escaped() -> None:
    rows = [
        found(
            message_ru=EVIL, object=f"Catalog.{EVIL}", routine=f"Catalog.{EVIL}.M", file=f'{EVIL}"'
        )
    ]
    for html in (
        _html(ruled(*rows)),
        _text(rendered(Findings(), LIST, given(
            Findings(),
            rules=[counted(rule=EVIL)],
            problems=[{"rule": EVIL, "file": EVIL, "error": EVIL}],
        )).files),
    ):  # fmt: skip
        assert "<script>alert" not in html
        assert "alert(" in html
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(html)
        assert not parser.errors


def test_states_are_told_where_they_differ() -> None:
    alike = [found(status="vendor"), found(status="vendor", line=2)]
    assert _html(ruled(*alike)).count("на замке поставщика") == 1
    assert _html(ruled(*alike, found(line=3))).count("на замке поставщика") == 3


@pytest.mark.parametrize("language", ["ru", "en"])
def test_descriptions_of_all_rules_are_paragraphs_and_code(language: str) -> None:
    for rule in all_rules().values():
        text = getattr(rule.description, language)
        assert text.count("`") % 2 == 0, rule.key
        plain = " ".join(span.text for part in paragraphs(text) for span in part if not span.code)
        assert not {"**", "](", "\n- ", "\n#", "```"} & {
            mark for mark in ("**", "](", "\n- ", "\n#", "```") if mark in plain
        }, rule.key


def test_a_paragraph_is_text_and_code_in_turn() -> None:
    spans = [[(span.text, span.code) for span in part] for part in paragraphs("`a` b\n\nc `d`")]
    assert spans == [[("a", True), (" b", False)], [("c ", False), ("d", True)]]


def test_titles_of_rules_differ() -> None:
    titles = [rule.title.ru for rule in all_rules().values()]
    assert len(set(titles)) == len(titles)
