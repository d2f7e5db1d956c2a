"""Followers' messages: every accepted spelling does its action; creators' verbs and talk are ordinary text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.chat.commands import FollowerCommand, FollowerVerb, Ordinary
from handlers.chat.followers import read_follower

V = FollowerVerb

ACCEPTED = {
    "1": FollowerCommand(V.CHOOSE, text="A"),
    "１": FollowerCommand(V.CHOOSE, text="A"),
    "一": FollowerCommand(V.CHOOSE, text="A"),
    "A": FollowerCommand(V.CHOOSE, text="A"),
    "选a": FollowerCommand(V.CHOOSE, text="A"),
    "扣1": FollowerCommand(V.CHOOSE, text="A"),
    "支持A！": FollowerCommand(V.CHOOSE, text="A"),
    "支持B": FollowerCommand(V.CHOOSE, text="B"),
    "2": FollowerCommand(V.CHOOSE, text="B"),
    "7A": FollowerCommand(V.CHOOSE, 7, "A"),
    "平": FollowerCommand(V.CHOOSE, text="平"),
    "投3": FollowerCommand(V.VOTE, 3),
    "投票 3": FollowerCommand(V.VOTE, 3),
    "投３号。": FollowerCommand(V.VOTE, 3),
    "投三号": FollowerCommand(V.VOTE, 3),
    "投三": FollowerCommand(V.VOTE, 3),
    "三号": FollowerCommand(V.VOTE, 3),
    "3号": FollowerCommand(V.VOTE, 3),
    "赞12": FollowerCommand(V.LIKE, 12),
    "点赞 12": FollowerCommand(V.LIKE, 12),
    "赞1208": FollowerCommand(V.LIKE, 1208),
    "取消赞12": FollowerCommand(V.UNLIKE, 12),
    "取消点赞12": FollowerCommand(V.UNLIKE, 12),
    "留言 我试过，确实有用！": FollowerCommand(V.COMMENT, text="我试过，确实有用！"),
    "留言：我试过": FollowerCommand(V.COMMENT, text="我试过"),
    "留言\n我试过\n有用": FollowerCommand(V.COMMENT, text="我试过\n有用"),
    "投稿 我试过": FollowerCommand(V.COMMENT, text="我试过"),
    "留言 12 我试过": FollowerCommand(V.COMMENT, 12, "我试过"),
    "留言 文章12：我试过": FollowerCommand(V.COMMENT, 12, "我试过"),
    "留言 3 个月前我试过": FollowerCommand(V.COMMENT, text="3 个月前我试过"),
    "留言 3天就好了": FollowerCommand(V.COMMENT, text="3天就好了"),
    "留言 12": FollowerCommand(V.COMMENT, text="12"),
    "留言": FollowerCommand(V.COMMENT),
    "回12 我也是": FollowerCommand(V.ANSWER, 12, "我也是"),
    "回复12：我也是！": FollowerCommand(V.ANSWER, 12, "我也是！"),
    "回12": FollowerCommand(V.ANSWER, 12),
    "打卡 今日拍散再上精华": FollowerCommand(V.CHECK_IN, text="今日拍散再上精华"),
    "签到 今日拍散再上精华": FollowerCommand(V.CHECK_IN, text="今日拍散再上精华"),
    "打卡": FollowerCommand(V.CHECK_IN),
    "PK": FollowerCommand(V.DUEL),
    "榜": FollowerCommand(V.RANKING),
    "排行": FollowerCommand(V.RANKING),
    "墙": FollowerCommand(V.WALL),
    "金句": FollowerCommand(V.WALL),
    "我的": FollowerCommand(V.MINE),
    "署名 小王": FollowerCommand(V.SIGN, text="小王"),
    "匿名": FollowerCommand(V.ANONYMOUS),
    "下墙 12": FollowerCommand(V.WALL_OFF, 12),
    "领奖": FollowerCommand(V.CLAIM),
    "验票": FollowerCommand(V.VERIFY),
    "验票 方法": FollowerCommand(V.VERIFY, text="方法"),
    "验票 2026w47": FollowerCommand(V.VERIFY, text="2026W47"),
    "异议 票数不对": FollowerCommand(V.DISPUTE, text="票数不对"),
    "种子 Blue Sky": FollowerCommand(V.SEED, text="Blue Sky"),
    "退订": FollowerCommand(V.STOP),
    "td": FollowerCommand(V.STOP),
    "ＴＤ。": FollowerCommand(V.STOP),
    "恢复": FollowerCommand(V.COME_BACK),
    "别提我": FollowerCommand(V.DO_NOT_MENTION),
    "我的数据": FollowerCommand(V.MY_DATA),
    "删除 我的数据": FollowerCommand(V.DELETE_DATA),
    "确认删除 4F": FollowerCommand(V.CONFIRM_DELETION, text="4F"),
    "确认删除４ｆ": FollowerCommand(V.CONFIRM_DELETION, text="4F"),
    "同意展示": FollowerCommand(V.ALLOW_SHOWING),
    "不展示": FollowerCommand(V.REFUSE_SHOWING),
    "隐私": FollowerCommand(V.PRIVACY),
    "更多": FollowerCommand(V.MORE),
    "加入 8KQ2MD": FollowerCommand(V.JOIN, text="8KQ2MD"),
    "加入８ｋｑ２ｍｄ": FollowerCommand(V.JOIN, text="8KQ2MD"),
    "帮助": FollowerCommand(V.HELP),
    "？": FollowerCommand(V.HELP),
}

TALK = [
    "通过3",
    "通过 3-6",
    "全部通过",
    "待审",
    "3号过",
    "改 3 好的",
    "拒绝 5 广告",
    "撤回 3",
    "确认 7K",
    "授权 编辑",
    "暂停",
    "留言怎么没了",
    "回2次了",
    "回复呢",
    "回家了",
    "打卡了打卡了",
    "投诉",
    "投3个试试",
    "赞",
    "点赞",
    "赞赞赞",
    "异议",
    "种子",
    "支持A观点",
    "一号店",
    "A股跌了",
    "1个人",
    "加入我们",
    "加入 0OIL11",
    "我的天",
    "恢复出厂设置",
    "谢谢",
    "？？？",
    "",
    "😀",
]


@pytest.mark.parametrize(("message", "command"), ACCEPTED.items())
def test_an_accepted_spelling_is_its_command(message: str, command: FollowerCommand) -> None:
    assert read_follower(message) == command


@pytest.mark.parametrize("message", TALK)
def test_talk_and_creators_verbs_are_ordinary_text(message: str) -> None:
    assert read_follower(message) == Ordinary()


@settings(deadline=None)
@given(
    st.text(max_size=80) | st.sampled_from(TALK).flatmap(lambda talk: st.text(max_size=10).map(lambda end: talk + end))
)
def test_any_text_gives_a_followers_verb_or_nothing(text: str) -> None:
    reading = read_follower(text)
    assert reading == Ordinary() or (isinstance(reading, FollowerCommand) and reading.verb in FollowerVerb)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=80).filter(lambda text: text.strip() and not text.strip()[0].isdigit()))
def test_the_text_of_a_comment_is_kept_as_typed(text: str) -> None:
    reading = read_follower("打卡 " + text)
    assert isinstance(reading, FollowerCommand)
    assert reading.text in (text.strip(), None)
    assert reading.text is not None or not any(char.isalnum() for char in text)
