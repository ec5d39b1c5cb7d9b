"""Rules over a configuration: the same findings however they were come by, and what counts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from cai_assets.knowledge.extract import extract
from cai_assets.onec.bsl.nodes import Call
from cai_assets.rules.config import RuleConfig
from cai_assets.rules.model import Found, Scope, Severity
from cai_assets.rules.module import ModuleView
from cai_assets.rules.run import RuleRun, check_configuration
from cai_assets.rules.schema import TABLES
from cai_assets_tests.edt import EdtProject
from cai_assets_tests.rules.making import defined, make_rule

SAMPLE = Path(__file__).resolve().parents[2] / "examples" / "trade"
_CALLS = "src/CommonModules/Общий/Module.bsl"


def _bad_calls(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    for call in module.find(Call):
        if call.name == "Плохо":
            yield Found(call.start, call.end)


BAD = make_rule("BadCall", _bad_calls)
ONLY_BAD = RuleConfig(only=frozenset({"BadCall"}))


def _bad(body: str) -> str:
    return f"Процедура П() Экспорт\n{body}\nКонецПроцедуры\n"


@pytest.fixture
def project(tmp_path: Path) -> EdtProject:
    project = EdtProject(tmp_path / "upload")
    project.common_module("Общий", _bad("    Плохо();"))
    project.common_module("Другой", _bad("    Плохо();\n    Плохо();"))
    return project


def _run(root: Path, config: RuleConfig = ONLY_BAD, **options: Any) -> RuleRun:
    return check_configuration(
        root, extract(root, workers=1).tables, config=config, workers=1, **options
    )


def _rows(run: RuleRun, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in run.findings.select(list(columns)).to_pylist()]


# --- tables -----------------------------------------------------------------------------


def test_the_tables_have_the_types_of_their_schema(project: EdtProject) -> None:
    with defined(BAD):
        tables = _run(project.root).tables()
    assert set(tables) == set(TABLES)
    for name, table in tables.items():
        assert table.schema.equals(TABLES[name].arrow_schema), name
    empty = _run(project.root, RuleConfig(only=frozenset())).findings
    assert (empty.num_rows, empty.schema) == (0, TABLES["findings"].arrow_schema)


def test_findings_are_sorted_by_place_and_have_fingerprints_of_their_own(
    project: EdtProject,
) -> None:
    with defined(BAD):
        run = _run(project.root)
    assert [(Path(file).parent.name, line) for file, line in _rows(run, "file", "line")] == [
        ("Другой", 2),
        ("Другой", 3),
        ("Общий", 2),
    ]
    assert len(set(run.findings.column("fingerprint").to_pylist())) == 3


def test_severities_may_be_overridden(project: EdtProject) -> None:
    config = RuleConfig(only=frozenset({"BadCall"}), severities={"BadCall": Severity.BLOCKER})
    with defined(BAD):
        assert set(_rows(_run(project.root), "severity", "kind")) == {("major", "bug")}
        assert set(_rows(_run(project.root, config), "severity")) == {("blocker",)}


# --- what counts ------------------------------------------------------------------------


def test_comments_suppress_findings_of_their_rule(project: EdtProject) -> None:
    project.module(
        "CommonModule",
        "Другой",
        _bad(
            "    Плохо(1); // BSLLS:BadCall-off\n"
            "    Плохо(2); // BSLLS:OtherRule-off\n"
            "    // BSLLS-выкл\n    Плохо(3);\n    // BSLLS-вкл\n"
            "    // bslls:badcall-off\n    Плохо(4);\n    // bslls:badcall-on\n"
            "    Плохо(5);"
        ),
    )
    with defined(BAD):
        run = _run(project.root, RuleConfig(only=ONLY_BAD.only, exclude_paths=("*/Общий/*",)))
    statuses = [status for file, status in _rows(run, "file", "status") if "Другой" in file]
    assert statuses == ["suppressed", "open", "suppressed", "suppressed", "open"]


def test_vendor_code_in_a_changed_routine_of_an_extension_is_suppressed(
    project: EdtProject,
) -> None:
    text = (
        '&ИзменениеИКонтроль("П")\nПроцедура Р_П()\n    Плохо(1);\n'
        "    #Вставка\n    Плохо(2);\n    #КонецВставки\n    Плохо(3);\nКонецПроцедуры\n"
    )
    project.module("CommonModule", "Общий", text)
    with defined(BAD):
        found = _rows(_run(project.root), "file", "line", "status")
    assert [row[1:] for row in found if "Общий" in row[0]] == [
        (3, "suppressed"),
        (5, "open"),
        (7, "suppressed"),
    ]


def _locked(tables: Mapping[str, pa.Table], name: str) -> dict[str, pa.Table]:
    objects = tables["objects"]
    states = ["locked" if id_ == name else None for id_ in objects.column("object").to_pylist()]
    at = objects.column_names.index("support")
    column = pa.array(states, pa.string()).dictionary_encode()
    return {**tables, "objects": objects.set_column(at, objects.schema.field(at), column)}


def test_objects_locked_by_their_vendor_do_not_count_unless_asked_for(
    project: EdtProject,
) -> None:
    tables = _locked(extract(project.root, workers=1).tables, "CommonModule.Общий")
    with defined(BAD):
        run = check_configuration(project.root, tables, config=ONLY_BAD, workers=1)
        wide = RuleConfig(only=ONLY_BAD.only, vendor=True)
        all_of_it = check_configuration(
            project.root, tables, config=wide, workers=1, previous=run.tables()
        )
    assert _rows(run, "object", "status") == [
        ("CommonModule.Другой", "open"),
        ("CommonModule.Другой", "open"),
        ("CommonModule.Общий", "vendor"),
    ]
    assert all_of_it.stats.checked == 0
    assert set(_rows(all_of_it, "status")) == {("open",)}


@pytest.mark.parametrize(
    "config",
    [
        RuleConfig(only=ONLY_BAD.only, exclude_paths=("src/CommonModules/общий/*",)),
        RuleConfig(only=ONLY_BAD.only, exclude_objects=("*.Общий", "Catalog.*")),
    ],
)
def test_what_the_settings_exclude_is_kept_but_does_not_count(
    project: EdtProject, config: RuleConfig
) -> None:
    with defined(BAD):
        run = _run(project.root, config)
    assert run.stats.statuses == {"open": 2, "excluded": 1}
    assert {row for row in _rows(run, "file", "status") if row[1] == "excluded"} == {
        (_CALLS, "excluded")
    }


# --- faults -----------------------------------------------------------------------------


def test_a_rule_that_fails_is_a_problem_and_its_files_are_looked_at_again(
    project: EdtProject,
) -> None:
    def fails(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
        if "Общий" in module.context.module:
            raise ValueError("by design")
        yield from ()

    config = RuleConfig(only=frozenset({"BadCall", "Fails"}))
    with defined(BAD, make_rule("Fails", fails)):
        run = _run(project.root, config)
        again = _run(project.root, config, previous=run.tables())
    assert run.findings.num_rows == 3
    assert [tuple(row.values()) for row in run.problems.to_pylist()] == [
        ("Fails", _CALLS, "ValueError: by design")
    ]
    assert (again.stats.checked, again.stats.reused) == (1, 1)
    assert again.problems.equals(run.problems)
    assert again.findings.equals(run.findings)


def test_a_rule_on_tables_that_fails_is_a_problem(project: EdtProject) -> None:
    def fails(tables: Mapping[str, pa.Table], options: Mapping[str, Any]) -> list[Any]:
        return [tables["no such table"]]

    config = RuleConfig(only=frozenset({"BadCall", "Fails"}))
    with defined(BAD, make_rule("Fails", fails, Scope.TABLES)):
        run = _run(project.root, config)
    assert run.findings.num_rows == 3
    assert [tuple(row.values()) for row in run.problems.to_pylist()] == [
        ("Fails", "", "KeyError: 'no such table'")
    ]


def test_a_file_that_has_gone_meanwhile_is_a_problem(project: EdtProject) -> None:
    tables = extract(project.root, workers=1).tables
    (project.root / _CALLS).unlink()
    with defined(BAD):
        run = check_configuration(project.root, tables, config=ONLY_BAD, workers=1)
    assert run.findings.num_rows == 2
    ((rule, file, error),) = (tuple(row.values()) for row in run.problems.to_pylist())
    assert (rule, file) == ("", _CALLS)
    assert "No such file" in error or "cannot find" in error


# --- only what changed ------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, pa.Table]]:
    """A copy of the sample with its extension, and the tables of a first run."""
    root = tmp_path_factory.mktemp("sample")
    shutil.copytree(SAMPLE / "edt", root / "edt")
    shutil.copytree(SAMPLE / "extension", root / "extension")
    return root, check_configuration(root, extract(root, workers=1).tables, workers=1).tables()


def _edit(root: Path, name: str, old: str, new: str) -> None:
    (path,) = root.rglob(name)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


_MODULE = "ПродажиСервер/Module.bsl"
_FLAGS = "ПродажиСервер/ПродажиСервер.mdo"


@pytest.mark.parametrize(
    ("edits", "config", "checked"),
    [
        ([], RuleConfig(), 0),
        ([(_MODULE, "Возврат", "ТекущаяДата();\nВозврат")], RuleConfig(), 1),
        ([(_FLAGS, "<server>", "<serverCall>true</serverCall>\n<server>")], RuleConfig(), 1),
        ([], RuleConfig(options={"CyclomaticComplexity": {"complexityThreshold": 1}}), None),
        ([], RuleConfig(enabled={"UnionAll": False}), None),
        ([], RuleConfig(severities={"UnionAll": Severity.INFO}, exclude_paths=("*М*",)), 0),
        ([], RuleConfig(options={"UnusedLocalMethod": {"checkObjectModule": True}}), 0),
    ],
    ids=["nothing", "module", "flags", "parameter", "rule off", "what counts", "of another rule"],
)
def test_looking_only_at_changes_gives_what_looking_at_all_gives(
    sample: tuple[Path, dict[str, pa.Table]],
    tmp_path: Path,
    edits: list[tuple[str, str, str]],
    config: RuleConfig,
    checked: int | None,
) -> None:
    before, previous = sample
    root = tmp_path / "copy"
    shutil.copytree(before, root)
    for name, old, new in edits:
        _edit(root / "edt", name, old, new)
    tables = extract(root, workers=1).tables
    full = check_configuration(root, tables, config=config, workers=1)
    changed = check_configuration(root, tables, config=config, workers=1, previous=previous)
    assert changed.findings.equals(full.findings)
    assert changed.modules.equals(full.modules)
    assert full.stats.checked == full.stats.files > 60
    assert changed.stats.checked == (full.stats.files if checked is None else checked)
    assert changed.stats.reused == full.stats.files - changed.stats.checked
    assert full.problems.num_rows == 0


def test_a_new_object_makes_files_with_queries_be_looked_at_again(project: EdtProject) -> None:
    project.common_module(
        "Запросы", 'Процедура П()\n    А = "ВЫБРАТЬ Т.Код ИЗ Документ.Т КАК Т";\nКонецПроцедуры\n'
    )
    with defined(BAD):
        run = _run(project.root)
        project.object("Document", "Т")
        again = _run(project.root, previous=run.tables())
    assert (again.stats.checked, again.stats.reused) == (1, 2)


def test_tables_that_are_no_cache_count_as_none(project: EdtProject) -> None:
    with defined(BAD):
        run = _run(project.root)
        odd = {"findings": run.findings, "checked_modules": pa.table({"a": [1]})}
        for previous in ({}, {"findings": run.findings}, odd):
            assert _run(project.root, previous=previous).stats.reused == 0


def test_workers_find_the_same_as_one_process(sample: tuple[Path, dict[str, pa.Table]]) -> None:
    root, alone = sample
    seen: list[tuple[int, int]] = []
    tables = extract(root, workers=1).tables
    from cai_assets.rules import run as module

    was, module._INLINE_BYTES = module._INLINE_BYTES, 0
    try:
        run = check_configuration(
            root, tables, workers=2, progress=lambda done, total: seen.append((done, total))
        )
    finally:
        module._INLINE_BYTES = was
    assert run.stats.workers == 2
    assert run.findings.equals(alone["findings"])
    assert seen[-1] == (run.stats.files, run.stats.files)


def test_seconds_are_told_per_rule_when_asked_for(project: EdtProject) -> None:
    with defined(BAD):
        run = _run(project.root, timed=True)
    assert set(run.stats.rule_seconds) == {"BadCall"}


# --- the sample -------------------------------------------------------------------------


def test_what_a_comment_suppresses_in_the_sample_is_not_open(
    sample: tuple[Path, dict[str, pa.Table]],
) -> None:
    _, tables = sample
    found = tables["findings"].select(["rule", "status", "object"]).to_pylist()
    assert {
        "rule": "SetPrivilegedMode",
        "status": "suppressed",
        "object": "CommonModule.ОбщиеМеханизмыПовтИсп",
    } in found
