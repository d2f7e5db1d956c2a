"""How a post ends: published, handed over to be published by hand, or not got out; and who hears of it (feature F7)."""

from __future__ import annotations

import contextlib

import msgspec

from bot.domain.article import FoundBy
from bot.domain.comment import Variant
from bot.domain.draft import UNDECIDED, DraftState
from bot.domain.events import MassFinished, PublishFinished
from bot.domain.link import read_link
from bot.domain.post import ON_ITS_WAY, Post, PostState, Publish
from bot.domain.round import Round
from bot.domain.round_state import RoundState
from bot.stores.audit import Entry
from bot.stores.drafts import NumbersUsedUp
from bot.stores.stores import Stores
from bot.wechat.posts import DONE
from handlers import articles
from handlers.context import Chat, Reply, Tools
from handlers.permissions import NO_COMMENT_API
from handlers.round_focus import look_for_posts
from handlers.round_letters import tell_creators
from handlers.rounds import announce

S = PostState
ROUND = "周榜"
"""The rule that a winner's answer is by."""

SENT_WELL = "send success"
FAILURES = {2: "w_fail_original", 4: "w_fail_review", 5: "w_fail_deleted", 6: "w_fail_banned"}
"""By publish_status: doc/subscription/guide/product/publish."""

MASS_FAILURES = {
    "err(30003)": "w_fail_original",
    "err(40001)": "w_fail_admin",
    "err(40002)": "w_fail_admin_silent",
}
"""By the event's Status: doc/subscription/guide/product/message/Batch_Sends; any other err(…) is about the content."""


def is_mass(round_: Round) -> bool:
    """True for a post that is pushed to all followers."""
    return round_.terms.publish is Publish.MASS


def published(stores: Stores, tools: Tools, round_: Round, url: str, now: float) -> None:
    """The post is out: it is an article like any other from now on, and the honour is given."""
    link = read_link(url)
    key = round_.post.article or (link.key if link else "")
    url = link.url if link else ""
    if key:
        stores.articles.found(key, FoundBy.OURS, now, round_.title, url, now)
        if not stores.account.fact(NO_COMMENT_API):
            stores.due_unless_set("pull", key, now)
    elif url:
        stores.articles.keep_link(url, round_.title, now)
    name = "w_out_by_hand" if round_.waits_for_hand else "w_sent_out" if is_mass(round_) else "w_posted"
    post = round_.post.moved(S.PUBLISHED, now, url=url, article=key, why="")
    announced = announce(stores, tools, round_, post, now)
    _crown(stores, tools, announced, now)
    told = tools.phrases(name, round=round_.id, title=round_.title, url=url).strip()
    tell_creators(stores, tools, told, now, urgent=True)


def handed_over(stores: Stores, tools: Tools, round_: Round, now: float, why: str = "", *, lost: bool = False) -> None:
    """The post is a person's from here on: the draft stands in the 草稿箱 by plan or because of `why`.

    Nothing is announced before the article is seen, or its owner says that it is out (handlers.post_waiting). With
    `lost` WeChat took it and nobody could learn what became of it.
    """
    name = "w_post_unknown" if lost else "w_post_by_hand" if why else "w_post_drafted"
    post = round_.post.moved(S.BY_HAND, now, why=why, tries=0)
    stores.campaigns.put_round(round_.refused(post.having(draft="", draft_of="") if lost else post))
    stores.due("round", round_.id, now)
    tell_creators(stores, tools, tools.phrases(name, round=round_.id, title=round_.title, why=why), now, urgent=True)


def not_out(stores: Stores, tools: Tools, round_: Round, post: Post, why: str, now: float) -> None:
    """The post did not get out; it waits for another 发布周榜, and its owner knows why."""
    refused = post.moved(S.REFUSED, now, why=why, tries=0)
    stores.campaigns.put_round(round_.having(post=refused) if round_.waits_for_hand else round_.refused(refused))
    stores.due("round", round_.id, now)
    told = tools.phrases("w_post_refused", round=round_.id, title=round_.title, why=why)
    tell_creators(stores, tools, told, now, urgent=True)


def draft_gone(stores: Stores, tools: Tools, round_: Round, now: float) -> None:
    """Our draft has left the box and is not seen among what was published: its owner says what became of it."""
    post = round_.post.having(draft="", draft_of="", why="", tries=0)
    post = post if post.state is S.BY_HAND else post.moved(S.BY_HAND, now)
    stores.campaigns.put_round(round_.having(post=post) if round_.waits_for_hand else round_.refused(post))
    stores.due("round", round_.id, now)
    told = tools.phrases("w_draft_gone", round=round_.id, title=round_.title)
    tell_creators(stores, tools, told, now, urgent=True)


