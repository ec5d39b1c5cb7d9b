"""Kinds of elements of forms."""

from __future__ import annotations

from cai_assets.site.model import Language
from cai_assets.site.terms.words import words

_RUSSIAN = {
    "AutoCommandBar": "Автокомандная панель",
    "Button": "Кнопка",
    "ButtonGroup": "Группа кнопок",
    "CalendarField": "Поле календаря",
    "ChartField": "Поле диаграммы",
    "CheckBoxField": "Поле флажка",
    "ColumnGroup": "Группа колонок",
    "CommandBar": "Командная панель",
    "ContextMenu": "Контекстное меню",
    "DendrogramField": "Поле дендрограммы",
    "ExtendedTooltip": "Расширенная подсказка",
    "FormattedDocumentField": "Поле форматированного документа",
    "GanttChartField": "Поле диаграммы Ганта",
    "GeographicalSchemaField": "Поле географической схемы",
    "GraphicalSchemaField": "Поле графической схемы",
    "HTMLDocumentField": "Поле HTML-документа",
    "InputField": "Поле ввода",
    "LabelDecoration": "Надпись",
    "LabelField": "Поле надписи",
    "PDFDocumentField": "Поле PDF-документа",
    "Page": "Страница",
    "Pages": "Страницы",
    "PeriodField": "Поле периода",
    "PictureDecoration": "Картинка",
    "PictureField": "Поле картинки",
    "PlannerField": "Поле планировщика",
    "Popup": "Подменю",
    "ProgressBarField": "Поле индикатора",
    "RadioButtonField": "Поле переключателя",
    "SearchControlAddition": "Управление поиском",
    "SearchStringAddition": "Строка поиска",
    "SpreadSheetDocumentField": "Поле табличного документа",
    "Table": "Таблица",
    "TextDocumentField": "Поле текстового документа",
    "TrackBarField": "Поле полосы регулирования",
    "UsualGroup": "Группа",
    "ViewStatusAddition": "Состояние просмотра",
}


def item_name(kind: str, language: Language) -> str:
    """A kind of element as Designer calls it: `InputField` → `Поле ввода`."""
    return _RUSSIAN.get(kind, words(kind)) if language == "ru" else words(kind)
