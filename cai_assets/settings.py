"""Every setting of the product: typed, from `CAI_…` variables or a `.env` file, nowhere else.

The command line and the Dagster definitions read the same settings, so that both find the
same folders. `docs/settings.md` lists them for users; a test keeps the two equal.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from cai_assets.knowledge.storage import place

if TYPE_CHECKING:
    from cai_assets.intake.git.source import GitSource
    from cai_assets.intake.unpacking import Limits
    from cai_assets.knowledge.storage import StoredPath
else:
    StoredPath = Any

MEBIBYTE = 1024 * 1024

_CRON_FIELDS = 5


class Settings(BaseSettings):
    """The settings of one process. Relative paths are relative to the current folder."""

    model_config = SettingsConfigDict(
        env_prefix="CAI_",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        # A value that is refused may be a secret.
        hide_input_in_errors=True,
    )

    home: Path = Field(
        default=Path(".cai"),
        description="Folder of everything that is stored: uploads, tables, Dagster's history",
    )
    s3_endpoint: str = Field(
        default="",
        description="Address of the object store of `CAI_TABLES` and `CAI_INBOX_URL`, "
        "`https://…`; Amazon's own if empty",
    )
    tables: StoredPath = Field(
        default=None,
        validate_default=True,
        description="Where the tables are: `s3://bucket/prefix` or a folder; the folder `tables` "
        "of `CAI_HOME` if not set",
    )
    executor: Literal["processes", "celery", "kubernetes"] = Field(
        default="processes",
        description="Where steps run: `processes` on the machine of their run, workers of "
        "`celery`, pods of `kubernetes`",
    )
    celery_broker: SecretStr | None = Field(
        default=None,
        description="Address of Celery's broker with its password, `redis://…` or `amqp://…`",
    )
    celery_backend: SecretStr | None = Field(
        default=None,
        description="Address where Celery keeps what steps return; the broker itself if not set",
    )
    celery_lease: int = Field(
        default=60,
        ge=5,
        description="Seconds of silence after which the steps of a Celery worker go to another one",
    )
    lang: Literal["ru", "en"] | None = Field(
        default=None, description="Language of messages; that of the system if not set"
    )
    log_format: Literal["text", "json"] = Field(
        default="text",
        description="How processes log: `text` for a terminal, `json` for what collects logs, "
        "an object per line",
    )
    workers: int | None = Field(
        default=None, ge=1, le=256, description="Processes that parse; one per core if not set"
    )
    keep_uploads: int = Field(
        default=5, ge=1, description="Uploads of a configuration that stay on disk"
    )
    settle_seconds: float = Field(
        default=10.0,
        ge=0,
        description="Seconds a folder in the inbox must stay unchanged before it is taken; an "
        "archive tells itself whether it is whole and waits for 2 s",
    )
    steps: int = Field(
        default=2, ge=1, le=64, description="Steps of a run that work at the same time"
    )
    attempts: int = Field(
        default=3, ge=1, description="Runs that may fail on an upload before a person must look"
    )
    inbox_url: str = Field(
        default="",
        description="Inbox in an object store, `s3://bucket/prefix`, beside the folder; "
        "none if empty",
    )
    inbox_accepted: Literal["move", "delete"] = Field(
        default="move",
        description="What becomes of what was taken from `CAI_INBOX_URL`: `move` to `accepted/`, "
        "or `delete`",
    )
    git: SecretStr = Field(
        default=SecretStr(""),
        description="Branches whose commits are uploads: "
        "`https://host/path.git#branch:folder; …`, a password in the address if need be; "
        "none if empty",
    )
    git_seconds: int = Field(
        default=60, ge=10, description="Seconds between two looks at the branches of `CAI_GIT`"
    )
    git_newest_only: bool = Field(
        default=False,
        description="Of several new commits of a branch take the newest only, not each",
    )
    alerts: SecretStr = Field(
        default=SecretStr(""),
        description="Where alerts go: addresses of apprise, `tgram://…; mailtos://…; json://…`; "
        "none are sent if empty",
    )
    stale_hours: float = Field(
        default=24.0,
        gt=0,
        description="Hours after which an upload without a result is told in an alert",
    )
    ui_url: str = Field(
        default="",
        description="Address of the web UI, `https://…`; links in alerts begin with it",
    )
    min_files_parsed: float = Field(
        default=0.99,
        ge=0,
        le=1,
        description="Share of files parsed whole under which a check warns",
    )
    min_routines_parsed: float = Field(
        default=0.99,
        ge=0,
        le=1,
        description="Share of routines without a syntax error below which a check warns",
    )
    max_rows_lost: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Share of rows a table may lose from upload to upload before a check warns",
    )
    architecture: Path | None = Field(
        default=None,
        description="File of the architecture contract; else `architecture.toml` in the upload",
    )
    fail_on: Literal["blocker", "critical", "major", "minor", "info"] = Field(
        default="blocker",
        description="Severity from which new findings fail the gate of `best_practices`",
    )
    max_new_findings: int = Field(
        default=0, ge=0, description="New findings of that severity that the gate lets pass"
    )
    max_cycle_growth: int = Field(
        default=0,
        ge=0,
        description="Objects or subsystems by which cycles may grow before their gate fails",
    )
    dataset_vendor: bool = Field(
        default=False,
        description="Let code locked by vendor support into the tasks of the ML dataset",
    )
    dataset_licenses: str = Field(
        default="",
        description="Licences whose code may be in the tasks of the ML dataset, divided by "
        "commas, `none` for code that states none; all if empty",
    )
    keep_experiments: int = Field(
        default=5, ge=1, description="Experiments of a model that stay on disk beside the champion"
    )
    retrain_at: str = Field(
        default="0 2 * * *",
        description="When models are trained anew each day, as a line of cron",
    )
    clean_at: str = Field(
        default="30 3 * * *",
        description="When what nobody needs any more is removed each day, as a line of cron",
    )
    keep_run_days: int = Field(
        default=30,
        ge=1,
        description="Days after which a run is removed from the history with its events and logs, "
        "unless it made the latest result of something",
    )
    keep_quarantine_days: int = Field(
        default=30, ge=1, description="Days after which a refused upload is removed"
    )
    timezone: str = Field(
        default="Europe/Moscow",
        description="Time zone of `CAI_RETRAIN_AT` and `CAI_CLEAN_AT`, by its IANA name",
    )
    site_url: str = Field(
        default="",
        description="Address under which the folder `site` is published; links to sites in "
        "Dagster begin with it. A link to the folder itself if empty",
    )
    max_site_mib: int = Field(
        default=250, ge=1, description="Size of a documentation site above which a check warns, MiB"
    )
    max_upload_mib: int = Field(
        default=16384, ge=1, description="Largest upload after unpacking, MiB"
    )
    max_upload_files: int = Field(
        default=200_000, ge=1, description="Most files and folders in an upload"
    )
    max_compression: int = Field(
        default=200, ge=1, description="Largest ratio of unpacked to packed size of an archive"
    )

    @field_validator("tables", mode="before")
    @classmethod
    def _place_of_tables(cls, value: object, others: ValidationInfo) -> object:
        if value is None:
            return _absolute(others.data.get("home", Path())) / "tables"
        if isinstance(value, str):
            return place(value, others.data.get("s3_endpoint", ""))
        return value

    @field_validator("git")
    @classmethod
    def _branches(cls, text: SecretStr) -> SecretStr:
        from cai_assets.intake.git.source import parse_sources

        parse_sources(text.get_secret_value())
        return text

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, name: str) -> str:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"no such time zone; try Europe/Moscow or UTC ({error})") from error
        return name

    @field_validator("retrain_at", "clean_at")
    @classmethod
    def _cron_line(cls, line: str) -> str:
        if len(line.split()) != _CRON_FIELDS:
            raise ValueError("a line of cron has five fields: 0 2 * * *")
        return line

    @classmethod
    def is_secret(cls, name: str) -> bool:
        """Whether the value of a setting must not be shown."""
        return "SecretStr" in str(cls.model_fields[name].annotation)

    @cached_property
    def root(self) -> Path:
        """`home` as an absolute path."""
        return _absolute(self.home)

    @property
    def git_sources(self) -> tuple[GitSource, ...]:
        """The branches of `git`, passwords apart."""
        from cai_assets.intake.git.source import parse_sources

        return parse_sources(self.git.get_secret_value())

    @property
    def inbox(self) -> Path:
        """Folder that the sensor watches: a folder or an archive put here becomes an upload."""
        return self.root / "inbox"

    @property
    def quarantine(self) -> Path:
        """Where archives go that cannot be taken, each beside a file with the reason."""
        return self.root / "quarantine"

    @property
    def uploads(self) -> Path:
        """Unpacked uploads, by configuration; the last `keep_uploads` of each stay."""
        return self.root / "uploads"

    @property
    def models(self) -> Path:
        """Trained models: `<configuration>/<model>/<experiment>/`, and which is the champion."""
        return self.root / "models"

    @property
    def sites(self) -> Path:
        """Documentation sites: `<configuration>/index.html`."""
        return self.root / "site"

    def site_of(self, configuration: str) -> Path:
        """The folder of the documentation site of a configuration."""
        return self.sites / configuration

    def site_address(self, configuration: str) -> str:
        """What opens the site of a configuration in a browser."""
        if self.site_url:
            return f"{self.site_url.rstrip('/')}/{quote(configuration)}/index.html"
        return (self.site_of(configuration) / "index.html").as_uri()

    @property
    def dagster(self) -> Path:
        """Storage of Dagster's own history unless DAGSTER_HOME says otherwise."""
        return self.root / "dagster"

    def unpack_limits(self) -> Limits:
        """What an upload may cost when it is taken in."""
        from cai_assets.intake.unpacking import Limits

        return Limits(
            max_entries=self.max_upload_files,
            max_total_bytes=self.max_upload_mib * MEBIBYTE,
            max_ratio=self.max_compression,
        )


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path.expanduser()))
