"""The catalogue: every message of the command line in both languages."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Text(NamedTuple):
    """One message in both languages."""

    ru: str
    en: str


class M(Enum):
    """The messages. Group them by where they are said."""

    # --- help ---
    HELP_MAIN = Text(
        "Конфигурация 1С:Предприятия, выгруженная в файлы, как типизированные таблицы.",
        "A 1C:Enterprise configuration, kept as files, as typed tables.",
    )
    HELP_BUILD = Text(
        "Собрать всё для конфигурации PATH через Dagster: таблицы, проверки, историю.",
        "Build everything for the configuration PATH through Dagster: tables, checks, history.",
    )
    HELP_PARSE = Text(
        "Разобрать PATH в таблицы Parquet и summary.json в папке --out, без Dagster.",
        "Parse PATH into Parquet tables and summary.json in the folder --out, without Dagster.",
    )
    HELP_CHECK = Text(
        "Проверить PATH по правилам разработки и написать отчёты, без сервера.",
        "Check PATH against the rules of development and write reports, without a server.",
    )
    HELP_CHECK_CODES = Text(
        "Код возврата: 0 чисто, 1 есть новые замечания не слабее --fail-on, "
        "2 неверный путь, ключ, настройки или файл baseline.",
        "Exit code: 0 clean, 1 new findings at or above --fail-on, "
        "2 a wrong path, option, settings or baseline.",
    )
    HELP_FORMAT = Text(
        "Вид отчёта; можно несколько, каждый со своим --out.",
        "Format of a report; several may be given, each with its --out.",
    )
    HELP_REPORT_OUT = Text(
        "Файл отчёта, названного перед ним; без него отчёт идёт на экран.",
        "File of the report named before it; without it the report goes to the screen.",
    )
    HELP_BASELINE = Text(
        "Файл известных замечаний: сборку роняют только новые.",
        "File of known findings: only new ones fail the build.",
    )
    HELP_WRITE_BASELINE = Text(
        "Записать найденное как известное в этот файл.",
        "Write what is found to this file, as known.",
    )
    HELP_FAIL_ON = Text(
        "Слабейшая важность, при которой код возврата 1 (иначе info); never: никогда.",
        "The slightest severity that makes the exit code 1 (else info); never: none does.",
    )
    HELP_CONFIG = Text(
        "Файл настроек вместо cai.toml в PATH или выше.",
        "Settings, instead of cai.toml in PATH or above.",
    )
    HELP_RULE = Text(
        "Только это правило; можно несколько.", "This rule alone; several may be given."
    )
    HELP_VENDOR = Text(
        "Учитывать и объекты на замке поддержки поставщика.",
        "Count findings in objects locked by vendor support, too.",
    )
    HELP_CACHE = Text(
        "Папка, в которой хранится всё нужное, чтобы смотреть только изменения "
        "(иначе в папке данных).",
        "Folder of what it takes to look only at changes (else in the folder of all data).",
    )
    HELP_CHECK_FRESH = Text("Читать и проверять всё заново.", "Read and check everything afresh.")
    HELP_UPLOAD = Text(
        "Положить PATH в папку входящих: сервер соберёт его сам.",
        "Put PATH into the inbox: the server builds it by itself.",
    )
    HELP_LIST = Text(
        "Показать собранные конфигурации.",
        "List the configurations that were built.",
    )
    HELP_SHOW = Text(
        "Показать всё, что известно об объекте OBJECT конфигурации NAME.",
        "Show all that is known about OBJECT of the configuration NAME.",
    )
    HELP_IMPACT = Text(
        "Показать, на что повлияет изменение объекта или метода OBJECT конфигурации NAME.",
        "Show what a change of the object or routine OBJECT of the configuration NAME reaches.",
    )
    HELP_IMPACT_NAME = Text(
        "NAME: имя конфигурации из cai list.",
        "NAME is a configuration of cai list.",
    )
    HELP_IMPACT_OBJECT = Text(
        "OBJECT: как в cai show, либо метод: ОбщийМодуль.Цены.Цена, "
        "Документ.Заказ.МодульОбъекта.Провести.",
        "OBJECT is as in cai show, or a routine: CommonModule.Prices.Price, "
        "Document.Order.ObjectModule.Post.",
    )
    HELP_TRAIN = Text(
        "Обучить модели на конфигурации NAME: набор данных, пять моделей, сравнение.",
        "Learn from the configuration NAME: dataset, five models, their comparison.",
    )
    HELP_DOCS = Text(
        "Обновить сайт документации конфигурации NAME и показать, где он лежит.",
        "Bring the documentation site of the configuration NAME up to date and say where it is.",
    )
    HELP_DOCS_OPEN = Text("Открыть сайт в браузере.", "Open the site in the browser.")
    HELP_DOCS_SERVE = Text(
        "Показывать сайт по адресу на этой машине, пока не нажмут Ctrl+C.",
        "Serve the site at an address of this machine until Ctrl+C.",
    )
    HELP_DOCS_PORT = Text(
        "Порт для --serve; 0: любой свободный.", "Port for --serve; 0 for any that is free."
    )
    HELP_ANEW = Text("Обучить и то, что не изменилось.", "Train also what has not changed.")
    HELP_MODELS = Text(
        "Показать, насколько хороши модели конфигурации NAME и какие приняты.",
        "Show how good the models of the configuration NAME are and which were promoted.",
    )
    HELP_SERVE = Text(
        "Запустить платформу на этом компьютере: веб-интерфейс, датчики и расписания, пока не "
        "остановят. Что положено во входящую папку, будет разобрано и показано.",
        "Run the platform on this computer: web UI, sensors and schedules, until stopped. What "
        "is put into the inbox is taken apart and shown.",
    )
    HELP_SERVE_SHORT = Text(
        "Запустить платформу: веб-интерфейс, датчики, расписания.",
        "Run the platform: web UI, sensors, schedules.",
    )
    HELP_SERVE_HOST = Text(
        "Адрес веб-интерфейса; входа по паролю в нём нет, поэтому только этот компьютер.",
        "Address of the web UI; it has no login, hence this computer alone.",
    )
    HELP_SERVE_PORT = Text("Порт веб-интерфейса.", "Port of the web UI.")
    HELP_SERVE_METRICS = Text(
        "Порт, на котором отдавать показатели для Prometheus; без него не отдаются.",
        "Port at which to serve metrics to Prometheus; none without it.",
    )
    HELP_SERVE_READ_ONLY = Text(
        "Веб-интерфейс только показывает и ничего не запускает.",
        "The web UI shows and starts nothing.",
    )
    HELP_SERVE_OPEN = Text(
        "Открыть веб-интерфейс в браузере, когда он готов.",
        "Open the web UI in the browser once it is ready.",
    )
    SERVE_STARTING = Text("Запускаю…", "Starting…")
    SERVE_READY = Text(
        "Готово: {address}\nСюда кладите конфигурации: {inbox}\nОстановить: Ctrl+C",
        "Ready: {address}\nPut configurations here: {inbox}\nStop: Ctrl+C",
    )
    SERVE_ENDED = Text(
        "Программа «{name}» завершилась; запущу снова через {seconds} с",
        "The {name} has ended; it is started again in {seconds} s",
    )
    SERVE_PORT_TAKEN = Text(
        "порт {port} занят; укажите другой --port (или --metrics-port)",
        "port {port} is taken; choose another --port (or --metrics-port)",
    )
    SERVE_IN_USE = Text(
        "в папке {home} уже работает `cai serve`: остановите его или укажите другую папку (--data)",
        "a `cai serve` works in {home} already: stop it, or choose another folder (--data)",
    )
    SERVE_TIMEOUT = Text(
        "программа «{name}» не ответила за три минуты; причина в её сообщениях выше",
        "the {name} has not answered in three minutes; what it printed above says why",
    )
    SERVE_FAILED = Text("запустить не удалось: {reason}", "it cannot be started: {reason}")
    HELP_WORKER = Text(
        "Выполнять шаги из очередей Celery (CAI_CELERY_BROKER), пока не остановят.",
        "Work on steps from the queues of Celery (CAI_CELERY_BROKER), until stopped.",
    )
    HELP_WORKER_QUEUE = Text(
        "Очередь: training для обучения моделей, dagster для остального; без ключа обе.",
        "A queue: training for the steps that learn, dagster for the rest; both without it.",
    )
    HELP_WORKER_NAME = Text(
        "Имя; у двух обработчиков на одной машине оно разное.",
        "Its name; two workers of one machine have different ones.",
    )
    WORKER_WINDOWS = Text(
        "обработчики Celery работают в Linux и macOS; в Windows оставьте CAI_EXECUTOR=processes",
        "workers of Celery need Linux or macOS; on Windows leave CAI_EXECUTOR=processes",
    )
    WORKER_NOT_PREPARED = Text(
        "обработчик не запустить: {reason}", "the worker cannot be started: {reason}"
    )
    HELP_METRICS = Text(
        "Отдавать показатели платформы для Prometheus по адресу /metrics, пока не остановят.",
        "Serve what the platform measures of itself to Prometheus at /metrics, until stopped.",
    )
    HELP_METRICS_HOST = Text(
        "Адрес, на котором слушать; без входа по паролю, поэтому только этот компьютер.",
        "Address to listen at; there is no login, hence this computer alone.",
    )
    HELP_METRICS_PORT = Text("Порт, на котором слушать.", "Port to listen at.")
    METRICS_SERVED = Text(
        "Показатели: http://{host}:{port}/metrics (остановить: Ctrl+C)",
        "Metrics: http://{host}:{port}/metrics (stop: Ctrl+C)",
    )
    METRICS_REFUSED = Text(
        "нельзя слушать {host}:{port} ({reason}); укажите другой --port или --host",
        "cannot listen at {host}:{port} ({reason}); choose another --port or --host",
    )
    HELP_SEARCH = Text(
        "Найти процедуры и функции, которые отвечают на вопрос: «как получить остатки».",
        "Find the routines that answer a question, such as: how to get the balance.",
    )
    HELP_SEARCH_QUESTION = Text(
        "QUESTION: слова, вопрос или имя; «-» читает вопросы по строкам со стандартного ввода.",
        "QUESTION is words, a question or a name; - reads questions from standard input by line.",
    )
    HELP_TOP = Text("Сколько ответов показать.", "How many answers to show.")
    HELP_SUGGEST = Text(
        "Показать, что ещё используют модули, похожие на MODULE.",
        "Show what else modules like MODULE use.",
    )
    HELP_SUGGEST_MODULE = Text(
        "MODULE: ОбщийМодуль.Цены, Документ.Заказ.МодульОбъекта или объект целиком.",
        "MODULE is CommonModule.Prices, Document.Order.ObjectModule, or an object as a whole.",
    )
    HELP_SUBSYSTEMS = Text(
        "Показать, к каким подсистемам относятся объекты без подсистемы или в неподходящей.",
        "Show where objects belong that are in no subsystem or in an unlikely one.",
    )
    HELP_AREAS = Text(
        "Показать функциональные области: какие объекты живут вместе.",
        "Show functional areas: which objects belong together.",
    )
    HELP_AREA = Text(
        "AREA: номер области, чтобы увидеть её объекты.",
        "AREA is the number of an area, to see its objects.",
    )
    HELP_REFACTOR = Text(
        "Показать, что упростить первым: процедуры намного сложнее ожидаемого.",
        "Show what to simplify first: routines far more complex than expected.",
    )
    HELP_DATASET = Text(
        "Скопировать набор данных конфигурации NAME в папку: JSONL, Parquet, карточка.",
        "Copy the dataset of the configuration NAME to a folder: JSONL, Parquet, card.",
    )
    HELP_DATASET_OUT = Text("Папка для набора данных.", "Folder for the dataset.")
    HELP_STEPS = Text("Не дальше стольких шагов.", "Go no further than so many steps.")
    HELP_DIRECTION = Text(
        "dependents: что зависит от него (обычно это и нужно); dependencies: от чего зависит он.",
        "dependents: what depends on it, the default; dependencies: what it depends on.",
    )
    HELP_ANSWER = Text("Вид ответа.", "Form of the answer.")
    HELP_PATH = Text(
        "PATH: папка с проектом EDT или выгрузкой конфигуратора, либо .zip или .tar.gz с ними.",
        "PATH is a folder with an EDT project or a Designer dump, or a .zip or .tar.gz of one.",
    )
    HELP_OBJECT = Text(
        "OBJECT: Справочник.Товары, Catalog.Товары или просто Товары; регистр букв не важен.",
        "OBJECT is Catalog.Products, Справочник.Products or just Products, in any letter case.",
    )
    HELP_SHOW_NAME = Text(
        "NAME: имя конфигурации из cai list или папка, в которую писала cai parse.",
        "NAME is a configuration of cai list, or a folder that cai parse wrote.",
    )
    HELP_EXIT_CODES = Text(
        "Код возврата: 0 успех, 1 сбой или непройденная проверка, 2 неверный путь, ключ или имя.",
        "Exit code: 0 success, 1 failure or a failed check, 2 a wrong path, option or name.",
    )
    HELP_LANG = Text(
        "Язык сообщений (CAI_LANG; иначе язык системы).",
        "Language of messages (CAI_LANG; else the system's language).",
    )
    HELP_DATA = Text(
        "Папка данных (CAI_HOME; иначе .cai в текущей папке).",
        "Folder of all data (CAI_HOME; else .cai in the current folder).",
    )
    HELP_OUT = Text("Папка для таблиц.", "Folder for the tables.")
    HELP_WORKERS = Text(
        "Число процессов разбора (CAI_WORKERS; иначе по числу ядер).",
        "Processes that parse (CAI_WORKERS; else one per core).",
    )
    HELP_FRESH = Text(
        "Читать все файлы, не брать строки неизменных из прошлого результата.",
        "Read every file, take no rows of unchanged ones from the earlier result.",
    )
    HELP_QUIET = Text("Не показывать ход работы.", "Show no progress.")
    HELP_FULL = Text("Показать все строки, ничего не сокращая.", "Show all rows, shorten nothing.")
    HELP_HELP = Text("Показать эту справку.", "Show this help.")
    HELP_VERSION = Text("Показать версию.", "Show the version.")
    USAGE = Text("Использование: ", "Usage: ")
    OPTIONS = Text("Ключи", "Options")
    COMMANDS = Text("Команды", "Commands")

    # --- wrong use ---
    ERROR = Text("Ошибка: {text}", "Error: {text}")
    NO_SUCH_OPTION = Text(
        "нет ключа {name}; список: {command} --help",
        "there is no option {name}; for a list: {command} --help",
    )
    NO_SUCH_COMMAND = Text(
        "нет команды {name}; список: {command} --help",
        "there is no command {name}; for a list: {command} --help",
    )
    MISSING_ARGUMENT = Text(
        "не указано: {name}; подробнее: {command} --help",
        "{name} is missing; for more: {command} --help",
    )
    MISSING_VALUE = Text(
        "у ключа {name} нет значения; подробнее: {command} --help",
        "the option {name} needs a value; for more: {command} --help",
    )
    BAD_VALUE = Text(
        "неверное значение {name}; подробнее: {command} --help",
        "wrong value of {name}; for more: {command} --help",
    )
    NOT_ALLOWED = Text(
        "неверное значение {name}; допустимо: {allowed}",
        "wrong value of {name}; allowed: {allowed}",
    )
    BAD_USE = Text(
        "{text} ({command} --help)",
        "{text} ({command} --help)",
    )
    BAD_SETTING = Text(
        "неверная настройка {name}: {value}",
        "wrong setting {name}: {value}",
    )
    NOT_FOUND = Text("нет такой папки или файла: {path}", "there is no such path: {path}")
    EMPTY_FOLDER = Text("папка пуста: {path}", "the folder is empty: {path}")
    NO_PROJECT = Text(
        "в {path} нет ни проекта EDT (src/Configuration/Configuration.mdo), "
        "ни выгрузки конфигуратора (Configuration.xml)",
        "{path} holds neither an EDT project (src/Configuration/Configuration.mdo) "
        "nor a Designer dump (Configuration.xml)",
    )
    FLAT_DUMP = Text(
        "{path}: плоская выгрузка старого формата ({file}) не поддерживается; "
        "выгрузите конфигурацию заново в иерархическом формате",
        "{path}: a flat dump of the old format ({file}) is not supported; "
        "dump the configuration again in the hierarchical format",
    )
    BINARY_INSIDE = Text(
        "{path}: {file} – двоичный файл платформы; выгрузите конфигурацию в файлы",
        "{path}: {file} is a binary file of the platform; dump the configuration to files",
    )
    OUT_NOT_FOLDER = Text(
        "{path} – файл, а для таблиц нужна папка",
        "{path} is a file, the tables need a folder",
    )
    OUT_INSIDE_SOURCE = Text(
        "папка таблиц {path} лежит внутри разбираемой; укажите другую в --out",
        "the folder for tables {path} lies inside the one to parse; name another with --out",
    )
    CACHE_INSIDE_SOURCE = Text(
        "папка {path} лежит внутри проверяемой; укажите другую в --cache",
        "the folder {path} lies inside the one to check; name another with --cache",
    )
    SEVERAL_TO_SCREEN = Text(
        "на экран можно только один отчёт; остальным нужен --out",
        "only one report can go to the screen; the others need --out",
    )
    BAD_BASELINE = Text(
        "{path} – не файл baseline ({reason}); запишите его заново с --write-baseline",
        "{path} is no baseline ({reason}); write it anew with --write-baseline",
    )
    NO_BASELINE = Text(
        "нет файла baseline {path}; запишите его: --write-baseline {path}",
        "there is no baseline {path}; write it: --write-baseline {path}",
    )
    NOT_READ = Text(
        "Прочитаны не полностью: {count}; первый: {first}",
        "Files not read whole: {count}; the first: {first}",
    )
    CANNOT_WRITE = Text("не удалось записать {path}: {reason}", "cannot write {path}: {reason}")
    CANNOT_READ = Text("не удалось прочитать {path}: {reason}", "cannot read {path}: {reason}")
    INTERRUPTED = Text("Прервано.", "Interrupted.")

    # --- build and parse ---
    UNPACKING = Text("Распаковка {path}", "Unpacking {path}")
    PARSING = Text("Разбор файлов", "Parsing files")
    CHECKING = Text("Проверка правил", "Running rules")
    BASELINE_WRITTEN = Text(
        "Известных замечаний записано: {count}, файл {path}",
        "Known findings written: {count}, file {path}",
    )
    WRITING = Text("Запись таблиц", "Writing tables")
    COPYING = Text("Приём выгрузки", "Taking the upload in")
    STARTING_DAGSTER = Text("Запуск Dagster", "Starting Dagster")
    BUILT = Text(
        "Конфигурация {name} собрана за {seconds} с.",
        "The configuration {name} is built, in {seconds} s.",
    )
    BUILT_WITH_ERRORS = Text(
        "таблицы собраны, но не пройдены проверки: {names}",
        "the tables are built, but checks failed: {names}",
    )
    BUILD_FAILED = Text(
        "сборка конфигурации {name} не удалась: {reason}",
        "building the configuration {name} failed: {reason}",
    )
    SAME_CONTENT = Text(
        "Содержимое то же, что в прошлой выгрузке; её таблицы собраны заново.",
        "The content is that of the latest upload; its tables were made anew.",
    )
    PARSED = Text("Разобрано за {seconds} с.", "Parsed in {seconds} s.")
    COUNTS_PROJECTS = Text("Проекты", "Projects")
    COUNTS_FILES = Text("Файлы", "Files")
    COUNTS_FILES_VALUE = Text(
        "{total}, из них разобрано {parsed}, частично {partly}, "
        "не поддерживается {unsupported}, с ошибкой {failed}",
        "{total}: {parsed} parsed, {partly} partly, {unsupported} not supported, {failed} failed",
    )
    COUNTS_OBJECTS = Text("Объекты метаданных", "Metadata objects")
    COUNTS_MEMBERS = Text("Реквизиты и другие части", "Attributes and other parts")
    COUNTS_ROUTINES = Text("Процедуры и функции", "Routines")
    COUNTS_LINES = Text("Строки кода", "Lines of code")
    COUNTS_CALLS = Text("Вызовы", "Calls")
    COUNTS_QUERIES = Text("Запросы", "Queries")
    COUNTS_MEMORY = Text("Память, пик", "Memory, peak")
    COUNTS_MEMORY_VALUE = Text("{mib} МиБ", "{mib} MiB")
    CHECKS = Text("Проверки", "Checks")
    CHECKS_PASSED = Text("все {count} пройдены", "all {count} passed")
    CHECKS_FAILED = Text("не пройдены: {names}", "failed: {names}")
    CHECKS_WARNED = Text("предупреждения: {names}", "warnings: {names}")
    FINDINGS = Text("Замечания", "Findings")
    FINDINGS_VALUE = Text(
        "открытых {open}, из них блокирующих {blocker}, критичных {critical}",
        "{open} open, {blocker} of them blockers, {critical} critical",
    )
    CYCLES = Text("Циклы", "Cycles")
    CYCLES_VALUE = Text(
        "подсистем {subsystems}, объектов {objects}",
        "{subsystems} subsystems, {objects} objects",
    )
    UNUSED = Text("Не используется", "Unused")
    UNUSED_VALUE = Text(
        "объектов {objects}, экспортных методов {exported}, прочих методов {routines}",
        "{objects} objects, {exported} exported routines, {routines} other routines",
    )
    WHERE_IMPACT = Text("Что затронет изменение", "What a change reaches")
    WHERE_TABLES = Text("Таблицы", "Tables")
    WHERE_UI = Text("Показать в браузере", "See it in the browser")
    WHERE_OBJECT = Text("Показать объект", "Look at an object")
    WHERE_PROBLEMS = Text("Не разобрано", "Not understood")
    WHERE_PROBLEMS_VALUE = Text(
        "файлов: {files}, все в таблице source_files, места в problems; первый: {first}",
        "files: {files}, all in the table source_files, places in problems; the first: {first}",
    )

    # --- upload and list ---
    UPLOADED = Text("{path} лежит во входящих: {entry}", "{path} is in the inbox: {entry}")
    UPLOADED_NEXT = Text(
        "Работающий сервер (cai serve) соберёт его сам.",
        "A running server (cai serve) builds it by itself.",
    )
    NO_CONFIGURATIONS = Text(
        "Собранных конфигураций ещё нет в {path}. Начните так: cai build PATH",
        "No configuration is built in {path} yet. Start with: cai build PATH",
    )
    COLUMN_NAME = Text("Конфигурация", "Configuration")
    COLUMN_BUILT = Text("Собрана", "Built")
    COLUMN_UPLOADS = Text("Выгрузок", "Uploads")
    COLUMN_PROJECTS = Text("Проектов", "Projects")
    COLUMN_OBJECTS = Text("Объектов", "Objects")
    COLUMN_ROUTINES = Text("Процедур", "Routines")
    NOT_BUILT = Text(
        "Приняты, но не собраны (ещё или из-за сбоя, причина в Dagster): {names}",
        "Taken in, but not built (not yet, or it failed; Dagster says why): {names}",
    )
    WAITING = Text("Во входящих ждут: {names}", "Waiting in the inbox: {names}")
    QUARANTINED = Text(
        "В карантине: {names}. Причины: {path}", "In quarantine: {names}. Reasons: {path}"
    )

    # --- show ---
    UNKNOWN_CONFIGURATION = Text(
        "нет собранной конфигурации {name} в {path} (собрать: cai build PATH)",
        "no configuration {name} is built in {path} (to build it: cai build PATH)",
    )
    UNKNOWN_OBJECT = Text(
        "в конфигурации {name} нет объекта {object}",
        "the configuration {name} has no object {object}",
    )
    DID_YOU_MEAN = Text("; похожие: {names}", "; close to it: {names}")
    SEVERAL_OBJECTS = Text(
        "под {object} подходит несколько объектов, уточните: {names}",
        "several objects fit {object}, name one of: {names}",
    )
    # --- impact ---
    NO_DEPENDENCIES = Text(
        "для конфигурации {name} нет таблиц зависимостей; соберите её заново: cai build PATH",
        "the configuration {name} has no tables of dependencies; build it anew: cai build PATH",
    )
    DEPENDENTS_OF = Text("Зависят от {object}: {count}", "Depend on {object}: {count}")
    DEPENDENCIES_OF = Text("{object} зависит от: {count}", "{object} depends on: {count}")
    BY_STEPS = Text("По шагам: {counts}", "By steps: {counts}")
    THROUGH = Text("через {id}", "through {id}")

    # --- learned ---
    TRAINING = Text("Обучение моделей", "Training models")
    TRAINED = Text(
        "Модели конфигурации {name} обучены за {seconds} с.",
        "The models of the configuration {name} are trained, in {seconds} s.",
    )
    WRITING_PAGES = Text("Страницы", "Pages")
    DOCS_WRITTEN = Text(
        "Сайт конфигурации {name}: страниц {pages}, записано заново {written}, за {seconds} с.",
        "Site of the configuration {name}: pages {pages}, of these written {written}, "
        "in {seconds} s.",
    )
    DOCS_SERVED = Text(
        "Сайт конфигурации {name}: {address} (закончить: Ctrl+C)",
        "Site of the configuration {name}: {address} (stop it with Ctrl+C)",
    )
    DOCS_FAILED = Text(
        "сайт конфигурации {name} не записан: {reason}",
        "the site of the configuration {name} was not written: {reason}",
    )
    PORT_IN_USE = Text(
        "порт {port} занять не удалось ({reason}); выберите другой: --port",
        "port {port} cannot be had ({reason}); choose another with --port",
    )
    TRAINING_FAILED = Text(
        "обучение на конфигурации {name} не удалось: {reason}",
        "learning from the configuration {name} failed: {reason}",
    )
    OF_EARLIER_UPLOAD = Text(
        "Это о более ранней выгрузке {upload}; обновить: cai train {name}",
        "This is about an earlier upload, {upload}; to update: cai train {name}",
    )
    NO_SUCH_AREA = Text(
        "нет области {area}; список: cai areas {name}",
        "no area {area}; for a list: cai areas {name}",
    )
    AREA_FIGURES = Text("область {area}, объектов: {objects}", "area {area}, objects: {objects}")
    AREA_DECLARED = Text(
        "больше всего из подсистемы {subsystem}: {purity} области, {coverage} подсистемы",
        "most are of the subsystem {subsystem}: {purity} of the area, {coverage} of the subsystem",
    )
    AREA_LINKS = Text(
        "связей внутри: {inside}, наружу: {outside}", "links inside: {inside}, to others: {outside}"
    )
    NO_SUBSYSTEM = Text("без подсистемы", "in no subsystem")
    COMPLEXITY_FIGURES = Text(
        "сложность {cognitive}; ожидалось {expected}, у девяти из десяти похожих не выше {upper}; "
        "вызывающих: {callers}",
        "complexity {cognitive}; expected {expected}, nine of ten like it have at most {upper}; "
        "callers: {callers}",
    )
    PLAIN_SEARCH = Text(
        "Порядок по BM25, без модели: {reason}", "Ordered by BM25, without a model: {reason}"
    )
    NO_ANSWERS = Text("Ничего не найдено.", "Nothing was found.")
    MORE_ANSWERS = Text(
        "… и ещё {count} (--top N покажет больше)", "… and {count} more (see --top N)"
    )
    MODEL = Text("Модель", "Model")
    METRIC = Text("Показатель", "Figure")
    SCORE = Text("Модель, интервал 95 %", "Model, 95 % interval")
    BEST_BASELINE = Text("Лучший простой способ", "Best baseline")
    DECISION = Text("Решение", "Decision")
    WHERE_DOCS = Text("Сайт документации", "Documentation site")
    WHERE_LEARN = Text("Обучить модели, искать", "Train models, search")

    # --- cards ---
    PROJECT = Text("Проект", "Project")
    FILE = Text("Файл", "File")
    SYNONYM = Text("Синоним", "Synonym")
    COMMENT = Text("Комментарий", "Comment")
    SUBSYSTEMS = Text("Подсистемы", "Subsystems")
    SUPPORT = Text("Поддержка", "Vendor support")
    ADOPTED = Text("заимствован расширением", "adopted by the extension")
    TYPE = Text("Тип", "Type")
    PROPERTIES = Text("Свойства", "Properties")
    MEMBERS = Text("Состав", "Members")
    NAME = Text("Имя", "Name")
    KIND = Text("Вид", "Kind")
    FORMS = Text("Формы", "Forms")
    FORM_ITEMS = Text("Элементов", "Items")
    FORM_ATTRIBUTES = Text("Реквизитов", "Attributes")
    FORM_COMMANDS = Text("Команд", "Commands")
    FORM_HANDLERS = Text("Обработчиков", "Handlers")
    MODULES = Text("Модули", "Modules")
    PROCEDURES = Text("Процедур", "Procedures")
    FUNCTIONS = Text("Функций", "Functions")
    CYCLOMATIC = Text("Цикломатическая", "Cyclomatic")
    SYNTAX_ERRORS = Text("синтаксических ошибок: {count}", "syntax errors: {count}")
    ROUTINE = Text("Процедура или функция", "Routine")
    EXPORT = Text("Экспорт", "Export")
    WHERE_RUNS = Text("Где", "Where")
    LINE = Text("Строка", "Line")
    LINES = Text("Строк", "Lines")
    COGNITIVE = Text("Когнитивная", "Cognitive")
    CALLS_TO = Text("Вызовов", "Calls to it")
    RIGHTS = Text("Права ролей", "Rights of roles")
    ROLE = Text("Роль", "Role")
    GRANTED = Text("Разрешено", "Granted")
    RESTRICTED = Text("С ограничением записей", "Restricted by rows")
    SCHEDULE = Text("Расписание", "Schedule")
    REFERS_TO = Text("На что ссылается", "Refers to")
    REFERRED_BY = Text("Кто ссылается", "Referred to by")
    MORE_ROWS = Text("… и ещё {count} (--full покажет все)", "… and {count} more (see --full)")
    YES = Text("да", "yes")

    # --- alerts ---
    HELP_ALERTS = Text(
        "Показать, куда уходят оповещения; --test отправляет пробное.",
        "Show where alerts go; --test sends a trial one.",
    )
    HELP_ALERTS_TEST = Text("Отправить пробное оповещение.", "Send a trial alert.")
    ALERTS_OFF = Text(
        "оповещения выключены: задайте CAI_ALERTS (docs/automation.md)",
        "alerts are off: set CAI_ALERTS (docs/automation.md)",
    )
    ALERTS_TO = Text("Оповещения уходят: {target}", "Alerts go to {target}")
    ALERT_SENT = Text("{target}: доставлено", "{target}: delivered")
    ALERT_NOT_SENT = Text("{target}: не доставлено: {reason}", "{target}: not delivered: {reason}")
    ALERTS_FAILED = Text(
        "не доставлено: {count}; проверьте адреса в CAI_ALERTS",
        "not delivered: {count}; check the addresses in CAI_ALERTS",
    )
    ALERT_TITLE = Text("Анализ конфигураций 1С", "Analysis of 1C configurations")
    ALERT_TRIAL = Text(
        "Пробное оповещение: доставка работает.", "A trial alert: the delivery works."
    )
    ALERT_MORE = Text("… и ещё: {count}", "… and {count} more")
    ALERT_JOB_BUILD = Text("сборка", "build")
    ALERT_JOB_TRAIN = Text("обучение моделей", "training of models")
    ALERT_JOB_AD_HOC = Text("материализация", "materialization")
    ALERT_JOB_OTHER = Text("запуск {job}", "run of {job}")
    ALERT_RUN_FAILED = Text("{what}: сбой", "{what} failed")
    ALERT_RUN_WELL = Text("{what}: снова в порядке", "{what}: well again")
    ALERT_CHECK_FAILED = Text("проверка не пройдена: {check}", "check failed: {check}")
    ALERT_BLOCKING_CHECK_FAILED = Text(
        "проверка не пройдена, результат не опубликован: {check}",
        "check failed, the result is not published: {check}",
    )
    ALERT_CHECK_WELL = Text("проверка снова пройдена: {check}", "check passes again: {check}")
    ALERT_GIVEN_UP = Text(
        "выгрузка {upload} не собрана, попыток больше не будет: {reason}",
        "gave up on upload {upload}: {reason}",
    )
    ALERT_WAITING = Text(
        "выгрузка {upload} ждёт результата, часов: {hours}",
        "upload {upload} has no result after so many hours: {hours}",
    )
    ALERT_BUILT = Text("последняя выгрузка собрана", "the latest upload is built")
    ALERT_MODELS_STALE = Text(
        "модели не обновлялись, часов: {hours}",
        "models were not renewed for so many hours: {hours}",
    )
    ALERT_MODELS_WELL = Text("модели снова обновляются", "models are renewed again")
    ALERT_TICKS_FAIL = Text(
        "датчик {name} раз за разом завершается сбоем", "the sensor {name} fails again and again"
    )
    ALERT_TICKS_WELL = Text("датчик {name} снова работает", "the sensor {name} works again")
    ALERT_REFUSED = Text("загрузка {name} отклонена", "the upload {name} is refused")
