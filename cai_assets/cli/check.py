"""`cai check`: what is wrong with a configuration, as reports and an exit code, for CI."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cai_assets.cli.frame import FAILED, Command, Failure, Session, WrongUse, session
from cai_assets.cli.reports import FORMATS, Wanted, pair_reports, require_one_output, write_reports
from cai_assets.cli.source import (
    not_a_configuration,
    opened_folder,
    require_path,
    settings_errors,
)
from cai_assets.messages import LANGUAGES, Language, M, Messages

if TYPE_CHECKING:
    import pyarrow as pa

    from cai_assets.cli.terminal import ProgressLine
    from cai_assets.rules.baseline import Comparison, Known
    from cai_assets.rules.config import RuleConfig
    from cai_assets.rules.model import Rule
    from cai_assets.rules.reports import Report
    from cai_assets.rules.run import RuleRun

SEVERITIES = ("blocker", "critical", "major", "minor", "info")
NEVER = "never"
_MARK = "check.json"
_DIGEST_SIZE = 6


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a call, as click gives them, without PATH and the reports."""

    baseline: str | None
    write_baseline: str | None
    fail_on: str | None
    config: str | None
    rule: tuple[str, ...]
    vendor: bool
    cache: str | None
    workers: int | None
    fresh: bool
    quiet: bool
    lang: str | None


def command(say: Messages) -> click.Command:
    """The command in one language."""
    file = "FILE"
    return _CheckCommand(
        name="check",
        say=say,
        help=f"{say(M.HELP_CHECK)}\n\n{say(M.HELP_PATH)}\n\n{say(M.HELP_CHECK_CODES)}",
        short_help=say(M.HELP_CHECK),
        params=[
            click.Argument(["path"]),
            click.Option(
                ["--format"], type=click.Choice(FORMATS), multiple=True, help=say(M.HELP_FORMAT)
            ),
            click.Option(["--out"], metavar=file, multiple=True, help=say(M.HELP_REPORT_OUT)),
            click.Option(["--baseline"], metavar=file, help=say(M.HELP_BASELINE)),
            click.Option(["--write-baseline"], metavar=file, help=say(M.HELP_WRITE_BASELINE)),
            click.Option(
                ["--fail-on"], type=click.Choice([*SEVERITIES, NEVER]), help=say(M.HELP_FAIL_ON)
            ),
            click.Option(["--config"], metavar=file, help=say(M.HELP_CONFIG)),
            click.Option(["--rule"], metavar="KEY", multiple=True, help=say(M.HELP_RULE)),
            click.Option(["--vendor"], is_flag=True, help=say(M.HELP_VENDOR)),
            click.Option(["--cache"], metavar="DIR", help=say(M.HELP_CACHE)),
            click.Option(["--workers"], type=click.IntRange(1, 256), help=say(M.HELP_WORKERS)),
            click.Option(["--fresh"], is_flag=True, help=say(M.HELP_CHECK_FRESH)),
            click.Option(["--quiet", "-q"], is_flag=True, help=say(M.HELP_QUIET)),
            click.Option(["--lang"], type=click.Choice(LANGUAGES), help=say(M.HELP_LANG)),
        ],
        callback=_run,
    )


class _CheckCommand(Command):
    """Remembers which `--out` belongs to which `--format`: click forgets their order."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; the reports are left in `ctx.meta`."""
        given = list(args)
        rest = super().parse_args(ctx, args)
        ctx.meta[__name__] = pair_reports(given)
        return rest


def _run(path: str, format: object, out: object, **options: Any) -> None:
    del format, out  # paired in `ctx.meta`
    wanted: list[Wanted] = click.get_current_context().meta[__name__]
    check(session(), path, wanted, Options(**options))


def check(session: Session, path: str, wanted: Sequence[Wanted], options: Options) -> None:
    """Parse, run the rules, write the reports; leave with 1 if a finding fails the build."""
    from cai_assets.cli.terminal import progress_line
    from cai_assets.knowledge.pool import warm_up

    require_one_output(session, wanted)
    source = require_path(session, path)
    cache = _cache_folder(session, source, options)
    if options.workers != 1 and (options.fresh or not (cache / _MARK).is_file()):
        warm_up()
    from cai_assets.knowledge.lean import leave_pandas_out

    if session.alone:
        leave_pandas_out()
    from cai_assets.rules.catalogue import all_rules

    rules = all_rules()
    with opened_folder(session, source) as folder:
        config, home = _configuration(session, source, folder, rules, options)
        baseline = _baseline(session, config, home, options)
        with progress_line(session, options.quiet) as line:
            ran = _look(session, source, folder, cache, config, line, options)
    comparison = None
    if baseline is not None:
        from cai_assets.rules.baseline import compare

        keys = {rule.key for rule in config.chosen(rules)}
        comparison = compare(ran.findings, baseline, keys)
    report = _report(session, source, ran, config, rules, comparison, options)
    write_reports(session, wanted, report)
    if options.write_baseline:
        _write_baseline(session, ran.findings, Path(options.write_baseline).expanduser())
        if comparison is None:  # all that was found is known now
            return
    if report.failing:
        raise click.exceptions.Exit(FAILED)


