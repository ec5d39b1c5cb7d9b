"""Pictures of the site as SVG: pure functions, data in, one `<svg>` element out.

They stand inside pages, so that the style sheet reaches them: `STYLE` belongs into it. All texts
come from the caller, and `id_prefix` makes ids unique in the page.
"""

from __future__ import annotations

from cai_assets.site.drawing.model import Edge, Node, Side, Value
from cai_assets.site.drawing.neighbourhood import neighbourhood
from cai_assets.site.drawing.style import STYLE

__all__ = ["STYLE", "Edge", "Node", "Side", "Value", "neighbourhood"]
