"""The architecture of a configuration in figures: structure, complexity, interface, contract.

`TABLES` lists what `analyse` makes, `to_markdown` writes the report of it. Cost is that of
reading columns: half a second for a million lines of code.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from cai_assets.analysis.architecture.access import access
from cai_assets.analysis.architecture.check import check_facts
from cai_assets.analysis.architecture.code import (
    Contexts,
    api,
    execution,
    hot_spots,
    server_calls,
)
from cai_assets.analysis.architecture.contract import (
    Contract,
    ContractError,
    find_contract,
    parse_contract,
    read_contract,
)
from cai_assets.analysis.architecture.facts import Facts
from cai_assets.analysis.architecture.matrix import subsystem_matrix
from cai_assets.analysis.architecture.report import to_markdown
from cai_assets.analysis.architecture.schema import TABLES, TREND
from cai_assets.analysis.architecture.structure import largest_modules, spread, structure
from cai_assets.analysis.architecture.trend import measures, trend
from cai_assets.analysis.architecture.trend_report import trend_to_markdown

READS = (
    "projects",
    "objects",
    "members",
    "forms",
    "modules",
    "routines",
    "parameters",
    "calls",
    "references",
    "roles",
    "rights",
)
"""The tables of the parsed configuration that `analyse` reads."""


def analyse(
    tables: Mapping[str, pa.Table],
    contract: Contract | None = None,
    upload: str = "",
    published: str = "",
) -> dict[str, pa.Table]:
    """All tables of the analysis. `tables` are those of the parsed configuration.

    `trend` holds this upload alone; `trend.trend` makes it from the uploads kept.
    """
    facts = Facts(tables)
    contexts = Contexts(facts)
    found = {
        "structure": structure(facts),
        **spread(facts),
        "hot_spots": hot_spots(facts),
        "largest_modules": largest_modules(facts),
        "api": api(facts),
        "execution": execution(facts, contexts),
        "server_calls": server_calls(facts, contexts),
        **access(facts),
        "subsystem_matrix": subsystem_matrix(facts),
        **check_facts(contract, facts),
    }
    own = measures(found, upload, published, _version(facts), contract is not None)
    found["measures"] = own
    found["trend"] = pa.Table.from_pylist(own.to_pylist(), schema=TREND.arrow_schema)
    return {name: found[name] for name in TABLES}


def _version(facts: Facts) -> str:
    """The version that the first project states: the configuration, if there is one."""
    rows = facts.tables["projects"].to_pylist()
    stated = {row["project"]: row["version"] for row in rows}
    return next((stated[name] or "" for name in facts.projects), "")


__all__ = [
    "READS",
    "TABLES",
    "Contract",
    "ContractError",
    "analyse",
    "find_contract",
    "parse_contract",
    "read_contract",
    "to_markdown",
    "trend",
    "trend_to_markdown",
]
