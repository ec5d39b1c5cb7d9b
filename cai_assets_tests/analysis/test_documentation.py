"""The pages of the analyses say what the schemas say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from cai_assets.analysis.architecture.schema import TABLES as ARCHITECTURE
from cai_assets.analysis.architecture.structure import THRESHOLDS
from cai_assets.analysis.changes.schema import BREAKING
from cai_assets.analysis.changes.schema import TABLES as CHANGES
from cai_assets.knowledge.schema import Table

_DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("page", "tables"), [("architecture-analysis.md", ARCHITECTURE), ("changes.md", CHANGES)]
)
def test_a_page_lists_every_table_with_its_columns(page: str, tables: Mapping[str, Table]) -> None:
    text = (_DOCS / page).read_text(encoding="utf-8")
    for table in tables.values():
        section = text.partition(f"\n### {table.name}\n")[2].partition("\n### ")[0]
        rows = [line for line in section.splitlines() if line.startswith("| `")]
        assert rows == [f"| `{c.name}` | {c.meaning} |" for c in table.columns], table.name
        assert section.strip().startswith(table.title)


def test_thresholds_and_reasons_are_documented() -> None:
    text = (_DOCS / "architecture-analysis.md").read_text(encoding="utf-8")
    for measure, threshold in THRESHOLDS.items():
        assert f"| `{measure}` | {threshold} |" in text
    text = (_DOCS / "changes.md").read_text(encoding="utf-8")
    for key, (_, english) in BREAKING.items():
        assert f"| `{key}` | {english} |" in text


def test_the_example_of_the_contract_is_a_contract() -> None:
    from cai_assets.analysis.architecture import parse_contract

    text = (_DOCS / "architecture-analysis.md").read_text(encoding="utf-8")
    contract = parse_contract(text.partition("```toml\n")[2].partition("```")[0])
    assert [layer.name for layer in contract.layers] == ["Applications", "Foundation"]
    assert [rule.access for rule in contract.rules] == ["allow", "deny"]
    assert len(contract.ignored) == 1
