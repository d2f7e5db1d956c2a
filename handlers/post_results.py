"""A post that WeChat may be publishing: asked after, looked for, never handed in twice (feature F7)."""

from __future__ import annotations

from bot.domain.article import article_key
from bot.domain.post import Post, PostState
from bot.domain.round import Round
from bot.stores.stores import Stores
from bot.wechat import posts
from bot.wechat.gateway import AnswerLost, Refused, Resting
from bot.wechat.posts import DONE, RUNNING, Job, Published
from handlers.context import Work
from handlers.post_content import mark_of
from handlers.post_outcomes import ended_without, handed_over, is_mass, published, why_failed
from handlers.rests import RECHECK_SECONDS
from handlers.round_letters import tell_creators

S = PostState
LOOK_AT_ONCE = 5.0
LOOKS = (30.0, 120.0, 300.0, 900.0, 1800.0)
"""Seconds until the first, second, … question after a result; then every hour: there are 100 a day."""

LOOK_LATER = 3600.0
UNKNOWN_AFTER = 86400.0
"""Whoever has not heard of a result for this long is told to look with their own eyes."""

NOT_ACCEPTED_AFTER = 600.0
"""A draft that still stands in the box so long after its submission was not accepted."""

SAME_SEND = 20 * 3600.0
"""A clientmsgid is remembered for 24 hours: doc/subscription/guide/product/message/Batch_Sends."""

MINUTE_AND = 65.0
"""The same clientmsgid within a minute is 45066."""

ADMIN_SECONDS = 35 * 60.0
"""The admin has 30 minutes to agree; a little later the event must have come."""

ADMIN_GIVES_UP = 3 * 3600.0


def record(work: Work, round_: Round, post: Post) -> Round | None:
    """Keep how far the post has come; None, and nothing kept, if the round has changed meanwhile."""

    def put(stores: Stores) -> Round | None:
        if stores.campaigns.round(round_.id) != round_:
            return None
        changed = round_.having(post=post)
        stores.campaigns.put_round(changed)
        return changed

    return work.store(put)


def client_id(round_: Round) -> str:
    """The same for every try of one sending; another one after WeChat has ended a sending without a post."""
    return f"{round_.id}-{round_.post.sent}" if round_.post.sent else round_.id


def accepted(work: Work, round_: Round, job: Job, now: float) -> float | None:
    """→ 已提交: the result comes by event, and is asked for."""
    key = article_key(job.msg_data_id, 0) if job.msg_data_id else round_.post.article
    record(work, round_, round_.post.moved(S.SUBMITTED, now, job=job.id, article=key))
    return now + LOOKS[0]


def waits_for_admin(work: Work, round_: Round, now: float) -> float | None:
    """群发保护: the admin has to agree in WeChat; the owner hears of it once."""

    def note(stores: Stores) -> None:
        if stores.campaigns.round(round_.id) != round_:
            return
        stores.campaigns.put_round(round_.having(post=round_.post.moved(S.WAITS_ADMIN, now)))
        tell_creators(stores, work.tools, work.say("w_post_admin", title=round_.title), now, urgent=True)

    work.store(note)
    return now + ADMIN_SECONDS


def look(work: Work, round_: Round, now: float) -> float | None:
    """Ask what became of it: when to ask again, None when the round has changed by what was found."""
    if round_.post.state is S.SUBMITTED:
        return _result(work, round_, now)
    return _again(work, round_, now) if is_mass(round_) else _found(work, round_, now)


def look_later(work: Work, round_: Round, now: float) -> float | None:
    """Nothing is known yet: another look later, or a person's own eyes."""
    post = round_.post
    if now - post.since > UNKNOWN_AFTER and post.state is not S.WAITS_ADMIN:
        work.store(lambda stores: _unknown(stores, work, round_, now))
        return None
    if record(work, round_, post.having(looks=post.looks + 1)) is None:
        return now
    return now + (LOOKS[post.looks + 1] if post.looks + 1 < len(LOOKS) else LOOK_LATER)


