"""Every rule over tables finds its fault where it is, and nothing where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.model import Scope
from cai_assets_tests.rules.metadata import cases_of_code, cases_of_handlers, cases_of_metadata
from cai_assets_tests.rules.metadata.case import Case, findings

_CASES = [*cases_of_handlers.CASES, *cases_of_metadata.CASES, *cases_of_code.CASES]
_KEYS = sorted(
    key
    for key, rule in all_rules().items()
    if rule.scope is Scope.TABLES and rule.check.__module__.startswith("cai_assets.rules.metadata.")
)


def _names(cases: list[Case]) -> list[str]:
    return [case.name for case in cases]


@pytest.mark.parametrize("key", _KEYS)
def test_every_rule_has_a_case(key: str) -> None:
    assert key in {case.key for case in _CASES}


@pytest.mark.parametrize("case", _CASES, ids=_names(_CASES))
def test_the_fault_is_found_where_it_is(case: Case, tmp_path: Path) -> None:
    found = findings(case.wrong, tmp_path, case.key)
    assert [(line, file) for file, line, _ in found] == [
        (line, next((f for f, *_ in found if f.endswith(file)), file))
        for file, line, _ in case.found
    ]
    for (_, _, message), expected in zip(found, case.found, strict=True):
        assert expected.words in message


@pytest.mark.parametrize("case", _CASES, ids=_names(_CASES))
def test_without_the_fault_nothing_is_found(case: Case, tmp_path: Path) -> None:
    assert findings(case.right, tmp_path, case.key) == []
