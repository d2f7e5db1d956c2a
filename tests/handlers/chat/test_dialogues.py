"""What people type in the example dialogues is read as the dialogue needs it."""

from __future__ import annotations

import pytest

from handlers.chat.answers import Answer, Choice, Confirmation, No, Yes, read_answer
from handlers.chat.commands import Command, FollowerCommand, FollowerVerb, ItemRef, Ordinary, Suggestion, Unclear, Verb
from handlers.chat.creators import read_creator
from handlers.chat.followers import read_follower
from handlers.chat.place import Reading

THREE = (ItemRef(3),)


@pytest.mark.parametrize(
    ("message", "reading"),
    [
        ("待审", Command(Verb.LIST)),
        ("通过３。", Command(Verb.APPROVE, THREE)),
        ("查3", Command(Verb.AUDIT, THREE)),
        ("改３　太好了！你试的是第几种方法？", Command(Verb.EDIT, THREE, text="太好了！你试的是第几种方法？")),
        ("换3", Command(Verb.SWAP, THREE)),
        ("通过 3B", Command(Verb.APPROVE, (ItemRef(3, "B"),))),
        ("通国3", Suggestion(Command(Verb.APPROVE, THREE), "通国", "通过 3")),
        ("通过 3 谢谢大家", Unclear(Command(Verb.APPROVE, THREE), "谢谢大家")),
        ("过一会儿再说", Ordinary(looks_like_attempt=True)),
        ("发一条", Ordinary(looks_like_attempt=True)),
        ("数据显示不错", Ordinary(looks_like_attempt=True)),
        ("拒绝 5 广告", Command(Verb.REJECT, (ItemRef(5),), text="广告")),
        ("通过 3-6、9", Command(Verb.APPROVE, tuple(map(ItemRef, (3, 4, 5, 6, 9))))),
        ("全部通过除了 5", Command(Verb.APPROVE_ALL, all_items=True, except_items=(ItemRef(5),))),
        ("确认 7K", Command(Verb.CONFIRM, argument="7K")),
        ("撤回", Command(Verb.UNDO)),
        ("撤回 3", Command(Verb.UNDO, THREE)),
        ("通过 4", Command(Verb.APPROVE, (ItemRef(4),))),
        ("换下 4", Command(Verb.SUBSTITUTE, (ItemRef(4),))),
        ("发布周榜", Command(Verb.PUBLISH_ROUND)),
    ],
)
def test_a_creators_line(message: str, reading: Reading) -> None:
    assert read_creator(message) == reading


@pytest.mark.parametrize(
    ("message", "answer"),
    [("是", Yes()), ("1", Choice(1)), ("确认 7K", Confirmation("7K")), ("确认 3P", Confirmation("3P")), ("算了", No())],
)
def test_an_answer_to_the_bot(message: str, answer: Answer) -> None:
    assert read_answer(message) == answer


@pytest.mark.parametrize(
    ("message", "reading"),
    [
        ("支持A", FollowerCommand(FollowerVerb.CHOOSE, text="A")),
        ("2", FollowerCommand(FollowerVerb.CHOOSE, text="B")),
        ("现在多少票", FollowerCommand(FollowerVerb.TOTALS)),
        ("投3", FollowerCommand(FollowerVerb.VOTE, 3)),
        ("因为步骤写得清楚", Ordinary()),
        (
            "打卡 敷完面膜先拍散再上精华",
            FollowerCommand(FollowerVerb.CHECK_IN, text="敷完面膜先拍散再上精华"),
        ),
        ("验票", FollowerCommand(FollowerVerb.VERIFY)),
        ("验票 方法", FollowerCommand(FollowerVerb.VERIFY, text="方法")),
        ("退订", FollowerCommand(FollowerVerb.STOP)),
        ("恢复", FollowerCommand(FollowerVerb.COME_BACK)),
        ("删除我的数据", FollowerCommand(FollowerVerb.DELETE_DATA)),
    ],
)
def test_a_followers_line(message: str, reading: FollowerCommand | Ordinary) -> None:
    assert read_follower(message) == reading
