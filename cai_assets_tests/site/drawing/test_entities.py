from cai_assets.site.drawing import Entity, Field, Relation, entity_diagram
from cai_assets_tests.site.drawing.seen import Seen, see


def _seen(entities: list[Entity], relations: list[Relation], **options: int) -> Seen:
    return see(
        entity_diagram(
            entities, relations, title="Связи", id_prefix="er", more_text="ещё {}", **options
        )
    )


_ORDER = Entity(
    "Document.Заказ",
    "Заказ",
    "Документ",
    fields=[Field(f"Поле{n}", "Строка") for n in range(12)] + [Field("Клиент", "Контрагенты")],
    main=True,
)
_CLIENT = Entity("Catalog.Контрагенты", "Контрагенты", "Справочник", "../c/k.html")


def test_a_line_leaves_at_the_row_of_its_field_and_ends_at_the_head() -> None:
    relation = Relation(_ORDER.id, _CLIENT.id, "Клиент")
    seen = _seen([_ORDER, _CLIENT], [relation])
    assert seen.told == ["Заказ.Клиент → Контрагенты"]
    (line,) = seen.all("path", "d-l")
    start = float(line.get("d")[1:].split("C")[0].split()[1])
    (row,) = [text for text in seen.root.iter("text") if text.text == "Клиент"]
    assert abs(float(row.get("y")) - start) < 9
    assert seen.links == {"Контрагенты|Справочник": "../c/k.html"}


def test_fields_with_lines_are_kept_and_the_others_counted() -> None:
    texts = _seen([_ORDER, _CLIENT], [Relation(_ORDER.id, _CLIENT.id, "Клиент")]).texts
    assert "Клиент" in texts and "Поле6" in texts and "Поле7" not in texts
    assert "ещё 5" in texts


def test_a_field_that_refers_to_its_own_object_has_a_bow() -> None:
    seen = _seen([_ORDER], [Relation(_ORDER.id, _ORDER.id, "Клиент")])
    assert len(seen.all("path", "d-l")) == 1
    assert len(seen.all("path", "d-a")) == 1


def test_objects_that_refer_to_each_other_are_not_marked() -> None:
    two = [Relation(_ORDER.id, _CLIENT.id, "Клиент"), Relation(_CLIENT.id, _ORDER.id)]
    seen = _seen([_ORDER, _CLIENT], two)
    assert len(seen.all("path", "d-l")) == 2
    assert not seen.all("path", "d-x")


def test_objects_beyond_the_most_are_left_out_with_their_lines() -> None:
    many = [Entity(str(n), f"О{n}") for n in range(30)]
    seen = _seen(many, [Relation("0", str(n)) for n in range(30)], most=5)
    assert seen.texts == ["О0", "", "О1", "", "О2", "", "О3", "", "О4", ""]
    assert len(seen.all("path", "d-l")) == 4


def test_long_names_and_types_stay_in_their_box() -> None:
    field = Field("И" * 100, "Т" * 200, "И", key=True)
    seen = _seen([Entity("1", "Ж" * 200, "Ш" * 200, fields=[field])], [])
    assert max(len(text) for text in seen.texts) < 40
