"""A baseline: what is known, new and fixed; a file that makes small differences."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

from cai_assets.rules.baseline import (
    BaselineError,
    Known,
    compare,
    load_baseline,
    save_baseline,
)

Row = tuple[str, str, str, str, str]


def _findings(*rows: Row) -> pa.Table:
    names = ["fingerprint", "rule", "object", "routine", "status"]
    return pa.table([pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
                    if rows else [pa.array([], pa.string())] * 5, names=names)  # fmt: skip


ROWS: tuple[Row, ...] = (
    ("f3", "B", "Catalog.Б", "", "open"),
    ("f1", "A", "Catalog.А", "Catalog.А.ObjectModule.П", "open"),
    ("f2", "B", "Catalog.А", "", "suppressed"),
    ("f4", "A", "Catalog.Б", "", "vendor"),
)


def test_only_open_findings_are_kept_sorted_by_object(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "known.json"
    assert save_baseline(_findings(*ROWS), path) == 2
    assert load_baseline(path) == (
        Known("Catalog.А", "A", "Catalog.А.ObjectModule.П", "f1"),
        Known("Catalog.Б", "B", "", "f3"),
    )
    assert [entry.name for entry in path.parent.iterdir()] == ["known.json"]


def test_one_finding_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    save_baseline(_findings(*ROWS), path)
    before = path.read_text(encoding="utf-8").splitlines()
    save_baseline(_findings(*ROWS, ("f5", "A", "Catalog.А", "", "open")), path)
    after = path.read_text(encoding="utf-8").splitlines()
    assert len(after) == len(before) + 1
    assert [line for line in after if line not in before] == [
        '{"object": "Catalog.А", "rule": "A", "routine": "", "fingerprint": "f5"},'
    ]
    json.loads(path.read_text(encoding="utf-8"))


def test_the_order_of_findings_does_not_matter(tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    save_baseline(_findings(*ROWS), one)
    save_baseline(_findings(*reversed(ROWS)), two)
    assert one.read_bytes() == two.read_bytes()


def test_an_empty_baseline_is_one(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    assert save_baseline(_findings(), path) == 0
    assert load_baseline(path) == ()


def test_findings_are_new_known_or_fixed() -> None:
    baseline = (
        Known("Catalog.Б", "B", "", "f3"),
        Known("Catalog.В", "B", "", "gone"),
        Known("Catalog.А", "B", "", "f2"),
        Known("Catalog.Г", "Off", "", "not looked for"),
    )
    comparison = compare(_findings(*ROWS), baseline, {"A", "B"})
    assert comparison.new == {"f1"}
    assert comparison.known == {"f3"}
    # One is gone, one is suppressed now; of what a rule that did not run finds nothing is known.
    assert [known.fingerprint for known in comparison.fixed] == ["f2", "gone"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"cai_baseline": 2, "findings": []}',
        '{"cai_baseline": 1}',
        '{"cai_baseline": 1, "findings": [{"object": "x"}]}',
        '{"cai_baseline": 1, "findings": ["x"]}',
    ],
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "known.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BaselineError):
        load_baseline(path)
