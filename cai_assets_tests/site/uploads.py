"""Two uploads of the sample, the second one with every sort of change, as tables on disk."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from cai_assets.analysis import architecture, changes, dependencies
from cai_assets.analysis.architecture import read_contract
from cai_assets.analysis.architecture.schema import TREND
from cai_assets.knowledge.extract import extract
from cai_assets.knowledge.store import write_table
from cai_assets.rules.schema import FINDINGS
from cai_assets.rules.schema import TABLES as RULES
from cai_assets.site.model import Page, Rows, Section
from cai_assets.site.tables import Place, Reader, StoredSource
from cai_assets_tests.conftest import SAMPLE

BEFORE, AFTER = "000001-20260101T000000Z-before", "000002-20260201T000000Z-after"
_PUBLISHED = {BEFORE: "2026-01-01T00:00:00+00:00", AFTER: "2026-02-01T00:00:00+00:00"}
_PROJECT = "trading-company/src"

_ATTRIBUTE = """  <attributes uuid="10000000-0000-4000-8000-000000000001">
    <name>Габариты</name>
    <synonym>
      <key>ru</key>
      <value>Размер &lt;script&gt;alert(1)&lt;/script&gt; «нетто»</value>
    </synonym>
    <type>
      <types>Number</types>
      <numberQualifiers>
        <precision>10</precision>
        <scale>3</scale>
      </numberQualifiers>
    </type>
  </attributes>
"""
_ENUM = """<?xml version="1.0" encoding="UTF-8"?>
<mdclass:Enum xmlns:mdclass="http://g5.1c.ru/v8/dt/metadata/mdclass" \
uuid="10000000-0000-4000-8000-000000000002">
  <name>КатегорииТоваров</name>
</mdclass:Enum>
"""
_FUNCTION = """
Функция СкидкаПостоянного(Контрагент) Экспорт
	Возврат ТекущийДолг(Контрагент);
КонецФункции

Процедура Внутренняя()
	СкидкаПостоянного(Неопределено);
КонецПроцедуры

