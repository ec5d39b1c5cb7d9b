"""What each property of metadata means, so that both layouts treat it alike.

Names are those of a Designer file (`Hierarchical`). A property that is not listed here is a
scalar and is kept as it stands; only what is named in `_SKIPPED` is left out, on purpose.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple


class Action(IntEnum):
    """How the content of a property is read."""

    SCALAR = 0
    SKIP = 1
    TEXT = 2  # localised
    REFERENCE = 3  # one name of metadata: a property and an edge
    REFERENCES = 4  # a list of names: edges
    TYPE = 5  # the value type of the object or member
    VALUE = 6  # a constant: string, number, reference …
    VALUES = 7  # a list of constants
    PICTURE = 8
    CHOICE_PARAMETERS = 9
    CHOICE_LINKS = 10
    TYPE_LINK = 11
    CHARACTERISTICS = 12
    CONTENT = 13  # metadata with a mark of its own: common attributes, exchange plans
    QNAME = 14  # an XML type of a web service
    FLAGS = 15  # functions of a mobile application, on or off
    PARTS = 16  # members that stand inside
    FILES = 17  # members or objects that have files of their own
    IDENTITY = 18  # name, synonym, comment, belonging
    PREDEFINED = 19


class Role(NamedTuple):
    """An action, the property's name and the kind of the edges it makes."""

    action: Action
    name: str
    reference: str = ""


# Left out: identifiers of the platform, pictures by value, pages of help, settings of storage
# and of mobile stores, and links to the parent, which the id already has.
_SKIPPED: Final = frozenset(
    {
        "InternalInfo",
        "ProducedTypes",
        "ContainedObjects",
        "Help",
        "TransparentPixel",
        "MainSectionPicture",
        "Splash",
        "Logo",
        "Aggregates",
        "ParentSubsystem",
        "ParentDataSource",
        "ParentCube",
        "AllowedIncomingShareRequestTypes",
        "RequiredMobileApplicationPermissions",
        "RequiredMobileApplicationPermissions8_3_21",
        "MobileApplicationURLs",
    }
)

_TEXTS: Final = frozenset(
    {
        "BriefInformation",
        "ConfigurationInformationAddress",
        "Copyright",
        "DetailedInformation",
        "EditFormat",
        "Explanation",
        "ExtendedListPresentation",
        "ExtendedObjectPresentation",
        "ExtendedPresentation",
        "ExtendedRecordPresentation",
        "Format",
        "ListPresentation",
        "ObjectPresentation",
        "RecordPresentation",
        "ToolTip",
        "VendorInformationAddress",
    }
)

_REFERENCE: Final = {
    "AccountingFlag": "accounting_flag",
    "AddressingDimension": "addressing",
    "Addressing": "addressing",
    "AuxiliaryChoiceForm": "auxiliary_form",
    "AuxiliaryFolderChoiceForm": "auxiliary_form",
    "AuxiliaryFolderForm": "auxiliary_form",
    "AuxiliaryForm": "auxiliary_form",
    "AuxiliaryListForm": "auxiliary_form",
    "AuxiliaryObjectForm": "auxiliary_form",
    "AuxiliaryRecordForm": "auxiliary_form",
    "AuxiliarySettingsForm": "auxiliary_form",
    "AuxiliaryLoadForm": "auxiliary_form",
    "AuxiliarySaveForm": "auxiliary_form",
    "CharacteristicExtValues": "characteristic_values",
    "ChartOfAccounts": "chart_of_accounts",
    "ChartOfCalculationTypes": "chart_of_calculation_types",
    "ChoiceForm": "choice_form",
    "CommonSettingsStorage": "settings_storage",
    "CurrentPerformer": "addressing",
    "DataSeparationUse": "data_separation",
    "DataSeparationValue": "data_separation",
    "ConditionalSeparation": "data_separation",
    "DataVersionField": "data_version_field",
    "DefaultChoiceForm": "default_form",
    "DefaultConstantsForm": "default_form",
    "DefaultCollaborationSystemUsersChoiceForm": "default_form",
    "DefaultDataHistoryChangeHistoryForm": "default_form",
    "DefaultDataHistoryVersionDataForm": "default_form",
    "DefaultDataHistoryVersionDifferencesForm": "default_form",
    "DefaultDynamicListSettingsForm": "default_form",
    "DefaultFolderChoiceForm": "default_form",
    "DefaultFolderForm": "default_form",
    "DefaultForm": "default_form",
    "DefaultInterface": "default_interface",
    "DefaultLanguage": "default_language",
    "DefaultListForm": "default_form",
    "DefaultLoadForm": "default_form",
    "DefaultObjectForm": "default_form",
    "DefaultRecordForm": "default_form",
    "DefaultReportAppearanceTemplate": "default_template",
    "DefaultReportForm": "default_form",
    "DefaultReportSettingsForm": "default_form",
    "DefaultReportVariantForm": "default_form",
    "DefaultSaveForm": "default_form",
    "DefaultSearchForm": "default_form",
    "DefaultSettingsForm": "default_form",
    "DefaultStyle": "default_style",
    "DefaultVariantForm": "default_form",
    "DynamicListsUserSettingsStorage": "settings_storage",
    "ExtDimensionAccountingFlag": "accounting_flag",
    "ExtDimensionTypes": "ext_dimension_types",
    "FormDataSettingsStorage": "settings_storage",
    "Group": "command_group",
    "Handler": "handler",
    "Location": "functional_option_location",
    "MainAddressingAttribute": "addressing",
    "MainDataCompositionSchema": "main_schema",
    "MethodName": "handler",
    "Numerator": "numerator",
    "PresentationField": "presentation_field",
    "ProcedureName": "handler",
    "ReceiveMessageProcessing": "handler",
    "RegisterDimension": "register_dimension",
    "ReportsUserSettingsStorage": "settings_storage",
    "ReportsVariantsStorage": "settings_storage",
    "Schedule": "schedule",
    "ScheduleDate": "schedule",
    "ScheduleValue": "schedule",
    "SettingsStorage": "settings_storage",
    "SystemSettingsStorage": "settings_storage",
    "Task": "task",
    "VariantsStorage": "settings_storage",
}

