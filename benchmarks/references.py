"""The edges of a configuration by kind: how many, how many resolved, and why the others are not.

    python benchmarks/references.py PATH
    python benchmarks/references.py PATH --peer INDEX

`--peer` compares with the table `metadata_references` of an index of rlm-tools-bsl (SQLite), made
by `rlm-bsl-index index build PATH`: which pairs of objects only one side has, kind by kind.
"""

from __future__ import annotations

import argparse
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.edge_rows import DERIVED_FROM
from cai_assets.knowledge.edges import EDGE_KIND
from cai_assets.knowledge.extract import extract
from cai_assets.onec.metadata.kinds import kind_by_group

_OURS = {
    "attribute_type": ("type",),
    "based_on": ("based_on",),
    "characteristic_type": ("type",),
    "command_parameter_type": ("command_parameter",),
    "default_list_form": ("default_form",),
    "default_object_form": ("default_form",),
    "defined_type_content": ("type",),
    "document_journal_content": ("registered_document",),
    "event_subscription_source": ("subscription_source",),
    "exchange_plan_content": ("exchange_content",),
    "filter_criterion_content": ("filter_criterion",),
    "form_attribute_type": ("type",),
    "form_main_table": ("main_table",),
    "form_query": ("query_table", "query_value"),
    "functional_option_content": ("functional_option", "functional_option_location"),
    "linked_object": ("owner", "type", "chart_of_accounts", "ext_dimension_types"),
    "owner": ("owner",),
    "predefined_characteristic_type": ("type",),
    "role_rights": ("right",),
    "subsystem_content": ("subsystem",),
}
"""Kinds of rlm-tools-bsl → ours that state the same."""

Pair = tuple[str, str]


_FROM_CODE = DERIVED_FROM | {"module", "composition"}
"""Extractors of edges that the peer's table of metadata references does not mean."""


class _Edge(NamedTuple):
    kind: str
    extractor: str
    source: str
    target: str
    source_object: str
    target_object: str


def main() -> None:
    """Print the figures of the configuration that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--peer", type=Path, help="index of rlm-tools-bsl")
    arguments = parser.parse_args()
    references = extract(arguments.path).tables["references"]
    _print_kinds(references)
    if arguments.peer:
        _print_peer(references, arguments.peer)


def _print_kinds(references: pa.Table) -> None:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, reason in zip(
        Coded.of(references, "kind").texts(), Coded.of(references, "reason").texts(), strict=True
    ):
        counts[kind or ""][reason or ""] += 1
    print(f"{'kind':30}{'edges':>9}{'resolved':>10}  not resolved")
    for kind in sorted(counts, key=lambda name: list(EDGE_KIND).index(name)):
        reasons = counts[kind]
        total = reasons.total()
        others = ", ".join(f"{r} {n}" for r, n in reasons.most_common() if r)
        print(f"{kind:30}{total:9,}{reasons[''] / total:10.1%}  {others}")
    everything = sum(counts.values(), Counter[str]())
    total = everything.total()
    print(f"{'all':30}{total:9,}{everything[''] / total:10.1%}")


def _edges(references: pa.Table) -> list[_Edge]:
    columns = [
        [text or "" for text in Coded.of(references, name).texts()] for name in _Edge._fields
    ]
    return [_Edge(*row) for row in zip(*columns, strict=True)]


def _print_peer(references: pa.Table, index: Path) -> None:
    by_kind: dict[str, list[_Edge]] = defaultdict(list)
    for edge in _edges(references):
        if edge.extractor not in _FROM_CODE:
            by_kind[edge.kind].append(edge)
    peers: dict[str, list[Pair]] = defaultdict(list)
    with sqlite3.connect(f"file:{index}?mode=ro", uri=True) as connection:
        for category, source, target, kind in connection.execute(
            "select source_category, source_object, ref_object, ref_kind from metadata_references"
        ):
            type_ = kind_by_group(category)
            peers[kind].append(_folded(f"{type_.name if type_ else category}.{source}", target))
    print()
    print(f"{'rlm-tools-bsl':32}{'rows':>7}{'pairs':>7}{'lacking':>9}  {'ours':40}{'rows':>7}")
    for kind, rows in sorted(peers.items()):
        ours = [edge for name in _OURS[kind] for edge in by_kind[name]]
        have = set(_ends(ours))
        lacking = sorted(pair for pair in set(rows) if pair not in have)
        names = ", ".join(_OURS[kind])
        print(
            f"{kind:32}{len(rows):7,}{len(set(rows)):7,}{len(lacking):9,}  {names:40}{len(ours):7,}"
        )
        for source, target in lacking[:10]:
            print(f"    {source} -> {target}")
    total = sum(map(len, peers.values()))
    stated = {name for names in _OURS.values() for name in names}
    print(f"{'all':32}{total:7,}; ours of these kinds {sum(len(by_kind[k]) for k in stated):,}")


def _ends(edges: Iterable[_Edge]) -> Iterable[Pair]:
    """Every pair that an edge may stand for: exact ids, and the objects that they belong to.

    A nested subsystem is named by its last name, as rlm-tools-bsl does.
    """
    for edge in edges:
        sources = {edge.source, edge.source_object}
        if edge.source.startswith("Subsystem."):
            sources.add(f"Subsystem.{edge.source.rpartition('.')[2]}")
        for source in sources:
            for target in (edge.target, edge.target_object):
                yield _folded(source, target)


def _folded(source: str, target: str) -> Pair:
    return source.casefold(), target.casefold()


if __name__ == "__main__":
    main()
