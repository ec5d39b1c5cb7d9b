"""The tables of the search index, and the fields of a routine that are indexed.

The index belongs to an upload, not to a model: it is the same for every experiment, so its tables
have no column `experiment`.
"""

from __future__ import annotations

import pyarrow as pa

from cai_assets.knowledge.schema import (
    FILE,
    FLAG,
    INT,
    LINE,
    MODULE,
    NUMBERS,
    PROJECT,
    TEXT,
    WORD,
    WORDS,
    Column,
    Table,
)
from cai_assets.learning.schema import EXPERIMENT

FIELDS = (
    "name",
    "start",
    "object",
    "place",
    "parameters",
    "body",
    "text",
    "callers",
    "comment",
)
"""What of a routine is searched; a posting names its field by the position here.

`name`: words of its name; `start`: their first letters, the same in all forms of a word; `object`:
name and synonyms of the object; `place`: form or command it belongs to, and the regions;
`parameters`: their names; `body`: names in its text; `text`: words of literals and inner comments;
`callers`: names of routines that call it; `comment`: its doc comment, which is never used when a
model is trained or measured.
"""

NAME, START, OBJECT, PLACE, PARAMETERS, BODY, TEXT_WORDS, CALLERS, COMMENT = range(9)

DOCUMENTS = Table(
    "search_documents",
    "Routines that can be found, in the order of the index",
    "Процедуры и функции, которые можно найти, в порядке индекса",
    (
        PROJECT,
        Column("routine", TEXT, "Id, `CommonModule.M.Routine`"),
        LINE,
        MODULE,
        Column("object", WORD, "Object that owns the module"),
        Column("name", TEXT, "Name"),
        Column("signature", TEXT, "Directives and header as written, in one line each"),
        Column("summary", TEXT, "First sentence of its doc comment; empty if none"),
        Column("function", FLAG, "A function"),
        Column("export", FLAG, "Exported"),
        Column("module_kind", WORD, "`ObjectModule`, `FormModule` …"),
        Column("lines", INT, "Lines from header to end"),
        Column("callers", INT, "Routines that call it"),
        Column("parameters", INT, "Parameters"),
        Column(
            "name_terms", NUMBERS, "Beginnings of the words of its name, rows of `search_terms`"
        ),
        Column("lengths", NUMBERS, "Stems in each field, in the order of the fields"),
        FILE,
    ),
    ("project", "routine", "line"),
)

TERMS = Table(
    "search_terms",
    "Stems of the index, sorted",
    "Основы слов индекса по алфавиту",
    (
        Column("term", TEXT, "The stem; beginnings of words end in `*`"),
        Column("word", TEXT, "The commonest word with this stem, to show people"),
        Column("documents", INT, "Routines that have it in any field but `comment`"),
    ),
    ("term",),
)

POSTINGS = Table(
    "search_postings",
    "Which stem stands in which field of which routine, how often",
    "Какая основа в каком поле какой процедуры встречается и сколько раз",
    (
        Column("term", INT, "Row of `search_terms`, from 0"),
        Column("field", pa.int8(), "Position in `learning/search/schema.py`, FIELDS"),
        Column("document", INT, "Row of `search_documents`, from 0"),
        Column("frequency", pa.int16(), "How often"),
    ),
    ("term", "field", "document"),
)

LEARNED = Table(
    "learned",
    "What the model learned, as arrays: search reads it without loading the model's file",
    "Чему научилась модель, массивами: поиск читает их, не загружая файл модели",
    (
        EXPERIMENT,
        Column("name", WORD, "Name of the array"),
        Column("numbers", pa.list_(pa.float64()), "The array, if it is one of numbers"),
        Column("texts", WORDS, "The array, if it is one of texts"),
    ),
    ("experiment", "name"),
)

INDEX_TABLES = (DOCUMENTS, TERMS, POSTINGS)
"""The tables of an index."""
