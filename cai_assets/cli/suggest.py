"""`cai suggest`: what else modules use that use the same things."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cai_assets.cli.frame import Command, Session, WrongUse, session
from cai_assets.cli.learned import Answer, champions_rows, find, options, show
from cai_assets.cli.stored import StoredTables, close_names
from cai_assets.messages import M, Messages

if TYPE_CHECKING:
    from cai_assets.learning.serving import Learned

MODEL, TABLE = "recommendation_model", "suggestions"


def command(say: Messages) -> click.Command:
    """The command in one language."""
    return Command(
        name="suggest",
        say=say,
        help="\n\n".join(map(say, (M.HELP_SUGGEST, M.HELP_SUGGEST_MODULE, M.HELP_IMPACT_NAME))),
        short_help=say(M.HELP_SUGGEST),
        params=[click.Argument(["name"]), click.Argument(["module"]), *options(say)],
        callback=lambda **given: suggest(session(), **given),
    )


def suggest(session: Session, name: str, module: str, form: str, top: int) -> None:
    """Print what `module` of the configuration `name` may want to use besides."""
    import pyarrow as pa
    import pyarrow.compute as pc

    learned = find(session, name, MODEL)
    rows = champions_rows(session, learned, MODEL, TABLE)
    modules = _modules(session, learned, name, module)
    chosen = rows.filter(pc.is_in(rows["module"].cast(pa.string()), pa.array(modules)))
    found = chosen.drop_columns(["experiment"]).to_pylist()
    found.sort(key=lambda row: (-row["score"], row["module"], row["rank"]))
    say = session.say
    answers = (
        Answer(
            row["item"],
            say.decimal(row["score"], 2),
            ((row["module"] if len(modules) > 1 else ""),
             row["why_ru"] if say.language == "ru" else row["why_en"]),
        )
        for row in found
    )  # fmt: skip
    show(session, learned, found, answers, form, top)


def _modules(session: Session, learned: Learned, name: str, text: str) -> list[str]:
    """The ids of the modules meant. Raises WrongUse."""
    from cai_assets.analysis.modules import find_modules
    from cai_assets.analysis.objects import AmbiguousObject, UnknownObject
    from cai_assets.knowledge.snapshots import GROUP

    say = session.say
    try:
        return find_modules(StoredTables(learned.folder / GROUP), text)
    except UnknownObject as error:
        message = say(M.UNKNOWN_OBJECT, name=name, object=text)
        raise WrongUse(message + close_names(say, error.close)) from error
    except AmbiguousObject as error:
        names = ", ".join(error.candidates)
        raise WrongUse(say(M.SEVERAL_OBJECTS, object=text, names=names)) from error
