import pytest

from cai_assets.site.drawing import (
    Cell,
    Line,
    Node,
    Series,
    Stack,
    Value,
    bars,
    heat_map,
    histogram,
    line_chart,
    stacked_bars,
)
from cai_assets_tests.site.drawing.seen import see


def test_upright_bars_are_as_tall_as_their_counts_and_warn_from_a_limit_on() -> None:
    svg = histogram(
        [("0–5", 300), ("6–15", 100), ("16+", 1)], title="Т", id_prefix="h", first_over=2
    )
    seen = see(svg)
    heights = [float(bar.get("height")) for bar in seen.all("rect", "d-v")]
    assert heights[0] == pytest.approx(3 * heights[1], abs=0.2)
    assert [("d-x" in bar.get("class")) for bar in seen.all("rect")] == [False, False, True]
    assert seen.texts == [
        "300", "75\u202f%", "0–5", "100", "25\u202f%", "6–15", "1", "<\u202f1\u202f%", "16+",
    ]  # fmt: skip


def test_a_bucket_with_nothing_has_no_bar() -> None:
    assert len(see(histogram([("а", 0), ("б", 1)], title="Т", id_prefix="h")).all("rect")) == 1
    assert see(histogram([], title="Т", id_prefix="h")).texts == []


def test_level_bars_are_as_long_as_their_values() -> None:
    values = [Value("а", 10, "a.html"), Value("б", 5, text="5,0"), Value("в", 0), Value("г", -3)]
    seen = see(bars(values, title="Т", id_prefix="b"))
    widths = [float(bar.get("width")) for bar in seen.all("rect")]
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.2)
    assert widths[2] == widths[3] == 1
    assert seen.texts == ["а", "10", "б", "5,0", "в", "0", "г", "-3"]
    assert seen.links == {"а": "a.html"}


def test_bars_beyond_the_most_are_counted() -> None:
    values = [Value(str(n), n) for n in range(9)]
    drawn = bars(values, title="Т", id_prefix="b", more_text="ещё {}", more_href="#", most=5)
    assert see(drawn).links == {"ещё 4": "#"}


def test_stacked_parts_follow_each_other_without_gaps() -> None:
    series = [Series("Важные", 3), Series("Критичные", 6), Series("Блокирующие", warn=True)]
    rows = [Stack("Продажи", [30, 0, 10], "s.html"), Stack("Закупки", [4, 4, 4])]
    seen = see(stacked_bars(rows, series, title="Т", id_prefix="s"))
    spans = seen.spans()[3:]
    assert len(spans) == 5
    assert spans[0][2] == pytest.approx(spans[1][0], abs=0.1)
    assert (spans[0][2] - spans[0][0]) == pytest.approx(3 * (spans[1][2] - spans[1][0]), abs=0.2)
    assert seen.told[:2] == ["Важные: 30", "Блокирующие: 10"]
    assert [text for text in seen.texts if text.isdigit()] == ["40", "12"]


def test_a_line_breaks_where_nothing_is_known_and_has_a_dot_for_what_is() -> None:
    lines = [Line("Строк", [1, 2, None, 4]), Line("Циклов", [None] * 4), Line("Ровно", [5] * 4)]
    seen = see(line_chart(["май", "июнь", "июль", "август"], lines, title="Т", id_prefix="l"))
    broken, flat = seen.all("path", "d-o")
    assert broken.get("d").count("M") == 2
    assert len({point.split()[1] for point in flat.get("d")[1:].split("L")}) == 1
    assert seen.told == [
        "май: 1", "июнь: 2", "август: 4", "май: 5", "июнь: 5", "июль: 5", "август: 5",
    ]  # fmt: skip
    assert seen.texts.count("—") == 2


def test_values_of_lines_are_written_as_the_caller_says() -> None:
    drawn = line_chart([], [Line("Доля", [0.5])], title="Т", id_prefix="l", written="{:.0%}".format)
    assert see(drawn).told == ["50%"]


def test_cells_are_darker_the_larger_they_are_and_tell_their_names() -> None:
    nodes = [Node("а", "А", "a.html"), Node("б", "Б")]
    cells = {("а", "б"): Cell(1000), ("б", "а"): Cell(1, "одна ссылка", "#e", warn=True)}
    seen = see(heat_map(nodes, nodes, cells, title="Т", id_prefix="m"))
    dark, pale = seen.all("rect", "d-v")
    assert "d-s10" in dark.get("class") and "d-s2" in pale.get("class")
    assert "d-y" in pale.get("class") and "d-y" not in dark.get("class")
    assert seen.told == ["А → Б: 1\u202f000", "одна ссылка"]
    assert len(seen.all("rect", "d-n")) == 2


def test_a_matrix_of_ones_is_not_black() -> None:
    nodes = [Node("а", "А"), Node("б", "Б")]
    seen = see(heat_map(nodes, nodes, {("а", "б"): Cell(1)}, title="Т", id_prefix="m"))
    assert seen.all("rect", "d-s5")


def test_the_fullest_rows_and_columns_are_shown_in_their_order() -> None:
    nodes = [Node(str(n), f"П{n}") for n in range(50)]
    cells = {(str(n), "0"): Cell(50 - n) for n in range(50)}
    drawn = heat_map(
        nodes,
        nodes[:1],
        cells,
        title="Т",
        id_prefix="m",
        more_text="ещё {}",
        rows_href="#all",
        most=3,
    )
    seen = see(drawn)
    assert seen.texts == ["П0", "П1", "П2", "П0", "ещё 47"]
    assert seen.links == {"ещё 47": "#all"}


def test_an_empty_matrix_is_a_picture_too() -> None:
    assert see(heat_map([], [], {}, title="Т", id_prefix="m")).texts == []
