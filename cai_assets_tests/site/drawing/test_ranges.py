"""Figures with their intervals."""

from __future__ import annotations

from cai_assets.site.drawing import Range, ranges
from cai_assets_tests.site.drawing.seen import Seen, see


def drawn(*rows: Range) -> Seen:
    return see(ranges(rows, title="Доля верных", id_prefix="f"))


def dots(seen: Seen) -> list[float]:
    return [float(dot.get("cx")) for dot in seen.all("circle")]


def test_dots_stand_in_the_order_of_their_values() -> None:
    seen = drawn(Range("а", 0.9, 0.8, 1.0), Range("б", 0.1, 0.0, 0.2), Range("в", 0.5, 0.4, 0.6))
    first, second, third = dots(seen)
    assert second < third < first
    assert abs((first - third) - (third - second)) < 0.2


def test_values_and_intervals_are_told() -> None:
    seen = drawn(Range("модель", 0.5, 0.25, 0.75, own=True))
    assert seen.texts == ["модель", "0.500"]
    assert seen.told == ["модель: 0.500 (0.250 … 0.750)"]
    assert seen.title == "Доля верных"


def test_a_figure_below_zero_widens_the_scale() -> None:
    seen = drawn(Range("а", -0.5, -0.6, -0.4), Range("б", 0.5, 0.4, 0.6))
    low, high = dots(seen)
    assert 0 < low < high < float(seen.root.get("width"))


def test_no_figures_and_equal_figures_are_drawn() -> None:
    assert drawn().texts == []
    assert drawn(Range("а", 0.0, 0.0, 0.0)).texts == ["а", "0.000"]


def test_names_are_escaped_and_long_ones_cut_with_the_rest_told() -> None:
    seen = drawn(Range("<b>&" + "ы" * 200, 0.5, 0.4, 0.6, href="a.html"))
    shown = seen.texts[0]
    assert shown.startswith("<b>&ы")
    assert "…" in shown
    assert list(seen.links.values()) == ["a.html"]
