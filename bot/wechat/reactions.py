"""Every errcode of WeChat we know, what we do about it and what its owner reads (feature L2).

doc/oplatform/developers/errCode and the error tables of each call's page.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct


class Reaction(StrEnum):
    """What follows from a refusal. Nothing here is retried for ever: whoever retries counts."""

    RETRY = "retry"
    """Busy: again with backoff, a few times."""
    REFRESH = "refresh"
    """The token is stale: one new token and one more try, done inside the gateway."""
    WAIT_MINUTE = "wait a minute"
    """The minute's allowance is used up: the endpoint rests 60 s."""
    HOURLY = "hourly"
    """Not there yet: again every hour for a day, then stop."""
    TOMORROW = "tomorrow"
    """The day's allowance is used up: the endpoint rests until 00:05 of the next Beijing day."""
    STOP_ITEM = "stop item"
    """This one thing cannot be done: set it aside and tell the creator."""
    STOP_FEATURE = "stop feature"
    """None of these can be done: stop the feature, tell the creator once how to mend it, look again daily."""
    HALT_WRITES = "halt writes"
    """The account is being punished: nothing more goes out until the creator says so."""
    DONE = "done"
    """It is already as we want it."""
    BUG = "bug"
    """Our mistake: log it, do not try again."""


class Advice(Struct, frozen=True):
    """The reaction to an errcode and a Chinese sentence for the creator: what happened and what to do."""

    reaction: Reaction
    sentence: str


_BUSY = "微信系统忙，稍后会自动再试，你不用做什么。"
_TOKEN = "和微信的登录凭证刚刚更换，已自动换新；如果一直这样，请检查有没有别的程序在用同一个公众号的接口。"
_OURS = "发给微信的内容格式不对，这是程序的问题，已记下；这一条请先到公众平台后台手动处理。"
_TOO_LONG = "内容超过了微信允许的长度，请改短后再试。"
_TAG = "用户标签没改成：标签名、数量或人数不合要求，请到公众平台后台的用户管理里核对。"
_PARTNER = "第三方平台的授权或 IP 设置不对，请检查授权关系。"
_NOT_FOLLOWING = "这位读者没有关注或已经取消关注，发不到了，已从队列里拿掉，你不用做什么。"
_MENU = "自定义菜单的内容不合要求，请检查按钮的数量、名字长度和链接。"
_MEDIA = "图片或文件不合要求，请换一个再试：格式要对，图片小于 1 MB 最稳妥。"
_PUBLISH = "这篇草稿不能用接口发表，请到公众平台后台打开、保存并手动发表。"
_ADMIN = "群发正等管理员在微信里确认，请管理员在 30 分钟内点确认。"
_MASS_TEXT = "群发的内容没有通过微信的检查，请到公众平台后台查看原因、修改后再发。"
_NEW_IP = "服务器的 IP 还没得到管理员同意，请管理员在微信的提醒里确认，或把 IP 加进公众平台后台的 IP 白名单。"
_TEMPLATE = "模板消息的模板或参数不合要求，请到公众平台后台核对模板。"
_AGENT = "客服账号没有设置好，请到公众平台后台的客服功能里核对。"
_DATE = "统计的日期不对，这是程序的问题，已记下；数据请先到公众平台后台查看。"

