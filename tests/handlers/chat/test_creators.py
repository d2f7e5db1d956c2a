"""Creators' messages: every accepted spelling does its action, errors are named, near misses are only offered."""

from __future__ import annotations

import pytest

from handlers.chat.commands import Command, ItemRef, Ordinary, Suggestion, Unclear, Verb, Wrong, WrongReason, spell
from handlers.chat.creators import read_creator
from handlers.chat.place import Reading
from handlers.chat.words import HEADS, TAKES_ITEMS

V = Verb
R = WrongReason


def on(verb: Verb, *items: int | str, text: str | None = None) -> Command:
    """A command on items: 3, "3B" or "3.k7"."""
    refs = []
    for item in items:
        name, _, pin = str(item).partition(".")
        number = name.rstrip("ABC")
        refs.append(ItemRef(int(number), name[len(number) :] or None, pin or None))
    return Command(verb, tuple(refs), text=text)


ACCEPTED = {
    "待审": Command(V.LIST),
    "列表": Command(V.LIST),
    "待办": Command(V.LIST),
    "队列": Command(V.LIST),
    "DS": Command(V.LIST),
    "/待审": Command(V.LIST),
    "＃待审！": Command(V.LIST),
    "待 审": Command(V.LIST),
    "连审": Command(V.REVIEW),
    "审核": Command(V.REVIEW),
    "3": on(V.SHOW, 3),
    "３": on(V.SHOW, 3),
    "3号": on(V.SHOW, 3),
    "第三条": on(V.SHOW, 3),
    "看 3": on(V.SHOW, 3),
    "看第3条": on(V.SHOW, 3),
    "查看3、7": on(V.SHOW, 3, 7),
    "详情 3": on(V.SHOW, 3),
    "3看": on(V.SHOW, 3),
    "通过 3": on(V.APPROVE, 3),
    "通过３。": on(V.APPROVE, 3),
    "通过3！": on(V.APPROVE, 3),
    "通过：3": on(V.APPROVE, 3),
    "通\u200b过\ufeff3": on(V.APPROVE, 3),
    "通　过3": on(V.APPROVE, 3),
    "通过三": on(V.APPROVE, 3),
    "通过第三条": on(V.APPROVE, 3),
    "通过三号": on(V.APPROVE, 3),
    "通过二十三号。": on(V.APPROVE, 23),
    "通过第 3 条": on(V.APPROVE, 3),
    "通过#3": on(V.APPROVE, 3),
    "第三条通过": on(V.APPROVE, 3),
    "第3条 通过": on(V.APPROVE, 3),
    "３号过": on(V.APPROVE, 3),
    "三号过。": on(V.APPROVE, 3),
    "3通过": on(V.APPROVE, 3),
    "同意3": on(V.APPROVE, 3),
    "批准3": on(V.APPROVE, 3),
    "发送 3": on(V.APPROVE, 3),
    "过3": on(V.APPROVE, 3),
    "发3": on(V.APPROVE, 3),
    "发第3条": on(V.APPROVE, 3),
    "准3": on(V.APPROVE, 3),
    "OK 3": on(V.APPROVE, 3),
    "ok3": on(V.APPROVE, 3),
    "ｏｋ３": on(V.APPROVE, 3),
    "tg3": on(V.APPROVE, 3),
    "通过": on(V.APPROVE),
    "ok": on(V.APPROVE),
    "通过3、5和7": on(V.APPROVE, 3, 5, 7),
    "通过 3 5 7": on(V.APPROVE, 3, 5, 7),
    "通过 3，5，3": on(V.APPROVE, 3, 5),
    "通过 3-6、9": on(V.APPROVE, 3, 4, 5, 6, 9),
    "通过3～5": on(V.APPROVE, 3, 4, 5),
    "通过 3 到 5": on(V.APPROVE, 3, 4, 5),
    "通过三号至五号": on(V.APPROVE, 3, 4, 5),
    "通过 1-50": on(V.APPROVE, *range(1, 51)),
    "通过 3B": on(V.APPROVE, "3B"),
    "通过3b稿": on(V.APPROVE, "3B"),
    "通过 3 B": on(V.APPROVE, "3B"),
    "通过 3Ａ、5C": on(V.APPROVE, "3A", "5C"),
    "3B通过": on(V.APPROVE, "3B"),
    "通过3.k7": on(V.APPROVE, "3.k7"),
    "通过3.kx7": on(V.APPROVE, "3.kx7"),
    "换3.k7": on(V.SWAP, "3.k7"),
    "拒绝3.k7": on(V.REJECT, "3.k7"),
    "不回3.k7": on(V.REJECT, "3.k7"),
    "通过并精选 3": on(V.APPROVE_AND_ELECT, 3),
    "过精3": on(V.APPROVE_AND_ELECT, 3),
    "改 3 新的文字": on(V.EDIT, 3, text="新的文字"),
    "改３　太好了！你试的是第几种方法？": on(V.EDIT, 3, text="太好了！你试的是第几种方法？"),
    "改3：新的文字": on(V.EDIT, 3, text="新的文字"),
    "改3\n第一行\n第二行": on(V.EDIT, 3, text="第一行\n第二行"),
    "改第3条 新的文字": on(V.EDIT, 3, text="新的文字"),
    "改 3 5 天后再看": on(V.EDIT, 3, text="5 天后再看"),
    "改 3 ：）谢谢": on(V.EDIT, 3, text="：）谢谢"),
    "改 3 次次都这样": on(V.EDIT, 3, text="次次都这样"),
    "修改3 新的文字": on(V.EDIT, 3, text="新的文字"),
    "修改第三条 新的文字": on(V.EDIT, 3, text="新的文字"),
    "改成 3 新的文字": on(V.EDIT, 3, text="新的文字"),
    "改为3：新的文字": on(V.EDIT, 3, text="新的文字"),
    "改 3 B": on(V.EDIT, "3B"),
    "改3b": on(V.EDIT, "3B"),
    "改并发 3 新的文字": on(V.EDIT_AND_SEND, 3, text="新的文字"),
    "换 3": on(V.SWAP, 3),
    "换一稿3": on(V.SWAP, 3),
    "3换": on(V.SWAP, 3),
    "拒绝 5": on(V.REJECT, 5),
    "拒绝 5 广告": on(V.REJECT, 5, text="广告"),
    "拒绝5：人身攻击": on(V.REJECT, 5, text="人身攻击"),
    "拒绝 5、7 广告": on(V.REJECT, 5, 7, text="广告"),
    "拒绝 5 3次重复": on(V.REJECT, 5, text="3次重复"),
    "拒5": on(V.REJECT, 5),
    "不发5": on(V.REJECT, 5),
    "不要5": on(V.REJECT, 5),
    "驳回 5": on(V.REJECT, 5),
    "5号拒绝": on(V.REJECT, 5),
    "跳过 3": on(V.SKIP, 3),
    "稍后3": on(V.SKIP, 3),
    "全部通过": Command(V.APPROVE_ALL, all_items=True),
    "通过全部": Command(V.APPROVE_ALL, all_items=True),
    "全部通过除了 5": Command(V.APPROVE_ALL, all_items=True, except_items=(ItemRef(5),)),
    "全部通过，除 5、7": Command(V.APPROVE_ALL, all_items=True, except_items=(ItemRef(5), ItemRef(7))),
    "通过全部 除了三号": Command(V.APPROVE_ALL, all_items=True, except_items=(ItemRef(3),)),
    "除了5其余都通过": Command(V.APPROVE_ALL, all_items=True, except_items=(ItemRef(5),)),
    "除5、7都通过": Command(V.APPROVE_ALL, all_items=True, except_items=(ItemRef(5), ItemRef(7))),
    "撤回": Command(V.UNDO),
    "撤销。": Command(V.UNDO),
    "undo": Command(V.UNDO),
    "撤回 3": on(V.UNDO, 3),
    "撤3": on(V.UNDO, 3),
    "3撤回": on(V.UNDO, 3),
    "精选 8": on(V.ELECT, 8),
    "加精8": on(V.ELECT, 8),
    "取消精选 8": on(V.UNELECT, 8),
    "取消 精选 8": on(V.UNELECT, 8),
    "上墙 8": on(V.WALL_ON, 8),
    "下墙 8": on(V.WALL_OFF, 8),
    "为什么 12": on(V.WHY, 12),
    "为什么12？": on(V.WHY, 12),
    "为啥12": on(V.WHY, 12),
    "依据 12": on(V.WHY, 12),
    "查 3": on(V.AUDIT, 3),
    "查3": on(V.AUDIT, 3),
    "已贴 3": on(V.PASTED, 3),
    "恢复": Command(V.RESUME),
    "恢复 3": on(V.REVIVE, 3),
    "屏蔽 3": on(V.BLOCK, 3),
    "解除屏蔽 3": on(V.UNBLOCK, 3),
    "暂停": Command(V.PAUSE),
    "状态": Command(V.STATUS),
    "更多": Command(V.MORE),
    "帮助": Command(V.HELP),
    "？": Command(V.HELP),
    "怎么用？": Command(V.HELP),
    "菜单": Command(V.HELP),
    "确认 7K": Command(V.CONFIRM, argument="7K"),
    "确认７ｋ。": Command(V.CONFIRM, argument="7K"),
    "加入 8KQ2MD": Command(V.JOIN, argument="8KQ2MD"),
    "加入８ｋｑ２ｍｄ": Command(V.JOIN, argument="8KQ2MD"),
    "授权 编辑": Command(V.GRANT, argument="编辑"),
    "授权观察员": Command(V.GRANT, argument="观察"),
    "移除 编辑2": Command(V.REMOVE, argument="编辑2"),
    "移除 观察 1": Command(V.REMOVE, argument="观察1"),
    "登记 https://mp.weixin.qq.com/s?__biz=Mz&mid=22&idx=1": Command(
        V.REGISTER, argument="https://mp.weixin.qq.com/s?__biz=Mz&mid=22&idx=1"
    ),
    "登记 https://mp.weixin.qq.com/s/AbC 加班的一年": Command(
        V.REGISTER, argument="https://mp.weixin.qq.com/s/AbC", text="加班的一年"
    ),
    "导入 文章12 我试过！\n确实有用": Command(V.IMPORT, article=12, text="我试过！\n确实有用"),
    "导入文章 12：我试过": Command(V.IMPORT, article=12, text="我试过"),
    "留白 文章12 裱花嘴角度": Command(V.GAP, article=12, text="裱花嘴角度"),
    "体检 今天说说加班。": Command(V.CHECKUP, text="今天说说加班。"),
    "选题": Command(V.TOPICS),
    "数据": Command(V.DATA),
    "数据 本周": Command(V.DATA, argument="本周"),
    "数据上月": Command(V.DATA, argument="上月"),
    "周报": Command(V.WEEKLY),
    "日报 昨天": Command(V.DAILY, argument="昨天"),
    "开投票 加班算福报吗 A：算 B：不算": Command(V.OPEN_POLL, text="加班算福报吗 A：算 B：不算"),
    "截止": Command(V.CLOSE_POLL),
    "截止 6": on(V.CLOSE_POLL, 6),
    "周榜": Command(V.ROUND),
    "周榜 历史": Command(V.ROUND_HISTORY),
    "提名 12": on(V.NOMINATE, 12),
    "换下 4": on(V.SUBSTITUTE, 4),
    "开启周榜": Command(V.OPEN_ROUND),
    "截止周榜": Command(V.CLOSE_ROUND),
    "发布周榜": Command(V.PUBLISH_ROUND),
    "暂停周榜": Command(V.PAUSE_ROUND),
    "恢复周榜": Command(V.RESUME_ROUND),
}


