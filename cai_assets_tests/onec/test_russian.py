"""Every sentence that a reader can say has Russian words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import cai_assets.onec
from cai_assets.knowledge import worker
from cai_assets.onec.bsl.kinds import _DESCRIPTIONS
from cai_assets.onec.bsl.parser import parse
from cai_assets.onec.paths import _MODULE_OF_OWNER
from cai_assets.onec.readers import _WHY_NOT
from cai_assets.onec.russian import MODULE_KINDS, in_russian

_SPEAKERS = frozenset(
    {"Failure", "NotSupported", "Problem", "UnreadableFile"}
    | {"_damaged", "_error", "_problem", "add_ledger_row", "append", "fail", "report"}
)
_GAP = "Пропуск"


def sentences() -> Iterator[str]:
    """Texts that are told as they stand in the code, a word in each gap."""
    package = Path(cai_assets.onec.__file__).parent
    # Why there is no project at all is told by the command line and by `intake`.
    readers = [path for path in package.rglob("*.py") if path.name != "projects.py"]
    for path in [*readers, Path(worker.__file__)]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
                name = node.func.id if isinstance(node.func, ast.Name) else name
                spoken = node.args if name in _SPEAKERS else []
            elif isinstance(node, ast.Assign):
                target = node.targets[0]
                told = isinstance(target, ast.Name) and target.id in ("message", "reason")
                spoken = [node.value] if told else []
            else:
                continue
            yield from filter(None, map(as_told, spoken))
            tuples = (part for part in spoken if isinstance(part, ast.Tuple))
            yield from filter(None, (as_told(part.elts[-1]) for part in tuples))


def as_told(node: ast.expr) -> str:
    """The text of a literal with spaces in it; empty for anything else."""
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else _GAP for part in node.values)
        text = "".join(map(str, parts))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    else:
        return ""
    return text if " " in text.strip() and re.search("[a-z]{2}", text) else ""


@pytest.mark.parametrize("sentence", sorted({*sentences(), *_WHY_NOT.values()}))
def test_every_sentence_of_a_reader_has_russian_words(sentence: str) -> None:
    told = in_russian(sentence)
    assert told != sentence
    assert re.search("[а-я]", told)


def test_the_search_for_sentences_finds_them() -> None:
    assert len(set(sentences())) > 60


@pytest.mark.parametrize(
    ("english", "russian"),
    [
        ("expected ',' or ')', found ';'", "ожидается ',' или ')', а стоит ';'"),
        (
            "expected 'КонецЕсли' (EndIf), found the end of the module (and 2 more)",
            "ожидается 'КонецЕсли', а стоит конец модуля (и ещё 2)",
        ),
        ("#Если (#If) without #КонецЕсли (#EndIf)", "#Если без #КонецЕсли"),
        ("words nobody knows", "words nobody knows"),
    ],
)
def test_what_was_found_is_told_in_russian(english: str, russian: str) -> None:
    assert in_russian(english) == russian


def test_names_of_tokens_have_russian_words() -> None:
    assert [text for text in _DESCRIPTIONS.values() if re.search("^an? ", in_russian(text))] == []


def test_errors_of_real_modules_are_told_in_russian() -> None:
    code = "Процедура А(\n Если Б Тогда\n В = ;\n#Если Сервер\nПеренос = Новый;\nГ(1\n"
    errors = [error.message for error in parse(code).errors]
    assert len(errors) > 2
    assert [
        text for text in errors if not re.search("ожидается|лишнее|без", in_russian(text))
    ] == []


def test_kinds_of_modules_have_russian_names() -> None:
    assert set(_MODULE_OF_OWNER.values()) <= set(MODULE_KINDS)