# --- settings -------------------------------------------------------------------------------


def _configuration(
    session: Session, source: Path, folder: Path, rules: Mapping[str, Rule], options: Options
) -> tuple[RuleConfig, Path]:
    from cai_assets.rules.settings_file import load_config, unknown_name

    file = Path(options.config).expanduser() if options.config else None
    with settings_errors(session):
        config, home = load_config(folder, rules, file=file, above=source.is_dir())
    for note in config.notes:
        session.note(note.ru if session.say.language == "ru" else note.en)
    if options.rule:
        folded = {key.casefold(): key for key in rules}
        for key in options.rule:
            if key.casefold() not in folded:
                text = unknown_name(key, key, rules)
                raise WrongUse(text.ru if session.say.language == "ru" else text.en)
        config = replace(config, only=frozenset(folded[key.casefold()] for key in options.rule))
    return (replace(config, vendor=True) if options.vendor else config), home


def _baseline(
    session: Session, config: RuleConfig, home: Path, options: Options
) -> tuple[Known, ...] | None:
    """The baseline to compare with, None if there is none."""
    from cai_assets.rules.baseline import BaselineError, load_baseline

    if options.baseline:
        path = Path(options.baseline).expanduser()
    elif config.baseline:
        path = home / config.baseline
        if options.write_baseline and not path.exists():
            return None
    else:
        return None
    try:
        return load_baseline(path)
    except BaselineError as error:
        raise WrongUse(session.say(M.BAD_BASELINE, path=path, reason=error)) from error
    except FileNotFoundError as error:
        raise WrongUse(session.say(M.NO_BASELINE, path=path)) from error
    except OSError as error:
        reason = error.strerror or error
        raise WrongUse(session.say(M.CANNOT_READ, path=path, reason=reason)) from error


def _cache_folder(session: Session, source: Path, options: Options) -> Path:
    """Where tables and findings are kept for the next call. Raises WrongUse if in the way."""
    from cai_assets.cli.parse import is_inside

    if options.cache:
        folder = Path(options.cache).expanduser()
    else:
        # Relative where it can be, so that a checkout may move from machine to machine.
        place = os.path.relpath(source) if _is_below(source) else os.path.abspath(source)
        mark = blake2b(place.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_SIZE)
        folder = session.settings.root / "check" / mark.hexdigest()
    if folder.exists() and not folder.is_dir():
        raise WrongUse(session.say(M.OUT_NOT_FOLDER, path=folder))
    if source.is_dir() and is_inside(folder, source) and ".cai" not in folder.absolute().parts:
        raise WrongUse(session.say(M.CACHE_INSIDE_SOURCE, path=folder))
    return folder


def _is_below(path: Path) -> bool:
    """Whether `path` is the current folder or in it."""
    return path.absolute().is_relative_to(Path.cwd()) and ".." not in path.parts


# --- work -----------------------------------------------------------------------------------


def _look(
    session: Session,
    source: Path,
    folder: Path,
    cache: Path,
    config: RuleConfig,
    line: ProgressLine,
    options: Options,
) -> RuleRun:
    """Parse and run the rules, with what is left of the call before."""
    from cai_assets.knowledge.extract import extract
    from cai_assets.knowledge.schema import TABLES
    from cai_assets.knowledge.store import EarlierTables
    from cai_assets.onec.errors import NoProjects
    from cai_assets.rules.run import check_configuration
    from cai_assets.rules.schema import TABLES as RULE_TABLES

    known = before = None
    if not options.fresh and (cache / _MARK).is_file():
        known = EarlierTables(cache, TABLES)
        before = None if options.rule else EarlierTables(cache, RULE_TABLES)
    workers = options.workers or session.settings.workers
    line.stage(session.say(M.PARSING))
    try:
        extraction = extract(folder, previous=known, workers=workers, progress=line.files)
    except NoProjects as error:
        raise not_a_configuration(session, source, error) from error
    _tell_unread(session, extraction.tables["source_files"])
    line.stage(session.say(M.CHECKING))
    ran = check_configuration(
        folder,
        _with_contract(session, extraction.tables, folder),
        config=config,
        previous=before,
        workers=workers,
        progress=line.files,
    )
    line.stage(session.say(M.WRITING))
    # A run of some rules would make the next of all look at everything again.
    made = {} if options.rule else ran.tables()
    _keep(session, cache, {**extraction.tables, **made}, known, before)
    return ran