@pytest.mark.parametrize(("message", "command"), ACCEPTED.items())
def test_an_accepted_spelling_is_its_command(message: str, command: Command) -> None:
    assert read_creator(message) == command


@pytest.mark.parametrize("command", ACCEPTED.values())
def test_a_command_as_it_is_spelled_to_people_is_read_as_itself(command: Command) -> None:
    assert read_creator(spell(command)) == command


@pytest.mark.parametrize(("verb", "word"), [(verb, word) for verb, words in HEADS.items() for word in words])
def test_every_head_is_read_though_shorter_heads_begin_it(verb: Verb, word: str) -> None:
    behind = {V.EDIT: " 3 文字", V.EDIT_AND_SEND: " 3 文字", V.JOIN: " 8KQ2MD"} | dict.fromkeys(TAKES_ITEMS, " 3")
    reading = read_creator(word + behind.get(verb, ""))
    assert isinstance(reading, Command | Wrong)
    assert reading.verb is verb


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("通过 3 谢谢大家", "谢谢大家"),
        ("通过3，谢谢大家！", "谢谢大家！"),
        ("OK 3 谢谢大家", "谢谢大家"),
        ("通过 3：太好了！", "太好了！"),
    ],
)
def test_words_behind_an_approval_are_asked_about(message: str, text: str) -> None:
    assert read_creator(message) == Unclear(on(V.APPROVE, 3), text)


