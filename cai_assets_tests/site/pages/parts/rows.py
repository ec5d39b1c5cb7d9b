"""Rows of one catalogue for views of the parts of its page."""

from __future__ import annotations

from typing import Any

from cai_assets.site.model import Context, Page, Rows
from cai_assets.site.pages.objects import Objects
from cai_assets.site.pages.parts import access, card, data, forms, relations
from cai_assets.site.pages.parts.access import AccessView
from cai_assets.site.pages.parts.card import CardView
from cai_assets.site.pages.parts.data import DataView
from cai_assets.site.pages.parts.form_views import FormsView
from cai_assets.site.pages.parts.relations import RelationsView
from cai_assets_tests.site.pages.given import RUSSIAN, given

ID = "Catalog.Товары"
PAGE = Page(ID, ID, "Catalog", "Товары")
BASE, EXTENSION = "Торговля", "Доставка"
_PROJECTS = [
    {"project": EXTENSION, "kind": "extension"},
    {"project": BASE, "kind": "configuration"},
]
ODD = "<script>alert('1')</script> \"цена\" & | `x` _y_"


def object_row(project: str = BASE, **columns: Any) -> dict[str, Any]:
    """The catalogue as a project states it."""
    return {
        "project": project,
        "type": "Catalog",
        "belonging": "Own",
        "file": f"{project}/Товары.mdo",
        "line": 2,
        **columns,
    }


def member(path: str, order: int = 0, project: str = BASE, **columns: Any) -> dict[str, Any]:
    """A part of the catalogue by its path in the object: `Attribute.Цена`."""
    parent, _, kind = path.rpartition(".")[0].rpartition(".")
    return {
        "project": project,
        "member": f"{ID}.{path}",
        "parent": f"{ID}.{parent}" if parent else ID,
        "kind": kind,
        "name": path.rpartition(".")[2],
        "order": order,
        **columns,
    }


def type_row(owner: str, type_: str, order: int = 0, **columns: Any) -> dict[str, Any]:
    """A type of a part, of the catalogue itself for an empty `owner`."""
    whole = f"{ID}.{owner}" if owner else ID
    return {"project": BASE, "owner": whole, "order": order, "type": type_, **columns}


def relation(kind: str, way: str, source: str, target: str, note: str = "") -> dict[str, Any]:
    """A relation; its objects are the first two steps of its ids."""

    def owner(id_: str) -> str:
        return ".".join(id_.split(".")[:2])

    return {
        "way": way,
        "kind": kind,
        "source": source,
        "target": target,
        "note": note,
        "source_object": owner(source),
        "target_object": owner(target),
    }


def rows_of(**tables: list[dict[str, Any]]) -> Rows:
    """The rows of the page: two projects, the catalogue, and what is given."""
    return given(Objects(), **{"projects": _PROJECTS, "objects": [object_row()], **tables})


def card_view(context: Context = RUSSIAN, **tables: list[dict[str, Any]]) -> CardView:
    """The head of the page."""
    return card.read(PAGE, rows_of(**tables), context)


def data_view(context: Context = RUSSIAN, **tables: list[dict[str, Any]]) -> DataView:
    """The data, which there has to be."""
    view = data.read(PAGE, rows_of(**tables), context)
    assert view is not None
    return view


def forms_view(**tables: list[dict[str, Any]]) -> FormsView:
    """Forms, commands and templates, which there have to be."""
    view = forms.read(PAGE, rows_of(**tables), RUSSIAN)
    assert view is not None
    return view


def relations_view(*rows: dict[str, Any], **tables: list[dict[str, Any]]) -> RelationsView:
    """Relations, which there have to be."""
    view = relations.read(PAGE, rows_of(relations=list(rows), **tables), RUSSIAN)
    assert view is not None
    return view


def access_view(*rows: dict[str, Any]) -> AccessView:
    """Rights, which there have to be."""
    view = access.read(PAGE, rows_of(object_rights=list(rows)), RUSSIAN)
    assert view is not None
    return view


def right(right: str, role: str = "Role.Кладовщик", **columns: Any) -> dict[str, Any]:
    """A right on the catalogue, granted to a role."""
    return {"role": role, "object": ID, "right": right, "value": True, **columns}


def form_row(name: str = "Список", project: str = BASE) -> dict[str, Any]:
    """A form of the catalogue."""
    return {"project": project, "form": f"{ID}.Form.{name}", "name": name, "kind": "Managed"}


def of_form(project: str = BASE, **columns: Any) -> dict[str, Any]:
    """A row of the list form."""
    return {"project": project, "form": f"{ID}.Form.Список", "parent": "", "order": 0, **columns}
