"""What is searched for, and what an index came to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that a search finds.

    `address` is relative to the root of the site, not percent-encoded. `title` is what a result
    is called: a name, a name with its owner through dots (`ОбщегоНазначения.СтрокаВЧисло`), or
    words. `kind` is a type of metadata (`Catalog`) or a key of `texts.KINDS` (`routine`).
    `synonym` is the name for people; the first sentence of `text` is shown, all of it is searched.
    Of equals the one with the greater `weight` comes first; it is best between 0.2 and 4.
    With `id` (`Catalog.Товары.ManagerModule.Найти`) a result can be asked for by its full name,
    as code writes it.
    """

    address: str
    title: str
    kind: str
    synonym: str = ""
    text: str = ""
    weight: float = 1.0
    id: str = ""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """Files of the index and their bytes; `written` of them were not there like this before."""

    files: int
    bytes: int
    written: int
