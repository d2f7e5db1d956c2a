"""However a vote is worded it is one; what only looks like a vote is talk, a doubt or a question about voting."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.chat.commands import FollowerCommand, FollowerVerb, Ordinary
from handlers.chat.followers import read_follower
from handlers.chat.shadow import shadow
from handlers.chat.small_talk import asks_about_voting, says_nothing
from handlers.chat.vote_words import read_vote

V = FollowerVerb
DATA = Path(__file__).parents[3].parent / "shared" / "data"

VOTES = """
投3|投３|投③|投三|三号|3号|第3号|我投3|投给3号|投3号候选|投3！|投3谢谢|投票3|投票3号|票投3|/投3|"投3"|「投3」|【投3】|投+3
投，3|投:3|投：3|投票：3|投票:3|投03|投3️⃣|3投|改投3|改投3号|重投3|换投3|投3号吧|投错了，想改投3号|我投3号
不好意思，投错了，改投3|那我就投3号吧|把票投给3号|我要投3|我想投3号|投第3个|投第三条|改投三号|还是投3|投 三号
请帮我投3号|投3号，谢谢啦|投3号一票|给3号投一票|我给3号投1票|投给3号一票|为3号投票|投第3条留言|投3号作品|投3，加油|先投3|投3嘛|一票给3号|票给3号
投3👍|投3❤️|投3👍🏻👏|投3[强]|投3 [玫瑰][玫瑰]|🙏投3号
"""
CHOICES = "选3|选3号|我选3|我选3号|支持3|支持3号|我支持3号|选三|选第三个|就选3吧"
DOUBTS = """
投3和4|投3或4|我本来投3，想改投4|能改投4吗|可以改成4号吗|改成4|换4号|我投了4号|投4吗？|改投4？|我也投4|投3，4|投3 投4
是投3还是投4|已投4|我已经投4了|投4👎|投4❌|投4[疑问]
"""
HOW = """
怎么改票？|怎么改票|怎么投票|怎么投|如何改投|投错了|投错了怎么办|能改吗|可以改票吗|投票能改吗|取消投票|撤票|不投了|不投3了
什么时候截止|几点截止？|一个人可以投几票|可以投几个|怎么重新投票|我要投票
"""
TOTALS = """
现在多少票|现在多少票？|多少票|几票了|3号多少票|它有几票|票数多少|票数|谁领先|谁票最多|哪条票数最多|投票结果|目前几票
投票结果出来了吗|我投的多少票了
"""
TALK = """
投票太难了|我投降|投3个币|选3号线回家|投3个试试|投一票|我投3票|投三票|选一个|选3天|选3.5|3号见|3号吧|投资3号|选3号套餐
你选3吧|投3楼|投12月|投1-2|我选2024|改3次|一号店|因为我投3号是觉得它好|投稿|投诉|投简历|选题会|选择困难|支持一下
支持作者|我支持|改天投|票根|三号位打得好|投入产出|选我选我|第三个|第三条写得真好|换下一个|投票|结果怎么样|改 3 好的
多少钱一票啊这车|我买了3张票|投3分球|这投票有3个月了|我要投 3 票|投3 票|投 3 个|3号👍
"""


def lines(table: str) -> list[str]:
    return [line for line in table.replace("\n", "|").split("|") if line]


COMMENT = frozenset({"投稿"})
"""Commands of their own."""


@pytest.mark.parametrize("message", lines(VOTES))
def test_a_wording_of_a_vote_is_a_vote(message: str) -> None:
    assert read_follower(message) == FollowerCommand(V.VOTE, 3)


@pytest.mark.parametrize("message", lines(CHOICES))
def test_a_choice_names_the_nominee_it_may_mean(message: str) -> None:
    read = read_follower(message)
    assert isinstance(read, FollowerCommand)
    assert (read.verb, read.nominee) == (V.CHOOSE, 3)


@pytest.mark.parametrize("message", lines(DOUBTS))
def test_two_numbers_or_a_doubt_are_no_vote(message: str) -> None:
    assert read_follower(message) == FollowerCommand(V.UNSURE_VOTE, 4)


@pytest.mark.parametrize("message", lines(HOW))
def test_questions_about_voting_are_told_from_votes(message: str) -> None:
    assert read_follower(message) == FollowerCommand(V.HOW_TO_VOTE)


@pytest.mark.parametrize("message", lines(TOTALS))
def test_questions_for_the_totals_are_known(message: str) -> None:
    assert read_follower(message) == FollowerCommand(V.TOTALS)


@pytest.mark.parametrize("message", [line for line in lines(TALK) if line not in COMMENT])
def test_talk_is_no_vote(message: str) -> None:
    assert read_follower(message) == Ordinary()


@given(
    st.sampled_from([*lines(VOTES), *lines(CHOICES), *lines(DOUBTS)]),
    st.sampled_from("币线楼次天块月年路车分人元点降资诉稿斤米件层级场章集页"),
)
def test_a_vote_with_a_word_behind_its_number_is_none(vote: str, word: str) -> None:
    changed = vote.replace("3", f"3{word}").replace("4", f"4{word}").replace("三", f"三{word}")
    assert changed == vote or read_vote(shadow(changed).text) is None


@given(st.text(alphabet="投票改选支持给我想要还是3４三号，。！？ 吗了不和第个条0", max_size=12))
def test_what_is_read_as_a_vote_names_a_nominee_and_asks_nothing(text: str) -> None:
    read = read_vote(shadow(text).text.strip())
    if read is not None and read.verb in (V.VOTE, V.CHOOSE):
        assert read.number or read.nominee
        assert not set("吗？不和了") & set(text)


@pytest.mark.skipif(not DATA.exists(), reason="the real comments are not beside this checkout")
def test_no_real_comment_is_read_as_about_the_vote() -> None:
    found, seen = [], 0
    for name in ("comments_bilibili", "comments_weibo_swsr", "comments_douyin"):
        with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            for row in file:
                record = json.loads(row)
                text = str(record.get("text") or record.get("content") or "")
                seen += bool(text)
                if text and read_vote(shadow(text).text.strip()):
                    found.append(text)
    assert seen > 10_000
    assert found == []


SMALL_TALK = """
谢谢|谢谢你|感谢分享|好的|嗯嗯|哈哈哈|[微笑]|[微笑][破涕为笑]|/:rose|👍👍|退出|取消|继续|算了|不客气|好的，谢谢！|ok|88|收到
"""


@pytest.mark.parametrize("message", lines(SMALL_TALK))
def test_thanks_faces_and_goodbyes_say_nothing(message: str) -> None:
    assert says_nothing(message)


REASONS = "因为步骤写得清楚|谢谢，步骤清楚|好用|继续加油，写得真好|[微笑]写得清楚|不错|有用|买不到车票吗？我也是"


@pytest.mark.parametrize("message", lines(REASONS))
def test_a_reason_says_something(message: str) -> None:
    assert not says_nothing(message)
    assert not asks_about_voting(message)
