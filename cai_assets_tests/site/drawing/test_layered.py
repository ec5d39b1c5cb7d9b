from cai_assets.site.drawing import Edge, Node, layered, strongest
from cai_assets_tests.site.drawing.seen import Seen, see


def _seen(nodes: list[Node], edges: list[Edge], **options: object) -> Seen:
    return see(layered(nodes, edges, title="Карта", id_prefix="map", more_text="ещё {}", **options))  # type: ignore[arg-type]


def _nodes(names: str) -> list[Node]:
    return [Node(name, name, f"{name}.html") for name in names]


def test_edges_are_lines_with_names_and_an_arrowhead_each() -> None:
    seen = _seen(_nodes("абв"), [Edge("а", "б", 5), Edge("б", "в", note="три ссылки")])
    assert seen.told == ["а → б", "три ссылки"]
    (heads,) = seen.all("path", "d-a")
    assert heads.get("d").count("M") == 2


def test_what_closes_a_cycle_and_what_is_forbidden_is_marked() -> None:
    edges = [Edge("а", "б", 9), Edge("б", "а", 1), Edge("а", "в", warn=True)]
    seen = _seen(_nodes("абв"), edges)
    marked = [
        line.findtext("title") for line in seen.all("path", "d-l") if "d-x" in line.get("class")
    ]
    assert sorted(marked) == ["а → в", "б → а"]


def test_recursion_is_a_mark_on_the_box() -> None:
    seen = _seen(_nodes("аб"), [Edge("а", "а"), Edge("а", "б")])
    assert seen.told == ["а → б"]
    assert len(seen.all("path", "d-l")) == 2


def test_the_heaviest_forty_are_shown_and_the_rest_is_a_link() -> None:
    nodes = [Node(str(n), f"П{n:02}", weight=n) for n in range(60)]
    seen = _seen(nodes, [Edge("58", "59"), Edge("0", "59")], more_href="all.html")
    assert seen.links == {"ещё 20": "all.html"}
    assert {text for text in seen.texts if text.startswith("П")} == {f"П{n}" for n in range(20, 60)}
    assert seen.told == ["П58 → П59"]


def test_the_heaviest_edges_are_kept_and_no_node_loses_its_heaviest() -> None:
    nodes = _nodes("абвгд")
    edges = [Edge(one.id, other.id, 10) for one in nodes[:4] for other in nodes[:4] if one != other]
    chosen = strongest(nodes, [*edges, Edge("д", "а", 1)], most_edges=5)
    assert len(chosen.edges) == 5
    assert Edge("д", "а", 1) in chosen.edges
    assert chosen.edges_left == 8
    assert chosen.nodes_left == 0


def test_forbidden_edges_are_kept_before_heavier_ones() -> None:
    nodes = _nodes("аб")
    edges = [Edge("а", "б", 9), Edge("б", "а", 1, warn=True)]
    assert edges[1] in strongest(nodes, edges, most_edges=2).edges


def test_edges_to_unknown_nodes_are_left_out() -> None:
    assert _seen(_nodes("аб"), [Edge("а", "нет"), Edge("а", "б")]).told == ["а → б"]


def test_only_joined_nodes_are_shown_if_wanted() -> None:
    seen = _seen(_nodes("абвг"), [Edge("а", "б"), Edge("в", "в")], joined_only=True)
    assert seen.texts == ["а", "б", "ещё 2"]


def test_down_has_its_layers_below_each_other() -> None:
    spans = _seen(_nodes("аб"), [Edge("а", "б")], down=True).spans()
    assert spans[0][3] < spans[1][1]
    spans = _seen(_nodes("аб"), [Edge("а", "б")]).spans()
    assert spans[0][2] < spans[1][0]


def test_the_picture_of_nothing_is_empty() -> None:
    assert _seen([], []).texts == []
