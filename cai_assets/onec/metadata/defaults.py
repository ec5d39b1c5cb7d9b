"""What a property is when a file does not state it.

EDT writes only what differs from these values; a Designer dump of an older platform leaves out
what that platform did not have. Filling both in makes the same object of both layouts.

The facts were found by comparing configurations that exist in both layouts. A property that
always stands in files (a name, a handler, `CreateOnInput` of a catalog) has no entry here.
"""

from __future__ import annotations

from typing import Final

from cai_assets.onec.facts import Properties

_NO = "false"
_AUTO = "Auto"
_DONT_USE = "DontUse"

_HELP: Final = {"IncludeHelpInContents": _NO}
_COMMANDS: Final = {"UseStandardCommands": _NO}
_LOCKS: Final = {"DataLockControlMode": "Automatic"}
_SEARCH: Final = {"FullTextSearch": _DONT_USE}
_DATA_HISTORY: Final = {
    "DataHistory": _DONT_USE,
    "UpdateDataHistoryImmediatelyAfterWrite": _NO,
    "ExecuteAfterWriteDataHistoryVersionProcessing": _NO,
}
_INPUT: Final = {
    "ChoiceDataGetModeOnInputByString": "Directly",
    "ChoiceHistoryOnInput": _AUTO,
    "SearchStringModeOnInputByString": "Begin",
}

# Objects that are referred to: catalogs, documents, charts …
_REFERENCED: Final = {
    **_HELP,
    **_COMMANDS,
    **_LOCKS,
    **_SEARCH,
    **_DATA_HISTORY,
    **_INPUT,
}
_CHOSEN: Final = {"ChoiceMode": "FromForm", "EditType": "InList", "QuickChoice": _NO}
_NUMBERED: Final = {
    "Autonumbering": _NO,
    "CheckUnique": _NO,
    "NumberAllowedLength": "Fixed",
    "NumberLength": "0",
    "NumberType": "Number",
}
_CODED: Final = {"CodeLength": "0", "DescriptionLength": "0", "DefaultPresentation": "AsCode"}
_PREDEFINED: Final = {"PredefinedDataUpdate": _AUTO}
_REGISTER: Final = {**_HELP, **_COMMANDS, **_LOCKS, **_SEARCH}
_SUMMED: Final = {**_REGISTER, "EnableTotalsSplitting": _NO}
_TOOL: Final = {**_HELP, **_COMMANDS}
_EXTERNAL: Final = {**_HELP, **_COMMANDS, "QuickChoice": _NO, "ReadOnly": _NO}

# How a value is entered: attributes, dimensions, resources, constants, common attributes.
_ENTRY: Final = {
    "ChoiceFoldersAndItems": "Items",
    "ChoiceHistoryOnInput": _AUTO,
    "ExtendedEdit": _NO,
    "FillChecking": "DontCheck",
    "MarkNegatives": _NO,
    "MultiLine": _NO,
    "PasswordMode": _NO,
    "QuickChoice": _AUTO,
}
_FIELD: Final = {**_ENTRY, "CreateOnInput": _AUTO}
_FILLED: Final = {"FillFromFillingValue": _NO}
_INDEXED: Final = {"Indexing": "DontIndex"}
_FOR_ITEMS: Final = {"Use": "ForItem"}
_HISTORY: Final = {"DataHistory": _DONT_USE}

_ATTRIBUTE: Final = {**_FIELD, **_FILLED, **_INDEXED, **_SEARCH, **_HISTORY}
_ROW_ATTRIBUTE: Final = {**_FIELD, **_INDEXED, **_SEARCH, **_HISTORY}
_FLAG: Final = {**_FIELD, **_FILLED, **_HISTORY}
_REGISTER_ATTRIBUTE: Final = {**_FIELD, **_INDEXED, **_SEARCH}
_DIMENSION: Final = {**_FIELD, **_INDEXED, **_SEARCH, "DenyIncompleteValues": _NO}
_RESOURCE: Final = {**_FIELD, **_SEARCH}
_EXTERNAL_FIELD: Final = {
    **_FIELD,
    **_FILLED,
    "AllowNull": _NO,
    "ReadOnly": _NO,
}
del _EXTERNAL_FIELD["ChoiceFoldersAndItems"]

_TABULAR_SECTION: Final = {"FillChecking": "DontCheck", "LineNumberLength": "5"}

