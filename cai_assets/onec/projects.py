"""Which 1C projects an upload holds, and which project each file belongs to.

A project is recognised by the file that names it: `Configuration/Configuration.mdo` (EDT),
`Configuration.xml` (Designer), an external object's `.mdo` or `.xml`. The nearest project
above a file owns it. Only files that name a project are opened here; version-control folders
are not part of an upload.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from cai_assets.onec.disk import composed, extended, leads_elsewhere
from cai_assets.onec.errors import NoProjects, UnreadableFile
from cai_assets.onec.metadata.kinds import BY_NAME
from cai_assets.onec.metadata.xml import child, child_text, parse
from cai_assets.onec.paths import classify
from cai_assets.onec.sources import FileKind, Layout, Listing, Project, ProjectKind, SourceFile

_EDT_ROOT = "Configuration/Configuration.mdo"
_DESIGNER_ROOT = "Configuration.xml"
_EXTERNAL_GROUPS = {
    "ExternalDataProcessor": "ExternalDataProcessors",
    "ExternalReport": "ExternalReports",
}
_HEAD = 4096
"""Bytes that are enough to see the root element of a metadata file."""


_EDT_SERVICE = (".project", ".settings", "DT-INF")
"""What EDT keeps of a project beside its `src`."""

_SKIPPED_FOLDERS = frozenset({".git", ".svn", ".hg", ".cai"})


def list_sources(root: Path) -> Listing:
    """List every file of the upload at `root` with the project it belongs to.

    Raises `NoProjects` if there is no 1C project, with a hint where a known layout that is
    not supported was seen.
    """
    root = Path(extended(os.fspath(root)))
    sizes: dict[str, int] = {}
    unreadable: list[tuple[str, str]] = []
    for path, size in _walk(os.fspath(root), "", unreadable):
        sizes[path] = size
    projects = find_projects(root, sizes)
    return Listing(projects, classify_files(projects, sizes), tuple(sorted(unreadable)))


def find_projects(root: Path, sizes: dict[str, int]) -> tuple[Project, ...]:
    """Find all projects among the files `sizes` (path → bytes) under `root`.

    Project names are made unique by adding the path. Raises `NoProjects` if there is none.
    """
    found: list[Project] = []
    taken: set[str] = set()
    flat = {path.rpartition("/")[0] for path in sizes if _is_of_flat_dump(path)}
    for path in sorted(sizes):
        project = None
        if path == _EDT_ROOT or path.endswith("/" + _EDT_ROOT):
            project = _named_by_configuration(root, path, Layout.EDT, path[: -len(_EDT_ROOT)])
        elif path == _DESIGNER_ROOT or path.endswith("/" + _DESIGNER_ROOT):
            folder = path[: -len(_DESIGNER_ROOT)]
            if folder.rstrip("/") in flat:
                continue  # a flat dump has a Configuration.xml too
            if _has_root_element(root / path, b"MetaDataObject"):
                project = _named_by_configuration(root, path, Layout.DESIGNER, folder)
        if project:
            found.append(project)
            taken.add(project.path)
    found += _external_edt(root, sizes, taken)
    found += _external_designer(root, sizes, taken)
    if not found:
        raise _why_none(sizes)
    return _with_unique_names(found)


def classify_files(projects: tuple[Project, ...], sizes: dict[str, int]) -> tuple[SourceFile, ...]:
    """Give every file its project and its meaning, sorted by path."""
    by_folder: dict[str, list[Project]] = {}
    for project in projects:
        by_folder.setdefault(project.path, []).append(project)
    nearest: dict[str, list[Project]] = {}

    def projects_above(folder: str) -> list[Project]:
        known = nearest.get(folder)
        if known is None:
            if folder in by_folder:
                known = by_folder[folder]
            else:
                known = projects_above(folder.rpartition("/")[0]) if folder else []
            nearest[folder] = known
        return known

    of_service = _service_folders(projects)
    files = []
    for path, size in sorted(sizes.items()):
        candidates = projects_above(path.rpartition("/")[0])
        file = _classify_file(candidates, of_service, path, size)
        if path.endswith("/Form/form") and path.removesuffix("/form") + ".bin" in sizes:
            file = replace(file, kind=FileKind.UNPACKED)
        files.append(file)
    return tuple(files)


def _service_folders(projects: tuple[Project, ...]) -> dict[str, Project]:
    """The service files and folders of the EDT projects, which stand beside their `src`."""
    found = {}
    for project in projects:
        folder, slash, last = project.path.rpartition("/")
        if project.layout is Layout.EDT and last == "src":
            found.update({folder + slash + name: project for name in _EDT_SERVICE})
    return found


def _classify_file(
    candidates: list[Project], of_service: dict[str, Project], path: str, size: int
) -> SourceFile:
    service = _service_of(of_service, path)
    if service:
        owner = service.owner
        return SourceFile(path, service.name, Layout.EDT, FileKind.SERVICE, owner, "", size)
    for project in candidates:
        inner = path[len(project.path) + 1 :] if project.path else path
        parts = tuple(inner.split("/"))
        if project.stem:
            if parts[0] not in (project.stem, project.stem + ".xml"):
                continue
            parts = (project.external, *parts)
        meaning = classify(project.layout, tuple(map(composed, parts)), project.owner)
        return SourceFile(path, project.name, project.layout, *meaning, size)
    return SourceFile(path, "", Layout.EDT, FileKind.OUTSIDE, "", "", size)


def _service_of(of_service: dict[str, Project], path: str) -> Project | None:
    """The EDT project that `path` serves, being a service file or in a service folder."""
    while path:
        if path in of_service:
            return of_service[path]
        path = path.rpartition("/")[0]
    return None


def _named_by_configuration(root: Path, path: str, layout: Layout, folder: str) -> Project:
    """Read the name and kind from the configuration's file; fall back to the folder's name."""
    folder = folder.rstrip("/")
    fallback = next((p for p in reversed(folder.split("/")) if p not in ("", "src", "cf")), "")
    name, kind = fallback or root.resolve().name, ProjectKind.CONFIGURATION
    names = ("name", "objectBelonging", "configurationExtensionPurpose")
    try:
        element = parse((root / path).read_bytes())
        if layout is Layout.DESIGNER:
            names = ("Name", "ObjectBelonging", "ConfigurationExtensionPurpose")
            configuration = child(element, "Configuration")
            properties = None if configuration is None else child(configuration, "Properties")
            element = element if properties is None else properties
        stated, belonging, purpose = (child_text(element, name) for name in names)
        name = stated or name
        if purpose or belonging == "Adopted":
            kind = ProjectKind.EXTENSION
    except (UnreadableFile, OSError):
        pass  # the ledger row of this very file says what is wrong with it
    return Project(name, kind, layout, folder, configuration=name)


def _external_edt(root: Path, sizes: dict[str, int], taken: set[str]) -> list[Project]:
    """EDT projects of external objects have no `Configuration.mdo`."""
    found = {}
    for path in sizes:
        parts = path.split("/")
        if len(parts) < 3 or not path.endswith(".mdo") or parts[-3] not in _GROUPS:
            continue
        folder = "/".join(parts[:-3])
        if folder in taken or folder in found or parts[-1] != parts[-2] + ".mdo":
            continue
        above = [part for part in parts[:-3] if part != "src"]
        name = composed(above[-1] if above else root.resolve().name)
        found[folder] = Project(name, ProjectKind.EXTERNAL, Layout.EDT, folder)
    return list(found.values())


_GROUPS = frozenset(_EXTERNAL_GROUPS.values())


def _external_designer(root: Path, sizes: dict[str, int], taken: set[str]) -> list[Project]:
    """Each `X.xml` beside a folder `X` that describes an external object is a project."""
    covered = tuple(sorted(taken))
    found = []
    for path in sorted(sizes):
        if not path.endswith(".xml") or _is_inside(path, covered):
            continue
        pure = PurePosixPath(path)
        if "Ext" in pure.parts or pure.parent.name in ("Forms", "Templates", "Commands"):
            continue
        for element, group in _EXTERNAL_GROUPS.items():
            if _has_root_element(root / path, b"MetaDataObject", element.encode()):
                folder = "" if pure.parent == PurePosixPath(".") else pure.parent.as_posix()
                found.append(
                    Project(
                        composed(pure.stem),
                        ProjectKind.EXTERNAL,
                        Layout.DESIGNER,
                        folder,
                        external=group,
                        stem=pure.stem,
                    )
                )
    return found


def _is_inside(path: str, folders: tuple[str, ...]) -> bool:
    return any(not folder or path.startswith(folder + "/") for folder in folders)


def _has_root_element(path: Path, root_element: bytes, child: bytes = b"") -> bool:
    """Say whether the head of the file opens `root_element` (and then `child`)."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    at = head.find(b"<" + root_element)
    return at >= 0 and (not child or head.find(b"<" + child, at) >= 0)


