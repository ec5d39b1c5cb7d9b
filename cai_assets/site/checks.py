"""What must hold of a site that is written: whole links, titles, no page out of reach, its size.

Pure functions over the manifest, which holds what was read back from the pages. Links are looked
at as columns: 300,000 of them take a fraction of a second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.checks import SHOWN_ROWS, Check, CheckResult
from cai_assets.knowledge.coded import Coded, Codes
from cai_assets.site.manifest import Manifest
from cai_assets.site.registry import Registry
from cai_assets.site.schema import GROUP

FIRST = "index.html"
"""The page that everything is reached from."""

MOST_CLICKS = 4
"""Clicks from the first page within which objects, modules and exported routines have to be."""

OUTSIDE = ("https://its.1c.ru/",)
"""How addresses outside the site may begin: the standards of 1C."""

LINKS_WHOLE = Check(
    "links_whole",
    "page_links",
    "Every link of the site leads to a file and an anchor that are there; none leaves the site "
    "but to the standards of 1C.",
    "Каждая ссылка сайта ведёт к файлу и месту, которые есть; за пределы сайта ведут только "
    "ссылки на стандарты 1С.",
    group=GROUP,
)
PAGES_TITLED = Check(
    "pages_titled",
    "pages",
    "Every page has a title, one heading of the first level, and no anchor twice.",
    "У каждой страницы есть название, один заголовок первого уровня и нет повторных якорей.",
    group=GROUP,
)
NO_ORPHANS = Check(
    "no_orphans",
    "pages",
    "Every page is reached from the first one by links, and every object, role, subsystem and "
    f"exported routine in at most {MOST_CLICKS} clicks.",
    "До каждой страницы можно дойти по ссылкам с первой, а до каждого объекта, роли, подсистемы "
    f"и экспортного метода — не более чем за {MOST_CLICKS} щелчка.",
    group=GROUP,
)
SITE_SIZE = Check(
    "site_size",
    "pages",
    "The site is not larger than its limit.",
    "Сайт не больше предела.",
    error=False,
    group=GROUP,
)

CHECKS: tuple[Check, ...] = (LINKS_WHOLE, PAGES_TITLED, NO_ORPHANS, SITE_SIZE)


def run_checks(
    manifest: Manifest,
    *,
    files: AbstractSet[str],
    subjects: Mapping[str, Collection[str]],
    size: int,
    limit: int,
) -> Iterator[CheckResult]:
    """Run `CHECKS` in their order.

    `files` are the paths on disk (`knowledge.checks.files_below` of the site), `subjects` as
    `subjects_of` gives them, `size` and `limit` bytes of the whole site.
    """
    yield links_whole(manifest, files)
    yield pages_titled(manifest)
    yield no_orphans(manifest, subjects)
    yield site_size(manifest, size, limit)


def subjects_of(objects: pa.Table, routines: pa.Table) -> dict[str, list[str]]:
    """Ids of what has to be found quickly, by what it is.

    `objects` has `object` and `type`, `routines` has `routine` and `export`.
    """
    types = objects.column("type").cast(pa.string())
    kinds = {"common_modules": "CommonModule", "roles": "Role", "subsystems": "Subsystem"}
    found = {"objects": _distinct(objects, "object")}
    for name, type_ in kinds.items():
        found[name] = _distinct(objects.filter(pc.equal(types, type_)), "object")
    exported = routines.filter(routines.column("export"))
    return {**found, "exported_routines": _distinct(exported, "routine")}


def links_whole(manifest: Manifest, files: AbstractSet[str]) -> CheckResult:
    """Find links to files or anchors that are not there, and links out of the site."""
    links = manifest.page_links
    codes, targets = _targets(links)
    there = pa.array(sorted(files), pa.string())
    on_disk = pc.is_in(manifest.pages.column("path"), value_set=there)
    anchored = _anchored(manifest.pages.filter(on_disk))
    fine = pc.or_(
        pc.is_in(targets, value_set=there), pc.is_in(targets, value_set=anchored)
    ).to_numpy(zero_copy_only=False)
    pages = frozenset(manifest.pages.column("path").to_pylist())
    faults = {
        target: fault
        for target in targets.filter(pa.array(~fine)).to_pylist()
        if (fault := _fault(target, files, pages))
    }
    bad = pc.is_in(targets, value_set=pa.array(list(faults), pa.string()))
    broken = links.filter(pa.array(bad.to_numpy(zero_copy_only=False)[codes]))
    counted = Counter(faults.values())
    said = ", ".join(f"{fault}: {count}" for fault, count in sorted(counted.items()))
    return CheckResult(
        LINKS_WHOLE,
        not broken.num_rows,
        f"{broken.num_rows} of {links.num_rows} links are broken; targets by fault: {said}"
        if broken.num_rows
        else f"all {links.num_rows} links lead to something that is there",
        {"links": links.num_rows, "targets": len(targets), "broken": broken.num_rows},
        _with_faults(broken, faults),
    )


def _targets(links: pa.Table) -> tuple[Codes, pa.StringArray]:
    """The targets of links as codes into the distinct ones; they never become Python's texts."""
    encoded = links.column("target").combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0)
    return encoded.indices.to_numpy().astype(np.int64), encoded.dictionary