#КонецОбласти
"""

EDITS: tuple[tuple[str, str, str], ...] = (
    ("Configuration/Configuration.mdo", "<version>1.0.1.1<", "<version>1.1.0.1<"),
    (
        "Configuration/Configuration.mdo",
        "  <catalogs>Catalog.ТорговыеПредставители</catalogs>\n",
        "",
    ),
    # Parts of objects: added, removed, narrowed, renamed, moved nowhere.
    ("Catalogs/Контрагенты/Контрагенты.mdo", "<length>9</length>", "<length>8</length>"),
    ("Catalogs/Контрагенты/Контрагенты.mdo", "<name>Телефон</name>", "<name>Телефоны</name>"),
    ("Catalogs/Номенклатура/Номенклатура.mdo", "  <attributes ", _ATTRIBUTE + "  <attributes "),
    ("Catalogs/Номенклатура/Номенклатура.mdo", "<codeLength>11<", "<codeLength>13<"),
    ("Constants/АдресСайта/АдресСайта.mdo", "<length>150</length>", "<length>250</length>"),
    # Code: the signature and the body of routines, new and removed ones.
    (
        "CommonModules/Ценообразование/Module.bsl",
        "ЗаполнитьЦены(Товары, ВидЦен, НаДату, ПроцентСкидки = 0) Экспорт",
        "ЗаполнитьЦены(Товары, ВидЦен, НаДату, ПроцентСкидки) Экспорт",
    ),
    (
        "CommonModules/Ценообразование/Module.bsl",
        "Результат = Новый Соответствие;",
        "Результат = Новый Соответствие();",
    ),
    (
        "CommonModules/ПродажиСервер/Module.bsl",
        "ТребуетсяСогласованиеСкидки(ПроцентСкидки) Экспорт",
        "НужноСогласоватьСкидку(ПроцентСкидки) Экспорт",
    ),
    ("CommonModules/ПродажиСервер/Module.bsl", "#КонецОбласти\n", _FUNCTION),
    # What `changes` does not compare: rights, forms, schedules, subscriptions, subsystems.
    (
        "Roles/МенеджерПоПродажам/Rights.rights",
        "<name>Insert</name>\n\t\t\t<value>true<",
        "<name>ReadDataHistory</name>\n\t\t\t<value>true<",
    ),
    (
        "Roles/МенеджерПоПродажам/Rights.rights",
        '#ПоМенеджеру("ОсновнойМенеджер")',
        '#ПоМенеджеру("Менеджер")',
    ),
    (
        "Roles/МенеджерПоПродажам/Rights.rights",
        "<setForAttributesByDefault>true<",
        "<setForAttributesByDefault>false<",
    ),
    (
        "Catalogs/Контрагенты/Forms/ФормаЭлемента/Form.form",
        "<name>ГруппаШапка</name>",
        "<name>ГруппаВерх</name>",
    ),
    (
        "Catalogs/Контрагенты/Forms/ФормаЭлемента/Form.form",
        "<name>ИННПриИзменении</name>",
        "<name>ВидКонтрагентаПриИзменении</name>",
    ),
    (
        "ScheduledJobs/ВыгрузкаНаСайт/Schedule.schedule",
        'repeatPeriodInDay="600"',
        'repeatPeriodInDay="900"',
    ),
    (
        "EventSubscriptions/ЗапретУдаленияКонтрагентов/ЗапретУдаленияКонтрагентов.mdo",
        "    <types>CatalogObject.ДоговорыКонтрагентов</types>\n",
        "",
    ),
    (
        "Subsystems/Склад/Склад.mdo",
        "  <content>Report.ОстаткиТоваров</content>\n",
        "  <content>Enum.КатегорииТоваров</content>\n",
    ),
)
"""Files below the project, what stands there, and what is put in its place, once."""


@dataclass(frozen=True)
class TwoUploads:
    """The folder of the tables of both uploads, and their tables by group."""

    root: Path
    source: StoredSource
    tables: Mapping[str, Mapping[str, Mapping[str, pa.Table]]]

    def changes(self) -> list[dict[str, Any]]:
        """The rows of the table `changes` of the second upload."""
        rows: list[dict[str, Any]] = self.tables[AFTER]["changes"]["changes"].to_pylist()
        return rows

    def rows(self, section: Section, page: Page) -> Rows:
        """What a section reads for a page."""
        return Reader(self.source).read(section, [page.key])[page.key]


def place(root: Path) -> Place:
    """Where the tables of both uploads lie."""
    uploads = tuple((upload, _PUBLISHED[upload], root / upload) for upload in (BEFORE, AFTER))
    return Place(root / AFTER, uploads)


@pytest.fixture(scope="session")
def two_uploads(tmp_path_factory: pytest.TempPathFactory) -> TwoUploads:
    """The sample and its next version, parsed, analysed and compared. Tests read them."""
    root = tmp_path_factory.mktemp("uploads")
    shutil.copytree(SAMPLE, root / "sample")
    _edit(root / "sample" / _PROJECT)
    tables: dict[str, dict[str, Mapping[str, pa.Table]]] = {}
    measures = []
    for upload, folder in ((BEFORE, SAMPLE), (AFTER, root / "sample")):
        parsed = extract(folder, workers=1).tables
        findings = _findings(upload)
        found = architecture.analyse(
            parsed, read_contract(folder / "architecture.toml"), upload, _PUBLISHED[upload]
        )
        measures.append(found["measures"])
        before = tables.get(BEFORE)
        tables[upload] = {
            "parsed_configuration": parsed,
            "dependency_analysis": dependencies.analyse(parsed),
            "architecture_analysis": {**found, "trend": _trend(measures)},
            "best_practices": {
                **{name: table.arrow_schema.empty_table() for name, table in RULES.items()},
                "findings": findings,
            },
            "changes": changes.analyse(
                before["parsed_configuration"] if before else None,
                parsed,
                before["best_practices"]["findings"] if before else None,
                findings,
            ),
        }
        for group, made in tables[upload].items():
            for name, table in made.items():
                (root / upload / group).mkdir(parents=True, exist_ok=True)
                write_table(table, root / upload / group / f"{name}.parquet")
    return TwoUploads(root, StoredSource(place(root)), tables)


def _trend(measures: list[pa.Table]) -> pa.Table:
    counts = {"findings": 1, "cycles": 1, "unused": 2}
    rows = [measured.to_pylist()[0] | counts for measured in measures]
    return pa.Table.from_pylist(rows, schema=TREND.arrow_schema)


def _edit(project: Path) -> None:
    for file, old, new in EDITS:
        path = project / file
        text = path.read_bytes().decode()
        assert old in text, (file, old)
        path.write_bytes(text.replace(old, new, 1).encode())
    shutil.rmtree(project / "Catalogs/ТорговыеПредставители")
    enum = project / "Enums/КатегорииТоваров/КатегорииТоваров.mdo"
    enum.parent.mkdir()
    enum.write_bytes(_ENUM.encode())


def _findings(upload: str) -> pa.Table:
    """A finding that stays, and one that is there in this upload alone."""
    rows = [
        ("stays", "UnionAll", "Замените на «ОБЪЕДИНИТЬ ВСЕ»", "minor"),
        (upload, "EmptyCodeBlock", f"Пустой блок <{upload}>", "critical"),
    ]
    return pa.Table.from_pylist(
        [
            {
                **dict.fromkeys(FINDINGS.column_names),
                "fingerprint": fingerprint,
                "rule": rule,
                "severity": severity,
                "kind": "code_smell",
                "project": "ТорговаяКомпания",
                "object": "CommonModule.ПродажиСервер",
                "routine": "",
                "message_ru": message,
                "message_en": message,
                "status": "open",
                "file": f"{_PROJECT}/CommonModules/ПродажиСервер/Module.bsl",
                "line": 1,
                "column": 1,
                "end_line": 1,
                "end_column": 2,
            }
            for fingerprint, rule, message, severity in rows
        ],
        schema=FINDINGS.arrow_schema,
    )