_REFERENCES: Final = {
    "AdditionalFullTextSearchDictionaries": "full_text_search_dictionary",
    "BaseCalculationTypes": "base_calculation_types",
    "BasedOn": "based_on",
    "DataLockFields": "data_lock_field",
    "DefaultRoles": "default_role",
    "DocumentMap": "document_map",
    "Documents": "sequence_document",
    "InputByString": "input_by_string",
    "KeyFields": "key_field",
    "LeadingRegisterData": "leading_register_data",
    "Owners": "owner",
    "References": "journal_column",
    "RegisterRecords": "register_record",
    "RegisterRecordsMap": "register_records_map",
    "RegisteredDocuments": "registered_document",
    "StandaloneConfigurationRestrictionRoles": "standalone_role",
}

_ACTIONS: Final = {
    "Type": Role(Action.TYPE, "Type", "type"),
    "ValueType": Role(Action.TYPE, "Type", "type"),
    "CommandParameterType": Role(Action.TYPE, "CommandParameterType", "command_parameter"),
    "FillValue": Role(Action.VALUE, "FillValue", "fill_value"),
    "MinValue": Role(Action.VALUE, "MinValue"),
    "MaxValue": Role(Action.VALUE, "MaxValue"),
    "UnfilledParentValue": Role(Action.VALUE, "UnfilledParentValue"),
    "UsePurposes": Role(Action.VALUES, "UsePurposes"),
    "XDTOPackages": Role(Action.VALUES, "XDTOPackages", "xdto_package"),
    "Picture": Role(Action.PICTURE, "Picture", "picture"),
    "ChoiceParameters": Role(Action.CHOICE_PARAMETERS, "ChoiceParameters", "choice_parameter"),
    "ChoiceParameterLinks": Role(Action.CHOICE_LINKS, "ChoiceParameterLinks", "choice_link"),
    "LinkByType": Role(Action.TYPE_LINK, "LinkByType", "type_link"),
    "Characteristics": Role(Action.CHARACTERISTICS, "Characteristics", "characteristic"),
    "XDTOReturningValueType": Role(Action.QNAME, "XDTOReturningValueType"),
    "XDTOValueType": Role(Action.QNAME, "XDTOValueType"),
    "UsedMobileApplicationFunctionalities": Role(
        Action.FLAGS, "UsedMobileApplicationFunctionalities"
    ),
    "Name": Role(Action.IDENTITY, "Name"),
    "Synonym": Role(Action.IDENTITY, "Synonym"),
    "Comment": Role(Action.IDENTITY, "Comment"),
    "ObjectBelonging": Role(Action.IDENTITY, "ObjectBelonging"),
    "ExtendedConfigurationObject": Role(Action.IDENTITY, "ExtendedConfigurationObject"),
    "Extension": Role(Action.IDENTITY, "Extension"),
}

_BY_KIND: Final = {
    ("EventSubscription", "Source"): Role(Action.TYPE, "Source", "subscription_source"),
    ("Subsystem", "Content"): Role(Action.REFERENCES, "Content", "subsystem"),
    ("FilterCriterion", "Content"): Role(Action.REFERENCES, "Content", "filter_criterion"),
    ("FunctionalOption", "Content"): Role(Action.REFERENCES, "Content", "functional_option"),
    ("CommonAttribute", "Content"): Role(Action.CONTENT, "Content", "common_attribute"),
    ("ExchangePlan", "Content"): Role(Action.CONTENT, "Content", "exchange_content"),
    ("FunctionalOptionsParameter", "Use"): Role(
        Action.REFERENCES, "Use", "functional_option_parameter"
    ),
    ("Bot", "Predefined"): Role(Action.SCALAR, "Predefined"),
    ("ScheduledJob", "Predefined"): Role(Action.SCALAR, "Predefined"),
    ("StyleItem", "Type"): Role(Action.SCALAR, "Type"),
    ("StyleItem", "Value"): Role(Action.SKIP, "Value"),  # a colour, font or border
}


def role_of(kind: str, name: str) -> Role:
    """Say how the property `name` of an object or part of this kind is read."""
    special = _BY_KIND.get((kind, name)) or _ACTIONS.get(name)
    if special is not None:
        return special
    if name in _SKIPPED:
        return Role(Action.SKIP, name)
    if name in _TEXTS:
        return Role(Action.TEXT, name)
    if name in _REFERENCES:
        return Role(Action.REFERENCES, name, _REFERENCES[name])
    if name in _REFERENCE:
        return Role(Action.REFERENCE, name, _REFERENCE[name])
    return Role(Action.SCALAR, name)


_VERSIONED: Final = frozenset({"CompatibilityMode", "ConfigurationExtensionCompatibilityMode"})
_SPELLINGS: Final = {
    ("UsePurposes", "PersonalComputer"): "PlatformApplication",
    ("UsePurposes", "MobileDevice"): "MobilePlatformApplication",
}


def scalar(name: str, value: str) -> str:
    """Give a value the spelling of a recent Designer dump."""
    if name in _VERSIONED and value[:1].isdigit():
        return "Version" + value.replace(".", "_")
    return _SPELLINGS.get((name, value), value)
