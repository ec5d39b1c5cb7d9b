"""Which projects an upload holds and what its files are."""

from __future__ import annotations

from pathlib import Path

import pytest

from cai_assets.onec import projects
from cai_assets.onec.errors import NoProjects
from cai_assets.onec.paths import classify, module_title
from cai_assets.onec.projects import list_sources
from cai_assets.onec.readers import reader_for, why_not_read
from cai_assets.onec.sources import FileKind, Layout, ProjectKind
from cai_assets_tests.edt import EdtProject

_DESIGNER_HEAD = '\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<MetaDataObject><{0}><Properties>'


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "kind", "owner", "module"),
    [
        ("Catalogs/А/А.mdo", FileKind.OBJECT, "Catalog.А", ""),
        ("Catalogs/А/ObjectModule.bsl", FileKind.MODULE, "Catalog.А", "ObjectModule"),
        ("Catalogs/А/Forms/Ф/Form.form", FileKind.FORM, "Catalog.А.Form.Ф", ""),
        ("Catalogs/А/Forms/Ф/Module.bsl", FileKind.MODULE, "Catalog.А.Form.Ф", "Module"),
        ("Catalogs/А/Forms/Ф/BaseForm/Form.form", FileKind.BASE_COPY, "Catalog.А.Form.Ф", ""),
        (
            "Catalogs/А/Commands/К/CommandModule.bsl",
            FileKind.MODULE,
            "Catalog.А.Command.К",
            "CommandModule",
        ),
        ("CommonForms/Ф/Form.form", FileKind.FORM, "CommonForm.Ф", ""),
        ("Subsystems/А/Subsystems/Б/Б.mdo", FileKind.OBJECT, "Subsystem.А.Subsystem.Б", ""),
        ("Reports/О/Templates/С/Template.dcs", FileKind.COMPOSITION, "Report.О.Template.С", ""),
        ("Roles/Р/Rights.rights", FileKind.RIGHTS, "Role.Р", ""),
        ("ScheduledJobs/З/Schedule.schedule", FileKind.SCHEDULE, "ScheduledJob.З", ""),
        ("BusinessProcesses/П/Flowchart.scheme", FileKind.FLOWCHART, "BusinessProcess.П", ""),
        (
            "ExternalDataSources/И/Tables/Т/Т.mdo",
            FileKind.OBJECT,
            "ExternalDataSource.И.Table.Т",
            "",
        ),
        ("Configuration/SessionModule.bsl", FileKind.MODULE, "Configuration.К", "SessionModule"),
        ("Configuration/ParentConfigurations.bin", FileKind.SUPPORT, "Configuration.К", ""),
        ("Catalogs/А/Help/ru.html", FileKind.HELP, "Catalog.А", ""),
        ("Unknown/А/А.mdo", FileKind.OTHER, "Configuration.К", ""),
    ],
)
def test_an_edt_path_says_what_the_file_is(
    path: str, kind: FileKind, owner: str, module: str
) -> None:
    meaning = classify(Layout.EDT, tuple(path.split("/")), "Configuration.К")
    assert meaning == (kind, owner, module)


@pytest.mark.parametrize(
    ("path", "kind", "owner", "module"),
    [
        ("Configuration.xml", FileKind.CONFIGURATION, "Configuration.К", ""),
        ("Catalogs/А.xml", FileKind.OBJECT, "Catalog.А", ""),
        ("Languages/Русский.xml", FileKind.OBJECT, "Language.Русский", ""),
        ("Catalogs/А/Ext/ObjectModule.bsl", FileKind.MODULE, "Catalog.А", "ObjectModule"),
        ("Catalogs/А/Ext/Predefined.xml", FileKind.PREDEFINED, "Catalog.А", ""),
        ("Catalogs/А/Forms/Ф.xml", FileKind.FORM_DECLARATION, "Catalog.А.Form.Ф", ""),
        ("Catalogs/А/Forms/Ф/Ext/Form.xml", FileKind.FORM, "Catalog.А.Form.Ф", ""),
        ("Catalogs/А/Forms/Ф/Ext/Form/Module.bsl", FileKind.MODULE, "Catalog.А.Form.Ф", "Module"),
        ("CommonForms/Ф/Ext/Form/Module.bsl", FileKind.MODULE, "CommonForm.Ф", "Module"),
        ("Subsystems/А/Subsystems/Б.xml", FileKind.OBJECT, "Subsystem.А.Subsystem.Б", ""),
        ("ExchangePlans/П/Ext/Content.xml", FileKind.CONTENT, "ExchangePlan.П", ""),
        ("Roles/Р/Ext/Rights.xml", FileKind.RIGHTS, "Role.Р", ""),
        ("BusinessProcesses/П/Ext/Flowchart.xml", FileKind.FLOWCHART, "BusinessProcess.П", ""),
        ("Ext/SessionModule.bsl", FileKind.MODULE, "Configuration.К", "SessionModule"),
        ("Catalogs/А/Templates/М.xml", FileKind.TEMPLATE_DECLARATION, "Catalog.А.Template.М", ""),
        ("Catalogs/А/Ext/Help/ru.html", FileKind.HELP, "Catalog.А", ""),
        ("ConfigDumpInfo.xml", FileKind.OTHER, "Configuration.К", ""),
    ],
)
def test_a_designer_path_says_what_the_file_is(
    path: str, kind: FileKind, owner: str, module: str
) -> None:
    meaning = classify(Layout.DESIGNER, tuple(path.split("/")), "Configuration.К")
    assert meaning == (kind, owner, module)