@pytest.mark.parametrize(
    ("message", "command", "typed"),
    [
        ("通国3", on(V.APPROVE, 3), "通国"),
        ("同过 3、5", on(V.APPROVE, 3, 5), "同过"),
        ("通锅三号", on(V.APPROVE, 3), "通锅"),
        ("3号同过", on(V.APPROVE, 3), "同过"),
        ("拒决 5 广告", on(V.REJECT, 5, text="广告"), "拒决"),
        ("巨绝5", on(V.REJECT, 5), "巨绝"),
        ("撤会", on(V.UNDO), "撤会"),
        ("车回 3", on(V.UNDO, 3), "车回"),
        ("该3 新的文字", on(V.EDIT, 3, text="新的文字"), "该"),
        ("代审", Command(V.LIST), "代审"),
        ("通告3", on(V.APPROVE, 3), "通告"),
        ("绝拒3", on(V.REJECT, 3), "绝拒"),
        ("取消精先 8", on(V.UNELECT, 8), "取消精先"),
        ("发布周版", Command(V.PUBLISH_ROUND), "发布周版"),
        ("全部通国", Command(V.APPROVE_ALL, all_items=True), "全部通国"),
        ("恢夏 3", on(V.REVIVE, 3), "恢夏"),
        ("发3条", on(V.APPROVE, 3), "发3条"),
        ("不要3条", on(V.REJECT, 3), "不要3条"),
        ("通过3吧", on(V.APPROVE, 3), "通过3吧"),
        ("3、5通过", on(V.APPROVE, 3, 5), "3、5通过"),
        ("不要 3 天两头换封面", on(V.REJECT, 3, text="天两头换封面"), "不要 3 天两头换封面"),
        ("改3:30开会", on(V.EDIT, 3, text="30开会"), "改3:30开会"),
        ("改成 3 天", on(V.EDIT, 3, text="天"), "改成 3 天"),
    ],
)
def test_a_near_miss_is_only_suggested(message: str, command: Command, typed: str) -> None:
    assert read_creator(message) == Suggestion(command, typed, spell(command))