def _with_faults(broken: pa.Table, faults: Mapping[str, str]) -> pa.Table:
    """The first links to each broken target in turn, so that none hides behind another."""
    pages, targets = Coded.of(broken, "page").texts(), Coded.of(broken, "target").texts()
    seen: Counter[str] = Counter()
    rows = []
    for target, page in sorted(zip(map(str, targets), map(str, pages), strict=True)):
        rows.append((seen[target], target, page))
        seen[target] += 1
    shown = sorted(rows)[:SHOWN_ROWS]
    return pa.table(
        {
            "page": pa.array([page for _, _, page in shown], pa.string()),
            "target": pa.array([target for _, target, _ in shown], pa.string()),
            "fault": pa.array([faults[target] for _, target, _ in shown], pa.string()),
        }
    )


def _fault(target: str, files: AbstractSet[str], pages: AbstractSet[str]) -> str:
    """What is wrong with a target that is neither a file nor an anchor; empty if nothing.

    Names of files on the site have no colon.
    """
    path, sharp, _ = target.partition("#")
    if ":" in path:
        return "" if target.startswith(OUTSIDE) else "outside the site"
    if path == ".." or path.startswith(("../", "/")):
        return "above the site"
    if path not in files:
        return "no such file"
    return "no such anchor" if sharp and path in pages else ""


def _anchored(pages: pa.Table) -> pa.StringArray:
    """`path#anchor` of every anchor."""
    if not pages.num_rows:
        return pa.array([], pa.string())
    pages = pages.select(["path", "anchors"]).combine_chunks()
    anchors = pages.column("anchors").chunk(0)
    owners = pages.column("path").chunk(0).take(pc.list_parent_indices(anchors))
    names = pc.list_flatten(anchors).cast(pa.string())
    return pc.binary_join_element_wise(owners, names, "#")


def pages_titled(manifest: Manifest) -> CheckResult:
    """Find pages without a title, with no heading or several, and with anchors that repeat."""
    pages = manifest.pages.sort_by("path")
    titles, headings = pages.column("title"), pages.column("headings")
    repeats = pc.list_value_length(pages.column("duplicates"))
    parts = [
        _faulty(pages, "no title", pc.equal(pc.utf8_trim_whitespace(titles), ""), titles),
        _faulty(pages, "headings", pc.not_equal(headings, 1), headings),
        _faulty(pages, "anchor twice", pc.greater(repeats, 0), pages.column("duplicates")),
    ]
    counts = [part.num_rows for part in parts]
    share = max(1, SHOWN_ROWS // len(parts))
    return CheckResult(
        PAGES_TITLED,
        not any(counts),
        f"{counts[0]} pages without a title, {counts[1]} without exactly one heading of the "
        f"first level, {counts[2]} with repeated anchors"
        if any(counts)
        else f"all {pages.num_rows} pages have a title and one heading, no anchor repeats",
        dict(zip(("untitled", "headings", "repeated_anchors"), counts, strict=True))
        | {"pages": pages.num_rows},
        pa.concat_tables([part.slice(0, share) for part in parts]),
    )


def _faulty(
    pages: pa.Table, fault: str, mask: pa.ChunkedArray, details: pa.ChunkedArray
) -> pa.Table:
    found = [
        ", ".join(value) if isinstance(value, list) else str(value)
        for value in details.filter(mask).to_pylist()
    ]
    return pa.table(
        {
            "path": pages.column("path").filter(mask).cast(pa.string()),
            "fault": pa.array([fault] * len(found), pa.string()),
            "detail": pa.array(found, pa.string()),
        }
    )


def clicks(manifest: Manifest) -> dict[str, int]:
    """Clicks from the first page to each page, by path; -1 where no links lead there."""
    paths = manifest.pages.column("path").to_pylist()
    number = {path: position for position, path in enumerate(paths)}
    sources = Coded.of(manifest.page_links, "page").map(lambda path: number.get(path, -1))
    codes, places = _targets(manifest.page_links)
    numbers = pc.index_in(_paths(places), value_set=pa.array(paths, pa.string()))
    targets = numbers.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)[codes]
    known = (sources >= 0) & (targets >= 0)
    found = _distances(sources[known], targets[known], len(paths), number.get(FIRST))
    return dict(zip(paths, found.tolist(), strict=True))