_COMMAND: Final = {
    "ModifiesData": _NO,
    "OnMainServerUnavalableBehavior": _AUTO,
    "ParameterUseMode": "Single",
    "Representation": "Text",
}

_OBJECTS: Final[dict[str, Properties]] = {
    "AccountingRegister": {**_SUMMED, "Correspondence": _NO, "PeriodAdjustmentLength": "0"},
    "AccumulationRegister": {**_SUMMED, "RegisterType": "Balance"},
    "Bot": {"Predefined": _NO},
    "BusinessProcess": {
        **_REFERENCED,
        **_NUMBERED,
        "CreateTaskInPrivilegedMode": _NO,
        "EditType": "InList",
        "NumberPeriodicity": "Nonperiodical",
    },
    "CalculationRegister": {**_REGISTER, "ActionPeriod": _NO, "BasePeriod": _NO},
    "Catalog": {
        **_REFERENCED,
        **_CHOSEN,
        **_CODED,
        **_PREDEFINED,
        "Autonumbering": _NO,
        "CheckUnique": _NO,
        "CodeAllowedLength": "Fixed",
        "CodeSeries": "WholeCatalog",
        "CodeType": "Number",
        "FoldersOnTop": _NO,
        "Hierarchical": _NO,
        "HierarchyType": "HierarchyFoldersAndItems",
        "LimitLevelCount": _NO,
        "SubordinationUse": "ToItems",
    },
    "ChartOfAccounts": {
        **_REFERENCED,
        **_CHOSEN,
        **_CODED,
        **_PREDEFINED,
        "AutoOrderByCode": _NO,
        "CheckUnique": _NO,
        "CodeSeries": "WholeChartOfAccounts",
        "MaxExtDimensionCount": "0",
        "OrderLength": "0",
    },
    "ChartOfCalculationTypes": {
        **_REFERENCED,
        **_CHOSEN,
        **_CODED,
        **_PREDEFINED,
        "ActionPeriodUse": _NO,
        "CodeAllowedLength": "Fixed",
        "CodeType": "Number",
        "DependenceOnCalculationTypes": _DONT_USE,
    },
    "ChartOfCharacteristicTypes": {
        **_REFERENCED,
        **_CHOSEN,
        **_CODED,
        **_PREDEFINED,
        "Autonumbering": _NO,
        "CheckUnique": _NO,
        "CodeAllowedLength": "Fixed",
        "CodeSeries": "WholeCharacteristicKind",
        "FoldersOnTop": _NO,
        "Hierarchical": _NO,
    },
    "CommandGroup": {"Category": "NavigationPanel"},
    "CommonAttribute": {
        **_ATTRIBUTE,
        "AuthenticationSeparation": "Separate",
        "AutoUse": "Use",
        "ConfigurationExtensionsSeparation": "Separate",
        "DataSeparation": "Separate",
        "SeparatedDataUse": "Independently",
        "UsersSeparation": "Separate",
    },
    "CommonCommand": {**_COMMAND, **_HELP},
    "CommonForm": {**_HELP, **_COMMANDS, "FormType": "Managed"},
    "CommonModule": {
        "ClientManagedApplication": _NO,
        "ClientOrdinaryApplication": _NO,
        "ExternalConnection": _NO,
        "Global": _NO,
        "Privileged": _NO,
        "ReturnValuesReuse": _DONT_USE,
        "Server": _NO,
        "ServerCall": _NO,
    },
    "CommonPicture": {"AvailabilityForAppearance": _NO, "AvailabilityForChoice": _NO},
    "CommonTemplate": {"TemplateType": "SpreadsheetDocument"},
    "Configuration": {
        **_HELP,
        **_LOCKS,
        "DatabaseTablespacesUseMode": _DONT_USE,
        "InterfaceCompatibilityMode": "Taxi",
        "MainClientApplicationWindowMode": "Normal",
        "ModalityUseMode": "Use",
        "ScriptVariant": "English",
        "SynchronousPlatformExtensionAndAddInCallUseMode": "Use",
        "UseManagedFormInOrdinaryApplication": _NO,
        "UseOrdinaryFormInManagedApplication": _NO,
    },
    "Constant": {**_ENTRY, **_COMMANDS, **_LOCKS, **_DATA_HISTORY},
    "Cube": {**_HELP, **_COMMANDS},
    "DataProcessor": _TOOL,
    "DimensionTable": {
        **_HELP,
        **_COMMANDS,
        "Hierarchical": _NO,
        "LevelNumber": "0",
        "QuickChoice": _NO,
    },
    "Document": {
        **_REFERENCED,
        **_NUMBERED,
        "NumberPeriodicity": "Nonperiodical",
        "PostInPrivilegedMode": _NO,
        "Posting": "Allow",
        "RealTimePosting": "Allow",
        "RegisterRecordsDeletion": "AutoDeleteOnUnpost",
        "RegisterRecordsWritingOnPost": "WriteSelected",
        "SequenceFilling": "AutoFill",
        "UnpostInPrivilegedMode": _NO,
    },
    "DocumentJournal": _TOOL,
    "DocumentNumerator": {
        "CheckUnique": _NO,
        "NumberAllowedLength": "Fixed",
        "NumberLength": "0",
        "NumberPeriodicity": "Nonperiodical",
        "NumberType": "Number",
    },
    "Enum": {
        **_COMMANDS,
        "ChoiceHistoryOnInput": _AUTO,
        "ChoiceMode": "FromForm",
        "QuickChoice": _NO,
    },
    "ExchangePlan": {
        **_REFERENCED,
        **_CHOSEN,
        **_CODED,
        "CodeAllowedLength": "Fixed",
        "DistributedInfoBase": _NO,
        "IncludeConfigurationExtensions": _NO,
    },
    "ExternalDataSource": _LOCKS,
    "FilterCriterion": _COMMANDS,
    "FunctionalOption": {"PrivilegedGetMode": _NO},
    "HTTPService": {"ReuseSessions": _DONT_USE},
    "InformationRegister": {
        **_REGISTER,
        **_DATA_HISTORY,
        "EditType": "InList",
        "EnableTotalsSliceFirst": _NO,
        "EnableTotalsSliceLast": _NO,
        "InformationRegisterPeriodicity": "Nonperiodical",
        "MainFilterOnPeriod": _NO,
        "WriteMode": "Independent",
    },
    "Report": _TOOL,
    "ScheduledJob": {
        "Predefined": _NO,
        "RestartCountOnFailure": "0",
        "RestartIntervalOnFailure": "0",
        "Use": _NO,
    },
    "Sequence": {**_LOCKS, "MoveBoundaryOnPosting": "Move"},
    "StyleItem": {"Type": "Color"},
    "Subsystem": {**_HELP, "IncludeInCommandInterface": _NO, "UseOneCommand": _NO},
    "Table": {
        **_EXTERNAL,
        **_LOCKS,
        **_INPUT,
        "CreateOnInput": _AUTO,
        "TableDataType": "ObjectData",
        "TableType": "Table",
        "TransactionsIsolationLevel": _AUTO,
    },
    "Task": {
        **_REFERENCED,
        **_NUMBERED,
        "DefaultPresentation": "AsNumber",
        "DescriptionLength": "0",
        "EditType": "InList",
        "TaskNumberAutoPrefix": "BusinessProcessNumber",
    },
    "WebService": {"ReuseSessions": _DONT_USE},
    "WebSocketClient": {
        "AutoConnect": _NO,
        "Predefined": _NO,
        "UseOSAuthentication": _NO,
        "UseOSProxy": _NO,
    },
}

