"""Which routine answers a question: what `cai search` orders its hits by.

Learned from doc comments: the first sentence of one is a question, its routine the right answer,
and comments are hidden from the index (`search/questions.py`). Candidates come from a weighted sum
of BM25 by field; what is learned is how words of comments stand for words of names
(`search/translation.py`), and a linear score over features (`search/features.py`) with the loss of
ListNet. Features of training questions use a translation that has not seen their objects, and
some questions are made harder (`search/lessons.py`).

Some features tell of the routine alone (exported, kind of the module, length): they say what
people write comments for. On large configurations they account for about a fifth of the gain over
BM25.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, NamedTuple

import numpy as np
import pyarrow as pa

from cai_assets.analysis.charts import histogram
from cai_assets.analysis.dependencies.tabulate import build
from cai_assets.knowledge.schema import FILE, INT, LINE, PROJECT, TEXT, Column, Table
from cai_assets.learning.model import (
    Codes,
    Floats,
    Inputs,
    Metric,
    Model,
    Parameters,
    State,
    Units,
    Words,
    mean_of,
)
from cai_assets.learning.schema import EXPERIMENT, without_experiment
from cai_assets.learning.search import schema
from cai_assets.learning.search.baseline import Bm25, tuned
from cai_assets.learning.search.index import COLUMNS, Index, build_index
from cai_assets.learning.search.lessons import lessons, pairs_of
from cai_assets.learning.search.listwise import learn
from cai_assets.learning.search.matching import Matcher, Matches, ask
from cai_assets.learning.search.questions import Question, questions_of
from cai_assets.learning.search.ranker import CANDIDATES, Ranker, learned_table, state_of
from cai_assets.learning.search.translation import learn_translation
from cai_assets.learning.splits import TEST, TRAIN, VALIDATION

TOP, FEW = 10, 5
"""Places that count, and those that a person looks at."""

ASKED = Table(
    "asked",
    "Held-out questions, the routine that answers each, and where the model puts it",
    "Отложенные вопросы, процедура с ответом и место, на которое её ставит модель",
    (
        EXPERIMENT,
        PROJECT,
        Column("routine", TEXT, "Routine whose comment asks"),
        LINE,
        Column("question", TEXT, "First sentence of the comment"),
        Column("answers", INT, "Routines that answer it"),
        Column("rank", INT, "Best place of them; null if none is among the candidates"),
        Column("rank_bm25", INT, "The same by BM25; null if not among its first 200"),
        Column("first", TEXT, "The routine that the model puts first; null if none"),
        FILE,
    ),
    ("experiment", "project", "routine", "line"),
)

_BUCKETS = ((1, "1"), (3, "2–3"), (5, "4–5"), (10, "6–10"), (CANDIDATES, f"11–{CANDIDATES}"))


class Found(NamedTuple):
    """The candidates of a question: as they were chosen, and as the model orders them."""

    chosen: Codes
    ordered: Codes


@dataclass(frozen=True)
class Examples:
    """The index of an upload and the questions that its comments ask."""

    tables: Mapping[str, pa.Table]
    questions: list[Question]

    @cached_property
    def index(self) -> Index:
        """The index in memory."""
        return Index.of(self.tables)

    @cached_property
    def matcher(self) -> Matcher:
        """It chooses candidates without comments."""
        return Matcher(self.index)

    @cached_property
    def bm25(self) -> Bm25:
        """The baseline, tuned on the validation part."""
        return tuned(self.index, self.part(VALIDATION))

    def part(self, part: str) -> list[Question]:
        """The questions of a part of the split."""
        return [question for question in self.questions if question.part == part]

    @cached_property
    def bm25_found(self) -> list[Codes]:
        """What BM25 finds for each question of the test part, best first."""
        return [self.bm25.top(q.stems, CANDIDATES)[0] for q in self.part(TEST)]

    @cached_property
    def _found(self) -> list[tuple[State, list[Found]]]:
        return []

    def found(self, state: State) -> list[Found]:
        """What a state finds for each question of the test part.

        It is asked for several times, so that of the last two states is kept.
        """
        for known, found in self._found:
            if known is state:
                return found
        ranker = Ranker(self.index, state)
        found = []
        for question in self.part(TEST):
            matches = self.matches(question)
            order = np.argsort(-ranker.scores(matches), kind="stable")
            found.append(Found(matches.documents, matches.documents[order]))
        self._found[1:] = self._found[:1]
        self._found[:1] = [(state, found)]
        return found

    def matches(self, question: Question) -> Matches:
        """The candidates of a question."""
        return self.matcher.match(ask(self.index, question.stems), CANDIDATES)


class Ranking(Model[Examples]):
    """Orders routines by how well they answer a question."""

    name = "ranking_model"
    version = "1"
    title = Words("Поиск по коду", "Code search")
    question = Words(
        "Какая процедура или функция отвечает на вопрос, если её комментария не видно?",
        "Which routine answers a question if its comment is hidden?",
    )
    reads: ClassVar[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
        "ml_dataset": {"routines": (*COLUMNS, "body_digest", "statements")},
        "parsed_configuration": {"objects": ("project", "object", "synonyms")},
    }
    parameters = {
        "most_questions": 2500,
        "shortened": 0.5,
        "hidden": 0.3,
        "hard": 40,
        "easy": 30,
        "ridge": 1e-3,
    }
    metrics = (
        Metric("mrr_10", Words("MRR@10", "MRR@10"), mean_of("reciprocal")),
        Metric("ndcg_10", Words("NDCG@10", "NDCG@10"), mean_of("gain")),
        Metric(
            "hits_5", Words("верный ответ в первых 5", "right answer in the top 5"), mean_of("hit")
        ),
        Metric(
            "mrr_10_beyond",
            Words("MRR@10, если имени мало", "MRR@10 where the name does not say it all"),
            lambda values, weights: _mean(values["reciprocal"], weights * values["beyond"]),
        ),
    )
    limits = Words(
        "Ответ — это то, что похоже на вопрос словами, а не то, что верно. Модель не понимает "
        "кода и не знает, можно ли метод вызывать. Если в ответе метода нет, это не значит, что "
        "его нет в конфигурации.",
        "An answer is what resembles the question in words, not what is right. The model does not "
        "understand code and does not know whether a routine may be called. That a routine is not "
        "in the answer does not mean that there is none.",
    )
    unit = Words("вопросы", "questions")
    baseline_titles = {"bm25": Words("BM25", "BM25")}
    least = 100
    outputs: ClassVar[Mapping[str, Table]] = {
        ASKED.name: ASKED,
        schema.LEARNED.name: schema.LEARNED,
        **{table.name: table for table in schema.INDEX_TABLES},
    }

    def prepare(self, inputs: Inputs, seed: int) -> Examples:
        """The index, and the questions of all parts."""
        del seed
        routines = inputs["ml_dataset"]["routines"]
        names = _texts(routines, "name")
        copies = [
            f"{name.casefold()}:{digest}" if digest and statements else ""
            for name, digest, statements in zip(
                names,
                _texts(routines, "body_digest"),
                routines.column("statements").to_pylist(),
                strict=True,
            )
        ]
        questions = questions_of(
            _texts(routines, "description"), names, _texts(routines, "object"), copies
        )
        tables = build_index(routines, inputs["parsed_configuration"]["objects"])
        return Examples(tables, questions)

    def counts(self, examples: Examples) -> tuple[int, int]:
        """Questions of the training part and of the test part."""
        return len(examples.part(TRAIN)), len(examples.part(TEST))

    def train(self, examples: Examples, parameters: Parameters, seed: int) -> State:
        """The translation of all training questions, and the weights of the features."""
        questions, index = examples.part(TRAIN), examples.index
        random = np.random.default_rng(seed)
        rows, right = [], []
        for features, truth in lessons(index, examples.matcher, questions, parameters, random):
            rows.append(features)
            right.append(truth)
        numbers = np.repeat(np.arange(len(rows)), [len(part) for part in rows])
        ridge = float(parameters["ridge"])
        linear = learn(np.concatenate(rows), np.concatenate(right), numbers, ridge)
        return state_of(learn_translation(pairs_of(index, questions)), linear)

    def apply(self, state: State, examples: Examples) -> Units:
        """Where the right answers stand among the candidates."""
        return _units(examples, [found.ordered for found in examples.found(state)])

    def baselines(self, examples: Examples) -> Mapping[str, Units]:
        """BM25 over all words in one bag, tuned on the validation part."""
        return {"bm25": _units(examples, examples.bm25_found)}

    def answer(self, state: State, examples: Examples) -> Mapping[str, pa.Table]:
        """What became of the held-out questions, the worst misses last; what was learned."""
        questions = _tests(examples)
        found = [found.ordered for found in examples.found(state)]
        ranks = [_rank(places, question) for places, question in zip(found, questions, strict=True)]
        before = [_rank(*pair) for pair in zip(examples.bm25_found, questions, strict=True)]
        order = sorted(range(len(ranks)), key=lambda at: (ranks[at] or CANDIDATES + 1, at))
        documents = examples.index.documents
        own = documents.take(pa.array([questions[at].routines[0] for at in order], pa.int64()))
        firsts = [int(places[0]) if len(places) else None for places in found]
        first = documents.column("routine").take(pa.array([firsts[at] for at in order], pa.int64()))
        table = build(
            without_experiment(ASKED),
            {
                "project": own.column("project").combine_chunks(),
                "routine": own.column("routine").combine_chunks(),
                "line": own.column("line").combine_chunks(),
                "question": [questions[at].text for at in order],
                "answers": [len(questions[at].routines) for at in order],
                "rank": [ranks[at] for at in order],
                "rank_bm25": [before[at] for at in order],
                "first": first.combine_chunks(),
                "file": own.column("file").combine_chunks(),
            },
        )
        return {ASKED.name: table, schema.LEARNED.name: learned_table(state)}

    def index(self, examples: Examples) -> Mapping[str, pa.Table]:
        """The search index: search works before a model is promoted."""
        return examples.tables

    def notes(self, state: State, examples: Examples) -> Mapping[str, str | int | float]:
        """How large the index is, what the candidates alone reach, and the settings of BM25."""
        questions = _tests(examples)
        found = [found.chosen for found in examples.found(state)]
        first = _units(examples, (documents[:TOP] for documents in found))
        ones = np.ones(len(questions))
        among = [
            _rank(documents, q) is not None for documents, q in zip(found, questions, strict=True)
        ]
        return {
            "routines": len(examples.index),
            "stems": len(examples.index.terms),
            "postings": len(examples.index.document),
            "words_translated": len(state["asked"]),
            "mrr_10_of_candidates": _mean(first.values["reciprocal"], ones),
            "right_among_candidates": _mean(np.array(among, dtype=np.float64), ones),
            "bm25_k1": examples.bm25.k1,
            "bm25_b": examples.bm25.b,
        }

    def charts(self, state: State, examples: Examples, units: Units, language: str) -> list[str]:
        """At which place the right answer stands."""
        del state, examples
        rank = units.values["rank"]
        titles = Words("Место верного ответа, вопросов", "Place of the right answer, questions")
        lost = Words("нет", "none")
        below, buckets = 0, []
        for most, label in _BUCKETS:
            buckets.append((label, int(((rank > below) & (rank <= most)).sum())))
            below = most
        buckets.append((getattr(lost, language), int((rank == 0).sum())))
        return [histogram(getattr(titles, language), buckets, first_over=len(buckets) - 2)]


def _tests(examples: Examples) -> list[Question]:
    return examples.part(TEST)


def _rank(found: Codes, question: Question) -> int | None:
    """The place of the first right answer, from 1."""
    right = np.flatnonzero(np.isin(found, question.routines))
    return int(right[0]) + 1 if len(right) else None


def _units(examples: Examples, found: Iterable[Codes]) -> Units:
    """Figures of each test question from the documents found, best first."""
    questions = _tests(examples)
    reciprocal, gain, ranks = [], [], []
    for question, places in zip(questions, found, strict=True):
        right = np.isin(places[:TOP], question.routines)
        discount = 1 / np.log2(np.arange(2, TOP + 2))
        ideal = discount[: len(question.routines)].sum()
        rank = _rank(places, question)
        ranks.append(rank or 0)
        reciprocal.append(1 / rank if rank and rank <= TOP else 0.0)
        gain.append(float(right @ discount[: len(right)]) / ideal)
    best = np.array(ranks, dtype=np.float64)
    objects = [question.object for question in questions]
    _, groups = np.unique(np.array(objects, dtype=str), return_inverse=True)
    values = {
        "reciprocal": np.array(reciprocal, dtype=np.float64),
        "gain": np.array(gain, dtype=np.float64),
        "hit": ((best > 0) & (best <= FEW)).astype(np.float64),
        "rank": best,
        "beyond": np.array([question.beyond for question in questions], dtype=np.float64),
    }
    return Units(groups.astype(np.int64), values)


def _mean(values: Floats, weights: Floats) -> float:
    total = float(weights.sum())
    return float(values @ weights) / total if total else 0.0


def _texts(table: pa.Table, column: str) -> list[str]:
    return [text or "" for text in table.column(column).cast(pa.string()).to_pylist()]


MODEL = Ranking()