def _paths(places: pa.StringArray) -> pa.StringArray:
    """Places without their anchors."""
    return pc.list_element(pc.split_pattern(places, "#", max_splits=1), 0)


def _distances(sources: Codes, targets: Codes, count: int, first: int | None) -> Codes:
    """Steps from `first` to each of `count` nodes along edges, -1 where there is no way."""
    found = np.full(count, -1, dtype=np.int64)
    if first is None:
        return found
    found[first] = 0
    step = 0
    while True:
        reached = targets[(found[sources] == step) & (found[targets] < 0)]
        if not len(reached):
            return found
        step += 1
        found[reached] = step


def no_orphans(manifest: Manifest, subjects: Mapping[str, Collection[str]]) -> CheckResult:
    """Find pages that nothing leads to, and subjects that are too deep or stand nowhere.

    The figures have the most clicks to any page, and for each name of `subjects` how many ids
    are deeper than `MOST_CLICKS` or have no place on the site.
    """
    by_path = clicks(manifest)
    anchored = frozenset(_anchored(manifest.pages).to_pylist()) if subjects else frozenset()
    pages = dict(
        zip(
            manifest.pages.column("id").to_pylist(),
            manifest.pages.column("path").to_pylist(),
            strict=True,
        )
    )
    orphans = sorted(path for path, steps in by_path.items() if steps < 0)
    figures = {
        "pages": len(by_path),
        "orphans": len(orphans),
        "most_clicks": max(by_path.values(), default=0),
    }
    evidence = [("orphan", path, "") for path in orphans[:SHOWN_ROWS]]
    far = 0
    for name, ids in subjects.items():
        registry = Registry(pages, ids)
        places = {id_: registry.address(id_) for id_ in ids}
        deep = sorted(id_ for id_ in ids if not _is_near(places[id_], by_path, anchored))
        far += len(deep)
        figures |= {name: len(places), f"{name}_too_deep": len(deep)}
        evidence += [(name, id_, places[id_]) for id_ in deep[:SHOWN_ROWS]]
    evidence = evidence[:SHOWN_ROWS]
    return CheckResult(
        NO_ORPHANS,
        not orphans and not far,
        f"{len(orphans)} of {len(by_path)} pages are out of reach; {far} subjects "
        f"take more than {MOST_CLICKS} clicks; the deepest page takes "
        f"{figures['most_clicks']}",
        figures,
        pa.table(
            {
                name: pa.array([row[position] for row in evidence], pa.string())
                for position, name in enumerate(("what", "id", "place"))
            }
        ),
    )


def _is_near(place: str, by_path: Mapping[str, int], anchored: AbstractSet[str]) -> bool:
    path, sharp, _ = place.partition("#")
    steps = by_path.get(path, -1)
    return 0 <= steps <= MOST_CLICKS and (not sharp or place in anchored)


def site_size(manifest: Manifest, size: int, limit: int) -> CheckResult:
    """Compare the bytes of the whole site with the limit; the largest pages are the evidence."""
    pages = manifest.pages
    sections = pages.group_by("section").aggregate([("bytes", "sum")])
    by_section = dict(
        zip(
            sections.column("section").cast(pa.string()).to_pylist(),
            sections.column("bytes_sum").to_pylist(),
            strict=True,
        )
    )
    largest = pages.sort_by([("bytes", "descending"), ("path", "ascending")]).slice(0, SHOWN_ROWS)
    return CheckResult(
        SITE_SIZE,
        size <= limit,
        f"{size / 1e6:.1f} MB of at most {limit / 1e6:.0f}, {pages.num_rows} pages",
        {"bytes": size, "limit": limit, "pages": pages.num_rows}
        | {f"bytes_{name}": by_section[name] for name in sorted(by_section)},
        largest.select(["path", "section", "bytes"]),
    )


def _distinct(table: pa.Table, column: str) -> list[str]:
    return sorted(set(table.column(column).to_pylist()))