def _with_unique_names(projects: list[Project]) -> tuple[Project, ...]:
    count = Counter(project.name for project in projects)
    renamed = []
    for project in sorted(projects, key=lambda p: (p.path, p.stem)):
        name = project.name
        if count[name] > 1:
            name = f"{name} ({project.path or '.'})"
        renamed.append(replace(project, name=name))
    return tuple(renamed)


_BINARIES = (".cf", ".cfe", ".cfu", ".epf", ".erf", ".dt", ".1cd")


def _why_none(sizes: dict[str, int]) -> NoProjects:
    if not sizes:
        return NoProjects("the folder is empty", "empty")
    flat = next((path for path in sizes if _is_of_flat_dump(path)), None)
    if flat:
        reason = f"{flat} belongs to a flat dump of configuration files, which is not supported"
        return NoProjects(reason, "flat_dump", flat)
    binary = next((path for path in sizes if path.lower().endswith(_BINARIES)), None)
    if binary:
        reason = f"{binary} is a binary file of the platform; dump it to files first"
        return NoProjects(reason, "binary", binary)
    return NoProjects("it holds neither an EDT project nor a Designer dump")


def _is_of_flat_dump(path: str) -> bool:
    """`Catalog.X.xml`, `CommonModule.X.Module.txt`: no folders, dots instead."""
    kind, _, rest = path.rpartition("/")[2].partition(".")
    return kind in BY_NAME and rest.count(".") >= 1 and rest.endswith((".xml", "Module.txt"))


def _walk(folder: str, prefix: str, unreadable: list[tuple[str, str]]) -> Iterator[tuple[str, int]]:
    """Yield (path, size) of regular files; links are not followed and are reported."""
    pending = [(folder, prefix)]
    while pending:
        folder, prefix = pending.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            unreadable.append((prefix.rstrip("/"), f"folder cannot be read: {error.strerror}"))
            continue
        for entry in entries:
            path = prefix + entry.name
            try:
                if leads_elsewhere(entry):
                    unreadable.append((path, "a link; links are not followed"))
                elif entry.is_dir():
                    if entry.name not in _SKIPPED_FOLDERS:
                        pending.append((entry.path, path + "/"))
                elif entry.is_file():
                    yield path, entry.stat().st_size
                else:
                    unreadable.append((path, "not a regular file"))
            except OSError as error:
                unreadable.append((path, f"cannot be read: {error.strerror}"))
