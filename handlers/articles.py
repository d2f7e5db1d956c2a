"""Which articles there are to follow: 登记, forwarded links, messages sent from one, publications (feature A5)."""

from __future__ import annotations

import msgspec

from bot.domain.article import Article, FoundBy, PollState
from bot.domain.events import LinkMessage, MassFinished, Message, PublishFinished
from bot.domain.link import ArticleLink, read_link
from bot.domain.people import Role
from bot.stores.stores import Stores
from bot.wechat.ledger import Ledger
from bot.wechat.probe import OK, UNKNOWN
from bot.wechat.text import quoted
from handlers.chat.commands import Command
from handlers.context import Chat, Reply
from handlers.permissions import NO_COMMENT_API
from handlers.roles import may
from handlers.round_focus import look_for_posts

BIZ = "biz"
"""The fact that holds our account's `__biz`, learnt from WeChat's own statistics."""

LISTED = 4
TITLE = 30


def register(chat: Chat, command: Command) -> Reply:
    """登记 链接 [标题]."""
    return _register(chat, command.argument or "", command.text or "")


def link_forwarded(chat: Chat) -> Reply:
    """A creator forwards an article into the chat; from anybody else a link is nothing to us."""
    event = chat.event
    if not isinstance(event, LinkMessage) or not may(chat.person, Role.EDITOR):
        return None
    return _register(chat, event.url, event.title)


def notice_article(chat: Chat) -> None:
    """Any message that was sent from inside an article tells us of it."""
    event = chat.event
    key = event.article_key if isinstance(event, Message) else None
    if key and chat.stores.articles.get(key) is None:
        chat.stores.articles.found(key, FoundBy.MESSAGE, chat.now)
        chat.stores.due_unless_set("pull", key, chat.now)


def published(chat: Chat) -> Reply:
    """WeChat says that something was published: a long link is followed, a short one asked for. Never an answer."""
    event = chat.event
    if isinstance(event, PublishFinished) and event.status == 0:
        job = event.publish_id
    elif isinstance(event, MassFinished) and event.status == "send success":
        job = event.msg_id
    else:
        return None
    links = [link for _, url in event.urls if (link := read_link(url))]
    unknown = [link for link in links if not _follow(chat, link, FoundBy.EVENT, "")]
    known_urls = {article.url for article in chat.stores.articles.all()} if unknown else set()
    unknown = [link for link in unknown if link.url not in known_urls]
    for link in unknown:
        chat.stores.articles.keep_link(link.url, "", chat.now)
    if (unknown or not links) and not chat.stores.account.fact(NO_COMMENT_API):
        chat.stores.account.put_notice(f"published|{job}@{int(chat.now)}", chat.say("i_published"))
    return None


def known_articles(stores: Stores) -> str:
    """The newest articles with their numbers on one line, for whoever has to name one."""
    newest = sorted(stores.articles.all(), key=lambda article: (article.born_at, article.n), reverse=True)[:LISTED]
    return "、".join(f"{article.n}《{quoted(article.title, 14) or '…'}》" for article in newest)


def title_of(article: Article) -> str:
    """How people read of an article."""
    return quoted(article.title, TITLE) or "（还不知道标题）"


def match_links(stores: Stores, article: Article) -> None:
    """Drop the short links that lead to this article; its address becomes the one that creators know."""
    for link in stores.articles.links():
        same_title = bool(link.title) and "".join(link.title.split()) == "".join(article.title.split())
        if same_title or link.url == article.url:
            stores.articles.drop_link(link.url)
            stores.articles.put(msgspec.structs.replace(article, url=link.url))


def _register(chat: Chat, address: str, title: str) -> str:
    stores = chat.stores
    link = read_link(address)
    if link is None:
        return chat.say("i_not_an_article")
    ours = stores.account.fact(BIZ)
    if link.biz and ours and link.biz != ours:
        return chat.say("i_not_ours")
    known = stores.articles.get(link.key) if link.key else _with_url(stores, link.url)
    if known is None and not link.key:
        return _keep_short(chat, link, title)
    article = _follow(chat, link, FoundBy.LINK, title) if link.key else known
    assert article is not None
    chat.did("登记")
    look_for_posts(stores, chat.now)
    name = "i_registered" if known is None else "i_registered_before"
    if stores.account.fact(NO_COMMENT_API):
        name = "i_registered_by_hand"
    return chat.say(name, n=article.n, title=title_of(article))


def _follow(chat: Chat, link: ArticleLink, how: FoundBy, title: str) -> Article | None:
    """The article of a long link, followed from now on (also if we had given up on it); None for a short link."""
    if not link.key:
        return None
    article = chat.stores.articles.found(link.key, how, chat.now, " ".join(title.split()), link.url)
    if chat.stores.articles.poll(link.key).stopped:
        chat.stores.articles.put_poll(link.key, PollState())
    chat.stores.due_unless_set("pull", link.key, chat.now)
    return article


def _keep_short(chat: Chat, link: ArticleLink, title: str) -> str:
    """A short link waits for the statistics, where there are any."""
    features = Ledger(chat.stores.unit.account, chat.stores.unit.redis, lambda: chat.now).features()
    if "datacube" in features and features["datacube"].state not in (OK, UNKNOWN):
        return chat.say("i_short_useless")
    chat.stores.articles.keep_link(link.url, " ".join(title.split()), chat.now)
    look_for_posts(chat.stores, chat.now)
    return chat.say("i_short_kept")


def _with_url(stores: Stores, url: str) -> Article | None:
    return next((article for article in stores.articles.all() if article.url == url), None)
