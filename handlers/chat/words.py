"""The words of chat: every accepted head of a creator's command, listed slips, words that make a number a measure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.chat.verbs import Verb

HEADS: dict[Verb, tuple[str, ...]] = {
    Verb.LIST: ("待审", "列表", "待办", "队列", "ds"),
    Verb.REVIEW: ("连审", "审核"),
    Verb.SHOW: ("看", "查看", "详情"),
    Verb.APPROVE: ("通过", "同意", "批准", "发送", "过", "发", "准", "ok", "tg"),
    Verb.APPROVE_AND_ELECT: ("通过并精选", "过精"),
    Verb.APPROVE_ALL: ("全部通过", "通过全部"),
    Verb.EDIT: ("改", "修改", "改成", "改为"),
    Verb.EDIT_AND_SEND: ("改并发",),
    Verb.SWAP: ("换", "换一稿"),
    Verb.REJECT: ("拒绝", "拒", "不回", "不发", "不要", "驳回"),
    Verb.SKIP: ("跳过", "稍后"),
    Verb.CLAIM: ("认领",),
    Verb.UNCLAIM: ("取消认领",),
    Verb.UNDO: ("撤回", "撤销", "撤", "undo"),
    Verb.ELECT: ("精选", "加精"),
    Verb.UNELECT: ("取消精选",),
    Verb.WALL_ON: ("上墙",),
    Verb.WALL_OFF: ("下墙",),
    Verb.WHY: ("为什么", "为啥", "依据"),
    Verb.AUDIT: ("查",),
    Verb.PASTED: ("已贴",),
    Verb.REVIVE: ("恢复草稿",),
    Verb.BLOCK: ("屏蔽",),
    Verb.UNBLOCK: ("解除屏蔽",),
    Verb.PAUSE: ("暂停",),
    Verb.RESUME: ("恢复",),
    Verb.STATUS: ("状态",),
    Verb.HELP: ("帮助", "怎么用", "菜单"),
    Verb.MORE: ("更多",),
    Verb.CONFIRM: ("确认",),
    Verb.JOIN: ("加入",),
    Verb.TONE: ("语气",),
    Verb.SALUTATION: ("称呼",),
    Verb.PET_PHRASES: ("口头禅",),
    Verb.BANNED_WORDS: ("禁用词",),
    Verb.BANK: ("问答库",),
    Verb.STANDING: ("常发",),
    Verb.STANDING_OFF: ("取消常发",),
    Verb.TRY_RULES: ("规则试跑",),
    Verb.GRANT: ("授权",),
    Verb.REMOVE: ("移除",),
    Verb.REGISTER: ("登记",),
    Verb.IMPORT: ("导入",),
    Verb.GAP: ("留白",),
    Verb.CHECKUP: ("体检",),
    Verb.TOPICS: ("选题",),
    Verb.DATA: ("数据",),
    Verb.WEEKLY: ("周报",),
    Verb.DAILY: ("日报",),
    Verb.OPEN_POLL: ("开投票",),
    Verb.CLOSE_POLL: ("截止",),
    Verb.ROUND: ("周榜",),
    Verb.NOMINATE: ("提名",),
    Verb.SUBSTITUTE: ("换下",),
    Verb.OPEN_ROUND: ("开启周榜",),
    Verb.CLOSE_ROUND: ("截止周榜",),
    Verb.PUBLISH_ROUND: ("发布周榜",),
    Verb.PAUSE_ROUND: ("暂停周榜",),
    Verb.RESUME_ROUND: ("恢复周榜",),
    Verb.ROUND_HISTORY: ("周榜历史",),
    Verb.RECOUNT: ("复核",),
    Verb.SETTLE: ("了结异议",),
    Verb.EXPORT: ("导出",),
    Verb.LEAVE_OUT: ("剔除",),
    Verb.BOARD: ("看板",),
}
"""Main name first. A head may not begin with another verb's head unless a test shows that both are still read."""

SUFFIXES: dict[str, Verb] = {
    "通过": Verb.APPROVE,
    "过": Verb.APPROVE,
    "拒绝": Verb.REJECT,
    "不发": Verb.REJECT,
    "跳过": Verb.SKIP,
    "精选": Verb.ELECT,
    "上墙": Verb.WALL_ON,
    "撤回": Verb.UNDO,
    "换": Verb.SWAP,
    "看": Verb.SHOW,
}
"""Words that may stand behind a number: 3号过."""

