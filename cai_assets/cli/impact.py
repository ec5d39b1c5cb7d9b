"""`cai impact`: what a change of an object or routine reaches, and where that is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cai_assets.cli.frame import Command, Session, WrongUse, session
from cai_assets.cli.stored import StoredTables, close_names, current_snapshot
from cai_assets.messages import M, Messages

if TYPE_CHECKING:
    from cai_assets.analysis.impact import Impact, Reached
    from cai_assets.knowledge.snapshots import Snapshot

SHOWN_ROWS = 40
"""Rows that are shown unless all are asked for."""

DEPENDENCY_GROUP = "dependency_analysis"
"""The group of tables that the dependency analysis writes."""

_DIRECTIONS = ("dependents", "dependencies")


def command(say: Messages) -> click.Command:
    """The command in one language."""
    return Command(
        name="impact",
        say=say,
        help="\n\n".join(map(say, (M.HELP_IMPACT, M.HELP_IMPACT_OBJECT, M.HELP_IMPACT_NAME))),
        short_help=say(M.HELP_IMPACT),
        params=[
            click.Argument(["name"]),
            click.Argument(["object_name"], metavar="OBJECT"),
            click.Option(
                ["--steps"], type=click.IntRange(min=1), metavar="N", help=say(M.HELP_STEPS)
            ),
            click.Option(
                ["--direction"],
                type=click.Choice(_DIRECTIONS),
                default=_DIRECTIONS[0],
                help=say(M.HELP_DIRECTION),
            ),
            click.Option(
                ["--format", "form"],
                type=click.Choice(["text", "json"]),
                default="text",
                help=say(M.HELP_ANSWER),
            ),
            click.Option(["--full"], is_flag=True, help=say(M.HELP_FULL)),
        ],
        callback=lambda **options: show_impact(session(), **options),
    )


def show_impact(
    session: Session,
    name: str,
    object_name: str,
    steps: int | None,
    direction: str,
    form: str,
    full: bool,
) -> None:
    """Print what is reached from `object_name` of the configuration `name`."""
    from cai_assets.analysis.impact import (
        AmbiguousObject,
        Direction,
        UnknownObject,
        find_subject,
        impact,
    )
    from cai_assets.knowledge.snapshots import GROUP

    say = session.say
    snapshot = current_snapshot(session, name)
    try:
        subject, routine = find_subject(StoredTables(snapshot.folder / GROUP), object_name)
    except UnknownObject as error:
        text = say(M.UNKNOWN_OBJECT, name=name, object=object_name)
        raise WrongUse(text + close_names(say, error.close)) from error
    except AmbiguousObject as error:
        names = ", ".join(error.candidates)
        raise WrongUse(say(M.SEVERAL_OBJECTS, object=object_name, names=names)) from error
    edges = StoredTables(snapshot.folder / DEPENDENCY_GROUP)
    try:
        found = impact(edges, subject, routine=routine, direction=Direction(direction), steps=steps)
    except FileNotFoundError as error:
        raise WrongUse(say(M.NO_DEPENDENCIES, name=name)) from error
    if form == "json":
        import json

        click.echo(json.dumps(_as_json(snapshot, found), ensure_ascii=False, indent=2))
    else:
        _print(session, found, None if full else SHOWN_ROWS)


def _as_json(snapshot: Snapshot, found: Impact) -> dict[str, Any]:
    return {
        "configuration": snapshot.configuration,
        "upload": snapshot.upload,
        "subject": found.subject,
        "direction": str(found.direction),
        "count": len(found.reached),
        "by_steps": found.by_steps,
        "reached": [
            {
                "id": item.id,
                "steps": item.steps,
                "path": [_step(step) for step in found.path(item)],
            }
            for item in found.reached
        ],
    }


def _step(step: Reached) -> dict[str, Any]:
    evidence = step.evidence
    return {
        "id": step.id,
        "via": step.via,
        "kind": evidence.kind,
        "links": evidence.links,
        "file": evidence.file,
        "line": evidence.line,
    }


def _print(session: Session, found: Impact, shown: int | None) -> None:
    from rich.text import Text

    from cai_assets.analysis.impact import Direction

    say = session.say
    backwards = found.direction is Direction.DEPENDENTS
    head = M.DEPENDENTS_OF if backwards else M.DEPENDENCIES_OF
    click.echo(say(head, object=found.subject, count=say.number(len(found.reached))))
    if not found.reached:
        return
    counts = ", ".join(
        f"{step}: {say.number(count)}" for step, count in enumerate(found.by_steps, 1)
    )
    click.echo(say(M.BY_STEPS, counts=counts))
    for item in found.reached[:shown]:
        evidence = item.evidence
        times = f" ×{say.number(evidence.links)}" if evidence.links > 1 else ""
        through = f"  {say(M.THROUGH, id=item.via)}" if item.steps > 1 else ""
        line = Text(f"{item.steps:>3}  ")
        line.append(item.id, style="bold").append(through)
        kind = say.kind(evidence.kind)
        line.append(f"\n     {kind}{times}  {evidence.file}:{evidence.line}", style="dim")
        session.console.print(line, soft_wrap=True)
    if shown is not None and len(found.reached) > shown:
        click.echo(say(M.MORE_ROWS, count=say.number(len(found.reached) - shown)))
