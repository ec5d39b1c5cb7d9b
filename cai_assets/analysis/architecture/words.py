"""What the report says, in both languages. Placeholders of a pair are the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["ru", "en"]

_TEXTS: dict[str, tuple[str, str]] = {
    "title": ("Архитектура", "Architecture"),
    "objects": ("Объектов метаданных", "Metadata objects"),
    "subsystems": ("Подсистем", "Subsystems"),
    "modules": ("Модулей", "Modules"),
    "lines": ("Строк кода", "Lines of code"),
    "routines": ("Процедур и функций", "Procedures and functions"),
    "over_share": (
        "Сложнее порога {threshold} (когнитивная)",
        "Above the threshold of {threshold} (cognitive)",
    ),
    "p95": (
        "95 % процедур не сложнее (когнитивная)",
        "95 % of routines are no more complex than (cognitive)",
    ),
    "api_share": (
        "Экспортных методов общих модулей и менеджеров: описаны и типизированы полностью",
        "Exported routines of common and manager modules: described and typed throughout",
    ),
    "contract": ("Нарушений контракта", "Contract violations"),
    "no_contract": (
        "Архитектурного контракта нет: опишите в `architecture.toml`, какая подсистема какую "
        "может использовать, и каждая выгрузка будет проверяться.",
        "There is no architecture contract: say in `architecture.toml` which subsystem may use "
        "which, and every upload will be held against it.",
    ),
    "first": ("С чего начать", "What to look at first"),
    "nothing": (
        "Ничего, что бросалось бы в глаза: пороги соблюдены, нарушений нет.",
        "Nothing stands out: thresholds are kept, nothing is violated.",
    ),
    "first_contract": (
        "**Нарушен контракт: {count}.** «{rule}»: {source} → {target} ({place}).",
        "**The contract is violated: {count}.** “{rule}”: {source} → {target} ({place}).",
    ),
    "first_mutual": (
        "**Пар подсистем, зависящих друг от друга: {count}.** Теснее всего связаны "
        "«{one}» и «{other}»: ссылок и вызовов {there}, обратно {back}.",
        "**Pairs of subsystems that depend on each other: {count}.** Tied most closely are "
        "“{one}” and “{other}”: {there} references and calls, {back} back.",
    ),
    "first_hot": (
        "**Самая горячая точка:** {id} — когнитивная сложность {cognitive}, строк {ncloc}, "
        "кто вызывает: {callers} ({place}).",
        "**The hottest spot:** {id}: cognitive complexity {cognitive}, {ncloc} lines, "
        "callers: {callers} ({place}).",
    ),
    "first_large": (
        "**Модулей длиннее {threshold} строк: {count}.** Самый большой: {id}, {lines}.",
        "**Modules longer than {threshold} lines: {count}.** The largest: {id}, {lines}.",
    ),
    "first_complex": (
        "**Сложнее всего подсистема «{name}»:** {over} из {count} процедур ({share}) выше порога "
        "{threshold}.",
        "**The most complex subsystem is “{name}”:** {over} of {count} routines ({share}) are "
        "above {threshold}.",
    ),
    "first_api": (
        "**В программном интерфейсе без описания: {count} из {all}.** Больше всего в {module}: "
        "{undescribed}.",
        "**In the public interface without a description: {count} of {all}.** Most in {module}: "
        "{undescribed}.",
    ),
    "first_server": (
        "**Вызовов сервера с передачей всей формы: {sites}.** Чаще всего — {routine}: {most}.",
        "**Server calls that send the whole form: {sites}.** Most often {routine}: {most}.",
    ),
    "first_outside": (
        "**Объектов вне подсистем: {objects}**, строк кода в них {lines} ({share}).",
        "**Objects in no subsystem: {objects}** with {lines} lines of code ({share}).",
    ),
    "first_roles": (
        "**Объектов с данными, которые читают только полные роли: {count} из {all}**, например "
        "{example}.",
        "**Objects with data that only full roles may read: {count} of {all}**, {example} for one.",
    ),
    "structure": ("Состав", "Structure"),
    "by_type": ("Строки кода по видам объектов", "Lines of code by type of object"),
    "by_subsystem": (
        "Строки кода по подсистемам верхнего уровня, со вложенными",
        "Lines of code by top subsystem, nested ones included",
    ),
    "none": ("вне подсистем", "in no subsystem"),
    "rest": ("остальные", "others"),
    "subsystem": ("Подсистема", "Subsystem"),
    "type": ("Вид", "Type"),
    "members": ("Реквизитов и частей", "Attributes and parts"),
    "forms": ("Форм", "Forms"),
    "share_lines": ("Доля строк", "Share of lines"),
    "mean": ("Средняя сложность", "Mean complexity"),
    "over": ("Выше порога", "Above threshold"),
    "note_subsystems": (
        "Объект из нескольких подсистем учтён в каждой. Показаны подсистемы с наибольшим кодом.",
        "An object in several subsystems counts in each. Shown are those with most code.",
    ),
    "dependencies": ("Зависимости подсистем", "Dependencies of subsystems"),
    "matrix": (
        "Строка использует столбец; обведены взаимные зависимости",
        "A row uses a column; mutual dependencies are outlined",
    ),
    "note_matrix": (
        "Чем темнее, тем больше ссылок и вызовов. Объект отнесён к одной подсистеме, основной. "
        "Показаны {shown} из {all} подсистем, у которых больше всего связей.",
        "The darker, the more references and calls. Each object counts in its home subsystem. "
        "Shown: {shown} of {all} subsystems, those with most edges.",
    ),
    "mutual": ("Взаимные зависимости", "Mutual dependencies"),
    "uses": ("Использует", "Uses"),
    "back": ("Обратно", "Back"),
    "contract_title": ("Архитектурный контракт", "Architecture contract"),
    "rule": ("Правило", "Rule"),
    "edges": ("Связей", "Edges"),
    "access": ("Решение", "Decision"),
    "allow": ("можно", "allowed"),
    "deny": ("нельзя", "denied"),
    "reason": ("Почему", "Why"),
    "unknown": ("Таких подсистем или объектов нет: {names}", "No such names: {names}"),
    "violations": ("Нарушения", "Violations"),
    "kept": ("Контракт соблюдён.", "The contract is kept."),
    "complexity": ("Сложность", "Complexity"),
    "histogram": (
        "Когнитивная сложность процедур и функций; порог {threshold}",
        "Cognitive complexity of routines; threshold {threshold}",
    ),
    "measure": ("Показатель", "Measure"),
    "median": ("Медиана", "Median"),
    "max": ("Наибольшее", "Largest"),
    "threshold": ("Порог", "Threshold"),
    "cognitive": ("Когнитивная сложность", "Cognitive complexity"),
    "cyclomatic": ("Цикломатическая сложность", "Cyclomatic complexity"),
    "measure_lines": ("Строк в процедуре", "Lines of a routine"),
    "nesting": ("Вложенность", "Nesting"),
    "parameters": ("Параметров", "Parameters"),
    "module_lines": ("Строк в модуле", "Lines of a module"),
    "worst": ("Где сложнее всего", "Where it is most complex"),
    "hot": ("Горячие точки", "Hot spots"),
    "note_hot": (
        "Балл = когнитивная сложность × √строк × log₂(2 + вызывающих): трудно менять, и многое "
        "зависит.",
        "Score = cognitive complexity × √lines × log₂(2 + callers): hard to change and much "
        "relied on.",
    ),
    "routine": ("Процедура или функция", "Routine"),
    "module": ("Модуль", "Module"),
    "score": ("Балл", "Score"),
    "callers": ("Вызывают", "Callers"),
    "line": ("Строка", "Line"),
    "target": ("Что", "What"),
    "own_code": (
        "Показан только код, который можно менять: модули на замке поставщика пропущены.",
        "Shown is code that may be changed: modules locked by the vendor are left out.",
    ),
    "hot_routine": ("Процедуры и функции", "Routines"),
    "hot_module": ("Модули", "Modules"),
    "by_kind_of_module": (
        "Строки процедур по видам модулей",
        "Lines of routines by kind of module",
    ),
    "by_region": ("По областям модулей", "By region of modules"),
    "by_subsystem_api": ("По подсистемам", "By subsystem"),
    "round_trips": ("Чаще всего с данными всей формы", "Most often with the whole form"),
    "sizes": (
        "Размеры модулей; порог {threshold} строк",
        "Sizes of modules; threshold {threshold}",
    ),
    "api": ("Программный интерфейс", "Programming interface"),
    "region": ("Область", "Region"),
    "no_region": ("вне областей", "in no region"),
    "exported": ("Экспортных", "Exported"),
    "described": ("С описанием", "Described"),
    "typed_parameters": ("Параметров с типом", "Parameters typed"),
    "typed_functions": ("Функций с типом", "Functions typed"),
    "complete": ("Полностью", "Complete"),
    "execution": ("Клиент и сервер", "Client and server"),
    "context_lines": ("Строки процедур по месту выполнения", "Lines of routines by where they run"),
    "client": ("клиент", "client"),
    "server": ("сервер", "server"),
    "both": ("клиент и сервер", "client and server"),
    "none_context": ("нигде", "nowhere"),
    "server_calls": ("Вызовы сервера с клиента", "Calls of the server from the client"),
    "form_context": ("с данными всей формы", "with the whole form"),
    "form": ("формы, без контекста", "of a form, without its data"),
    "module_call": ("общего модуля", "of a common module"),
    "sites": ("Мест вызова", "Call sites"),
    "kind": ("Вид", "Kind"),
    "count": ("Процедур", "Routines"),
    "support": ("Поддержка поставщика", "Vendor support"),
    "locked": ("на замке", "locked"),
    "editable": ("редактируется", "editable"),
    "off": ("снят с поддержки", "taken off support"),
    "not_on_support": ("не на поддержке", "not on support"),
    "state": ("Состояние", "State"),
    "roles": ("Роли и доступ", "Roles and access"),
    "note_roles": (
        "Ролей: {roles}. Объектов с данными: {data}; читают с ограничением на уровне записей: "
        "{restricted}; только полные роли: {only_full}.",
        "Roles: {roles}. Objects with data: {data}; read with a row-level restriction: "
        "{restricted}; by full roles alone: {only_full}.",
    ),
    "role": ("Роль", "Role"),
    "read": ("Читает", "Reads"),
    "change": ("Меняет", "Changes"),
    "interactive_delete": ("Удаляет сразу", "Deletes at once"),
    "restricted": ("Прав с ограничением", "Restricted rights"),
    "new_objects": ("Права на новые", "Rights for new"),
    "yes": ("да", "yes"),
    "trend": ("Динамика", "Trend"),
    "date": ("Дата", "Date"),
    "upload": ("Выгрузка", "Upload"),
    "findings": ("Замечаний", "Findings"),
    "cycles": ("Циклов подсистем", "Cycles of subsystems"),
    "unused": ("Не используется", "Unused"),
    "mean_cognitive": ("Средняя сложность", "Mean complexity"),
    "one_upload": (
        "Пока измерена одна выгрузка. Со следующей здесь появится график.",
        "One upload has been measured so far. A chart will appear with the next.",
    ),
    "more": ("… и ещё {count}", "… and {count} more"),
}


def words(language: Language) -> Mapping[str, str]:
    """The texts of a language by key."""
    position = 0 if language == "ru" else 1
    return {key: texts[position] for key, texts in _TEXTS.items()}
