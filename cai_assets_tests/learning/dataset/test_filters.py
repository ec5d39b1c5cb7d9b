"""What is left out, and why."""

from __future__ import annotations

import numpy as np
import pytest

from cai_assets.learning.dataset.filters import Filters, dropped

NO = np.zeros(1, dtype=bool)
YES = np.ones(1, dtype=bool)


def _reason(filters: Filters, **changes: object) -> str:
    facts: dict[str, object] = {
        "empty": NO, "errors": NO, "support": [None], "licenses": [""], "generated": NO,
    }  # fmt: skip
    return dropped(filters, **(facts | changes))[0]  # type: ignore[arg-type]


def test_what_a_team_wrote_itself_is_kept() -> None:
    assert _reason(Filters()) == ""
    assert _reason(Filters(), support=["editable"]) == ""
    assert _reason(Filters(), licenses=["proprietary"]) == ""


@pytest.mark.parametrize(
    ("change", "reason", "allowing"),
    [
        ({"errors": YES}, "errors", Filters(errors=True)),
        ({"support": ["locked"]}, "vendor", Filters(vendor=True)),
        ({"generated": YES}, "generated", Filters(generated=True)),
    ],
)
def test_settings_keep_what_is_dropped_otherwise(
    change: dict[str, object], reason: str, allowing: Filters
) -> None:
    assert _reason(Filters(), **change) == reason
    assert _reason(allowing, **change) == ""


def test_only_licences_of_the_list_are_kept() -> None:
    some = Filters(licenses=("MIT", ""))
    assert [_reason(some, licenses=[one]) for one in ("MIT", "", "GPL-3.0", None)] == [
        "", "", "license", "",
    ]  # fmt: skip


def test_the_first_reason_is_told() -> None:
    assert _reason(Filters(), empty=YES, errors=YES, support=["locked"]) == "empty"
    assert _reason(Filters(errors=True), errors=YES, support=["locked"]) == "vendor"
