"""Names of rights."""

from __future__ import annotations

from cai_assets.site.model import Language
from cai_assets.site.terms.words import words

MAIN = (
    "Read",
    "Insert",
    "Update",
    "Delete",
    "Posting",
    "UndoPosting",
    "View",
    "Edit",
    "Use",
    "Get",
    "Set",
    "Start",
    "Execute",
)
"""Rights by which roles are compared, in the order of Designer."""

_RUSSIAN = {
    "Read": "Чтение",
    "Insert": "Добавление",
    "Update": "Изменение",
    "Delete": "Удаление",
    "Posting": "Проведение",
    "UndoPosting": "Отмена проведения",
    "View": "Просмотр",
    "Edit": "Редактирование",
    "Use": "Использование",
    "Get": "Получение",
    "Set": "Установка",
    "Start": "Старт",
    "Execute": "Выполнение",
    "InteractiveInsert": "Интерактивное добавление",
    "InteractiveDelete": "Интерактивное удаление",
    "InteractiveSetDeletionMark": "Интерактивная пометка удаления",
    "InteractiveClearDeletionMark": "Интерактивное снятие пометки удаления",
    "InteractiveDeleteMarked": "Интерактивное удаление помеченных",
    "InteractivePosting": "Интерактивное проведение",
    "InteractivePostingRegular": "Интерактивное проведение неоперативное",
    "InteractiveUndoPosting": "Интерактивная отмена проведения",
    "InteractiveChangeOfPosted": "Интерактивное изменение проведённых",
    "InteractiveDeletePredefinedData": "Интерактивное удаление предопределённых",
    "InteractiveSetDeletionMarkPredefinedData": "Интерактивная пометка удаления предопределённых",
    "InteractiveClearDeletionMarkPredefinedData": (
        "Интерактивное снятие пометки удаления предопределённых"
    ),
    "InteractiveDeleteMarkedPredefinedData": "Интерактивное удаление помеченных предопределённых",
    "InteractiveActivate": "Интерактивная активация",
    "InteractiveStart": "Интерактивный старт",
    "InteractiveExecute": "Интерактивное выполнение",
    "InputByString": "Ввод по строке",
    "TotalsControl": "Управление итогами",
    "ReadDataHistory": "Чтение истории данных",
    "ReadDataHistoryOfMissingData": "Чтение истории данных отсутствующих данных",
    "UpdateDataHistory": "Изменение истории данных",
    "UpdateDataHistoryOfMissingData": "Изменение истории данных отсутствующих данных",
    "UpdateDataHistorySettings": "Изменение настроек истории данных",
    "UpdateDataHistoryVersionComment": "Изменение комментария версии истории данных",
    "ViewDataHistory": "Просмотр истории данных",
    "EditDataHistoryVersionComment": "Редактирование комментария версии истории данных",
    "SwitchToDataHistoryVersion": "Переход на версию истории данных",
    "Administration": "Администрирование",
    "DataAdministration": "Администрирование данных",
    "ConfigurationExtensionsAdministration": "Администрирование расширений конфигурации",
    "UpdateDataBaseConfiguration": "Обновление конфигурации базы данных",
    "ExclusiveMode": "Монопольный режим",
    "ExclusiveModeTerminationAtSessionStart": ("Завершение монопольного режима при начале сеанса"),
    "ActiveUsers": "Активные пользователи",
    "EventLog": "Журнал регистрации",
    "ThinClient": "Тонкий клиент",
    "WebClient": "Веб-клиент",
    "MobileClient": "Мобильный клиент",
    "ThickClient": "Толстый клиент",
    "ExternalConnection": "Внешнее соединение",
    "Automation": "Automation",
    "TechnicalSpecialistMode": "Режим технического специалиста",
    "CollaborationSystemInfoBaseRegistration": (
        "Регистрация информационной базы системы взаимодействия"
    ),
    "MainWindowModeNormal": "Режим основного окна «Обычный»",
    "MainWindowModeWorkplace": "Режим основного окна «Рабочее место»",
    "MainWindowModeEmbeddedWorkplace": "Режим основного окна «Встроенное рабочее место»",
    "MainWindowModeFullscreenWorkplace": "Режим основного окна «Полноэкранное рабочее место»",
    "MainWindowModeKiosk": "Режим основного окна «Киоск»",
    "AnalyticsSystemClient": "Клиент системы аналитики",
    "SaveUserData": "Сохранение данных пользователя",
    "Output": "Вывод",
    "InteractiveOpenExtDataProcessors": "Интерактивное открытие внешних обработок",
    "InteractiveOpenExtReports": "Интерактивное открытие внешних отчётов",
    "AllFunctionsMode": "Режим «Все функции»",
    "StandardAuthenticationChange": "Изменение стандартной аутентификации",
    "SessionStandardAuthenticationChange": "Изменение стандартной аутентификации сеанса",
    "SessionOSAuthenticationChange": "Изменение аутентификации ОС сеанса",
}


def right_name(right: str, language: Language) -> str:
    """A right as Designer calls it: `Read` → `Чтение`."""
    return _RUSSIAN.get(right, words(right)) if language == "ru" else words(right)
