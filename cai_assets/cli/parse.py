"""`cai parse`: a configuration to Parquet files, without Dagster, for scripts and CI."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cai_assets.cli.frame import Command, Failure, Session, WrongUse, session
from cai_assets.cli.source import not_a_configuration, opened_folder, require_path
from cai_assets.messages import M, Messages

if TYPE_CHECKING:
    import pyarrow as pa

    from cai_assets.cli.terminal import ProgressLine
    from cai_assets.knowledge.extract import Extraction
    from cai_assets.knowledge.summary import Summary

SUMMARY = "summary.json"


def command(say: Messages) -> click.Command:
    """The command in one language."""
    return Command(
        name="parse",
        say=say,
        help=f"{say(M.HELP_PARSE)}\n\n{say(M.HELP_PATH)}",
        short_help=say(M.HELP_PARSE),
        params=[
            click.Argument(["path"]),
            click.Option(["--out"], metavar="DIR", required=True, help=say(M.HELP_OUT)),
            click.Option(["--workers"], type=click.IntRange(1, 256), help=say(M.HELP_WORKERS)),
            click.Option(["--fresh"], is_flag=True, help=say(M.HELP_FRESH)),
            click.Option(["--quiet", "-q"], is_flag=True, help=say(M.HELP_QUIET)),
        ],
        callback=lambda **options: parse(session(), **options),
    )


def parse(
    session: Session, path: str, out: str, workers: int | None, fresh: bool, quiet: bool
) -> None:
    """Write the tables of the configuration at `path` and `summary.json` into `out`."""
    from cai_assets.cli.terminal import Stopwatch, progress_line
    from cai_assets.knowledge.pool import warm_up

    if workers != 1 and (fresh or not (Path(out) / SUMMARY).is_file()):
        warm_up()
    from cai_assets.knowledge.extract import resolved_tables
    from cai_assets.knowledge.lean import leave_pandas_out
    from cai_assets.knowledge.store import changed_tables, staged
    from cai_assets.knowledge.summary import summarize
    from cai_assets.onec.disk import shown

    if session.alone:
        leave_pandas_out()
    watch = Stopwatch()
    source, target = require_path(session, path), Path(out).expanduser()
    _require_target(session, source, target)
    with (
        opened_folder(session, source) as folder,
        progress_line(session, quiet) as line,
        staged(target) as files,
    ):
        line.stage(session.say(M.PARSING))
        known = None if fresh else _earlier_tables(target)

        def write(tables: Mapping[str, pa.Table]) -> None:
            files.begin(changed_tables(tables, known))

        try:
            extraction = _extract(session, source, folder, known, workers, line, write)
            figures = summarize(extraction.tables)
            line.stage(session.say(M.WRITING))
            write(resolved_tables(extraction.tables))
            files.finish()
            report = _report(source, extraction, figures, watch.seconds)
            files.text(SUMMARY, json.dumps(report, ensure_ascii=False, indent=2) + "\n")
            # Without a summary the folder counts as unfinished.
            (target / SUMMARY).unlink(missing_ok=True)
            files.publish()
        except OSError as error:
            # A rename names two files; the second is the one that another program may hold.
            place = shown(error.filename2) if error.filename2 else target
            reason = error.strerror or error
            raise Failure(session.say(M.CANNOT_WRITE, path=place, reason=reason)) from error
    _tell(session, figures, watch.seconds, _peak_memory(extraction), target)


def _require_target(session: Session, source: Path, target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise WrongUse(session.say(M.OUT_NOT_FOLDER, path=target))
    if source.is_dir() and is_inside(target, source):
        raise WrongUse(session.say(M.OUT_INSIDE_SOURCE, path=target))


def is_inside(target: Path, folder: Path) -> bool:
    """Whether `target` is `folder` or below it, in whatever spelling and letter case."""
    place = target.resolve()
    return any(above.exists() and above.samefile(folder) for above in (place, *place.parents))


def _extract(
    session: Session,
    source: Path,
    folder: Path,
    known: Mapping[str, pa.Table] | None,
    workers: int | None,
    line: ProgressLine,
    ready: Callable[[Mapping[str, pa.Table]], None],
) -> Extraction:
    from cai_assets.knowledge.extract import extract
    from cai_assets.onec.errors import NoProjects

    try:
        return extract(
            folder,
            previous=known,
            workers=lambda: workers or session.settings.workers,
            progress=line.files,
            ready=ready,
        )
    except NoProjects as error:
        raise not_a_configuration(session, source, error) from error


def _earlier_tables(target: Path) -> Mapping[str, pa.Table] | None:
    """The tables of an earlier call, from which rows of unchanged files are taken."""
    from cai_assets.knowledge.schema import TABLES
    from cai_assets.knowledge.store import EarlierTables

    return EarlierTables(target, TABLES) if (target / SUMMARY).is_file() else None


def _report(
    source: Path, extraction: Extraction, figures: Summary, seconds: float
) -> dict[str, object]:
    """What `summary.json` holds. Seconds are those of the whole command."""
    from cai_assets import __version__
    from cai_assets.knowledge.schema import PARSER_VERSION

    stats = extraction.stats
    return {
        "cai_assets": __version__,
        "parser_version": PARSER_VERSION,
        "source": source.name or str(source),
        "files": stats.files,
        "files_read": stats.read,
        "files_reused": stats.reused,
        "workers": stats.workers,
        "seconds": round(seconds, 3),
        "seconds_by_stage": stats.stages,
        "peak_memory_bytes": _peak_memory(extraction),
        **figures.as_json(),
    }


def _peak_memory(extraction: Extraction) -> int:
    from cai_assets.knowledge.worker import peak_memory

    # Writing may have raised this process's own peak after the extraction added them up.
    return max(extraction.stats.peak_bytes, peak_memory())


def _tell(session: Session, figures: Summary, seconds: float, peak: int, target: Path) -> None:
    from cai_assets.cli.terminal import count_facts, show_facts

    say = session.say
    click.echo(say(M.PARSED, seconds=say.decimal(seconds)))
    show_facts(
        session,
        [
            *count_facts(session, figures),
            (say(M.COUNTS_MEMORY), say(M.COUNTS_MEMORY_VALUE, mib=say.number(peak >> 20))),
            (say(M.WHERE_TABLES), str(target)),
        ],
    )
