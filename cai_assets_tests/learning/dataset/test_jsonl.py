"""Lines of JSONL: what tools read, and what the check finds wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cai_assets.learning.dataset import jsonl
from cai_assets.learning.dataset.jsonl import line_fault, load_check, write
from cai_assets_tests.learning.dataset.making import tasks

ROWS = (
    {"prompt": "Напиши\nв две строки", "completion": 'Процедура "П"', "split": "test"},
    {"task": "completion", "suffix": "", "prompt": "а", "completion": "б\u2028в"},
    {"prompt": "ещё", "completion": "код"},
)


def test_a_file_per_task_and_split_holds_an_object_per_line(tmp_path: Path) -> None:
    written = write(tasks(*ROWS), tmp_path / "new")
    lines = {one.path.name: one.lines for one in written}
    assert len(lines) == 12
    assert {name: count for name, count in lines.items() if count} == {
        "instruction.train.jsonl": 1, "instruction.test.jsonl": 1, "completion.train.jsonl": 1,
    }  # fmt: skip
    assert {path.name for path in (tmp_path / "new").iterdir()} == set(lines)
    (line,) = (tmp_path / "new" / "instruction.test.jsonl").read_text("utf-8").splitlines()
    found = json.loads(line)
    assert [one["role"] for one in found["messages"]] == ["system", "user", "assistant"]
    assert found["messages"][1]["content"] == "Напиши\nв две строки"
    assert found["metadata"]["split"] == "test"


def test_what_an_earlier_dataset_had_does_not_stay_behind(tmp_path: Path) -> None:
    write(tasks(*ROWS), tmp_path)
    write(tasks().slice(0, 0), tmp_path)
    assert load_check(tmp_path) == (dict.fromkeys((p.name for p in tmp_path.iterdir()), 0), [])


def test_a_writing_that_breaks_off_leaves_the_files_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tasks(*ROWS), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr(jsonl, "record", lambda row: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write(tasks(*ROWS), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_completion_has_prompt_suffix_and_completion(tmp_path: Path) -> None:
    write(tasks(*ROWS), tmp_path)
    found = json.loads((tmp_path / "completion.train.jsonl").read_text("utf-8"))
    assert (found["prompt"], found["suffix"], found["completion"]) == ("а", "", "б\u2028в")


def test_what_was_written_loads(tmp_path: Path) -> None:
    write(tasks(*ROWS), tmp_path)
    counts, faults = load_check(tmp_path)
    assert sum(counts.values()) == 3
    assert faults == []


def test_the_check_names_the_file_and_the_line(tmp_path: Path) -> None:
    write(tasks(*ROWS), tmp_path)
    with (tmp_path / "instruction.test.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"messages": []}\n{broken\n')
    (tmp_path / "other.jsonl").write_bytes(b"\xff\xfe\n")
    _, faults = load_check(tmp_path)
    assert [fault.split(":")[:2] for fault in faults[:2]] == [
        ["instruction.test.jsonl", "2"], ["instruction.test.jsonl", "3"],
    ]  # fmt: skip
    assert faults[2].startswith("other.jsonl: not UTF-8")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "{}",
        '{"messages": 1}',
        '{"messages": ["a"]}',
        '{"messages": [{"role": "user", "content": "x"}]}',
        '{"messages": [{"role": "system", "content": "x"}, {"role": "user", "content": " "},'
        ' {"role": "assistant", "content": "x"}]}',
        '{"prompt": "a", "completion": "b"}',
        '{"prompt": "", "completion": "b", "suffix": ""}',
    ],
)
def test_lines_that_no_tool_could_use_are_faults(line: str) -> None:
    assert line_fault(line)


def test_files_of_an_earlier_run_are_replaced(tmp_path: Path) -> None:
    write(tasks(*ROWS), tmp_path)
    write(tasks(ROWS[0] | {"split": "train"}), tmp_path)
    assert (tmp_path / "instruction.test.jsonl").read_text("utf-8") == ""


def test_no_examples_make_empty_files(tmp_path: Path) -> None:
    assert {one.lines for one in write(tasks(), tmp_path)} == {0}
