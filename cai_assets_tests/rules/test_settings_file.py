"""Settings of a team: what they mean, and what is said of what they get wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from cai_assets.cli.check import command as check_command
from cai_assets.cli.reports import pair_reports
from cai_assets.messages import Messages
from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.config import ConfigError, Globs, RuleConfig
from cai_assets.rules.model import Parameter, Rule, Severity, Text
from cai_assets.rules.settings_file import load_config
from cai_assets_tests.rules.making import make_rule

_MEANING = Text("", "")
RULES: dict[str, Rule] = {
    rule.key: rule
    for rule in (
        make_rule("UnionAll", lambda *_: ()),
        make_rule(
            "CyclomaticComplexity", lambda *_: (),
            parameters=(
                Parameter("complexityThreshold", 20, _MEANING),
                Parameter("checkModuleBody", True, _MEANING),
                Parameter("words", "а,б", _MEANING),
            ),
        ),
        make_rule("Quiet", lambda *_: (), enabled=False),
    )
}  # fmt: skip


def _load(folder: Path, text: str = "", name: str = "cai.toml") -> RuleConfig:
    if text:
        (folder / name).write_text(text, encoding="utf-8")
    return load_config(folder, RULES)[0]


def _keys(config: RuleConfig) -> list[str]:
    return [rule.key for rule in config.chosen(RULES)]


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    config = _load(tmp_path)
    assert config == RuleConfig()
    assert _keys(config) == ["UnionAll", "CyclomaticComplexity"]


def test_every_setting_of_the_file_is_read(tmp_path: Path) -> None:
    config = _load(
        tmp_path,
        """
        language = "ru"
        vendor = true
        fail-on = "major"
        baseline = "known.json"

        [exclude]
        paths = ["*/Тесты/*"]
        objects = ["CommonModule.Удалить*"]

        [rules]
        UnionAll = false
        Quiet = "blocker"
        CyclomaticComplexity = { complexityThreshold = 25, words = "в", severity = "minor" }
        """,
    )
    assert (config.language, config.vendor, config.fail_on) == ("ru", True, Severity.MAJOR)
    assert config.baseline == "known.json"
    assert config.exclude_paths == ("*/Тесты/*",)
    assert config.exclude_objects == ("CommonModule.Удалить*",)
    assert _keys(config) == ["CyclomaticComplexity"]
    rule = RULES["CyclomaticComplexity"]
    assert config.severity(rule) is Severity.MINOR
    assert rule.options(config.options[rule.key]) == {
        "complexityThreshold": 25,
        "checkModuleBody": True,
        "words": "в",
    }
    assert config.severity(RULES["Quiet"]) is Severity.BLOCKER


def test_a_rule_that_is_off_is_switched_on_by_name_or_by_parameters(tmp_path: Path) -> None:
    assert "Quiet" in _keys(_load(tmp_path, "rules.Quiet = true"))
    assert "Quiet" in _keys(_load(tmp_path, "rules.Quiet = { enabled = true }"))
    assert "Quiet" not in _keys(_load(tmp_path, 'rules.Quiet = { severity = "info" }'))


def test_keys_may_be_written_in_any_letter_case(tmp_path: Path) -> None:
    assert "UnionAll" not in _keys(_load(tmp_path, "rules.unionall = false"))


@pytest.mark.parametrize(
    ("text", "russian", "english"),
    [
        (
            "langage = 'ru'",
            "нет такого имени: langage; может быть, language?",
            "there is no langage; did you mean language?",
        ),
        (
            "rules.UnionAl = false",
            "нет такого имени: rules.UnionAl; может быть, UnionAll?",
            "there is no rules.UnionAl; did you mean UnionAll?",
        ),
        ("rules.Zzz = false", "нет такого имени: rules.Zzz", "there is no rules.Zzz"),
        (
            "rules.UnionAll = 5",
            "rules.UnionAll: ожидается true, false, важность или таблица параметров",
            "rules.UnionAll: expected true, false, a severity or a table of parameters",
        ),
        (
            "rules.UnionAll = 'bad'",
            "rules.UnionAll.severity: ожидается одно из: blocker, critical, major, minor, info",
            "rules.UnionAll.severity: expected one of: blocker, critical, major, minor, info",
        ),
        (
            "rules.CyclomaticComplexity.complexityTreshold = 5",
            "нет такого имени: rules.CyclomaticComplexity.complexityTreshold; "
            "может быть, complexityThreshold?",
            "there is no rules.CyclomaticComplexity.complexityTreshold; "
            "did you mean complexityThreshold?",
        ),
        (
            "rules.CyclomaticComplexity.complexityThreshold = true",
            "rules.CyclomaticComplexity.complexityThreshold: ожидается целое число",
            "rules.CyclomaticComplexity.complexityThreshold: expected a whole number",
        ),
        (
            "rules.CyclomaticComplexity.checkModuleBody = 1",
            "rules.CyclomaticComplexity.checkModuleBody: ожидается true или false",
            "rules.CyclomaticComplexity.checkModuleBody: expected true or false",
        ),
        (
            "exclude.paths = 'x'",
            "exclude.paths: ожидается список строк",
            "exclude.paths: expected a list of texts",
        ),
        (
            "exclude.objects = [1]",
            "exclude.objects: ожидается список строк",
            "exclude.objects: expected a list of texts",
        ),
        ("exclude = []", "exclude: ожидается таблица", "exclude: expected a table"),
        (
            "fail-on = 'worst'",
            "fail-on: ожидается одно из: blocker, critical, major, minor, info",
            "fail-on: expected one of: blocker, critical, major, minor, info",
        ),
        ("vendor = 'yes'", "vendor: ожидается true или false", "vendor: expected true or false"),
    ],
)
def test_what_is_wrong_is_said_with_its_name(
    tmp_path: Path, text: str, russian: str, english: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, text)
    assert caught.value.text("ru") == f"cai.toml: {russian}"
    assert caught.value.text("en") == f"cai.toml: {english}"


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, "vendor = 1\nlangage = 'ru'\nrules.Nope = true")
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("name", "text"),
    [("cai.toml", "rules = ["), (".bsl-language-server.json", "{"), ("cai.toml", "a = '\udcff'")],
)
def test_a_file_that_cannot_be_read_as_what_it_is(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError, match=name):
        _load(tmp_path)


def test_pyproject_counts_if_it_has_the_table(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert _load(tmp_path) == RuleConfig()
    (tmp_path / "pyproject.toml").write_text("[tool.cai.rules]\nUnionAll = false\n")
    assert "UnionAll" not in _keys(_load(tmp_path))
    with pytest.raises(ConfigError, match=r"pyproject\.toml"):
        _load(tmp_path, "[tool.cai]\nvendro = true\n", "pyproject.toml")


def test_a_file_given_by_name_goes_before_what_lies_there(tmp_path: Path) -> None:
    _load(tmp_path, "rules.UnionAll = false")
    other = tmp_path / "elsewhere" / "strict.toml"
    other.parent.mkdir()
    other.write_text("rules.Quiet = true")
    config, home = load_config(tmp_path, RULES, file=other)
    assert _keys(config) == ["UnionAll", "CyclomaticComplexity", "Quiet"]
    assert home == other.parent
    with pytest.raises(OSError, match="absent"):
        load_config(tmp_path, RULES, file=tmp_path / "absent.toml")


def test_folders_above_are_asked_up_to_the_repository(tmp_path: Path) -> None:
    _load(tmp_path, "rules.Quiet = true")
    repository = tmp_path / "repository"
    source = repository / "src" / "cf"
    source.mkdir(parents=True)
    assert "Quiet" in _keys(load_config(source, RULES, above=True)[0])
    assert "Quiet" not in _keys(load_config(source, RULES)[0])
    (repository / ".git").mkdir()
    assert "Quiet" not in _keys(load_config(source, RULES, above=True)[0])
    _load(repository, "rules.UnionAll = false")
    config, home = load_config(source, RULES, above=True)
    assert (_keys(config), home) == (["CyclomaticComplexity"], repository)


# --- what teams have already --------------------------------------------------------------


def _foreign(folder: Path, diagnostics: dict[str, Any], **rest: Any) -> RuleConfig:
    text = json.dumps({"diagnostics": diagnostics, **rest})
    return _load(folder, text, ".bsl-language-server.json")


def test_settings_of_bsl_language_server_are_taken_over(tmp_path: Path) -> None:
    parameters = {
        "UnionAll": False,
        "Quiet": True,
        "CyclomaticComplexity": {"complexityThreshold": 30},
    }
    config = _foreign(tmp_path, {"parameters": parameters}, language="en")
    assert _keys(config) == ["CyclomaticComplexity", "Quiet"]
    assert config.options == {"CyclomaticComplexity": {"complexityThreshold": 30}}
    assert (config.language, config.vendor, config.notes) == ("en", False, ())


def test_what_has_no_effect_here_is_noted(tmp_path: Path) -> None:
    parameters = {"LineLength": {"maxLineLength": 90}, "CyclomaticComplexity": {"words": 1, "b": 2}}
    config = _foreign(tmp_path, {"parameters": parameters})
    (note,) = config.notes
    assert note.en.endswith("here: CyclomaticComplexity.b, CyclomaticComplexity.words, LineLength")


@pytest.mark.parametrize(
    ("mode", "keys"),
    [
        ("off", []),
        ("on", ["CyclomaticComplexity"]),
        ("all", ["CyclomaticComplexity", "Quiet"]),
        ("only", ["CyclomaticComplexity"]),
        ("except", ["Quiet"]),
    ],
)
def test_its_modes_mean_the_same(tmp_path: Path, mode: str, keys: list[str]) -> None:
    parameters = {"UnionAll": False, "CyclomaticComplexity": True}
    assert _keys(_foreign(tmp_path, {"mode": mode, "parameters": parameters})) == keys


def test_it_says_whether_code_on_support_counts(tmp_path: Path) -> None:
    assert _foreign(tmp_path, {"skipSupport": "never"}).vendor
    assert not _foreign(tmp_path, {"skipSupport": "withSupportLocked"}).vendor


def test_our_own_file_goes_before_it(tmp_path: Path) -> None:
    _load(tmp_path, "[rules]\nUnionAll = true\nCyclomaticComplexity = { checkModuleBody = false }")
    parameters = {"UnionAll": False, "CyclomaticComplexity": {"complexityThreshold": 30}}
    config = _foreign(tmp_path, {"parameters": parameters}, language="en")
    assert "UnionAll" in _keys(config)
    assert config.language == "en"
    assert config.options["CyclomaticComplexity"] == {
        "complexityThreshold": 30,
        "checkModuleBody": False,
    }


# --- patterns -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("*/Тесты/*", "src/CommonModules/тесты/Module.bsl", True),
        ("src/*.bsl", "src/CommonModules/А/Module.bsl", True),
        ("Module.bsl", "src/Module.bsl", False),
        ("CommonModule.А", "CommonModule.АБ", False),
        ("CommonModule.?", "CommonModule.А", True),
    ],
)
def test_patterns_match_whole_texts_in_any_letter_case(
    pattern: str, text: str, matches: bool
) -> None:
    assert Globs(["nothing", pattern]).match(text) is matches
    assert not Globs([])


# --- documentation ------------------------------------------------------------------------

_DOCS = Path(__file__).resolve().parents[2] / "docs"


def _blocks(page: str, language: str) -> list[str]:
    text = (_DOCS / page).read_text(encoding="utf-8")
    return [part.partition("```")[0] for part in text.split(f"```{language}\n")[1:]]


@pytest.mark.parametrize("page", ["ci.md", "ci.ru.md"])
def test_the_settings_that_the_documentation_shows_are_right(tmp_path: Path, page: str) -> None:
    (block,) = _blocks(page, "toml")
    (tmp_path / "cai.toml").write_text(block, encoding="utf-8")
    config, _ = load_config(tmp_path, all_rules())
    assert config.enabled["UnionAll"] is False
    assert not all_rules()["FieldsFromJoinsWithoutIsNull"].enabled
    assert len(config.options) == 1


@pytest.mark.parametrize("page", ["ci.md", "ci.ru.md"])
def test_the_pipelines_that_the_documentation_shows_are_right(page: str) -> None:
    gitlab, github = map(yaml.safe_load, _blocks(page, "yaml"))
    reports = gitlab["cai-check"]["artifacts"]["reports"]
    (step,) = (s for s in github["jobs"]["check"]["steps"] if "cai check" in s.get("run", ""))
    (upload,) = (s for s in github["jobs"]["check"]["steps"] if "sarif_file" in s.get("with", {}))
    commands = {"gitlab": gitlab["cai-check"]["script"][-1], "github": step["run"]}
    pairs = {
        name: [(wanted.format, str(wanted.file)) for wanted in pair_reports(command.split())]
        for name, command in commands.items()
    }
    assert pairs["gitlab"] == [("gitlab", reports["codequality"]), ("junit", reports["junit"])]
    assert pairs["github"] == [("sarif", upload["with"]["sarif_file"])]
    for command in commands.values():
        options = {word for word in command.split() if word.startswith("--")}
        known = {option for p in check_command(Messages("en")).params for option in p.opts}
        assert options <= known
