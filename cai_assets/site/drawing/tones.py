"""Which colour stands for which types of objects, the same in every picture."""

from __future__ import annotations

from cai_assets.site.drawing.model import NONE

DATA, EVENTS, REGISTERS, CODE, SCREENS, ACCESS = range(1, 7)

_TYPES = {
    DATA: (
        "Catalog ChartOfAccounts ChartOfCalculationTypes ChartOfCharacteristicTypes "
        "CommonAttribute Constant DefinedType Enum ExternalDataSource"
    ),
    EVENTS: "BusinessProcess Document DocumentJournal DocumentNumerator Sequence Task",
    REGISTERS: "AccountingRegister AccumulationRegister CalculationRegister InformationRegister",
    CODE: (
        "Bot CommonModule EventSubscription ExchangePlan HTTPService IntegrationService "
        "ScheduledJob WSReference WebService WebSocketClient XDTOPackage"
    ),
    SCREENS: (
        "CommandGroup CommonCommand CommonForm CommonPicture CommonTemplate DataProcessor "
        "ExternalDataProcessor ExternalReport FilterCriterion Interface PaletteColor Report "
        "SettingsStorage Style StyleItem"
    ),
    ACCESS: "FunctionalOption FunctionalOptionsParameter Role SessionParameter",
}
_TONE = {name: tone for tone, names in _TYPES.items() for name in names.split()}


def tone_of(type_: str) -> int:
    """The colour of a type of objects: data, what happens, registers, code, screens, access.

    None for what holds the others together: configurations, subsystems, languages.
    """
    return _TONE.get(type_, NONE)


def tone_at(id_: str, own: int) -> int:
    """The colour of what has this id: its own, else that of the type the id begins with."""
    return own or tone_of(id_.partition(".")[0])
