"""Both directions stand by the kind of reference, with evidence; what is wrong is said."""

from __future__ import annotations

from typing import Any

import html5lib

from cai_assets.knowledge import reasons
from cai_assets.site.model import Context
from cai_assets.site.pages.objects import Objects
from cai_assets.site.pages.parts import uses
from cai_assets.site.pages.parts.uses import UsesView
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, rendered
from cai_assets_tests.site.pages.parts.rows import ID, ODD, PAGE, rows_of


def _link(other: str, kind: str, rank: int = 0, total: int = 1, **columns: Any) -> dict[str, Any]:
    """A row of `used_by`: the other object uses the catalogue."""
    return {
        "source_object": other,
        "target_object": ID,
        "source": f"{other}.Attribute.А",
        "target": ID,
        "kind": kind,
        "file": "src/Заказ.mdo",
        "line": 10 + rank,
        "rank": rank,
        "total": total,
        **columns,
    }


def _view(context: Context = RUSSIAN, **tables: list[dict[str, Any]]) -> UsesView:
    view = uses.read(PAGE, rows_of(**tables), context)
    assert view is not None
    return view


def test_users_stand_by_kind_the_busiest_first() -> None:
    view = _view(
        used_by=[
            _link("CommonModule.М", "call"),
            _link("Document.Б", "type", total=2),
            _link("Document.А", "type", total=2),
            _link("Document.В", "type", total=5),
        ]
    )
    types, calls = view.used_by.groups
    assert [other.object for other in types.others] == ["Document.В", "Document.А", "Document.Б"]
    assert (types.kind, types.links, calls.kind) == ("type", 9, "call")
    assert (view.used_by.objects, view.used_by.links) == (4, 10)
    assert not view.uses.groups


def test_a_place_says_what_names_what_and_where() -> None:
    row = _link("Document.А", "query_field", target=f"{ID}.Attribute.Цена")
    (group,) = _view(used_by=[row]).used_by.groups
    (place,) = group.others[0].places
    assert (place.source_label, place.target_label) == ("реквизит А", "реквизит Цена")
    assert (place.file, place.line) == ("src/Заказ.mdo", 10)


def test_only_the_busiest_have_several_places() -> None:
    rows = [
        _link(f"Document.Д{number:02}", "type", rank, 100 - number)
        for number in range(30)
        for rank in range(3)
    ]
    (group,) = _view(used_by=rows).used_by.groups
    assert [len(other.places) for other in group.others] == [3] * 3 + [1] * 27
    assert [place.line for place in group.others[0].places] == [10, 11, 12]


def test_what_is_missing_for_certain_comes_before_what_may_be_the_platform_s() -> None:
    def dangling(target: str, reason: str) -> dict[str, Any]:
        return {"source": ID, "target": target, "kind": "call", "reason": reason, "total": 1}

    view = _view(
        dangling=[
            dangling("CommonPicture.А", reasons.PLATFORM_OR_MISSING),
            dangling("CommonModule.Я", reasons.NOT_HERE),
        ]
    )
    assert [(one.label, one.certain) for one in view.dangling] == [
        ("ОбщийМодуль.Я", True),
        ("ОбщаяКартинка.А", False),
    ]
    assert view.dangling[0].reason == "нет в выгрузке"
    assert "part-dangling" in dict(view.headings())
    assert "part-dangling" not in dict(_view().headings())


def test_a_small_cycle_names_its_members_and_who_depends_both_ways() -> None:
    def link(target: str, links: int, back: int, cut: bool = False) -> dict[str, Any]:
        return {
            "cycle": 0,
            "target_object": target,
            "links": links,
            "back": back,
            "cut": cut,
            "size": 3,
            "members": f"{ID}\nCatalog.Б\nCatalog.В",
        }

    cycle = _view(cycle_links=[link("Catalog.В", 1, 0, True), link("Catalog.Б", 3, 2)]).cycle
    assert cycle is not None
    assert cycle.members == (ID, "Catalog.Б", "Catalog.В")
    assert [(one.object, one.links, one.back) for one in cycle.mutual] == [("Catalog.Б", 3, 2)]
    assert cycle.cut == ("Catalog.В",)
    assert _view().cycle is None


def test_unused_parts_say_why_in_the_language_of_the_site() -> None:
    row = {
        "kind": "attribute",
        "id": f"{ID}.Attribute.Цена",
        "confidence": "likely",
        "public_api": False,
        "reason_ru": "Никто не называет.",
        "reason_en": "Nobody names it.",
    }
    (russian,), (english,) = _view(unused=[row]).unused, _view(ENGLISH, unused=[row]).unused
    assert (russian.label, russian.reason, russian.certain) == (
        "реквизит Цена",
        "Никто не называет.",
        False,
    )
    assert english.reason == "Nobody names it."


def test_neighbours_are_drawn_and_links_lead_to_their_pages() -> None:
    view = _view(used_by=[_link("Document.А", "type", total=3)])
    assert uses.draw(_view(), RUSSIAN, lambda id_: "") == {}
    picture = uses.draw(view, RUSSIAN, lambda id_: f"{id_}.html")["neighbourhood"]
    assert "Document.А.html" in picture


def test_thousands_of_users_make_a_page_that_can_be_read() -> None:
    rows = [_link(f"CommonModule.М{n}", "call", total=n + 1) for n in range(3000)]
    files = rendered(Objects(), PAGE, rows_of(used_by=rows)).files
    assert len(files["Товары.html"].encode()) < 1_500_000
    assert "2\u202f980" in files["Товары.html"]


def test_odd_names_stay_text() -> None:
    rows = rows_of(
        used_by=[_link(f"Document.{ODD}", "type", file=ODD)],
        dangling=[{"source": ID, "target": ODD, "kind": ODD, "reason": ODD, "total": 1}],
    )
    for context in (RUSSIAN, ENGLISH):
        html = rendered(Objects(), PAGE, rows, context).files["Товары.html"]
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(html)
        assert not parser.errors
        assert "<script>alert" not in html
