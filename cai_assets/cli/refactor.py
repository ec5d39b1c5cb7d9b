"""`cai refactor`: routines far more complex than routines like them."""

from __future__ import annotations

from typing import Any

import click

from cai_assets.cli.frame import Command, Session, session
from cai_assets.cli.learned import Answer, champions_rows, find, options, show
from cai_assets.messages import M, Messages

MODEL, TABLE = "regression_model", "outliers"


def command(say: Messages) -> click.Command:
    """The command in one language."""
    return Command(
        name="refactor",
        say=say,
        help=f"{say(M.HELP_REFACTOR)}\n\n{say(M.HELP_IMPACT_NAME)}",
        short_help=say(M.HELP_REFACTOR),
        params=[click.Argument(["name"]), *options(say)],
        callback=lambda **given: refactor(session(), **given),
    )


def refactor(session: Session, name: str, form: str, top: int) -> None:
    """Print the routines of the configuration `name` that are worth simplifying first."""
    learned = find(session, name, MODEL)
    rows = champions_rows(session, learned, MODEL, TABLE).drop_columns(["experiment"]).to_pylist()
    show(session, learned, rows, (_painted(session.say, row) for row in rows), form, top)


def _painted(say: Messages, row: dict[str, Any]) -> Answer:
    figures = say(
        M.COMPLEXITY_FIGURES,
        cognitive=say.number(row["cognitive"]),
        expected=say.decimal(row["expected"], 0),
        upper=say.decimal(row["upper"], 0),
        callers=say.number(row["callers"]),
    )
    return Answer(
        row["routine"],
        lines=(
            figures,
            f"{row['file']}:{row['line']}",
            row["why_ru"] if say.language == "ru" else row["why_en"],
        ),
    )
