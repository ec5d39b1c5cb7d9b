"""The PATH of a command: a folder as it is, an archive unpacked for the time of the command."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cai_assets.cli.frame import Failure, Session, WrongUse
from cai_assets.messages import M

if TYPE_CHECKING:
    from cai_assets.onec.errors import NoProjects


def require_path(session: Session, given: str) -> Path:
    """The path as given. Raises WrongUse if nothing is there or the folder is empty."""
    path = Path(given).expanduser()
    try:
        if not path.exists():
            raise WrongUse(session.say(M.NOT_FOUND, path=given))
        if path.is_dir() and not any(path.iterdir()):
            raise WrongUse(session.say(M.EMPTY_FOLDER, path=given))
    except OSError as error:
        reason = error.strerror or error
        raise WrongUse(session.say(M.CANNOT_READ, path=given, reason=reason)) from error
    return path


def require_configuration(session: Session, path: Path) -> list[str]:
    """The folders of the 1C projects in `path`; archives are judged later and give none.

    Raises WrongUse if `path` is a folder without a project.
    """
    from cai_assets.onec.errors import NoProjects
    from cai_assets.onec.projects import list_sources

    if not path.is_dir():
        return []
    try:
        return [project.path for project in list_sources(path).projects]
    except NoProjects as error:
        raise not_a_configuration(session, path, error) from error


def require_writable(session: Session, folder: Path) -> None:
    """Make `folder` if need be. Raises Failure if nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or error
        raise Failure(session.say(M.CANNOT_WRITE, path=folder, reason=reason)) from error


@contextmanager
def opened_folder(session: Session, path: Path) -> Iterator[Path]:
    """Give the folder of configuration files that `path` is or holds."""
    if path.is_dir():
        yield path
        return
    from cai_assets.intake.archives import unpack
    from cai_assets.intake.files import extended, remove_tree

    temporary = extended(Path(tempfile.mkdtemp(prefix="cai-")))
    try:
        folder = temporary / "upload"
        session.note(session.say(M.UNPACKING, path=path.name))
        with intake_errors(session):
            unpack(path, folder, session.settings.unpack_limits())
        yield folder
    finally:
        with contextlib.suppress(OSError):
            remove_tree(temporary)


@contextmanager
def intake_errors(session: Session) -> Iterator[None]:
    """Turn what the intake raises into the words of the command line."""
    from cai_assets.intake.errors import IntakeError, Refused

    try:
        yield
    except Refused as error:
        raise WrongUse(error.text(session.say.language)) from error
    except IntakeError as error:
        raise Failure(error.text(session.say.language)) from error


@contextmanager
def settings_errors(session: Session) -> Iterator[None]:
    """Turn what is wrong with a file of settings or the contract into wrong use, in words."""
    from cai_assets.analysis.architecture import ContractError
    from cai_assets.rules.config import ConfigError

    language = session.say.language
    try:
        yield
    except ConfigError as error:
        raise WrongUse(error.text(language)) from error
    except ContractError as error:
        raise WrongUse(error.told(language)) from error
    except OSError as error:
        path, reason = error.filename or error, error.strerror or error
        raise WrongUse(session.say(M.CANNOT_READ, path=path, reason=reason)) from error


def not_a_configuration(session: Session, path: Path, error: NoProjects) -> WrongUse:
    """Why `path` holds nothing that can be read."""
    known = {
        "empty": M.EMPTY_FOLDER,
        "flat_dump": M.FLAT_DUMP,
        "binary": M.BINARY_INSIDE,
    }
    message = known.get(error.code, M.NO_PROJECT)
    return WrongUse(session.say(message, path=path, file=error.path))
