"""Settings of rules from files: `cai.toml`, `[tool.cai]` of a `pyproject.toml`, and what teams
have in `.bsl-language-server.json`.

    language = "ru"                # of reports
    vendor = false                 # leave code on support out of what counts
    fail-on = "major"              # the slightest severity that fails `cai check`
    baseline = "cai-baseline.json"

    [exclude]
    paths = ["*/Тесты/*"]
    objects = ["CommonModule.Удалить*"]

    [rules]
    UnionAll = false                                     # off; true switches on
    QueryParseError = "blocker"                          # another severity
    CyclomaticComplexity = { complexityThreshold = 25, severity = "minor" }

The first of `cai.toml` and `pyproject.toml` with the table counts. What it says goes before what
`.bsl-language-server.json` says, rule by rule.
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cai_assets.rules.config import ConfigError, RuleConfig
from cai_assets.rules.model import Parameter, Rule, Severity, Text

OWN, SHARED, FOREIGN = "cai.toml", "pyproject.toml", ".bsl-language-server.json"

_TOP = ("language", "vendor", "fail-on", "baseline", "exclude", "rules")
_EXCLUDE = ("paths", "objects")
_FIXED = ("enabled", "severity")
_TYPES = {
    bool: Text("true или false", "true or false"),
    int: Text("целое число", "a whole number"),
    str: Text("строка", "a text"),
    dict: Text("таблица", "a table"),
    list: Text("список строк", "a list of texts"),
}

_RULE = Text(
    "true, false, важность или таблица параметров",
    "true, false, a severity or a table of parameters",
)


def load_config(
    folder: Path, rules: Mapping[str, Rule], *, file: Path | None = None, above: bool = False
) -> tuple[RuleConfig, Path]:
    """The settings for `folder`, and the folder that relative paths in them start from.

    `file` stands in place of `cai.toml`. With `above`, folders above are looked at too, up to
    the one that holds `.git`, until one has settings. Without any file the defaults hold.
    Raises ConfigError for what a file says wrongly, and OSError if `file` cannot be read.
    """
    places = [folder, *(_above(folder) if above else ())]
    home = next((place for place in places if _has_settings(place)), folder)
    foreign = home / FOREIGN
    config = RuleConfig()
    if foreign.is_file():
        config = _Foreign(foreign.name, _json(foreign), rules).read()
    if file is not None:
        return _Own(file.name, _table_of(file), rules, config).read(), file.absolute().parent
    for name in (OWN, SHARED):
        table = _table_of(home / name) if (home / name).is_file() else None
        if table is not None:
            return _Own(name, table, rules, config).read(), home
    return config, home


def _above(folder: Path) -> Iterable[Path]:
    place = folder.absolute()
    while not (place / ".git").exists() and place != place.parent:
        place = place.parent
        yield place


def _has_settings(folder: Path) -> bool:
    if (folder / OWN).is_file() or (folder / FOREIGN).is_file():
        return True
    shared = folder / SHARED
    return shared.is_file() and _table_of(shared) is not None


def _table_of(file: Path) -> dict[str, Any] | None:
    """The settings in a TOML file: the whole of it, or `[tool.cai]` of a `pyproject.toml`."""
    try:
        table = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            file.name, [Text(f"не читается как TOML: {error}", f"is no TOML: {error}")]
        ) from error
    if file.name != SHARED:
        return table
    own = table.get("tool", {}).get("cai")
    return own if isinstance(own, dict) else None


def _json(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(file.read_bytes().decode("utf-8-sig"))
    except ValueError as error:
        raise ConfigError(
            file.name, [Text(f"не читается как JSON: {error}", f"is no JSON: {error}")]
        ) from error
    return value if isinstance(value, dict) else {}


class _Own:
    """Reads our own settings strictly: a misspelt word must not silently mean nothing."""

    def __init__(
        self, name: str, table: dict[str, Any] | None, rules: Mapping[str, Rule], base: RuleConfig
    ) -> None:
        self._name = name
        self._table = table or {}
        self._rules = rules
        self._base = base
        self._folded = {key.casefold(): key for key in rules}
        self._problems: list[Text] = []

    def read(self) -> RuleConfig:
        """The settings. Raises ConfigError with all problems at once."""
        table, base = self._table, self._base
        self._known(table, _TOP, "")
        exclude = self._value(table, "exclude", dict, {})
        self._known(exclude, _EXCLUDE, "exclude.")
        enabled, options = dict(base.enabled), {k: dict(v) for k, v in base.options.items()}
        severities = dict(base.severities)
        only = base.only
        for given, value in self._value(table, "rules", dict, {}).items():
            key = self._folded.get(given.casefold())
            if key is None:
                self._unknown(given, self._rules, "rules.")
                continue
            fixed, values = self._rule(self._rules[key], value)
            if "enabled" in fixed:
                enabled[key] = fixed["enabled"]
                if only is not None:
                    only = only | {key} if fixed["enabled"] else only - {key}
            if "severity" in fixed:
                severities[key] = fixed["severity"]
            if values:
                options[key] = {**options.get(key, {}), **values}
        language = self._choice(table, "language", ("ru", "en"))
        fail_on = self._choice(table, "fail-on", tuple(Severity))
        config = RuleConfig(
            enabled=enabled,
            only=only,
            options=options,
            severities=severities,
            exclude_paths=self._texts(exclude, "paths"),
            exclude_objects=self._texts(exclude, "objects"),
            vendor=self._value(table, "vendor", bool, base.vendor),
            language=language or base.language,  # type: ignore[arg-type]
            fail_on=Severity(fail_on) if fail_on else base.fail_on,
            baseline=self._value(table, "baseline", str, None),
            notes=base.notes,
        )
        if self._problems:
            raise ConfigError(self._name, self._problems)
        return config

    def _rule(self, rule: Rule, value: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """(`enabled` and `severity`, parameters) of what stands for a rule."""
        if isinstance(value, bool):
            return {"enabled": value}, {}
        if isinstance(value, str):
            value = {"severity": value}
        where = f"rules.{rule.key}"
        if not isinstance(value, dict):
            self._wrong(where, _RULE)
            return {}, {}
        parameters = {parameter.name: parameter for parameter in rule.parameters}
        fixed: dict[str, Any] = {}
        values: dict[str, Any] = {}
        for name, given in value.items():
            if name == "enabled":
                fixed[name] = self._value(value, name, bool, True, f"{where}.")
            elif name == "severity":
                severity = self._choice(value, name, tuple(Severity), f"{where}.")
                if severity:
                    fixed[name] = Severity(severity)
            elif name not in parameters:
                self._unknown(name, [*parameters, *_FIXED], f"{where}.")
            elif _fits(parameters[name], given):
                values[name] = given
            else:
                self._wrong(f"{where}.{name}", _TYPES[type(parameters[name].default)])
        # Who gives a rule parameters wants it to run.
        if values:
            fixed.setdefault("enabled", True)
        return fixed, values

    def _known(self, table: Mapping[str, Any], names: Iterable[str], where: str) -> None:
        for name in table:
            if name not in names:
                self._unknown(name, names, where)

    def _value(
        self, table: Mapping[str, Any], name: str, type_: type, default: Any, where: str = ""
    ) -> Any:
        value = table.get(name, default)
        if name in table and not isinstance(value, type_):
            self._wrong(f"{where}{name}", _TYPES[type_])
            return default
        return value

    def _texts(self, table: Mapping[str, Any], name: str) -> tuple[str, ...]:
        value = self._value(table, name, list, [], "exclude.")
        if any(not isinstance(item, str) for item in value):
            self._wrong(f"exclude.{name}", _TYPES[list])
            return ()
        return tuple(value)

    def _choice(
        self, table: Mapping[str, Any], name: str, choices: tuple[str, ...], where: str = ""
    ) -> str | None:
        value = table.get(name)
        if value is None or value in choices:
            return value
        listed = ", ".join(choices)
        self._wrong(f"{where}{name}", Text(f"одно из: {listed}", f"one of: {listed}"))
        return None

    def _unknown(self, name: str, known: Iterable[str], where: str) -> None:
        self._problems.append(unknown_name(f"{where}{name}", name, known))

    def _wrong(self, where: str, wanted: Text) -> None:
        self._problems.append(
            Text(f"{where}: ожидается {wanted.ru}", f"{where}: expected {wanted.en}")
        )


def unknown_name(shown: str, name: str, known: Iterable[str]) -> Text:
    """That nothing is called so, with the nearest name that is."""
    names = {item.casefold(): item for item in known}
    close = difflib.get_close_matches(name.casefold(), names, 1, 0.6)
    if not close:
        return Text(f"нет такого имени: {shown}", f"there is no {shown}")
    near = names[close[0]]
    return Text(
        f"нет такого имени: {shown}; может быть, {near}?",
        f"there is no {shown}; did you mean {near}?",
    )


def _fits(parameter: Parameter, value: Any) -> bool:
    return type(value) is type(parameter.default)


class _Foreign:
    """Reads the settings of BSL Language Server: keys and parameters are the same there.

    It has more rules than there are here, so that what is not known is a note, not an error.
    """

    def __init__(self, name: str, table: dict[str, Any], rules: Mapping[str, Rule]) -> None:
        self._name = name
        self._table = table
        self._rules = rules

    def read(self) -> RuleConfig:
        """The settings as far as they mean something here."""
        said = self._table.get("diagnostics")
        diagnostics: dict[str, Any] = said if isinstance(said, dict) else {}
        given = diagnostics.get("parameters")
        parameters: dict[str, Any] = given if isinstance(given, dict) else {}
        enabled: dict[str, bool] = {}
        options: dict[str, dict[str, Any]] = {}
        ignored: list[str] = []
        for key, value in parameters.items():
            rule = self._rules.get(key)
            if rule is None:
                ignored.append(key)
            elif isinstance(value, bool):
                enabled[key] = value
            elif isinstance(value, dict):
                enabled[key] = True
                known = {parameter.name: parameter for parameter in rule.parameters}
                fit = {k: v for k, v in value.items() if k in known and _fits(known[k], v)}
                ignored += [f"{key}.{name}" for name in value if name not in fit]
                if fit:
                    options[key] = fit
        language = self._table.get("language")
        return RuleConfig(
            enabled=enabled,
            only=self._only(str(diagnostics.get("mode", "on")).lower(), enabled, parameters),
            options=options,
            vendor=diagnostics.get("skipSupport") == "never",
            language=language if language in ("ru", "en") else None,
            notes=(self._note(ignored),) if ignored else (),
        )

    def _only(
        self, mode: str, enabled: Mapping[str, bool], listed: Mapping[str, Any]
    ) -> frozenset[str] | None:
        """The rules that run, where the mode settles that without the rules' own defaults."""
        if mode == "off":
            return frozenset()
        if mode == "only":
            return frozenset(key for key, on in enabled.items() if on)
        if mode == "except":
            return frozenset(self._rules) - frozenset(listed)
        if mode == "all":
            return frozenset(self._rules) - {key for key, on in enabled.items() if not on}
        return None

    def _note(self, ignored: list[str]) -> Text:
        names = ", ".join(sorted(ignored))
        return Text(
            f"{self._name}: здесь не действует: {names}",
            f"{self._name}: has no effect here: {names}",
        )
