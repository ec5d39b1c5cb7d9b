"""Real code that the 1C compiler accepts: no error, no routine lost."""

from __future__ import annotations

import re

import pytest

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.analyse import analyse
from cai_assets.onec.bsl.lexer import tokenize
from cai_assets_tests.onec.bsl.real import modules

HEADER = re.compile(
    r"^[ \t]*(?:(?:асинх|async)\s+)?(?:процедура|функция|procedure|function)[ \t]+\w+[ \t]*\(",
    re.IGNORECASE | re.MULTILINE,
)


@pytest.mark.parametrize("name", ["IRP", "yaxunit", "dt-demo-configuration", "FoxyLink"])
def test_every_header_is_a_routine_and_nothing_is_an_error(name: str) -> None:
    for path, text in modules(name):
        facts = analyse(text)
        assert facts.errors == [], path
        code = "\n".join(
            line for line in text.split("\n") if not line.lstrip().startswith(("//", "|"))
        )
        assert len(facts.routines) == len(HEADER.findall(code)), path


def test_the_library_has_its_35693_routines() -> None:
    routines = 0
    for path, text in modules("ssl_3_1_edt"):
        facts = analyse(text)
        assert facts.errors == [], path
        routines += len(facts.routines)
    assert routines == 35_693


@pytest.mark.parametrize("name", ["dt-demo-configuration", "FoxyLink"])
def test_lines_of_code_agree_with_the_tokens(name: str) -> None:
    for path, text in modules(name):
        tokens = tokenize(text)
        by_token = {
            tokens.place(offset)[0]
            for kind, offset in zip(tokens.all.kinds, tokens.all.offsets, strict=True)
            if kind != k.COMMENT
        }
        assert sorted(by_token) == tokens.code_lines(), path
