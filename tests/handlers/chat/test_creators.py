"""Creators' messages: every accepted spelling does its action, errors are named, near misses are only offered."""

from __future__ import annotations

import pytest

from handlers.chat.commands import Command, Ordinary, Suggestion, Unclear, Verb, Wrong, WrongReason, spell
from handlers.chat.creators import read_creator
from handlers.chat.place import Reading
from handlers.chat.words import HEADS, TAKES_ITEMS
from tests.handlers.chat.spellings import ACCEPTED, on

V = Verb
R = WrongReason


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
        ("拒绝 3 天加班", on(V.REJECT, 3, text="天加班"), "拒绝 3 天加班"),
        ("改成 3 号见", on(V.EDIT, 3, text="号见"), "改成 3 号见"),
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
    reading = read_creator(message)
    assert isinstance(reading, Ordinary) or (isinstance(reading, Wrong) and reading.meant is None)


@pytest.mark.parametrize(
    ("message", "command"),
    [
        ("不通过 3", on(V.REJECT, 3)),
        ("不同意4", on(V.REJECT, 4)),
        ("别通过 3", on(V.REJECT, 3)),
        ("先不发 3、5", on(V.REJECT, 3, 5)),
        ("不要通过 3B", on(V.REJECT, 3)),
        ("不想发 3", on(V.REJECT, 3)),
        ("别回复 3", on(V.REJECT, 3)),
        ("不通過 3", on(V.REJECT, 3)),
        ("不通过 3 太水了", on(V.REJECT, 3, text="太水了")),
        ("不通过 3 了", on(V.REJECT, 3)),
        ("3不通过", on(V.REJECT, 3)),
        ("3不同意", on(V.REJECT, 3)),
        ("3不要发", on(V.REJECT, 3)),
        ("第三条先别发吧", on(V.REJECT, 3)),
        ("3 不回", on(V.REJECT, 3)),
        ("不拒绝 3", on(V.SHOW, 3)),
        ("别精选 8", on(V.SHOW, 8)),
    ],
)
def test_a_denied_command_is_offered_its_refusal(message: str, command: Command) -> None:
    assert read_creator(message) == Suggestion(command, message, spell(command))


@pytest.mark.parametrize("word", HEADS[V.APPROVE])
@pytest.mark.parametrize("no", ["不", "别", "先别", "先不", "不要", "不想", "暂不", "没", "千万别", "拒"])
@pytest.mark.parametrize("form", ["{no}{word} 3", "{no}{word}3", "{no}{word}", "3{no}{word}", "3号{no}{word}了"])
def test_what_is_denied_is_never_offered(word: str, no: str, form: str) -> None:
    reading = read_creator(form.format(no=no, word=word))
    assert not isinstance(reading, Command | Unclear) or reading.verb is V.REJECT
    offered = reading.command if isinstance(reading, Suggestion) else getattr(reading, "meant", None)
    assert offered is None or offered.verb is V.REJECT


@pytest.mark.parametrize("message", ["全部不通过", "不全部通过", "别全部通过", "要发 3", "想回 3", "不同意3楼"])
def test_yes_and_no_are_never_one_slip_apart(message: str) -> None:
    assert isinstance(read_creator(message), Ordinary)


@pytest.mark.parametrize(
    ("message", "reason", "example"),
    [
        ("通过3、通过4", R.SEVERAL_ALIKE, "通过 3、4"),
        ("通过 4\n通过 3", R.SEVERAL_ALIKE, "通过 4、3"),
        ("通过 3通过 4B", R.SEVERAL_ALIKE, "通过 3、4B"),
        ("拒绝 3 拒绝 4", R.SEVERAL_ALIKE, "拒绝 3、4"),
        ("跳过 3 通过 4", R.SEVERAL, "跳过 3"),
        ("通过 4。\n改 3 谢谢你", R.SEVERAL, "通过 4"),
        ("拒绝 3\n通过 4", R.SEVERAL, "拒绝 3"),
    ],
)
def test_several_commands_at_once_are_said(message: str, reason: R, example: str) -> None:
    reading = read_creator(message)
    assert isinstance(reading, Wrong)
    assert (reading.reason, reading.example, reading.meant) == (reason, example, None)


