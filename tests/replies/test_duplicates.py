"""Near-duplicates: copies with small changes are one, likely neighbours are two, and bands find nearly every copy."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from replies.duplicates import bands, is_same, substance

SAME = [
    ("这个方法我用了三个月，真的很有效，推荐给大家试试", "这个方法我用了三个月真的很有效！推荐给大家试试～～"),
    ("这个方法我用了三个月，真的很有效，推荐给大家试试", "这个方法我用了三个月，真的很有效，推荐给大家试试看"),
    ("支持作者，写得太好了，已经转发给朋友们了", "支持作者,写得太好了,已经转发给朋友们了!!!"),
    ("支持作者，写得太好了，已经转发给朋友们了", "😀支持作者，写得太好了😀已经转发给朋友们了😀"),
    ("加班三年，身体先垮了，钱都送给医院了", "加班三年　身体先垮了　钱都送给医院了"),
    ("加班三年，身体先垮了，钱都送给医院了", "＠小王 加班三年，身体先垮了，钱都送给医院了"),
    ("投我一票吧，我是三号选手，谢谢大家的支持", "投我一票吧，我是三号选手，谢谢大家的支持🙏🙏"),
    ("投我一票吧，我是三号选手，谢谢大家的支持", "投我一票吧，我是三号选手，谢谢大家的支持啊"),
    ("这家店的蛋糕又便宜又好吃，老板人也特别好，强烈推荐", "这家店的蛋糕又便宜又好吃，老板人也特别好，强烈推荐！"),
    ("这家店的蛋糕又便宜又好吃，老板人也特别好，强烈推荐", "这家店的蛋糕又便宜又好吃，老板人也特别好！强烈推荐哦"),
    ("看完这篇文章哭了，想起了我远在老家的奶奶", "看完这篇文章哭了……想起了我远在老家的奶奶"),
    ("看完这篇文章哭了，想起了我远在老家的奶奶", "看完这篇文章哭了，想起了我远在老家的奶奶[流泪][流泪]"),
    ("ＡＢＣ公司的客服态度真差，等了两个小时没人理", "abc公司的客服态度真差，等了两个小时没人理"),
    ("真心觉得这个价格不值，质量一般，物流也慢", "真心觉得这个价格不值!质量一般!物流也慢!"),
    ("真心觉得这个价格不值，质量一般，物流也慢", "真心觉得这个价格不值，质量一般，物流也慢慢慢慢慢"),
    ("孩子睡前读绘本坚持了一年，词汇量明显上来了", "孩子睡前读绘本坚持了一年，\n词汇量明显上来了"),
    ("孩子睡前读绘本坚持了一年，词汇量明显上来了", "孩子睡前读绘本坚持了一年, 词汇量明显上来了。"),
    ("我觉得第二种方法更适合新人，第一种门槛太高", "我觉得第二种方法更适合新人，第一种门槛太高了"),
    ("面霜用了两周，脸上的红血丝淡了很多，会回购", "面霜\u200b用了两周，脸上的红血丝淡了很多，会回购"),
    ("哈哈哈哈哈哈哈哈笑死我了这个结尾也太意外了吧", "哈哈哈哈笑死我了这个结尾也太意外了吧"),
]
DIFFERENT = [
    ("这个方法我用了三个月，真的很有效，推荐给大家试试", "这个方法我用了三个月，一点用都没有，别浪费时间"),
    ("支持作者，写得太好了，已经转发给朋友们了", "支持作者，写得太好了，希望多更新这个系列"),
    ("加班三年，身体先垮了，钱都送给医院了", "加班三年，升了主管，工资翻了一倍"),
    ("投我一票吧，我是三号选手，谢谢大家的支持", "我投三号选手，她的故事最打动我，希望她赢"),
    ("这家店的蛋糕又便宜又好吃，老板人也特别好，强烈推荐", "这家店的蛋糕又贵又难吃，老板人也不怎么样，别去"),
    ("看完这篇文章哭了，想起了我远在老家的奶奶", "看完这篇文章笑了，想起了我小时候干的傻事"),
    ("ＡＢＣ公司的客服态度真差，等了两个小时没人理", "ABC公司的客服挺耐心的，十分钟就解决了问题"),
    ("真心觉得这个价格不值，质量一般，物流也慢", "真心觉得这个价格很值，质量不错，物流也快"),
    ("孩子睡前读绘本坚持了一年，词汇量明显上来了", "孩子睡前听故事坚持了半年，专注力好了不少"),
    ("我觉得第二种方法更适合新人，第一种门槛太高", "我觉得第一种方法更适合新人，第二种太费时间"),
    ("面霜用了两周，脸上的红血丝淡了很多，会回购", "面霜用了两周，过敏起疹子了，已经停用"),
    ("请问新手第一次谈加班补贴，怎么开口比较好", "请问新手第一次谈涨薪，什么时候提比较好"),
    ("去年我妈也这样，后来换了社区医院才好些", "去年我爸也这样，后来做了手术才好起来"),
    ("不同意，加班是管理的问题，成本没算进去", "不同意，加班是个人选择，年轻人应该拼一拼"),
    ("烤之前先醒 20 分钟更蓬松，模具要抹油", "烤之前先预热 10 分钟，烤的时候不要开门"),
    ("等了两小时还是冷的，客服也不理人，太失望了", "等了半小时就送到了，还是热的，太惊喜了"),
    ("沙发", "沙发"),
    ("哈哈哈哈哈", "哈哈哈"),
    ("支持！", "支持"),
    ("写得真好啊", "写得真好啊"),
]


def test_copies_and_neighbours_are_told_apart() -> None:
    wrong = [pair for pair in SAME if not is_same(*map(substance, pair))]
    wrong += [pair for pair in DIFFERENT if is_same(*map(substance, pair))]
    assert len(SAME) == len(DIFFERENT) == 20
    assert len(wrong) <= 2, wrong


def test_every_copy_is_found_by_a_shared_band() -> None:
    found = [pair for pair in SAME if set(bands(substance(pair[0]))) & set(bands(substance(pair[1])))]
    assert len(found) >= 19


def test_bands_find_what_is_just_alike_and_seldom_what_is_not() -> None:
    rng = random.Random(7)
    letters = [chr(0x4E00 + n) for n in range(3000)]
    alike = apart = hits = false = 0
    for _ in range(400):
        text = "".join(rng.choices(letters, k=40))
        near, far = list(text), list(text)
        near[rng.randrange(40)] = rng.choice(letters)
        for place in rng.sample(range(40), 6):
            far[place] = rng.choice(letters)
        mine, close, other = substance(text), substance("".join(near)), substance("".join(far))
        shared = bool(set(bands(mine)) & set(bands(close)))
        if is_same(mine, close):
            alike, hits = alike + 1, hits + shared
        if not is_same(mine, other):
            apart, false = apart + 1, false + bool(set(bands(mine)) & set(bands(other)))
    assert alike > 300
    assert hits / alike >= 0.97
    assert false / apart <= 0.6


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120))
def test_any_text_has_a_substance_and_the_same_bands_every_time(text: str) -> None:
    grams = substance(text)
    assert bands(grams) == bands(frozenset(sorted(grams)))
    assert len(bands(grams)) == (6 if grams else 0)


def test_bands_are_the_same_on_every_machine_for_ever() -> None:
    """They are stored: a change of how they are made needs a new place for them."""
    assert bands(substance("我觉得第二种方法更适合新人，第一种门槛太高"))[0] == "c8f66874bb"
