"""The model of search: what it learns where the answer is known, and where there is nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from skops.io import dumps, get_untrusted_types, loads

from cai_assets.learning.model import Inputs
from cai_assets.learning.models.ranking import ASKED, MODEL, Examples
from cai_assets.learning.scores import difference
from cai_assets.learning.search import schema
from cai_assets.learning.search.lessons import hidden, shortened
from cai_assets.learning.search.listwise import Linear, learn
from cai_assets.learning.search.translation import Translator, learn_translation
from cai_assets.learning.splits import TEST, TRAIN
from cai_assets_tests.learning.searched import inputs, known_configuration, routine

_SEED = 0


@pytest.fixture(scope="module")
def examples() -> Examples:
    return MODEL.prepare(inputs(known_configuration()), _SEED)


@pytest.fixture(scope="module")
def state(examples: Examples) -> dict[str, Any]:
    return MODEL.train(examples, MODEL.parameters, _SEED)


def test_it_learns_what_bm25_cannot_know(examples: Examples, state: dict[str, Any]) -> None:
    units = MODEL.apply(state, examples)
    (bm25,) = MODEL.baselines(examples).values()
    of_model, of_bm25 = (MODEL.metrics[0].of(u.values, np.ones(len(u))) for u in (units, bm25))
    assert of_model > 0.95
    assert of_bm25 < 0.7
    assert difference(units, bm25, MODEL.metrics[0], seed=_SEED).low > 0


def test_parts_of_the_split_share_no_object(examples: Examples) -> None:
    train, test = ({q.object for q in examples.part(part)} for part in (TRAIN, TEST))
    assert train
    assert test
    assert not train & test


def test_comments_are_hidden_from_what_is_measured(examples: Examples) -> None:
    question = examples.part(TEST)[0]
    matches = examples.matches(question)
    assert not matches.impacts[:, schema.COMMENT].any()
    rows = [{**row, "doc": ""} for row in known_configuration()]
    without = MODEL.prepare(inputs(rows), _SEED)
    (bm25,), (same,) = (MODEL.baselines(each).values() for each in (examples, without))
    assert np.array_equal(bm25.values["rank"], same.values["rank"])
    assert np.array_equal(without.matches(question).first, matches.first)


def test_equal_input_gives_equal_state_and_equal_answers(
    examples: Examples, state: dict[str, Any]
) -> None:
    again = MODEL.prepare(inputs(known_configuration()), _SEED)
    other = MODEL.train(again, MODEL.parameters, _SEED)
    assert other.keys() == state.keys()
    for name, values in state.items():
        assert np.array_equal(other[name], values), name
    assert MODEL.answer(state, examples)[ASKED.name].equals(MODEL.answer(other, again)[ASKED.name])


def test_a_stored_state_orders_as_the_one_in_memory(
    examples: Examples, state: dict[str, Any]
) -> None:
    data = dumps(state)
    assert get_untrusted_types(data=data) == []
    units, again = MODEL.apply(state, examples), MODEL.apply(loads(data), examples)
    for name, values in units.values.items():
        assert np.array_equal(again.values[name], values), name


def test_a_state_of_another_upload_with_other_features_is_applied(
    examples: Examples, state: dict[str, Any]
) -> None:
    earlier = {
        **state,
        "features": np.array(["cover_name", "forgotten"]),
        "middle": np.zeros(2),
        "spread": np.ones(2),
        "weights": np.array([1.0, 5.0]),
    }
    units = MODEL.apply(earlier, examples)
    assert len(units) == MODEL.counts(examples)[1]
    assert MODEL.metrics[0].of(units.values, np.ones(len(units))) > 0


def test_outputs_have_the_columns_of_their_tables(
    examples: Examples, state: dict[str, Any]
) -> None:
    answer, index = MODEL.answer(state, examples), MODEL.index(examples)
    assert {*answer, *index} == set(MODEL.outputs)
    for name, table in answer.items():
        assert tuple(table.column_names) == MODEL.outputs[name].column_names[1:]
        assert MODEL.outputs[name].column_names[0] == "experiment"
    for name, table in index.items():
        assert table.schema.equals(MODEL.outputs[name].arrow_schema)
    asked = answer[ASKED.name].to_pylist()
    assert len(asked) == MODEL.counts(examples)[1]
    assert asked[0]["rank"] == 1
    assert asked[0]["first"] == asked[0]["routine"]


def test_notes_and_pictures_are_made(examples: Examples, state: dict[str, Any]) -> None:
    notes = MODEL.notes(state, examples)
    assert notes["routines"] == 240
    assert notes["right_among_candidates"] == 1.0
    units = MODEL.apply(state, examples)
    for language in ("ru", "en"):
        (picture,) = MODEL.charts(state, examples, units, language)
        assert picture.startswith("![")


@pytest.mark.parametrize(
    "given",
    [
        inputs([]),
        inputs([routine("Catalog.А", "Имя")]),
        inputs([{**routine("Catalog.А", "_", "См. другое"), "object": None, "name": None}]),
        inputs([routine("Catalog.А", f"Имя{n}", f"Считает {n} штук товара.") for n in range(5)]),
    ],
)
def test_where_there_is_little_nothing_is_trained_and_the_index_is_there(given: Inputs) -> None:
    examples = MODEL.prepare(given, _SEED)
    train, tests = MODEL.counts(examples)
    assert train < MODEL.least
    assert tests < MODEL.least_tests
    assert set(MODEL.index(examples)) == {table.name for table in schema.INDEX_TABLES}


def test_several_right_answers_share_the_gain() -> None:
    rows = known_configuration()
    copies = [{**row, "routine": f"{row['routine']}2", "name": f"{row['name']}2"} for row in rows]
    examples = MODEL.prepare(inputs(rows + copies), _SEED)
    assert {len(question.routines) for question in examples.questions} == {2}
    state = MODEL.train(examples, MODEL.parameters, _SEED)
    values = MODEL.apply(state, examples).values
    assert values["gain"].max() == pytest.approx(1.0)
    assert (values["gain"] <= 1 + 1e-12).all()
    assert ((values["reciprocal"] > 0) == (values["rank"] > 0)).all()


def test_translation_gives_each_word_its_counterpart() -> None:
    things = (("а*", "я*"), ("б*", "ю*"), ("в*", "э*"))
    pairs = [
        *((["возвр*", said], ["получ*", named], True) for said, named in things),
        *((["стира*", said], ["удал*", named], False) for said, named in things),
    ]
    index = MODEL.prepare(inputs([routine("Catalog.О", "ПолучитьУдалить")]), 0).index
    translator = Translator(learn_translation(pairs), index)
    terms = np.array([index.numbers["получ*"], index.numbers["удал*"]], dtype=np.int32)
    chances = translator.chances(["возвр*", "стира*", "незна*"], terms)
    assert chances[0, 0] > 0.8
    assert chances[1, 1] > 0.8
    assert chances[0, 1] < 0.05
    assert chances[2].tolist() == [0.0, 0.0]
    assert translator.function(["возвр"]) > 0.7
    assert translator.function(["стира"]) < 0.3
    assert translator.function(["незна"]) == 0.5


def test_nothing_is_learned_from_no_pairs() -> None:
    translation = learn_translation([])
    index = MODEL.prepare(inputs([routine("Catalog.О", "Имя")]), 0).index
    translator = Translator(translation, index)
    assert translator.chances(["имя*"], np.array([0], dtype=np.int32)).tolist() == [[0.0]]
    assert translator.usual(["имя*"]) > 0


def test_the_listwise_loss_finds_the_feature_that_tells() -> None:
    random = np.random.default_rng(1)
    features = random.normal(size=(400, 3)).astype(np.float32)
    question = np.repeat(np.arange(40), 10)
    right = np.zeros(400, dtype=bool)
    right[[rows[np.argmax(features[rows, 1])] for rows in np.arange(400).reshape(40, 10)]] = True
    linear = learn(features, right, question, 1e-3)
    assert abs(linear.weights[1]) > 5 * max(abs(linear.weights[0]), abs(linear.weights[2]))
    places = [np.argmax(linear.score(features[rows])) for rows in np.arange(400).reshape(40, 10)]
    assert [right.reshape(40, 10)[q, p] for q, p in enumerate(places)].count(True) >= 38


def test_a_feature_that_never_varies_counts_for_nothing() -> None:
    features = np.column_stack([np.ones(20), np.tile([0.0, 1.0], 10)]).astype(np.float32)
    linear = learn(features, np.tile([False, True], 10), np.repeat(np.arange(10), 2), 1e-3)
    assert isinstance(linear, Linear)
    assert linear.weights[0] == pytest.approx(0.0, abs=1e-6)
    assert linear.weights[1] > 0


def test_synonyms_in_any_language_lead_to_the_routines_of_an_object() -> None:
    given = inputs([routine("Catalog.Goods", "Fill")], {"Catalog.Goods": {"ru": "Товары"}})
    index = MODEL.prepare(given, 0).index
    assert index.lengths[schema.OBJECT].tolist() == [2.0]
    assert index.document[index.postings(index.numbers["товар"], schema.OBJECT)].tolist() == [0]


def test_a_shortened_question_keeps_a_few_words_in_their_order() -> None:
    random = np.random.default_rng(3)
    stems = tuple("абвгдежз")
    for _ in range(50):
        short = shortened((*stems, "а"), random)
        assert 3 <= len(short) <= 5
        assert list(short) == sorted(short)
    assert shortened(("б", "а"), random) == ("б", "а")


def test_a_hidden_word_stands_in_no_name_and_elsewhere_as_before(examples: Examples) -> None:
    matches = examples.matches(examples.questions[0])
    before = matches.impacts.copy()
    changed = hidden(matches, 1.0, np.random.default_rng(0))
    assert np.array_equal(changed.impacts, before)  # all would be hidden, so none is
    names = [schema.NAME, schema.START]
    rest = [field for field in range(len(schema.FIELDS)) if field not in names]
    hidden_some = 0
    for seed in range(20):
        changed = hidden(matches, 0.5, np.random.default_rng(seed))
        gone = [number < 0 for number in changed.asked.numbers[1]]
        assert not changed.impacts[gone][:, names].any()
        assert np.array_equal(changed.impacts[:, rest], before[:, rest])
        hidden_some += not np.array_equal(changed.impacts, before)
    assert 0 < hidden_some < 20
    assert np.array_equal(matches.impacts, before)
