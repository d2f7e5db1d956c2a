"""Comments for made-up weeks: six kinds of things to say, other ones every week."""

from __future__ import annotations

WORDS = (
    "我试过提前一天把周报写好，周五下午就不用加班了，坚持了{n}个月，领导也没说什么",
    "补充一个数据：我记了{n}十天，十一点前睡的那些天，第二天上午能多写两页，后来就不熬夜了",
    "去年我妈住院，我连着请了{n}天假，回来才发现，原来没有我那个会也照样开得完",
    "我的办法是每天下午四点列出没做完的{n}件事，只挑一件带回家，其他明天再说，睡眠好多了",
    "不同意把早起当美德，我是护士，三班倒了{n}年，能睡够七个小时就已经很努力了",
    "带团队{n}年，我的经验是谁最后走谁记一条原因，月底一起看，多半是在等别人回复",
)


def words_of(which: int, week: int) -> str:
    """A comment that says something else every week."""
    begins, ends = WORDS[which].partition("，"), WORDS[(which + week) % len(WORDS)].partition("，")
    return f"{begins[0]}，{ends[2]}".format(n="一二三四五六七八九"[week % 9])
