from cai_assets.onec.metadata.kinds import KINDS
from cai_assets.site.drawing import tone_of
from cai_assets.site.drawing.model import TONES
from cai_assets.site.drawing.tones import _TONE, tone_at


def test_every_type_has_a_colour_but_those_that_hold_others() -> None:
    names = {kind.name for kind in KINDS}
    assert {name for name in names if not tone_of(name)} == {
        "Configuration", "Language", "Subsystem",
    }  # fmt: skip
    assert set(_TONE) <= names
    assert set(_TONE.values()) == set(range(1, TONES + 1))


def test_an_unknown_type_has_none() -> None:
    assert tone_of("Нечто") == 0


def test_an_object_has_the_colour_of_its_type_unless_it_has_its_own() -> None:
    assert tone_at("Catalog.Товары", 0) == tone_of("Catalog")
    assert tone_at("Catalog.Товары", 5) == 5
    assert tone_at("просто имя", 0) == 0
