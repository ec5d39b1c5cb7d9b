"""What is special about a field or another part, told from its properties in a few words.

Properties that stand at what nearly every field has are not told: filling is not checked, there is
no index, the value is chosen in the usual way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cai_assets.site.model import Context, Row
from cai_assets.site.pages.parts.facts import linked
from cai_assets.site.pages.parts.typed import Link
from cai_assets.site.terms import event_name, property_name

_FLAGS: Mapping[str, tuple[str, str]] = {
    "FillChecking=ShowError": ("обязательный", "required"),
    "FillChecking=ShowWarning": ("предупреждает, если не заполнен", "warns if not filled"),
    "Master=true": ("ведущее", "master"),
    "DenyIncompleteValues=true": ("запрет незаполненных значений", "no incomplete values"),
    "Indexing=Index": ("индекс", "indexed"),
    "Indexing=IndexWithAdditionalOrder": (
        "индекс с дополнительным упорядочиванием",
        "indexed with additional order",
    ),
    "Use=ForFolder": ("для групп", "for folders"),
    "Use=ForFolderAndItem": ("для групп и элементов", "for folders and items"),
    "PasswordMode=true": ("режим пароля", "password"),
    "Balance=true": ("балансовый", "balance"),
    "Balance=false": ("небалансовый", "not a balance"),
    "UseInTotals=false": ("не в итогах", "not in totals"),
    "BaseDimension=true": ("базовое", "base"),
    "ChoiceFoldersAndItems=Folders": ("выбор групп", "folders are chosen"),
    "ChoiceFoldersAndItems=FoldersAndItems": (
        "выбор групп и элементов",
        "folders and items are chosen",
    ),
    "ModifiesData=true": ("изменяет данные", "modifies data"),
}
_VALUED = ("MinValue", "MaxValue", "Mask", "Format", "ChoiceForm", "AddressingDimension")
_TRIVIAL = frozenset(
    {"", "0", "false", "0001-01-01T00:00:00", "00000000-0000-0000-0000-000000000000"}
)
_PLAIN = frozenset(
    {"Attribute", "Dimension", "Resource", "StandardAttribute", "TabularSection"}
    | {"AddressingAttribute", "AccountingFlag", "ExtDimensionAccountingFlag", "Column", "EnumValue"}
    | {"StandardTabularSection", "Command", "Field"}
)
"""Kinds whose properties are known; those of other kinds are all told."""
_XML_SCHEMA = "{http://www.w3.org/2001/XMLSchema}"
_TOLD = frozenset({"Handler", "ProcedureName", "Code", "Description", "IsFolder", "TabOrder"})
"""Properties that the page tells otherwise."""
_USUAL = frozenset({"false", "Auto", "DontUse", "Managed", "Any"})


def features_of(row: Row, relations: Iterable[Row], context: Context) -> tuple[Link, ...]:
    """What is special about a part; `relations` are those that start from it."""
    properties = {name: value for name, value in row.properties or () if value}
    if row.kind in _PLAIN:
        found = _of_field(properties, context)
    else:
        found = [
            Link(f"{property_name(name, context.language)}: {value.text}", value.target)
            for name, text in properties.items()
            if text not in _USUAL and not name.startswith(("ToolTip.", "Tooltip."))
            if name not in _TOLD
            for value in linked(name, text.replace(_XML_SCHEMA, "xs:"), context)
        ]
    return (*found, *_of_relations(relations, context))


def _of_field(properties: Mapping[str, str], context: Context) -> list[Link]:
    found = []
    for condition, (russian, english) in _FLAGS.items():
        name, _, value = condition.partition("=")
        if properties.get(name) == value:
            found.append(Link(context.say(russian, english)))
    for name in _VALUED:
        text = properties.get(name) or properties.get(f"{name}.{context.language}") or ""
        if text.strip() and text not in _TRIVIAL:
            shown = linked(name, text, context)[0]
            label = property_name(name, context.language).lower()
            found.append(Link(f"{label}: {shown.text}", shown.target))
    filled = properties.get("FillValue", "").strip()
    if filled not in _TRIVIAL and not filled.endswith(".EmptyRef"):
        shown = linked("FillValue", filled, context)[0]
        label = context.say("по умолчанию", "default")
        found.append(Link(f"{label}: {shown.text}", shown.target))
    for name, text in properties.items():
        if name.startswith("ChoiceParameters."):
            choice = name.partition(".")[2]
            values = linked(name, text, context)
            label = context.say("выбор", "choice")
            shown_values = ", ".join(value.text for value in values)
            target = values[0].target if len(values) == 1 else ""
            found.append(Link(f"{label}: {choice} = {shown_values}", target))
    return found


def _of_relations(relations: Iterable[Row], context: Context) -> list[Link]:
    """Links of choice, handlers and the like."""
    found = []
    for row in sorted(relations, key=lambda row: (row.kind, row.note, row.target)):
        name = row.target.rpartition(".")[2]
        if row.kind == "choice_link":
            label = context.say("выбор", "choice")
            found.append(Link(f"{label}: {row.note} = {name}", row.target))
        elif row.kind == "type_link":
            label = context.say("тип по", "type by")
            found.append(Link(f"{label} {name}", row.target))
        elif row.kind == "handler":
            event = event_name(row.note, context.language)
            found.append(Link(f"{event}: {name}", row.target))
        elif row.kind == "transition":
            branch = {"true": context.say("да", "yes"), "false": context.say("нет", "no")}
            condition = branch.get(row.note, row.note)
            found.append(Link(f"{condition} → {name}".strip(), row.target))
        elif row.kind in ("accounting_flag", "addressing"):
            label = property_name(row.note, context.language).lower() if row.note else ""
            label = label or context.say("адресация", "addressing")
            found.append(Link(f"{label}: {name}", row.target))
    return found


def own_text(row: Row, context: Context) -> tuple[str, str]:
    """The synonym in the language of the site, and the comment with the tooltip."""
    synonym = dict(row.synonyms or ()).get(context.language) or row.synonym or ""
    properties = dict(row.properties or ())
    tip = properties.get(f"ToolTip.{context.language}") or next(
        (text for name, text in sorted(properties.items()) if name.startswith("ToolTip.")), ""
    )
    texts = [text.strip() for text in (row.comment or "", tip)]
    told = dict.fromkeys(text for text in texts if text and text != synonym)
    return synonym, "\n".join(told)