def _result(work: Work, round_: Round, now: float) -> float | None:
    """Of what was accepted: out, ended without a post, or still going on."""
    job = round_.post.job
    if is_mass(round_):
        status = posts.mass_result(work.gateway, job) if job else ""
        if status == "SEND_SUCCESS":
            _conclude(work, round_, Published(DONE), now)
            return None
        if status in ("SEND_FAIL", "DELETE"):
            _conclude(work, round_, Published(5 if status == "DELETE" else 3), now)
            return None
        return look_later(work, round_, now)
    result: Published | None = None
    try:
        result = posts.publish_result(work.gateway, job) if job else None
    except Refused as refusal:
        if refusal.code != posts.NO_SUCH_JOB:
            raise
    result = result or posts.find_published(work.gateway, mark_of(round_))
    if result is None or result.status == RUNNING:
        return look_later(work, round_, now)
    _conclude(work, round_, result, now)
    return None


def _found(work: Work, round_: Round, now: float) -> float | None:
    """A submission without an answer: published, taken out of the box and still going on, or never accepted."""
    found = posts.find_published(work.gateway, mark_of(round_))
    if found is not None:
        _conclude(work, round_, found, now)
        return None
    if not posts.has_draft(work.gateway, round_.post.draft):
        return accepted(work, round_, Job(""), now)
    if now - round_.post.since < NOT_ACCEPTED_AFTER:
        return now + LOOKS[min(round_.post.looks, 1)]
    record(work, round_, round_.post.moved(S.DRAFTED, now))
    return None


def _again(work: Work, round_: Round, now: float) -> float | None:
    """A mass send without an answer, or before the admin's: handed in again under the same clientmsgid, sent once."""
    post = round_.post
    waiting = post.state is S.WAITS_ADMIN
    pause = ADMIN_SECONDS if waiting else MINUTE_AND
    if now - post.since < pause:
        return post.since + pause
    if waiting and now - post.since > ADMIN_GIVES_UP:
        work.store(lambda stores: _ended(stores, work, round_, work.say("w_fail_admin_silent"), now))
        return None
    if now - post.since > SAME_SEND:
        if posts.has_draft(work.gateway, post.draft):
            record(work, round_, post.moved(S.DRAFTED, now))
            return None
        return accepted(work, round_, Job(""), now)
    stores = work.look()
    campaign = stores.campaigns.get()
    if stores.account.pause or campaign is None or campaign.is_paused:
        return now + RECHECK_SECONDS
    try:
        job = posts.send_to_all(work.gateway, post.draft, client_id(round_))
    except AnswerLost:
        return now + MINUTE_AND
    except Resting as rest:
        return min(rest.until, now + LOOK_LATER)
    except Refused as refusal:
        if refusal.code in (posts.SENT_BEFORE, posts.NO_SUCH_MEDIA):
            return accepted(work, round_, Job(str(refusal.job or "")), now)
        if refusal.code in (89504, 89505):
            return now + ADMIN_SECONDS if waiting else waits_for_admin(work, round_, now)
        if waiting or refusal.code == 45066:
            return now + MINUTE_AND
        record(work, round_, post.moved(S.DRAFTED, now))
        return None
    return accepted(work, round_, job, now)


def _conclude(work: Work, round_: Round, result: Published, now: float) -> None:
    def note(stores: Stores) -> None:
        if stores.campaigns.round(round_.id) != round_:
            return
        if result.status == DONE:
            published(stores, work.tools, round_, result.url, now)
        else:
            ended_without(stores, work.tools, round_, why_failed(work.tools, result.status), now)

    work.store(note)


def _ended(stores: Stores, work: Work, round_: Round, why: str, now: float) -> None:
    if stores.campaigns.round(round_.id) == round_:
        ended_without(stores, work.tools, round_, why, now)


def _unknown(stores: Stores, work: Work, round_: Round, now: float) -> None:
    """Most likely it is out; nobody sends it again, and a person looks."""
    if stores.campaigns.round(round_.id) == round_:
        handed_over(stores, work.tools, round_, now, lost=True)
