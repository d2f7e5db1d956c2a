"""What this account may do, found out by asking: mode 无接口 begins and ends by itself (feature A7, contract 6)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime

from bot.domain.article import poll_interval
from bot.domain.draft import DraftState
from bot.stores.audit import Entry
from bot.stores.mailbox import Letter
from bot.stores.stores import Stores
from bot.wechat.gateway import GatewayError
from bot.wechat.ledger import BEIJING, POLLING, Ledger
from bot.wechat.probe import OK, UNKNOWN, Permission
from bot.wechat.probe import probe as ask_wechat
from bot.wechat.reactions import advise
from config.phrases import Phrases
from handlers import backfill
from handlers.context import Work

Say = Callable[..., str]

NO_COMMENT_API = "no_comment_api"
"""The fact that holds the errcode while the comment API cannot be used; empty while it can."""

NO_PERMISSION = (48001, 88000)
"""Not granted to this account; no 留言 feature at all."""

PROBED = "probed_at"
TOKEN_REFUSED = "token_refused"
RETRY_SECONDS = 600.0


def probe_at_start(stores: Stores, now: float) -> None:
    """Ask at once when nothing is known of the account yet; the daily job does it later."""
    if not stores.account.fact(PROBED):
        stores.due_unless_set("probe", "start", now)


def probe(work: Work, arg: str, now: float) -> float | None:
    """Task `probe|…`, daily and at the first start: ask WeChat what this account may do; again while nobody knows."""
    found = ask_wechat(work.gateway, datetime.fromtimestamp(now, BEIJING).date(), _creators_openid(work))
    states = {permission.family: permission for permission in found}
    token = states["token"]
    if not token.is_granted:
        work.store(lambda stores: _note_token(stores, token))
        return now + RETRY_SECONDS
    if states["comment"].is_granted:
        _learn_budget(work)

    def learn(stores: Stores) -> None:
        stores.account.put_fact(PROBED, str(now))
        _note_token(stores, token)
        _learn_comments(stores, states["comment"], now, work)
        if states["datacube"].is_granted and not backfill.has_begun(stores):
            stores.due_unless_set("statistics", "first", now)

    work.store(learn)
    if UNKNOWN in (states["comment"].state, states["datacube"].state):
        return now + RETRY_SECONDS
    return None


def _note_token(stores: Stores, token: Permission) -> None:
    """Tell once why WeChat gives no token; take it back when it gives one."""
    refused = "" if token.state in (OK, UNKNOWN) else token.state
    before = stores.account.fact(TOKEN_REFUSED)
    if token.state == UNKNOWN or refused == before:
        return
    stores.account.put_notice(f"token|{before}", "")
    stores.account.put_fact(TOKEN_REFUSED, refused)
    if refused:
        stores.account.put_notice(f"token|{refused}", token.sentence)


def _learn_budget(work: Work) -> None:
    """How many looks a day WeChat allows; where it does not say, a new account's limit is assumed."""
    with contextlib.suppress(GatewayError):
        work.gateway.quota(POLLING)


def _creators_openid(work: Work) -> str:
    """The openid of somebody who may be shown 正在输入, which is the only way to ask about service messages."""
    look = work.look()
    creators = look.people.creators()
    return (look.people.openid(creators[0].pid) or "") if creators else ""


def _learn_comments(stores: Stores, permission: Permission, now: float, work: Work) -> None:
    if permission.is_granted:
        _regain_comment_api(stores, now, work)
    elif permission.state in {str(code) for code in NO_PERMISSION}:
        lose_comment_api(stores, int(permission.state), now, work.say)


