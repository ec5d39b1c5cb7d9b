"""Run rules: on one module, on one query, on the tables of a configuration.

Nothing here reads files or knows settings; `run` does that for a whole configuration.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from cai_assets.onec.bsl.nodes import RoutineNode
from cai_assets.onec.bsl.parser import parse
from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.found import RawFinding, anchor_of, message_of, raw_of_place
from cai_assets.rules.model import Found, Rule, Scope
from cai_assets.rules.module import ModuleContext, ModuleView, Place
from cai_assets.rules.placed_query import PlacedQuery, literal_queries

if TYPE_CHECKING:
    import pyarrow as pa

Options = Mapping[str, Mapping[str, Any]]
"""Key of a rule → values of its parameters that differ from the defaults."""

_NEIGHBOURS = 3
"""Tokens before and behind a short span that count for its fingerprint."""
_SHORT = 5


@dataclass
class Watch:
    """What went on while rules ran: seconds by rule, and the faults of rules.

    With `raising`, a fault is not kept but raised: what tests want.
    """

    raising: bool = False
    timed: bool = False
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    faults: list[tuple[str, str]] = field(default_factory=list)
    """(key of the rule, the error in one line)"""

    def found_by(
        self, rule: Rule, subject: object, options: Options, make: Callable[[Any], RawFinding]
    ) -> list[RawFinding]:
        """What `make` makes of all that `rule` finds in `subject`; nothing if either fails."""
        started = time.process_time() if self.timed else 0.0
        try:
            return [make(one) for one in rule.check(subject, rule.options(options.get(rule.key)))]
        except Exception as error:  # a fault of one rule must not cost the others
            if self.raising:
                raise
            self.faults.append((rule.key, f"{type(error).__name__}: {error}"[:500]))
            return []
        finally:
            if self.timed:
                self.seconds[rule.key] += time.process_time() - started


def check_module(
    view: ModuleView,
    rules: Iterable[Rule],
    options: Options | None = None,
    *,
    file: str = "",
    tables: frozenset[str] = frozenset(),
    watch: Watch | None = None,
) -> list[RawFinding]:
    """What module rules find in a module and query rules in its literals, in the source's order.

    `tables` are the folded ids of the configuration's objects, for query rules. Rules of other
    scopes are passed over. Raises what a rule raises, unless `watch` keeps it.
    """
    options, watch = options or {}, watch or Watch(raising=True)
    by_scope = _by_scope(rules)
    spans = _ModuleSpans(view, file)
    found: list[RawFinding] = []
    for rule in by_scope[Scope.MODULE]:
        found += watch.found_by(rule, view, options, spans.raw(rule))
    if by_scope[Scope.QUERY]:
        for literal, query in literal_queries(view, tables):
            for rule in by_scope[Scope.QUERY]:
                make = spans.raw_in_query(rule, literal.routine, query)
                found += watch.found_by(rule, query.view, options, make)
    return in_order(found)


def check_text(
    text: str,
    keys: Iterable[str] | None = None,
    context: ModuleContext | None = None,
    *,
    options: Options | None = None,
    tables: frozenset[str] = frozenset(),
) -> list[RawFinding]:
    """What the rules `keys` find in a module's text: for tests and for trying a rule out.

    Without `keys` all rules that are on by default. Raises KeyError for a key that is no rule.
    """
    rules = all_rules()
    chosen = [r for r in rules.values() if r.enabled] if keys is None else [rules[k] for k in keys]
    view = ModuleView(parse(text), context or ModuleContext())
    return check_module(view, chosen, options, tables=tables)


def check_tables(
    tables: Mapping[str, pa.Table],
    rules: Iterable[Rule],
    options: Options | None = None,
    *,
    watch: Watch | None = None,
) -> list[RawFinding]:
    """What table rules find, by file and line. Rules of other scopes are passed over.

    Raises what a rule raises, unless `watch` keeps it.
    """
    options, watch = options or {}, watch or Watch(raising=True)
    found: list[RawFinding] = []
    for rule in _by_scope(rules)[Scope.TABLES]:
        found += watch.found_by(rule, tables, options, partial(raw_of_place, rule))
    return in_order(found)


def _by_scope(rules: Iterable[Rule]) -> dict[Scope, list[Rule]]:
    by_scope: dict[Scope, list[Rule]] = {scope: [] for scope in Scope}
    for rule in rules:
        by_scope[rule.scope].append(rule)
    return by_scope


def in_order(found: list[RawFinding]) -> list[RawFinding]:
    """By file and place."""
    return sorted(found, key=lambda raw: (raw.file, raw.place, raw.rule, raw.message))


class _ModuleSpans:
    """Turns spans of tokens of one module into findings."""

    def __init__(self, view: ModuleView, file: str) -> None:
        self._view = view
        self._file = file
        module = view.context.module
        self._prefix = module.removesuffix(".Module")
        self._routines = view.tree.routines
        self._starts = [routine.start for routine in self._routines]

    def raw(self, rule: Rule) -> Callable[[Found], RawFinding]:
        """What makes findings of `rule`."""

        def make(found: Found) -> RawFinding:
            first, last = self._within(found.first), self._within(found.last)
            if found.whole_module or not self._view.tokens.code.values:
                return self._finding(rule, found, found.place or Place(1, 1, 1, 1), "", iter(()))
            if found.place is not None:
                return self._beside_code(rule, found, found.place, first)
            routine, body = self._routine_at(first)
            place = self._view.place(first, last)
            return self._finding(rule, found, place, routine, self._words(first, last, body))

        return make

    def _beside_code(self, rule: Rule, found: Found, place: Place, first: int) -> RawFinding:
        """What is found in a comment or a preprocessor line; `first` is the token behind it."""
        tokens = self._view.tokens
        routine, _ = self._routine_at(first)
        if routine and place.line < tokens.line_of(self._start_of(first)):
            routine = ""
        start = tokens.line_starts[place.line - 1] + place.column - 1
        end = tokens.line_starts[place.end_line - 1] + place.end_column - 1
        return self._finding(rule, found, place, routine, iter(tokens.text[start:end].split()))

    def raw_in_query(
        self, rule: Rule, routine: int, query: PlacedQuery
    ) -> Callable[[Found], RawFinding]:
        """What makes findings of `rule` in a query of the routine at a position, -1 for none."""
        name = self._id_of(self._routines[routine]) if routine >= 0 else ""
        values = query.view.query.tokens.values

        def make(found: Found) -> RawFinding:
            words = span_words(values, found.first, found.last, 0)
            place = query.place(found.first, found.last)
            return self._finding(rule, found, place, name, words)

        return make

    def _finding(
        self, rule: Rule, found: Found, place: Place, routine: str, words: Iterator[str]
    ) -> RawFinding:
        context = self._view.context
        if place[:2] == place[2:]:  # nothing stands there: the line is meant
            place = Place(place.line, 1, place.line, 0)
        return RawFinding(
            rule.key,
            context.project,
            self._file,
            place,
            context.object,
            routine,
            message_of(rule, found.message, found.values),
            anchor_of(rule.key, context.project, routine or self._prefix, words),
        )

    def _within(self, index: int) -> int:
        """A rule may point at the end of the module, where no token is."""
        return max(min(index, len(self._view.tokens.code.values) - 1), 0)

    def _routine_at(self, index: int) -> tuple[str, int]:
        """The id of the routine around a token, and where its body starts; empty for none."""
        at = bisect_right(self._starts, index) - 1
        if at < 0 or self._routines[at].end < index:
            return "", 0
        return self._id_of(self._routines[at]), self._routines[at].body_start

    def _id_of(self, routine: RoutineNode) -> str:
        return f"{self._prefix}.{routine.name}" if self._prefix else routine.name

    def _start_of(self, index: int) -> int:
        """The first token of the routine around a token."""
        return self._starts[bisect_right(self._starts, index) - 1]

    def _words(self, first: int, last: int, body: int) -> Iterator[str]:
        return span_words(self._view.tokens.code.values, first, last, body)


def span_words(values: list[str], first: int, last: int, body: int) -> Iterator[str]:
    """The tokens by which a span is known again.

    A short one in a routine's body, from `body` on, is told from its likes by its neighbours;
    one in the header is not, so that a new parameter does not make the finding a new one.
    """
    if last - first < _SHORT and first >= body:
        first, last = max(first - _NEIGHBOURS, body), last + _NEIGHBOURS
    return (values[index] for index in range(first, min(last + 1, len(values))))
