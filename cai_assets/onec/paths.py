"""What a file of a project is, told from its path alone, for either layout.

Both layouts name owners the same way: a chain of (folder, name) pairs such as
`Catalogs/Товары/Forms/ФормаСписка` becomes the id `Catalog.Товары.Form.ФормаСписка`;
what is left of the path after the chain says what the file holds.
"""

from __future__ import annotations

from typing import NamedTuple

from cai_assets.onec.metadata.kinds import kind_by_group
from cai_assets.onec.sources import FileKind, Layout

_PARTS = {
    "Forms": "Form",
    "Commands": "Command",
    "Templates": "Template",
    "Subsystems": "Subsystem",
    "Recalculations": "Recalculation",
    "Tables": "Table",
    "Cubes": "Cube",
    "DimensionTables": "DimensionTable",
    "Functions": "Function",
}
"""Folders inside an object's folder whose entries are named parts."""

_OBJECT_PARTS = {"Subsystem", "Table", "Cube", "DimensionTable", "Function", "Recalculation"}
"""Parts that have an object file of their own, not only a declaration."""

_PICTURE_ENDINGS = (".png", ".svg", ".gif", ".ico", ".jpg", ".jpeg", ".bmp", ".zip")

_MODULE_OF_OWNER = {
    "CommonModule": "CommonModule",
    "HTTPService": "HTTPServiceModule",
    "WebService": "WebServiceModule",
    "Bot": "BotModule",
    "IntegrationService": "IntegrationServiceModule",
    "WebSocketClient": "WebSocketClientModule",
}


class PathMeaning(NamedTuple):
    """The kind of a file, the id of what owns it, and the module's name if it is a module."""

    kind: FileKind
    owner: str
    module_kind: str


def classify(layout: Layout, parts: tuple[str, ...], root_owner: str) -> PathMeaning:
    """Say what the file at `parts` (relative to the folder of groups) is.

    `root_owner` is the id of the configuration, which owns what stands outside any group.
    """
    owner, rest = _owner_chain(parts)
    if layout is Layout.EDT:
        return _classify_edt(parts, owner, rest, root_owner)
    return _classify_designer(owner, rest, root_owner)


def module_title(owner: str, module_kind: str) -> str:
    """Name a module as the field does: `FormModule`, `CommonModule`, `ObjectModule` …"""
    if module_kind != "Module":
        return module_kind
    steps = owner.split(".")
    if steps[0] == "CommonForm" or "Form" in steps[2::2]:
        return "FormModule"
    return _MODULE_OF_OWNER.get(steps[0], "Module")


