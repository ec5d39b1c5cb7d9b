"""Value types: what an attribute may hold, under one name whichever layout wrote it.

EDT and Designer name platform types differently (`ValueList` and `v8:ValueListType`) and state
qualifiers differently; rows of both must be equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cai_assets.onec.facts import ValueType
from cai_assets.onec.metadata.kinds import SOURCE_TYPE_HEADS, kind_by_type_head
from cai_assets.onec.metadata.xml import LOCAL, text

if TYPE_CHECKING:
    from cai_assets.onec.metadata.xml import Element

_SCHEMA: Final = "http://www.w3.org/2001/XMLSchema"
_COMPOSITION: Final = "data-composition-system"

_SCHEMA_TYPES: Final = {
    "string": "String",
    "decimal": "Number",
    "boolean": "Boolean",
    "dateTime": "Date",
    "base64Binary": "BinaryData",
    "hexBinary": "BinaryData",
    "QName": "XDTOValueTypeQName",
}
_PLATFORM_TYPES: Final = {
    "ValueListType": "ValueList",
    "FlowchartContextType": "GraphicalSchema",
    "Uuid": "UUID",
}
EMPTY: Final = ValueType()


def edt_type(element: Element | None) -> ValueType:
    """Read `<type>`/`<valueType>`: repeated `types` and qualifiers."""
    names: list[str] = []
    length = precision = scale = 0
    fixed = nonnegative = False
    fractions = "DateTime"
    for item in element if element is not None else ():
        name = LOCAL[item.tag]
        if name == "types":
            if value := text(item):
                names.append(_PLATFORM_TYPES.get(value, value))
        elif name == "stringQualifiers":
            for part in item:
                if LOCAL[part.tag] == "length":
                    length = _number(text(part))
                elif LOCAL[part.tag] == "fixed":
                    fixed = text(part) == "true"
        elif name == "numberQualifiers":
            for part in item:
                key = LOCAL[part.tag]
                if key == "precision":
                    precision = _number(text(part))
                elif key == "scale":
                    scale = _number(text(part))
                elif key == "nonNegative":
                    nonnegative = text(part) == "true"
        elif name == "dateQualifiers":
            for part in item:
                if LOCAL[part.tag] == "dateFractions":
                    fractions = text(part) or fractions
    return _value_type(names, length, fixed, precision, scale, nonnegative, fractions)


def designer_type(element: Element | None) -> ValueType:
    """Read `<Type>` of a Designer file: `v8:Type`, `v8:TypeSet`, `v8:TypeId` and qualifiers."""
    names: list[str] = []
    length = precision = scale = 0
    fixed = nonnegative = False
    fractions = "DateTime"
    for item in element if element is not None else ():
        name = LOCAL[item.tag]
        if name in ("Type", "TypeSet", "TypeId"):
            if value := text(item):
                names.append(canonical(value, item))
        elif name == "StringQualifiers":
            for part in item:
                if LOCAL[part.tag] == "Length":
                    length = _number(text(part))
                elif LOCAL[part.tag] == "AllowedLength":
                    fixed = text(part) == "Fixed"
        elif name == "NumberQualifiers":
            for part in item:
                key = LOCAL[part.tag]
                if key == "Digits":
                    precision = _number(text(part))
                elif key == "FractionDigits":
                    scale = _number(text(part))
                elif key == "AllowedSign":
                    nonnegative = text(part) == "Nonnegative"
        elif name == "DateQualifiers":
            for part in item:
                if LOCAL[part.tag] == "DateFractions":
                    fractions = text(part) or fractions
    return _value_type(names, length, fixed, precision, scale, nonnegative, fractions)


def canonical(value: str, element: Element) -> str:
    """Return the one name of a Designer type; `element` resolves the prefix of `value`."""
    prefix, colon, name = value.partition(":")
    if not colon:
        return _PLATFORM_TYPES.get(value, value)
    known = _KNOWN_PREFIXES.get(prefix)
    if known is not None and known is not _SCHEMA_TYPES:
        return known.get(name, name)
    namespace = element.nsmap.get(prefix) or ""
    if namespace == _SCHEMA or (not namespace and known is _SCHEMA_TYPES):
        return _SCHEMA_TYPES.get(name, name)
    if _COMPOSITION in namespace and not name.startswith("DataComposition"):
        return "DataComposition" + name
    return _PLATFORM_TYPES.get(name, name)


# Looking a prefix up costs a dictionary per element; these have one meaning in all files of 1C.
_KNOWN_PREFIXES: Final[dict[str, dict[str, str]]] = {
    "xs": _SCHEMA_TYPES,
    "cfg": {},
    "v8": _PLATFORM_TYPES,
    "v8ui": {},
}


def _number(value: str) -> int:
    return int(value) if value.isdecimal() else 0


def _value_type(
    names: list[str],
    length: int,
    fixed: bool,
    precision: int,
    scale: int,
    nonnegative: bool,
    fractions: str,
) -> ValueType:
    """Keep the qualifiers of the types that are named; their defaults are the platform's."""
    if not names:
        return EMPTY
    string = "String" in names
    number = "Number" in names
    return ValueType(
        names=tuple(names),
        string_length=length if string else None,
        string_fixed=fixed if string else None,
        number_precision=precision if number else None,
        number_scale=scale if number else None,
        number_nonnegative=nonnegative if number else None,
        date_fractions=fractions if "Date" in names else None,
    )


def reference_target(type_name: str) -> str | None:
    """Return the id of the object that a type name means, None if it means no single object.

    `CatalogRef.Товары` → `Catalog.Товары`, `CatalogTabularSection.Товары.Цены` →
    `Catalog.Товары.TabularSection.Цены`; `CatalogRef`, `String` and uuids → None.
    """
    head, dot, name = type_name.partition(".")
    if not dot or not name:
        return None
    kind = kind_by_type_head(head)
    if kind is not None:
        owner, _, part = name.partition(".")
        if not part:
            return f"{kind}.{name}"
        if "TabularSection" in head:
            return f"{kind}.{owner}.TabularSection.{part}"
        return f"{kind}.{owner}.{part}"
    steps = SOURCE_TYPE_HEADS.get(head)
    if steps is None:
        return None
    names = name.split(".")
    if len(names) < len(steps):
        return None
    return ".".join(f"{step}.{part}" for step, part in zip(steps, names, strict=False))
