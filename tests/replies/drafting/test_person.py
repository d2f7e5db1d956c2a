"""Turning the reader's words towards them: a table of cases."""

from __future__ import annotations

import pytest

from replies.drafting.person import flip, speaks_to_author

TABLE = """
我家孩子不爱吃饭=你家孩子不爱吃饭
我妈也这样=你妈妈也这样
我爸从来不说=你爸爸从来不说
我爸妈都退休了=你爸妈都退休了
我妈妈做的面=你妈妈做的面
我爸爸教我的=你爸爸教你的
我老妈天天念叨=你妈妈天天念叨
我奶奶做的糕=你家奶奶做的糕
我爷爷种的菜=你家爷爷种的菜
我外婆住在乡下=你家外婆住在乡下
我外公爱下棋=你家外公爱下棋
我姥姥包的饺子=你家姥姥包的饺子
我老公不做家务=你老公不做家务
我老婆比我会做饭=你老婆比你会做饭
我婆婆帮忙带娃=你婆婆帮忙带娃
我女儿上三年级=你女儿上三年级
我儿子刚满月=你儿子刚满月
我同事也被裁了=你同事也被裁了
我们公司天天开会=你们公司天天开会
我们家有两个娃=你们家有两个娃
我们领导从不加班=你们领导从不加班
咱家也买了一台=你家也买了一台
咱们都一样=我们都一样
咱妈说的对=你妈妈说的对
俺妈蒸的馒头=你妈妈蒸的馒头
俺家种苹果=你家种苹果
俺们村没有快递=你们村没有快递
俺试过了=你试过了
本人亲测有用=你亲测有用
我试过三次=你试过三次
我自己做的=你自己做的
我和男朋友冷战了=你和男朋友冷战了
我觉得值得=你觉得值得
我同意你的看法=你同意我的看法
我照着你写的做了=你照着我写的做了
我按你说的试了=你按我说的试了
谢谢您的文章=谢谢我的文章
你们写得真好=我们写得真好
作者说得对=我说得对
博主推荐的那款=我推荐的那款
楼主的方法=我的方法
小编辛苦了=我辛苦了
笔者说的是我=我说的是你
我国的制度=我国的制度
我们国家的教育=我们国家的教育
自我介绍很难=自我介绍很难
忘我地工作=忘我地工作
我行我素惯了=我行我素惯了
你我都一样=你我都一样
我俩吵了一架=你俩吵了一架
咱俩想到一块了=我们俩想到一块了
我爹种了一辈子地=你爸爸种了一辈子地
我娘不识字=你妈妈不识字
他说我不懂=他说你不懂
她让我先走=她让你先走
老师夸我写得好=老师夸你写得好
大家都不理我=大家都不理你
别人家的孩子=别人家的孩子
孩子自己写作业=孩子自己写作业
这件事没人知道=这件事没人知道
我家楼下的面馆=你家楼下的面馆
我室友每天熬夜=你室友每天熬夜
""".strip().splitlines()


def test_the_table_has_at_least_sixty_cases() -> None:
    assert len(TABLE) >= 60
    assert len(set(TABLE)) == len(TABLE)


@pytest.mark.parametrize("line", TABLE)
def test_first_and_second_person_change_places(line: str) -> None:
    said, turned = line.split("=")
    assert flip(said) == turned


@pytest.mark.parametrize("text", ["我照着你写的做了", "我同意你的看法", "我试过", "感谢您分享"])
def test_a_text_whose_you_is_the_author_may_be_turned(text: str) -> None:
    assert speaks_to_author(text)


@pytest.mark.parametrize("text", ["你不努力谁替你努力", "爱你的人不会让你等", "我妈说你要听话"])
def test_a_general_you_must_not_be_turned(text: str) -> None:
    assert not speaks_to_author(text)
