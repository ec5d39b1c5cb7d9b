"""`cai check`: findings, reports, exit codes."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from cai_assets.cli.reports import Wanted, pair_reports
from cai_assets_tests.cli.conftest import Cai, Said
from cai_assets_tests.edt import EdtProject

_SWALLOWS = "    Попытка\n        П();\n    Исключение\n    КонецПопытки;\n"
_UNION = '    Т = "ВЫБРАТЬ 1 КАК А ИЗ Справочник.Товары ОБЪЕДИНИТЬ ВЫБРАТЬ 2";\n'


def _module(*bodies: str) -> str:
    return "".join(
        f"Процедура П{number}()\n{body}КонецПроцедуры\n" for number, body in enumerate(bodies)
    )


@pytest.fixture
def project(tmp_path: Path) -> EdtProject:
    """A configuration with two findings: a major and a minor one."""
    project = EdtProject(tmp_path / "upload", "Торговля")
    project.object("Catalog", "Товары", "  <codeLength>9</codeLength>\n")
    project.common_module("Цены", _module(_SWALLOWS, _UNION))
    return project


RULES = ("--rule", "MissingCodeTryCatchEx", "--rule", "unionall")


def _found(said: Said) -> list[str]:
    """The keys of the findings that a report as JSON on the screen has."""
    return [row["rule"] for row in json.loads(said.out)["findings"]]


def test_findings_are_shown_and_make_the_exit_code_1(cai: Cai, project: EdtProject) -> None:
    said = cai("check", project.root, *RULES)
    assert (said.code, said.err) == (1, "")
    assert "src/CommonModules/Цены/Module.bsl" in said.out
    assert "MissingCodeTryCatchEx" in said.out
    assert said.out.splitlines()[-1] == "findings: 2"


def test_a_clean_configuration_is_exit_code_0(cai: Cai, project: EdtProject) -> None:
    project.module("CommonModule", "Цены", "")
    said = cai("check", project.root, *RULES)
    assert (said.code, said.out, said.err) == (0, "findings: 0\n", "")


@pytest.mark.parametrize(
    ("least", "code"),
    [("blocker", 0), ("critical", 0), ("major", 1), ("minor", 1), ("info", 1), ("never", 0)],
)
def test_only_what_is_bad_enough_fails(
    cai: Cai, project: EdtProject, least: str, code: int
) -> None:
    assert cai("check", project.root, *RULES, "--fail-on", least).code == code


def test_several_reports_in_one_call(cai: Cai, project: EdtProject, tmp_path: Path) -> None:
    out = tmp_path / "reports"
    said = cai(
        "check", project.root, *RULES,
        "--format", "sarif", "--out", out / "a.sarif", "--format=gitlab", f"--out={out / 'b.json'}",
        "--format", "junit", "--out", out / "c.xml", "--format", "sonar", "--out", out / "d.json",
        "--out", out / "e.txt", "--format", "json",
    )  # fmt: skip
    assert said.code == 1
    assert _found(said) == ["MissingCodeTryCatchEx", "UnionAll"]
    (run,) = json.loads((out / "a.sarif").read_text(encoding="utf-8"))["runs"]
    assert len(run["results"]) == 2
    assert len(json.loads((out / "b.json").read_text(encoding="utf-8"))) == 2
    assert [s.get("failures") for s in ET.parse(out / "c.xml").getroot()] == ["1", "1"]
    assert len(json.loads((out / "d.json").read_text(encoding="utf-8"))["issues"]) == 2
    assert "findings: 2" in (out / "e.txt").read_text(encoding="utf-8")


def test_with_files_alone_the_screen_shows_the_figures(
    cai: Cai, project: EdtProject, tmp_path: Path
) -> None:
    said = cai("check", project.root, *RULES, "--format", "text", "--out", tmp_path / "a.txt")
    assert said.out.splitlines() == [
        "major: 1  MissingCodeTryCatchEx 1",
        "minor: 1  UnionAll 1",
        "findings: 2",
    ]


@pytest.mark.parametrize(
    ("arguments", "pairs"),
    [
        ([], [("text", None)]),
        (["--format", "json"], [("json", None)]),
        (["--out", "a"], [("text", "a")]),
        (["--format", "json", "--format", "sarif", "--out", "a"], [("json", None), ("sarif", "a")]),
        (["--format=json", "--out=a", "--out", "b"], [("json", "a"), ("text", "b")]),
        (["--format", "json", "x", "--", "--out", "a"], [("json", None)]),
    ],
)
def test_a_file_belongs_to_the_format_before_it(
    arguments: list[str], pairs: list[tuple[str, str | None]]
) -> None:
    assert pair_reports(arguments) == [
        Wanted(name, Path(file) if file else None) for name, file in pairs
    ]


# --- baseline -----------------------------------------------------------------------------


def test_known_findings_do_not_fail_but_new_ones_do(
    cai: Cai, project: EdtProject, tmp_path: Path
) -> None:
    known = tmp_path / "known.json"
    written = cai("check", project.root, *RULES, "--write-baseline", known)
    assert written.code == 0
    assert f"Known findings written: 2, file {known}" in written.err
    said = cai("check", project.root, *RULES, "--baseline", known)
    assert (said.code, said.out) == (0, "new: 0, known from the baseline: 2, fixed: 0\n")
    project.module("CommonModule", "Цены", "// Новое\n\n" + _module(_SWALLOWS, "", _SWALLOWS))
    said = cai("check", project.root, *RULES, "--baseline", known)
    assert said.code == 1
    assert said.out.splitlines()[-1] == "new: 1, known from the baseline: 1, fixed: 1"


def test_a_baseline_may_be_compared_and_written_anew_in_one_call(
    cai: Cai, project: EdtProject, tmp_path: Path
) -> None:
    known = tmp_path / "known.json"
    cai("check", project.root, *RULES, "--write-baseline", known)
    project.module("CommonModule", "Цены", _module(_SWALLOWS, _UNION, _SWALLOWS))
    arguments = (*RULES, "--baseline", known, "--write-baseline", known)
    assert cai("check", project.root, *arguments).code == 1
    assert cai("check", project.root, *arguments).code == 0


def test_the_settings_may_name_the_baseline(cai: Cai, project: EdtProject) -> None:
    project.write("cai.toml", 'baseline = "known.json"\n')
    said = cai("check", project.root, *RULES)
    assert said.code == 2
    assert f"--write-baseline {project.root / 'known.json'}" in said.err
    known = project.root / "known.json"
    assert cai("check", project.root, *RULES, "--write-baseline", known).code == 0
    assert cai("check", project.root, *RULES).code == 0


# --- settings -----------------------------------------------------------------------------


def test_settings_beside_the_sources_count(cai: Cai, project: EdtProject) -> None:
    project.write(
        "cai.toml",
        'fail-on = "blocker"\nlanguage = "ru"\n[rules]\nUnionAll = false\n'
        "CommonModuleMissingAPI = false\n",
    )
    said = cai("check", project.root)
    assert said.code == 0
    assert "UnionAll" not in said.out
    assert "замечаний" in said.out
    assert "findings" in cai("--lang", "en", "check", project.root).out
    assert "findings" in cai("check", project.root, "--lang", "en").out
    assert cai("check", project.root, "--fail-on", "major").code == 1


def test_settings_above_count_up_to_the_repository(
    cai: Cai, project: EdtProject, tmp_path: Path
) -> None:
    (tmp_path / "cai.toml").write_text("rules.UnionAll = false\n")
    (tmp_path / ".git").mkdir()
    assert "UnionAll" not in cai("check", project.root).out


def test_settings_of_bsl_language_server_count(cai: Cai, project: EdtProject) -> None:
    project.write(
        ".bsl-language-server.json",
        '{"diagnostics": {"mode": "only", "parameters": {"UnionAll": true, "LineLength": true}}}',
    )
    said = cai("check", project.root, "--format", "json")
    assert _found(said) == ["UnionAll"]
    assert said.err == ".bsl-language-server.json: has no effect here: LineLength\n"


# --- wrong use ----------------------------------------------------------------------------


def _wrong(tmp_path: Path, case: str) -> list[object]:
    bad = tmp_path / "bad"
    if case == "settings":
        bad.write_text("langage = 'ru'\nrules.UnionAl = 1\n")
        return ["--config", bad]
    if case == "baseline":
        bad.write_text("[]")
        return ["--baseline", bad]
    cases: dict[str, list[object]] = {
        "rule": ["--rule", "UnionAl"],
        "format": ["--format", "html"],
        "severity": ["--fail-on", "bad"],
        "no settings": ["--config", bad],
        "no baseline": ["--baseline", bad],
        "screen": ["--format", "json", "--format", "sarif"],
        "cache": ["--cache", tmp_path / "upload" / "src"],
    }
    return cases[case]


@pytest.mark.parametrize(
    ("case", "text"),
    [
        ("rule", "there is no UnionAl; did you mean UnionAll?"),
        ("format", "wrong value of --format; allowed: text, sarif, "),
        ("severity", "wrong value of --fail-on; allowed: blocker, critical, "),
        ("settings", "bad: there is no langage; did you mean language?\nbad: there is no rules"),
        ("no settings", "cannot read"),
        ("baseline", "is no baseline"),
        ("no baseline", "write it: --write-baseline"),
        ("screen", "only one report can go to the screen"),
        ("cache", "lies inside the one to check"),
    ],
)
def test_wrong_use_is_a_sentence_and_exit_code_2(
    cai: Cai, project: EdtProject, tmp_path: Path, case: str, text: str
) -> None:
    said = cai("check", project.root, *_wrong(tmp_path, case))
    assert (said.code, said.out) == (2, "")
    assert text in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("case", ["missing", "empty", "other"])
def test_a_path_that_holds_no_configuration(cai: Cai, tmp_path: Path, case: str) -> None:
    path = tmp_path / "there"
    if case != "missing":
        path.mkdir()
    if case == "other":
        (path / "readme.md").write_text("x")
    said = cai("check", path)
    assert (said.code, said.out) == (2, "")
    assert len(said.err.splitlines()) == 1


def test_a_report_that_cannot_be_written_is_a_failure(
    cai: Cai, project: EdtProject, tmp_path: Path
) -> None:
    said = cai("check", project.root, *RULES, "--format", "json", "--out", tmp_path)
    assert said.code == 1
    assert "cannot write" in said.err


# --- what is kept -------------------------------------------------------------------------


def test_a_second_call_looks_only_at_changes(
    cai: Cai, project: EdtProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cai_assets.rules import run as running

    counts: list[tuple[int, int]] = []
    original = running.check_configuration

    def spy(*arguments: object, **options: object) -> running.RuleRun:
        result = original(*arguments, **options)  # type: ignore[arg-type]
        counts.append((result.stats.checked, result.stats.reused))
        return result

    monkeypatch.setattr(running, "check_configuration", spy)
    project.common_module("Другой", "")
    first = cai("check", project.root, "--format", "json")
    again = cai("check", project.root, "--format", "json")
    assert again.out == first.out
    project.module("CommonModule", "Другой", _module(_SWALLOWS))
    changed = cai("check", project.root, "--format", "json")
    assert set(_found(changed)) >= set(_found(first))
    assert cai("check", project.root, "--fresh", "--format", "json").out == changed.out
    assert cai("check", project.root, *RULES).code == 1
    assert cai("check", project.root, "--format", "json").out == changed.out
    assert counts == [(2, 0), (0, 2), (1, 1), (2, 0), (2, 0), (0, 2)]


def test_a_damaged_cache_is_made_anew(cai: Cai, project: EdtProject, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = cai("check", project.root, "--cache", cache)
    for name in ("findings", "objects", "checked_modules"):
        (cache / f"{name}.parquet").write_bytes(b"no longer a table")
    assert cai("check", project.root, "--cache", cache).out == first.out


def test_the_current_folder_can_be_checked_with_its_cache_inside(
    cai: Cai, project: EdtProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.root)
    first = cai("check", ".", *RULES, "--format", "json")
    assert (project.root / ".cai" / "check").is_dir()
    assert cai("check", ".", *RULES, "--format", "json").out == first.out
    files = {row["file"] for row in json.loads(first.out)["findings"]}
    assert files == {"src/CommonModules/Цены/Module.bsl"}


def test_paths_in_reports_start_at_the_current_folder(
    cai: Cai, project: EdtProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.root.parent)
    said = cai("check", project.root.name, *RULES, "--format", "gitlab")
    assert {issue["location"]["path"] for issue in json.loads(said.out)} == {
        "upload/src/CommonModules/Цены/Module.bsl"
    }


def test_an_archive_gives_what_its_folder_gives(
    cai: Cai, project: EdtProject, tmp_path: Path
) -> None:
    packed = tmp_path / "c.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(project.root.rglob("*.*")):
            archive.write(path, os.path.relpath(path, project.root))
    folder = cai("check", project.root, "--format", "json")
    assert cai("check", packed, "--format", "json").out == folder.out


# --- what is not looked at ----------------------------------------------------------------


def test_files_that_could_not_be_read_are_told(cai: Cai, project: EdtProject) -> None:
    project.write("src/Catalogs/Товары/Товары.mdo", "<mdclass:Catalog")
    project.module("CommonModule", "Цены", "Если")
    said = cai("--lang", "ru", "check", project.root, *RULES)
    assert (said.code, said.out) == (0, "замечаний: 0\n")
    assert said.err.startswith("Прочитаны не полностью: 1; первый: ")
    assert "src/Catalogs/Товары/Товары.mdo:1: XML повреждён" in said.err