def test_modules_are_titled_as_the_field_does() -> None:
    assert module_title("CommonModule.М", "Module") == "CommonModule"
    assert module_title("Catalog.А.Form.Ф", "Module") == "FormModule"
    assert module_title("CommonForm.Ф", "Module") == "FormModule"
    assert module_title("HTTPService.С", "Module") == "HTTPServiceModule"
    assert module_title("Catalog.Form", "ObjectModule") == "ObjectModule"


def test_a_configuration_and_its_extension_are_two_projects(tmp_path: Path) -> None:
    EdtProject(tmp_path / "base", "Основная")
    EdtProject(
        tmp_path / "ext",
        "Доработка",
        "  <objectBelonging>Adopted</objectBelonging>\n"
        "  <configurationExtensionPurpose>Patch</configurationExtensionPurpose>\n",
    )
    listing = list_sources(tmp_path)
    assert [(p.name, p.kind) for p in listing.projects] == [
        ("Основная", ProjectKind.CONFIGURATION),
        ("Доработка", ProjectKind.EXTENSION),
    ]


def test_projects_with_one_name_are_told_apart_by_their_path(tmp_path: Path) -> None:
    EdtProject(tmp_path / "one", "Торговля")
    EdtProject(tmp_path / "two", "Торговля")
    listing = list_sources(tmp_path)
    assert [p.name for p in listing.projects] == ["Торговля (one/src)", "Торговля (two/src)"]
    assert {f.owner for f in listing.files} == {"Configuration.Торговля"}


def test_a_designer_dump_is_found_at_any_depth(tmp_path: Path) -> None:
    head = _DESIGNER_HEAD.format("Configuration")
    tail = "<Name>Дамп</Name></Properties></Configuration></MetaDataObject>"
    _write(tmp_path / "src/cf/Configuration.xml", head + tail)
    _write(tmp_path / "src/cf/CommonModules/М/Ext/Module.bsl", "")
    listing = list_sources(tmp_path)
    assert [(p.name, p.layout, p.path) for p in listing.projects] == [
        ("Дамп", Layout.DESIGNER, "src/cf")
    ]
    assert listing.files[0].owner == "CommonModule.М"


def test_external_objects_of_a_designer_dump_are_projects_of_their_own(tmp_path: Path) -> None:
    head = _DESIGNER_HEAD.format("ExternalDataProcessor")
    tail = "<Name>Загрузка</Name></Properties></ExternalDataProcessor></MetaDataObject>"
    _write(tmp_path / "epf/Загрузка.xml", head + tail)
    _write(tmp_path / "epf/Загрузка/Ext/ObjectModule.bsl", "")
    _write(tmp_path / "epf/readme.txt", "")
    listing = list_sources(tmp_path)
    assert [(p.name, p.kind) for p in listing.projects] == [("Загрузка", ProjectKind.EXTERNAL)]
    assert {f.path: (f.kind, f.owner) for f in listing.files} == {
        "epf/readme.txt": (FileKind.OUTSIDE, ""),
        "epf/Загрузка.xml": (FileKind.OBJECT, "ExternalDataProcessor.Загрузка"),
        "epf/Загрузка/Ext/ObjectModule.bsl": (
            FileKind.MODULE,
            "ExternalDataProcessor.Загрузка",
        ),
    }


def test_an_unpacked_ordinary_form_counts_once(tmp_path: Path) -> None:
    _write(tmp_path / "О.xml", _DESIGNER_HEAD.format("ExternalReport") + "<Name>О</Name>")
    for form, names in {"А": ("Form.bin", "Form/form"), "Б": ("Form/form",)}.items():
        for name in names:
            _write(tmp_path / "О/Forms" / form / "Ext" / name, "{1}")
    kinds = {file.path: file.kind for file in list_sources(tmp_path).files}
    assert kinds["О/Forms/А/Ext/Form.bin"] == FileKind.FORM
    assert kinds["О/Forms/А/Ext/Form/form"] == FileKind.UNPACKED
    assert kinds["О/Forms/Б/Ext/Form/form"] == FileKind.FORM