@pytest.mark.parametrize(
    ("message", "reason", "example"),
    [
        ("拒绝", R.NO_NUMBER, "拒绝 5"),
        ("跳过", R.NO_NUMBER, "跳过 3"),
        ("提名", R.NO_NUMBER, "提名 3"),
        ("通过 0", R.BAD_NUMBER, "通过 3"),
        ("通过 1234", R.BAD_NUMBER, "通过 3"),
        ("改 0 新的文字", R.BAD_NUMBER, "改 3 你的话"),
        ("通过 9-3", R.RANGE_ORDER, "通过 3-6"),
        ("通过 1-51", R.RANGE_LONG, "通过 3-6"),
        ("全部通过 除了 9-3", R.RANGE_ORDER, "全部通过 除了 5"),
        ("通过 3D", R.NO_SUCH_VARIANT, "通过 3B"),
        ("通过 3A、3B", R.TWO_VARIANTS, "通过 3A"),
        ("改3，5 新的文字", R.ONE_NUMBER, "改 3 你的话"),
        ("改3", R.NO_TEXT, "改 3 你的话"),
        ("改3。", R.NO_TEXT, "改 3 你的话"),
        ("改 3：", R.NO_TEXT, "改 3 你的话"),
        ("该3", R.NO_TEXT, "改 3 你的话"),
        ("体检", R.NO_TEXT, "体检 要发的正文"),
        ("导入 文章12", R.NO_TEXT, "导入 文章12 一条留言"),
        ("导入", R.NO_ARTICLE, "导入 文章12 一条留言"),
        ("导入 我试过，有用", R.NO_ARTICLE, "导入 文章12 一条留言"),
        ("导入 文章12的留言", R.NEEDS_SPACE, "导入 文章12 一条留言"),
        ("登记 加班那篇", R.NO_LINK, "登记 https://mp.weixin.qq.com/s?__biz=… 标题"),
        ("开投票 加班算福报吗", R.NO_OPTIONS, "开投票 加班算福报吗 A:算 B:不算"),
        ("授权 小王", R.BAD_ROLE, "授权 编辑"),
        ("移除", R.BAD_ROLE, "移除 编辑2"),
        ("确认", R.BAD_CODE, "确认 7K"),
    ],
)
def test_a_malformed_command_is_answered_with_the_right_spelling(message: str, reason: R, example: str) -> None:
    reading = read_creator(message)
    assert isinstance(reading, Wrong)
    assert (reading.reason, reading.example, reading.meant) == (reason, example, None)