_ADVICE: dict[Reaction, dict[tuple[int, ...], str]] = {
    Reaction.RETRY: {
        (-1, 268487001, 268487002, 268488001, 61450): _BUSY,
        (45169, 45171): "同时在改同一位读者的标签，稍后会自动再试，你不用做什么。",
    },
    Reaction.REFRESH: {(40001, 40014, 41001, 42001): _TOKEN},
    Reaction.WAIT_MINUTE: {
        (45011, 42010): "这一分钟请求得太快，歇一分钟会自动继续，你不用做什么。",
        (45066,): "同一次群发重试得太快，歇一分钟会自动继续，请不要重复点发送。",
    },
    Reaction.HOURLY: {
        (88001,): (
            "微信说没有这篇文章的留言数据：可能刚发表还没生成，会每小时再看一次，共一天；"
            "如果登记的是草稿或素材的链接，请重新登记已发表文章的链接。"
        ),
        (61503,): "微信的统计还没算好，晚些时候会自动再取，你不用做什么。",
    },
    Reaction.TOMORROW: {
        (45009,): (
            "今天这个接口的次数用完了，明天 00:05 会自动继续；急用请到公众平台后台清零次数（每月 10 次）再发「恢复」，"
            "或先在后台手动处理。"
        ),
        (45028,): "群发次数用完了：公众号要等明天，服务号要等下个月；急用请改用不推送的发表。",
    },
    Reaction.DONE: {
        (88005,): "这条留言已经有作者回复了，没有再发；请看看文章下现有的回复。",
        (87009,): "这条留言下已经没有作者回复，不用再删。",
        (45065,): "这次群发微信已经收到过，没有重复发送；请到公众平台后台看发送结果。",
        (89504,): _ADMIN,
        (89505,): _ADMIN,
        (45072, 45080, 45081): "对方暂时看不到“正在输入”，不影响收发，你不用做什么。",
        (63178, 63182, 63183): "微信正在迁移读者编号，不影响使用，你不用做什么。",
    },
    Reaction.STOP_FEATURE: {
        (48001,): (
            "这个公众号没有开通这个接口（个人号、未认证的号没有；认证过期也会这样）。"
            "其他功能照常；要用它，请先完成微信认证，再看公众平台后台的接口权限。"
        ),
        (88000,): (
            "这个公众号没有留言功能。其他功能照常；请到公众平台后台看能否开通留言，"
            "或用「导入」把留言贴给我，用「留言」收读者的话。"
        ),
        (40002, 40013): "公众号的 AppID 不对，请核对 WECHAT_APPID 后重启。",
        (40125, 41004): "公众号的 AppSecret 不对，请核对 WECHAT_SECRET 后重启；重置过的话要填新的。",
        (41002,): "没有填公众号的 AppID，请填好 WECHAT_APPID 后重启。",
        (40164,): "服务器的 IP 不在白名单里，请到公众平台后台的“开发接口管理”里把它加进 IP 白名单。",
        (40200,): "这种类型的账号（比如测试号）不能用这个接口，请换正式的公众号。",
        (40243,): "公众号的 AppSecret 被冻结了，请管理员到公众平台后台解冻或重置后再填。",
        (50004,): "微信禁止了这个公众号换取接口凭证，请到公众平台后台的通知里看原因并申诉。",
        (50007,): "这个公众号被冻结了，请到公众平台后台的通知里看原因并申诉。",
        (61004, 61007): _PARTNER,
        (89503, 89506, 89507): _NEW_IP,
        (65400, 65401): _AGENT,
    },
    Reaction.HALT_WRITES: {
        (48004, 50002): (
            "公众号因违规被微信限制了接口，已停止一切对外发送。请先到公众平台后台的通知里处理，好了再对我说「恢复」。"
        ),
    },
    Reaction.STOP_ITEM: {
        (40003, 49003): "读者的编号不属于这个公众号，这一条没法处理，已放到一边；请核对填的是不是这个公众号。",
        (40007,): "素材不存在或已过期，请重新上传图片再试。",
        (40004, 40005, 40006, 40009, 41005, 45001): _MEDIA,
        (40016, 40017, 40018, 40019, 40020, 40023, 40024, 40027, 40054, 40055): _MENU,
        (46003,): "公众号现在没有自定义菜单；要用的话请重新创建。",
        (40059, 40060, 40065, 40204): "这次群发的内容不存在或已经删除，请到公众平台后台核对。",
        (40062,): "标题不合要求，请改短后再试。",
        (40066,): "链接的格式不对，请检查后再试。",
        (40114,): "草稿里没有这一篇文章，请重新生成草稿。",
        (40132,): "微信号写得不对，请核对后再试。",
        (40152,): "群发选的标签不存在了，请重新选择。",
        (41039,): "“阅读原文”的链接不能用，请换一个或去掉。",
        (45166,): "文章正文没有通过微信的检查，请改掉外部图片、脚本或特殊内容后再试。",
        (41040,): "文章的原创声明有冲突，不能群发，请到公众平台后台处理。",
        (45062, 45113, 48021, 48022): _MASS_TEXT,
        (43004, 46004, 50005): _NOT_FOLLOWING,
        (43019,): "这位读者在黑名单里，发不出去；要发的话请先到公众平台后台移出黑名单。",
        (45015,): "这位读者超过 48 小时没有来说话（或已取消关注），现在发不到；等对方下次说话时会带上，你不用做什么。",
        (45047,): "给这位读者的主动消息用完了，等对方下次说话时会带上，你不用做什么。",
        (45056, 45057, 45058, 45059, 45157, 45158, 45159): _TAG,
        (47003, 43116, 40037, 40249): _TEMPLATE,
        (48002,): "这位读者关掉了公众号的消息，发不到，请不要再发。",
        (48006,): "这个月清零次数的机会用完了，请等额度明天自动恢复。",
        (53404, 53405, 53406): "文章里的商品设置不对，请到公众平台后台修改商品后再试。",
        (53503,): "草稿没有通过发表前的检查，请到公众平台后台打开它，按提示改好再发表。",
        (53504, 53505): _PUBLISH,
        (53600,): "这篇已发表的文章找不到了，可能已经删除，请到公众平台后台核对。",
        (65402, 65403, 65404, 65405, 65406, 65407, 65408, 65409, 65410): _AGENT,
        (65411, 65412, 65413, 65414, 65415, 65416, 65417): _AGENT,
        (70000,): "这位读者受未成年人保护限制，微信不让发，请不要再发。",
        (88002,): "这篇文章因安全原因被微信限制，不能操作留言；请到公众平台后台查看通知。",
        (88003,): "这篇文章的精选数量到上限了，请先取消一条精选再试。",
        (88004,): "这条留言已被读者自己删除，不用再处理。",
        (88007,): "回复为空或太长，微信不收；请用「改」缩短后再通过。",
        (88008,): "这条留言已经不存在了，不用再处理。",
    },
    Reaction.BUG: {
        (40008, 40035, 40097, 47001, 44002, 40033, 40032, 40130, 40031, 43001, 43002, 43003, 61451, 88010): _OURS,
        (45002, 45003, 45004, 45005, 45006, 45007, 45008, 45067, 45110): _TOO_LONG,
        (45106, 47009): "微信停用了这个旧接口，程序需要更新；这件事请先到公众平台后台手动处理。",
        (61500, 61501): _DATE,
        (76001, 76002, 76003, 76004, 76021, 76022): "查不到这个接口的用量，不影响使用，你不用做什么。",
    },
}
_TABLE = {
    code: Advice(reaction, sentence)
    for reaction, rows in _ADVICE.items()
    for codes, sentence in rows.items()
    for code in codes
}
KNOWN_CODES = frozenset(_TABLE)

