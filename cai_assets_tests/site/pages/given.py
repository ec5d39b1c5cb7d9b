"""Rows for views without tables, and pages rendered from views, for tests of sections."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping, Sequence
from typing import Any

from cai_assets.site.model import Context, Page, Rows, Section
from cai_assets.site.registry import Registry
from cai_assets.site.render import Rendered, Renderer

RUSSIAN, ENGLISH = Context("ru", "Пример"), Context("en", "Example")


def given(section: Section, **tables: Sequence[Mapping[str, Any]]) -> Rows:
    """The rows of inputs by name; columns that a row leaves out are None.

    Raises KeyError for an input or a column that the section does not declare.
    """
    found: dict[str, list[Any]] = {name: [] for name in section.inputs}
    kinds: dict[str, Any] = {}
    for name, rows in tables.items():
        columns = section.inputs[name].columns
        kinds[name] = namedtuple("Row", columns)
        for row in rows:
            unknown = set(row) - set(columns)
            if unknown:
                raise KeyError(f"{section.name} does not read {sorted(unknown)} of {name}")
            found[name].append(kinds[name](*(row.get(column) for column in columns)))
    return Rows(found)


def rendered(
    section: Section, page: Page, rows: Rows, context: Context = RUSSIAN, **pages: str
) -> Rendered:
    """All files of a page; `pages` are other pages of the site, path by id with dots as `__`."""
    known = {id_.replace("__", "."): path for id_, path in pages.items()}
    registry = Registry({page.id: f"{page.name}.html", **known})
    view = section.view(page, rows, context)
    return Renderer(context, registry).render(section, page, view)
