"""Comments that switch findings off."""

from __future__ import annotations

import pytest

from cai_assets.onec.bsl.analyse import analyse


def suppressed(text: str) -> list[tuple[str, int, int]]:
    return [tuple(item) for item in analyse(text).suppressions]  # type: ignore[misc]


@pytest.mark.parametrize(("off", "on"), [("off", "on"), ("выкл", "вкл"), ("OFF", "Вкл")])
def test_from_off_to_on(off: str, on: str) -> None:
    assert suppressed(f"// BSLLS-{off}\nА();\n// bslls-{on}\nБ();") == [("*", 1, 3)]
    assert suppressed(f"А();\n// BSLLS:Ключ-{off} зачем\nБ();\n// BSLLS:Ключ-{on}") == [
        ("Ключ", 2, 4)
    ]


def test_they_nest() -> None:
    text = "// BSLLS-off\n// BSLLS:A-off\n// BSLLS-off\n// BSLLS-on\n// BSLLS:A-on\n// BSLLS-on"
    assert suppressed(text) == [("*", 1, 6), ("A", 2, 5), ("*", 3, 4)]


def test_behind_code_it_speaks_of_its_line() -> None:
    assert suppressed("А(); // BSLLS:A-off\nБ();\n// BSLLS:A-on") == [("A", 1, 1)]


def test_never_switched_on_it_runs_to_the_end() -> None:
    assert suppressed("А();\n// BSLLS-off\nБ();\nВ();\n") == [("*", 2, 4)]
    assert suppressed("// BSLLS-off\n// а\n") == [("*", 1, 2)]


def test_on_without_off_says_nothing() -> None:
    assert suppressed("// BSLLS-on\nА();") == []


def test_a_key_is_the_same_in_any_case() -> None:
    assert suppressed("// BSLLS:Key-off\n// BSLLS:key-on") == [("Key", 1, 2)]


@pytest.mark.parametrize("name", ["ИзменениеИКонтроль", "изменениеиконтроль", "ChangeAndValidate"])
def test_vendor_code_of_an_extension_is_not_reported(name: str) -> None:
    text = (
        f'&{name}("А")\nПроцедура Р_А()\n Б();\n#Вставка\n В();\n#КонецВставки\n Г();\n'
        "КонецПроцедуры\nПроцедура Д()\nКонецПроцедуры"
    )
    assert suppressed(text) == [("*", 2, 4), ("*", 6, 8)]
