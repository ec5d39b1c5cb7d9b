"""Pages do not depend on the order of rows, which digests do not see either."""

from __future__ import annotations

from typing import Any

import pytest

from cai_assets.site.model import Rows, Section
from cai_assets.site.pages import SECTIONS
from cai_assets.site.tables import Place, Reader, StoredSource
from cai_assets_tests.conftest import Learned
from cai_assets_tests.site.pages.given import RUSSIAN


def _turned(rows: Rows, section: Section) -> Rows:
    found: dict[str, Any] = {name: list(reversed(rows[name])) for name in section.inputs}
    return Rows(found)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: type(section).__name__)
def test_a_view_is_the_same_whatever_the_order_of_its_rows(
    section: Section, learned_sample: Learned
) -> None:
    source = StoredSource(Place(learned_sample.folder))
    pages = list(section.pages(source))
    read = Reader(source).read(section, [page.key for page in pages])
    for page in pages:
        rows = read[page.key]
        expected = section.view(page, rows, RUSSIAN)
        assert section.view(page, _turned(rows, section), RUSSIAN) == expected
