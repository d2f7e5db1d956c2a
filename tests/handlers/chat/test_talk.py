"""Whatever a creator writes that is no command executes nothing, and an edit's text is kept exactly as typed."""

from __future__ import annotations

import gzip
import json
import re
import statistics
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handlers.chat.commands import Command, ItemRef, Suggestion, Verb, Wrong
from handlers.chat.creators import read_creator
from handlers.chat.place import Reading
from handlers.chat.verbs import LOOKING
from handlers.chat.words import HEADS

SHARED = Path(__file__).parents[3].parent / "shared"
SEED = SHARED / "seed.txt"
DATA = SHARED / "data"
FILES = (
    "comments_bilibili",
    "comments_weibo_swsr",
    "comments_fanchuan",
    "comments_cofacts_requests",
    "labelled_qq_ads",
)

EVERYDAY = """
过一会儿再说|发一条|数据显示不错|看一看|查一下数据|改天再聊|改3次了还不行|拒绝3天加班|通过3天的努力终于好了|换个封面吧
换一个吧|发3张图给我|过两天发|过年好|过3天再看看|看3遍了|看一下第三条|查了半天|准时下班|准备好了|撤了|撤回了一条消息
发送失败了|发不出去|通过审核了吗|通过率怎么样|通过这次活动涨了不少粉|通过微信联系|通过三个月的努力|通过3个月的努力|通过第三方登录
同意你的看法|同意楼上|同意3楼|批准了吗|批准得好慢|ok的|okay3个都行|好的ok|ok我知道了|改成晚上发|改为周三|改一改标题
改3个标题就行|改到3号吧|修改一下第二段|修改了3处|换3次了|换一稿看看呢|换一稿吧|拒绝黄赌毒|拒绝加班|拒绝5个小时的会议|拒收快递
不要着急|不要3心二意|不要2次转发|不要这样|不回消息|不回家吃饭|不发了|不发3条朋友圈|驳回上诉|跳过片头|跳过3集|稍后联系
稍后3点开会|全部通过了|全部通过审核|通过全部考试|全部都好|除了5号都有空|除了我都在|撤销订单|撤销3天前的操作|精选文章|精选3款好物
加精的帖子|取消精选的话会怎样|上墙的字|下墙了吗|为什么12点还不睡|为什么3号停电|为啥没更新|依据是什么|已贴好了|恢复得不错
恢复3天了|恢复正常|暂停一下|暂停营业|状态不好|状态很差今天|更多精彩|更多留言|帮助很大|帮助中心在哪|菜单不错|怎么用啊这个
确认一下|确认收到|确认过眼神|加入我们吧|加入购物车|授权书签了吗|授权给平台|移除水印|登记表发我|登记了吗|导入数据失败|留白的艺术
体检报告出来了|体检3天出结果|选题会几点|数据不错|数据本周不好看|周报写完了|日报写了没|开投票吧|截止3号报名|截止到周五
周榜第一是谁|提名奥斯卡|提名3次了|换下一个|开启周榜吧要不要|发布周榜之前说一声|待审的多吗|列表太长|队列好长|审核好严|审核3天了
连审三天|屏蔽他|屏蔽3天|解除屏蔽怎么弄|今天阅读还行|早安|3个人|3点开会|3天后|第三条写得真好|第三段有错字|三号见|3号见|12月3日发
2024年的数据|通过2024年的数据看|改2018年的旧文|发2023年那篇|通过3.5版本|看3:30的比赛|通过3/5的人|看100%|666666|哈哈哈|是吗|好
认领一只小猫|认领3只小狗|认领地址在哪|取消认领了吗|语气不太好|语气 有点冲|语气亲切|称呼怎么写|称呼 老师，您好！
口头禅是什么|口头禅 我的是“随便吧”，你呢？|禁用词太多了|招呼|语音
"""

TYPED = [line for line in EVERYDAY.replace("\n", "|").split("|") if line]

xml_characters = st.characters(
    exclude_categories=("Cs",),
    exclude_characters="".join(map(chr, (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))),
)


def executes(reading: Reading) -> bool:
    """True when a reading changes or sends something. A bare ok means one card shown just now: no item is named."""
    return isinstance(reading, Command) and reading.verb not in LOOKING and reading != Command(Verb.APPROVE)


def test_everyday_sentences_execute_nothing() -> None:
    assert len(TYPED) >= 100
    assert [message for message in TYPED if executes(read_creator(message))] == []


def test_everyday_sentences_are_seldom_answered_with_a_suggestion() -> None:
    suggested = [message for message in TYPED if isinstance(read_creator(message), Suggestion)]
    assert suggested == ["撤了", "全部通过了"]


@pytest.mark.skipif(not SEED.exists(), reason="the article is not beside this checkout")
def test_the_article_that_started_this_executes_nothing() -> None:
    lines = SEED.read_text(encoding="utf-8").splitlines()
    clauses = [clause for line in lines for clause in re.split(r"[,，。.;；:：!！?？、“”‘’()()/]", line) if clause]
    assert len(clauses) >= 300
    assert [text for text in (*lines, *clauses) if executes(read_creator(text))] == []


@pytest.mark.skipif(not DATA.exists(), reason="the comments are not beside this checkout")
def test_real_comments_execute_nothing() -> None:
    read = []
    for name in FILES:
        with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            contents = [json.loads(line)["content"] for line in lines]
        read += [read_creator(content) for content in contents[:: max(1, len(contents) // 400)][:400]]
    assert len(read) == 2000
    assert [reading for reading in read if executes(reading) or reading == Command(Verb.APPROVE)] == []
    assert sum(isinstance(reading, Suggestion | Wrong) for reading in read) <= 2


@settings(max_examples=300, deadline=None)
@given(st.text(xml_characters, min_size=2, max_size=300).filter(lambda text: len(text.strip()) > 1))
@example("！！")
@example(" ：！")
@example("次还不行")
@example(".k7")
@example("A 稿不错")
@example("-5 号 太好了")
@example("\u200b\u200b")
@example("´ a")
def test_the_text_of_an_edit_is_kept_as_typed(text: str) -> None:
    assert read_creator("改 3 " + text) == Command(Verb.EDIT, (ItemRef(3),), text=text.strip())


words = st.sampled_from([word for heads in HEADS.values() for word in heads])
tails = st.text(
    st.sampled_from("3５三号条第、，-到和 　\n：。！？.:abk7天个吧是除了通过\u200b") | xml_characters, max_size=12
)


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60) | st.builds(str.__add__, words, tails) | tails)
def test_no_text_breaks_the_reader(text: str) -> None:
    reading = read_creator(text)
    if isinstance(reading, Command):
        assert all(1 <= item.number <= 999 for item in (*reading.items, *reading.except_items))
        assert len({item.number for item in reading.items}) == len(reading.items)
    else:
        assert not executes(reading)


def test_reading_a_message_is_fast() -> None:
    def seconds() -> float:
        started = time.perf_counter()
        for message in TYPED:
            read_creator(message)
        return (time.perf_counter() - started) / len(TYPED)

    assert statistics.median(seconds() for _ in range(5)) < 0.001
