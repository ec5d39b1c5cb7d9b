"""The site of an upload: what is stale is rendered in parallel and written, what is gone removed.

A page is stale if the rows it reads, the code that makes it, or the address of anything it links
has changed, or a file of it is gone. All else stays as it is on disk.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import cai_assets
from cai_assets.intake.files import FolderLock, remove_tree
from cai_assets.knowledge.lean import leave_pandas_out
from cai_assets.knowledge.working import Laps, Working, grouped, without_collection
from cai_assets.site import shared
from cai_assets.site.derived import GROUP as DERIVED_GROUP
from cai_assets.site.derived import READS
from cai_assets.site.documents import write_search
from cai_assets.site.files import tidied, write_file
from cai_assets.site.index import write_listings
from cai_assets.site.manifest import FOLDER as MANIFEST_FOLDER
from cai_assets.site.manifest import Manifest, PageRecord
from cai_assets.site.markup import read_markup
from cai_assets.site.model import Context, Page, Section
from cai_assets.site.pages import NAVIGATION, SECTIONS
from cai_assets.site.paths import file_names
from cai_assets.site.registry import Registry
from cai_assets.site.render import HTML, Renderer
from cai_assets.site.tables import Digests, Place, Reader, StoredSource

_CHUNKS_PER_WORKER = 6
_ALONE = 300.0
"""Pages below which other processes are not worth their start: each reads all tables again."""
_PATIENCE_SECONDS, _PAUSE_SECONDS = 600.0, 0.2

Progress = Callable[[int, int], None]
"""Told how many pages are done and how many there are to do."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did. `written` pages of all; seconds by stage; bytes of the whole site."""

    folder: Path
    manifest: Manifest
    written: tuple[str, ...]
    removed: int
    seconds: Mapping[str, float]
    bytes: int

    @property
    def pages(self) -> int:
        """How many pages the site has."""
        return int(self.manifest.pages.num_rows)


@dataclass(frozen=True, slots=True)
class _Unit:
    section: int
    page: Page
    digest: str


@dataclass(frozen=True)
class _Job:
    """What a worker needs to know."""

    place: Place
    folder: Path
    context: Context
    pages: Mapping[str, str]
    parts: frozenset[str]
    with_markdown: frozenset[str]


def build_site(
    place: Place,
    folder: Path,
    context: Context,
    *,
    workers: int | None = None,
    sections: Sequence[Section] = SECTIONS,
    progress: Progress = lambda done, total: None,
) -> Built:
    """Write the site of the upload at `place` into `folder`, as far as it is not there already.

    Raises FileNotFoundError if a table that pages need is missing, TimeoutError if another
    process keeps writing this site.
    """
    laps = Laps()
    with _alone_in(folder), tidied(folder, folder / MANIFEST_FOLDER), without_collection():
        source = StoredSource(place)
        context = replace(context, name=context.name or _name_of(source))
        units, registry = _plan(source, sections, context)
        before = Manifest.read(folder)
        paths = registry.pages
        current = {paths[unit.page.id]: unit for unit in units}
        stale = _stale(before, current, registry, folder)
        kept = before.only([path for path in current if path not in stale])
        laps("plan")
        if stale:
            # From here on the folder is not what the old manifest says.
            kept.write(folder)
        removed = _remove(before, current, folder)
        with_markdown = frozenset(
            path for path, unit in current.items() if sections[unit.section].markdown
        )
        job = _Job(place, folder, context, paths, registry.parts, with_markdown)
        todo = [unit for path, unit in current.items() if path in stale]
        records = _render(todo, job, sections, source, workers or os.cpu_count() or 1, progress)
        laps("render")
        manifest = kept.with_pages(Manifest.of(records))
        extra = shared.write(folder)
        extra += write_search(source, manifest, registry, folder, context, code_version())
        extra += write_listings(source, manifest, folder, context)
        laps("search")
        if stale or removed:
            manifest.write(folder)
        laps("manifest")
    return Built(
        folder,
        manifest,
        tuple(sorted(stale)),
        removed,
        laps.seconds,
        sum(manifest.pages.column("bytes").to_pylist()) + extra,
    )


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """One process writes a site at a time; the others wait."""
    (folder / MANIFEST_FOLDER).mkdir(parents=True, exist_ok=True)
    lock = FolderLock(folder / MANIFEST_FOLDER / "lock")
    until = time.monotonic() + _PATIENCE_SECONDS
    while not lock.try_acquire():
        if time.monotonic() > until:
            raise TimeoutError(f"another process has been writing the site in {folder} for long")
        time.sleep(_PAUSE_SECONDS)
    with lock:
        yield


def _name_of(source: StoredSource) -> str:
    """The name of the configuration itself, else of the first project."""
    table = source.table("parsed_configuration", "projects", ["project", "kind"])
    rows = [] if table is None else table.to_pylist()
    rows.sort(key=lambda row: (row["kind"] != "configuration", row["project"]))
    return str(rows[0]["project"]) if rows else ""


def _plan(
    source: StoredSource, sections: Sequence[Section], context: Context
) -> tuple[list[_Unit], Registry]:
    """All pages with their digests, and their addresses."""
    digests = Digests(source)
    units: list[_Unit] = []
    folders: dict[str, list[Page]] = {}
    source.read_ahead(input_ for section in sections for input_ in section.inputs.values())
    for number, section in enumerate(sections):
        own = list(section.pages(source))
        for page, numbers in zip(own, digests.of(section, [p.key for p in own]), strict=True):
            text = f"{code_version()} {context} {section.name} {page} {numbers}"
            digest = hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
            units.append(_Unit(number, page, digest))
            folders.setdefault(page.folder, []).append(page)
    pages: dict[str, str] = {}
    for folder, inside in folders.items():
        names = file_names((page.id, page.name) for page in inside)
        for page in inside:
            pages[page.id] = f"{folder}/{names[page.id]}{HTML}".removeprefix("/")
    return units, Registry(pages, _parts(source))