@pytest.mark.parametrize(
    ("message", "example"),
    [
        ("看", "看 3"),
        ("查", "查 3"),
        ("换", "换 3"),
        ("精选", "精选 3"),
        ("为什么？", "为什么 3"),
        ("发", "通过 3"),
        ("语气 可爱", "语气 亲切（或 专业、俏皮）"),
        ("数据 去年", "数据 本周"),
        ("待审 3", "待审"),
        ("屏蔽 小王", "屏蔽 3"),
        ("确认 zz", "确认 7K"),
    ],
)
def test_a_head_with_a_wrong_argument_is_answered_with_how_it_is_written(message: str, example: str) -> None:
    reading = read_creator(message)
    assert isinstance(reading, Wrong)
    assert (reading.example, reading.meant) == (example, None)


LINK = "https://mp.weixin.qq.com/s?__biz=Mz&mid=22&idx=1"


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        ("语气亲切", Command(V.TONE, argument="亲切")),
        ("语氣 親切", Command(V.TONE, argument="亲切")),
        ("待審", Command(V.LIST)),
        ("3通過", on(V.APPROVE, 3)),
        ("拒絕 5 廣告", on(V.REJECT, 5, text="廣告")),
        ("改並發 3 太過分了", on(V.EDIT_AND_SEND, 3, text="太過分了")),
        ("通过 三、四", on(V.APPROVE, 3, 4)),
        ("看 三", on(V.SHOW, 3)),
        (LINK, Command(V.REGISTER, argument=LINK)),
        (f"{LINK} 加班之后", Command(V.REGISTER, argument=LINK, text="加班之后")),
    ],
)
def test_what_is_nearly_written_is_offered(message: str, meant: Command) -> None:
    reading = read_creator(message)
    assert isinstance(reading, Suggestion | Wrong)
    assert (reading.command if isinstance(reading, Suggestion) else reading.meant) == meant


@pytest.mark.parametrize("message", ["看一看", "查一下数据", "状态 不太好，先睡了", "更多 的故事还在后面等着我们"])
def test_talk_stays_talk(message: str) -> None:
    assert isinstance(read_creator(message), Ordinary)


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


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        ("通过 3-6 除了 5", on(V.APPROVE, 3, 4, 6)),
        ("通过 3-9，除了4-8", on(V.APPROVE, 3, 9)),
        ("拒绝 3-6 除了 5", on(V.REJECT, 3, 4, 6)),
        ("拒绝 3-6，除了5", on(V.REJECT, 3, 4, 6)),
        ("拒绝 3-6 但 5 不要拒", on(V.REJECT, 3, 4, 6)),
        ("拒绝 3-6 5除外", on(V.REJECT, 3, 4, 6)),
        ("跳过 3、4 除了 4", on(V.SKIP, 3)),
        ("屏蔽 3-5 不含 5", on(V.BLOCK, 3, 4)),
        ("拒绝 3 和 5 重复", on(V.REJECT, 3, 5, text="重复")),
    ],
)
def test_what_is_to_be_spared_is_not_in_what_is_offered(message: str, meant: Command) -> None:
    reading = read_creator(message)
    assert isinstance(reading, Suggestion)
    assert reading.command == meant


@pytest.mark.parametrize("message", ["拒绝 3 除了 5", "拒绝 3-6，5 除外", "拒绝 3 除外", "通过 3、4 除外"])
def test_a_command_that_spares_what_it_does_not_name_is_none(message: str) -> None:
    reading = read_creator(message)
    assert isinstance(reading, Wrong)
    assert reading.meant is None


@pytest.mark.parametrize("message", ["拒绝 3，4 通过", "拒绝 3 过", "拒绝 5 其余通过", "拒绝 5 其他的都通过。"])
def test_a_verb_is_no_reason_for_a_refusal(message: str) -> None:
    reading = read_creator(message)
    assert isinstance(reading, Wrong)
    assert reading.reason is R.SEVERAL


@pytest.mark.parametrize("reason", ["除了广告没别的", "但是广告", "别人的广告", "不要", "广告", "重复了"])
def test_other_words_are_a_reason(reason: str) -> None:
    assert read_creator(f"拒绝 3 {reason}") == Command(V.REJECT, on(V.REJECT, 3).items, text=reason)
