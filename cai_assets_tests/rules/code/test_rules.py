"""Each rule about code finds what its fixture marks, and nothing else in it.

A fixture is `fixtures/Key.ru.bsl` or `Key.en.bsl`. A line that ends with `// !` is where a finding
begins, with `// !!` two; the marks are taken away before the rule looks.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.engine import check_text
from cai_assets.rules.model import Rule
from cai_assets.rules.module import ModuleContext

FIXTURES = Path(__file__).parent / "fixtures"
CODE = {key: rule for key, rule in all_rules().items() if ".rules.code." in rule.check.__module__}

ONE_LANGUAGE = {
    "AllFunctionPathMustHaveReturn",
    "CognitiveComplexity",
    "CyclomaticComplexity",
    "IdenticalExpressions",
    "IfElseDuplicatedCondition",
    "MethodSize",
    "NestedStatements",
    "NumberOfOptionalParams",
    "NumberOfParams",
    "OrderOfParams",
}
"""Rules that compare no names: the parser alone knows the language."""

OBJECT = ModuleContext(kind="ObjectModule", object="Catalog.Товары")
FORM = ModuleContext(kind="FormModule", object="Catalog.Товары")
COMMON = ModuleContext(kind="CommonModule", properties=(("Server", "true"),))
CONTEXTS = {
    "CommonModuleMissingAPI": COMMON,
    "CompilationDirectiveLost": FORM,
    "DataExchangeLoading": OBJECT,
    "ExecuteExternalCode": FORM,
    "ExecuteExternalCodeInCommonModule": COMMON,
    "ServerSideExportFormMethod": FORM,
    "UnsafeFindByCode": ModuleContext(codes_not_unique=("catalogs.товары", "справочники.товары")),
}


def _marked(path: Path) -> tuple[str, Counter[int]]:
    """The text without marks, and how many findings begin on each line."""
    lines: list[str] = []
    expected: Counter[int] = Counter()
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        code, mark, rest = line.rpartition(" // !")
        if mark and rest in {"", "!"}:
            expected[number] = 1 + len(rest)
            lines.append(code)
        else:
            lines.append(line)
    return "\n".join(lines), expected


def _lines(text: str, key: str, context: ModuleContext | None = None, **options: Any) -> list[int]:
    context = context or CONTEXTS.get(key, ModuleContext())
    return [raw.line for raw in check_text(text, [key], context, options={key: options})]


@pytest.mark.parametrize("path", sorted(FIXTURES.iterdir()), ids=lambda path: path.stem)
def test_finds_what_is_marked_and_nothing_else(path: Path) -> None:
    text, expected = _marked(path)
    assert expected
    assert Counter(_lines(text, path.name.partition(".")[0])) == expected


@pytest.mark.parametrize("rule", CODE.values(), ids=CODE.keys())
def test_every_rule_has_a_fixture_in_each_language_it_knows(rule: Rule) -> None:
    languages = {"ru"} if rule.key in ONE_LANGUAGE else {"ru", "en"}
    assert languages <= {path.name.split(".")[1] for path in FIXTURES.glob(f"{rule.key}.*.bsl")}


def test_every_fixture_belongs_to_a_rule() -> None:
    assert {path.name.partition(".")[0] for path in FIXTURES.iterdir()} <= set(CODE)


@pytest.mark.parametrize("rule", CODE.values(), ids=CODE.keys())
def test_texts_are_there_in_both_languages(rule: Rule) -> None:
    for text in (rule.title, rule.description, rule.message, *(p.meaning for p in rule.parameters)):
        assert text.ru
        assert text.en
        assert text.ru != text.en
        assert any("а" <= letter.lower() <= "я" for letter in text.ru)


@pytest.mark.parametrize("path", sorted(FIXTURES.iterdir()), ids=lambda path: path.stem)
def test_messages_have_no_placeholders_left(path: Path) -> None:
    text, _ = _marked(path)
    key = path.name.partition(".")[0]
    for raw in check_text(text, [key], CONTEXTS.get(key, ModuleContext())):
        assert "{" not in raw.message.ru + raw.message.en
        assert raw.message.ru != raw.message.en


# --- where a rule does not apply ----------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "context"),
    [
        ("CodeOutOfRegion", ModuleContext(kind="")),
        ("CommonModuleMissingAPI", OBJECT),
        ("CompilationDirectiveLost", ModuleContext(kind="FormModule", ordinary_form=True)),
        ("CompilationDirectiveLost", COMMON),
        ("DataExchangeLoading", FORM),
        ("ExecuteExternalCode", COMMON),
        ("ExecuteExternalCodeInCommonModule", FORM),
        (
            "ExecuteExternalCodeInCommonModule",
            ModuleContext(properties=(("ClientManagedApplication", "true"), ("Server", "false"))),
        ),
        ("NonStandardRegion", ModuleContext(kind="")),
        ("ServerSideExportFormMethod", ModuleContext(kind="FormModule", ordinary_form=True)),
        ("ServerSideExportFormMethod", COMMON),
        ("UnsafeFindByCode", ModuleContext()),
        ("UsingModalWindows", ModuleContext(modal_windows="Use")),
        ("UsingSynchronousCalls", ModuleContext(synchronous_calls="Use")),
        ("UsingSynchronousCalls", ModuleContext(client=False)),
        ("UsingSynchronousCalls", OBJECT),
        ("UsingSynchronousCalls", FORM),
    ],
)
def test_stays_silent_where_it_does_not_apply(key: str, context: ModuleContext) -> None:
    text, _ = _marked(FIXTURES / f"{key}.ru.bsl")
    assert _lines(text, key, context) == []


@pytest.mark.parametrize(
    ("kind", "regions"),
    [
        ("FormModule", ["ОбработчикиСобытийЭлементовТаблицыФормыТовары", "FormEventHandlers"]),
        ("ObjectModule", ["ОписаниеПеременных", "Инициализация"]),
        ("HTTPServiceModule", ["ОбработчикиСобытий"]),
        ("WebServiceModule", ["EventHandlers", "СлужебныеПроцедурыИФункции"]),
    ],
)
def test_regions_of_a_kind_of_module_are_standard(kind: str, regions: list[str]) -> None:
    text = "\n".join(f"#Область {region}\n#КонецОбласти" for region in regions)
    assert _lines(text, "NonStandardRegion", ModuleContext(kind=kind)) == []
    other = f"{text}\n#Область Разное\n#КонецОбласти"
    assert _lines(other, "NonStandardRegion", ModuleContext(kind=kind)) == [2 * len(regions) + 1]


def test_older_constructors_have_their_timeout_one_place_before() -> None:
    text = "А = Новый HTTPСоединение(Сервер, , , , 30);"
    key = "TimeoutsInExternalResources"
    assert _lines(text, key) == [1]
    assert _lines(text, key, ModuleContext(compatibility=(8, 3, 6))) == []
    assert _lines(text, key, ModuleContext(compatibility=(8, 3, 10))) == [1]


def test_the_place_is_that_of_the_tokens() -> None:
    (raw,) = check_text("А = 1;\nБ = ТекущаяДата();\n", ["DeprecatedCurrentDate"])
    assert tuple(raw.place) == (2, 5, 2, 16)
    region = "#Область Разное // всякое\n#КонецОбласти"
    (raw,) = check_text(region, ["NonStandardRegion"], COMMON)
    assert tuple(raw.place) == (1, 2, 1, 16)


def test_a_syntax_error_is_told_in_both_languages() -> None:
    (raw,) = check_text("Процедура А()\n\tБ = {1};\nКонецПроцедуры", ["ParseError"])
    assert raw.message.ru == "Ошибка разбора: ожидается выражение, а стоит '{'"
    assert raw.message.en == "Parse error: expected an expression, found '{'"


# --- parameters ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "options", "lines"),
    [
        ("AllFunctionPathMustHaveReturn", {"ignoreMissingElseOnExit": True}, [9, 17, 24, 32]),
        ("CodeOutOfRegion", {"checkUnknownModuleType": True}, [1, 10, 13]),
        ("CognitiveComplexity", {"complexityThreshold": 0}, [1, 17]),
        ("DataExchangeLoading", {"findFirst": True}, [8, 14]),
        ("IdenticalExpressions", {"popularDivisors": "1024"}, [2, 3, 5, 8, 11, 12]),
        ("MissingCodeTryCatchEx", {"commentAsCode": True}, []),
        ("MissingParameterDescription", {"checkOnlyExport": True}, [2, 11, 12]),
        ("MissingReturnedValueDescription", {"checkOnlyExport": True}, []),
        (
            "MissingTemporaryFileDeletion",
            {"searchDeleteFileMethod": "Отправить|Записать"},
            [5, 7, 9],
        ),
        ("NestedStatements", {"maxAllowedLevel": 5}, []),
        ("NumberOfParams", {"maxParamsCount": 6}, [1, 4]),
        ("PublicMethodsDescription", {"checkAllRegion": True}, [3, 14]),
        (
            "TimeoutsInExternalResources",
            {"analyzeInternetMailProfileZeroTimeout": False},
            [2],
        ),
        ("UsingHardcodeSecretInformation", {"searchWords": "Логин"}, [8, 9, 10]),
    ],
)  # fmt: skip
def test_a_parameter_changes_what_is_found(
    key: str, options: dict[str, Any], lines: list[int]
) -> None:
    text, _ = _marked(FIXTURES / f"{key}.ru.bsl")
    assert _lines(text, key, **options) == lines


def test_modal_windows_may_be_told_though_they_are_allowed() -> None:
    text, expected = _marked(FIXTURES / "UsingModalWindows.ru.bsl")
    allowed = ModuleContext(modal_windows="Use")
    assert _lines(text, "UsingModalWindows", allowed, forceModalityMode=True) == sorted(expected)


def test_annotated_routines_of_an_extension_may_be_passed_over() -> None:
    text = (
        '#Область ПрограммныйИнтерфейс\n&После("А")\nПроцедура Б()\nКонецПроцедуры\n#КонецОбласти'
    )
    key = "NonExportMethodsInApiRegion"
    assert _lines(text, key) == [3]
    assert _lines(text, key, skipAnnotatedMethods=True) == []


def test_rules_survive_broken_code() -> None:
    for path in FIXTURES.iterdir():
        text, _ = _marked(path)
        for end in range(0, len(text), max(len(text) // 6, 1)):
            check_text(text[:end], CODE, FORM)
            check_text(text[end:], CODE, COMMON)
