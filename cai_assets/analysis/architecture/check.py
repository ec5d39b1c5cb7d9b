"""A contract held against a configuration: which edges it forbids.

A pattern of subsystems names them with all that is nested in them; `*` stands for any name, or
part of one. A rule speaks of edges whose ends do not stand together: neither in a subsystem that
it names, nor in the same or an enclosing one of those that list them. Where it names objects on
both sides, they may stand anywhere. An object in several subsystems has the benefit of the doubt
in layers: an edge is upward only if it is for every choice of layers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.analysis.architecture.contract import Contract, Rule
from cai_assets.analysis.architecture.evidence import edges_between_objects
from cai_assets.analysis.architecture.facts import Facts
from cai_assets.analysis.architecture.matrix import counts_as_use, homes
from cai_assets.analysis.architecture.schema import CONTRACT_RULES, CONTRACT_VIOLATIONS
from cai_assets.knowledge.coded import Coded, Codes
from cai_assets.onec.metadata.kinds import kind_by_bsl_name

_Mask = npt.NDArray[np.bool_]


def check(contract: Contract | None, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables `contract_rules` and `contract_violations`; empty without a contract."""
    return check_facts(contract, Facts(tables))


def check_facts(contract: Contract | None, facts: Facts) -> dict[str, pa.Table]:
    """The same on facts that are read already."""
    if contract is None:
        return {
            "contract_rules": CONTRACT_RULES.arrow_schema.empty_table(),
            "contract_violations": CONTRACT_VIOLATIONS.arrow_schema.empty_table(),
        }
    return _Judge(contract, facts).tables()


@dataclass(frozen=True, slots=True)
class _Side:
    """What patterns match: nodes, subsystems, and the patterns that match nothing.

    `named` are the subsystems that patterns other than `*` match.
    """

    nodes: _Mask
    subsystems: _Mask
    named: _Mask
    unknown: tuple[str, ...]


