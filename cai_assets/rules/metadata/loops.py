"""Queries executed in a loop through called routines: what no single module shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cai_assets.knowledge.coded import Coded
from cai_assets.rules.metadata.lookup import Tables, call_places, objects, rows, rows_where
from cai_assets.rules.model import FoundAt, Kind, Parameter, Severity, Text, table_rule

Codes: TypeAlias = npt.NDArray[np.int64]

_EXECUTE = frozenset(
    {
        "выполнить", "execute", "выполнитьпакет", "executebatch",
        "выполнитьпакетспромежуточнымиданными", "executebatchwithintermediatedata",
    }
)  # fmt: skip
_QUERY = frozenset({"запрос", "query"})
_NEW_QUERY = ("новый запрос()", "new query()")
_FAR = 1 << 30


@table_rule(
    "QueryInCycleAcrossCalls",
    severity=Severity.MAJOR,
    kind=Kind.BUG,
    title=Text("Запрос в цикле через вызовы", "Query in a loop through calls"),
    description=Text(
        "В цикле вызывается процедура, которая сама или через другие выполняет запрос: обращений "
        "к базе столько, сколько итераций. В тексте одного модуля этого не видно. Вызовы модулей "
        "с повторным использованием значений не считаются.\n\nПолучите данные одним запросом до "
        "цикла и передайте их в процедуру.",
        "A loop calls a routine that executes a query, itself or through others: the database is "
        "asked as many times as the loop turns. No single module shows that. Calls to modules "
        "that reuse return values do not count.\n\nGet the data in one query before the loop and "
        "pass them to the routine.",
    ),
    message=Text(
        "В цикле через вызовы выполняется запрос: {path}",
        "A query is executed in the loop through calls: {path}",
    ),
    needs=("objects", "modules", "calls", "variables"),
    standards=(436,),
    parameters=(
        Parameter(
            "depth",
            2,
            Text(
                "Сколько вызовов может быть от цикла до запроса",
                "How many calls there may be from the loop to the query",
            ),
        ),
    ),
)
def query_in_cycle_across_calls(tables: Tables, options: Mapping[str, Any]) -> Iterator[FoundAt]:
    """Call sites in loops from which a query is reached over at most `depth` calls."""
    depth = int(options["depth"])
    graph = _Graph(tables)
    distance = graph.distances(depth)
    in_loop = tables["calls"].column("in_loop").to_numpy()
    far = np.append(distance, _FAR)
    reaches = far[graph.callee] < depth
    recursive = graph.caller == graph.callee
    chosen = np.flatnonzero(in_loop & reaches & ~recursive)
    for found, _, callee in call_places(tables, chosen):
        path = graph.path(callee, distance)
        yield found._replace(values={"path": " → ".join(path)})


class _Graph:
    """Who calls whom, by position of the routine in `ids`; -1 for none."""

    def __init__(self, tables: Tables) -> None:
        calls = tables["calls"]
        caller, callee = Coded.of(calls, "caller"), Coded.of(calls, "callee")
        self.ids: list[str] = []
        self._position: dict[str, int] = {}
        self.caller = caller.map(self._number)
        cached = _cached_modules(tables)
        self.callee = callee.map(
            lambda id_: -1 if id_.rpartition(".")[0].casefold() in cached else self._number(id_)
        )
        self._queries = self.caller[_executions(tables)]

    def distances(self, limit: int) -> Codes:
        """Calls from each routine to one that executes a query, up to `limit`."""
        distance: Codes = np.full(len(self.ids), _FAR, dtype=np.int64)
        distance[self._queries[self._queries >= 0]] = 0
        edges = (self.caller >= 0) & (self.callee >= 0) & (self.caller != self.callee)
        caller, callee = self.caller[edges], self.callee[edges]
        self._edges = caller, callee
        for _ in range(limit):
            np.minimum.at(distance, caller, distance[callee] + 1)
        return distance

    def path(self, routine: str, distance: Codes) -> list[str]:
        """The shortest way from a routine to one that executes a query, both included."""
        at = self._position[routine]
        way = [_short(self.ids[at])]
        caller, callee = self._edges
        while distance[at] > 0:
            below = callee[caller == at]
            at = int(below[np.argmin(distance[below])])
            way.append(_short(self.ids[at]))
        return way

    def _number(self, id_: str) -> int:
        """Its position. Callers and callees are written as in the table of routines."""
        number = self._position.get(id_)
        if number is None:
            number = self._position[id_] = len(self.ids)
            self.ids.append(id_)
        return number


def _short(routine: str) -> str:
    return routine.removeprefix("CommonModule.")


def _cached_modules(tables: Tables) -> frozenset[str]:
    """Folded ids of common modules that reuse return values."""
    return frozenset(
        item.id.casefold()
        for item in objects(tables, "CommonModule")
        if item.properties.get("ReturnValuesReuse", "DontUse") != "DontUse"
    )


def _executions(tables: Tables) -> Codes:
    """Positions of the calls that execute a query.

    The receiver is `Новый Запрос(…)`, a variable first assigned in the line of one, or named as
    a query.
    """
    calls = tables["calls"]
    named = Coded.of(calls, "name").map(lambda name: int(name.casefold() in _EXECUTE)) == 1
    receiver = Coded.of(calls, "receiver")
    plain = receiver.map(_may_be_query) == 1
    chosen = np.flatnonzero(named & plain)
    names = {receiver.values[code].casefold() for code in np.unique(receiver.codes[chosen])}
    known = _query_variables(tables, lambda name: name.casefold() in names)
    found = [
        row
        for row, (file, caller, text) in zip(
            chosen.tolist(), rows(calls.take(chosen), "file", "caller", "receiver"), strict=True
        )
        if _named_as_query(text) or (file, caller, text.casefold()) in known
    ]
    return np.array(found, dtype=np.int64)


def _may_be_query(receiver: str) -> int:
    folded = receiver.casefold()
    return int("." not in folded and (folded.isidentifier() or folded in _NEW_QUERY))


def _named_as_query(receiver: str) -> bool:
    folded = receiver.casefold()
    return folded in _NEW_QUERY or folded.startswith(("запрос", "query"))


def _query_variables(
    tables: Tables, wanted: Callable[[str], bool]
) -> set[tuple[str, str | None, str]]:
    """Variables (file, routine, folded name) assigned in a line that constructs a query."""
    constructed = rows_where(tables["calls"], "name", lambda name: name.casefold() in _QUERY)
    lines = {
        (file, line)
        for file, line, constructor in rows(constructed, "file", "line", "constructor")
        if constructor
    }
    assigned = rows_where(tables["variables"], "kind", "assigned".__eq__)
    assigned = rows_where(assigned, "name", wanted)
    return {
        (file, routine, name.casefold())
        for file, line, routine, name in rows(assigned, "file", "line", "routine", "name")
        if (file, line) in lines
    }
