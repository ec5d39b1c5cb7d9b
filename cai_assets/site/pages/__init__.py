"""All kinds of pages, in the order in which they are made, and the navigation.

A new kind of page is a module here, a line in `SECTIONS`, and if it is a way into the site, one
in `NAVIGATION`.
"""

from __future__ import annotations

from cai_assets.site.model import Section, Words
from cai_assets.site.pages.api import Api, ApiPages
from cai_assets.site.pages.architecture import Architecture
from cai_assets.site.pages.completeness import Completeness
from cai_assets.site.pages.cycles import Cycles
from cai_assets.site.pages.dataset import Dataset
from cai_assets.site.pages.events import Events
from cai_assets.site.pages.findings import Findings, RulePages
from cai_assets.site.pages.hot_spots import HotSpots, ServerCalls
from cai_assets.site.pages.http_services import HttpServicePages, Services
from cai_assets.site.pages.jobs import Jobs
from cai_assets.site.pages.models import ModelPages, Models
from cai_assets.site.pages.objects import Objects
from cai_assets.site.pages.overview import Overview
from cai_assets.site.pages.queries import Queries, QueryPages
from cai_assets.site.pages.registers import Registers, RegisterTypes
from cai_assets.site.pages.release_notes import Release, Releases
from cai_assets.site.pages.roles import RolePages, Roles
from cai_assets.site.pages.search import Search
from cai_assets.site.pages.subsystem import Subsystem
from cai_assets.site.pages.subsystems import Subsystems
from cai_assets.site.pages.types import Type, Types
from cai_assets.site.pages.unused import Unused
from cai_assets.site.render import Place

SECTIONS: tuple[Section, ...] = (
    Objects(),
    RulePages(),
    Subsystem(),
    ApiPages(),
    Api(),
    Type(),
    Types(),
    Subsystems(),
    Findings(),
    Unused(),
    Models(),
    ModelPages(),
    Dataset(),
    Completeness(),
    Jobs(),
    RolePages(),
    Roles(),
    HttpServicePages(),
    Services(),
    Cycles(),
    Architecture(),
    HotSpots(),
    ServerCalls(),
    Release(),
    Releases(),
    Events(),
    RegisterTypes(),
    Registers(),
    QueryPages(),
    Queries(),
    Overview(),
    Search(),
)
"""Every section. Those with the most work come first: what is left is shared out evenly."""

NAVIGATION: tuple[Place, ...] = (
    Place("index", Words("Обзор", "Overview")),
    Place("types", Words("Объекты", "Objects")),
    Place("subsystems", Words("Подсистемы", "Subsystems")),
    Place("api", Words("Программный интерфейс", "Interface of modules")),
    Place("registers", Words("Регистры", "Registers")),
    Place("events", Words("События", "Events")),
    Place("jobs", Words("Регламентные задания", "Scheduled jobs")),
    Place("roles", Words("Роли", "Roles")),
    Place("http_services", Words("Сервисы", "Services")),
    Place("queries", Words("Запросы", "Queries")),
    Place("architecture", Words("Архитектура", "Architecture")),
    Place("findings", Words("Замечания", "Findings")),
    Place("unused", Words("Неиспользуемое", "Unused")),
    Place("releases", Words("История изменений", "Release notes")),
    Place("models", Words("Модели", "Models")),
    Place("completeness", Words("Полнота чтения", "Completeness")),
)
"""Ways into the site, on every page: what there is, how it works together, how good it is. A page
that the site does not have is left out.
"""
