"""标签: the account's labels for its followers.

Source: doc/offiaccount/User_Management/User_Tag_Management.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.errors import Refused
from bot.sandbox.routes import Routes, number, text
from bot.sandbox.users import openid_page, person_of

if TYPE_CHECKING:
    from bot.sandbox.box import Sandbox
    from bot.sandbox.wire import Ask

FIRST_ID = 100
MAX_TAGS = 100
MAX_PER_PERSON = 20

routes = Routes("user")


@dataclass
class Tag:
    """One tag; ids below 100 are the system's."""

    id: int
    name: str


class Tags:
    """All tags; the box's lock guards it."""

    def __init__(self) -> None:
        self._tags: dict[int, Tag] = {2: Tag(2, "星标组")}
        self._next = FIRST_ID

    def all(self) -> list[Tag]:
        return list(self._tags.values())

    def find(self, tag_id: int) -> Tag | None:
        return self._tags.get(tag_id)

    def require(self, tag_id: int) -> Tag:
        tag = self._tags.get(tag_id)
        if tag is None:
            raise Refused(45159)
        return tag

    def own(self, tag_id: int) -> Tag:
        """A tag that may be changed; Refused 45058 for the system's."""
        if tag_id < FIRST_ID:
            raise Refused(45058)
        return self.require(tag_id)

    def check_name(self, name: str) -> str:
        if not name or any(tag.name == name for tag in self._tags.values()):
            raise Refused(45157)
        if len(name.encode()) > 30:
            raise Refused(45158)
        return name

    def create(self, name: str) -> Tag:
        if len(self._tags) >= MAX_TAGS:
            raise Refused(45056)
        tag = Tag(self._next, self.check_name(name))
        self._tags[tag.id] = tag
        self._next += 1
        return tag

    def delete(self, tag: Tag) -> None:
        del self._tags[tag.id]


def _body(ask: Ask) -> dict[str, Any]:
    tag = ask.json.get("tag")
    if not isinstance(tag, dict):
        raise Refused(47001)
    return tag


@routes.post("/cgi-bin/tags/create")
def create(box: Sandbox, ask: Ask) -> dict[str, Any]:
    tag = box.tags.create(text(_body(ask), "name"))
    return {"tag": {"id": tag.id, "name": tag.name}}


@routes.get("/cgi-bin/tags/get")
def get(box: Sandbox, ask: Ask) -> dict[str, Any]:
    people = box.people.subscribed()
    counts = {tag.id: sum(tag.id in person.tagids for person in people) for tag in box.tags.all()}
    return {"tags": [{"id": tag.id, "name": tag.name, "count": counts[tag.id]} for tag in box.tags.all()]}


@routes.post("/cgi-bin/tags/update")
def update(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = _body(ask)
    box.tags.own(number(data, "id")).name = box.tags.check_name(text(data, "name"))
    return {}


@routes.post("/cgi-bin/tags/delete")
def delete(box: Sandbox, ask: Ask) -> dict[str, Any]:
    tag = box.tags.own(number(_body(ask), "id"))
    box.tags.delete(tag)
    for person in box.people:
        if tag.id in person.tagids:
            person.tagids.remove(tag.id)
    return {}


@routes.post("/cgi-bin/user/tag/get")
def members(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = ask.json
    tag = box.tags.require(number(data, "tagid"))
    openids = [person.openid for person in box.people.subscribed() if tag.id in person.tagids]
    page, last = openid_page(openids, text(data, "next_openid"))
    return {"count": len(page), "data": {"openid": page}, "next_openid": last}


@routes.post("/cgi-bin/tags/members/batchtagging")
def tag_people(box: Sandbox, ask: Ask) -> dict[str, Any]:
    tag, people = _tag_and_people(box, ask)
    if any(len(person.tagids) >= MAX_PER_PERSON and tag.id not in person.tagids for person in people):
        raise Refused(45059, "has too many tags on this openid")
    for person in people:
        if tag.id not in person.tagids:
            person.tagids.append(tag.id)
    return {}


@routes.post("/cgi-bin/tags/members/batchuntagging")
def untag_people(box: Sandbox, ask: Ask) -> dict[str, Any]:
    tag, people = _tag_and_people(box, ask)
    for person in people:
        if tag.id in person.tagids:
            person.tagids.remove(tag.id)
    return {}


@routes.post("/cgi-bin/tags/getidlist")
def tags_of(box: Sandbox, ask: Ask) -> dict[str, Any]:
    return {"tagid_list": list(person_of(box, ask.json.get("openid")).tagids)}


def _tag_and_people(box: Sandbox, ask: Ask) -> tuple[Tag, list[Any]]:
    data = ask.json
    openids = data.get("openid_list")
    if not isinstance(openids, list) or not 1 <= len(openids) <= 50:
        raise Refused(40032)
    tag = box.tags.require(number(data, "tagid"))
    return tag, [person_of(box, openid) for openid in openids]
