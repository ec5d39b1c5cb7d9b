"""Pictures of the site as SVG: pure functions, data in, one `<svg>` element out.

They stand inside pages, so that the style sheet reaches them: `STYLE` belongs into it, and a frame
`<figure class="d-f">` around each picture lets wide ones scroll on narrow windows. All texts come
from the caller; `title` names the picture and `id_prefix` makes its ids unique in the page. Where
there is more than can be read, the largest is shown and the rest is counted.
"""

from __future__ import annotations

from cai_assets.site.drawing.charts import (
    Line,
    Series,
    Stack,
    bars,
    histogram,
    line_chart,
    stacked_bars,
)
from cai_assets.site.drawing.entities import Entity, Field, Relation, entity_diagram
from cai_assets.site.drawing.layered import Chosen, layered, strongest
from cai_assets.site.drawing.matrix import Cell, heat_map
from cai_assets.site.drawing.model import Edge, Node, Side, Value
from cai_assets.site.drawing.movements import movements
from cai_assets.site.drawing.neighbourhood import neighbourhood
from cai_assets.site.drawing.ranges import Range, ranges
from cai_assets.site.drawing.style import STYLE
from cai_assets.site.drawing.tones import tone_of
from cai_assets.site.drawing.treemap import Tile, treemap
from cai_assets.site.drawing.week import Job, Run, week

__all__ = [
    "STYLE",
    "Cell",
    "Chosen",
    "Edge",
    "Entity",
    "Field",
    "Job",
    "Line",
    "Node",
    "Range",
    "Relation",
    "Run",
    "Series",
    "Side",
    "Stack",
    "Tile",
    "Value",
    "bars",
    "entity_diagram",
    "heat_map",
    "histogram",
    "layered",
    "line_chart",
    "movements",
    "neighbourhood",
    "ranges",
    "stacked_bars",
    "strongest",
    "tone_of",
    "treemap",
    "week",
]
