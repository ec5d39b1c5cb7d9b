"""`cai build`: everything for one configuration through Dagster, with its history."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from cai_assets.cli.frame import Command, Failure, Session, session
from cai_assets.cli.source import (
    intake_errors,
    require_configuration,
    require_path,
    require_writable,
    settings_errors,
)
from cai_assets.messages import M, Messages

if TYPE_CHECKING:
    import pyarrow as pa

    from cai_assets.cli.terminal import Fact
    from cai_assets.defs.run import BuildResult, CheckOutcome
    from cai_assets.knowledge.storage import StoredPath


def command(say: Messages) -> click.Command:
    """The command in one language."""
    return Command(
        name="build",
        say=say,
        help=f"{say(M.HELP_BUILD)}\n\n{say(M.HELP_PATH)}",
        short_help=say(M.HELP_BUILD),
        params=[
            click.Argument(["path"]),
            click.Option(["--quiet", "-q"], is_flag=True, help=say(M.HELP_QUIET)),
        ],
        callback=lambda **options: build(session(), **options),
    )


def build(session: Session, path: str, quiet: bool) -> None:
    """Take `path` in, run the main job for it, say what came of it and where it is."""
    from cai_assets.cli.terminal import progress_line

    say = session.say
    source = require_path(session, path)
    projects = require_configuration(session, source)
    require_writable(session, session.settings.root)
    with progress_line(session, quiet) as line:
        line.stage(say(M.STARTING_DAGSTER))
        from cai_assets.defs.run import materialize_upload

        if source.is_dir():
            _require_settings(session, source, projects)
        line.stage(say(M.COPYING))

        def progress(done: int, total: int) -> None:
            line.stage(say(M.PARSING))
            line.files(done, total)

        with intake_errors(session):
            result = materialize_upload(source, session.settings, progress)
    _tell(session, result)


def _require_settings(session: Session, source: Path, projects: list[str]) -> None:
    """Raise WrongUse if what a team has written down beside the sources cannot be used.

    The steps would say so as well, but only after everything else was built.
    """
    from cai_assets.analysis.architecture import find_contract, read_contract
    from cai_assets.rules.catalogue import all_rules
    from cai_assets.rules.settings_file import load_config

    with settings_errors(session):
        load_config(source, all_rules())
        contract = find_contract(source, projects, session.settings.architecture)
        if contract is not None:
            read_contract(contract)


def _tell(session: Session, result: BuildResult) -> None:
    """Print the outcome. Raises Failure if there is no result to be read."""
    from cai_assets.cli.terminal import count_facts, show_facts
    from cai_assets.knowledge.summary import summarize

    say = session.say
    if not result.published:
        reason = result.error or _check_names(say, result, "ERROR")
        raise Failure(say(M.BUILD_FAILED, name=result.name, reason=reason))
    if result.upload.status == "duplicate":
        click.echo(say(M.SAME_CONTENT))
    click.echo(say(M.BUILT, name=result.name, seconds=say.decimal(result.seconds)))
    tables = _tables(result.tables_folder)
    example = _example(tables)
    show_facts(
        session,
        [
            *count_facts(session, summarize(tables)),
            *_analysis_facts(session, result.tables_folder.parent),
            *_check_facts(say, result),
            (say(M.WHERE_TABLES), _readable(result.tables_folder.parent)),
            (say(M.WHERE_OBJECT), f"cai show {result.configuration} {example}"),
            (say(M.WHERE_IMPACT), f"cai impact {result.configuration} {example}"),
            (say(M.WHERE_DOCS), f"cai docs {result.configuration} --open"),
            (say(M.WHERE_LEARN), f"cai train {result.configuration}"),
            (say(M.WHERE_UI), _web_command(session)),
        ],
    )
    if not result.success:
        raise Failure(say(M.BUILD_FAILED, name=result.name, reason=result.error))
    errors = [check.name for check in result.checks if _failed(check, "ERROR")]
    if errors:
        raise Failure(say(M.BUILT_WITH_ERRORS, names=", ".join(errors)))


def _tables(folder: StoredPath) -> dict[str, pa.Table]:
    from cai_assets.knowledge.schema import TABLES
    from cai_assets.knowledge.store import read_table

    return {name: read_table(folder / f"{name}.parquet") for name in TABLES}


def _example(tables: dict[str, pa.Table]) -> str:
    """An object worth a look: the document, else catalog, else whatever has the most parts."""
    parts = Counter(tables["members"].column("object").to_pylist())
    objects = [str(name) for name in tables["objects"].column("object").to_pylist()]

    def rank(name: str) -> tuple[bool, bool, int]:
        return name.startswith("Document."), name.startswith("Catalog."), parts[name]

    return max(objects, key=rank, default="")


def _analysis_facts(session: Session, folder: StoredPath) -> list[Fact]:
    """Findings, cycles and what is unused, as far as a step has written them."""
    from cai_assets.knowledge.storage import exists
    from cai_assets.knowledge.store import read_table

    say, number = session.say, session.say.number
    facts: list[Fact] = []
    findings = folder / "best_practices" / "findings.parquet"
    if exists(findings):
        rows = read_table(findings, ["status", "severity"]).to_pylist()
        severities = Counter(row["severity"] for row in rows if row["status"] == "open")
        counts = {name: number(severities[name]) for name in ("blocker", "critical")}
        total = number(severities.total())
        facts.append((say(M.FINDINGS), say(M.FINDINGS_VALUE, open=total, **counts)))
    summary = folder / "dependency_analysis" / "graph_summary.parquet"
    if exists(summary):
        table = read_table(summary, ["measure", "value"])
        rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
        value = {name: number(int(figure)) for name, figure in rows}
        facts += [
            (
                say(M.CYCLES),
                say(
                    M.CYCLES_VALUE,
                    subsystems=value["subsystems_in_cycles"],
                    objects=value["objects_in_cycles"],
                ),
            ),
            (
                say(M.UNUSED),
                say(
                    M.UNUSED_VALUE,
                    objects=value["unused_object"],
                    exported=value["unused_exported_routine"],
                    routines=value["unused_routine"],
                ),
            ),
        ]
    return facts


def _check_facts(say: Messages, result: BuildResult) -> list[Fact]:
    errors, warnings = _check_names(say, result, "ERROR"), _check_names(say, result, "WARN")
    if not errors and not warnings:
        return [(say(M.CHECKS), say(M.CHECKS_PASSED, count=len(result.checks)))]
    facts = []
    if errors:
        facts.append((say(M.CHECKS), say(M.CHECKS_FAILED, names=errors)))
    if warnings:
        facts.append((say(M.CHECKS), say(M.CHECKS_WARNED, names=warnings)))
    return facts


def _check_names(say: Messages, result: BuildResult, severity: str) -> str:
    """The failed checks with what they say; in Russian also what they hold."""
    return "; ".join(
        f"{check.table}/{check.name}: "
        f"{f'{check.meaning_ru} ' if say.language == 'ru' else ''}{check.message}"
        for check in result.checks
        if _failed(check, severity)
    )


def _failed(check: CheckOutcome, severity: str) -> bool:
    return not check.passed and check.severity == severity


def _web_command(session: Session) -> str:
    """What to type to see the result in a browser, from the folder where we are."""
    root = session.settings.root
    if root == Path.cwd() / ".cai":
        return "cai serve"
    quoted = subprocess.list2cmdline([str(root)]) if os.name == "nt" else quote(str(root))
    return f"cai --data {quoted} serve"


def _readable(folder: StoredPath) -> str:
    """The folder relative to the current one where it lies below it."""
    here = Path.cwd()
    if isinstance(folder, Path) and folder.is_relative_to(here):
        return str(folder.relative_to(here))
    return str(folder)
