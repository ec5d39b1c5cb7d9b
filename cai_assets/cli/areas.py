"""`cai areas`: functional areas, and the objects of one."""

from __future__ import annotations

from typing import Any

import click

from cai_assets.cli.frame import Command, Session, WrongUse, session
from cai_assets.cli.learned import Answer, champions_rows, find, options, show
from cai_assets.messages import M, Messages

MODEL, AREAS, MEMBERS = "clustering_model", "areas", "area_members"


def command(say: Messages) -> click.Command:
    """The command in one language."""
    return Command(
        name="areas",
        say=say,
        help="\n\n".join(map(say, (M.HELP_AREAS, M.HELP_AREA, M.HELP_IMPACT_NAME))),
        short_help=say(M.HELP_AREAS),
        params=[
            click.Argument(["name"]),
            click.Argument(["area"], type=click.IntRange(min=0), required=False),
            *options(say),
        ],
        callback=lambda **given: areas(session(), **given),
    )


def areas(session: Session, name: str, area: int | None, form: str, top: int) -> None:
    """Print the areas of the configuration `name`, or the objects of one."""
    say = session.say
    learned = find(session, name, MODEL)
    table = AREAS if area is None else MEMBERS
    rows = champions_rows(session, learned, MODEL, table).drop_columns(["experiment"]).to_pylist()
    if area is not None:
        rows = [row for row in rows if row["area"] == area]
        if not rows:
            raise WrongUse(say(M.NO_SUCH_AREA, area=area, name=name))
        rows.sort(key=lambda row: (-row["strength"], row["object"]))
    painted = _area if area is None else _member
    show(session, learned, rows, (painted(say, row) for row in rows), form, top)


def _area(say: Messages, row: dict[str, Any]) -> Answer:
    from cai_assets.analysis.markdown import percent, subsystem_path

    figures = say(M.AREA_FIGURES, area=row["area"], objects=say.number(row["objects"]))
    declared = ""
    if row["main_subsystem"]:
        declared = say(
            M.AREA_DECLARED,
            subsystem=subsystem_path(row["main_subsystem"]),
            purity=percent(row["purity"], say.language),
            coverage=percent(row["coverage"], say.language),
        )
    links = say(M.AREA_LINKS, inside=row["links_inside"], outside=row["links_outside"])
    return Answer(row["name"], figures, (declared, ", ".join(row["words"]), links))


def _member(say: Messages, row: dict[str, Any]) -> Answer:
    from cai_assets.analysis.markdown import subsystem_path

    declared = subsystem_path(row["subsystem"]) if row["subsystem"] else say(M.NO_SUBSYSTEM)
    return Answer(row["object"], say.decimal(row["strength"], 2), (declared,))
