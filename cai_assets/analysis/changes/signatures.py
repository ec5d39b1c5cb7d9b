"""Signatures of routines: as text, and which changes of them break calls.

1C passes arguments by position, so a parameter that only got another name breaks nothing. A
parameter stands for another if neither name occurs on the other side and the position is equal.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter; `default` is None for a required one."""

    name: str
    by_value: bool = False
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """What a caller sees. `directive` is canonical, empty outside forms and commands."""

    name: str
    parameters: tuple[Parameter, ...] = ()
    function: bool = False
    export: bool = False
    asynchronous: bool = False
    directive: str = ""

    def __str__(self) -> str:
        parameters = ", ".join(
            ("Знач " if p.by_value else "")
            + p.name
            + ("" if p.default is None else f" = {p.default}")
            for p in self.parameters
        )
        words = [f"&{self.directive}"] if self.directive else []
        words += ["Асинх"] if self.asynchronous else []
        words += ["Функция" if self.function else "Процедура", f"{self.name}({parameters})"]
        return " ".join([*words, *(["Экспорт"] if self.export else [])])


def breaking_reasons(old: Signature, new: Signature) -> list[str]:
    """Keys of `BREAKING` that tell why calls of `old` no longer work; empty if they do."""
    reasons = []
    if old.export and not new.export:
        reasons.append("no_longer_exported")
    if old.function and not new.function:
        reasons.append("became_procedure")
    if new.asynchronous and not old.asynchronous:
        reasons.append("became_asynchronous")
    if old.directive != new.directive and not _runs_everywhere(new.directive):
        reasons.append("context_changed")
    return reasons + _parameter_reasons(old.parameters, new.parameters)


def _runs_everywhere(directive: str) -> bool:
    return directive in ("AtClientAtServerNoContext", "AtClientAtServer")


def _parameter_reasons(old: tuple[Parameter, ...], new: tuple[Parameter, ...]) -> list[str]:
    partner = _partners(old, new)
    kept = [position for position in range(len(old)) if position in partner]
    taken = set(partner.values())
    added = [position for position in range(len(new)) if position not in taken]
    places = [partner[position] for position in kept]
    reasons = []
    if len(kept) < len(old):
        reasons.append("parameter_removed")
    if any(new[position].default is None for position in added):
        reasons.append("required_parameter_added")
    moved = places != sorted(places)
    pushed = bool(places) and any(position < max(places) for position in added)
    if moved or pushed:
        reasons.append("order_changed")
    if any(old[p].default is not None and new[partner[p]].default is None for p in kept):
        reasons.append("optional_made_required")
    if any(old[p].by_value != new[partner[p]].by_value for p in kept):
        reasons.append("passing_changed")
    return reasons


def _partners(old: tuple[Parameter, ...], new: tuple[Parameter, ...]) -> dict[int, int]:
    """By position in `old` the position in `new` of the same, perhaps renamed, parameter."""
    before = [parameter.name.casefold() for parameter in old]
    after = [parameter.name.casefold() for parameter in new]
    place = {name: position for position, name in enumerate(after)}
    partner = {position: place[name] for position, name in enumerate(before) if name in place}
    for position, (left, right) in enumerate(zip(before, after, strict=False)):
        if left not in place and right not in before:
            partner[position] = position
    return partner
