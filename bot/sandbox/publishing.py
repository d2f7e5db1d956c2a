"""发布: drafts published without a push to followers, and the event that says how it went.

Source: doc/subscription/api/public/api_freepublish_*.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.sandbox.articles import Article
from bot.sandbox.drafts import Draft, news_item
from bot.sandbox.errors import Refused
from bot.sandbox.routes import Routes, number

if TYPE_CHECKING:
    from bot.sandbox.box import Sandbox
    from bot.sandbox.wire import Ask

DONE, RUNNING = 0, 1

routes = Routes("freepublish")


@dataclass
class PublishJob:
    """One submit. `status` as in PUBLISHJOBFINISH: 0 done, 1 running, 2–6 the ways it fails."""

    publish_id: str
    msg_data_id: int
    draft: Draft
    status: int = RUNNING
    article_id: str = ""
    articles: list[Article] = field(default_factory=list)
    fail_idx: list[int] = field(default_factory=list)
    at: float = 0.0

    @property
    def stands(self) -> bool:
        """Published, and not all of it deleted since."""
        return self.status == DONE and any(not article.deleted for article in self.articles)


class Publishing:
    """Jobs and what they published. `outcome` (0, 2, 3, 4) and `delay` (seconds) steer the next jobs."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._jobs: dict[str, PublishJob] = {}
        self.outcome = DONE
        self.delay = 0.0

    def submit(self, draft: Draft) -> PublishJob:
        msg_data_id = self._box.library.new_msg_data_id()
        job = PublishJob(str(msg_data_id + 16_018), msg_data_id, draft)
        self._jobs[job.publish_id] = job
        self._box.drafts.remove(draft)
        self._box.jobs.later(self.delay, lambda: self._finish(job))
        return job

    def job(self, publish_id: object) -> PublishJob | None:
        return self._jobs.get(str(publish_id))

    def article(self, article_id: object) -> PublishJob | None:
        """The finished job with this article_id, if any of its articles still stands."""
        return next((job for job in self._jobs.values() if job.stands and job.article_id == article_id), None)

    def published(self) -> list[PublishJob]:
        """Finished and standing, newest first."""
        return sorted((job for job in self._jobs.values() if job.stands), key=lambda job: -job.at)

    def _finish(self, job: PublishJob) -> None:
        with self._box.lock:
            job.status, job.at = self.outcome, self._box.now()
            if job.status == DONE:
                job.article_id = secrets.token_urlsafe(48)
                job.articles = articles_of(self._box, job.draft, job.msg_data_id, False, job.article_id)
            elif job.status in (2, 4):
                job.fail_idx = [1]
            detail = _detail(job)
        info: dict[str, Any] = {"publish_id": job.publish_id, "publish_status": job.status}
        if job.status == DONE:
            info |= {"article_id": job.article_id, "article_detail": detail}
        if job.fail_idx:
            info["fail_idx"] = job.fail_idx
        self._box.push({"MsgType": "event", "Event": "PUBLISHJOBFINISH", "PublishEventInfo": info})


def articles_of(box: Sandbox, draft: Draft, msg_data_id: int, notified: bool, article_id: str = "") -> list[Article]:
    """Turns a draft's articles into published, commentable ones (lock held)."""
    return [
        box.library.add(
            entry["title"], entry["content"], msg_data_id=msg_data_id, idx=idx, notified=notified,
            comments_open=bool(entry["need_open_comment"]), only_fans=bool(entry["only_fans_can_comment"]),
            digest=entry["digest"], author=entry["author"], article_id=article_id, fields=entry,
        )
        for idx, entry in enumerate(draft.articles, 1)
    ]  # fmt: skip


def _detail(job: PublishJob) -> dict[str, Any]:
    items = [{"idx": one.idx, "article_url": one.long_url} for one in job.articles]
    return {"count": len(items), "item": items}


def _news(job: PublishJob, no_content: bool = False) -> list[dict[str, Any]]:
    return [news_item(one.fields, no_content, one.long_url) | {"is_deleted": one.deleted} for one in job.articles]


@routes.post("/cgi-bin/freepublish/submit")
def submit(box: Sandbox, ask: Ask) -> dict[str, Any]:
    job = box.publishing.submit(box.drafts.require(ask.json.get("media_id")))
    return {"publish_id": job.publish_id, "msg_data_id": str(job.msg_data_id)}


@routes.post("/cgi-bin/freepublish/get")
def get(box: Sandbox, ask: Ask) -> dict[str, Any]:
    job = box.publishing.job(ask.json.get("publish_id"))
    if job is None:
        raise Refused(40002, "invalid publish_id")
    status = 5 if job.status == DONE and all(one.deleted for one in job.articles) else job.status
    answer: dict[str, Any] = {"publish_id": job.publish_id, "publish_status": status, "fail_idx": job.fail_idx}
    if job.status == DONE:
        answer |= {"article_id": job.article_id, "article_detail": _detail(job)}
    return answer


@routes.post("/cgi-bin/freepublish/batchget")
def batchget(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = ask.json
    offset, count = number(data, "offset", 0), number(data, "count", 0)
    if not 1 <= count <= 20:
        raise Refused(40097)
    published = box.publishing.published()
    items = [
        {
            "article_id": job.article_id,
            "content": {"news_item": _news(job, data.get("no_content") == 1)},
            "update_time": int(job.at),
        }
        for job in published[offset : offset + count]
    ]
    return {"total_count": len(published), "item_count": len(items), "item": items}


@routes.post("/cgi-bin/freepublish/getarticle")
def getarticle(box: Sandbox, ask: Ask) -> dict[str, Any]:
    job = box.publishing.article(ask.json.get("article_id"))
    if job is None:
        raise Refused(53600)
    return {"news_item": _news(job)}


@routes.post("/cgi-bin/freepublish/delete")
def delete(box: Sandbox, ask: Ask) -> dict[str, Any]:
    data = ask.json
    job = box.publishing.article(data.get("article_id"))
    if job is None:
        raise Refused(53600)
    idx = number(data, "index", 0)
    for article in job.articles:
        if idx in (0, article.idx):
            article.deleted = True
    return {}
