"""The index of an upload in memory: postings by stem and field, and what is known of routines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.learning.model import Codes
from cai_assets.learning.search import schema
from cai_assets.learning.search.arrays import codes_of, lists_of, numbers_of
from cai_assets.learning.search.questions import first_sentence, is_reference
from cai_assets.learning.search.tokens import Counted, count_fields, start_of
from cai_assets.learning.words import stems_of_name

Small = npt.NDArray[np.int32]
Reals = npt.NDArray[np.floating[Any]]
"""Mostly 32 bits wide: a score needs no more."""
Flags = npt.NDArray[np.bool_]

_MOST_FREQUENT = 2**15 - 1
_MADE = ("summary", "name_terms", "lengths")
_COPIED = tuple(name for name in schema.DOCUMENTS.column_names if name not in _MADE)
_CUT_UP = ("doc", "description", "parameter_names", "region", "calls", "identifiers", "words")
COLUMNS = (*_COPIED, *_CUT_UP)
"""The columns of `ml_dataset.routines` that an index is built of."""


@dataclass(frozen=True)
class Index:
    """What a search needs; made by `build_index` or read from its tables by `Index.of`.

    `pointer[term * fields + field]` is where the postings of a stem in a field begin in
    `document` and `frequency`; documents rise within them. `lengths` has a row per field: how many
    stems each document has there, repeated ones counted. The name of document d is
    `name_terms[name_starts[d]:name_starts[d + 1]]`.
    """

    documents: pa.Table
    terms: list[str]
    words: list[str]
    spread: Small
    pointer: Codes
    document: Small
    frequency: npt.NDArray[np.integer[Any]]
    name_terms: Small
    name_starts: Codes
    lengths: Reals

    @classmethod
    def of(cls, tables: Mapping[str, pa.Table]) -> Index:
        """The index in its tables, `INDEX_TABLES`."""
        documents, terms, postings = (tables[table.name] for table in schema.INDEX_TABLES)
        width = len(schema.FIELDS)
        keys = numbers_of(postings.column("term")).astype(np.int64) * width + numbers_of(
            postings.column("field")
        )
        counts = np.bincount(keys, minlength=terms.num_rows * width)
        name_terms, name_starts = lists_of(documents.column("name_terms"))
        lengths = lists_of(documents.column("lengths"))[0].astype(np.float32).reshape(-1, width)
        return cls(
            documents,
            terms.column("term").to_pylist(),
            terms.column("word").to_pylist(),
            numbers_of(terms.column("documents")),
            np.concatenate(([0], np.cumsum(counts))),
            numbers_of(postings.column("document")),
            numbers_of(postings.column("frequency")),
            name_terms,
            name_starts,
            np.ascontiguousarray(lengths.T),
        )

    def __len__(self) -> int:
        return int(self.documents.num_rows)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Stem → its number."""
        return {term: number for number, term in enumerate(self.terms)}

    @cached_property
    def rarity(self) -> Reals:
        """The inverse document frequency of each stem, as BM25 has it."""
        size = len(self)
        rarity: Reals = np.log1p((size - self.spread + 0.5) / (self.spread + 0.5))
        return rarity.astype(np.float32)

    @cached_property
    def objects(self) -> Coded:
        """The object of each document."""
        return codes_of(self.documents, "object")

    def numbers_in(self, column: str) -> Reals:
        """A column of `documents` as numbers; a null is 0."""
        return numbers_of(self.documents.column(column)).astype(np.float32)

    def postings(self, term: int, field: int) -> slice:
        """Where the postings of a stem in a field stand."""
        at = term * len(schema.FIELDS) + field
        return slice(int(self.pointer[at]), int(self.pointer[at + 1]))


def build_index(routines: pa.Table, objects: pa.Table) -> dict[str, pa.Table]:
    """The tables of the index, from `ml_dataset.routines` and `parsed_configuration.objects`."""
    comments = [text or "" for text in routines.column("doc").to_pylist()]
    counted = count_fields(routines, _synonyms(objects), comments)
    numbers = {term: number for number, term in enumerate(counted.terms)}
    names = [
        [numbers[start_of(term)] for term in stems_of_name(name or "") if start_of(term) in numbers]
        for name in routines.column("name").to_pylist()
    ]
    columns = {name: routines.column(name) for name in _COPIED}
    columns["summary"] = pa.array(_summaries(routines), pa.string())
    columns["name_terms"] = pa.array(names, pa.list_(pa.int32()))
    columns["lengths"] = _lengths(counted, routines.num_rows)
    documents = schema.DOCUMENTS.arrow_schema
    return {
        schema.DOCUMENTS.name: pa.table(
            [columns[field.name].cast(field.type) for field in documents], schema=documents
        ),
        schema.TERMS.name: pa.table(
            [counted.terms, counted.words, _spread(counted)], schema=schema.TERMS.arrow_schema
        ),
        schema.POSTINGS.name: pa.table(
            [
                counted.term,
                counted.field,
                counted.document,
                np.minimum(counted.frequency, _MOST_FREQUENT),
            ],
            schema=schema.POSTINGS.arrow_schema,
        ),
    }


def _spread(counted: Counted) -> Codes:
    """In how many documents each stem stands, comments left out."""
    seen = counted.field != schema.COMMENT
    term, document = counted.term[seen], counted.document[seen]
    width = int(document.max(initial=0)) + 1
    distinct = np.unique(term * width + document)
    return np.bincount(distinct // width, minlength=len(counted.terms))


def _lengths(counted: Counted, count: int) -> pa.Array:
    width = len(schema.FIELDS)
    cells = counted.document * width + counted.field
    sums = np.bincount(cells, weights=counted.frequency, minlength=count * width)
    offsets = np.arange(count + 1, dtype=np.int32) * width
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(sums.astype(np.int32)))


def _synonyms(objects: pa.Table) -> dict[tuple[str, str], str]:
    projects, ids = Coded.of(objects, "project").texts(), Coded.of(objects, "object").texts()
    return {
        (project or "", id_ or ""): " ".join(text for _, text in texts or ())
        for project, id_, texts in zip(
            projects, ids, objects.column("synonyms").to_pylist(), strict=True
        )
    }


def _summaries(routines: pa.Table) -> list[str]:
    found = []
    for description in routines.column("description").to_pylist():
        sentence = first_sentence(description or "")
        found.append("" if is_reference(sentence) else sentence)
    return found
