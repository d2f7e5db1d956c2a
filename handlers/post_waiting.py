"""A draft that a person is to publish: kept true while it stands, and looked for among what is out (F7, F9, E11).

The round stays 已截止: the honour and its clocks begin when the article is seen, or when an owner says that it is out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from bot.domain.article import Article
from bot.domain.round import Round
from bot.stores.articles import WaitingLink
from bot.stores.stores import Stores
from bot.wechat import posts
from bot.wechat.gateway import GatewayError, Refused
from handlers import post_draft
from handlers.context import Work
from handlers.post_content import compose, mark_of, with_those_left
from handlers.post_outcomes import draft_gone, not_out, published
from handlers.rests import RECHECK_SECONDS
from handlers.round_letters import tell_creators

LOOK_SECONDS = 3600.0
"""Between two looks at whether it is out: freepublish has 100 a day."""

NOBODY = "nobody"
"""Stands for a draft that may not stand at all."""


def watch(work: Work, round_: Round, now: float) -> float | None:
    """See whether the post is out; else make its draft say what may be said now.

    When to look again; None when something has changed by it.
    """
    url = _seen_out(work, round_)
    if url is not None:
        _change(work, round_, lambda stores: published(stores, work.tools, round_, url, now))
        return None
    if not round_.post.draft:
        return now + LOOK_SECONDS
    if _is_known_to_be_stuck(work, round_):
        return now + RECHECK_SECONDS
    try:
        return _keep_true(work, round_, now)
    except GatewayError as trouble:
        if isinstance(trouble, Refused) and trouble.code == posts.NO_SUCH_MEDIA:
            _change(work, round_, lambda stores: draft_gone(stores, work.tools, round_, now))
            return now + LOOK_SECONDS
        stale = _stale(work, round_)
        if stale:
            _warn(work, round_, stale, trouble.sentence, now)
        return now + (RECHECK_SECONDS * 10 if stale else LOOK_SECONDS)


def _seen_out(work: Work, round_: Round) -> str | None:
    """The address of the post if it is out, perhaps empty; None if it is not seen anywhere."""
    look = work.look()
    known: list[Article | WaitingLink] = [*look.articles.all(), *look.articles.links()]
    posts_of_others = [one.post for one in look.campaigns.rounds() if one.id != round_.id]
    theirs = {name for post in posts_of_others for name in (post.article, post.url) if name}
    for one in reversed(known):
        at = one.born_at if isinstance(one, Article) else one.at
        if one.url in theirs or (isinstance(one, Article) and one.key in theirs):
            continue  # titles come again with their category
        if _same_title(one.title, round_.title) and at >= round_.closed_at:
            return one.url
    if round_.post.warned and round_.post.draft:  # looked at every few minutes: has_draft tells as well
        return None
    with contextlib.suppress(GatewayError):  # not granted to most accounts
        found = posts.find_published(work.gateway, mark_of(round_))
        return found.url if found else None
    return None


def _is_known_to_be_stuck(work: Work, round_: Round) -> bool:
    """True while only people can let us mend the draft and know of it: WeChat is not asked again meanwhile."""
    is_stuck = work.look().account.pause is not None or work.tools.post_template is None
    return is_stuck and bool(round_.post.warned) and round_.post.warned == _stale(work, round_)


def _same_title(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())


def _keep_true(work: Work, round_: Round, now: float) -> float | None:
    """The draft says what the round says now, or leaves the box if nothing is left to be said."""
    look = work.look()
    left = with_those_left(look, round_)
    is_held = look.account.pause is not None
    template = work.tools.post_template
    if not posts.has_draft(work.gateway, round_.post.draft):
        _change(work, round_, lambda stores: draft_gone(stores, work.tools, round_, now))
        return None
    stale = _stale(work, round_)
    if not stale:
        return now + LOOK_SECONDS
    if is_held or template is None:
        _warn(work, round_, stale, work.say("w_stale_paused" if is_held else "w_no_template"), now)
        return now + RECHECK_SECONDS
    if left.winner is None:
        posts.delete_draft(work.gateway, round_.post.draft)
        _change(work, round_, lambda stores: _took_away(stores, work, round_, now))
        return None
    if left != round_:
        _change(work, round_, lambda stores: stores.campaigns.put_round(left))
        return None
    content = compose(look, work.tools, template, round_)
    if round_.post.cover_of != content.cover_of:
        post_draft.upload_cover(work, round_, content, begun_now=False)
        return None
    post_draft.rewrite_draft(work, round_.post, content)
    post = round_.post.having(draft_of=content.stamp, warned="")

    def renewed(stores: Stores) -> None:
        stores.campaigns.put_round(round_.having(post=post))
        tell_creators(stores, work.tools, work.say("w_draft_renewed", round=round_.id, title=round_.title), now)

    _change(work, round_, renewed)
    return now + LOOK_SECONDS


def _stale(work: Work, round_: Round) -> str:
    """Stands for what the draft should say instead of what it says; empty if it is as it should be."""
    look = work.look()
    left = with_those_left(look, round_)
    if left.winner is None:
        return NOBODY
    template = work.tools.post_template
    if template is None:
        return left.mark if left != round_ else ""
    stamp = compose(look, work.tools, template, left).stamp
    return stamp if stamp != round_.post.draft_of else ""


def _took_away(stores: Stores, work: Work, round_: Round, now: float) -> None:
    post = round_.post.having(draft="", draft_of="", warned="")
    not_out(stores, work.tools, round_, post, work.say("w_draft_taken_away"), now)


def _warn(work: Work, round_: Round, stale: str, why: str, now: float) -> None:
    """Once for each change: this draft must not be published as it stands."""
    if round_.post.warned == stale:
        return

    def note(stores: Stores) -> None:
        stores.campaigns.put_round(round_.having(post=round_.post.having(warned=stale)))
        told = work.say("w_draft_stale", round=round_.id, title=round_.title, why=why)
        tell_creators(stores, work.tools, told, now, urgent=True)

    _change(work, round_, note)


def _change(work: Work, round_: Round, change: Callable[[Stores], None]) -> None:
    """Commit a change, if the round is still what it was worked out for."""

    def commit(stores: Stores) -> None:
        if stores.campaigns.round(round_.id) == round_:
            change(stores)

    work.store(commit)