@pytest.mark.parametrize(
    ("message", "reason", "meant"),
    [
        ("改3个地方", R.NEEDS_SPACE, on(V.EDIT, 3, text="个地方")),
        ("改3太好了", R.NEEDS_SPACE, on(V.EDIT, 3, text="太好了")),
        ("改3，太好了", R.NEEDS_SPACE, on(V.EDIT, 3, text="，太好了")),
        ("拒绝5广告", R.NEEDS_SPACE, on(V.REJECT, 5, text="广告")),
        ("跳过 3 谢谢", R.TRAILING_WORDS, on(V.SKIP, 3)),
        ("通过 3、5 谢谢", R.TRAILING_WORDS, on(V.APPROVE, 3, 5)),
        ("通过3👌", R.TRAILING_WORDS, on(V.APPROVE, 3)),
        ("撤回 3 吧，写错了", R.TRAILING_WORDS, on(V.UNDO, 3)),
    ],
)
def test_a_mendable_command_carries_what_was_meant(message: str, reason: R, meant: Command) -> None:
    reading = read_creator(message)
    assert isinstance(reading, Wrong)
    assert (reading.reason, reading.meant, reading.example) == (reason, meant, spell(meant))


@pytest.mark.parametrize("message", ["点赞", "精选", "换", "回复", "为什么", "为什么？"])
def test_a_bare_word_of_talk_does_nothing(message: str) -> None:
    assert read_creator(message) == Ordinary()


@pytest.mark.parametrize("message", ["过一会儿再说", "发一条", "数据显示不错", "改天再说", "/帮帮我"])
def test_talk_that_begins_like_a_command_looks_like_an_attempt(message: str) -> None:
    assert read_creator(message) == Ordinary(looks_like_attempt=True)


@pytest.mark.parametrize(
    "message", ["", " ", "。", "早安", "今天的阅读还行", "6A", "赞12", "回复12", "我的数据", "确认删除 4F"]
)
def test_talk_and_followers_commands_are_no_command_of_a_creator(message: str) -> None:
    assert isinstance(read_creator(message), Ordinary)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("通过3.5", Ordinary(looks_like_attempt=True)),
        ("通过3。ok", Unclear(on(V.APPROVE, 3), "ok")),
        ("通过3.k7、5", Unclear(on(V.APPROVE, 3), "k7、5")),
    ],
)
def test_only_a_typed_dot_and_two_to_four_characters_at_the_end_are_a_pin(message: str, expected: Reading) -> None:
    assert read_creator(message) == expected
