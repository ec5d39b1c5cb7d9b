"""The whole job over uploads that follow each other: analyses, gates, reports, lineage."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pytest

from cai_assets.analysis import architecture, changes, dependencies
from cai_assets.definitions import defs
from cai_assets.defs import build_defs
from cai_assets.defs.jobs import BUILD_CONFIGURATION
from cai_assets.defs.keys import table_key
from cai_assets.defs.partitions import UPLOAD_TAG
from cai_assets.defs.run import BuildResult, CheckOutcome, build
from cai_assets.intake.accepting import admit
from cai_assets.intake.uploads import DataRoot
from cai_assets.knowledge.extract import extract
from cai_assets.knowledge.schema import TABLES
from cai_assets.knowledge.store import read_table
from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.config import RuleConfig
from cai_assets.rules.model import Scope
from cai_assets.rules.run import check_configuration
from cai_assets.settings import Settings
from cai_assets_tests.edt import EdtProject
from cai_assets_tests.rules.making import defined, make_rule

_SALES = """#Область ПрограммныйИнтерфейс

Процедура Провести() Экспорт
\tСклад.Списать();
КонецПроцедуры

{more}
#КонецОбласти
"""
_PRICE = "Функция Цена() Экспорт\n\tВозврат 1;\nКонецФункции\n"
_STOCK = "Процедура Списать() Экспорт\n{calls}КонецПроцедуры\n"
_LEDGER = "Процедура Записать() Экспорт\nКонецПроцедуры\n"
_CONTRACT = """
[[rule]]
name = "Склад сам по себе"
from = "*"
to = "Склад"
access = "deny"
reason = "Так решили"

