"""Training questions and their candidates, made more like the questions of people.

People ask in fewer words than a comment has, and do not know the names. So some questions are cut
to a few of their words, and some words are hidden from the names of all candidates, so that what
stands elsewhere has to tell. It costs nothing on whole comments, and short questions gain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from cai_assets.learning.model import Codes, Parameters
from cai_assets.learning.search import schema
from cai_assets.learning.search.features import Describer
from cai_assets.learning.search.index import Index, Reals
from cai_assets.learning.search.matching import Matcher, Matches, ask
from cai_assets.learning.search.questions import Question
from cai_assets.learning.search.ranker import CANDIDATES
from cai_assets.learning.search.tokens import start_of
from cai_assets.learning.search.translation import Pairs, Translator, learn_translation

FOLDS = 3
"""Features of a question use a translation learned from the other folds of objects."""

FEWEST, MOST = 3, 5
"""Words of a shortened question."""

Flags = npt.NDArray[np.bool_]


def lessons(
    index: Index,
    matcher: Matcher,
    questions: list[Question],
    parameters: Parameters,
    random: np.random.Generator,
) -> Iterator[tuple[Reals, Flags]]:
    """Features of candidates and which are right, a question each, by fold of objects.

    Questions are drawn if there are more than `most_questions`; those without a right candidate
    teach nothing.
    """
    most = int(parameters["most_questions"])
    drawn = sorted(random.permutation(len(questions))[:most].tolist())
    folds = _folds(questions, random)
    for fold in range(FOLDS):
        others = [question for question in questions if folds[question.object] != fold]
        translator = Translator(learn_translation(pairs_of(index, others)), index)
        describer = Describer(index, translator)
        for at in drawn:
            question = questions[at]
            if folds[question.object] != fold:
                continue
            stems = question.stems
            if random.random() < float(parameters["shortened"]):
                stems = shortened(stems, random)
            matches = matcher.match(ask(index, stems), CANDIDATES)
            right = np.isin(matches.documents, question.routines)
            if right.any():
                matches = hidden(matches, float(parameters["hidden"]), random)
                chosen = _chosen(right, parameters, random)
                yield describer.describe(matches)[chosen], right[chosen]


def shortened(stems: tuple[str, ...], random: np.random.Generator) -> tuple[str, ...]:
    """From three to five of the distinct words, in their order; all if there are no more."""
    distinct = tuple(dict.fromkeys(stems))
    count = int(random.integers(FEWEST, MOST + 1))
    kept = sorted(random.permutation(len(distinct))[:count].tolist())
    return tuple(distinct[at] for at in kept)


def hidden(matches: Matches, share: float, random: np.random.Generator) -> Matches:
    """The same as if a share of the words stood in no name; one word at least stays as it is."""
    asked = matches.asked
    hide = random.random(len(asked.stems)) < share
    if hide.all():
        hide[:] = False
    impacts = matches.impacts.copy()
    for field in (schema.NAME, schema.START):
        impacts[hide, field] = 0
    starts = [
        -1 if is_hidden else number
        for is_hidden, number in zip(hide.tolist(), asked.numbers[1], strict=True)
    ]
    return replace(
        matches, asked=replace(asked, numbers=(asked.numbers[0], starts)), impacts=impacts
    )


def pairs_of(index: Index, questions: Iterable[Question]) -> Pairs:
    """Words of each question with those of the name that answers it."""
    functions = index.numbers_in("function") > 0
    found = []
    for question in questions:
        row = question.routines[0]
        name = index.name_terms[index.name_starts[row] : index.name_starts[row + 1]].tolist()
        asked = [start_of(stem) for stem in question.stems]
        found.append((asked, [index.terms[term] for term in name], bool(functions[row])))
    return found


def _folds(questions: list[Question], random: np.random.Generator) -> Mapping[str, int]:
    objects = sorted({question.object for question in questions})
    return dict(zip(objects, (random.permutation(len(objects)) % FOLDS).tolist(), strict=True))


def _chosen(right: Flags, parameters: Parameters, random: np.random.Generator) -> Codes:
    """The right candidates, the first `hard` of all, and `easy` of the others by lot."""
    kept = right.copy()
    kept[: int(parameters["hard"])] = True
    others = np.flatnonzero(~kept)
    kept[random.permutation(others)[: int(parameters["easy"])]] = True
    return np.flatnonzero(kept)
