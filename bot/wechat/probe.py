"""Finding out what an account may do, by calls that change nothing (features A7, A12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from msgspec import Struct

from bot.wechat.errors import GatewayError, Refused, Resting
from bot.wechat.gateway import ArticleId, Gateway
from bot.wechat.reactions import Reaction

OK = "ok"
UNKNOWN = "unknown"
# Bound to exist nowhere: real ids have ten digits and more.
_NO_ARTICLE = ArticleId(1, 0)


class Permission(Struct, frozen=True):
    """One feature: its Chinese `name`, `family` as in the ledger, `state` (`ok`, an errcode that denies it, `unknown`).

    `sentence` is for the creator.
    """

    name: str
    family: str
    state: str
    sentence: str

    @property
    def is_granted(self) -> bool:
        """Whether WeChat surely grants it."""
        return self.state == OK


def probe(gateway: Gateway, today: date, openid: str = "") -> list[Permission]:
    """What the account may do, feature by feature; `today` is the Beijing date.

    Service messages can be asked about only with the `openid` of somebody who may be shown 正在输入.
    If WeChat gives no token, only that is reported.
    """
    token = _ask("接口凭证", "token", gateway.check_token)
    if not token.is_granted:
        return [token]
    yesterday = (today - timedelta(days=1)).isoformat()
    days = {"begin_date": yesterday, "end_date": yesterday}
    found = [
        token,
        _ask("留言管理", "comment", lambda: gateway.list_comments(_NO_ARTICLE, 0, 1)),
        _ask("文章数据", "datacube", lambda: gateway.call("/datacube/getbizsummary", days, write=False)),
        _ask("草稿箱", "draft", lambda: gateway.call("/cgi-bin/draft/count", write=False)),
        _ask("发表文章", "freepublish", lambda: gateway.call("/cgi-bin/freepublish/batchget", _FIRST, write=False)),
        _ask("素材库", "material", lambda: gateway.call("/cgi-bin/material/get_materialcount", write=False)),
        _ask("自定义菜单", "menu", lambda: gateway.call("/cgi-bin/menu/get", write=False)),
    ]
    if openid:
        found.append(_ask("客服消息", "custom", lambda: gateway.typing(openid)))
    else:
        found.append(Permission("客服消息", "custom", UNKNOWN, "客服消息：等有人来说过话才能知道。"))
    return found


_FIRST = {"offset": 0, "count": 1, "no_content": 1}
_DENIED = frozenset({Reaction.STOP_FEATURE, Reaction.HALT_WRITES})
# Reached the thing itself and found nothing there, which only a permitted caller learns.
_GRANTED_ALL_THE_SAME = frozenset({88001, 46003, 61503, 61500, 61501, 43004, 45015, 40003})


def _ask(name: str, family: str, call: Callable[[], object]) -> Permission:
    try:
        call()
    except Refused as refused:
        if refused.reaction in _DENIED:
            return Permission(name, family, str(refused.code), f"{name}：{refused.sentence}")
        if refused.code not in _GRANTED_ALL_THE_SAME:
            return Permission(name, family, UNKNOWN, f"{name}：这次没有问到。{refused.sentence}")
    except Resting as resting:
        return Permission(name, family, UNKNOWN, f"{name}：这次没有问。{resting.sentence}")
    except GatewayError as problem:
        return Permission(name, family, UNKNOWN, f"{name}：这次没有问到。{problem.sentence}")
    return Permission(name, family, OK, f"{name}：可用。")
