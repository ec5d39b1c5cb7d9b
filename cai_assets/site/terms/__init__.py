"""The platform's own words in Russian: properties and their values, rights, events, types.

The tables have the English names of the platform; in Russian they are called as Designer calls
them. A name that is missing is shown as it is, its words apart where it is no identifier.
"""

from __future__ import annotations

from cai_assets.site.terms.events import event_name
from cai_assets.site.terms.items import item_name
from cai_assets.site.terms.properties import property_name, property_value
from cai_assets.site.terms.rights import right_name
from cai_assets.site.terms.standard import standard_name
from cai_assets.site.terms.types import type_text

__all__ = [
    "event_name",
    "item_name",
    "property_name",
    "property_value",
    "right_name",
    "standard_name",
    "type_text",
]
