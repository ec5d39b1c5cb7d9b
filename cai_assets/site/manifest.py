"""What the site's folder holds and what it was made from: the memory between two builds."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.schema import Table
from cai_assets.knowledge.store import read_table, staged
from cai_assets.onec.disk import extended
from cai_assets.site.schema import MENTIONS, PAGE_LINKS, PAGES, TABLES

FOLDER = ".cai"
"""Beside the pages; a name with a dot, so that web servers leave it out."""


@dataclass(frozen=True, slots=True)
class PageRecord:
    """One page as it was written; fields as in `schema.PAGES`.

    `mentions` are pairs of id and address, `links` paths with anchors.
    """

    path: str
    section: str
    id: str
    title: str
    digest: str
    files: tuple[str, ...]
    bytes: int
    headings: int
    anchors: tuple[str, ...]
    duplicates: tuple[str, ...]
    links: tuple[str, ...]
    mentions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Manifest:
    """The three tables of `schema.TABLES`."""

    pages: pa.Table
    page_links: pa.Table
    mentions: pa.Table

    @classmethod
    def empty(cls) -> Manifest:
        """That of a site without pages."""
        return cls(*(table.arrow_schema.empty_table() for table in TABLES.values()))

    @classmethod
    def of(cls, records: Iterable[PageRecord]) -> Manifest:
        """That of these pages."""
        records = list(records)
        links = [(record.path, link) for record in records for link in record.links]
        mentions = [
            (record.path, id_, address) for record in records for id_, address in record.mentions
        ]
        return cls(
            _table(PAGES, ([getattr(r, name) for r in records] for name in PAGES.column_names)),
            _table(PAGE_LINKS, _columns(links, 2)),
            _table(MENTIONS, _columns(mentions, 3)),
        )

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """That of the site in `folder`; an empty one if there is none that can be read."""
        try:
            found = [read_table(folder / FOLDER / f"{name}.parquet") for name in TABLES]
        except (OSError, pa.ArrowException):
            return cls.empty()
        if any(
            table.schema.names != list(schema.column_names)
            for table, schema in zip(found, TABLES.values(), strict=True)
        ):
            return cls.empty()
        return cls(*found)

    def write(self, folder: Path) -> None:
        """Keep it beside the pages."""
        with staged(folder / FOLDER) as files:
            files.tables(self.tables)
            files.publish()

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The tables by name."""
        return {"pages": self.pages, "page_links": self.page_links, "mentions": self.mentions}

    def only(self, paths: Collection[str]) -> Manifest:
        """Without all pages but these."""
        kept = set(paths)
        return Manifest(
            _kept(self.pages, "path", kept),
            _kept(self.page_links, "page", kept),
            _kept(self.mentions, "page", kept),
        )

    def with_pages(self, other: Manifest) -> Manifest:
        """With the pages of `other`, too. The order does not tell which pages came first."""
        return Manifest(
            _by_page(_joined(self.pages, other.pages), "path"),
            _by_page(_joined(self.page_links, other.page_links), "page"),
            _by_page(_joined(self.mentions, other.mentions), "page"),
        )

    def digests(self) -> dict[str, str]:
        """What each page was made from, by path."""
        return dict(_pairs(self.pages, "path", "digest"))

    def moved(self, address: Callable[[str], str]) -> set[str]:
        """Pages that mention an id for which `address(id)` is no longer what it was."""
        ids, addresses = Coded.of(self.mentions, "id"), Coded.of(self.mentions, "address")
        now = {id_: address(id_) for id_ in ids.values}
        position = {value: code for code, value in enumerate(addresses.values)}
        stale = ids.map(lambda id_: position.get(now[id_], -1)) != addresses.codes
        pages = Coded.of(self.mentions, "page")
        return {pages.values[code] for code in np.unique(pages.codes[stale]).tolist()}

    def missing(self, folder: Path) -> set[str]:
        """Pages of which a file is gone."""
        root = extended(os.fspath(folder))
        return {
            path
            for path, files in _pairs(self.pages, "path", "files")
            if not all(os.path.exists(os.path.join(root, *file.split("/"))) for file in files)
        }


def _pairs(table: pa.Table, left: str, right: str) -> Iterable[tuple[Any, Any]]:
    return zip(table.column(left).to_pylist(), table.column(right).to_pylist(), strict=True)


def _columns(rows: list[Any], count: int) -> Iterable[Iterable[Any]]:
    return zip(*rows, strict=True) if rows else ([] for _ in range(count))


def _table(schema: Table, columns: Iterable[Iterable[Any]]) -> pa.Table:
    arrays = [
        pa.array(list(values), type=field.type)
        for values, field in zip(columns, schema.arrow_schema, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema.arrow_schema)


def _kept(table: pa.Table, column: str, kept: Collection[str]) -> pa.Table:
    return table.filter(pa.array(Coded.of(table, column).map(lambda value: value in kept) > 0))


def _joined(first: pa.Table, second: pa.Table) -> pa.Table:
    return pa.concat_tables([first, second]).unify_dictionaries().combine_chunks()


def _by_page(table: pa.Table, column: str) -> pa.Table:
    """Sorted by page; the rows of one page stay as they stand."""
    pages = Coded.of(table, column)
    rank = {page: number for number, page in enumerate(sorted(pages.values))}
    return table.take(pa.array(np.argsort(pages.map(lambda page: rank[page]), kind="stable")))
