"""Run our rules on what a test of the reference looks at."""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import pyarrow as pa
from reference_notes import BY_NUMBER, HOME
from reference_tests import Place, Run

from cai_assets.knowledge.extract import extract
from cai_assets.onec.text import decode_module
from cai_assets.rules.contexts import module_contexts
from cai_assets.rules.engine import check_tables, check_text
from cai_assets.rules.found import RawFinding
from cai_assets.rules.model import Rule, Scope
from cai_assets.rules.module import ModuleContext

_RESOURCES = "src/test/resources"
_DESIGNER = f"{_RESOURCES}/metadata/designer"
_SPARE_MODULE = "CommonModules/Фикстура/Ext/Module.bsl"
_KINDS = {"WEBServiceModule": "WebServiceModule", "UNKNOWN": ""}
_FLAGS = {
    "isServer": "Server",
    "isServerCall": "ServerCall",
    "isExternalConnection": "ExternalConnection",
    "isClientOrdinaryApplication": "ClientOrdinaryApplication",
    "isClientManagedApplication": "ClientManagedApplication",
    "isGlobal": "Global",
    "isPrivileged": "Privileged",
    "getReturnValuesReuse": "ReturnValuesReuse",
}
"""Mocked getters of a common module and the properties they stand for."""
_USE = {"USE": "Use", "DONT_USE": "DontUse", "USE_WITH_WARNINGS": "UseWithWarnings"}
_VALUES = {
    "TRUE": "true",
    "FALSE": "false",
    "DONT_USE": "DontUse",
    "DURING_REQUEST": "DuringRequest",
    "DURING_SESSION": "DuringSession",
}
_MOCKED = frozenset(_FLAGS) | {"getName"}
_PATTERN = "CommonModules/ПервыйОбщийМодуль.xml"
_MODULES = {
    "ObjectModule": "Catalogs/Справочник1/Ext/ObjectModule.bsl",
    "ManagerModule": "Catalogs/Справочник1/Ext/ManagerModule.bsl",
    "FormModule": "Catalogs/Справочник1/Forms/ФормаЭлемента/Ext/Form/Module.bsl",
}
"""Where a fixture goes if the test only names the kind of its module."""


class Skipped(Exception):
    """A test that cannot be expressed; the message says why."""


class Finding(NamedTuple):
    """One of our findings, with the reference's places."""

    place: Place
    message: str


class _Copy(NamedTuple):
    """A configuration of the reference, changed as a test says, and extracted.

    `file` is where the fixture went, `renamed` the id of the common module that was changed.
    """

    name: str
    tables: dict[str, pa.Table]
    file: str
    renamed: str