# By the kind of the part alone, whoever owns it; then by owner and kind.
_PARTS: Final[dict[str, Properties]] = {
    "AccountingFlag": _FLAG,
    "AddressingAttribute": _ATTRIBUTE,
    "Attribute": _ATTRIBUTE,
    "Column": _INDEXED,
    "Command": _COMMAND,
    "ExtDimensionAccountingFlag": _FLAG,
    "Field": _EXTERNAL_FIELD,
    "Form": {**_HELP, "FormType": "Managed"},
    "Function": {"ReturnValue": _NO},
    "IntegrationServiceChannel": {"MessageDirection": "Send"},
    "Method": {"HTTPMethod": "GET"},
    "Operation": {**_LOCKS, "Nillable": _NO, "Transactioned": _NO},
    "Parameter": {"Nillable": _NO, "TransferDirection": "In"},
    "Recalculation": _LOCKS,
    "StandardTabularSection": {"FillChecking": "DontCheck"},
    "TabularSection": _TABULAR_SECTION,
    "Template": {"TemplateType": "SpreadsheetDocument"},
}

_IN_TOOL: Final[dict[str, Properties]] = {
    "Attribute": _FIELD,
    "TabularSection": {"FillChecking": "DontCheck"},
    "TabularSection.Attribute": {**_FIELD, **_FILLED},
}
_TOOLS: Final = ("DataProcessor", "Report", "ExternalDataProcessor", "ExternalReport")

