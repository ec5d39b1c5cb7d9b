"""The commands on the sample configuration, as a user calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cai_assets_tests.cli.conftest import Cai
from cai_assets_tests.examples.faults import faults

_TRADE = Path(__file__).parents[2] / "examples" / "trade"


@pytest.mark.parametrize("layout", ["edt", "designer"])
def test_check_names_every_fault_and_fails(cai: Cai, layout: str) -> None:
    said = cai("check", _TRADE / layout, "--format", "json", "--out", "found.json")
    assert (said.code, said.err) == (1, "")
    found = json.loads(Path("found.json").read_text(encoding="utf-8"))["findings"]
    open_ = {(row["rule"], row["object"]) for row in found if row["status"] == "open"}
    assert {(fault.key, fault.object) for fault in faults()} - open_ == set()
    places = [(_TRADE / layout / row["file"], row["line"]) for row in found]
    assert [path for path, _ in places if not path.is_file()] == []
    assert min(line for _, line in places) >= 1


def test_a_baseline_of_the_faults_makes_it_pass(cai: Cai) -> None:
    path = _TRADE / "edt"
    assert cai("check", path, "--write-baseline", "known.json").code == 0
    said = cai("check", path, "--baseline", "known.json")
    assert said.code == 0
    assert said.out.startswith("new: 0, known from the baseline: ")


def test_impact_of_an_object_names_what_uses_it_with_file_and_line(cai: Cai) -> None:
    assert cai("build", _TRADE / "edt").code == 0
    name = "ТорговаяКомпания"
    said = cai("--lang", "ru", "impact", name, "Справочник.ВидыЦен", "--format", "json")
    assert (said.code, said.err) == (0, "")
    reached = json.loads(said.out)["reached"]
    assert len(reached) > 5
    for item in reached:
        step = item["path"][-1]
        text = (_TRADE / "edt" / step["file"]).read_text(encoding="utf-8-sig")
        assert 1 <= step["line"] <= len(text.splitlines()), step
    register = next(x for x in reached if x["id"] == "InformationRegister.ЦеныНоменклатуры")
    assert register["steps"] == 1
    assert register["path"][0]["kind"] == "type"
    lines = cai("--lang", "ru", "impact", name, "Справочник.ВидыЦен", "--full").out.splitlines()
    below = lines[lines.index("  1  InformationRegister.ЦеныНоменклатуры") + 1]
    assert below.strip().startswith("тип")
    assert ".mdo:" in below
