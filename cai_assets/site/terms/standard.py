"""Names of standard attributes."""

from __future__ import annotations

from cai_assets.onec.metadata.standard_fields import RUSSIAN_FIELDS
from cai_assets.site.model import Language


def standard_name(name: str, language: Language) -> str:
    """A standard attribute as BSL calls it: `Description` → `Наименование`."""
    return RUSSIAN_FIELDS.get(name, name) if language == "ru" else name
