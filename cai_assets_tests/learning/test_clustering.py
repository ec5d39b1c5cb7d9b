"""Areas of a configuration in which it is known what belongs together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from skops.io import dumps, get_untrusted_types, loads

from cai_assets.learning.features.objects.area_tables import AREA_MEMBERS, AREAS
from cai_assets.learning.model import State
from cai_assets.learning.models.clustering import MODEL, Examples
from cai_assets_tests.learning.areas import Configuration, four_areas

SEED = 5


def with_more() -> Configuration:
    """Besides: an object of the bank that is declared as mail, one without a home, a picture."""
    made = four_areas()
    wrong = made.object("Document.ПлатежЧек", "Subsystem.Почта", synonym="Банк")
    made.links(wrong, "Catalog.ПлатежПлатеж")
    made.links("Document.СчетПлатеж", wrong)
    stray = made.object("Report.ОтпускаСотрудников", synonym="Зарплата")
    made.links(stray, "Catalog.СотрудникСотрудник")
    made.object("CommonPicture.Письмо", "Subsystem.Почта")
    made.object("Role.Письмо", "Subsystem.Почта")
    made.communities = {id_: 0 for id_ in made.homes if id_ != "Report.ОтпускаСотрудников"}
    return made


@pytest.fixture(scope="module")
def examples() -> Examples:
    return MODEL.prepare(with_more().inputs(), SEED)


@pytest.fixture(scope="module")
def state(examples: Examples) -> State:
    return MODEL.train(examples, MODEL.parameters, SEED)


def rows(state: State, examples: Examples, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = MODEL.answer(state, examples)[table].to_pylist()
    return found


def figure(state: State, examples: Examples, metric: int = 0) -> float:
    units = MODEL.apply(state, examples)
    return MODEL.metrics[metric].of(units.values, np.ones(len(units)))


def test_objects_of_one_theme_form_one_area(state: State, examples: Examples) -> None:
    areas = rows(state, examples, AREAS.name)
    assert {row["main_subsystem"].rpartition(".")[2] for row in areas} == {
        "Склад",
        "Зарплата",
        "Банк",
        "Почта",
    }
    assert figure(state, examples) > 0.9


def test_an_object_declared_elsewhere_lies_where_its_words_and_links_are(
    state: State, examples: Examples
) -> None:
    members = {row["object"]: row for row in rows(state, examples, AREA_MEMBERS.name)}
    wrong, right = members["Document.ПлатежЧек"], members["Catalog.ПлатежПлатеж"]
    assert wrong["area"] == right["area"]
    assert (wrong["agrees"], right["agrees"]) == (False, True)
    stray = members["Report.ОтпускаСотрудников"]
    assert stray["area"] == members["Catalog.СотрудникСотрудник"]["area"]
    assert (stray["subsystem"], stray["agrees"]) == (None, None)


def test_pictures_roles_and_subsystems_take_no_part(state: State, examples: Examples) -> None:
    types = {row["type"] for row in rows(state, examples, AREA_MEMBERS.name)}
    assert not types & {"CommonPicture", "Role", "Subsystem"}


def test_areas_are_told_with_name_size_and_agreement(state: State, examples: Examples) -> None:
    areas = rows(state, examples, AREAS.name)
    members = rows(state, examples, AREA_MEMBERS.name)
    assert [row["area"] for row in areas] == list(range(len(areas)))
    assert [row["objects"] for row in areas] == sorted(
        (row["objects"] for row in areas), reverse=True
    )
    bank = next(row for row in areas if row["main_subsystem"] == "Subsystem.Банк")
    own = [row for row in members if row["area"] == bank["area"]]
    assert bank["objects"] == len(own)
    assert bank["purity"] == pytest.approx(12 / 13)
    assert bank["coverage"] == 1.0
    assert bank["subsystems"] == 2
    assert bank["name"].startswith("Банк: ")
    assert "банк" in bank["words"]
    assert bank["leader"] in {row["object"] for row in own}
    assert bank["cohesion"] == pytest.approx(np.mean([row["strength"] for row in own]), abs=1e-5)
    assert (bank["links_inside"], bank["links_outside"]) == (26, 0)


def test_declared_homes_have_no_part_in_the_areas(state: State, examples: Examples) -> None:
    made = with_more()
    for number, id_ in enumerate(sorted(made.homes)):
        made.homes[id_] = f"Subsystem.{('Склад', 'Банк')[number % 2]}"
    other = MODEL.prepare(made.inputs(), SEED)
    assert np.array_equal(MODEL.train(other, MODEL.parameters, SEED)["areas"], state["areas"])


def test_new_objects_join_the_nearest_area_and_old_ones_stay(
    state: State, examples: Examples
) -> None:
    made = with_more()
    made.object("Catalog.ПисьмаСПапкой", synonym="Почта: письма и папки")
    made.links("Catalog.ПисьмаСПапкой", "Catalog.ПисьмоПисьмо")
    del made.homes["Document.ПлатежЧек"]
    later = MODEL.prepare(made.inputs(), SEED)
    before = {row["object"]: row["area"] for row in rows(state, examples, AREA_MEMBERS.name)}
    now = {row["object"]: row["area"] for row in rows(state, later, AREA_MEMBERS.name)}
    assert now.pop("Catalog.ПисьмаСПапкой") == now["Catalog.ПисьмоПисьмо"]
    assert now == {name: area for name, area in before.items() if name != "Document.ПлатежЧек"}


def test_a_state_of_another_configuration_is_no_error(examples: Examples) -> None:
    foreign = {"objects": np.array(["Catalog.Чужой"]), "areas": np.array([7])}
    assert figure(foreign, examples) == 0.0
    assert len(rows(foreign, examples, AREAS.name)) == 1


def test_a_stored_state_tells_the_same(state: State, examples: Examples) -> None:
    stored = dumps(state)
    assert get_untrusted_types(data=stored) == []
    assert figure(loads(stored), examples) == figure(state, examples)


def test_the_same_tables_in_another_order_give_the_same_areas(
    state: State, examples: Examples
) -> None:
    made = with_more()
    for table in made.rows.values():
        table.reverse()
    again = MODEL.train(MODEL.prepare(made.inputs(), SEED), MODEL.parameters, SEED)
    assert again["objects"].tolist() == state["objects"].tolist()
    assert np.array_equal(again["areas"], state["areas"])


def test_baselines_are_measured_on_the_same_units(state: State, examples: Examples) -> None:
    units = MODEL.apply(state, examples)
    baselines = MODEL.baselines(examples)
    assert set(baselines) == {"vocabulary", "communities", "object_type"}
    for other in baselines.values():
        assert np.array_equal(other.groups, units.groups)
    words = MODEL.metrics[0].of(baselines["vocabulary"].values, np.ones(len(units)))
    assert words > 0.5


def test_notes_compare_areas_with_subsystems(state: State, examples: Examples) -> None:
    notes = MODEL.notes(state, examples)
    assert notes["areas"] == 4
    assert notes["links_inside"] == 1.0
    assert float(notes["links_inside_subsystems"]) < 1.0
    assert float(notes["stability"]) > 0.8


@pytest.mark.parametrize("language", ["ru", "en"])
def test_charts_are_drawn(state: State, examples: Examples, language: str) -> None:
    assert len(MODEL.charts(state, examples, MODEL.apply(state, examples), language)) == 2


@pytest.mark.parametrize("objects", [0, 1, 2, 5])
def test_next_to_nothing_is_divided_without_trouble(objects: int) -> None:
    made = Configuration()
    for number in range(objects):
        made.object(f"Catalog._{number}", name="", synonym=None)
    examples = MODEL.prepare(made.inputs(), SEED)
    assert MODEL.counts(examples) == (objects, 0)
    state = MODEL.train(examples, MODEL.parameters, SEED)
    assert len(MODEL.apply(state, examples)) == 0
    assert figure(state, examples) == 0.0
    assert len(rows(state, examples, AREA_MEMBERS.name)) == objects
    assert all(len(units) == 0 for units in MODEL.baselines(examples).values())
    MODEL.notes(state, examples)
    MODEL.charts(state, examples, MODEL.apply(state, examples), "ru")
