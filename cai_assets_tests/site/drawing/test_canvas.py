import pytest
from hypothesis import given
from hypothesis import strategies as st

from cai_assets.site.drawing import Value, bars
from cai_assets.site.drawing.canvas import at, fitted, picture, text, thickness, width_of
from cai_assets_tests.site.drawing.seen import see


def test_texts_are_escaped_and_control_characters_are_blanks() -> None:
    assert text("<a b=\"c\" d='e'>&\x00\n") == "&lt;a b=&quot;c&quot; d=&#x27;e&#x27;&gt;&amp;  "
    assert text("1\u202f000") == "1\u202f000"


@pytest.mark.parametrize(
    ("value", "written"), [(3.0, "3"), (3.04, "3"), (3.16, "3.2"), (-0.01, "0")]
)
def test_coordinates_have_at_most_one_decimal(value: float, written: str) -> None:
    assert at(value) == written


def test_a_long_name_keeps_both_its_ends_and_fits() -> None:
    name = "ОбновлениеСтатусовДоставкиСообщений"
    short = fitted(name, 150)
    assert width_of(short) <= 150
    head, tail = short.split("…")
    assert name.startswith(head) and name.endswith(tail) and len(head) > len(tail) > 2
    assert fitted(name, 1000) == name


@given(st.text(max_size=60), st.floats(20, 400))
def test_a_name_never_gets_wider_than_its_room(name: str, room: float) -> None:
    assert width_of(fitted(name, room)) <= room + 0.01


@given(st.text())
def test_any_name_and_any_address_make_a_well_formed_picture(name: str) -> None:
    see(bars([Value(name, 1, href=name)], title=f"x{name}", id_prefix="b"))


def test_lines_grow_with_weight_within_bounds() -> None:
    widths = [thickness(weight, 1000) for weight in (0, 1, 10, 100, 1000)]
    assert widths == sorted(widths)
    assert widths[0] >= 1 and widths[-1] <= 4
    assert thickness(1, 1) == thickness(1, 0)


def test_wide_pictures_shrink_a_little_only() -> None:
    assert 'class="d d-880"' in picture("x", "p", 1100, 10, [])
    assert 'class="d"' in picture("x", "p", 300, 10, [])
