from __future__ import annotations

import pytest

from cai_assets.onec.errors import UnreadableFile
from cai_assets.onec.facts import SupportEntry
from cai_assets.onec.metadata.support import read_support
from cai_assets.onec.sources import FileKind
from cai_assets_tests.onec.metadata.bodies import source

SOURCE = source(FileKind.SUPPORT, "Configuration.К", "Configuration/ParentConfigurations.bin")


def uuid(number: int) -> str:
    return f"00000000-0000-0000-0000-{number:012}"


def vendor(records: list[tuple[int, int]], name: str = "Поставка", flag: int = 0) -> str:
    """Write one vendor's part; a record is (rule, number of the object)."""
    head = f'{uuid(900)},{flag},{uuid(901)},"1.0","Бета ""А"" и Ко","{name}",{len(records)}'
    return ",".join([head, *(f"{rule},0,{uuid(it)},{uuid(500 + it)}" for rule, it in records)])


def read(*vendors: str, general: int = 0) -> tuple[dict[str, str], list[str]]:
    text = "{6,%d,%d,%s,0,0}" % (general, len(vendors), ",0,0,".join(vendors))  # noqa: UP031
    facts = read_support(SOURCE, b"\xef\xbb\xbf" + text.encode())
    return dict(facts.support), [problem.message for problem in facts.problems]


def test_each_object_has_its_rule() -> None:
    states, problems = read(vendor([(0, 1), (1, 2), (2, 3)]))
    assert states == {uuid(1): "locked", uuid(2): "editable", uuid(3): "off"}
    assert problems == []


def test_a_configuration_closed_as_a_whole_locks_everything() -> None:
    states, _ = read(vendor([(1, 1), (2, 2)]), general=1)
    assert set(states.values()) == {"locked"}


def test_of_several_vendors_the_most_restrictive_rule_counts() -> None:
    states, problems = read(
        vendor([(2, 1), (1, 2), (0, 3), (2, 4)], "А"),
        vendor([(1, 1), (0, 2), (2, 3), (2, 4)], "Б"),
    )
    assert states == {
        uuid(1): "editable",
        uuid(2): "locked",
        uuid(3): "locked",
        uuid(4): "off",
    }
    assert problems == []


def test_a_record_may_lack_the_uuid_at_the_vendor() -> None:
    text = f'{{6,0,1,{uuid(9)},0,{uuid(8)},"1","Ко","Имя",2,0,0,{uuid(1)},1,0,{uuid(2)},{uuid(2)}}}'
    facts = read_support(SOURCE, text.encode())
    assert facts.support == [SupportEntry(uuid(1), "locked"), SupportEntry(uuid(2), "editable")]
    assert not facts.problems


def test_a_configuration_taken_off_support_has_no_entries() -> None:
    facts = read_support(SOURCE, b"{6,0,0,0,0,0}")
    assert facts.support == []
    assert facts.problems == []


def test_missing_records_are_said() -> None:
    text = f'{{6,0,1,{uuid(9)},0,{uuid(8)},"1","Ко","Имя",5,0,0,{uuid(1)},{uuid(1)}}}'
    facts = read_support(SOURCE, text.encode())
    assert len(facts.support) == 1
    assert "Имя: 1 of 5 records" in facts.problems[0].message


def test_missing_vendors_and_unknown_rules_are_said() -> None:
    text = f'{{6,0,2,{uuid(9)},0,{uuid(8)},"1","Ко","Имя",1,7,0,{uuid(1)},{uuid(1)}}}'
    facts = read_support(SOURCE, text.encode())
    messages = " ".join(problem.message for problem in facts.problems)
    assert "1 records have an unknown rule" in messages
    assert "fewer vendors" in messages


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"{6,0", b"{6}", b"{6,0,x}", b"{6,0,{1}}"])
def test_damaged_files_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_support(SOURCE, data)