def _parts(source: StoredSource) -> frozenset[str]:
    """Ids that the pages of objects anchor: attributes, forms, modules, routines."""
    found: set[str] = set()
    for table, column in (
        ("members", "member"),
        ("forms", "form"),
        ("modules", "module"),
        ("routines", "routine"),
    ):
        read = source.table("parsed_configuration", table, [column])
        if read is not None:
            found.update(read.column(column).to_pylist())
    return frozenset(found)


def _stale(
    before: Manifest, current: Mapping[str, _Unit], registry: Registry, folder: Path
) -> set[str]:
    digests = before.digests()
    changed = {path for path, unit in current.items() if digests.get(path) != unit.digest}
    return (changed | before.moved(registry.address) | before.missing(folder)) & set(current)


def _remove(before: Manifest, current: Mapping[str, _Unit], folder: Path) -> int:
    """Remove the files of pages that are no more; returns how many pages."""
    gone = 0
    for row in before.pages.select(["path", "files"]).to_pylist():
        if row["path"] not in current:
            gone += 1
            for file in row["files"]:
                remove_tree(folder / file)
    return gone


def _render(
    todo: list[_Unit],
    job: _Job,
    sections: Sequence[Section],
    source: StoredSource,
    workers: int,
    progress: Progress,
) -> list[PageRecord]:
    def weigh(unit: _Unit) -> float:
        return sections[unit.section].weight(unit.page)

    total = sum(map(weigh, todo))
    if total < _ALONE:
        workers = 1
    if workers > 1:
        source.forget()  # the workers have tables of their own
    # Pages of one section together: a group reads each table of the section once.
    groups = grouped(todo, weigh, max(total / (workers * _CHUNKS_PER_WORKER), 1.0))
    working: Working[_Unit, list[PageRecord]] = Working(
        groups,
        _render_group,
        workers=workers,
        weigh=weigh,
        here=lambda units: _Worker(job, sections, source).render(units),
        initializer=_begin,
        arguments=(job, sections),
    )
    records: list[PageRecord] = []
    with working:
        for _, found in working.results():
            records += found
            progress(len(records), len(todo))
    return records


class _Worker:
    """Renders and writes groups of pages."""

    def __init__(self, job: _Job, sections: Sequence[Section], source: StoredSource) -> None:
        self._job = job
        self._sections = sections
        self._registry = Registry(job.pages, job.parts)
        self._reader = Reader(source)
        self._renderer = Renderer(job.context, self._registry, NAVIGATION, job.with_markdown)

    def render(self, units: list[_Unit]) -> list[PageRecord]:
        """Write the pages; returns what was written."""
        by_section: dict[int, list[_Unit]] = {}
        for unit in units:
            by_section.setdefault(unit.section, []).append(unit)
        records = []
        for number, mine in by_section.items():
            section = self._sections[number]
            rows = self._reader.read(section, [unit.page.key for unit in mine])
            for unit in mine:
                view = section.view(unit.page, rows[unit.page.key], self._job.context)
                records.append(self._write(section, unit, view))
        return records

    def _write(self, section: Section, unit: _Unit, view: Any) -> PageRecord:
        rendered = self._renderer.render(section, unit.page, view)
        size = 0
        for path, text in rendered.files.items():
            data = text.encode()
            write_file(self._job.folder, path, data)
            size += len(data)
        markup = read_markup(rendered.files[rendered.path], rendered.path)
        return PageRecord(
            path=rendered.path,
            section=section.name,
            id=unit.page.id,
            title=rendered.title,
            digest=unit.digest,
            files=tuple(rendered.files),
            bytes=size,
            headings=markup.headings,
            anchors=markup.anchors,
            duplicates=markup.duplicates,
            links=(*markup.links, *markup.outside),
            mentions=tuple((id_, self._registry.address(id_)) for id_ in sorted(rendered.mentions)),
        )


_worker: _Worker | None = None


def _begin(job: _Job, sections: Sequence[Section]) -> None:
    global _worker  # noqa: PLW0603
    leave_pandas_out()
    _worker = _Worker(job, sections, StoredSource(job.place))


def _render_group(units: list[_Unit]) -> list[PageRecord]:
    assert _worker is not None
    with without_collection():
        return _worker.render(units)


def tables_read(sections: Sequence[Section] = SECTIONS) -> dict[str, list[str]]:
    """Groups and tables that the pages are made from, those that need not be there, too."""
    found: dict[str, set[str]] = {group: set(names) for group, names in READS.items()}
    for section in sections:
        for input_ in section.inputs.values():
            if input_.group != DERIVED_GROUP:
                found.setdefault(input_.group, set()).add(input_.table)
    return {group: sorted(names) for group, names in sorted(found.items())}


@cache
def code_version() -> str:
    """A digest of the code of this package, templates too: other code, other pages."""
    digest = hashlib.blake2b(digest_size=8)
    root = Path(cai_assets.__file__).parent
    for file in sorted(_sources(root)):
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _sources(root: Path) -> Iterable[Path]:
    return (
        path
        for path in root.rglob("*")
        if path.suffix in (".py", ".html", ".md", ".css", ".js", ".json") and path.is_file()
    )
