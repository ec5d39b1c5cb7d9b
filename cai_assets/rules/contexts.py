"""What several files say of each module, from the tables: see `module.ModuleContext`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.rules.module import ModuleContext

_SYNCHRONOUS = "SynchronousPlatformExtensionAndAddInCallUseMode"
_MODAL = "ModalityUseMode"
_DEFAULT = ModuleContext()
_CODED = {
    "Catalog": ("catalogs", "справочники"),
    "ChartOfAccounts": ("chartsofaccounts", "планысчетов"),
    "ChartOfCharacteristicTypes": ("chartsofcharacteristictypes", "планывидовхарактеристик"),
}
"""Types of objects with codes, and how code names their managers."""

Properties = tuple[tuple[str, str], ...]
Handler = tuple[str, str, str]


def module_contexts(tables: Mapping[str, pa.Table]) -> dict[str, ModuleContext]:
    """The context of each module by its file.

    Reads `projects`, `objects`, `modules`, `forms`, `form_handlers` and `form_commands`.
    """
    return _Contexts(tables).by_file()


def context_digest(context: ModuleContext) -> str:
    """Changes when anything of the context does."""
    return blake2b(repr(context).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def object_ids(tables: Mapping[str, pa.Table]) -> frozenset[str]:
    """Folded ids of all objects of the upload."""
    return frozenset(map(str.casefold, tables["objects"].column("object").to_pylist()))


@dataclass
class _Project:
    """What a project says of all its modules."""

    extension: bool = False
    russian: bool = True
    synchronous_calls: str = _DEFAULT.synchronous_calls
    modal_windows: str = _DEFAULT.modal_windows
    compatibility: tuple[int, ...] = ()


class _Contexts:
    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self._tables = tables
        columns = tables["objects"].select(
            ["project", "object", "type", "name", "belonging", "properties"]
        )
        self._properties: dict[tuple[str, str], Properties] = {}
        self._base: dict[str, Properties] = {}
        codes: set[str] = set()
        for project, id_, type_, name, belonging, pairs in zip(
            *(column.to_pylist() for column in columns.columns), strict=True
        ):
            # Localised texts (`Explanation.ru`) say nothing about code.
            properties = tuple(sorted(pair for pair in pairs or () if "." not in pair[0]))
            self._properties[project, id_.casefold()] = properties
            if belonging != "Adopted":
                self._base.setdefault(id_.casefold(), properties)
            if type_ in _CODED and _repeats_codes(dict(properties)):
                codes.update(f"{form}.{name.casefold()}" for form in _CODED[type_])
            if type_ == "Configuration" and belonging != "Adopted":
                self._base.setdefault("configuration", properties)
        self._codes_not_unique = tuple(sorted(codes))

    def by_file(self) -> dict[str, ModuleContext]:
        columns = self._tables["modules"].select(
            ["project", "module", "object", "owner", "kind", "client", "server", "file"]
        )
        found: dict[str, ModuleContext] = {}
        for project, module, object_, owner, kind, client, server, file in zip(
            *(column.to_pylist() for column in columns.columns), strict=True
        ):
            about = self._projects.get(project) or _Project()
            found[file] = ModuleContext(
                project=project,
                module=module,
                object=object_ or "",
                kind=kind,
                client=client is not False,
                server=server is not False,
                properties=self._properties_of(project, object_ or ""),
                handlers=self._handlers.get((project, owner), ()) if kind == "FormModule" else (),
                russian=about.russian,
                synchronous_calls=about.synchronous_calls,
                modal_windows=about.modal_windows,
                extension=about.extension,
                compatibility=about.compatibility,
                codes_not_unique=self._codes_not_unique,
                ordinary_form=(project, owner) in self._ordinary_forms,
            )
        return found

    def _properties_of(self, project: str, object_: str) -> Properties:
        """Those of the object; an adopted one has the base's where it says nothing itself."""
        folded = object_.casefold()
        own = self._properties.get((project, folded), ())
        base = self._base.get(folded, ())
        if not base or base is own:
            return own
        return tuple(sorted({**dict(base), **dict(own)}.items()))

    @cached_property
    def _projects(self) -> dict[str, _Project]:
        base = dict(self._base.get("configuration", ()))
        found = {}
        columns = self._tables["projects"].select(["project", "kind", "script_variant"])
        configurations = {
            project: dict(properties)
            for (project, id_), properties in self._properties.items()
            if id_.startswith("configuration.")
        }
        for project, kind, script in zip(
            *(column.to_pylist() for column in columns.columns), strict=True
        ):
            own = {**base, **configurations.get(project, {})}
            found[project] = _Project(
                extension=kind == "extension",
                russian=script != "English",
                synchronous_calls=own.get(_SYNCHRONOUS, _DEFAULT.synchronous_calls),
                modal_windows=own.get(_MODAL, _DEFAULT.modal_windows),
                compatibility=_version(own.get("CompatibilityMode", "")),
            )
        return found

    @cached_property
    def _ordinary_forms(self) -> set[tuple[str, str]]:
        forms = self._tables["forms"]
        columns = (_texts(forms, name) for name in ("project", "form", "kind"))
        return {(project, form) for project, form, kind in zip(*columns, strict=True)
                if kind == "Ordinary"}  # fmt: skip

    @cached_property
    def _handlers(self) -> dict[tuple[str, str], tuple[Handler, ...]]:
        """By project and form: events, then the actions of commands as the event `Action`."""
        found: dict[tuple[str, str], list[Handler]] = defaultdict(list)
        handlers = self._tables["form_handlers"]
        for project, form, *handler in zip(
            *(_texts(handlers, name) for name in ("project", "form", "item", "event", "procedure")),
            strict=True,
        ):
            found[project, form].append((handler[0], handler[1], handler[2]))
        commands = self._tables["form_commands"]
        for project, form, name, action in zip(
            *(_texts(commands, name) for name in ("project", "form", "name", "action")),
            strict=True,
        ):
            if action:
                found[project, form].append((name, "Action", action))
        return {place: tuple(handlers) for place, handlers in found.items()}


def _version(mode: str) -> tuple[int, ...]:
    """`Version8_3_21` → (8, 3, 21); nothing for `DontUse`."""
    parts = mode.removeprefix("Version").split("_")
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else ()


def _texts(table: pa.Table, column: str) -> list[str]:
    return [text or "" for text in Coded.of(table, column).texts()]


def _repeats_codes(properties: Mapping[str, str]) -> bool:
    """Codes are not checked, or only within a parent or owner."""
    series = properties.get("CodeSeries", "Whole")
    return properties.get("CheckUnique") == "false" or not series.startswith("Whole")
