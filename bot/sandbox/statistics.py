"""数据统计: article and account figures, one day late as on the platform.

Source: doc/subscription/api/wedata/news/*. Data of a day can be read from 08:00 Beijing time of the next.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from bot.sandbox.articles import Article, Figures
from bot.sandbox.clock import BEIJING, beijing, beijing_day
from bot.sandbox.errors import Refused
from bot.sandbox.routes import Routes

if TYPE_CHECKING:
    from bot.sandbox.box import Sandbox
    from bot.sandbox.wire import Ask

FIRST_DAY = date(2025, 11, 1)
DETAIL_DAYS = 30
READY_AT = time(8)
OFFLINE = ("getarticlesummary", "getarticletotal", "getuserread", "getuserreadhour", "getusershare", "getusersharehour")

routes = Routes("datacube")


def _span(box: Sandbox, ask: Ask, longest: int) -> list[date]:
    """The days asked for; Refused 61500 for bad dates, 61501 for bad spans."""
    data = ask.json
    try:
        begin, end = date.fromisoformat(data["begin_date"]), date.fromisoformat(data["end_date"])
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(61500) from error
    days = (end - begin).days + 1
    if days < 1 or days > longest or end >= beijing_day(box.now()):
        raise Refused(61501)
    return [begin + timedelta(n) for n in range(days)]


def ready(day: date, now: float) -> bool:
    """Whether the figures of `day` are out."""
    return beijing(now) >= datetime.combine(day + timedelta(1), READY_AT, BEIJING)


def _users(count: int) -> list[dict[str, Any]]:
    shares = {"公众号消息": 60, "聊天会话": 12, "朋友圈": 10, "公众号主页": 6, "推荐": 8, "搜一搜": 2, "其他": 2}
    parts = [{"scene_desc": scene, "user_count": count * share // 100} for scene, share in shares.items()]
    return [{"scene_desc": "全部", "user_count": count}, *parts]


def _sum(figures: Iterable[Figures]) -> Figures:
    total = Figures()
    for one in figures:
        for name in vars(one):
            setattr(total, name, getattr(total, name) + getattr(one, name))
    return total


def _comments_until(article: Article, day: date) -> int:
    return sum(1 for comment in article.comments if not comment.deleted and beijing_day(comment.at) <= day)


def _detail(article: Article, day: date) -> dict[str, Any]:
    """Cumulative figures of an article at the end of `day`."""
    total = _sum(figures for moment, figures in article.figures.items() if moment <= day)
    return {
        "stat_date": day.isoformat(),
        "read_user": total.read_user,
        "read_user_source": _users(total.read_user),
        "share_user": total.share_user,
        "zaikan_user": total.zaikan_user,
        "like_user": total.like_user,
        "comment_count": _comments_until(article, day),
        "collection_user": total.collection_user,
        "praise_money": 0,
        "read_subscribe_user": total.read_user * 6 // 10,
        "read_delivery_rate": 0.05,
        "read_finish_rate": 0.6,
        "read_avg_activetime": 1.5,
        "read_jump_position": [{"position": n, "rate": 0.2} for n in range(1, 6)],
    }


def _msgid(article: Article) -> str:
    return f"{article.msg_data_id}_{article.idx}"


@routes.post("/datacube/getarticletotaldetail")
def article_total_detail(box: Sandbox, ask: Ask) -> dict[str, Any]:
    (day,) = _span(box, ask, 1)
    now = box.now()
    if not ready(day, now):
        return {"list": [], "is_delay": True}
    items = []
    for article in box.library.all() if day >= FIRST_DAY else []:
        if beijing_day(article.published_at) != day or article.deleted:
            continue
        days = [day + timedelta(n) for n in range(DETAIL_DAYS)]
        items.append(
            {
                "ref_date": day.isoformat(),
                "msgid": _msgid(article),
                "publish_type": 0 if article.notified else 1,
                "title": article.title,
                "content_url": article.long_url,
                "detail_list": [_detail(article, one) for one in days if ready(one, now)],
            }
        )
    return {"list": items, "is_delay": False}


def _moved(box: Sandbox, ask: Ask, name: str) -> dict[str, Any]:
    """Articles whose figure `name` moved on the one day asked for."""
    (day,) = _span(box, ask, 1)
    if not ready(day, box.now()):
        return {"list": [], "is_delay": True}
    items = []
    for article in box.library.all():
        count = getattr(article.figures.get(day, Figures()), name)
        if count:
            detail: dict[str, Any] = {name: count}
            if name == "read_user":
                detail["read_user_source"] = _users(count)
            items.append({"ref_date": day.isoformat(), "msgid": _msgid(article), "detail": detail})
    return {"list": items, "is_delay": False}


@routes.post("/datacube/getarticleread")
def article_read(box: Sandbox, ask: Ask) -> dict[str, Any]:
    return _moved(box, ask, "read_user")


@routes.post("/datacube/getarticleshare")
def article_share(box: Sandbox, ask: Ask) -> dict[str, Any]:
    return _moved(box, ask, "share_user")


@routes.post("/datacube/getbizsummary")
def account_summary(box: Sandbox, ask: Ask) -> dict[str, Any]:
    days = _span(box, ask, 30)
    items = []
    for day in days:
        if not ready(day, box.now()):
            continue
        articles = box.library.all()
        total = _sum(article.figures[day] for article in articles if day in article.figures)
        comments = sum(_comments_until(one, day) - _comments_until(one, day - timedelta(1)) for one in articles)
        figures = vars(total) | {"comment_count": comments, "redirect_ori_page_user": 0, "send_page_count": 0}
        items.append({"ref_date": day.isoformat(), **figures, "read_user_source": _users(total.read_user)})
    return {"list": items, "is_delay": not ready(days[-1], box.now())}


def _offline(box: Sandbox, ask: Ask) -> dict[str, Any]:
    raise Refused(47009)


for name in OFFLINE:
    routes.post(f"/datacube/{name}")(_offline)
