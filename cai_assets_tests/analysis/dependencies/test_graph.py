"""Measures of small graphs, computed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cai_assets.analysis.dependencies.communities import find_communities
from cai_assets.analysis.dependencies.feedback import feedback_edges
from cai_assets.analysis.dependencies.graph import Graph
from cai_assets_tests.analysis.dependencies.crafting import graph

TRIANGLES = graph(7, (0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (2, 3))
"""Two cycles of three joined by an edge, and a node alone."""


def test_parallel_edges_are_added_up_and_loops_left_out() -> None:
    merged = graph(3, (0, 1, 2), (0, 1, 3), (1, 1, 9), (2, 1))
    assert merged.source.tolist() == [0, 2]
    assert merged.links.tolist() == [5, 1]
    assert merged.in_degree.tolist() == [0, 2, 0]
    assert merged.out_degree.tolist() == [1, 0, 1]
    assert merged.in_links.tolist() == [0, 6, 0]
    assert merged.out_links.tolist() == [5, 0, 1]


def test_components_and_their_sizes() -> None:
    assert TRIANGLES.components.tolist() == [0, 0, 0, 1, 1, 1, 2]
    assert TRIANGLES.component_sizes.tolist() == [3, 3, 3, 3, 3, 3, 1]


def test_a_layer_is_the_longest_way_down_and_a_cycle_is_one_step() -> None:
    # 0 → 1 → 3, 0 → 3: the long way counts. 4 ⇄ 5 → 0. 2 is alone.
    layered = graph(6, (0, 1), (1, 3), (0, 3), (4, 5), (5, 4), (5, 0))
    assert layered.layers.tolist() == [2, 1, 0, 0, 3, 3]


def test_page_rank_of_two_nodes() -> None:
    # a = (1 - 0.85 a) / 2, since b, without edges out, gives half of its rank to a.
    first = 0.5 / 1.425
    assert graph(2, (0, 1)).page_rank() == pytest.approx([first, 1 - first])


def test_page_rank_does_not_count_parallel_references() -> None:
    ranks = graph(4, (0, 1, 100), (0, 2, 1), (1, 3), (2, 3)).page_rank()
    assert ranks[1] == pytest.approx(ranks[2])
    assert ranks.sum() == pytest.approx(1)


def test_two_triangles_are_two_communities() -> None:
    found = find_communities(TRIANGLES)
    assert found.of.tolist() == [0, 0, 0, 1, 1, 1, -1]
    assert found.count == 2
    assert found.modularity == pytest.approx(6 / 7 - 2 * (1 / 2) ** 2)


def test_the_largest_community_is_the_first() -> None:
    found = find_communities(graph(6, (0, 1), (2, 3), (3, 4), (4, 5), (5, 2), (2, 4), (3, 5)))
    assert found.of.tolist() == [1, 1, 0, 0, 0, 0]


def test_references_tie_communities() -> None:
    # A ring of four, two opposite edges with many references: these hold together.
    ring = graph(4, (0, 1, 50), (1, 2), (2, 3, 50), (3, 0))
    assert find_communities(ring).of.tolist() == [0, 0, 1, 1]


def test_an_empty_graph_has_no_measures() -> None:
    empty = graph(0)
    assert empty.layers.tolist() == empty.components.tolist() == empty.page_rank().tolist() == []
    assert find_communities(empty).count == 0
    assert find_communities(graph(2)).of.tolist() == [-1, -1]
    assert feedback_edges(empty).tolist() == []


def test_of_two_opposite_edges_the_weaker_is_cut() -> None:
    found = graph(3, (0, 1, 5), (1, 0, 2), (1, 2, 1))
    cut = feedback_edges(found)
    assert [(found.source[at], found.target[at]) for at in np.flatnonzero(cut)] == [(1, 0)]


EDGES = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.integers(1, 9)), max_size=60)


@given(EDGES)
def test_what_is_not_cut_has_no_cycle_and_only_cycles_are_cut(
    edges: list[tuple[int, int, int]],
) -> None:
    found = graph(12, *edges)
    cut = feedback_edges(found)
    rest = Graph(12, found.source[~cut], found.target[~cut], found.links[~cut])
    assert rest.component_sizes.tolist() == [1] * 12
    inside = found.components[found.source] == found.components[found.target]
    assert not (cut & ~inside).any()


@given(EDGES)
def test_communities_are_connected_and_the_same_each_time(
    edges: list[tuple[int, int, int]],
) -> None:
    found = graph(12, *edges)
    first, again = find_communities(found), find_communities(found)
    assert first.of.tolist() == again.of.tolist()
    assert -0.5 <= first.modularity <= 1
    for community in range(first.count):
        members = np.flatnonzero(first.of == community).tolist()
        assert _reachable(found, members) == set(members)


def _reachable(found: Graph, members: list[int]) -> set[int]:
    ends = list(zip(found.source.tolist(), found.target.tolist(), strict=True))
    seen = {members[0]}
    while True:
        more = {b for a, b in [*ends, *((b, a) for a, b in ends)] if a in seen and b in members}
        if more <= seen:
            return seen
        seen |= more
