"""Why a reference is not resolved: the one list, which `docs/references.md` explains."""

from __future__ import annotations

from typing import Final

RESOLVED: Final = ""
NOT_HERE: Final = "not in this upload"
NO_PART: Final = "no such part of the object"
NO_FIELD: Final = "no such field"
NO_ROUTINE: Final = "no such routine"
NO_REGISTER: Final = "no such register"
AS_NUMBER: Final = "written as a number or identifier"
PLATFORM_TYPE: Final = "a type of the platform"
STANDARD: Final = "a standard part of the platform"
ANY_OBJECT: Final = "any object of a kind"
PLATFORM_OR_MISSING: Final = "the platform's own, or missing"
AT_RUN_TIME: Final = "known only at run time"
UNKNOWN_TYPE: Final = "the type of a step is not known"

REASONS: Final = (
    RESOLVED,
    NOT_HERE,
    AS_NUMBER,
    PLATFORM_TYPE,
    STANDARD,
    ANY_OBJECT,
    NO_ROUTINE,
    NO_PART,
    NO_FIELD,
    NO_REGISTER,
    PLATFORM_OR_MISSING,
    AT_RUN_TIME,
    UNKNOWN_TYPE,
)
"""Every value of the column `reason`; the first stands for resolved rows."""