def lose_comment_api(stores: Stores, code: int, now: float, say: Say) -> None:
    """Mode 无接口 begins: creators are told once, and approved replies not yet sent are to be pasted by hand.

    Any code not in NO_PERMISSION (a wrong secret, an address to whitelist) is no such loss: nothing happens.
    """
    if code not in NO_PERMISSION or stores.account.fact(NO_COMMENT_API) == str(code):
        return
    _withdraw_notice(stores)
    notice = f"{NO_COMMENT_API}|{code}|{int(now)}"
    stores.account.put_fact(NO_COMMENT_API, str(code))
    stores.account.put_fact(f"{NO_COMMENT_API}_notice", notice)
    stores.account.put_notice(notice, say("i_no_feature" if code == 88000 else "i_no_api"))
    stores.audit.note(Entry(now, f"留言接口不可用：{code}"))
    _approved_to_paste(stores, now, say)


def _approved_to_paste(stores: Stores, now: float, say: Say) -> None:
    """What waited to be sent by API is handed back to whoever approved it."""
    numbers: dict[str, list[str]] = {}
    ids = stores.drafts.approved()
    comments = {comment.id: comment for comment in stores.comments.many(ids) if comment}
    for draft in stores.drafts.many(ids):
        comment = comments.get(draft.id)
        if draft.state is not DraftState.APPROVED or comment is None or not comment.has_api_slot:
            continue
        stores.drafts.put(draft.moved(DraftState.TO_PASTE, now), now)
        stores.audit.add(draft.id, Entry(now, "待张贴", "", "留言接口不可用"))
        numbers.setdefault(stores.people.creator_or_owner(draft.approved_by), []).append(str(draft.number))
    for pid, own in numbers.items():
        if pid:
            stores.mailbox.add(pid, Letter(say("i_now_to_paste", n=len(own), numbers="、".join(own[:20])), now))
            stores.due("tell", pid, now)


def _regain_comment_api(stores: Stores, now: float, work: Work) -> None:
    """Mode 无接口 ends: articles are followed again."""
    if not stores.account.fact(NO_COMMENT_API):
        return
    _withdraw_notice(stores)
    stores.account.put_fact(NO_COMMENT_API, "")
    stores.account.put_fact(f"{NO_COMMENT_API}_notice", "")
    stores.account.put_notice(f"comment_api_back@{int(now)}", work.say("i_api_back"))
    stores.audit.note(Entry(now, "留言接口可用了"))
    for article in stores.articles.all():
        if poll_interval(now - article.born_at) is not None and not stores.articles.poll(article.key).stopped:
            stores.due("pull", article.key, now)


def _withdraw_notice(stores: Stores) -> None:
    """What is not true any more is not told to those who have not heard it yet."""
    notice = stores.account.fact(f"{NO_COMMENT_API}_notice")
    if notice:
        stores.account.put_notice(notice, "")


def what_works(stores: Stores, say: Phrases, now: float) -> list[str]:
    """At most three lines for 加入 and 状态: what works here, what does not and what to do instead, the next step."""
    features = Ledger(stores.unit.account, stores.unit.redis, lambda: 0.0).features()
    states = {family: feature.state for family, feature in features.items()}
    token, comment = states.get("token", UNKNOWN), states.get("comment", UNKNOWN)
    denied = stores.account.fact(NO_COMMENT_API)
    if token not in (OK, UNKNOWN):
        return [say("i_works_token", why=advise(int(token)).sentence)]
    if denied or comment not in (OK, UNKNOWN):
        missing = "i_works_no_feature" if (denied or comment) == "88000" else "i_works_no_api"
        return [say("i_works_by_hand"), say(missing), _next_step(stores, say, now, by_hand=True)]
    if comment == UNKNOWN:
        return [say("i_works_unknown"), _next_step(stores, say, now, by_hand=False)]
    lines = [say("i_works_comments")]
    if states.get("custom", UNKNOWN) not in (OK, UNKNOWN):
        lines.append(say("i_works_no_custom"))
    return [*lines, _next_step(stores, say, now, by_hand=False)]


def _next_step(stores: Stores, say: Phrases, now: float, by_hand: bool) -> str:
    article = stores.articles.newest()
    if article is None:
        return say("i_next_register")
    waiting = stores.drafts.ready_length(now)
    if waiting:
        return say("i_next_queue", n=waiting)
    return say("i_next_import", n=article.n) if by_hand else say("i_next_wait")
