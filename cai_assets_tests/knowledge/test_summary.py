"""The figures of an upload, and the page that shows them."""

from __future__ import annotations

import base64
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from cai_assets.knowledge.bars import bar_chart
from cai_assets.knowledge.extract import extract
from cai_assets.knowledge.summary import Named, Summary, summarize, to_markdown
from cai_assets_tests.edt import EdtProject


@pytest.fixture
def summary(tmp_path: Path) -> Summary:
    project = EdtProject(tmp_path, "Пример", "  <version>1.2.3</version>\n")
    project.object("Catalog", "А")
    project.object("Catalog", "Б")
    project.common_module(
        "М",
        "// Делает дело.\nПроцедура П() Экспорт\n  Если А Тогда\n  КонецЕсли;\nКонецПроцедуры\n"
        "Функция Ф()\n  П();\n  Сообщить(1);\nКонецФункции",
    )
    project.write("src/Catalogs/В/В.mdo", "<broken")
    return summarize(extract(tmp_path, workers=1).tables)


def test_figures_are_counted(summary: Summary) -> None:
    assert summary.objects_by_type[0] == Named("Catalog", 2)
    assert summary.lines_by_module_kind == (Named("CommonModule", 9),)
    assert (summary.rows["routines"], summary.exported_routines) == (2, 1)
    assert summary.documented_routines == 1
    assert summary.calls == {"local": 1, "platform": 1}
    assert summary.complex_routines == (Named("CommonModule.М.П", 1),)
    assert summary.statuses["failed"] == 1
    assert summary.unread[0].told("en").startswith("src/Catalogs/В/В.mdo:1: XML is damaged: ")
    assert summary.unread[0].told("ru").startswith("src/Catalogs/В/В.mdo:1: XML повреждён: ")
    assert summary.projects[0].version == "1.2.3"


def test_figures_are_plain_json(summary: Summary) -> None:
    assert json.loads(json.dumps(summary.as_json()))["rows"]["modules"] == 1


@pytest.mark.parametrize(
    ("language", "heading"), [("ru", "Объекты по видам"), ("en", "Objects by type")]
)
def test_the_page_speaks_both_languages(summary: Summary, language: str, heading: str) -> None:
    page = to_markdown(summary, language)  # type: ignore[arg-type]
    assert "**Пример** 1.2.3" in page
    assert f"![{heading}](data:image/svg+xml;base64," in page


def test_a_picture_escapes_names_and_sums_up_the_rest() -> None:
    picture = bar_chart("A & B", [("<script>", 5)] + [(f"n{i}", 1) for i in range(20)])
    found = re.search(r"base64,([^)]+)\)", picture)
    assert found
    svg = base64.b64decode(found[1]).decode()
    texts = [element.text for element in ET.fromstring(svg).iter() if element.text]
    assert "<script>" in texts
    assert texts[-2:] == ["… (6)", "6"]


def test_the_russian_page_names_kinds_in_russian(summary: Summary) -> None:
    page = to_markdown(summary, "ru")
    assert "**Пример** 1.2.3 · конфигурация, проект EDT" in page
    assert "| 0,0 МБ |" in page
    pictures = re.findall(r"base64,([^)]+)\)", page)
    assert "общие модули" in base64.b64decode(pictures[1]).decode()


def test_an_upload_without_code_has_a_summary(tmp_path: Path) -> None:
    EdtProject(tmp_path)
    page = to_markdown(summarize(extract(tmp_path, workers=1).tables), "en")
    assert "| Lines of code | 0 |" in page