def _owner_chain(parts: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Split `parts` into the owner's id and what follows its folder.

    A last element is a file, never a step; Designer's `Catalogs/Товары.xml` leaves
    `("Catalogs", "Товары.xml")` whole.
    """
    steps: list[str] = []
    position = 0
    while position + 2 < len(parts):
        folder = parts[position]
        if not steps:
            kind = kind_by_group(folder)
            name = kind.name if kind else None
        else:
            name = _PARTS.get(folder)
        if name is None:
            break
        steps += (name, parts[position + 1])
        position += 2
    return ".".join(steps), parts[position:]


def _classify_edt(
    parts: tuple[str, ...], owner: str, rest: tuple[str, ...], root_owner: str
) -> PathMeaning:
    if parts[0] == "Configuration":
        return _edt_root(parts[1:], root_owner)
    if not owner:
        return PathMeaning(FileKind.OTHER, root_owner, "")
    last = rest[-1]
    stem, _, ending = last.rpartition(".")
    if len(rest) == 1:
        exact = {
            "Form.form": FileKind.FORM,
            "Form.oform": FileKind.FORM,
            "Rights.rights": FileKind.RIGHTS,
            "Schedule.schedule": FileKind.SCHEDULE,
            "Flowchart.scheme": FileKind.FLOWCHART,
            "Template.dcs": FileKind.COMPOSITION,
        }.get(last)
        if exact:
            return PathMeaning(exact, owner, "")
        if ending == "mdo" and owner.endswith("." + stem):
            return PathMeaning(FileKind.OBJECT, owner, "")
        if ending == "bsl":
            return PathMeaning(FileKind.MODULE, owner, stem)
        if stem == "Template":
            return PathMeaning(FileKind.TEMPLATE, owner, "")
    return PathMeaning(_accessory(rest), owner, "")


def _edt_root(rest: tuple[str, ...], root_owner: str) -> PathMeaning:
    last = rest[-1]
    if rest == ("Configuration.mdo",):
        return PathMeaning(FileKind.CONFIGURATION, root_owner, "")
    if rest == ("ParentConfigurations.bin",):
        return PathMeaning(FileKind.SUPPORT, root_owner, "")
    if len(rest) == 1 and last.endswith(".bsl"):
        return PathMeaning(FileKind.MODULE, root_owner, last[:-4])
    return PathMeaning(_accessory(rest), root_owner, "")


def _accessory(rest: tuple[str, ...]) -> FileKind:
    """Say what kind of file without facts of its own this is."""
    if rest[0] == "BaseForm":
        return FileKind.BASE_COPY
    if rest[0] in ("Help", "Help.xml"):
        return FileKind.HELP
    if rest[-1].lower().endswith(_PICTURE_ENDINGS) or rest[-1] == "Picture.xml":
        return FileKind.PICTURE
    return FileKind.OTHER


_DESIGNER_EXT = {
    ("Form.xml",): FileKind.FORM,
    ("Form.bin",): FileKind.FORM,
    ("Form", "form"): FileKind.FORM,
    ("Rights.xml",): FileKind.RIGHTS,
    ("Schedule.xml",): FileKind.SCHEDULE,
    ("Flowchart.xml",): FileKind.FLOWCHART,
    ("Predefined.xml",): FileKind.PREDEFINED,
    ("ParentConfigurations.bin",): FileKind.SUPPORT,
}

_MODULE_STEMS = frozenset(
    {
        "Module",
        "ObjectModule",
        "ManagerModule",
        "RecordSetModule",
        "ValueManagerModule",
        "CommandModule",
        "ManagedApplicationModule",
        "OrdinaryApplicationModule",
        "SessionModule",
        "ExternalConnectionModule",
    }
)


def _classify_designer(owner: str, rest: tuple[str, ...], root_owner: str) -> PathMeaning:
    if not owner and rest == ("Configuration.xml",):
        return PathMeaning(FileKind.CONFIGURATION, root_owner, "")
    if rest[0] == "Ext" and len(rest) > 1:
        return _designer_ext(owner or root_owner, rest[1:])
    declared = _designer_declaration(owner, rest)
    return declared or PathMeaning(FileKind.OTHER, owner or root_owner, "")


def _designer_ext(owner: str, rest: tuple[str, ...]) -> PathMeaning:
    exact = _DESIGNER_EXT.get(rest)
    if exact:
        return PathMeaning(exact, owner, "")
    if rest == ("Content.xml",) and owner.startswith("ExchangePlan."):
        return PathMeaning(FileKind.CONTENT, owner, "")
    stem, _, ending = rest[-1].rpartition(".")
    in_form = len(rest) == 2 and rest[0] == "Form" and stem == "Module"
    if ending in ("bsl", "bin") and stem in _MODULE_STEMS and (len(rest) == 1 or in_form):
        return PathMeaning(FileKind.MODULE, owner, stem)
    if rest[0] == "Template.xml":
        return PathMeaning(FileKind.COMPOSITION, owner, "")
    if rest[0] == "Template" or stem == "Template":
        return PathMeaning(FileKind.TEMPLATE, owner, "")
    return PathMeaning(_accessory(rest), owner, "")


def _designer_declaration(owner: str, rest: tuple[str, ...]) -> PathMeaning | None:
    """`Catalogs/Товары.xml`, `Catalogs/Товары/Forms/Ф.xml`, `Subsystems/А/Subsystems/Б.xml`."""
    if len(rest) != 2 or not rest[1].endswith(".xml"):
        return None
    folder, name = rest[0], rest[1][:-4]
    if not owner:
        kind = kind_by_group(folder)
        return PathMeaning(FileKind.OBJECT, f"{kind.name}.{name}", "") if kind else None
    part = _PARTS.get(folder)
    if part is None:
        return None
    id_ = f"{owner}.{part}.{name}"
    if part in _OBJECT_PARTS:
        return PathMeaning(FileKind.OBJECT, id_, "")
    declaration = {
        "Form": FileKind.FORM_DECLARATION,
        "Template": FileKind.TEMPLATE_DECLARATION,
    }.get(part)
    return PathMeaning(declaration, id_, "") if declaration else None
