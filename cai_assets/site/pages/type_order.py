"""Which types of objects come first in lists: what a configuration is about, before the rest."""

from __future__ import annotations

MINOR = frozenset(
    {
        "CommandGroup", "CommonPicture", "CommonTemplate", "DefinedType", "DocumentNumerator",
        "EventSubscription", "FunctionalOption", "FunctionalOptionsParameter", "Language",
        "Role", "SessionParameter", "Style", "StyleItem", "Subsystem", "XDTOPackage",
    }
)  # fmt: skip
"""Types of objects that come last in lists: they serve the others."""

FIRST = (
    "Document", "BusinessProcess", "Task", "Catalog", "ChartOfCharacteristicTypes",
    "ChartOfAccounts", "ChartOfCalculationTypes", "AccumulationRegister", "AccountingRegister",
    "CalculationRegister", "InformationRegister", "Enum", "Constant", "CommonModule",
    "DataProcessor", "Report",
)  # fmt: skip
"""Types of objects that come first in lists: what a subsystem is about."""


def rank(type_: str) -> int:
    """The place of a type in lists; types of the same place are put in order by their names."""
    if type_ in MINOR:
        return len(FIRST) + 1
    return FIRST.index(type_) if type_ in FIRST else len(FIRST)
