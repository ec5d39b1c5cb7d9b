"""Open findings are shown the worst first; what does not count is counted apart."""

from __future__ import annotations

from typing import Any

import html5lib

from cai_assets.rules.catalogue import all_rules
from cai_assets.site.model import Context
from cai_assets.site.pages.objects import Objects
from cai_assets.site.pages.parts import findings
from cai_assets.site.pages.parts.findings import SHOWN, FindingsView
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, rendered
from cai_assets_tests.site.pages.parts.rows import ID, ODD, PAGE, rows_of


def _found(rule: str = "EmptyCodeBlock", line: int = 1, **columns: Any) -> dict[str, Any]:
    return {
        "rule": rule,
        "severity": "major",
        "routine": f"{ID}.ObjectModule.Запись",
        "message_ru": "Пусто",
        "message_en": "Empty",
        "status": "open",
        "file": "src/Товары/ObjectModule.bsl",
        "line": line,
        "column": 1,
        **columns,
    }


def _view(*rows: dict[str, Any], context: Context = RUSSIAN) -> FindingsView:
    view = findings.read(PAGE, rows_of(object_findings=list(rows)), context)
    assert view is not None
    return view


def test_an_object_without_findings_has_no_such_part() -> None:
    assert findings.read(PAGE, rows_of(), RUSSIAN) is None


def test_the_worst_come_first() -> None:
    view = _view(
        _found(severity="info"), _found(severity="blocker", rule="Z"), _found(severity="blocker")
    )
    assert [(group.severity, group.rule) for group in view.rules] == [
        ("blocker", "EmptyCodeBlock"),
        ("blocker", "Z"),
        ("info", "EmptyCodeBlock"),
    ]
    assert dict(view.severities) == {"blocker": 2, "info": 1}


def test_rules_have_their_titles_and_unknown_ones_their_keys() -> None:
    rule = next(iter(all_rules().values()))
    view = _view(_found(rule=rule.key), _found(rule="Unknown"), context=ENGLISH)
    names = {group.rule: group.name for group in view.rules}
    assert names == {rule.key: rule.title.en, "Unknown": "Unknown"}


def test_a_message_that_all_share_is_said_once() -> None:
    (same,) = _view(_found(), _found(line=2)).rules
    assert (same.message, [place.message for place in same.places]) == ("Пусто", ["", ""])
    (other,) = _view(_found(), _found(line=2, message_ru="Пусто!")).rules
    assert (other.message, [place.message for place in other.places]) == (
        "",
        ["Пусто", "Пусто!"],
    )


def test_a_hundred_are_shown_and_the_rest_counted() -> None:
    rows = [_found(line=line) for line in range(1, SHOWN + 31)]
    view = _view(*rows, _found(rule="Z"))
    assert [(group.rule, len(group.places), group.more) for group in view.rules] == [
        ("EmptyCodeBlock", SHOWN, 30),
        ("Z", 0, 1),
    ]
    assert view.count == SHOWN + 31


def test_what_does_not_count_is_told_by_rule_and_reason() -> None:
    view = _view(
        _found(status="vendor"), _found(status="vendor", line=2), _found(status="suppressed")
    )
    assert view.count == 0
    assert dict(view.statuses) == {"suppressed": 1, "vendor": 2}
    assert [(one.status, one.count) for one in view.others] == [("vendor", 2), ("suppressed", 1)]


def test_odd_messages_stay_text() -> None:
    rows = rows_of(object_findings=[_found(message_ru=ODD, message_en=ODD, routine=None, new=True)])
    for context in (RUSSIAN, ENGLISH):
        html = rendered(Objects(), PAGE, rows, context).files["Товары.html"]
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(html)
        assert not parser.errors
        assert "<script>alert" not in html
