"""What the page of a subsystem shows."""

from __future__ import annotations

from dataclasses import dataclass

from cai_assets.analysis.markdown import subsystem_path


@dataclass(frozen=True, slots=True)
class Nested:
    """A nested subsystem in the list."""

    subsystem: str
    name: str
    synonym: str
    objects: int
    lines: int
    exported: int
    cognitive: int


@dataclass(frozen=True, slots=True)
class Listed:
    """An object that the subsystem lists. `findings` are open ones, None if not looked for."""

    object: str
    name: str
    synonym: str
    lines: int
    cognitive: int
    users: int
    uses: int
    findings: int | None


@dataclass(frozen=True, slots=True)
class TypeGroup:
    """The objects of one type; `minor` ones (pictures, styles, roles …) are asked for rarely."""

    type: str
    heading: str
    minor: bool
    objects: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A dependency between two objects, with the first place where it is written."""

    source: str
    target: str
    links: int
    kind: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Partner:
    """A subsystem that this one uses, or that uses it.

    `pairs` of objects with `links` between them, `back` links the other way, `forbidden` ones by
    the contract; `cut` says that to cut it would help to break a cycle.
    """

    subsystem: str
    pairs: int
    links: int
    back: int
    forbidden: int
    cut: bool
    evidence: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Inner:
    """What one part of the subsystem uses of another."""

    source: str
    target: str
    pairs: int
    links: int
    forbidden: int


@dataclass(frozen=True, slots=True)
class Cut:
    """A dependency that is suggested to be cut, with the pairs of objects that make it."""

    source: str
    target: str
    links: int
    evidence: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Cycle:
    """A cycle of subsystems that this one is in."""

    cycle: int
    size: int
    cut_edges: int
    cut_links: int


@dataclass(frozen=True, slots=True)
class Metrics:
    """Coupling of the subsystem by the objects whose home it is."""

    objects: int
    afferent: int
    efferent: int
    instability: float | None
    used_by: int
    uses: int
    links_inside: int
    links_in: int
    links_out: int
    layer: int


@dataclass(frozen=True, slots=True)
class Routine:
    """An exported routine that other subsystems use."""

    routine: str
    description: str
    users: int
    subsystems: int


@dataclass(frozen=True, slots=True)
class ContractRule:
    """A rule of the architecture contract that names the subsystem."""

    rule: str
    kind: str
    access: str
    source: str
    target: str
    reason: str
    edges: int


@dataclass(frozen=True, slots=True)
class Violation:
    """A reference that the contract forbids; `direction` as the subsystem sees it."""

    direction: str
    rule: str
    source: str
    target: str
    kind: str
    reason: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class SeverityCount:
    """Findings of a severity: open ones, and those suppressed, known or of the vendor."""

    severity: str
    open: int
    other: int


@dataclass(frozen=True, slots=True)
class SubsystemView:
    """All about one subsystem. `objects`, `lines` … count what is nested in it, too."""

    subsystem: str
    name: str
    synonym: str
    comment: str
    explanation: str
    projects: tuple[str, ...]
    in_interface: bool
    around: tuple[str, ...]
    objects: int
    lines: int
    share_lines: float
    exported: int
    mean_cognitive: float | None
    nested: tuple[Nested, ...]
    types: tuple[TypeGroup, ...]
    uses: tuple[Partner, ...]
    users: tuple[Partner, ...]
    inner: tuple[Inner, ...]
    metrics: Metrics | None
    cycles: tuple[Cycle, ...]
    cuts: tuple[Cut, ...]
    rules: tuple[ContractRule, ...]
    violations: tuple[Violation, ...]
    violations_left: int
    severities: tuple[SeverityCount, ...]
    most_findings: tuple[Listed, ...]
    most_complex: tuple[Listed, ...]
    interface: tuple[Routine, ...]
    interface_total: int

    def near(self, subsystem: str) -> str:
        """The name of another subsystem, without what encloses both."""
        around = self.around[-1] + "." if self.around else ""
        return subsystem_path(subsystem.removeprefix(around))

    @property
    def listed(self) -> int:
        """How many objects it lists itself."""
        return sum(len(group.objects) for group in self.types)
