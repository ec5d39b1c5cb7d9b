"""The page of events: subscriptions by event, and the real sequence when an object is written."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from cai_assets.site.derived.events import TABLES
from cai_assets.site.model import Page, Rows
from cai_assets.site.pages.events import Events, EventsView, SourceLine
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, given, rendered
from cai_assets_tests.site.tables import Given

_PAGE = Page("EventSubscription", "events", "", "events")
_ORDER = "Document.Заказ"


def _subscription(name: str, event: str) -> dict[str, Any]:
    id_ = f"EventSubscription.{name}"
    return {"project": "П", "object": id_, "name": name, "properties": [("Event", event)]}


def _handler(name: str, found: bool = True) -> dict[str, Any]:
    return {
        "object": f"EventSubscription.{name}",
        "target": f"CommonModule.События.{name}",
        "resolved": found,
    }


def _source(name: str, object_: str, via: str = "") -> dict[str, Any]:
    return {"subscription": f"EventSubscription.{name}", "object": object_, "via": via}


def _own(event: str, name: str) -> dict[str, Any]:
    return {"object": _ORDER, "event": event, "routine": f"{_ORDER}.ObjectModule.{name}"}


def _rows() -> Rows:
    return given(
        Events(),
        subscriptions=[
            _subscription("Записать", "OnWrite"),
            _subscription("Проверить", "BeforeWrite"),
            _subscription("Пустая", "BeforeWrite"),
        ],
        handlers=[_handler("Записать"), _handler("Проверить", found=False)],
        sources=[
            _source("Записать", _ORDER),
            _source("Проверить", _ORDER, "DocumentObject"),
            _source("Проверить", "Document.Счёт", "DocumentObject"),
        ],
        routines=[_own("Posting", "ОбработкаПроведения"), _own("OnWrite", "ПриЗаписи")],
        calls=[
            {
                "handler": f"{_ORDER}.ObjectModule.ПриЗаписи",
                "order": 0,
                "target": "CommonModule.Учёт.Пересчитать",
                "links": 2,
                "total": 9,
            }
        ],
        writes=[
            {
                "handler": "CommonModule.События.Записать",
                "object": "InformationRegister.Состояния",
                "via": "CommonModule.Учёт.Записать",
                "steps": 1,
                "way": "write",
                "file": "м.bsl",
                "line": 3,
            }
        ],
    )


def _view() -> EventsView:
    return Events().view(_PAGE, _rows(), RUSSIAN)


def test_events_stand_in_the_order_of_the_platform() -> None:
    view = _view()

    assert [group.event for group in view.groups] == ["BeforeWrite", "OnWrite"]
    (chain,) = view.sequences
    assert [step.event for stage in chain.stages for step in stage.steps] == [
        "BeforeWrite",
        "OnWrite",
        "Posting",
    ]


def test_the_handler_of_the_module_comes_before_subscriptions() -> None:
    (chain,) = _view().sequences
    written = chain.stages[0].steps[1]

    assert [one.handler for one in written.handlers] == [
        f"{_ORDER}.ObjectModule.ПриЗаписи",
        "CommonModule.События.Записать",
    ]
    own, subscribed = written.handlers
    assert (own.subscription, own.calls_in_all) == ("", 9)
    assert subscribed.writes[0].object == "InformationRegister.Состояния"
    assert subscribed.writes[0].via_label == "Учёт.Записать"


def test_a_type_stands_for_its_objects() -> None:
    view = _view()

    line = next(one for one in view.groups[0].lines if one.name == "Проверить")
    assert line.sources == (SourceLine("DocumentObject", 2),)
    assert line.objects == 2
    assert view.groups[0].counts == (2,)


def test_what_cannot_work_is_counted() -> None:
    view = _view()

    assert view.missing == 2
    assert view.idle == ("EventSubscription.Пустая",)


def test_the_page_draws_the_chain_and_marks_missing_handlers() -> None:
    html = rendered(Events(), _PAGE, _rows(), Document__Заказ="Document/Заказ.html").files[
        "events.html"
    ]

    assert "<svg" in html
    assert html.count("Document/Заказ.html") > 1  # in the picture and in the text
    assert "нет такой процедуры" in html
    assert "ПередЗаписью" in html
    assert "BeforeWrite" in rendered(Events(), _PAGE, _rows(), ENGLISH).files["events.html"]


def _edges(*pairs: tuple[str, str]) -> pa.Table:
    return pa.table(
        {
            "source": [one for one, _ in pairs],
            "target": [other for _, other in pairs],
            "links": [1] * len(pairs),
            "kind": ["call"] * len(pairs),
            "file": ["f"] * len(pairs),
            "line": list(range(len(pairs))),
        }
    )


def _access(*writes: tuple[str, str, str]) -> pa.Table:
    return pa.table(
        {
            "source": [source for source, _, _ in writes],
            "object": [object_ for _, object_, _ in writes],
            "how": [how for _, _, how in writes],
            "way": ["write"] * len(writes),
            "file": ["f"] * len(writes),
            "line": [1] * len(writes),
        }
    )


def test_writes_are_told_two_calls_deep_and_the_nearest_of_several() -> None:
    source = Given(
        event_routines=pa.table({"routine": ["H"]}),
        object_handlers=pa.table({"type": ["ScheduledJob"], "target": ["J"]}),
        routine_edges=_edges(("H", "A"), ("A", "B"), ("B", "C"), ("A", "H"), ("J", "C")),
        data_access=_access(
            ("B", "Catalog.Далеко", "item"),
            ("A", "Catalog.Близко", "item"),
            ("B", "Catalog.Близко", "item"),
            ("C", "Catalog.СлишкомДалеко", "item"),
            ("H", "Catalog.Объявлено", "recorder"),
        ),
    )

    found = TABLES["handler_writes"](source).to_pylist()

    assert [(row["object"], row["via"], row["steps"]) for row in found] == [
        ("Catalog.Близко", "A", 1),
        ("Catalog.Далеко", "B", 2),
    ]


def test_handlers_are_known_by_name_and_module_in_both_languages() -> None:
    source = Given(
        modules=pa.table(
            {
                "module": ["Document.А.ObjectModule", "Document.А.ManagerModule"],
                "kind": ["ObjectModule", "ManagerModule"],
            }
        ),
        routines=pa.table(
            {
                "module": ["Document.А.ObjectModule"] * 3 + ["Document.А.ManagerModule"],
                "object": ["Document.А"] * 4,
                "name": ["ПриЗаписи", "beforewrite", "Прочее", "ПриЗаписи"],
                "routine": ["r1", "r2", "r3", "r4"],
                "file": ["f"] * 4,
                "line": [1, 2, 3, 4],
            }
        ),
    )

    found = TABLES["event_routines"](source).to_pylist()

    assert [(row["event"], row["routine"]) for row in found] == [
        ("BeforeWrite", "r2"),
        ("OnWrite", "r1"),
    ]
