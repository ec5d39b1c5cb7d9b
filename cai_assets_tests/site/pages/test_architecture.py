"""Pages about the architecture of the whole."""

from __future__ import annotations

import html5lib
import pytest

from cai_assets.site.model import Context, Page, Section
from cai_assets.site.pages.architecture import Architecture, ArchitectureView
from cai_assets.site.pages.cycles import Cycles, CyclesView
from cai_assets.site.pages.hot_spots import HotSpots, ServerCalls
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, given, rendered
from cai_assets_tests.site.uploads import TwoUploads

SECTIONS = (Architecture(), HotSpots(), ServerCalls(), Cycles())
EVIL = "<script>alert('1')</script>"


def page_of(section: Section, two_uploads: TwoUploads) -> Page:
    [page] = section.pages(two_uploads.source)
    return page


@pytest.fixture(scope="module")
def architecture(two_uploads: TwoUploads) -> ArchitectureView:
    page = page_of(Architecture(), two_uploads)
    return Architecture().view(page, two_uploads.rows(Architecture(), page), RUSSIAN)


@pytest.fixture(scope="module")
def cycles(two_uploads: TwoUploads) -> CyclesView:
    page = page_of(Cycles(), two_uploads)
    return Cycles().view(page, two_uploads.rows(Cycles(), page), RUSSIAN)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: type(section).__name__)
@pytest.mark.parametrize("context", [RUSSIAN, ENGLISH], ids=["ru", "en"])
def test_pages_are_valid_in_both_languages(
    section: Section, context: Context, two_uploads: TwoUploads
) -> None:
    page = page_of(section, two_uploads)
    made = rendered(section, page, two_uploads.rows(section, page), context)
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(made.files[made.path])
    assert parser.errors == []


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: type(section).__name__)
def test_pages_of_an_empty_configuration_are_valid(
    section: Section, two_uploads: TwoUploads
) -> None:
    page = page_of(section, two_uploads)
    made = rendered(section, page, given(section))
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(made.files[made.path])
    assert parser.errors == []


def test_measures_are_told_with_buckets_that_add_up(architecture: ArchitectureView) -> None:
    assert [spread.measure for spread in architecture.spreads] == [
        "cognitive", "cyclomatic", "lines", "nesting", "parameters", "module_lines",
    ]  # fmt: skip
    for spread in architecture.spreads:
        assert sum(bucket.count for bucket in spread.buckets) == spread.count
        over = sum(b.count for b in spread.buckets if b.low > spread.threshold)
        assert over == spread.over


def test_the_contract_and_its_violation_are_told(architecture: ArchitectureView) -> None:
    [violation] = architecture.violations
    assert violation.rule == "Склад не вызывает продажи"
    assert violation.line > 0
    assert violation.rule in {rule.rule for rule in architecture.rules}


def test_code_is_told_by_where_it_runs(architecture: ArchitectureView) -> None:
    assert sum(line.lines for line in architecture.modules) > 5000
    assert {line.context for line in architecture.modules} >= {"server", "both"}
    assert architecture.interface[0].scope == "configuration"


def test_the_deliberate_cycle_is_drawn_and_told_with_its_cut(cycles: CyclesView) -> None:
    first = cycles.cycles[0]
    assert first.level == "subsystem"
    assert len(first.cuts) + first.cuts_left == first.cut_edges
    assert first.ways
    assert any(way.cut for way in first.ways)
    places = [place for cut in first.cuts for place in cut.places]
    assert places
    assert all(place.file and place.line for place in places)
    pairs = {
        frozenset((place.source, place.target))
        for cycle in cycles.cycles
        for cut in cycle.cuts
        for place in cut.places
    }
    both = frozenset({"CommonModule.ПродажиСервер", "CommonModule.ЗапасыСервер"})
    assert both in pairs


def test_weak_dependencies_are_cut_first(cycles: CyclesView) -> None:
    for cycle in cycles.cycles:
        links = [cut.links for cut in cycle.cuts]
        assert links == sorted(links)


def test_names_are_escaped() -> None:
    section = HotSpots()
    spot = {
        "what": "routine", "rank": 1, "id": f"CommonModule.{EVIL}", "score": 1.0, "cognitive": 1,
        "cyclomatic": 1, "ncloc": 1, "callers": 1, "file": EVIL, "line": 1,
    }  # fmt: skip
    made = rendered(section, Page("", "hot_spots", "", "hot_spots"), given(section, spots=[spot]))
    assert "<script>alert" not in made.files[made.path]


def test_calls_that_send_the_whole_form_are_counted() -> None:
    section = ServerCalls()
    calls = [
        {"routine": "Catalog.А.Form.Ф.П", "kind": "form_context", "sites": 3, "callers": 1},
        {"routine": "CommonModule.М.П", "kind": "module", "sites": 5, "callers": 2},
    ]
    view = section.view(Page("", "server_calls", "", "x"), given(section, calls=calls), RUSSIAN)
    assert [call.sites for call in view.calls] == [5, 3]
    assert (view.sites, view.with_form, view.left) == (8, 3, 0)
