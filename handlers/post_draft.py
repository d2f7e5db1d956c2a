"""A post before it is handed in: its cover in the 素材库, its draft in the 草稿箱, kept as the round is now."""

from __future__ import annotations

from bot.domain.post import Post, PostState
from bot.domain.round import Round
from bot.stores.stores import Stores
from bot.wechat import posts
from bot.wechat.gateway import Refused
from bot.wechat.posts import DraftArticle
from handlers.context import Work
from handlers.post_content import Content, mark_of
from handlers.post_outcomes import draft_gone, is_mass, published
from handlers.post_results import record

S = PostState


def upload_cover(work: Work, round_: Round, content: Content, begun_now: bool) -> None:
    """Draw and upload the cover; unless this run began the work (`begun_now`) it may be there already."""
    name = f"{round_.id}-{content.cover_of}.png"
    cover = "" if begun_now else posts.find_picture(work.gateway, name)
    if not cover:
        # Only a worker that publishes ever loads what draws.
        from bot.pictures.cover import draw_cover

        picture = draw_cover(content.title, content.words, content.footer)
        cover = work.gateway.add_material("image", picture, name).media_id
    record(work, round_, round_.post.having(cover=cover, cover_of=content.cover_of))


def make_draft(work: Work, round_: Round, content: Content, now: float, begun_now: bool) -> None:
    """正在建草稿 → 草稿已建, with a draft that was made before if there is one."""
    found = "" if begun_now else posts.find_draft(work.gateway, mark_of(round_))
    if found:
        record(work, round_, round_.post.moved(S.DRAFTED, now, draft=found, draft_of=""))
        return
    article = _article(round_.post, content)
    try:
        draft = posts.add_draft(work.gateway, article)
    except Refused as refusal:
        if refusal.code != posts.NO_COMMENTS:
            raise
        draft = posts.add_draft(work.gateway, _without_comments(article))
    record(work, round_, round_.post.moved(S.DRAFTED, now, draft=draft, draft_of=content.stamp))


def renew_draft(work: Work, round_: Round, content: Content, now: float) -> None:
    """Somebody was taken out after the draft was made: it says so, or is found gone."""
    try:
        rewrite_draft(work, round_.post, content)
    except Refused as refusal:
        if refusal.code != posts.NO_SUCH_MEDIA:
            raise
        draft_is_gone(work, round_, now)
        return
    record(work, round_, round_.post.having(draft_of=content.stamp))


def rewrite_draft(work: Work, post: Post, content: Content) -> None:
    """The draft says what `content` says; doing it twice changes nothing more."""
    article = _article(post, content)
    try:
        posts.update_draft(work.gateway, post.draft, article)
    except Refused as refusal:
        if refusal.code != posts.NO_COMMENTS:
            raise
        posts.update_draft(work.gateway, post.draft, _without_comments(article))


def _article(post: Post, content: Content) -> DraftArticle:
    return DraftArticle(content.title, content.body, content.digest, post.cover)


def _without_comments(article: DraftArticle) -> DraftArticle:
    """For accounts without 留言: the post is made all the same."""
    return DraftArticle(article.title, article.body, article.digest, article.cover, open_comments=False)


def draft_is_gone(work: Work, round_: Round, now: float) -> None:
    """Our draft has left the box without us: published by hand, or deleted, which its owner is asked."""
    found = None if is_mass(round_) else posts.find_published(work.gateway, mark_of(round_))

    def note(stores: Stores) -> None:
        if stores.campaigns.round(round_.id) != round_:
            return
        if found is not None:
            published(stores, work.tools, round_, found.url, now)
        else:
            draft_gone(stores, work.tools, round_, now)

    work.store(note)