def test_external_objects_of_an_edt_project_need_no_configuration(tmp_path: Path) -> None:
    path = tmp_path / "Обработки/src/ExternalReports/Отчёт/Отчёт.mdo"
    _write(path, "<mdclass:ExternalReport/>")
    listing = list_sources(tmp_path)
    assert [(p.name, p.kind) for p in listing.projects] == [("Обработки", ProjectKind.EXTERNAL)]
    assert listing.files[0].owner == "ExternalReport.Отчёт"


@pytest.mark.parametrize("folder", ["", "one/"])
def test_service_files_of_edt_belong_to_the_project_they_stand_beside(
    tmp_path: Path, folder: str
) -> None:
    EdtProject(tmp_path / folder, "Склад")
    services = {
        folder + name for name in (".project", ".settings/core.prefs", "DT-INF/PROJECT.PMF")
    }
    others = {folder + "readme.md", folder + "docs/.project", folder + "docs/DT-INF/PROJECT.PMF"}
    for name in services | others:
        _write(tmp_path / name, "")
    files = {file.path: file for file in list_sources(tmp_path).files}
    assert {path for path, file in files.items() if file.kind is FileKind.SERVICE} == services
    assert {path for path, file in files.items() if file.kind is FileKind.OUTSIDE} == others
    for path in services:
        file = files[path]
        assert (file.project, file.owner) == ("Склад", "Configuration.Склад")
        assert reader_for(file) is None
        assert why_not_read(file) == "service file of EDT, holds no metadata"


def test_service_files_go_to_the_edt_project_also_inside_a_designer_dump(tmp_path: Path) -> None:
    head = _DESIGNER_HEAD.format("Configuration")
    tail = "<Name>Дамп</Name></Properties></Configuration></MetaDataObject>"
    _write(tmp_path / "Configuration.xml", head + tail)
    _write(tmp_path / ".project", "")
    EdtProject(tmp_path / "edt", "Проект")
    _write(tmp_path / "edt/.project", "")
    _write(tmp_path / "reports/src/ExternalReports/О/О.mdo", "<mdclass:ExternalReport/>")
    _write(tmp_path / "reports/.project", "")
    files = {file.path: file for file in list_sources(tmp_path).files}
    assert (files[".project"].project, files[".project"].kind) == ("Дамп", FileKind.OTHER)
    service = files["edt/.project"]
    assert (service.project, service.layout) == ("Проект", Layout.EDT)
    external = files["reports/.project"]
    assert (external.project, external.kind, external.owner) == ("reports", FileKind.SERVICE, "")


def test_a_broken_configuration_file_still_names_a_project(tmp_path: Path) -> None:
    _write(tmp_path / "Склад/src/Configuration/Configuration.mdo", "<mdclass:Configuration")
    assert [p.name for p in list_sources(tmp_path).projects] == ["Склад"]


def test_version_control_folders_are_no_part_of_an_upload(tmp_path: Path) -> None:
    EdtProject(tmp_path)
    _write(tmp_path / ".git/config", "")
    assert [f.path for f in list_sources(tmp_path).files] == ["src/Configuration/Configuration.mdo"]


def test_junctions_are_reported_and_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    EdtProject(tmp_path)
    _write(tmp_path / "src/loop/Configuration/Configuration.mdo", "")
    monkeypatch.setattr(projects, "leads_elsewhere", lambda entry: entry.name == "loop")
    listing = list_sources(tmp_path)
    assert listing.unreadable == (("src/loop", "a link; links are not followed"),)


def test_links_are_reported_and_not_followed(tmp_path: Path) -> None:
    EdtProject(tmp_path)
    try:
        (tmp_path / "src/loop").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("this system lets no link be made")
    listing = list_sources(tmp_path)
    assert listing.unreadable == (("src/loop", "a link; links are not followed"),)


@pytest.mark.parametrize(
    ("files", "hint"),
    [
        ([], "empty"),
        (["CommonModule.Общий.Module.txt"], "flat dump"),
        (["1Cv8.cf"], "binary file of the platform"),
        (["readme.md"], "neither an EDT project nor a Designer dump"),
    ],
)
def test_an_upload_without_a_project_says_why(tmp_path: Path, files: list[str], hint: str) -> None:
    for name in files:
        _write(tmp_path / name, "")
    with pytest.raises(NoProjects, match=hint):
        list_sources(tmp_path)


def test_a_flat_dump_is_not_taken_for_a_dump_in_folders(tmp_path: Path) -> None:
    _write(tmp_path / "Configuration.xml", _DESIGNER_HEAD.format("Configuration"))
    _write(tmp_path / "Catalog.Товары.xml", _DESIGNER_HEAD.format("Catalog"))
    with pytest.raises(NoProjects, match=r"Catalog\.Товары\.xml belongs to a flat dump"):
        list_sources(tmp_path)
