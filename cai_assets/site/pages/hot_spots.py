"""Code that is hard to change and much relied on, the largest modules, calls of the server."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cai_assets.site.derived.making import ARCHITECTURE
from cai_assets.site.model import Context, Input, Page, Rows, Section, Source

_MOST_CALLS = 300


@dataclass(frozen=True, slots=True)
class Spot:
    """A routine or module that is hard to change and much relied on."""

    rank: int
    id: str
    score: float
    cognitive: int
    cyclomatic: int
    ncloc: int
    callers: int
    vendor: bool
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Large:
    """A large module."""

    module: str
    lines: int
    ncloc: int
    routines: int
    cognitive: int
    file: str


@dataclass(frozen=True, slots=True)
class HotSpotsView:
    """Hot spots and the largest modules."""

    routines: tuple[Spot, ...]
    modules: tuple[Spot, ...]
    largest: tuple[Large, ...]


class HotSpots(Section):
    """What is hard to change and much relied on."""

    name = "architecture"
    template = "hot_spots.html"
    inputs = {
        "spots": Input(
            "hot_spots",
            (
                "what", "rank", "id", "score", "cognitive", "cyclomatic", "ncloc", "callers",
                "support", "file", "line",
            ),
            None,
            ARCHITECTURE,
        ),
        "largest": Input(
            "largest_modules",
            ("module", "lines", "ncloc", "routines", "cognitive", "file"),
            None,
            ARCHITECTURE,
        ),
    }  # fmt: skip

    def pages(self, source: Source) -> Iterable[Page]:
        return [Page("", "hot_spots", "", "hot_spots")]

    def view(self, page: Page, rows: Rows, context: Context) -> HotSpotsView:
        spots = sorted(rows["spots"], key=lambda row: (row.rank, row.id))

        def mine(what: str) -> tuple[Spot, ...]:
            return tuple(
                Spot(
                    row.rank,
                    row.id,
                    row.score,
                    row.cognitive,
                    row.cyclomatic,
                    row.ncloc,
                    row.callers,
                    row.support == "locked",
                    row.file or "",
                    row.line or 0,
                )
                for row in spots
                if row.what == what
            )

        largest = sorted(rows["largest"], key=lambda row: (-row.lines, row.module, row.file or ""))
        return HotSpotsView(
            mine("routine"),
            mine("module"),
            tuple(
                Large(row.module, row.lines, row.ncloc, row.routines, row.cognitive, row.file or "")
                for row in largest
            ),
        )

    def title(self, view: HotSpotsView, context: Context) -> str:
        return context.say("Горячие точки и большие модули", "Hot spots and large modules")

    def weight(self, page: Page) -> float:
        return 6.0


@dataclass(frozen=True, slots=True)
class ServerCall:
    """A server routine that client code calls."""

    routine: str
    kind: str
    sites: int
    callers: int
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class ServerCallsView:
    """Round trips to the server: the most frequent, and how many there are of each kind."""

    calls: tuple[ServerCall, ...]
    left: int
    sites: int
    with_form: int


class ServerCalls(Section):
    """What client code calls on the server."""

    name = "architecture"
    template = "server_calls.html"
    inputs = {
        "calls": Input(
            "server_calls",
            ("routine", "kind", "sites", "callers", "file", "line"),
            None,
            ARCHITECTURE,
        ),
    }

    def pages(self, source: Source) -> Iterable[Page]:
        return [Page("", "server_calls", "", "server_calls")]

    def view(self, page: Page, rows: Rows, context: Context) -> ServerCallsView:
        calls = sorted(
            (
                ServerCall(
                    row.routine, row.kind, row.sites, row.callers, row.file or "", row.line or 0
                )
                for row in rows["calls"]
            ),
            key=lambda call: (-call.sites, call.routine, call.file, call.line),
        )
        return ServerCallsView(
            tuple(calls[:_MOST_CALLS]),
            max(len(calls) - _MOST_CALLS, 0),
            sum(call.sites for call in calls),
            sum(call.sites for call in calls if call.kind == "form_context"),
        )

    def title(self, view: ServerCallsView, context: Context) -> str:
        return context.say("Вызовы сервера с клиента", "Server calls from the client")

    def weight(self, page: Page) -> float:
        return 4.0
