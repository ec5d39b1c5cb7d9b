"""The style of pictures against the style sheet of the site, whose colours it uses."""

from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from cai_assets.site import shared
from cai_assets.site.drawing import (
    STYLE,
    Cell,
    Edge,
    Entity,
    Field,
    Job,
    Line,
    Node,
    Range,
    Relation,
    Run,
    Series,
    Side,
    Stack,
    Tile,
    Value,
    bars,
    entity_diagram,
    heat_map,
    histogram,
    layered,
    line_chart,
    movements,
    neighbourhood,
    ranges,
    stacked_bars,
    treemap,
    week,
)
from cai_assets.site.drawing.canvas import picture
from cai_assets_tests.site.drawing.seen import see

_LIGHT, _DARK = "light", "dark"
_TINTS = {f"--fill-{number}" for number in range(1, 7)}


def _palettes() -> dict[str, dict[str, str]]:
    """The colours of the site by theme: those of the first and of the dark `:root`."""
    sheet = files("cai_assets.site").joinpath("static/style.css").read_text(encoding="utf-8")
    light, dark = (
        {
            name.strip(): value.strip()
            for name, _, value in (line.partition(":") for line in block.split("}")[0].split(";"))
            if value.strip().startswith("#")
        }
        for block in sheet.split(":root {")[1:3]
    )
    return {_LIGHT: light, _DARK: {**light, **dark}}


_PALETTES = _palettes()


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))


def _mixed(over: tuple[float, ...], under: tuple[float, ...], share: float) -> tuple[float, ...]:
    return tuple(a * share + b * (1 - share) for a, b in zip(over, under, strict=True))


def _contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """The contrast ratio of WCAG 2.2."""

    def light(colour: tuple[float, ...]) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
        return float(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2])

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [_LIGHT, _DARK])
def test_text_can_be_read_on_whatever_it_stands_on(theme: str) -> None:
    colours = {name: _rgb(value) for name, value in _PALETTES[theme].items()}
    ink, paper = colours["--ink"], colours["--paper"]
    for text in ("--ink", "--pale", "--accent"):
        assert _contrast(colours[text], paper) >= 4.5
    for tint in _TINTS:
        ground = colours[tint]
        assert _contrast(ink, ground) >= 4.5
        assert _contrast(_mixed(ink, ground, 0.8), ground) >= 4.5
    for step in range(1, 6):
        assert _contrast(ink, _mixed(colours["--accent"], paper, step / 10)) >= 4.5


@pytest.mark.parametrize("theme", [_LIGHT, _DARK])
def test_marks_can_be_told_from_the_ground(theme: str) -> None:
    colours = {name: _rgb(value) for name, value in _PALETTES[theme].items()}
    for mark in ("--accent", "--warn", "--pale"):
        assert _contrast(colours[mark], colours["--paper"]) >= 3


def _pictures() -> list[str]:
    """One picture of each kind, with whatever a picture may have."""
    names: dict[str, Any] = {"title": "Т", "id_prefix": "p"}
    more: dict[str, Any] = {**names, "more_text": "ещё {}"}
    nodes = [Node(f"n{n}", f"У{n}", "x", "Г", "1", n, n, warn=n == 3) for n in range(7)]
    edges = [Edge("n1", "n2"), Edge("n2", "n1", 3), Edge("n3", "n3")]
    field = Field("Поле", "Тип", "И", key=True)
    return [
        neighbourhood(
            nodes[0], Side("К", nodes, "x", 99), Side("Ч", [Node("a", "А")], total=9), **more
        ),
        layered(nodes, edges, **more),
        ranges(
            [Range("М", 0.5, 0.4, 0.6, own=True, href="x"), Range("П", -0.1, -0.2, 0.1)], **names
        ),
        entity_diagram(
            [Entity("1", "Один", "О", "x", [field] * 9, 2, main=True)],
            [Relation("1", "1", "Поле")],
            **more,
        ),
        movements(nodes[:3], nodes[3:], [Edge("n1", "n4", warn=True)], headings=("А", "Б"), **more),
        histogram([("а", 1), ("б", 2)], first_over=1, **names),
        bars([Value("а", 1, "x", tone=1, warn=True), Value("б", 2)], most=1, **more),
        stacked_bars([Stack("а", [1, 2])] * 2, [Series("к", 1), Series("в", warn=True)], **names),
        line_chart(["1", "2"], [Line("л", [1, 2])], **names),
        heat_map(
            nodes, nodes, {("n1", "n2"): Cell(7, warn=True), ("n2", "n2"): Cell(2)}, most=3, **more
        ),
        treemap(
            [Tile(f"П{n}", 9, n / 9, note="з") for n in range(9)], legend=("а", "б"), most=6, **more
        ),
        week(
            [Job("З", [Run(9, 99), Run(0, None, 60)], frozenset({1}), "x", "н", off=True)],
            day_names=list("ПВСЧПСВ"),
            load_text="ч",
            **more,
        ),
    ]


def _styled() -> set[str]:
    """The classes that the style names."""
    selectors = [rule.rpartition("{")[0] for rule in STYLE.split("}")]
    return {
        name
        for selector in selectors
        for part in selector.replace(")", " ").replace(",", " ").replace(":", " ").split()
        for name in part.split(".")[1:]
        if name.startswith("d")
    }


def test_every_class_of_a_picture_has_a_style() -> None:
    used = {
        name
        for svg in _pictures()
        for element in see(svg).root.iter()
        for name in (element.get("class") or "").split()
    }
    assert len(used) > 30
    assert used <= _styled()


def test_every_style_is_for_a_class_that_pictures_have() -> None:
    sources = "".join(
        file.read_text(encoding="utf-8")
        for file in files("cai_assets.site.drawing").iterdir()
        if file.name.endswith(".py") and file.name != "style.py"
    )
    made = {f"d-{letter}{number}" for letter, number in product("ts", range(11))}
    frames = {name for name in _styled() if name[2:].isdigit()}
    assert {name for name in _styled() - made - frames if name not in sources} == set()


def test_the_style_sheet_of_a_site_holds_the_style(tmp_path: Path) -> None:
    shared.write(tmp_path)
    sheet = (tmp_path / "static/style.css").read_text(encoding="utf-8")
    assert sheet.endswith(STYLE)
    assert sheet.startswith("/*")


def test_every_least_width_is_in_the_style() -> None:
    for width in (1, 399, 941, 1412, 2700, 9999):
        classes = see(picture("Т", "p", width, 9, [])).root.get("class").split()
        assert all(f".{name}{{" in STYLE for name in classes[1:])


def test_the_style_uses_only_colours_that_the_site_defines() -> None:
    names = {part.split(")")[0].split(",")[0] for part in STYLE.split("var(")[1:]}
    own = {"--t", "--u"}
    assert names - own <= set(_PALETTES[_LIGHT])
    assert "#" not in STYLE