TAKES_ITEMS = frozenset(
    {
        Verb.SHOW,
        Verb.APPROVE,
        Verb.APPROVE_AND_ELECT,
        Verb.SWAP,
        Verb.REJECT,
        Verb.SKIP,
        Verb.CLAIM,
        Verb.UNCLAIM,
        Verb.UNDO,
        Verb.ELECT,
        Verb.UNELECT,
        Verb.WALL_ON,
        Verb.WALL_OFF,
        Verb.WHY,
        Verb.AUDIT,
        Verb.PASTED,
        Verb.REVIVE,
        Verb.BLOCK,
        Verb.UNBLOCK,
        Verb.NOMINATE,
        Verb.SUBSTITUTE,
        Verb.LEAVE_OUT,
    }
)
"""Verbs followed by item numbers."""

BARE_MEANS_SOMETHING = frozenset({"通过", "ok", "撤回", "撤销", "undo"})
"""Heads that mean something without their number: the one card shown, the last action."""

ASKS_FOR_NUMBER = frozenset(
    {
        "通过并精选",
        "拒绝",
        "跳过",
        "认领",
        "取消认领",
        "取消精选",
        "上墙",
        "下墙",
        "已贴",
        "恢复草稿",
        "屏蔽",
        "解除屏蔽",
        "提名",
        "换下",
    }
)
"""Heads that are hardly ever said alone in talk: without a number they are answered with the right spelling."""

TALK = frozenset({"点赞", "精选", "换", "回复", "为什么"})
"""Whole messages that do nothing, whatever they look like; at most it is said how the command is written."""

EVERYDAY_REJECTS = frozenset({"拒", "不回", "不发", "不要"})
"""Heads of 拒绝 that begin many everyday sentences."""

TONES = frozenset({"亲切", "专业", "俏皮", "无"})

PERIODS = frozenset({"今天", "昨天", "本周", "上周", "本月", "上月"})

SLIPS: dict[str, str] = {
    "通国": "通过",
    "同过": "通过",
    "通锅": "通过",
    "痛过": "通过",
    "拒决": "拒绝",
    "巨绝": "拒绝",
    "撤会": "撤回",
    "车回": "撤回",
    "条过": "跳过",
    "代审": "待审",
    "带审": "待审",
}
"""Slips of the Chinese keyboard: same sound, wrong characters."""

NEGATIONS = "不别没未勿莫甭"
"""Characters that turn what follows into its opposite."""

TRADITIONAL = str.maketrans(
    "過發絕駁選並併換領銷牆為麼據貼復暫狀態幫單確認語氣稱頭禪詞問庫規則試權記導體檢題數報開啟歷結異議審辦隊連詳後號條編輯觀親專業刪別沒請還萬應該讓給會",
    "过发绝驳选并并换领销墙为么据贴复暂状态帮单确认语气称头禅词问库规则试权记导体检题数报开启历结异议审办队连详后号条编辑观亲专业删别没请还万应该让给会",
)
"""The characters of heads and of what stands with them, from traditional to simplified: for suggestions only."""

MEASURES = frozenset(
    "天次个遍点年月块%倍人岁种本组篇家位张名分秒届轮层步件句字页章集季期款套台场颗片份项段级度斤元万千亿楼"
)
"""Right behind a number these make it a measure, so that the message is talk (3天, 3个)."""


@dataclass(frozen=True)
class Head:
    """One accepted head: `pattern` matches it in a shadow copy, with spaces allowed inside."""

    word: str
    verb: Verb
    pattern: re.Pattern[str]

    @property
    def is_short(self) -> bool:
        """True for heads of one character, which need an Arabic number right behind them."""
        return len(self.word) == 1


def _pattern(word: str) -> re.Pattern[str]:
    if word.isascii():
        return re.compile(f"{word}(?![a-z])")
    return re.compile(r"[ \t]*".join(map(re.escape, word)))


def _by_first_character() -> dict[str, tuple[Head, ...]]:
    heads = [Head(word, verb, _pattern(word)) for verb, words in HEADS.items() for word in words]
    heads.sort(key=lambda head: -len(head.word))
    firsts = {head.word[0] for head in heads}
    return {first: tuple(head for head in heads if head.word[0] == first) for first in firsts}


HEADS_BY_FIRST = _by_first_character()
"""The heads that begin with a character, longest first."""
