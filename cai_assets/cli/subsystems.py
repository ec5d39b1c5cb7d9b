"""`cai subsystems`: where objects belong that stand in no subsystem, or in an unlikely one."""

from __future__ import annotations

from typing import Any

import click

from cai_assets.cli.frame import Command, Session, session
from cai_assets.cli.learned import Answer, champions_rows, find, options, show
from cai_assets.messages import M, Messages

MODEL, TABLE = "classification_model", "suggested_subsystems"


def command(say: Messages) -> click.Command:
    """The command in one language."""
    return Command(
        name="subsystems",
        say=say,
        help=f"{say(M.HELP_SUBSYSTEMS)}\n\n{say(M.HELP_IMPACT_NAME)}",
        short_help=say(M.HELP_SUBSYSTEMS),
        params=[click.Argument(["name"]), *options(say)],
        callback=lambda **given: subsystems(session(), **given),
    )


def subsystems(session: Session, name: str, form: str, top: int) -> None:
    """Print objects of the configuration `name` with the subsystem that fits them."""
    learned = find(session, name, MODEL)
    rows = champions_rows(session, learned, MODEL, TABLE).drop_columns(["experiment"]).to_pylist()
    show(session, learned, rows, (_painted(session.say, row) for row in rows), form, top)


def _painted(say: Messages, row: dict[str, Any]) -> Answer:
    from cai_assets.analysis.markdown import subsystem_path

    declared = say(M.NO_SUBSYSTEM)
    if row["declared"]:
        chance = row["declared_probability"]
        declared = subsystem_path(row["declared"])
        declared += f" {say.decimal(chance, 2)}" if chance is not None else ""
    suggested = f"{subsystem_path(row['suggested'])} {say.decimal(row['probability'], 2)}"
    return Answer(
        row["object"],
        lines=(
            f"{declared} → {suggested}",
            row["why_ru"] if say.language == "ru" else row["why_en"],
        ),
    )
