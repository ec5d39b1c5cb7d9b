"""The report tells the figures, in both languages, with pictures that are whole."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from lxml import etree

from cai_assets.analysis.architecture import analyse, to_markdown, trend_to_markdown
from cai_assets.analysis.architecture.words import _TEXTS, Language
from cai_assets.analysis.charts import heat_map, histogram, line_chart
from cai_assets.analysis.markdown import decimal, identifier, percent, subsystem_path, table
from cai_assets_tests.analysis.architecture.sample import project_tables, result
from cai_assets_tests.edt import EdtProject

_LANGUAGES: tuple[Language, ...] = ("ru", "en")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(data:image/svg\+xml;base64,([^)]*)\)")


def _text(markdown: str) -> str:
    return _PICTURE.sub("", markdown)


def _pictures(markdown: str) -> list[etree._Element]:
    return [etree.fromstring(base64.b64decode(data)) for _, data in _PICTURE.findall(markdown)]


@pytest.mark.parametrize("language", _LANGUAGES)
def test_the_report_leads_with_what_is_wrong(language: Language) -> None:
    text = _text(to_markdown(result(), language))
    first = text.partition("\n1. ")[2].partition("\n")[0]
    assert "CommonModule.ЗапасыСервер.СвободныйОстаток" in first
    assert "Module.bsl:38" in first
    assert "`CommonModule.ПродажиСервер.РассчитатьСкидку`" in text


@pytest.mark.parametrize("language", _LANGUAGES)
def test_all_pictures_are_whole_and_nothing_is_left_to_fill_in(language: Language) -> None:
    markdown = to_markdown(result(), language)
    assert len(_pictures(markdown)) >= 5
    assert not re.search(r"\{\w*\}", _text(markdown))
    assert len(markdown.encode()) < 200_000


def test_languages_have_the_same_placeholders_and_sections() -> None:
    for key, (russian, english) in _TEXTS.items():
        assert sorted(re.findall(r"\{\w+\}", russian)) == sorted(re.findall(r"\{\w+\}", english)), (
            key
        )
    headings = [
        len(re.findall(r"^## ", to_markdown(result(), language), re.MULTILINE))
        for language in _LANGUAGES
    ]
    assert headings[0] == headings[1] >= 9


def test_english_has_no_russian_words_of_its_own() -> None:
    russian = re.compile("[а-яё]", re.IGNORECASE)
    assert [key for key, (_, english) in _TEXTS.items() if russian.search(english)] == []


def test_rows_of_tables_have_as_many_cells_as_the_head() -> None:
    for block in re.findall(r"(?:^\|.*\n)+", _text(to_markdown(result())), re.MULTILINE):
        cells = {line.count(" | ") for line in block.splitlines()}
        assert len(cells) == 1, block


def test_ids_lead_to_their_pages_where_there_are_pages() -> None:
    text = to_markdown(result(), link=lambda name: f"page/{len(name)}")
    name = "CommonModule.ПродажиСервер.РассчитатьСкидку"
    assert f"[`{name}`](page/{len(name)})" in text
    assert identifier("X", lambda _: None) == "`X`"


@pytest.mark.parametrize("language", _LANGUAGES)
def test_a_configuration_without_code_and_subsystems_has_a_report(
    tmp_path: Path, language: Language
) -> None:
    EdtProject(tmp_path).object("Catalog", "Товары")
    text = to_markdown(analyse(project_tables(tmp_path)), language)
    assert "architecture.toml" in text
    assert "{" not in _text(text)


def test_the_trend_is_drawn_from_the_second_upload_on() -> None:
    schema = result()["trend"].schema
    row = result()["trend"].to_pylist()[0]
    rows = [row | {"lines": 100, "findings": 7}, row | {"upload": "000012-b", "lines": 123}]
    two = pa.Table.from_pylist(rows, schema=schema)
    assert "One upload has been measured so far" in trend_to_markdown(result()["trend"], "en")
    assert "## Trend" not in to_markdown(result(), "en")
    for page in (trend_to_markdown(two, "en"), to_markdown({**result(), "trend": two}, "en")):
        chart = "".join(_pictures(page)[-1].itertext())
        assert "100" in chart
        assert "123" in chart
        assert "Findings" in chart
        assert "Unused" not in chart
        assert re.search(r"\| 12 .*\| 123 ", page)


def test_vendor_code_that_is_locked_is_left_out_of_hot_spots_where_other_code_is() -> None:
    spots = result()["hot_spots"]
    first = spots.column("id")[0].as_py()
    states = ["locked"] + [None] * (spots.num_rows - 1)
    position = spots.schema.get_field_index("support")
    marked = spots.set_column(
        position,
        spots.schema.field(position),
        pa.array(states, pa.dictionary(pa.int32(), pa.string())),
    )
    whole = [r for r in result()["structure"].to_pylist() if r["scope"] == "support"]
    parts = [whole[0] | {"name": "locked", "lines": 10}]
    structure = pa.concat_tables(
        [
            result()["structure"],
            pa.Table.from_pylist(parts, schema=result()["structure"].schema),
        ],
    ).unify_dictionaries()
    text = _text(to_markdown({**result(), "hot_spots": marked, "structure": structure}, "en"))
    assert f"| `{first}` |" not in text.partition("## Hot spots")[2].partition("\n## ")[0]
    assert "locked by the vendor are left out" in text


def test_charts_show_their_values() -> None:
    (bars,) = _pictures(histogram("T", [("0", 3), ("1+", 1)], first_over=1))
    assert "3 75%" in "".join(bars.itertext()).replace("\u202f", " ")
    cells = np.array([[0, 5], [2, 0]], dtype=np.int64)
    (heat,) = _pictures(heat_map("T", ["А", "Б"], cells))
    told = "".join(heat.itertext())
    assert "1 → 2: 5" in told
    assert "2 → 1: 2" in told
    (line,) = _pictures(line_chart("T", ["a", "b", "c"], [("x", [1, None, 3]), ("y", [None] * 3)]))
    namespace = {"s": "http://www.w3.org/2000/svg"}
    assert len(line.findall(".//s:circle", namespace)) == 2


def test_pieces_of_markdown() -> None:
    assert table(["a", "b"], [["x|y", "1\n2"]]) == "| a | b |\n| :-- | --: |\n| x\\|y | 1 2 |"
    assert (percent(0.125, "ru", 1), percent(None, "en")) == ("12,5 %", "–")
    assert decimal(1234.5, "ru") == "1\u202f234,5"
    assert subsystem_path("Subsystem.А.Subsystem.Б") == "А / Б"
