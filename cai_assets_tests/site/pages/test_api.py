"""The interface of common modules: public routines first, large subsystems in several pages."""

from __future__ import annotations

from typing import Any

import html5lib
import pyarrow as pa
import pytest

from cai_assets.site.derived import api
from cai_assets.site.derived.api import TABLES, region_kind
from cai_assets.site.model import Page
from cai_assets.site.pages.api import Api, ApiPages
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, given, rendered
from cai_assets_tests.site.pages.parts.rows import ODD
from cai_assets_tests.site.tables import Given

_HOME = "Subsystem.А.Subsystem.Б"


def _routine(module: str, name: str, **columns: Any) -> dict[str, Any]:
    return {
        "project": "Торговля",
        "object": f"CommonModule.{module}",
        "routine": f"CommonModule.{module}.{name}",
        "name": name,
        "function": True,
        "export": True,
        "region": "ПрограммныйИнтерфейс",
        "deprecated": False,
        "description": "",
        "line": 1,
        **columns,
    }


def _source(*routines: dict[str, Any], homes: dict[str, str] | None = None) -> Given:
    nodes = pa.schema([("object", pa.string()), ("subsystem", pa.string())])
    modules = sorted({row["object"] for row in routines})
    return Given(
        routines=pa.Table.from_pylist(list(routines)),
        graph_nodes=pa.Table.from_pylist(
            [{"object": id_, "subsystem": home} for id_, home in (homes or {}).items()], nodes
        ),
        modules=pa.Table.from_pylist(
            [{"object": id_, "client": False, "server": True} for id_ in modules]
        ),
    )


@pytest.mark.parametrize(
    ("region", "kind"),
    [
        ("ПрограммныйИнтерфейс/ДляВсех", "public"),
        ("Public", "public"),
        ("СлужебныйПрограммныйИнтерфейс", "internal"),
        ("Internal/X", "internal"),
        ("Прочее/ПрограммныйИнтерфейс", ""),
        ("", ""),
    ],
)
def test_the_outermost_region_says_for_whom_a_routine_is(region: str, kind: str) -> None:
    assert region_kind(region) == kind


def test_only_exported_routines_of_common_modules_are_listed() -> None:
    source = _source(
        _routine("М", "А"),
        _routine("М", "Б", export=False),
        {**_routine("М", "В"), "object": "Catalog.Т"},
    )
    assert TABLES["api_routines"](source).column("name").to_pylist() == ["А"]


def test_a_module_stands_with_its_home_subsystem() -> None:
    source = _source(
        _routine("М", "А", description="Да"),
        _routine("М", "Б", region=""),
        _routine("Н", "А"),
        homes={"CommonModule.М": _HOME},
    )
    first, second = TABLES["api_modules"](source).to_pylist()
    assert (first["subsystem"], first["page"], second["subsystem"]) == (_HOME, _HOME, "")
    assert (first["exported"], first["public"], first["described"]) == (2, 1, 1)
    assert (first["client"], first["server"]) == (False, True)


def test_a_large_subsystem_is_cut_into_pages_by_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "PAGE_ROUTINES", 3)
    routines = [_routine(module, f"П{n}") for module in "АБВ" for n in range(2)]
    homes = {f"CommonModule.{module}": _HOME for module in "АБВ"}
    source = _source(*routines, homes=homes)
    pages = {row["object"]: row["page"] for row in TABLES["api_modules"](source).to_pylist()}
    assert list(pages.values()) == [_HOME, f"{_HOME}#2", f"{_HOME}#3"]
    assert [page.name for page in ApiPages().pages(source)] == ["А.Б", "А.Б-2", "А.Б-3"]


def test_a_configuration_without_an_interface_has_no_such_pages() -> None:
    source = _source(_routine("М", "А", export=False))
    assert not list(Api().pages(source))
    assert not list(ApiPages().pages(source))


def _module(**columns: Any) -> dict[str, Any]:
    return {
        "object": "CommonModule.М",
        "subsystem": _HOME,
        "client": True,
        "server": True,
        **columns,
    }


def _line(name: str, kind: str, **columns: Any) -> dict[str, Any]:
    return {
        "object": "CommonModule.М",
        "routine": f"CommonModule.М.{name}",
        "name": name,
        "kind": kind,
        "line": 1,
        **columns,
    }


PAGE = Page(_HOME, f"api:{_HOME}", "api", "А.Б")


def test_what_is_public_stands_open_and_the_rest_is_folded() -> None:
    lines = [_line("Б", "internal"), _line("В", "", line=3), _line("А", "public")]
    (module,) = (
        ApiPages()
        .view(PAGE, given(ApiPages(), modules=[_module()], routines=lines), RUSSIAN)
        .modules
    )
    assert [line.name for line in module.routines] == ["А"]
    assert [line.name for line in module.others] == ["Б", "В"]


def test_a_module_without_a_public_region_shows_what_is_not_internal() -> None:
    lines = [_line("Б", "internal"), _line("В", "", line=3)]
    (module,) = (
        ApiPages()
        .view(PAGE, given(ApiPages(), modules=[_module()], routines=lines), RUSSIAN)
        .modules
    )
    assert [line.name for line in module.routines] == ["В"]


def test_modules_in_no_subsystem_come_last() -> None:
    counts = {"exported": 1, "public": 0, "described": 0}
    rows = given(
        Api(),
        modules=[
            _module(object="CommonModule.А", subsystem="", page="", **counts),
            _module(page=f"{_HOME}#2", **counts),
            _module(object="CommonModule.Я", page=_HOME, **counts),
        ],
    )
    view = Api().view(Page("", "api", "api", "index"), rows, RUSSIAN)
    assert [one.subsystem for one in view.subsystems] == [_HOME, ""]
    assert view.subsystems[0].pages == (f"api:{_HOME}", f"api:{_HOME}#2")
    assert view.subsystems[0].exported == 2


def test_odd_descriptions_stay_text() -> None:
    lines = [_line("А", "public", description=ODD, deprecated=True)]
    rows = given(ApiPages(), modules=[_module()], routines=lines)
    for context in (RUSSIAN, ENGLISH):
        html = rendered(ApiPages(), PAGE, rows, context).files["А.Б.html"]
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(html)
        assert not parser.errors
        assert "<script>alert" not in html