class Runner:
    """Reads fixtures and keeps what was extracted from the reference's configurations."""

    def __init__(self, reference: Path) -> None:
        self._reference = reference
        self._folder = tempfile.TemporaryDirectory(prefix="reference-")
        self._copies: dict[tuple[object, ...], _Copy] = {}

    def __enter__(self) -> Runner:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._folder.cleanup()

    def findings(self, rule: Rule, run: Run) -> tuple[list[Finding], str]:
        """Our findings, and how they were got. Raises Skipped."""
        if rule.scope is Scope.TABLES:
            return self._of_tables(rule, run)
        text = self._text(run)
        found = check_text(text, [rule.key], self._context(run), options={rule.key: run.options})
        how = f"fixture in the configuration `{Path(run.configuration).name}`"
        return list(map(_finding, found)), how if run.configuration else "fixture"

    def _text(self, run: Run) -> str:
        if run.text is not None:
            return run.text
        path = self._reference / run.fixture
        if not run.fixture.startswith("src/"):
            path = self._reference / _RESOURCES / "diagnostics" / f"{run.fixture}.bsl"
        if not path.exists():
            raise Skipped(f"no fixture {path.name}")
        return decode_module(path.read_bytes()).text

    # --- what is said about the fixture ---------------------------------------------------

    def _context(self, run: Run) -> ModuleContext:
        """What metadata says: of the configuration that a test names, or what it mocks."""
        kind = _KINDS.get(run.module_type, run.module_type)
        if run.module_file and not kind:
            kind = _kind_of(run.module_file)
        if run.mocks.get("getMdObject") == "empty":
            kind = ""
        context = ModuleContext(kind=kind)
        if run.configuration:
            copy = self._copy(run, with_fixture=True)
            context = replace(module_contexts(copy.tables)[copy.file], kind=kind)
        mocked = {
            name: _VALUES.get(run.mocks[getter], run.mocks[getter])
            for getter, name in _FLAGS.items()
            if getter in run.mocks
        }
        synchronous = run.mocks.get("getSynchronousExtensionAndAddInCallUseMode", "")
        modal = run.mocks.get("getModalityUseMode", "")
        return replace(
            context,
            compatibility=run.compatibility or context.compatibility,
            ordinary_form=run.mocks.get("getFormType") == "ORDINARY",
            properties=tuple(sorted({**dict(context.properties), **mocked}.items())),
            synchronous_calls=_USE.get(synchronous, context.synchronous_calls),
            modal_windows=_USE.get(modal, context.modal_windows),
        )

    # --- rules about a whole configuration ------------------------------------------------

    def _of_tables(self, rule: Rule, run: Run) -> tuple[list[Finding], str]:
        by_number = rule.key in BY_NUMBER
        group = run.module_file.partition("/")[0]
        if by_number and "getName" in run.mocks and group != "CommonModules":
            raise Skipped("the test gives an object another name by a mock")
        if rule.key in HOME and not run.module_type:
            run = replace(run, module_type=HOME[rule.key])
        copy = self._copy(run, with_fixture=not by_number)
        raws = check_tables(copy.tables, [rule], {rule.key: run.options})
        if not by_number:
            raws = [raw for raw in raws if raw.file == copy.file]
        elif copy.renamed:
            raws = [raw for raw in raws if raw.object == copy.renamed]
        elif run.module_file and not run.module_file.startswith("Ext/"):
            owner = run.module_file.partition("/Ext/")[0]
            raws = [raw for raw in raws if raw.file.startswith((f"{owner}.", f"{owner}/"))]
        how = f"the configuration `{copy.name}`, extracted"
        return list(map(_finding, raws)), how + (", by number" if by_number else "")

    def _copy(self, run: Run, *, with_fixture: bool) -> _Copy:
        text = self._text(run) if with_fixture else ""
        flags = tuple(sorted((k, v) for k, v in run.mocks.items() if k in _MOCKED))
        file = run.module_file or _MODULES.get(run.module_type, _SPARE_MODULE)
        identity = (run.configuration, run.module_file, file if with_fixture else "", text, flags)
        if identity in self._copies:
            return self._copies[identity]
        source = self._reference / (run.configuration or _DESIGNER)
        root = Path(self._folder.name) / str(len(self._copies)) / source.name
        if run.configuration:
            shutil.copytree(source, root)
        else:
            root.mkdir(parents=True)
            shutil.copy(source / "Configuration.xml", root)
        if with_fixture:
            _declare(self._reference / _DESIGNER, root, file)
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(text, "utf-8")
        renamed = ""
        if flags and run.module_file.startswith("CommonModules/"):
            name = run.module_file.split("/")[1]
            renamed = f"CommonModule.{_rewrite(root / 'CommonModules', name, dict(flags))}"
        tables = dict(extract(root, workers=1).tables)
        copy = self._copies[identity] = _Copy(source.name, tables, file, renamed)
        shutil.rmtree(root)
        return copy


def _finding(raw: RawFinding) -> Finding:
    place = raw.place
    return Finding(
        Place(place.line - 1, place.column - 1, place.end_line - 1, place.end_column - 1),
        raw.message.en,
    )


def _declare(source: Path, root: Path, file: str) -> None:
    """Copy the declaration of the object that owns a module."""
    group, name = file.split("/")[:2]
    target = root / group / f"{name}.xml"
    if target.exists() or group == "Ext":
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    origin = source / group / f"{name}.xml"
    if origin.exists():
        shutil.copy(origin, target)
    else:
        text = (source / _PATTERN).read_text("utf-8-sig")
        target.write_text(text.replace(Path(_PATTERN).stem, name), "utf-8")


def _rewrite(folder: Path, name: str, mocks: dict[str, str]) -> str:
    """Give a common module the flags and the name that mocks answer; returns the name."""
    declaration = folder / f"{name}.xml"
    text = declaration.read_text("utf-8-sig")
    for getter, value in mocks.items():
        tag = _FLAGS.get(getter)
        if tag:
            shown = _VALUES.get(value, value)
            text = re.sub(f"<{tag}>[^<]*</{tag}>", f"<{tag}>{shown}</{tag}>", text)
    new = mocks.get("getName", name)
    text = text.replace(f"<Name>{name}</Name>", f"<Name>{new}</Name>")
    declaration.unlink()
    (folder / f"{new}.xml").write_text(text, "utf-8")
    if new != name and (folder / name).exists():
        (folder / name).rename(folder / new)
    return new


def _kind_of(module_file: str) -> str:
    parts = module_file.split("/")
    if "Forms" in parts or parts[0] == "CommonForms":
        return "FormModule"
    if parts[0] == "CommonModules":
        return "CommonModule"
    return parts[-1].removesuffix(".bsl")