[[rule]]
name = "Учет закрыт"
from = "*"
to = "Учет"
access = "deny"
reason = "Так решили"
"""


class Shop:
    """A configuration of three subsystems with a module each; `Продажи` uses `Склад`."""

    def __init__(self, root: Path) -> None:
        self.project = EdtProject(root, "Торговля")
        for subsystem in ("Продажи", "Склад", "Учет"):
            content = f"  <content>CommonModule.{subsystem}</content>\n"
            self.project.object("Subsystem", subsystem, content)
        self.sales(_PRICE)
        self.stock("")
        self.project.common_module("Учет", _LEDGER)
        self.project.write("architecture.toml", _CONTRACT)

    def sales(self, more: str) -> None:
        self.project.common_module("Продажи", _SALES.format(more=more))

    def stock(self, *calls: str) -> None:
        body = "".join(f"\t{call};\n" for call in calls if call)
        self.project.common_module("Склад", _STOCK.format(calls=body))


@dataclass
class Platform:
    """One data root and one history, and the uploads made of a shop."""

    home: Path
    instance: dg.DagsterInstance
    shop: Shop
    settings: Settings = field(init=False)

    def __post_init__(self) -> None:
        self.settings = Settings(home=self.home, workers=1, lang="ru")

    def upload(self) -> BuildResult:
        """Take the shop in as it is and run the job."""
        admitted = admit(DataRoot(self.settings.root), self.shop.project.root)
        return build(admitted, self.settings, self.instance)

    def again(self, upload: BuildResult, group: str, settings: Settings) -> dict[str, Any]:
        """Materialize a group of an upload anew, with other settings; its checks by name."""
        job = build_defs(settings, in_process=True).resolve_job_def(BUILD_CONFIGURATION)
        run = job.execute_in_process(
            instance=self.instance,
            partition_key=upload.configuration,
            tags={UPLOAD_TAG: upload.upload.id},
            asset_selection=[key for key in defs.resolve_all_asset_keys() if key.path[0] == group],
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
        assert run.success
        return {check.check_name: check for check in run.get_asset_check_evaluations()}

    def metadata(self, table: str, group: str) -> Mapping[str, Any]:
        """What the latest materialization of a table says."""
        event = self.instance.get_latest_materialization_event(table_key(table, group))
        assert event is not None
        assert event.asset_materialization is not None
        return {name: value.value for name, value in event.asset_materialization.metadata.items()}


def checks(result: BuildResult) -> dict[str, CheckOutcome]:
    return {check.name: check for check in result.checks}


def table(result: BuildResult, group: str, name: str) -> pa.Table:
    return read_table(result.tables_folder.parent / group / f"{name}.parquet")


@dataclass
class Story:
    """Three uploads: the first, a worse one, and one that differs from it in a comment."""

    platform: Platform
    first: BuildResult
    worse: BuildResult
    same: BuildResult
    report_of_worse: Mapping[str, str]
    reused: Mapping[str, Any]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    base = tmp_path_factory.mktemp("analyses")
    with pytest.MonkeyPatch.context() as patch, dg.DagsterInstance.ephemeral() as instance:
        patch.delenv("DAGSTER_HOME", raising=False)
        platform = Platform(base / "home", instance, Shop(base / "source"))
        first = platform.upload()
        platform.shop.sales("")
        platform.shop.stock("Продажи.Провести()", "Учет.Записать()", "Учет.НетТакого()")
        worse = platform.upload()
        assert not worse.error, worse.error
        reports = {
            group: platform.metadata(name, group)["report"]
            for group, name in (
                ("best_practices", "findings"),
                ("architecture_analysis", "structure"),
                ("changes", "changes"),
            )
        }
        reports["trend"] = platform.metadata("trend", "architecture_analysis")["report"]
        platform.shop.project.module("CommonModule", "Учет", f"{_LEDGER}// Учет\n")
        same = platform.upload()
        reused = platform.metadata("findings", "best_practices")
        yield Story(platform, first, worse, same, reports, reused)


# --- gates ----------------------------------------------------------------------------------


def test_every_gate_of_a_first_upload_says_that_there_is_none_before(story: Story) -> None:
    found = checks(story.first)
    for name in ("no_new_findings", "cycles_kept", "contract_kept"):
        assert found[name].message.endswith("no earlier upload to compare"), found[name]
    assert found["no_new_findings"].passed
    assert found["cycles_kept"].passed
    assert found["api_kept"].passed
    assert found["rules_ran"].passed


def test_violations_of_a_first_upload_are_a_warning(story: Story) -> None:
    gate = checks(story.first)["contract_kept"]
    assert (gate.passed, gate.severity) == (False, "WARN")
    assert gate.message.startswith("1 uses")


def test_new_blocker_fails_its_gate(story: Story) -> None:
    gate = checks(story.worse)["no_new_findings"]
    assert (gate.passed, gate.severity) == (False, "ERROR")
    assert gate.message.endswith("1 of severity blocker or worse, 1 of these new")


def test_new_cycle_of_subsystems_fails_its_gate(story: Story) -> None:
    gate = checks(story.worse)["cycles_kept"]
    assert (gate.passed, gate.severity) == (False, "ERROR")
    assert gate.message == "2 objects and 2 subsystems stand in cycles; before: 0 and 0"


def test_new_violation_is_an_error_while_the_old_one_stays(story: Story) -> None:
    gate = checks(story.worse)["contract_kept"]
    assert (gate.passed, gate.severity) == (False, "ERROR")
    assert gate.message == "2 uses that the contract does not allow, 1 of them new"


def test_removed_export_warns(story: Story) -> None:
    gate = checks(story.worse)["api_kept"]
    assert (gate.passed, gate.severity) == (False, "WARN")
    rows = table(story.worse, "changes", "changes").to_pylist()
    breaking = [(row["id"], row["change"]) for row in rows if row["breaking"]]
    assert breaking == [("CommonModule.Продажи.Цена", "removed")]


def test_what_is_no_worse_than_before_passes(story: Story) -> None:
    found = checks(story.same)
    assert found["no_new_findings"].passed
    assert found["cycles_kept"].passed
    assert found["api_kept"].passed
    contract = found["contract_kept"]
    assert (contract.passed, contract.severity) == (False, "WARN")
    assert contract.message.endswith("0 of them new")


def test_failed_gates_leave_the_upload_readable(story: Story) -> None:
    assert (story.worse.success, story.worse.published) == (True, True)


@pytest.mark.parametrize(
    ("group", "check", "changed"),
    [
        ("best_practices", "no_new_findings", {"max_new_findings": 1}),
        ("dependency_analysis", "cycles_kept", {"max_cycle_growth": 2}),
    ],
)
def test_thresholds_let_pass_what_they_allow(
    story: Story, group: str, check: str, changed: dict[str, Any]
) -> None:
    settings = story.platform.settings.model_copy(update=changed)
    assert story.platform.again(story.worse, group, settings)[check].passed


def test_severity_of_the_gate_is_a_setting(story: Story) -> None:
    settings = story.platform.settings.model_copy(update={"fail_on": "info"})
    gate = story.platform.again(story.worse, "best_practices", settings)["no_new_findings"]
    metadata = {name: value.value for name, value in gate.metadata.items()}
    assert metadata["severe"] == metadata["open"] > 1


# --- what a step keeps, and what it shows ---------------------------------------------------


def test_files_that_did_not_change_keep_their_findings(story: Story) -> None:
    assert (story.reused["files_checked"], story.reused["files_reused"]) == (1, 2)
    fingerprints = [
        sorted(table(result, "best_practices", "findings").column("fingerprint").to_pylist())
        for result in (story.worse, story.same)
    ]
    assert fingerprints[0] == fingerprints[1]


def test_changes_name_findings_that_came(story: Story) -> None:
    rows = table(story.worse, "changes", "changes").to_pylist()
    found = {row["id"] for row in rows if (row["what"], row["change"]) == ("finding", "added")}
    assert "MissingCommonModuleMethod" in found


def test_trend_has_a_row_for_each_upload(story: Story) -> None:
    rows = table(story.worse, "architecture_analysis", "trend").to_pylist()
    assert [row["upload"] for row in rows] == [story.first.upload.id, story.worse.upload.id]
    assert [row["violations"] for row in rows] == [1, 2]


@pytest.mark.parametrize(
    ("report", "russian"),
    [
        ("best_practices", "Замечания"),
        ("architecture_analysis", "Архитектура"),
        ("changes", "Изменения"),
        ("trend", "Выгрузк"),
    ],
)
def test_reports_are_in_the_language_of_the_settings(
    story: Story, report: str, russian: str
) -> None:
    assert russian in story.report_of_worse[report]


def test_reports_can_be_in_english(story: Story) -> None:
    settings = story.platform.settings.model_copy(update={"lang": "en"})
    for group, name, heading in (
        ("best_practices", "findings", "## Findings"),
        ("architecture_analysis", "structure", "Architecture"),
        ("changes", "changes", "Changes"),
    ):
        story.platform.again(story.same, group, settings)
        page = story.platform.metadata(name, group)["report"]
        assert heading in page
        words = page.replace("Торговля", "")
        assert not any(word in words for word in ("Замечан", "Подсистем", "Изменен", "Объект"))


def test_rule_that_raises_is_told_by_a_check(story: Story) -> None:
    def broken(*_: Any) -> Iterator[Any]:
        raise ValueError("no such luck")

    with defined(make_rule("Broken", broken, Scope.TABLES)):
        found = story.platform.again(story.same, "best_practices", story.platform.settings)
    gate = found["rules_ran"]
    assert not gate.passed
    assert gate.severity is dg.AssetCheckSeverity.WARN
    assert found["no_new_findings"].passed


# --- faults of what a team wrote ------------------------------------------------------------


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    with dg.DagsterInstance.ephemeral() as instance:
        yield Platform(tmp_path / "home", instance, Shop(tmp_path / "source"))


@pytest.mark.parametrize(
    ("file", "text", "group", "said"),
    [
        ("cai.toml", "[rules]\nUnionAl = false\n", "best_practices", "did you mean UnionAll?"),
        ("cai.toml", "[rules\n", "best_practices", "cai.toml: is no TOML"),
        ("architecture.toml", "[[rule]\n", "architecture_analysis", "line 1: not TOML"),
        ("architecture.toml", '[[rule]]\nform = "*"\n', "architecture_analysis", "from"),
    ],
)
def test_broken_file_fails_its_group_alone_and_is_named(
    fresh: Platform, file: str, text: str, group: str, said: str
) -> None:
    fresh.shop.project.write(file, text)
    result = fresh.upload()
    assert (result.success, result.published) == (False, True)
    assert file in result.error
    assert said in result.error
    written = {folder.name for folder in result.tables_folder.parent.iterdir() if folder.is_dir()}
    others = {"parsed_configuration", "dependency_analysis", "architecture_analysis"}
    assert written >= others - {group}
    assert group not in written
    if group != "best_practices":
        assert table(result, "changes", "changes").num_rows == 0

    (fresh.shop.project.root / file).unlink()
    mended = fresh.upload()
    assert (mended.success, mended.error) == (True, "")


# --- lineage --------------------------------------------------------------------------------


class Recorder(dict[str, pa.Table]):
    """Tables that remember who was asked for."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        super().__init__(tables)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> pa.Table:
        self.read.add(name)
        return super().__getitem__(name)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, pa.Table]:
    shop = Shop(tmp_path_factory.mktemp("lineage"))
    shop.project.object("Catalog", "Товары")
    shop.stock("Учет.НетТакого()")
    return extract(shop.project.root, workers=1).tables


