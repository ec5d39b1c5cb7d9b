"""Names of types, taken apart and put together: `CatalogRef.Товары`, `Array<X>`, form data."""

from __future__ import annotations

from functools import lru_cache

from cai_assets.knowledge.routines import COMMON
from cai_assets.onec.metadata.kinds import kind_by_type_head
from cai_assets.onec.platform.catalogue import UNKNOWN, Types

FORM = "ClientApplicationForm"
FORM_STRUCTURE, _FORM_COLLECTION, FORM_ROW = (
    "FormDataStructure",
    "FormDataCollection",
    "FormDataCollectionItem",
)
_DATA_OF = {"ValueTable": _FORM_COLLECTION, "ValueTree": "FormDataTree"}


@lru_cache(maxsize=1 << 15)
def split(type_: str) -> tuple[str, str]:
    """The head of a type and the name or element behind it: `CatalogRef.Товары`, `Array<X>`."""
    if type_.endswith(">"):
        head, _, element = type_.partition("<")
        return head, element[:-1]
    if type_.startswith(COMMON):
        return "CommonModule", type_[len(COMMON) :]
    head, _, argument = type_.partition(".")
    return head, argument


def specific(types: Types) -> Types:
    """Without types of any object where the object is known: `CatalogRef` beside `CatalogRef.X`."""
    if len(types) < 2:
        return types
    named = {head for head, argument in map(split, types) if argument}
    return frozenset(one for one in types if one not in named)


def element_of(type_: str) -> Types:
    """What a collection is said to hold: `Array<Type>` → `Type`."""
    return frozenset({split(type_)[1]}) if type_.endswith(">") else UNKNOWN


def row_of(owner: str, type_: str) -> str:
    """The row of a certain tabular section or form collection, where the owner is one."""
    head, argument = split(owner)
    if not argument:
        return type_
    if type_ == "AnyTabularSectionRow" and head.endswith("TabularSection"):
        return f"{head}Row.{argument}"
    if type_ == FORM_ROW and head == _FORM_COLLECTION:
        section, name = split(argument)
        return f"{FORM_ROW}.{section}Row.{name}" if section.endswith("Section") else type_
    return type_


def form_data(types: Types) -> Types:
    """How values of these types are seen in a form."""
    return frozenset(_form_data(one) for one in types)


def _form_data(type_: str) -> str:
    head, argument = split(type_)
    if head in _DATA_OF:
        return _DATA_OF[head]
    if kind_by_type_head(head) is None and head != "ConstantsSet":
        return type_
    if head.endswith(("Object", "RecordManager", "ConstantsSet")):
        return f"{FORM_STRUCTURE}.{type_}" if argument else FORM_STRUCTURE
    if head.endswith("TabularSection"):
        return f"{_FORM_COLLECTION}.{type_}"
    return _FORM_COLLECTION if head.endswith("RecordSet") else type_


def module_of(type_: str) -> str:
    """The folded id of the module whose exported routines a value of this type has; else empty."""
    head, argument = split(type_)
    if not argument:
        return ""
    if head == "CommonModule":
        return f"{COMMON}{argument}.module".casefold()
    if head == FORM:
        return f"{argument}.module".casefold()
    kind = kind_by_type_head(head)
    if kind is None:
        return ""
    for suffix, module in _MODULE_BY_SUFFIX.items():
        if head == kind + suffix:
            return f"{kind}.{argument}.{module}".casefold()
    return ""


_MODULE_BY_SUFFIX = {
    "Manager": "managermodule",
    "Object": "objectmodule",
    "RecordSet": "recordsetmodule",
    "ValueManager": "valuemanagermodule",
}
