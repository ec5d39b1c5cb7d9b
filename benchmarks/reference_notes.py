"""Where our rules differ from the reference on purpose, and tests that cannot be compared."""

from __future__ import annotations

NOTES: dict[str, str] = {
    "CodeOutOfRegion": "a variable with a preprocessor line before it is told at the variable; the "
    "reference tells it at that line and calls this a fault in its own test.",
    "CommitTransactionOutsideTryCatch": "a commit followed by `Возврат`, `Продолжить` or "
    "`Прервать` inside a branch is an early exit and is not told.",
    "PairingBrokenTransaction": "a commit or rollback that is followed by `Возврат`, `Продолжить` "
    "or `Прервать`, or that repeats the one of its handler, ends a path of its own and does not "
    "count as one too many.",
    "MissingTemporaryFileDeletion": "the file may be deleted anywhere later in the routine, not "
    "only in the same block, or its name be returned to the caller; the routines of 1C's standard "
    "library that delete temporary files count by default.",
    "MissingParameterDescription": "`checkOnlyExport` narrows the rule to exported routines; a "
    "reference (`см. …`) in place of a type is a description.",
    "MissingReturnedValueDescription": "`checkOnlyExport` narrows the rule to exported routines.",
    "UsingModalWindows": "a routine of the module itself that has the name of a platform method is "
    "not told; the same holds for `DeprecatedCurrentDate` and `DeprecatedMessage`.",
    "CreateQueryInCycle": "`ВыполнитьПакет` (`ExecuteBatch`) counts as well as `Выполнить`.",
    "IdenticalExpressions": "an operand repeated around a region inside an expression is found; "
    "the reference's fixture says it should be. `А - 1 - 1` is arithmetic and not told.",
    "QueryParseError": "a text that is whole only once its parts are joined is read whole and not "
    "told; the fixture's first faulty text, which the reference passes over, is found.",
    "QueryToMissingMetadata": "a dimension table of a missing cube is not told a second time, a "
    "name that code completes is not told at all.",
    "RefOveruse": "the table may be a placeholder (`%1`): the field is read all the same.",
    "UsingSynchronousCalls": "a routine of a form without a directive runs on the server, and so "
    "does code under `#Если Сервер`: neither is told. Nor is a routine of the module itself that "
    "has the name of a platform method.",
    "BeginTransactionBeforeTryCatch": "a preprocessor line between the beginning of a transaction "
    "and `Попытка` is no code.",
    "ScheduledJobHandler": "a parameter with a default value does not count: the job runs without "
    "it.",
    "ServerCallsInFormEvents": "handlers are those that the form names, and routines named as such "
    "except idle handlers.",
    "UnusedLocalMethod": "modules of objects, forms and commands are looked at by default; a "
    "routine that calls only itself is unused; a name in a text literal counts as a use.",
    "WrongDataPathForFormElements": "a path is wrong as well if its first name is no attribute of "
    "the form, or its second no attribute of the object in it.",
    "WrongWebServiceHandler": "the number of parameters is compared with the operation's.",
}
"""Key → how our rule differs and why, in a sentence or two."""

_MOCKED_NAMES = "the test gives objects other names by mocks"
_MOCKED_HANDLER = "the test gives the job another handler by a mock"

_PLATFORM = "the rule is about routines of the configuration, not about members of the platform"

NOT_COMPARED: dict[tuple[str, str], str] = {
    ("DeprecatedMethodCall", "deletedPrefixOnConfigurationProperty"): _PLATFORM,
    ("DeprecatedMethodCall", "platformDeprecatedGlobalMethods"): _PLATFORM,
    ("DeprecatedMethodCall", "platformDeprecatedNotReportedForOlderTarget"): _PLATFORM,
    ("ForbiddenMetadataName", "*"): _MOCKED_NAMES,
    ("SameMetadataObjectAndChildNames", "*"): _MOCKED_NAMES,
    ("QueryToMissingMetadata", "testSingleFile"): "the test has no configuration at all; ours "
    "is silent then, but the comparison needs one",
    ("MetadataObjectNameLength", "testWithoutModules"): _MOCKED_NAMES,
    ("ScheduledJobHandler", "testEmptyHandler"): _MOCKED_HANDLER,
    ("ScheduledJobHandler", "testMissingModule"): _MOCKED_HANDLER,
    ("ScheduledJobHandler", "testNonServerModule"): _MOCKED_HANDLER,
    ("ScheduledJobHandler", "testMethodWithParams"): _MOCKED_HANDLER,
    ("ScheduledJobHandler", "testEmptyMethodContent"): _MOCKED_HANDLER,
    ("ScheduledJobHandler", "testNonEmptyMethodContent_Variable"): _MOCKED_HANDLER,
    ("ScheduledJobHandler", "testNonEmptyMethodContent_HasCall"): _MOCKED_HANDLER,
}
"""(key, test method or `*`) → why a test is not compared."""

BY_NUMBER: frozenset[str] = frozenset(
    {
        "CommonModuleInvalidType",
        "CommonModuleNameCached",
        "CommonModuleNameClient",
        "CommonModuleNameClientServer",
        "CommonModuleNameFullAccess",
        "CommonModuleNameGlobal",
        "CommonModuleNameGlobalClient",
        "CommonModuleNameServerCall",
        "CommonModuleNameWords",
        "ForbiddenMetadataName",
        "MetadataObjectNameLength",
        "MissingEventSubscriptionHandler",
        "SameMetadataObjectAndChildNames",
        "ScheduledJobHandler",
        "SetPermissionsForNewObjects",
        "WrongDataPathForFormElements",
        "WrongHttpServiceHandler",
        "WrongWebServiceHandler",
    }
)
"""Rules about metadata: the reference reports them at a module's first token, we at the object's
own file. They are compared by their number in the configuration that the test names."""

HOME: dict[str, str] = {"ServerCallsInFormEvents": "FormModule"}
"""Rules about tables that look at one kind of modules, which the reference does not say in
tests."""
