"""Words, likeness and choice on a few rows that can be reckoned by hand."""

from __future__ import annotations

import numpy as np
import pytest

from cai_assets.learning.features.objects.choice import chances, fit_choice
from cai_assets.learning.features.objects.likeness import (
    evened,
    latent,
    nearest,
    pieces,
    spread,
    unit_rows,
    weighed,
)
from cai_assets.learning.features.objects.reading import CODE, NAMES, PARTS, read_objects
from cai_assets.learning.features.sparse import csr
from cai_assets_tests.learning.areas import Configuration


def dense(matrix: object) -> np.ndarray:
    found: np.ndarray = matrix.toarray()  # type: ignore[attr-defined]
    return found


def test_words_of_all_tables_are_counted_by_field() -> None:
    made = Configuration()
    made.object("Catalog.Товары", synonym="Товары и услуги", comment=None)
    made.object("CommonModule.Цены")
    made.member("Catalog.Товары", "ЦенаТовара")
    made.routine("CommonModule.Цены", "ЦенаТоваров")
    made.rows["modules"].append(
        {"module": "CommonModule.Цены.Module", "object": "CommonModule.Цены"}
    )
    made.rows["calls"].append(
        {"module": "CommonModule.Цены.Module", "receiver": "Запрос", "name": "Выполнить"}
    )
    made.rows["forms"].append({"form": "Catalog.Товары.Form.Ф", "object": "Catalog.Товары"})
    made.rows["form_items"].append({"form": "Catalog.Товары.Form.Ф", "name": "Услуга"})
    made.rows["form_items"].append({"form": "Catalog.Нет.Form.Ф", "name": "Нигде"})
    objects = read_objects(made.inputs())
    words = objects.words.tolist()
    assert objects.ids == ["Catalog.Товары", "CommonModule.Цены"]

    def counts(field: str, row: int) -> dict[str, float]:
        values = dense(objects.bags[field])[row]
        return {words[at]: values[at] for at in np.flatnonzero(values).tolist()}

    assert counts(NAMES, 0) == {"товары": 2, "услуга": 1}
    assert sum(counts(PARTS, 0).values()) == 3
    assert {"запрос", "выполнить"} <= set(counts(CODE, 1))
    assert not counts(CODE, 0)


def test_links_are_logarithms_by_family_and_unknown_ends_are_left_out() -> None:
    made = Configuration()
    made.object("Catalog.А")
    made.object("Catalog.Б")
    made.rows["graph_edges"].append({"source": "catalog.а", "target": "Catalog.Б", "code": 5})
    made.rows["graph_edges"].append({"source": "Catalog.А", "target": "Catalog.В", "data": 5})
    objects = read_objects(made.inputs())
    assert dense(objects.links["code"]).tolist() == [[0, pytest.approx(1 + np.log(5))], [0, 0]]
    assert objects.linked().nnz == 1


def test_a_rare_word_weighs_more_and_rows_have_length_one() -> None:
    found = dense(weighed(csr([0, 0, 1, 2], [0, 1, 0, 0], (4, 2))))
    assert found[0, 1] > found[0, 0]
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 1, 1, 0])


def test_the_nearest_are_never_the_row_itself_and_ties_go_by_place() -> None:
    rows = unit_rows(csr([0, 1, 2, 3], [0, 0, 0, 1], (4, 2)))
    near = nearest(rows, rows[np.array([0, 1, 2])], np.array([0, 1, 2]), 1)
    assert near.row.tolist() == [0, 1, 2]
    assert near.column.tolist() == [1, 0, 0]
    assert near.value.tolist() == [1, 1, 1]


def test_walks_reach_what_is_linked_through_others() -> None:
    links = csr([0, 1, 3], [1, 2, 4], (5, 5))
    even = dense(evened(links))
    assert even == pytest.approx(even.T)
    assert even[0, 1] == pytest.approx(1 / np.sqrt(2))
    found = dense(spread(links, 0.5, 3))
    assert found[0, 1] > found[0, 2] > 0
    assert found[0, 3] == found[0, 4] == 0
    assert found[0, 2] == pytest.approx(0.5 * 0.25 * 0.5)


def test_runs_of_letters_mark_the_ends_of_names() -> None:
    found = dense(pieces(["ab", "b"], (3,)))
    assert found.shape == (2, 3)
    assert found.sum(axis=1).tolist() == [2, 1]


def test_a_space_of_nothing_has_rows_of_zero() -> None:
    assert latent(csr([], [], (3, 5)), 4, 0).tolist() == [[0], [0], [0]]
    assert latent(csr([0], [0], (1, 1)), 4, 0).tolist() == [[0]]


def test_chances_are_those_by_which_candidates_were_drawn() -> None:
    random = np.random.default_rng(1)
    count = 4000
    features = random.uniform(0, 1, (3 * count, 2)).astype(np.float32)
    row = np.repeat(np.arange(count), 3)
    truth = np.exp(2.0 * features[:, 0]).reshape(count, 3)
    truth /= truth.sum(axis=1, keepdims=True)
    pick = (random.uniform(0, 1, count)[:, None] > truth.cumsum(axis=1)).sum(axis=1)
    chosen = np.zeros(3 * count, dtype=bool)
    chosen[np.arange(count) * 3 + pick] = True
    choice = fit_choice(features, row, chosen, 1.0)
    assert choice.weights[0] / choice.scale[0] == pytest.approx(2.0, abs=0.2)
    assert choice.weights[1] / choice.scale[1] < 0.2
    found = chances(choice, features, row).reshape(count, 3)
    assert found.sum(axis=1) == pytest.approx(np.ones(count))
    assert np.abs(found - truth).mean() < 0.02


def test_beyond_what_was_met_nothing_more_is_concluded() -> None:
    features = np.array([[0.0], [1.0]] * 20, dtype=np.float32)
    row = np.repeat(np.arange(20), 2)
    choice = fit_choice(features, row, features[:, 0] > 0, 1.0)
    far = chances(choice, np.array([[0.0], [50.0]], dtype=np.float32), np.array([0, 0]))
    assert far == pytest.approx(chances(choice, features[:2], np.array([0, 0])))


def test_evidence_never_speaks_against() -> None:
    features = np.array([[0.0], [1.0]] * 20, dtype=np.float32)
    choice = fit_choice(features, np.repeat(np.arange(20), 2), features[:, 0] == 0, 1.0)
    assert choice.weights.tolist() == [0.0]


def test_without_a_choice_all_candidates_are_equal() -> None:
    features = np.ones((4, 1), dtype=np.float32)
    row = np.array([0, 0, 1, 1])
    choice = fit_choice(features, row, np.zeros(4, dtype=bool), 1.0)
    assert chances(choice, features, row).tolist() == [0.5, 0.5, 0.5, 0.5]
