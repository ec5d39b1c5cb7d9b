from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cai_assets.site.drawing import Tile, treemap
from cai_assets.site.drawing.treemap import Area, squarified
from cai_assets_tests.site.drawing.seen import Seen, overlap, see


def _seen(tiles: list[Tile], **options: object) -> Seen:
    return see(treemap(tiles, title="Т", id_prefix="t", more_text="ещё {}", **options))  # type: ignore[arg-type]


def test_the_example_of_the_paper_has_its_first_row() -> None:
    areas = squarified([6, 6, 4, 3, 2, 2, 1], Area(0, 0, 6, 4))
    assert areas[:2] == [Area(0, 0, 3, 2), Area(0, 2, 3, 2)]
    assert areas[2].width == pytest.approx(4 / areas[2].height)


@given(st.lists(st.floats(0.5, 1000), min_size=1, max_size=40))
def test_areas_are_as_large_as_their_sizes_and_lie_apart(sizes: list[float]) -> None:
    areas = squarified(sorted(sizes, reverse=True), Area(0, 0, 760, 420))
    scale = 760 * 420 / sum(sizes)
    for size, area in zip(sorted(sizes, reverse=True), areas, strict=True):
        assert area.width * area.height == pytest.approx(size * scale)
    spans = [(a.x, a.y, a.x + a.width, a.y + a.height) for a in areas]
    assert not any(overlap(one, other) for one, other in combinations(spans, 2))


def test_tiles_are_links_with_names_and_shades() -> None:
    seen = _seen([Tile("Продажи", 70, 0.99, "s.html", "70 строк"), Tile("Склад", 30, 0.0)])
    assert seen.links == {"Продажи|70 строк": "s.html"}
    assert seen.told == ["Продажи: 70 строк", "Склад"]
    assert [rect.get("class") for rect in seen.all("rect")] == ["d-v d-s5", "d-v d-s1"]


def test_the_smallest_are_one_tile_at_the_end_and_empty_ones_none() -> None:
    tiles = [Tile(f"П{n:02}", 100 - n) for n in range(60)] + [Tile("Пусто", 0)]
    seen = _seen(tiles, more_href="all.html", legend=("мало", "много"))
    assert len(seen.all("rect", "d-n")) == 40
    assert seen.links == {"ещё 21": "all.html"}
    assert "Пусто" not in seen.told
    assert seen.texts[-2:] == ["мало", "много"]


def test_nothing_to_show_is_an_empty_picture() -> None:
    assert _seen([Tile("Пусто", 0)]).texts == []
