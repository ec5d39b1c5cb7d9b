"""What the search of a site finds: objects and their parts, forms, routines, and other pages."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.knowledge.store import staged
from cai_assets.site.digests import row_hashes
from cai_assets.site.manifest import FOLDER as MEMORY
from cai_assets.site.manifest import Manifest
from cai_assets.site.model import Context, Source
from cai_assets.site.registry import Registry
from cai_assets.site.search import FOLDER, Document, write_index

_READ = {
    "objects": ("object", "type", "name", "synonym", "comment"),
    "members": ("member", "object", "kind", "name", "synonym", "comment"),
    "forms": ("form", "object", "name"),
    "routines": ("routine", "object", "name", "export", "description"),
}
_OBJECT, _EXPORTED, _PAGE, _FORM, _LOCAL, _PART = 2.0, 1.0, 1.0, 0.6, 0.4, 0.3
"""Weights of equals: what is used from outside comes before what is not."""

_MEMORY = "search.txt"
_RULE = "rule:"


def write_search(
    source: Source,
    manifest: Manifest,
    registry: Registry,
    folder: Path,
    context: Context,
    version: str,
) -> int:
    """Write the index if something in it has changed; returns its bytes.

    `version` is that of the code.
    """
    digest = _digest(source, manifest, context, version)
    index = folder / FOLDER
    with suppress(OSError, ValueError):
        known, size, files = (folder / MEMORY / _MEMORY).read_text(encoding="utf-8").split()
        if known == digest and len(os.listdir(index)) == int(files):
            return int(size)
    report = write_index(documents(source, manifest, registry), index, context.language)
    with staged(folder / MEMORY) as memory:
        memory.text(_MEMORY, f"{digest} {report.bytes} {report.files}")
        memory.publish()
    return report.bytes


def documents(source: Source, manifest: Manifest, registry: Registry) -> Iterator[Document]:
    """Everything that can be found, each with its address."""
    for found in (_objects, _members, _forms, _routines):
        yield from (one for one in found(source, registry) if one.address)
    yield from _pages(manifest, frozenset(_column(source, "objects", "object")))


def _objects(source: Source, registry: Registry) -> Iterator[Document]:
    seen = set()
    for id_, type_, name, synonym, comment in _rows(source, "objects"):
        if id_ not in seen:
            seen.add(id_)
            text = comment or ""
            yield Document(registry.address(id_), name, type_, synonym or "", text, _OBJECT, id_)


def _members(source: Source, registry: Registry) -> Iterator[Document]:
    for id_, object_, _, _, synonym, comment in _rows(source, "members"):
        title = f"{_name(object_)}.{_short(id_, object_)}"
        yield Document(
            registry.address(id_), title, "member", synonym or "", comment or "", _PART, id_
        )


def _forms(source: Source, registry: Registry) -> Iterator[Document]:
    for id_, object_, name in _rows(source, "forms"):
        if id_ != object_:  # a common form is an object
            title = f"{_name(object_)}.{name}"
            yield Document(registry.address(id_), title, "form", weight=_FORM, id=id_)


def _routines(source: Source, registry: Registry) -> Iterator[Document]:
    for id_, object_, name, export, description in _rows(source, "routines"):
        yield Document(
            registry.address(id_),
            f"{_name(object_)}.{name}",
            "routine",
            text=description or "",
            weight=_EXPORTED if export else _LOCAL,
            id=id_,
        )


def _pages(manifest: Manifest, objects: frozenset[str]) -> Iterator[Document]:
    columns = (manifest.pages.column(name).to_pylist() for name in ("id", "path", "title"))
    for id_, path, title in zip(*columns, strict=True):
        if id_ not in objects:
            is_rule = id_.startswith(_RULE)
            yield Document(
                path, title, "rule" if is_rule else "page", weight=_PAGE,
                text=id_.removeprefix(_RULE) if is_rule else "",
            )  # fmt: skip


def _name(id_: str) -> str:
    return id_.rpartition(".")[2]


def _short(id_: str, object_: str) -> str:
    """The names on the way from the object to its part, without the kinds between them."""
    return ".".join(id_.removeprefix(f"{object_}.").split(".")[1::2])


def _rows(source: Source, table: str) -> Iterable[tuple[str, ...]]:
    read = source.needed(PARSED, table, _READ[table])
    return zip(*(read.column(name).to_pylist() for name in _READ[table]), strict=True)


def _column(source: Source, table: str, column: str) -> list[str]:
    found: list[str] = source.needed(PARSED, table, [column]).column(column).to_pylist()
    return found


def _digest(source: Source, manifest: Manifest, context: Context, version: str) -> str:
    digest = hashlib.blake2b(f"{version} {context}".encode(), digest_size=12)
    tables = [source.needed(PARSED, name, columns) for name, columns in _READ.items()]
    for table in (*tables, manifest.pages.select(["id", "path", "title"])):
        hashes = row_hashes(table)
        digest.update(hashes.sum(dtype=np.uint64).tobytes() + len(hashes).to_bytes(8, "little"))
    return digest.hexdigest()
