"""Types that metadata declares: attributes of objects and forms, tabular sections, constants.

Ids are folded by letter case; the names in types are spelt as they are declared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.onec.metadata.kinds import kind_by_type_head
from cai_assets.onec.platform.catalogue import UNKNOWN, Types

_ALIASES = ("DefinedType.", "Characteristic.")
_DEEPEST_ALIAS = 5
_VALUES = frozenset(
    {
        "Attribute",
        "Dimension",
        "Resource",
        "StandardAttribute",
        "AddressingAttribute",
        "AccountingFlag",
        "ExtDimensionAccountingFlag",
        "Field",
    }
)
_ITEMS = {
    "Table": "FormTable",
    "Button": "FormButton",
    "UsualGroup": "FormGroup",
    "Page": "FormGroup",
    "Pages": "FormGroup",
    "ButtonGroup": "FormGroup",
    "CommandBar": "FormGroup",
    "AutoCommandBar": "FormGroup",
    "ColumnGroup": "FormGroup",
    "Popup": "FormGroup",
    "ContextMenu": "FormGroup",
    "LabelDecoration": "FormDecoration",
    "PictureDecoration": "FormDecoration",
    "ExtendedTooltip": "FormDecoration",
    "SearchStringAddition": "FormItemAddition",
    "SearchControlAddition": "FormItemAddition",
    "ViewStatusAddition": "FormItemAddition",
}
"""Kinds of form elements whose type is not a field's."""


class Declared:
    """What metadata says of types, over all projects of an upload."""

    def __init__(self, stored: Mapping[str, pa.Table]) -> None:
        self._stored = stored

    @cached_property
    def ids(self) -> dict[str, str]:
        """Ids of objects and forms as they are spelt, by folded id."""
        names = [
            *self._stored["objects"].column("object").to_pylist(),
            *self._stored["forms"].column("form").to_pylist(),
        ]
        return {name.casefold(): name for name in names}

    @cached_property
    def _types(self) -> dict[str, tuple[str, ...]]:
        rows = self._stored["types"]
        found: dict[str, list[str]] = defaultdict(list)
        for owner, name in zip(
            rows.column("owner").to_pylist(), Coded.of(rows, "type").texts(), strict=True
        ):
            if name:
                found[owner.casefold()].append(name)
        return {owner: tuple(names) for owner, names in found.items()}

    @cached_property
    def _members(self) -> dict[str, dict[str, tuple[str, str]]]:
        """By owner and name: the kind and the id of a member."""
        rows = self._stored["members"]
        found: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
        for parent, name, kind, member in zip(
            Coded.of(rows, "parent").texts(),
            rows.column("name").to_pylist(),
            Coded.of(rows, "kind").texts(),
            rows.column("member").to_pylist(),
            strict=True,
        ):
            of_parent = found[(parent or "").casefold()]
            of_parent.setdefault(name.casefold(), (kind or "", member))
        return found

    @cached_property
    def _form_runs(self) -> tuple[Coded, dict[str, list[tuple[int, int]]]]:
        return _runs(self._stored["form_attributes"])

    @cached_property
    def _item_runs(self) -> tuple[Coded, dict[str, list[tuple[int, int]]]]:
        return _runs(self._stored["form_items"])

    def of(self, owner: str, depth: int = 0) -> Types:
        """The types of an object, member or form attribute; defined types are looked into."""
        found: set[str] = set()
        for name in self._types.get(owner.casefold(), ()):
            found |= self.looked_into(name, depth)
        return frozenset(found)

    def looked_into(self, name: str, depth: int = 0) -> Types:
        """The types that a type's name stands for."""
        if not name.startswith(_ALIASES) or depth > _DEEPEST_ALIAS:
            return frozenset({name})
        head, _, rest = name.partition(".")
        return self.of(f"{kind_by_type_head(head)}.{rest}", depth + 1)

    def member(self, owner: str, name: str) -> Types | None:
        """The types of an attribute or tabular section by folded name; None if there is none."""
        found = self._members.get(owner.casefold(), {}).get(name)
        if found is None:
            return None
        kind, member = found
        if kind == "TabularSection":
            type_, object_, _, section = member.split(".", 3)
            return frozenset({f"{type_}TabularSection.{object_}.{section}"})
        return self.of(member) if kind in _VALUES else None

    def form_attribute(self, form: str, name: str) -> Types | None:
        """The types of a form's attribute by folded name, as metadata states them."""
        found = self._form_attributes(form.casefold()).get(name)
        if found is None:
            return None
        types: set[str] = set()
        for one in found:
            types |= self.looked_into(one)
        return frozenset(types)

    def main_attribute(self, form: str) -> Types:
        """The types of a form's main attribute."""
        self._form_attributes(form.casefold())
        name = self._main_by_form.get(form.casefold())
        return (self.form_attribute(form, name) if name else None) or UNKNOWN

    def form_item(self, form: str, name: str) -> Types:
        """The type of a form's element by folded name."""
        kind = self._form_items(form.casefold()).get(name)
        return frozenset({_ITEMS.get(kind, "FormField")}) if kind else UNKNOWN

    @cached_property
    def _attributes_by_form(self) -> dict[str, dict[str, list[str]]]:
        return {}

    @cached_property
    def _main_by_form(self) -> dict[str, str]:
        return {}

    def _form_attributes(self, form: str) -> dict[str, list[str]]:
        known = self._attributes_by_form.get(form)
        if known is None:
            known = self._attributes_by_form[form] = {}
            rows = self._stored["form_attributes"].select(["name", "parent", "types", "main"])
            for start, end in self._form_runs[1].get(form, ()):
                for row in rows.slice(start, end - start).to_pylist():
                    if not row["parent"]:
                        known.setdefault(row["name"].casefold(), row["types"])
                        if row["main"]:
                            self._main_by_form[form] = row["name"].casefold()
        return known

    @cached_property
    def _items_by_form(self) -> dict[str, dict[str, str]]:
        return {}

    def _form_items(self, form: str) -> dict[str, str]:
        known = self._items_by_form.get(form)
        if known is None:
            known = self._items_by_form[form] = {}
            rows = self._stored["form_items"]
            for start, end in self._item_runs[1].get(form, ()):
                part = rows.slice(start, end - start)
                names = part.column("name").to_pylist()
                kinds = part.column("kind").cast(pa.string()).to_pylist()
                for name, kind in zip(names, kinds, strict=True):
                    known.setdefault(name.casefold(), kind)
        return known


def _runs(rows: pa.Table) -> tuple[Coded, dict[str, list[tuple[int, int]]]]:
    """Where the rows of each form stand, by its folded id: they are neighbours."""
    form = Coded.of(rows, "form")
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    if len(rows):
        starts = [0, *(np.flatnonzero(np.diff(form.codes)) + 1).tolist()]
        for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
            found[form.values[form.codes[start]].casefold()].append((start, end))
    return form, found
