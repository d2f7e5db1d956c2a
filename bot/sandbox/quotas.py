"""Daily call limits per path, reset at Beijing midnight by the box's clock."""

from __future__ import annotations

from datetime import date

from bot.sandbox.clock import beijing, beijing_day
from bot.sandbox.errors import Refused
from bot.sandbox.faults import api_path

# Limits of a new account (doc/service/Message_Management/API_Call_Limits).
DAILY_LIMITS: dict[str, int] = {
    "/cgi-bin/token": 2000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/menu/create": 1000,
    "/cgi-bin/menu/get": 10_000,
    "/cgi-bin/menu/delete": 1000,
    "/cgi-bin/media/upload": 100_000,
    "/cgi-bin/media/get": 200_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/mass/sendall": 100,
    "/cgi-bin/message/mass/send": 100,
    "/cgi-bin/user/get": 500,
    "/cgi-bin/user/info": 500_000,
    "/cgi-bin/user/info/updateremark": 10_000,
    "/cgi-bin/draft/add": 1000,
    "/cgi-bin/draft/get": 500,
    "/cgi-bin/draft/delete": 1000,
    "/cgi-bin/draft/update": 1000,
    "/cgi-bin/draft/count": 1000,
    "/cgi-bin/draft/batchget": 1000,
    "/cgi-bin/freepublish/submit": 100,
    "/cgi-bin/freepublish/get": 100,
    "/cgi-bin/freepublish/delete": 10,
    "/cgi-bin/freepublish/getarticle": 100,
    "/cgi-bin/freepublish/batchget": 100,
    "/cgi-bin/comment/list": 10_000,
}
DATACUBE_LIMIT = 1000
OTHER_LIMIT = 10_000
CLEARS_PER_MONTH = 10
UNCOUNTED = ("/cgi-bin/openapi/", "/cgi-bin/clear_quota")


class Quotas:
    """Counts calls; the box's lock guards it."""

    def __init__(self) -> None:
        self._limits = dict(DAILY_LIMITS)
        self._used: dict[str, int] = {}
        self._day: date | None = None
        self._clears: dict[str, int] = {}

    def limit(self, path: str) -> int:
        path = api_path(path)
        return self._limits.get(path, DATACUBE_LIMIT if path.startswith("/datacube/") else OTHER_LIMIT)

    def set_limit(self, path: str, daily_limit: int) -> None:
        self._limits[api_path(path)] = daily_limit

    def used(self, path: str, now: float) -> int:
        self._turn_day(now)
        return self._used.get(api_path(path), 0)

    def count(self, path: str, now: float) -> None:
        """One call of `path`; Refused 45009 once the day's limit is used up."""
        if path.startswith(UNCOUNTED):
            return
        self._turn_day(now)
        if self._used.get(path, 0) >= self.limit(path):
            raise Refused(45009)
        self._used[path] = self._used.get(path, 0) + 1

    def clear(self, now: float) -> None:
        """clear_quota: all counters to zero; Refused 48006 after ten in a month."""
        month = beijing(now).strftime("%Y-%m")
        if self._clears.get(month, 0) >= CLEARS_PER_MONTH:
            raise Refused(48006)
        self._clears[month] = self._clears.get(month, 0) + 1
        self._used.clear()

    def _turn_day(self, now: float) -> None:
        day = beijing_day(now)
        if day != self._day:
            self._day = day
            self._used.clear()
