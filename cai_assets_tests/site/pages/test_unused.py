"""The page of what nothing needs."""

from __future__ import annotations

from typing import Any

from cai_assets.site.model import Context, Page
from cai_assets.site.pages.unused import KINDS, Unused, UnusedView
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, given, rendered

PAGE = Page("", "unused", "", "unused")


def thing(kind: str = "object", id_: str = "Catalog.А", **traits: Any) -> dict[str, Any]:
    row = {
        "kind": kind, "id": id_, "object": ".".join(id_.split(".")[:2]), "confidence": "certain",
        "public_api": False, "reason": "r", "reason_ru": "Никто", "reason_en": "Nobody",
        "file": "a.mdo", "line": 2,
    }  # fmt: skip
    return row | traits


def view(*rows: dict[str, Any], context: Context = RUSSIAN) -> UnusedView:
    found = Unused().view(PAGE, given(Unused(), unused=rows), context)
    assert isinstance(found, UnusedView)
    return found


def test_a_public_api_is_counted_apart() -> None:
    kind = view(
        thing("exported_routine", "CommonModule.М.Module.А"),
        thing("exported_routine", "CommonModule.М.Module.Б", confidence="likely"),
        thing("exported_routine", "CommonModule.М.Module.В", public_api=True),
    ).kinds[0]
    assert (kind.certain, kind.likely, kind.public_api) == (1, 1, 1)
    assert [(g.certain, g.public_api) for g in kind.groups] == [
        (True, False),
        (False, False),
        (True, True),
    ]


def test_kinds_stand_in_their_order_and_unknown_ones_behind() -> None:
    found = view(*(thing(kind) for kind in ["new_kind", *reversed(KINDS)]))
    assert [kind.kind for kind in found.kinds] == [*KINDS, "new_kind"]


def test_long_lists_are_cut_and_counted() -> None:
    group = view(*(thing(id_=f"Catalog.К{number:04}") for number in range(1000))).kinds[0].groups[0]
    assert group.count == 1000
    assert len(group.lines) + group.more == 1000
    assert group.lines[0].id == "Catalog.К0000"


def test_reasons_are_in_the_language_of_the_site() -> None:
    assert view(thing()).kinds[0].groups[0].reason == "Никто"
    assert view(thing(), context=ENGLISH).kinds[0].groups[0].reason == "Nobody"


def test_an_object_is_named_once_for_all_its_parts() -> None:
    rows = [thing("attribute", f"Catalog.А.Attribute.Р{n}") for n in range(3)]
    html = rendered(Unused(), PAGE, given(Unused(), unused=rows)).files["unused.html"]
    assert html.count("Справочник.А") == 1
    assert html.count("реквизит Р") == 3


def test_nothing_unused_is_said_so() -> None:
    html = rendered(Unused(), PAGE, given(Unused())).files["unused.html"]
    assert "Такого не нашлось" in html


def test_names_are_escaped() -> None:
    evil = "Catalog.<script>alert(1)</script>"
    html = rendered(Unused(), PAGE, given(Unused(), unused=[thing(id_=evil, file=evil)])).files
    assert "<script>alert" not in html["unused.html"]