_WRONG_SECRET = Advice(
    Reaction.STOP_FEATURE, "微信说 AppSecret 不对，请到公众平台后台核对或重置，把新的填进 WECHAT_SECRET 后重启。"
)
_ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-f]{1,4}:){2,7}[0-9a-f]{0,4}\b", re.IGNORECASE)


def advise(code: int, errmsg: str = "", *, at_token: bool = False) -> Advice:
    """What to do about `code`, whose message was `errmsg`; `at_token` when the token call itself said it.

    An unknown code stops the item and says where its meaning can be looked up.
    """
    if at_token and code == 40001:
        return _WRONG_SECRET
    if code == 40164 and (address := _ADDRESS.search(errmsg.replace("::ffff:", ""))):
        return Advice(
            Reaction.STOP_FEATURE,
            f"服务器的 IP {address[0]} 不在白名单里，请到公众平台后台的“开发接口管理”里把它加进 IP 白名单。",
        )
    known = _TABLE.get(code)
    if known is not None:
        return known
    return Advice(
        Reaction.STOP_ITEM,
        f"微信拒绝了这次操作，错误号 {code}；含义可以在微信开放文档的“全局返回码”页查到"
        "（developers.weixin.qq.com/doc/oplatform/developers/errCode），这一条请先到公众平台后台手动处理。",
    )
