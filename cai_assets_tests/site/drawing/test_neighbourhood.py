from itertools import combinations

from cai_assets.site.drawing import Node, Side, neighbourhood
from cai_assets_tests.site.drawing.seen import overlap, see


def _drawn(
    users: list[Node], used: list[Node], total: int | None = None, centre: str = "Номенклатура"
) -> str:
    return neighbourhood(
        Node("Catalog.Номенклатура", centre, note="Справочник"),
        Side("Кто использует", users, "#users", total),
        Side("Что использует", used, "#used"),
        title="Связи справочника",
        id_prefix="links",
        more_text="ещё {}",
    )


def _nodes(count: int, group: str = "Документы") -> list[Node]:
    return [
        Node(f"Document.Д{n}", f"Д{n}", f"d{n}.html", group, str(n), 2, n) for n in range(count)
    ]


def test_neighbours_are_links_under_the_heading_of_their_group() -> None:
    seen = see(_drawn([Node("D.A", "Заказ", "../d/a.html", "Документы", "3", 2, 3)], []))
    assert seen.title == "Связи справочника"
    assert seen.links == {"Заказ|3": "../d/a.html"}
    assert seen.texts == [
        "Кто использует", "Документы", "Заказ", "3", "Что использует", "—", "Номенклатура",
        "Справочник",
    ]  # fmt: skip


def test_the_heaviest_are_shown_and_the_rest_is_one_link() -> None:
    seen = see(_drawn(_nodes(30), []))
    assert [name for name in seen.links if name.startswith("Д")] == [
        f"Д{n}|{n}" for n in range(29, 20, -1)
    ]
    assert seen.links["ещё 21"] == "#users"


def test_what_the_caller_left_out_counts_among_the_rest() -> None:
    assert "ещё 1\u202f991" in see(_drawn(_nodes(9), [], total=2000)).texts


def test_groups_follow_their_weight_then_their_name() -> None:
    nodes = [
        Node("1", "а", group="Отчёты", weight=1),
        Node("2", "б", group="Документы", weight=5),
        Node("3", "в", group="Обработки", weight=1),
    ]
    texts = see(_drawn([], nodes)).texts
    assert [text for text in texts if text in {"Отчёты", "Документы", "Обработки"}] == [
        "Документы", "Обработки", "Отчёты",
    ]  # fmt: skip


def test_the_order_of_the_input_does_not_matter() -> None:
    nodes = [Node(str(n), f"н{n}", weight=n % 3) for n in range(20)]
    assert _drawn(nodes, nodes) == _drawn(nodes[::-1], nodes[::-1])


def test_heavier_links_are_thicker() -> None:
    seen = see(_drawn([Node("1", "а", weight=1), Node("2", "б", weight=900)], []))
    thick, thin = (float(line.get("stroke-width")) for line in seen.all("path", "d-l"))
    assert 1 <= thin < thick <= 4


def test_a_group_has_the_colour_of_its_type() -> None:
    nodes = [Node("Catalog.А", "А", group="Справочники"), Node("Subsystem.Б", "Б", group="Прочее")]
    assert len(see(_drawn(nodes, [])).all("g", "d-t1")) == 1


def test_a_warned_neighbour_has_a_marked_line() -> None:
    seen = see(_drawn([Node("1", "а"), Node("2", "б", warn=True)], []))
    assert len(seen.all("path", "d-l")) == 2
    assert len([line for line in seen.all("path", "d-l") if "d-x" in line.get("class")]) == 1


def test_boxes_do_not_overlap() -> None:
    nodes = [*_nodes(4), *_nodes(3, "Отчёты"), *_nodes(2, "")]
    for one, other in combinations(see(_drawn(nodes, nodes[:2])).spans(), 2):
        assert not overlap(one, other)


def test_names_are_escaped_and_long_ones_cut_and_told_in_full() -> None:
    long = "Очень" * 40
    odd = '<script>alert("&")</script>\x00\x1f'
    seen = see(_drawn([Node("1", long, "x.html"), Node("2", odd, 'a"b.html')], [], centre=long))
    assert seen.told == [long, long]
    assert any(text.startswith("<script>alert") for text in seen.texts)
    assert 'a"b.html' in seen.links.values()
    assert not seen.root.xpath("//script")
    assert max(len(text) for text in seen.texts) < 50


def test_an_object_alone_is_a_picture_too() -> None:
    seen = see(_drawn([], []))
    assert seen.texts.count("—") == 2
    assert len(seen.spans()) == 1