def lineage(group: str, of: str = "parsed_configuration") -> set[str]:
    """The tables that Dagster draws before the tables of a group."""
    graph = defs.get_repository_def().asset_graph
    keys = [key for key in graph.get_all_asset_keys() if key.path[0] == group]
    parents = {parent for key in keys for parent in graph.get(key).parent_keys}
    return {parent.path[-1] for parent in parents if parent.path[0] == of}


def test_lineage_of_dependencies_is_what_they_read(tables: Mapping[str, pa.Table]) -> None:
    recorder = Recorder(tables)
    dependencies.analyse(recorder)
    assert lineage("dependency_analysis") == recorder.read


def test_lineage_of_the_architecture_is_what_it_reads(tables: Mapping[str, pa.Table]) -> None:
    recorder = Recorder(tables)
    architecture.analyse(recorder, None)
    assert lineage("architecture_analysis") == recorder.read


def test_lineage_of_findings_is_what_rules_read(
    tables: Mapping[str, pa.Table], tmp_path: Path
) -> None:
    recorder = Recorder(tables)
    every = RuleConfig(enabled=dict.fromkeys(all_rules(), True))
    check_configuration(tmp_path, recorder, config=every, workers=1)
    assert lineage("best_practices") == recorder.read


def test_lineage_of_changes_is_what_they_read(
    tables: Mapping[str, pa.Table], tmp_path: Path
) -> None:
    shop = Shop(tmp_path)
    shop.sales("")
    before, after = Recorder(tables), Recorder(extract(shop.project.root, workers=1).tables)
    changes.analyse(before, after)
    assert lineage("changes") == before.read | after.read
    assert lineage("changes", "best_practices") == {"findings"}


def test_only_declared_columns_are_needed_for_changes(tables: Mapping[str, pa.Table]) -> None:
    def cut(reads: Mapping[str, Collection[str]]) -> dict[str, pa.Table]:
        return {name: tables[name].select(list(columns)) for name, columns in reads.items()}

    empty = {name: TABLES[name].arrow_schema.empty_table() for name in changes.READS}
    assert changes.analyse(cut(changes.READS), empty)["changes"].num_rows
    assert changes.analyse(empty, cut(changes.READS))["changes"].num_rows
