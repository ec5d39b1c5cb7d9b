"""What the queries of configurations name, which do not parse, and what reading them costs.

    python benchmarks/queries.py PATH… [--errors]

Reads every module, form and schema in one process. Prints Markdown for `docs/queries.md`; with
`--errors` also each text that does not parse, with the place and the reason.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cai_assets.onec.bsl import analyse
from cai_assets.onec.errors import NotSupported, UnreadableFile
from cai_assets.onec.facts import FileFacts, QueryText
from cai_assets.onec.metadata import composition, forms_designer, forms_edt
from cai_assets.onec.projects import list_sources
from cai_assets.onec.readers import reader_for
from cai_assets.onec.sources import FileKind

_KINDS = frozenset({FileKind.MODULE, FileKind.FORM, FileKind.COMPOSITION})
_FORMS = ("whole", "joined", "template", "fragment")


class Stopwatch:
    """CPU seconds spent in the functions that it wraps."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def wrap(self, holder: Any, name: str) -> None:
        """Measure every call of `holder.name` from now on."""
        function: Callable[..., Any] = getattr(holder, name)

        def timed(*arguments: Any) -> Any:
            start = time.process_time()
            result = function(*arguments)
            self.seconds += time.process_time() - start
            return result

        setattr(holder, name, timed)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    watch = Stopwatch()
    watch.wrap(analyse, "query_literals")
    for holder in (analyse, composition, forms_edt, forms_designer):
        watch.wrap(holder, "add_query")
    gc.disable()
    print("| configuration | " + " | ".join(_HEADS) + " |")
    print("|---|" + "--:|" * len(_HEADS))
    failed: list[tuple[str, QueryText]] = []
    for path in options.paths:
        watch.seconds = 0.0
        start = time.process_time()
        rows, references = _read(path)
        total = time.process_time() - start
        cells = [*_counts([row for _, row in rows], references), f"{watch.seconds:.2f}"]
        cells.append(f"{100 * watch.seconds / (total - watch.seconds):.1f} %")
        print(f"| {path.name} | " + " | ".join(cells) + " |", flush=True)
        failed += [(f"{path.name}/{file}", row) for file, row in rows if row.errors]
    if options.errors:
        print()
        for file, row in failed:
            print(f"- {row.form}: {file}:{row.error_line}:{row.error_column}: {row.error}")


_HEADS = (
    *("texts", "literals", "schemas", "lists", *_FORMS),
    *("whole or joined with errors", "template with errors", "fragment with errors"),
    *("tables", "fields", "values", "CPU s", "of the rest"),
)


def _read(path: Path) -> tuple[list[tuple[str, QueryText]], Counter[str]]:
    """The queries of a configuration by file, and the references from queries by kind."""
    rows: list[tuple[str, QueryText]] = []
    references: Counter[str] = Counter()
    for source in list_sources(path).files:
        reader = reader_for(source) if source.kind in _KINDS else None
        if reader is None:
            continue
        try:
            facts: FileFacts = reader(source, (path / source.path).read_bytes())
        except (NotSupported, UnreadableFile):
            continue
        rows += ((source.path, row) for row in facts.queries)
        references.update(row.kind for row in facts.references if row.kind.startswith("query_"))
    return rows, references


def _counts(rows: list[QueryText], references: Counter[str]) -> list[str]:
    origins = Counter(row.origin for row in rows)
    forms = Counter(row.form for row in rows)
    errors = Counter(row.form for row in rows if row.errors)
    numbers = [
        len(rows),
        *(origins[name] for name in ("literal", "composition", "dynamic_list")),
        *(forms[name] for name in _FORMS),
        *(errors["whole"] + errors["joined"], errors["template"], errors["fragment"]),
        *(references[f"query_{name}"] for name in ("table", "field", "value")),
    ]
    return [f"{number:,}" for number in numbers]


if __name__ == "__main__":
    main()