_OWNED: Final[dict[str, Properties]] = {
    **{f"{tool}.{part}": values for tool in _TOOLS for part, values in _IN_TOOL.items()},
    "AccountingRegister.Attribute": _REGISTER_ATTRIBUTE,
    "AccountingRegister.Dimension": {**_DIMENSION, "Balance": _NO},
    "AccountingRegister.Resource": {**_RESOURCE, "Balance": _NO},
    "AccumulationRegister.Attribute": _REGISTER_ATTRIBUTE,
    "AccumulationRegister.Dimension": {**_DIMENSION, "UseInTotals": _NO},
    "AccumulationRegister.Resource": _RESOURCE,
    "CalculationRegister.Attribute": _REGISTER_ATTRIBUTE,
    "CalculationRegister.Dimension": {**_DIMENSION, "BaseDimension": _NO},
    "CalculationRegister.Resource": _RESOURCE,
    "Catalog.Attribute": {**_ATTRIBUTE, **_FOR_ITEMS},
    "Catalog.Predefined": {"IsFolder": _NO},
    "Catalog.TabularSection": {**_TABULAR_SECTION, **_FOR_ITEMS},
    "ChartOfCharacteristicTypes.Attribute": {**_ATTRIBUTE, **_FOR_ITEMS},
    "ChartOfCharacteristicTypes.Predefined": {"IsFolder": _NO},
    "ChartOfCharacteristicTypes.TabularSection": {**_TABULAR_SECTION, **_FOR_ITEMS},
    "ChartOfAccounts.Predefined": {"OffBalance": _NO, "AccountType": "Active"},
    "ChartOfCalculationTypes.Predefined": {"ActionPeriodIsBase": _NO},
    "Cube.Dimension": {**_FIELD, **_FILLED},
    "Cube.Resource": {
        "ExtendedEdit": _NO,
        "MarkNegatives": _NO,
        "MultiLine": _NO,
        "PasswordMode": _NO,
        "QuickChoice": _AUTO,
    },
    "InformationRegister.Attribute": _ATTRIBUTE,
    "InformationRegister.Dimension": {
        **_ATTRIBUTE,
        "DenyIncompleteValues": _NO,
        "MainFilter": _NO,
        "Master": _NO,
        "TypeReductionMode": "TransformValues",
    },
    "InformationRegister.Resource": _ATTRIBUTE,
    "TabularSection.Attribute": _ROW_ATTRIBUTE,
}

STANDARD_ATTRIBUTE: Final = {
    **_FIELD,
    **_FILLED,
    "DataHistory": "Use",
    "FillValue": _NO,
    "FullTextSearch": "Use",
    "TypeReductionMode": "TransformValues",
}
"""What nearly every standard attribute states; only what differs is worth a row."""


EDT_ONLY: Final[dict[str, Properties]] = {
    "IntegrationServiceChannel": {"Transactioned": _NO},
    "StandardAttribute": {**_HISTORY, **_SEARCH},
}
"""What EDT leaves out and nobody may assume of a dump: there it means an older platform."""


class _Defaults(dict[str, Properties]):
    """Path of kinds (`Catalog.TabularSection.Attribute`) → defaults, looked up once."""

    def __missing__(self, path: str) -> Properties:
        owner, _, kind = path.rpartition(".")
        if owner:
            last = f"{owner.rpartition('.')[2]}.{kind}"
            found = _OWNED.get(path) or _OWNED.get(last) or _PARTS.get(kind) or {}
        else:
            found = _OBJECTS.get(kind) or _PARTS.get(kind) or {}
        if len(self) < 1000:
            self[path] = found
        return found


_DEFAULTS: Final = _Defaults()


def defaults_of(path: str) -> Properties:
    """Return the defaults of an object or part, given the kinds of its steps by dots."""
    return _DEFAULTS[path]
