"""Which objects form functional areas, by vocabulary and graph alone.

Nothing here is told what subsystems there are: neither the space in which objects lie
(`features/objects/spaces.py`), nor how they are grouped, nor how many groups there are
(`features/objects/grouping.py`). So every object with a home is a unit of the test, and agreement
with the subsystems as declared says how well areas find again what people have divided.

A state is which object belongs to which area, by id. Objects that came later join the area whose
middle is nearest, in the space of their own upload.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cai_assets.analysis.charts import heat_map, histogram
from cai_assets.knowledge.schema import Table
from cai_assets.learning import splits
from cai_assets.learning.features.objects.agreement import (
    adjusted,
    completeness,
    contributions,
    homogeneity,
)
from cai_assets.learning.features.objects.area_tables import (
    AREA_MEMBERS,
    AREAS,
    Division,
    tables_of,
)
from cai_assets.learning.features.objects.grouping import (
    centres,
    divided,
    k_means,
    modularity,
    nearest_centre,
    silhouette,
    stability,
    ward,
)
from cai_assets.learning.features.objects.likeness import latent
from cai_assets.learning.features.objects.reading import (
    OUTSIDE,
    READS,
    Objects,
    folded,
    read_objects,
)
from cai_assets.learning.features.objects.spaces import family_links, landscape, unit, vocabulary
from cai_assets.learning.features.sparse import Sparse
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
)

WITHOUT_FUNCTION = OUTSIDE | {"CommonPicture", "Interface", "Role", "Style", "StyleItem"}
"""Types that take no part. Pictures and styles dress any area; roles cut across areas by design."""

_WIDTH = 150
_SHOWN = 16


@dataclass(frozen=True, slots=True)
class Examples:
    """Objects that take part: `part`, with their place in `space`, a row each, and their `links`.

    `known` are the rows with a home subsystem.
    """

    objects: Objects
    part: Codes
    space: Floats
    links: Sparse
    known: Codes
    seed: int

    @property
    def home(self) -> Codes:
        """The home of each row, -1 without one."""
        found: Codes = self.objects.home[self.part]
        return found


class Clustering(Model[Examples]):
    """Finds functional areas."""

    name = "clustering_model"
    version = "1"
    title = Words("Функциональные области", "Functional areas")
    question = Words(
        "Какие объекты образуют функциональные области и где их границы?",
        "Which objects form functional areas, and where are their boundaries?",
    )
    limits = Words(
        "Области не доказывают, что подсистемы поделены неверно: связи внутри областей — то, ради "
        "чего их строят. Номера и границы областей меняются от выгрузки к выгрузке, не ссылайтесь "
        "на них как на постоянные.",
        "Areas do not prove that subsystems are drawn wrongly: links within them are what they "
        "are built for. Their numbers and boundaries change from upload to upload, so do not "
        "refer to them as if they were permanent.",
    )
    unit = Words("объекты", "objects")
    reads = READS
    parameters = {"objects_per_area": 10.0}
    metrics = (
        Metric(
            "ami",
            Words(
                "Согласие с подсистемами (скорректированная взаимная информация)",
                "Agreement with subsystems (adjusted mutual information)",
            ),
            adjusted,
        ),
        Metric("homogeneity", Words("Однородность областей", "Homogeneity"), homogeneity),
        Metric("completeness", Words("Цельность подсистем", "Completeness"), completeness),
    )
    baseline_titles = {
        "vocabulary": Words("группы по одним словам", "k-means on vocabulary alone"),
        "communities": Words("сообщества графа", "communities of the graph"),
        "object_type": Words("тип объекта", "type of object"),
    }
    least = 40
    outputs: ClassVar[Mapping[str, Table]] = {AREAS.name: AREAS, AREA_MEMBERS.name: AREA_MEMBERS}

    def prepare(self, inputs: Inputs, seed: int) -> Examples:
        """The space in which objects lie, and their links."""
        objects = read_objects(inputs)
        part = np.flatnonzero(~objects.of_types(WITHOUT_FUNCTION))
        return Examples(
            objects,
            part,
            landscape(objects, seed)[part],
            family_links(objects)[part][:, part],
            np.flatnonzero(objects.home[part] >= 0),
            seed,
        )

    def counts(self, examples: Examples) -> tuple[int, int]:
        """Objects that are divided, and those of them with a home to compare with."""
        return len(examples.part), len(examples.known)

    def train(self, examples: Examples, parameters: Parameters, seed: int) -> State:
        """The division into areas, by id."""
        areas = divided(
            ward(examples.space, seed),
            examples.space,
            examples.links,
            float(parameters["objects_per_area"]),
            seed,
        )
        ids = [examples.objects.ids[at] for at in examples.part.tolist()]
        return {"objects": np.array(ids, dtype=np.str_), "areas": areas}

    def apply(self, state: State, examples: Examples) -> Units:
        """How the areas of objects with a home agree with their homes."""
        return _units(examples, _areas(state, examples))

    def baselines(self, examples: Examples) -> Mapping[str, Units]:
        """K-means on vocabulary alone, communities of the graph, types of objects.

        How many means there are is decided in the same way as for the areas. An object without
        links is a community of its own.
        """
        objects, part = examples.objects, examples.part
        words = unit(latent(vocabulary(objects), _WIDTH, examples.seed))[part]
        per_area = float(self.parameters["objects_per_area"])
        means = divided(
            k_means(words, examples.seed), words, examples.links, per_area, examples.seed
        )
        community = objects.community[part]
        alone = community.max(initial=-1) + 1 + np.arange(len(part))
        return {
            "vocabulary": _units(examples, means),
            "communities": _units(examples, np.where(community < 0, alone, community)),
            "object_type": _units(examples, objects.type[part]),
        }

    def answer(self, state: State, examples: Examples) -> Mapping[str, pa.Table]:
        """`areas` and `area_members`."""
        return tables_of(_division(state, examples))

    def notes(self, state: State, examples: Examples) -> Mapping[str, str | int | float]:
        """What areas do better or worse than subsystems as declared, and how firm they are."""
        areas, home, known = _areas(state, examples), examples.home, examples.known
        ids = [examples.objects.ids[at] for at in examples.part.tolist()]
        of_test = splits.is_test([ids[at] for at in known.tolist()])
        links = examples.links
        found: dict[str, str | int | float] = {
            "areas": len(np.unique(areas)),
            "objects": len(areas),
            "homes": len(np.unique(home[known])),
            "stability": stability(ward, examples.space, areas, examples.seed),
            "silhouette": silhouette(examples.space, areas, examples.seed),
            "modularity": modularity(links, areas),
            "links_inside": _inside(links, areas, np.ones(len(areas), dtype=np.bool_)),
            "links_inside_of_those_with_home": _inside(links, areas, home >= 0),
            "links_inside_subsystems": _inside(links, home, home >= 0),
            "modularity_of_subsystems": _within(links, home, known),
            "modularity_of_areas_on_the_same": _within(links, areas, known),
            "ami_test_part": _agreement(home[known][of_test], areas[known][of_test]),
        }
        return {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in found.items()
        }

    def charts(self, state: State, examples: Examples, units: Units, language: str) -> list[str]:
        """How large areas are, and how the largest are linked."""
        del units
        russian = language == "ru"
        division = _division(state, examples)
        sizes = np.bincount(division.areas) if len(division.areas) else np.zeros(0, dtype=np.int64)
        bounds = (1, 5, 10, 20, 40, 80)
        buckets = [
            (
                f"{low}–{high - 1}" if high else f"{low}+",
                int(((sizes >= low) & (sizes < (high or np.inf))).sum()),
            )
            for low, high in zip(bounds, (*bounds[1:], 0), strict=True)
        ]
        title = "Области по числу объектов" if russian else "Areas by number of objects"
        drawn = [histogram(title, buckets)]
        if len(sizes):
            names = division.names[:_SHOWN]
            mixed = (
                "Строка использует столбец: самые большие области"
                if russian
                else "Row uses column: the largest areas"
            )
            drawn.append(heat_map(mixed, names, division.uses[: len(names), : len(names)]))
        return drawn


def _areas(state: State, examples: Examples) -> Codes:
    """The area of each row: that of the state, for new objects the nearest."""
    known = {
        folded(name): area
        for name, area in zip(
            state["objects"].tolist(), np.asarray(state["areas"]).tolist(), strict=True
        )
    }
    ids = [folded(examples.objects.ids[at]) for at in examples.part.tolist()]
    found = np.array([known.get(name, -1) for name in ids], dtype=np.int64)
    old = np.flatnonzero(found >= 0)
    new = np.flatnonzero(found < 0)
    if len(new):
        present, code = np.unique(found[old], return_inverse=True)
        middles = centres(examples.space[old], code.astype(np.int64))
        nearest = nearest_centre(examples.space[new], middles)
        found[new] = present[nearest] if len(present) else 0
    return found


def _division(state: State, examples: Examples) -> Division:
    return Division(examples.objects, examples.part, examples.space, _areas(state, examples))


def _units(examples: Examples, areas: Codes) -> Units:
    known = examples.known
    values = contributions(examples.home[known], areas[known])
    return Units(examples.part[known], values)


def _agreement(home: Codes, areas: Codes) -> float:
    return adjusted(contributions(home, areas), np.ones(len(home)))


def _inside(links: Sparse, groups: Codes, rows: npt.NDArray[np.bool_]) -> float:
    """The share of links between the chosen rows that stay in a group."""
    both = links[rows][:, rows].tocoo()
    total = float(both.data.sum())
    inside = groups[rows][both.row] == groups[rows][both.col]
    return float(both.data[inside].sum()) / total if total else 0.0


def _within(links: Sparse, groups: Codes, rows: Codes) -> float:
    if not len(rows):
        return 0.0
    _, code = np.unique(groups[rows], return_inverse=True)
    return modularity(links[rows][:, rows], code.astype(np.int64))


MODEL = Clustering()
