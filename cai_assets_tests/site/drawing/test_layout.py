from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from cai_assets.site.drawing.layout import Box, Layout, Link, lay_out
from cai_assets_tests.site.drawing.seen import overlap

_BOX = Box(100, 24)


def _lay(count: int, pairs: list[tuple[int, int]]) -> Layout:
    return lay_out([_BOX] * count, [Link(source, target) for source, target in pairs])


def _crossed(layout: Layout) -> bool:
    """Whether two lines of one curve each change places on their way."""
    ends = [(way.points[0], way.points[-1]) for way in layout.ways if len(way.points) == 2]
    return any(
        one[0][0] == other[0][0] and (one[0][1] - other[0][1]) * (one[1][1] - other[1][1]) < 0
        for one, other in combinations(ends, 2)
    )


def test_arrows_lead_to_the_right() -> None:
    layout = _lay(3, [(0, 1), (1, 2), (0, 2)])
    xs = [x for x, _ in layout.places]
    assert xs == sorted(xs) and len(set(xs)) == 3
    assert not any(way.back for way in layout.ways)


def test_the_lightest_edge_of_a_cycle_runs_back() -> None:
    links = [Link(0, 1, 9), Link(1, 2, 9), Link(2, 0, 1)]
    assert [way.back for way in lay_out([_BOX] * 3, links).ways] == [False, False, True]


def test_a_loop_has_no_way() -> None:
    layout = _lay(2, [(0, 0), (0, 1)])
    assert layout.ways[0].points == ()
    assert layout.ways[1].points


def test_what_can_be_drawn_without_crossings_is() -> None:
    assert not _crossed(_lay(6, [(0, 5), (1, 4), (2, 3)]))
    assert not _crossed(_lay(7, [(0, 1), (0, 2), (1, 6), (1, 3), (2, 5), (2, 4)]))


def test_a_chain_is_straight() -> None:
    assert len({y for _, y in _lay(4, [(0, 1), (1, 2), (2, 3)]).places}) == 1


def test_a_long_arrow_passes_between_boxes() -> None:
    layout = _lay(4, [(0, 1), (1, 2), (2, 3), (0, 3)])
    long = layout.ways[3].points
    assert len(long) == 6
    for x, y in layout.places[1:3]:
        for (left, high), (right, low) in zip(long[1::2], long[2::2], strict=False):
            assert high == low
            assert right <= x or left >= x + 100 or not y <= high <= y + 24


def test_long_arrows_to_one_box_run_together() -> None:
    layout = _lay(5, [(0, 2), (1, 2), (2, 3), (3, 4), (0, 4), (1, 4)])
    one, other = layout.ways[4].points, layout.ways[5].points
    assert one[1:] == other[1:]
    assert one[0] != other[0]


def test_ports_say_where_a_line_begins_and_ends() -> None:
    layout = lay_out([Box(100, 80), Box(100, 40)], [Link(0, 1, leaves=70, arrives=5)])
    (start, end) = layout.ways[0].points
    assert start[1] == layout.places[0][1] + 70
    assert end[1] == layout.places[1][1] + 5


def test_boxes_without_links_stand_below_in_rows() -> None:
    layout = _lay(20, [(0, 1)])
    lowest = max(y for _, y in layout.places[:2])
    assert all(y > lowest for _, y in layout.places[2:])
    assert len({x for x, _ in layout.places[2:]}) > 1


def test_nothing_and_one_box_are_laid_out() -> None:
    assert lay_out([], []) == Layout([], [], 0, 0)
    assert _lay(1, []) == Layout([(0, 0)], [], 100, 24)


@given(
    st.integers(1, 14).flatmap(
        lambda count: st.tuples(
            st.just(count),
            st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=30),
            st.lists(st.floats(20, 120), min_size=count, max_size=count),
        )
    )
)
def test_any_graph_has_boxes_apart_inside_the_picture_and_every_arrow_a_way(
    drawn: tuple[int, list[tuple[int, int]], list[float]],
) -> None:
    count, pairs, heights = drawn
    boxes = [Box(100, height) for height in heights]
    layout = lay_out(boxes, [Link(source, target) for source, target in pairs])
    spans = [
        (x, y, x + box.width, y + box.height)
        for (x, y), box in zip(layout.places, boxes, strict=True)
    ]
    for span in spans:
        assert span[0] >= 0 and span[1] >= -0.01
        assert span[2] <= layout.width + 0.01 and span[3] <= layout.height + 0.01
    assert not any(overlap(one, other) for one, other in combinations(spans, 2))
    for (source, target), way in zip(pairs, layout.ways, strict=True):
        if source != target:
            assert (spans[source][0] > spans[target][0]) == way.back
            start, end = way.points[0], way.points[-1]
            assert spans[source][1] <= start[1] <= spans[source][3]
            assert spans[target][1] <= end[1] <= spans[target][3]
    forward = [pair for pair, way in zip(pairs, layout.ways, strict=True) if not way.back]
    assert all(spans[source][0] <= spans[target][0] for source, target in forward)
