"""Members of types: properties that metadata declares, and what the platform's catalogue has."""

from __future__ import annotations

from cai_assets.knowledge.declared import Declared
from cai_assets.knowledge.type_names import (
    FORM,
    FORM_ROW,
    FORM_STRUCTURE,
    element_of,
    form_data,
    row_of,
    split,
)
from cai_assets.onec.metadata.kinds import kind_by_type_head
from cai_assets.onec.metadata.names import form_name, full_name_target
from cai_assets.onec.platform import catalogue as platform
from cai_assets.onec.platform.catalogue import UNKNOWN, Types, catalogue


class Members:
    """What properties, methods and elements of a type lead to. Names are folded."""

    def __init__(self, declared: Declared) -> None:
        self._declared = declared
        self._platform = catalogue()
        self._properties: dict[tuple[str, str], Types | None] = {}
        self._methods: dict[tuple[str, str], Types | None] = {}

    def property(self, type_: str, name: str, *, wildcard: bool = True) -> Types | None:
        """The types of a property by folded name; None if the type is not known to have it."""
        key = (type_, name if wildcard else f"={name}")
        if key in self._properties:
            return self._properties[key]
        found = self._property(type_, name, wildcard=wildcard)
        self._properties[key] = found
        return found

    def _property(self, type_: str, name: str, *, wildcard: bool) -> Types | None:
        head, argument = split(type_)
        if argument and "<" not in type_:
            found = self._declared_property(head, argument, name)
            if found is not None:
                return found
        entry = self._platform.types.get(head)
        if entry is None:
            return None
        found = entry.properties.get(name)
        if found is None and wildcard and entry.wildcard:
            found = entry.wildcard
        return None if found is None else self._made(found, type_, name)

    def _declared_property(self, head: str, argument: str, name: str) -> Types | None:
        declared = self._declared
        if head == FORM:
            types = declared.form_attribute(argument, name)
            return None if types is None else form_data(types)
        if head == "FormItems":
            return declared.form_item(argument, name) or None
        if head in (FORM_STRUCTURE, FORM_ROW):
            types = self.property(argument, name)
            return None if types is None else form_data(types)
        kind = kind_by_type_head(head)
        if kind is None:
            return None
        if head.endswith("TabularSectionRow"):
            object_, _, section = argument.partition(".")
            return declared.member(f"{kind}.{object_}.TabularSection.{section}", name)
        return declared.member(f"{kind}.{argument}", name)

    def method(self, type_: str, name: str) -> Types | None:
        """What a method of the platform returns; None if the type has no such method."""
        key = (type_, name)
        if key not in self._methods:
            entry = self._platform.types.get(split(type_)[0])
            found = entry.methods.get(name) if entry else None
            self._methods[key] = None if found is None else self._made(found, type_, name)
        return self._methods[key]

    def element(self, type_: str, *, index: bool) -> Types:
        head, argument = split(type_)
        entry = self._platform.types.get(head)
        if entry is None:
            return UNKNOWN
        if index and not entry.at and not entry.each and entry.wildcard:
            return frozenset(name.removesuffix(".*") for name in entry.wildcard)
        return self._made(entry.at if index else entry.each, type_, argument)

    def _made(self, types: Types, owner: str, name: str) -> Types:
        """Types of the catalogue for a certain owner."""
        made: set[str] = set()
        for one in types:
            if one == platform.SELF:
                made.add(owner)
            elif one == platform.ELEMENT:
                made |= element_of(owner)
            elif one == platform.VALUE:
                made |= self._value_of(owner, name)
            elif "*" in one:
                made.add(self._instance(one, owner, name))
            else:
                made.add(row_of(owner, one))
        return frozenset(made)

    def _value_of(self, owner: str, name: str) -> Types:
        head, argument = split(owner)
        kind = "Constant" if head.startswith("Constant") else "SessionParameter"
        return self._declared.of(f"{kind}.{argument or name}")

    def _instance(self, type_: str, owner: str, name: str) -> str:
        """`CatalogObject.*` for the object that `owner` names, or else for the property's name."""
        head, argument = split(owner)
        made = type_.removesuffix(".*")
        if argument:
            return f"{made}.{argument}"
        if not head.endswith("Manager") or not made.endswith("Manager"):
            return made
        return f"{made}.{self._spelt(kind_by_type_head(made) or '', name)}"

    def manager(self, full_name: str) -> Types | None:
        target = full_name_target(full_name)
        if target is None:
            return None
        type_, _, name = target.target.partition(".")
        return frozenset({f"{type_}Manager.{self._spelt(type_, name)}"})

    def form(self, literal: str, owner: str) -> Types | None:
        head, argument = split(owner)
        kind = kind_by_type_head(head)
        if "." in literal:
            target = full_name_target(literal, form=True)
        else:
            target = form_name(f"{kind}.{argument}", literal) if kind and argument else None
        if target is None:
            return None
        form = self._declared.ids.get(target.target.casefold())
        return frozenset({f"{FORM}.{form}"}) if form and not target.note else frozenset({FORM})

    def _spelt(self, type_: str, name: str) -> str:
        return self._declared.ids.get(f"{type_}.{name}".casefold(), f".{name}").partition(".")[2]
