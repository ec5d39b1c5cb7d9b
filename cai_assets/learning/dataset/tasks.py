"""Views of the dataset by task: what a language model is given, and what it should answer.

`instruction`: what a human wrote about a routine → the routine. `documentation`: the routine → its
doc comment. `completion`: the text before and behind a gap → the statements in it. `query`: what a
routine does and which tables there are → the text of its query. Nothing is made up: all texts are
those of the configuration, in a frame of a few fixed words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from cai_assets.analysis.dependencies.tabulate import build
from cai_assets.knowledge.coded import Coded
from cai_assets.learning.dataset.descriptions import prose, says_something
from cai_assets.learning.dataset.schema import TASKS
from cai_assets.learning.dataset.twins import find_twins
from cai_assets.learning.model import Words

INSTRUCTION, COMPLETION, DOCUMENTATION, QUERY = (
    "instruction", "completion", "documentation", "query",
)  # fmt: skip
TASK_NAMES = (INSTRUCTION, COMPLETION, DOCUMENTATION, QUERY)

MOST_CHARACTERS = 12_000
"""A longer text would not fit the context that models are tuned with."""
LEAST_STATEMENTS = 2
LEAST_LINES = 5
"""Lines of a routine in which a gap is made."""
MOST_GAP = 0.4
"""Share of the lines between header and end that a gap may take."""
LONGEST_GAP = 20

_CYRILLIC = re.compile("[А-Яа-яЁё]")
_TOKEN = re.compile(r"\w+|[^\w\s]")

_PROCEDURE = Words("Напиши процедуру на языке 1С:", "Write a procedure in the language of 1C:")
_FUNCTION = Words("Напиши функцию на языке 1С:", "Write a function in the language of 1C:")
_DOCUMENT = Words(
    "Напиши документирующий комментарий к методу 1С по стандарту 453:",
    "Write a doc comment for a routine of 1C by standard 453:",
)
_WRITE_QUERY = Words("Напиши текст запроса 1С.", "Write the text of a query of 1C.")
_PARAMETERS = Words("Параметры:", "Parameters:")
_RETURNS = Words("Возвращает:", "Returns:")
_WHERE = Words("Модуль:", "Module:")
_ATTRIBUTES = Words("Реквизиты объекта:", "Attributes of the object:")
_ROUTINE = Words("Метод:", "Routine:")
_TABLES = Words("Таблицы:", "Tables:")
_FIELDS = Words("Поля:", "Fields:")
_QUERY_PARAMETERS = Words("Параметры запроса:", "Parameters of the query:")
_MOST_NAMES = 30
_BATCH_ROWS = 2000
"""Routines at a time: their texts as Python objects take much memory."""


class Example(NamedTuple):
    """A row of `tasks` without `id`, which is `task:routine:line` with a number for queries."""

    number: int
    task: str
    split: str
    project: str
    routine: str
    routine_line: int
    category: str
    prompt: str
    completion: str
    suffix: str


class Query(NamedTuple):
    """A query in a routine, whole and without errors. `row` is that of the routine."""

    row: int
    text: str
    tables: Sequence[str]
    fields: Sequence[str]
    parameters: Sequence[str]


def tasks_of(routines: pa.Table, stops: pa.ListArray, queries: Sequence[Query]) -> pa.Table:
    """The table `tasks` of the routines that no filter dropped.

    `stops` has for each routine pairs of a line of its body, behind which no statement is torn,
    and its block.
    """
    asked: dict[int, list[Query]] = {}
    for query in _unlike(routines, queries):
        asked.setdefault(query.row, []).append(query)
    values, ends = stops.values.to_numpy(), stops.offsets.to_numpy()
    pieces: dict[str, list[pa.Table]] = {task: [] for task in TASK_NAMES}
    rows = routines.select(_Row._fields)
    kept = np.zeros(routines.num_rows, dtype=bool)
    kept[kept_rows(routines)] = True
    for start in range(0, routines.num_rows, _BATCH_ROWS):
        examples: dict[str, list[Example]] = {task: [] for task in TASK_NAMES}
        batch = rows.slice(start, _BATCH_ROWS).filter(pa.array(kept[start : start + _BATCH_ROWS]))
        positions = start + np.flatnonzero(kept[start : start + _BATCH_ROWS])
        columns = (column.to_pylist() for column in batch.columns)
        for at, fields in zip(positions.tolist(), zip(*columns, strict=True), strict=True):
            row = _Row(*fields)
            for example in _of_routine(row, values[ends[at] : ends[at + 1]].tolist()):
                examples[example.task].append(example)
            examples[QUERY] += _of_queries(row, asked.get(at, ()))
        for task, found in examples.items():
            pieces[task].append(_table(found))
    ordered = [piece for task in TASK_NAMES for piece in pieces[task]]
    table = pa.concat_tables([TASKS.arrow_schema.empty_table(), *ordered])
    return table.unify_dictionaries()


def kept_rows(routines: pa.Table) -> list[int]:
    """Positions of the routines that no filter dropped."""
    dropped = Coded.of(routines, "dropped")
    kept = dropped.map(lambda reason: int(not reason)) > 0
    return [int(at) for at in np.flatnonzero(kept)]


class _Row(NamedTuple):
    project: str
    routine: str
    line: int
    module: str
    name: str
    function: bool
    signature: str
    body: str
    doc: str
    description: str
    parameter_notes: Sequence[str]
    returns: str
    statements: int
    category: str
    split: str


def _table(examples: Sequence[Example]) -> pa.Table:
    columns: dict[str, list[Any]] = {
        name: [getattr(example, name) for example in examples]
        for name in Example._fields
        if name != "number"
    }
    columns["id"] = [_id(example) for example in examples]
    return build(TASKS, columns)


def _id(example: Example) -> str:
    text = f"{example.project}/{example.routine}:{example.routine_line}"
    return f"{example.task}/{text}" + (f"/{example.number}" if example.number else "")


def _example(row: _Row, task: str, prompt: str, completion: str, suffix: str = "",
             number: int = 0) -> Example:  # fmt: skip
    return Example(
        number, task, row.split, row.project, row.routine, row.line, row.category,
        prompt, completion, suffix,
    )  # fmt: skip


def _of_routine(row: _Row, stops: Sequence[int]) -> Iterator[Example]:
    if len(row.body) > MOST_CHARACTERS:
        return
    code = _code(row)
    if row.statements >= LEAST_STATEMENTS and says_something(row.description, row.name):
        yield _example(row, INSTRUCTION, _instruction(row), code)
        yield _example(row, DOCUMENTATION, f"{_in(row.doc, _DOCUMENT)}\n\n{code}", row.doc)
    gap = _gap(row, stops)
    if gap:
        prefix, middle, suffix = gap
        yield _example(row, COMPLETION, prefix, middle, suffix)


def _in(sample: str, words: Words) -> str:
    """The words in the language of a sample."""
    return words.ru if _CYRILLIC.search(sample) else words.en


def _code(row: _Row) -> str:
    """Directives, each on its line, and the routine."""
    *directives, _ = row.signature.split("\n")
    return "\n".join([*directives, row.body])


def _instruction(row: _Row) -> str:
    header = row.signature.split("\n")[-1]
    said = row.description
    lines = [
        _in(said, _FUNCTION if row.function else _PROCEDURE),
        header,
        "",
        prose(said),
    ]
    if row.parameter_notes:
        lines += ["", _in(said, _PARAMETERS), *(f"- {note}" for note in row.parameter_notes)]
    if row.returns:
        lines += ["", _in(said, _RETURNS), row.returns]
    return "\n".join([*lines, "", f"{_in(said, _WHERE)} {row.module}"])


def _gap(row: _Row, stops: Sequence[int]) -> tuple[str, str, str] | None:
    """The routine in three: lines up to a gap, whole statements in it, lines behind it.

    Where the gap begins and ends is drawn by a hash of the routine, so it is always the same.
    """
    lines = row.body.split("\n")
    if len(lines) < LEAST_LINES:
        return None
    place = f"{row.project}/{row.routine}:{row.line}".encode("utf-8", "surrogatepass")
    drawn = int.from_bytes(blake2b(place, digest_size=8).digest(), "big")
    gap = _drawn_gap(list(zip(stops[::2], stops[1::2], strict=True)), lines, drawn)
    if gap is None:
        return None
    begin, end = gap
    return (
        "\n".join(lines[: begin + 1]) + "\n",
        "\n".join(lines[begin + 1 : end + 1]) + "\n",
        "\n".join(lines[end + 1 :]),
    )


def _drawn_gap(
    stops: Sequence[tuple[int, int]], lines: Sequence[str], drawn: int
) -> tuple[int, int] | None:
    """Two lines of one block with statements between them; the first drawn, or the next if none."""
    inner = len(lines) - 2
    longest = max(1, min(LONGEST_GAP, int(MOST_GAP * inner)))
    for step in range(len(stops)):
        at = (drawn + step) % len(stops)
        begin, block = stops[at]
        ends = []
        for end, other in stops[at + 1 :]:
            if end - begin > longest or end > inner:
                break
            if other == block:
                ends.append(end)
        if ends:
            end = ends[drawn // len(stops) % len(ends)]
            if any(map(str.strip, lines[begin + 1 : end + 1])):
                return begin, end
    return None


# --- queries ----------------------------------------------------------------------------------


def _of_queries(row: _Row, queries: Sequence[Query]) -> Iterator[Example]:
    for number, query in enumerate(queries, 1):
        yield _example(row, QUERY, _question(row, query), query.text, number=number)


def _unlike(routines: pa.Table, queries: Sequence[Query]) -> list[Query]:
    """Of queries that resemble each other, also in different routines, the first alone."""
    kept = set(kept_rows(routines))
    ids, splits = (routines.column(name).to_pylist() for name in ("routine", "split"))
    chosen = [
        query for query in queries
        if query.row in kept and 0 < len(query.text.strip()) <= MOST_CHARACTERS
    ]  # fmt: skip
    chosen.sort(key=lambda one: (ids[one.row], one.row))
    words = [_TOKEN.findall(query.text.casefold()) for query in chosen]
    shingles = [_shingles(found) for found in words]
    ends = np.cumsum([0, *map(len, shingles)], dtype=np.int32)
    joined = np.concatenate([np.empty(0, dtype=np.uint32), *shingles])
    twins = find_twins(
        [" ".join(found) for found in words],
        pa.ListArray.from_arrays(pa.array(ends), pa.array(joined)),
        np.arange(len(chosen)),
        [splits[query.row] for query in chosen],
    )
    return [query for at, query in enumerate(chosen) if twins.stand_in[at] == at]


def _shingles(words: Sequence[str], size: int = 3) -> np.ndarray[Any, np.dtype[np.uint32]]:
    found = {
        blake2b(
            " ".join(words[at : at + size]).encode("utf-8", "surrogatepass"), digest_size=4
        ).digest()
        for at in range(max(len(words) - size + 1, 1))
    }
    return np.sort(np.array([int.from_bytes(one, "big") for one in found], dtype=np.uint32))


def _question(row: _Row, query: Query) -> str:
    sample = row.description or query.text
    lines = [_in(sample, _WRITE_QUERY), f"{_in(sample, _ROUTINE)} {row.routine}"]
    if says_something(row.description, row.name):
        lines.append(prose(row.description))
    for words, names in (
        (_TABLES, query.tables), (_FIELDS, query.fields), (_QUERY_PARAMETERS, query.parameters),
    ):  # fmt: skip
        if names:
            lines.append(f"{_in(sample, words)} {', '.join(list(names)[:_MOST_NAMES])}")
    return "\n".join(lines)
