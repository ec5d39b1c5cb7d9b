"""Texts of the search and names of kinds."""

from __future__ import annotations

import re
from importlib.resources import files

from cai_assets.onec.metadata.kinds import KINDS
from cai_assets.site.search.texts import (
    KINDS_OF_RESULTS,
    TEXTS,
    kind_label,
    kind_order,
    kind_words,
)


def test_scripts_say_every_text_and_no_other() -> None:
    script = files("cai_assets.site").joinpath("static/search.js").read_text(encoding="utf-8")
    assert set(re.findall(r"\btexts\.(\w+)", script)) == set(TEXTS)


def test_every_kind_is_called_something_in_both_languages() -> None:
    for kind in [*KINDS_OF_RESULTS, *(kind.name for kind in KINDS)]:
        assert kind_label(kind, "ru")
        assert kind_label(kind, "en")
    assert kind_label("Catalog", "ru") == "Справочники"
    assert kind_words("Catalog") == "Справочник Catalog"
    assert kind_label("unheard of", "en") == "unheard of"


def test_objects_stand_before_routines_and_these_before_members() -> None:
    kinds = ["member", "unheard of", "routine", "Language", "Catalog"]
    assert sorted(kinds, key=kind_order) == [
        "Catalog",
        "Language",
        "routine",
        "member",
        "unheard of",
    ]