class _Judge:
    def __init__(self, contract: Contract, facts: Facts) -> None:
        self._contract = contract
        self._facts = facts
        self._edges = edges_between_objects(facts)
        self._member = np.zeros((len(facts.node_ids), len(facts.subsystems)), dtype=bool)
        self._member[facts.nested.rows, facts.nested.groups] = True
        self._listed = np.zeros_like(self._member)
        self._listed[facts.direct.rows, facts.direct.groups] = True
        self._paths = [tuple(_path(name)) for name in facts.subsystems]
        self._homes = homes(facts)
        self._undecided = np.ones(len(self._edges), dtype=bool)
        use = self._edges.kind.map(lambda kind: int(counts_as_use(kind))) == 1
        self._use: _Mask = np.asarray(use, dtype=bool)
        self._rules: list[dict[str, object]] = []
        self._violations: list[dict[str, object]] = []

    def tables(self) -> dict[str, pa.Table]:
        for rule in self._contract.ignored:
            self._ask(rule, "exception")
        for rule in self._contract.rules:
            self._ask(rule, "rule")
        self._ask_layers()
        self._ask_default()
        order = ("rule", "source", "target", "kind", "file", "line")
        unique = {tuple(row[name] for name in order): row for row in self._violations}
        rows = sorted(unique.values(), key=lambda row: tuple(str(row[name]) for name in order[:5]))
        return {
            "contract_rules": pa.Table.from_pylist(
                [{"order": n, **row} for n, row in enumerate(self._rules)],
                schema=CONTRACT_RULES.arrow_schema,
            ),
            "contract_violations": pa.Table.from_pylist(
                rows, schema=CONTRACT_VIOLATIONS.arrow_schema
            ),
        }

    def _ask(self, rule: Rule, kind: str) -> None:
        source, target = self._side(rule.sources), self._side(rule.targets)
        edges = self._edges
        match = self._undecided & self._of_kinds(rule.kinds)
        match &= source.nodes[edges.source] | self._named(edges.from_id, rule.sources)
        match &= target.nodes[edges.target] | self._named(edges.to_id, rule.targets)
        rows = np.flatnonzero(match)
        if not all(_names_object(pattern) for pattern in (*rule.sources, *rule.targets)):
            rows = self._apart(rows, source.named | target.named)
        unknown = [
            *(p for p in source.unknown if not self._named(edges.from_id, (p,)).any()),
            *(p for p in target.unknown if not self._named(edges.to_id, (p,)).any()),
        ]
        self._decide(rows, rule, kind, unknown, (source.subsystems, target.subsystems))

    def _ask_layers(self) -> None:
        layers = self._contract.layers
        sides = [self._side(layer.subsystems) for layer in layers]
        if not layers:
            return
        nodes = np.stack([side.nodes for side in sides])
        somewhere = nodes.any(axis=0)
        top = np.where(somewhere, nodes.argmax(axis=0), -1)
        bottom = np.where(somewhere, len(layers) - 1 - nodes[::-1].argmax(axis=0), -1)
        reason = " ↓ ".join(layer.name for layer in layers)
        edges = self._edges
        from_, to = top[edges.source], bottom[edges.target]
        spoken = self._undecided & self._use & (from_ >= 0) & (to >= 0)
        for number, (layer, side) in enumerate(zip(layers, sides, strict=True)):
            upward = np.flatnonzero(spoken & (to == number) & (from_ > number))
            below = [name for lower in layers[number + 1 :] for name in lower.subsystems]
            sources = [*below, *(layer.subsystems if layer.independent else ())]
            rule = Rule(layer.name, tuple(sources), layer.subsystems, "deny", (), reason)
            every = np.ones(len(self._facts.subsystems), dtype=bool)
            across = np.empty(0, dtype=np.int64)
            if layer.independent:
                inside = np.flatnonzero(spoken & (from_ == number) & (to == number))
                across = self._apart(inside, side.named)
            rows = np.concatenate([upward, across])
            self._decide(rows, rule, "layer", side.unknown, (every, side.subsystems))
        self._undecided &= ~spoken

    def _ask_default(self) -> None:
        every = np.ones(len(self._facts.subsystems), dtype=bool)
        inside = np.count_nonzero(self._member, axis=1) > 0
        edges = self._edges
        rows = np.flatnonzero(
            self._undecided & self._use & inside[edges.source] & inside[edges.target]
        )
        rows = self._apart(rows, ~every)
        rule = Rule("mode", ("*",), ("*",), self._contract.mode)
        self._decide(rows, rule, "default", (), (every, every))

    def _decide(
        self,
        rows: Codes,
        rule: Rule,
        kind: str,
        unknown: Sequence[str],
        named: tuple[_Mask, _Mask],
    ) -> None:
        self._undecided[rows] = False
        self._rules.append(
            {
                "rule": rule.name,
                "kind": kind,
                "access": rule.access,
                "source": ", ".join(rule.sources),
                "target": ", ".join(rule.targets),
                "reason": rule.reason,
                "edges": len(rows),
                "unknown": ", ".join(unknown),
            }
        )
        if rule.access == "deny":
            self._violations += [self._violation(row, rule, named) for row in rows.tolist()]

    def _violation(self, row: int, rule: Rule, named: tuple[_Mask, _Mask]) -> dict[str, object]:
        edges, facts = self._edges, self._facts
        source, target = int(edges.source[row]), int(edges.target[row])
        return {
            "rule": rule.name,
            "from_subsystem": self._stands_in(source, named[0]),
            "to_subsystem": self._stands_in(target, named[1]),
            "source_object": facts.node_ids[source],
            "target_object": facts.node_ids[target],
            "source": edges.from_id.values[edges.from_id.codes[row]],
            "target": edges.to_id.values[edges.to_id.codes[row]],
            "kind": edges.kind.values[edges.kind.codes[row]],
            "reason": rule.reason,
            "file": edges.file.values[edges.file.codes[row]],
            "line": int(edges.line[row]) or None,
        }

    def _stands_in(self, node: int, named: _Mask) -> str | None:
        """The home of a node if it is named, else the deepest named subsystem it stands in."""
        home = int(self._homes[node])
        if home >= 0 and named[home]:
            return self._facts.subsystems[home]
        found = np.flatnonzero(self._member[node] & named).tolist()
        if found:
            deepest = max(found, key=lambda code: len(self._paths[code]))
            return self._facts.subsystems[deepest]
        return self._facts.subsystems[home] if home >= 0 else None

    def _apart(self, rows: Codes, named: _Mask) -> Codes:
        """Those of the edges whose ends do not stand together.

        They do in a named subsystem that holds both, and if a subsystem that lists one end
        lists the other or encloses one that does.
        """
        source, target = self._edges.source[rows], self._edges.target[rows]
        both = self._member[source] & self._member[target] & named
        both |= self._listed[source] & self._member[target]
        both |= self._member[source] & self._listed[target]
        return rows[np.flatnonzero(np.count_nonzero(both, axis=1) == 0)]

    def _of_kinds(self, kinds: Sequence[str]) -> _Mask:
        if not kinds:
            return self._use
        wanted = self._edges.kind.map(lambda name: int(any(fnmatchcase(name, k) for k in kinds)))
        return np.asarray(wanted == 1, dtype=bool)

    def _side(self, patterns: Sequence[str]) -> _Side:
        facts = self._facts
        nodes = np.zeros(len(facts.node_ids), dtype=bool)
        subsystems = np.zeros(len(facts.subsystems), dtype=bool)
        named = np.zeros_like(subsystems)
        unknown = []
        for pattern in patterns:
            if _names_object(pattern):
                wanted = _canonical(pattern)
                found = np.array(
                    [fnmatchcase(name.casefold(), wanted) for name in facts.node_ids], dtype=bool
                )
                nodes |= found
            else:
                found = self._matching(_path(pattern))
                subsystems |= found
                named |= found & (pattern != "*")
            if not found.any():
                unknown.append(pattern)
        nodes |= self._member[:, subsystems].any(axis=1)
        return _Side(nodes, subsystems, named, tuple(unknown))

    def _matching(self, wanted: Sequence[str]) -> _Mask:
        """The subsystems that `wanted` names, and those nested in them."""
        return np.array([_matches(path, wanted) for path in self._paths], dtype=bool)

    @staticmethod
    def _named(ids: Coded, patterns: Sequence[str]) -> _Mask:
        """Which ids are parts of objects that patterns name: `CommonModule.M.Routine`."""
        wanted = [_canonical(p) for p in patterns if _names_object(p) and p.count(".") > 1]
        if not wanted:
            return np.zeros(len(ids.codes), dtype=bool)

        def matches(name: str) -> int:
            return int(any(fnmatchcase(name.casefold(), pattern) for pattern in wanted))

        mask: _Mask = ids.map(matches) == 1
        return mask


def matches_subsystem(pattern: str, subsystem: str) -> bool:
    """Whether a pattern names the subsystem of this id, or one that encloses it."""
    return not _names_object(pattern) and _matches(_path(subsystem), _path(pattern))


def _matches(path: Sequence[str], wanted: Sequence[str]) -> bool:
    return len(path) >= len(wanted) and all(
        fnmatchcase(name, part) for name, part in zip(path, wanted, strict=False)
    )


def _names_object(pattern: str) -> bool:
    """Whether a pattern begins with a type of objects, and that is not a subsystem."""
    first, dot, _ = pattern.partition(".")
    kind = kind_by_bsl_name(first)
    return bool(dot) and kind is not None and kind != "Subsystem"


def _canonical(pattern: str) -> str:
    first, _, rest = pattern.partition(".")
    return f"{kind_by_bsl_name(first) or first}.{rest}".casefold()


def _path(subsystem: str) -> list[str]:
    """`Subsystem.A.Subsystem.B` and `A.B` alike: the folded names from the outermost inwards."""
    parts = subsystem.split(".")
    if len(parts) > 1 and kind_by_bsl_name(parts[0]) == "Subsystem":
        parts = parts[1::2]
    return [part.casefold() for part in parts]
