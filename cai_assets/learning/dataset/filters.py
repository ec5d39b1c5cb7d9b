"""What is left out of the tasks, and why. Rows stay in `routines`, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

EMPTY, ERRORS, VENDOR, LICENSE, GENERATED, TWIN, LEAK = (
    "empty", "errors", "vendor", "license", "generated", "twin", "leak",
)  # fmt: skip
REASONS = (EMPTY, ERRORS, VENDOR, LICENSE, GENERATED, TWIN, LEAK)
"""In the order in which they are asked; the first that holds is told."""

LOCKED = "locked"

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Filters:
    """Settings. The defaults keep what a team wrote itself."""

    vendor: bool = False
    """Keep code of objects that vendor support locks."""
    licenses: tuple[str, ...] | None = None
    """Licences to keep, as `licenses` names them, with "" for none stated; None keeps all."""
    generated: bool = False
    """Keep modules that a program wrote."""
    errors: bool = False
    """Keep routines with syntax errors."""


def dropped(
    filters: Filters,
    *,
    empty: Flags,
    errors: Flags,
    support: Sequence[str | None],
    licenses: Sequence[str | None],
    generated: Flags,
) -> list[str]:
    """Why each routine is left out; empty if it is kept."""
    allowed = None if filters.licenses is None else frozenset(filters.licenses)
    reasons = []
    rows = zip(empty.tolist(), errors.tolist(), support, licenses, generated.tolist(), strict=True)
    for is_empty, has_errors, state, license_, is_generated in rows:
        if is_empty:
            reasons.append(EMPTY)
        elif has_errors and not filters.errors:
            reasons.append(ERRORS)
        elif state == LOCKED and not filters.vendor:
            reasons.append(VENDOR)
        elif allowed is not None and (license_ or "") not in allowed:
            reasons.append(LICENSE)
        elif is_generated and not filters.generated:
            reasons.append(GENERATED)
        else:
            reasons.append("")
    return reasons