def ended_without(stores: Stores, tools: Tools, round_: Round, why: str, now: float) -> None:
    """WeChat took the draft and ended it without a post: another try makes a new draft."""
    post = round_.post.having(draft="", draft_of="", job="", article="", sent=round_.post.sent + 1)
    not_out(stores, tools, round_, post, why, now)


def why_failed(tools: Tools, status: int) -> str:
    """A failed publication in plain words."""
    return tools.phrases(FAILURES.get(status, "w_fail_plain"))


def finished(chat: Chat) -> Reply:
    """WeChat says that a publication or mass send has ended: ours is concluded, any other tells of an article."""
    event, stores = chat.event, chat.stores
    round_ = _ours(stores, event) if isinstance(event, PublishFinished | MassFinished) else None
    if round_ is None:
        look_for_posts(stores, chat.now)
        return articles.published(chat)
    urls = event.urls if isinstance(event, PublishFinished | MassFinished) else ()
    url = urls[0][1] if urls else ""
    if isinstance(event, PublishFinished):
        if not round_.post.job:  # perhaps another post's: the worker looks which
            stores.due("post", round_.id, chat.now)
            return articles.published(chat)
        if event.status == DONE:
            published(stores, chat.tools, round_, url, chat.now)
        else:
            ended_without(stores, chat.tools, round_, why_failed(chat.tools, event.status), chat.now)
    elif isinstance(event, MassFinished):
        if event.status == SENT_WELL:
            published(stores, chat.tools, round_, url, chat.now)
        else:
            why = chat.say(MASS_FAILURES.get(event.status, "w_fail_content"))
            ended_without(stores, chat.tools, round_, why, chat.now)
    return None


def _ours(stores: Stores, event: PublishFinished | MassFinished) -> Round | None:
    """The round whose post this event ends.

    A mass send whose id we could not learn (its answer was lost, or the admin had to agree first) is taken for ours if
    it ends while we wait for one: an account sends once a day.
    """
    campaign = stores.campaigns.get()
    mass = isinstance(event, MassFinished)
    job = event.msg_id if isinstance(event, MassFinished) else event.publish_id
    for round_id in (campaign.current, campaign.previous) if campaign else ():
        round_ = stores.campaigns.round(round_id)
        if round_ is None or is_mass(round_) is not mass:
            continue
        post = round_.post
        if round_.state is RoundState.TO_PUBLISH and post.state in ON_ITS_WAY and post.job in ("", job):
            return round_
        if round_.waits_for_hand and post.job and post.job == job:  # known to be lost, and here after all
            return round_
    return None


def _crown(stores: Stores, tools: Tools, round_: Round, now: float) -> None:
    """The winner's comment becomes 精选, and is answered if its one reply is free and nobody decided about it."""
    winner = round_.winner
    comment = stores.comments.get(winner.id) if winner else None
    if comment is None or comment.gone or not comment.has_api_slot or stores.account.fact(NO_COMMENT_API):
        return
    draft = stores.drafts.get(comment.id)
    if draft is None:
        return
    if not comment.elected:
        stores.due("elect", draft.id, now)
    if draft.state is DraftState.EXPIRED:  # nobody decided: by the time a round ends most drafts are that old
        draft = draft.moved(DraftState.PENDING, now)
    if comment.reply or draft.state not in UNDECIDED:
        return
    campaign = stores.campaigns.get()
    text = tools.phrases("w_reply_to_winner", category=round_.category)
    # A fixed sentence of ours: what is learnt from creators' choices learns nothing from it.
    draft = msgspec.structs.replace(
        draft, variants=(Variant("固定", "固定", text, ROUND),), chosen="固定", version=draft.version + 1
    )
    with contextlib.suppress(NumbersUsedUp):
        draft = stores.drafts.give_numbers([draft], now)[0]
    due_at = now + tools.settings.hold_seconds
    approved = draft.moved(
        DraftState.APPROVED,
        now,
        approved_by=stores.people.creator_or_owner(campaign.permitted_by if campaign else ""),
        approved_at=now,
        approved_text=text,
        due_at=due_at,
        tries=0,
        reason="",
    )
    stores.drafts.put(approved, now)
    stores.due("send", draft.id, due_at)
    stores.audit.add(draft.id, Entry(now, "周榜获奖，自动回复", "", text, draft.version))
