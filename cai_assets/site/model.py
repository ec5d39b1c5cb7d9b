"""What a section of the site is: which pages it has, what they read, what they show.

A section declares the tables it reads; `view` turns the rows of one page into a frozen dataclass
of ids and texts, and templates make HTML and Markdown of it. A view sees nothing but the rows
that its section declares, so the digest of these rows says whether a page has to be written
again. Links are made by templates (`ref`), which remember what they asked for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pyarrow as pa

from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.learning.model import Words

if TYPE_CHECKING:
    from cai_assets.knowledge.storage import StoredPath

__all__ = [
    "NOT_IN_JSON",
    "Context",
    "Href",
    "Input",
    "Language",
    "Page",
    "Row",
    "Rows",
    "Section",
    "Source",
    "Words",
]

Language = Literal["ru", "en"]

Href = Callable[[str], str]
"""The address of what an id names, from the page being written; empty if the site lacks it."""

NOT_IN_JSON: Mapping[str, Any] = {"json": False}
"""`field(metadata=NOT_IN_JSON)`: what only pages need, like labels that repeat an id."""

Row = Any
"""A row of an input: a named tuple of the columns that the section declares."""


@dataclass(frozen=True, slots=True)
class Input:
    """Rows of a table that pages of a section read.

    `by` is the column whose value is the key of the page that a row belongs to; without it every
    page of the section reads all rows. `group` is the group of assets, or `site` for the tables
    of `derived.py`. A table that an upload need not have (a model that was not trained) is
    `optional`: the newest upload before that has it stands in for it, else it has no rows.
    """

    table: str
    columns: tuple[str, ...]
    by: str | None = None
    group: str = PARSED
    optional: bool = False


class Rows:
    """The rows of one page, by the name of the input."""

    __slots__ = ("_found",)

    def __init__(self, found: Mapping[str, Sequence[Row]]) -> None:
        self._found = found

    def __getitem__(self, name: str) -> Sequence[Row]:
        return self._found[name]

    def one(self, name: str) -> Row | None:
        """The first row, or None."""
        rows = self._found[name]
        return rows[0] if rows else None


class Source(ABC):
    """The tables of an upload, whole; see `tables.StoredSource`."""

    @abstractmethod
    def table(self, group: str, name: str, columns: Sequence[str]) -> pa.Table | None:
        """The columns of a table, or None if the upload does not have it."""

    def needed(self, group: str, name: str, columns: Sequence[str]) -> pa.Table:
        """The columns of a table. Raises FileNotFoundError if the upload does not have it."""
        table = self.table(group, name, columns)
        if table is None:
            raise FileNotFoundError(f"table {group}/{name} is missing; materialize it first")
        return table

    @abstractmethod
    def latest(self, group: str, name: str, columns: Sequence[str]) -> pa.Table | None:
        """The columns of a table in this upload, else in the newest one before that has it.

        What is learned is learned at night, from the upload that was current then.
        """

    @property
    @abstractmethod
    def uploads(self) -> Sequence[tuple[str, str, StoredPath]]:
        """Id, time of publication (ISO) and folder of each upload kept, oldest first."""

    @property
    @abstractmethod
    def models(self) -> Path | None:
        """The folder of trained models of the configuration, if there is one."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a section.

    `id` is what links ask for (`Catalog.Товары`, `rule:EmptyCodeBlock`), `folder` and `name` make
    its path. `key` is the value of the inputs' `by` columns.
    """

    key: str
    id: str
    folder: str
    name: str


@dataclass(frozen=True, slots=True)
class Context:
    """What is the same for all pages of a site.

    `configuration` is what `cai` calls it, `name` its own name.
    """

    language: Language
    configuration: str
    name: str = ""

    def say(self, ru: str, en: str) -> str:
        """The text in the language of the site."""
        return ru if self.language == "ru" else en


class Section(ABC):
    """One kind of page. Subclasses live in `pages`, one module each, and are listed there."""

    name: ClassVar[str]
    """Key of the section: the place in the navigation that its pages belong to."""
    inputs: ClassVar[Mapping[str, Input]]
    template: ClassVar[str]
    """Name of the HTML template; it gets `view`."""
    markdown: ClassVar[str | None] = None
    """Name of the Markdown template; without it there is no Markdown file."""
    json: ClassVar[bool] = False
    """Whether the view is written as JSON, too."""

    @abstractmethod
    def pages(self, source: Source) -> Iterable[Page]:
        """All pages of the section."""

    @abstractmethod
    def view(self, page: Page, rows: Rows, context: Context) -> Any:
        """What the page shows: a frozen dataclass of ids and texts."""

    @abstractmethod
    def title(self, view: Any, context: Context) -> str:
        """The title of the page, different from all others where it can be."""

    def weight(self, page: Page) -> float:
        """How much work the page is, for cutting work into equal parts."""
        return 1.0

    def pictures(self, view: Any, context: Context, href: Href) -> Mapping[str, str]:
        """SVG pictures of the page by name; the HTML template gets them as `pictures`."""
        return {}

    def files(self, view: Any, context: Context) -> Mapping[str, str]:
        """Other files beside the page, by their ending: `{".openapi.json": …}`."""
        return {}
