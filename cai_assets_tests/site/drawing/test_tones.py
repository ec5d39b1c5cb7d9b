from cai_assets.onec.metadata.kinds import KINDS
from cai_assets.site.drawing import tone_of
from cai_assets.site.drawing.model import TONES
from cai_assets.site.drawing.tones import _TONE


def test_every_type_has_a_colour_but_those_that_hold_others() -> None:
    names = {kind.name for kind in KINDS}
    assert {name for name in names if not tone_of(name)} == {
        "Configuration", "Language", "Subsystem",
    }  # fmt: skip
    assert set(_TONE) <= names
    assert set(_TONE.values()) == set(range(1, TONES + 1))


def test_an_unknown_type_has_none() -> None:
    assert tone_of("Нечто") == 0
