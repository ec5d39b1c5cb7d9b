"""The pages of the analyses say what the schemas say."""

from __future__ import annotations

from pathlib import Path

from cai_assets.analysis.architecture.structure import THRESHOLDS
from cai_assets.analysis.changes.schema import BREAKING

_DOCS = Path(__file__).parents[2] / "docs"


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
