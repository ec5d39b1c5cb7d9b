from cai_assets.site.drawing import Edge, Node, movements
from cai_assets_tests.site.drawing.seen import Seen, see


def _seen(documents: list[Node], registers: list[Node], moves: list[Edge]) -> Seen:
    return see(
        movements(
            documents,
            registers,
            moves,
            headings=("Документы", "Регистры"),
            title="Движения",
            id_prefix="moves",
            more_text="ещё {}",
            documents_href="documents.html",
            registers_href="registers.html",
        )
    )


def _documents(count: int) -> list[Node]:
    return [Node(f"D{n}", f"Документ{n:02}", f"d{n}.html") for n in range(count)]


def _registers(count: int) -> list[Node]:
    return [
        Node(f"R{n}", f"Регистр{n:02}", group=("Накопления", "Сведений")[n % 2])
        for n in range(count)
    ]


def test_registers_stand_under_their_kind_and_opposite_their_documents() -> None:
    moves = [Edge("D0", "R2"), Edge("D0", "R1"), Edge("D1", "R0")]
    texts = _seen(_documents(2), _registers(3), moves).texts
    assert texts == [
        "Документы", "Документ01", "Документ00", "Регистры", "Накопления", "Регистр00",
        "Регистр02", "Сведений", "Регистр01",
    ]  # fmt: skip


def test_every_movement_is_a_line_and_every_written_register_has_one_head() -> None:
    moves = [Edge("D0", "R0"), Edge("D1", "R0"), Edge("D1", "R1", warn=True), Edge("D9", "R0")]
    seen = _seen(_documents(2), _registers(2), moves)
    lines = "".join(line.get("d") for line in seen.all("path", "d-l"))
    heads = "".join(head.get("d") for head in seen.all("path", "d-a"))
    assert lines.count("M") == 3
    assert heads.count("M") == 2
    assert len(seen.all("path", "d-x")) == 2


def test_many_documents_are_a_matrix_and_those_that_write_the_same_are_one_row() -> None:
    moves = [Edge(f"D{n}", f"R{n % 3}") for n in range(50)]
    seen = _seen(_documents(50), _registers(3), moves)
    assert [text for text in seen.texts if text.startswith("Документ")] == [
        "Документ00, ещё 16", "Документ01, ещё 16", "Документ02, ещё 15",
    ]  # fmt: skip
    assert set(seen.links.values()) == {"documents.html"}
    assert len(seen.all("rect", "d-v")) == 3


def test_of_too_many_rows_and_columns_the_fullest_are_shown() -> None:
    moves = [Edge(f"D{n}", f"R{m}") for n in range(60) for m in range(n + 1)]
    seen = _seen(_documents(60), _registers(60), moves)
    assert seen.texts.count("ещё 20") == 2
    assert "Документ59" in seen.texts and "Документ19" not in seen.texts
    assert "Регистр00" in seen.texts and "Регистр40" not in seen.texts


def test_no_documents_are_an_empty_picture() -> None:
    assert _seen([], [], []).texts == ["Документы", "Регистры"]