def _tell_unread(session: Session, ledger: pa.Table) -> None:
    """Say which files rules cannot see whole. What a module has wrong is a finding instead."""
    from cai_assets.knowledge.summary import unread_files

    unread = [file for file in unread_files(ledger) if not file.path.endswith(".bsl")]
    if unread:
        first = unread[0].told(session.say.language)
        session.note(session.say(M.NOT_READ, count=session.say.number(len(unread)), first=first))


def _with_contract(
    session: Session, tables: Mapping[str, pa.Table], folder: Path
) -> Mapping[str, pa.Table]:
    """The tables, and what violates the architecture contract, if there is one."""
    from cai_assets.rules.metadata.contract import with_contract

    with settings_errors(session):
        return with_contract(tables, folder, session.settings.architecture)


def _keep(
    session: Session,
    cache: Path,
    tables: Mapping[str, pa.Table],
    known: Mapping[str, pa.Table] | None,
    before: Mapping[str, pa.Table] | None,
) -> None:
    """Write what has changed of `tables`. A cache that cannot be written is no failure."""
    from cai_assets import __version__
    from cai_assets.knowledge.store import changed_tables, staged

    earlier = {**_present(known), **_present(before)}
    changed = changed_tables(tables, earlier)
    if not changed:
        return
    try:
        with staged(cache) as files:
            files.tables(changed)
            files.text(_MARK, f'{{"cai_assets": "{__version__}"}}\n')
            # Without the mark the folder counts as unfinished.
            (cache / _MARK).unlink(missing_ok=True)
            files.publish()
    except OSError as error:
        reason = error.strerror or error
        session.note(session.say(M.CANNOT_WRITE, path=cache, reason=reason))


def _present(tables: Mapping[str, pa.Table] | None) -> dict[str, pa.Table]:
    """Those of `tables` that could be read."""
    found = {}
    for name in tables or ():
        table = tables.get(name) if tables else None
        if table is not None:
            found[name] = table
    return found


# --- reports --------------------------------------------------------------------------------


def _report(
    session: Session,
    source: Path,
    ran: RuleRun,
    config: RuleConfig,
    rules: Mapping[str, Rule],
    comparison: Comparison | None,
    options: Options,
) -> Report:
    from datetime import UTC, datetime

    from cai_assets import __version__
    from cai_assets.rules.model import Severity
    from cai_assets.rules.reports import Report
    from cai_assets.rules.reports.model import make_findings, make_troubles

    language = _language(session, config, options)
    prefix = ""
    if source.is_dir() and _is_below(source) and (path := os.path.relpath(source)) != ".":
        prefix = Path(path).as_posix() + "/"
    fail_on: Severity | None = config.fail_on or Severity.INFO
    if options.fail_on:
        fail_on = None if options.fail_on == NEVER else Severity(options.fail_on)
    chosen = sorted(config.chosen(rules), key=lambda rule: rule.key)
    return Report(
        findings=make_findings(ran.findings, language, prefix=prefix, comparison=comparison),
        rules=chosen,
        severities={rule.key: config.severity(rule) for rule in chosen},
        language=language,
        version=__version__,
        made=datetime.now(UTC),
        fail_on=fail_on,
        compared=comparison is not None,
        fixed=comparison.fixed if comparison else (),
        troubles=make_troubles(ran.problems, prefix),
    )


def _language(session: Session, config: RuleConfig, options: Options) -> Language:
    """That of the call if it names one, else that of the settings."""
    parent = click.get_current_context().parent
    named = options.lang or (parent.params.get("lang") if parent else None)
    if named is None and "CAI_LANG" not in os.environ and config.language:
        return config.language
    return session.say.language


def _write_baseline(session: Session, findings: pa.Table, path: Path) -> None:
    from cai_assets.rules.baseline import save_baseline

    try:
        count = save_baseline(findings, path)
    except OSError as error:
        reason = error.strerror or error
        raise Failure(session.say(M.CANNOT_WRITE, path=path, reason=reason)) from error
    session.note(session.say(M.BASELINE_WRITTEN, path=path, count=session.say.number(count)))
