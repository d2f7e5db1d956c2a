"""群发: sends to all followers or to a tag, previews, allowances, and the event when a job has ended.

Source: doc/subscription/guide/product/message/Batch_Sends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.sandbox.articles import Article
from bot.sandbox.chatlines import Line
from bot.sandbox.clock import beijing
from bot.sandbox.drafts import Draft
from bot.sandbox.errors import Refused
from bot.sandbox.messages import content_of, reachable
from bot.sandbox.people import Follower
from bot.sandbox.publishing import articles_of
from bot.sandbox.routes import Routes, number

if TYPE_CHECKING:
    from bot.sandbox.box import Sandbox
    from bot.sandbox.wire import Ask

CLIENT_ID_BYTES = 32
DAY = 86400.0
RETRY_GAP = 60.0

routes = Routes("mass")


@dataclass
class MassJob:
    """One mass send. `status` as mass/get words it."""

    msg_id: int
    msg_data_id: int
    people: list[Follower]
    at: float
    draft: Draft | None = None
    line: Line | None = None
    status: str = "SENDING"
    articles: list[Article] = field(default_factory=list)


class MassSender:
    """Jobs, allowances and client ids.

    `outcome` is the status text of the next events, `delay` (seconds) comes before them, `needs_admin` holds jobs back.
    """

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._jobs: dict[int, MassJob] = {}
        self._client_ids: dict[str, tuple[int, float]] = {}
        self._sent: list[float] = []
        self._waiting: list[MassJob] = []
        self.outcome = "send success"
        self.delay = 0.0
        self.needs_admin = False
        self.speed = 0

    def job(self, msg_id: int) -> MassJob | None:
        return self._jobs.get(msg_id)

    def start(self, data: dict[str, Any], people: list[Follower]) -> MassJob:
        """Takes a job.

        Refused 45065, 45066, 45067 for its client id, 45028 without allowance, 89505 if the admin must agree first.
        """
        box, now = self._box, self._box.now()
        client_id = data.get("clientmsgid")
        if client_id is not None:
            self._check_client_id(str(client_id), now)
        line = draft = None
        if data.get("msgtype") == "mpnews":
            draft = box.drafts.require((data.get("mpnews") or {}).get("media_id"))
        else:
            line = content_of(box, data, "mass")
        self._spend_allowance(now)
        number_ = 3_147_483_650 + len(self._jobs)
        job = MassJob(number_, box.library.new_msg_data_id(), people, now, draft, line)
        self._jobs[job.msg_id] = job
        if client_id is not None:
            self._client_ids[str(client_id)] = (job.msg_id, now)
        if draft is not None:
            box.drafts.remove(draft)
        if self.needs_admin:
            self._waiting.append(job)
            raise Refused(89505)
        box.jobs.later(self.delay, lambda: self._finish(job, self.outcome))
        return job

    def confirm(self, agreed: bool = True) -> None:
        """The admin answers the oldest waiting job in WeChat."""
        job = self._waiting.pop(0)
        self._box.jobs.later(0, lambda: self._finish(job, self.outcome if agreed else "err(40001)"))

    def push_finished(self, msg_id: int, articles: Sequence[Article], status: str, reached: int | None = None) -> None:
        """MASSSENDJOBFINISH: no msg_data_id in it, links in their short form."""
        total = len(self._box.people.subscribed()) if reached is None else reached
        sent = total if status == "send success" else 0
        links = [{"ArticleIdx": one.idx, "ArticleUrl": one.short_url.replace("https:", "http:")} for one in articles]
        self._box.push(
            {
                "FromUserName": "oR5Gjjl_eiZoUpGozMo7dbBJ362A",
                "MsgType": "event",
                "Event": "MASSSENDJOBFINISH",
                "MsgID": msg_id,
                "Status": status,
                "TotalCount": total,
                "FilterCount": total,
                "SentCount": sent,
                "ErrorCount": total - sent,
                "CopyrightCheckResult": {"Count": 0, "ResultList": {}, "CheckState": 1},
                "ArticleUrlResult": {"Count": len(links), "ResultList": {"item": links}},
            }
        )

    def _finish(self, job: MassJob, status: str) -> None:
        with self._box.lock:
            ok = status == "send success"
            job.status = "SEND_SUCCESS" if ok else "SEND_FAIL"
            if ok and job.draft is not None:
                job.articles = articles_of(self._box, job.draft, job.msg_data_id, True)
            for person in job.people if ok else []:
                person.chat.append(self._line(job))
        self.push_finished(job.msg_id, job.articles, status, len(job.people))

    def _line(self, job: MassJob) -> Line:
        if job.line is not None:
            return job.line
        keys = [{"key": article.key, "title": article.title} for article in job.articles]
        return Line(self._box.now(), "account", "mass", "mpnews", job.articles[0].title, {"articles": keys})

    def _check_client_id(self, client_id: str, now: float) -> None:
        if len(client_id.encode()) > CLIENT_ID_BYTES:
            raise Refused(45067)
        msg_id, at = self._client_ids.get(client_id, (0, -DAY))
        if msg_id and now - at < RETRY_GAP:
            raise Refused(45066)
        if msg_id and now - at < DAY:
            raise Refused(45065, msg_id=msg_id)

    def _spend_allowance(self, now: float) -> None:
        allowed = self._box.profile
        moment = beijing(now)
        today = [at for at in self._sent if beijing(at).date() == moment.date()]
        month = [at for at in self._sent if (beijing(at).year, beijing(at).month) == (moment.year, moment.month)]
        if (allowed.mass_per_day and len(today) >= allowed.mass_per_day) or (
            allowed.mass_per_month and len(month) >= allowed.mass_per_month
        ):
            raise Refused(45028)
        self._sent.append(now)


def _started(job: MassJob) -> dict[str, Any]:
    return {"msg_id": job.msg_id, "msg_data_id": job.msg_data_id, "errmsg": "send job submission success"}


@routes.post("/cgi-bin/message/mass/sendall")
def sendall(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = ask.json
    chosen = data.get("filter") or {}
    people = box.people.subscribed()
    if not chosen.get("is_to_all"):
        tag_id = number(chosen, "tag_id", errcode=40152)
        if box.tags.find(tag_id) is None:
            raise Refused(40152)
        people = [person for person in people if tag_id in person.tagids]
    return _started(box.mass.start(data, people))


@routes.post("/cgi-bin/message/mass/send", family="mass_by_openid")
def send(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = ask.json
    openids = data.get("touser")
    if not isinstance(openids, list) or not 2 <= len(openids) <= 10_000:
        raise Refused(40130, "invalid openid list size, at least two openid")
    people = [person for person in map(box.people.find, openids) if person is not None and person.subscribed]
    return _started(box.mass.start(data, people))


@routes.post("/cgi-bin/message/mass/preview")
def preview(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = ask.json
    if data.get("towxname"):
        person = next((one for one in box.people if one.name == data["towxname"]), None)
        if person is None:
            raise Refused(40132)
    else:
        person = reachable(box, data.get("touser"))
    if data.get("msgtype") == "mpnews":
        draft = box.drafts.require((data.get("mpnews") or {}).get("media_id"))
        line = Line(box.now(), "account", "preview", "mpnews", draft.articles[0]["title"], {})
    else:
        line = content_of(box, data, "preview")
    person.chat.append(line)
    return {"errmsg": "preview success"}


@routes.post("/cgi-bin/message/mass/get")
def get(box: Sandbox, ask: Ask) -> dict[str, Any]:
    job = box.mass.job(number(ask.json, "msg_id"))
    if job is None:
        raise Refused(40059, "invalid msg id")
    return {"msg_id": job.msg_id, "msg_status": job.status}


@routes.post("/cgi-bin/message/mass/delete")
def delete(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = ask.json
    job = box.mass.job(number(data, "msg_id"))
    if job is None or not job.articles:
        raise Refused(40059, "invalid msg id")
    idx = number(data, "article_idx", 0)
    for article in job.articles:
        if idx in (0, article.idx):
            article.deleted = True
    if all(article.deleted for article in job.articles):
        job.status = "DELETE"
    return {}


@routes.post("/cgi-bin/message/mass/speed/get")
def speed_get(box: Sandbox, ask: Ask) -> dict[str, Any]:
    return {"speed": box.mass.speed, "realspeed": (80, 60, 45, 30, 10)[box.mass.speed]}


@routes.post("/cgi-bin/message/mass/speed/set")
def speed_set(box: Sandbox, ask: Ask) -> dict[str, Any]:
    speed = number(ask.json, "speed")
    if not 0 <= speed <= 4:
        raise Refused(45083, "speed must between 0 and 4")
    box.mass.speed = speed
    return {}
