"""The verbs of chat; the values are the main Chinese command names, as people read them."""

from __future__ import annotations

from enum import StrEnum


class Verb(StrEnum):
    """What a creator can ask for."""

    LIST = "待审"
    REVIEW = "连审"
    SHOW = "看"
    APPROVE = "通过"
    APPROVE_AND_ELECT = "通过并精选"
    APPROVE_ALL = "全部通过"
    EDIT = "改"
    EDIT_AND_SEND = "改并发"
    SWAP = "换"
    REJECT = "拒绝"
    SKIP = "跳过"
    CLAIM = "认领"
    UNCLAIM = "取消认领"
    UNDO = "撤回"
    ELECT = "精选"
    UNELECT = "取消精选"
    WALL_ON = "上墙"
    WALL_OFF = "下墙"
    WHY = "为什么"
    AUDIT = "查"
    PASTED = "已贴"
    REVIVE = "恢复草稿"
    """`恢复 3`; without a number it is RESUME, which only the owner may."""
    BLOCK = "屏蔽"
    UNBLOCK = "解除屏蔽"
    PAUSE = "暂停"
    RESUME = "恢复"
    STATUS = "状态"
    HELP = "帮助"
    MORE = "更多"
    CONFIRM = "确认"
    JOIN = "加入"
    TONE = "语气"
    SALUTATION = "称呼"
    PET_PHRASES = "口头禅"
    BANNED_WORDS = "禁用词"
    BANK = "问答库"
    STANDING = "常发"
    STANDING_OFF = "取消常发"
    TRY_RULES = "规则试跑"
    GRANT = "授权"
    REMOVE = "移除"
    REGISTER = "登记"
    IMPORT = "导入"
    GAP = "留白"
    CHECKUP = "体检"
    TOPICS = "选题"
    DATA = "数据"
    WEEKLY = "周报"
    DAILY = "日报"
    OPEN_POLL = "开投票"
    CLOSE_POLL = "截止"
    ROUND = "周榜"
    NOMINATE = "提名"
    SUBSTITUTE = "换下"
    OPEN_ROUND = "开启周榜"
    CLOSE_ROUND = "截止周榜"
    PUBLISH_ROUND = "发布周榜"
    PAUSE_ROUND = "暂停周榜"
    RESUME_ROUND = "恢复周榜"
    ROUND_HISTORY = "周榜 历史"
    RECOUNT = "复核"
    SETTLE = "了结异议"
    EXPORT = "导出"
    LEAVE_OUT = "剔除"
    BOARD = "看板"


LOOKING = frozenset(
    {
        Verb.LIST,
        Verb.REVIEW,
        Verb.SHOW,
        Verb.WHY,
        Verb.AUDIT,
        Verb.STATUS,
        Verb.HELP,
        Verb.MORE,
        Verb.TOPICS,
        Verb.DATA,
        Verb.WEEKLY,
        Verb.DAILY,
        Verb.CHECKUP,
        Verb.ROUND,
        Verb.ROUND_HISTORY,
        Verb.RECOUNT,
        Verb.TRY_RULES,
        Verb.EXPORT,
        Verb.BOARD,
    }
)
"""Verbs that only show; every other verb executes something."""


class FollowerVerb(StrEnum):
    """What a follower can ask for."""

    COMMENT = "留言"
    CHOOSE = "选"
    VOTE = "投"
    UNSURE_VOTE = "想投"
    HOW_TO_VOTE = "怎么投票"
    TOTALS = "多少票"
    LIKE = "赞"
    UNLIKE = "取消赞"
    ANSWER = "回"
    CHECK_IN = "打卡"
    DUEL = "PK"
    RANKING = "榜"
    WALL = "墙"
    MINE = "我的"
    SIGN = "署名"
    ANONYMOUS = "匿名"
    WALL_OFF = "下墙"
    CLAIM = "领奖"
    VERIFY = "验票"
    DISPUTE = "异议"
    SEED = "种子"
    STOP = "退订"
    COME_BACK = "恢复"
    DO_NOT_MENTION = "别提我"
    MY_DATA = "我的数据"
    DELETE_DATA = "删除我的数据"
    CONFIRM_DELETION = "确认删除"
    ALLOW_SHOWING = "同意展示"
    REFUSE_SHOWING = "不展示"
    PRIVACY = "隐私"
    MORE = "更多"
    JOIN = "加入"
    HELP = "帮助"
