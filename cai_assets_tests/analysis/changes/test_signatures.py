"""Which changes of a signature break the calls of a routine."""

from __future__ import annotations

import pytest

from cai_assets.analysis.changes.schema import BREAKING
from cai_assets.analysis.changes.signatures import Parameter, Signature, breaking_reasons


def _signature(text: str, **more: object) -> Signature:
    """`А, Знач Б, В = 1` as a signature of an exported function."""
    parameters = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, default = part.partition(" = ")
        by_value = name.startswith("Знач ")
        parameters.append(Parameter(name.removeprefix("Знач "), by_value, default or None))
    stated: dict[str, object] = {"function": True, "export": True, **more}
    return Signature("Р", tuple(parameters), **stated)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        ("А, Б", "А, Б", []),
        ("А, Б", "а, б", []),
        # Arguments go by position: another name breaks nothing.
        ("А, Б", "А, Имя", []),
        ("А, Б", "Имя, Б = 1", []),
        ("А", "А, Б = 1", []),
        ("А", "А, Б = 1, В = 2", []),
        ("А = 1", "А = 2", []),
        ("А", "А = 1", []),
        ("А", "А, Б", ["required_parameter_added"]),
        ("А = 1", "А = 1, Б", ["required_parameter_added"]),
        ("А, Б", "А", ["parameter_removed"]),
        ("А, Б", "Б", ["parameter_removed"]),
        ("А", "", ["parameter_removed"]),
        ("А, Б", "Б, А", ["order_changed"]),
        ("А, В", "А, Б = 1, В", ["order_changed"]),
        ("А, В", "А, Б, В", ["required_parameter_added", "order_changed"]),
        ("А, Б = 1", "А, Б", ["optional_made_required"]),
        ("А, Б = 1", "А, Имя", ["optional_made_required"]),
        ("А", "Знач А", ["passing_changed"]),
        ("Знач А", "А", ["passing_changed"]),
        ("А, Б, В", "В, Г", ["parameter_removed", "order_changed"]),
    ],
)
def test_parameters(old: str, new: str, reasons: list[str]) -> None:
    assert breaking_reasons(_signature(old), _signature(new)) == reasons


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        ({}, {"export": False}, ["no_longer_exported"]),
        ({"export": False}, {"export": True}, []),
        ({}, {"function": False}, ["became_procedure"]),
        ({"function": False}, {"function": True}, []),
        ({}, {"asynchronous": True}, ["became_asynchronous"]),
        ({"directive": "AtServer"}, {"directive": "AtClient"}, ["context_changed"]),
        ({"directive": "AtServer"}, {"directive": "AtClientAtServerNoContext"}, []),
    ],
)
def test_the_rest_of_the_signature(
    old: dict[str, object], new: dict[str, object], reasons: list[str]
) -> None:
    assert breaking_reasons(_signature("А", **old), _signature("А", **new)) == reasons


def test_every_reason_has_a_text_in_both_languages() -> None:
    reasons = breaking_reasons(
        _signature("А, Б, В = 1, Г", directive="AtClient"),
        _signature("Знач Г, А, В, Д, Е", export=False, function=False, asynchronous=True),
    )
    assert len(reasons) == 9
    for reason in reasons:
        russian, english = BREAKING[reason]
        assert russian
        assert english.isascii()


def test_a_signature_is_written_as_in_code() -> None:
    signature = _signature("А, Знач Б, В = 1", directive="AtServer")
    assert str(signature) == "&AtServer Функция Р(А, Знач Б, В = 1) Экспорт"
    assert str(Signature("П", asynchronous=True)) == "Асинх Процедура П()"
