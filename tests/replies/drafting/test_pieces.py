"""What is cut from a comment is cut whole: pieces stand in it word for word, and quotes can stand alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.comment import CommentType
from replies import text as texts
from replies.desk import Desk
from replies.drafting.pieces import pieces
from replies.drafting.quotes import quotes

_WORDS = [
    "我",
    "觉得",
    "但是",
    "如果",
    "因为",
    "孩子",
    "加班",
    "不是",
    "应该",
    "，",
    "。",
    "？",
    "！",
    "《入海》",
    "“",
    "”",
]
_WORDS += [
    "這樣",
    "說的",
    "的",
    "了",
    "吗",
    "你",
    "癌症",
    "三万块",
    "13912345678",
    "[笑哭]",
    "😂",
    " ",
    "2019",
    "毕业",
    "真好",
]
_TEXTS = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(_WORDS), max_size=40).map("".join))


def _best(desk: Desk, text: str, kind: CommentType = CommentType.OPINION) -> str:
    found = quotes(desk._reader.read(text), kind, desk._reader)
    return found[0].text if found else ""


def _bare(text: str) -> str:
    return re.sub(r"[\s,，-]+", "", text)


@settings(max_examples=200, deadline=None)
@given(_TEXTS)
@example("我爱(😂3)")
def test_every_piece_stands_in_the_comment_word_for_word(desk: Desk, text: str) -> None:
    read = desk._reader.read(text)
    for piece in pieces(read.text, desk._reader):
        assert all(_bare(part) in _bare(texts.squeezed(read.text)) for part in piece.text.split("，")), (
            piece.text,
            text,
        )


@settings(max_examples=200, deadline=None)
@given(_TEXTS, st.sampled_from([CommentType.OPINION, CommentType.EXPERIENCE, CommentType.ADDITION]))
def test_no_quote_is_torn_or_unfit_to_be_said_back(desk: Desk, text: str, kind: CommentType) -> None:
    for quote in quotes(desk._reader.read(text), kind, desk._reader):
        assert 5 <= len(quote.text) <= 38
        assert quote.text.count("“") == quote.text.count("”")
        assert quote.text.count("《") == quote.text.count("》")
        assert not re.search(r"[「」？?。！!\n]|癌|三万|\d{7}", quote.text)
        assert not re.match(r"的|了|吗|，", quote.text)


@pytest.mark.parametrize(
    ("comment", "quoted"),
    [
        ("我觉得沟通最重要的是先听完对方的话", "沟通最重要的是先听完对方的话"),
        ("如果老板自己都不加班，凭什么要求员工加班", "如果老板自己都不加班，凭什么要求员工加班"),
        ("与其抱怨环境，不如先改变自己", "与其抱怨环境，不如先改变自己"),
        ("孩子不是不努力，只是努力的方向不对", "孩子不是不努力，只是努力的方向不对"),
        ("《明天，你好》这首歌真好听", ""),
        ("嘴硬的人越多，越说明教育程度有差别", ""),
        ("以前我在想[看]", ""),
        ("因为我每天都在加班", "我每天都在加班"),
        ("但是我認為應該先問孩子的想法", "應該先問孩子的想法"),
    ],
)
def test_the_quote_is_a_whole_thought(desk: Desk, comment: str, quoted: str) -> None:
    assert _best(desk, comment) == quoted


@pytest.mark.parametrize(
    "comment",
    [
        "為了預防癌症要多吃這種菜",
        "這款基金一年賺了三成",
        "他们都是骗子，赶紧滚",
        "打我电话13912345678聊聊这件事",
        "總統選舉之後股市一定大漲",
        "你怎么不去死一死再说话",
    ],
)
def test_illness_money_insults_and_politics_are_never_quoted(desk: Desk, comment: str) -> None:
    assert _best(desk, comment) == ""


@pytest.mark.parametrize(
    "text",
    [
        "邻居大多长得很凶，但是都愿意帮人搬家",  # half of a contrast says something else
        "别人骑车上班虽不比开车，一路上也能看见风景",
        "本来一个人住月月有结余，结果搬到一起以后什么都没剩下",
    ],
)
def test_one_half_of_a_contrast_is_never_quoted_alone(desk: Desk, text: str) -> None:
    reader = desk._reader
    for quote in quotes(reader.read(text), CommentType.OPINION, reader):
        assert _bare(quote.text) == _bare(text) or quote.text.startswith(("都愿意", "搬到")), quote.text


def test_no_comma_is_put_where_the_writer_had_a_space_or_nothing(desk: Desk) -> None:
    text = "这家面馆真是城南 天花板级别的 不接受任何反驳"
    assert text in {piece.text for piece in pieces(text, desk._reader)}
    long = "我们小区门口那家开了二十多年的老面馆昨天晚上关门了所以大家早上都不知道该去哪里吃早饭"
    assert all(piece.text in long for piece in pieces(long, desk._reader))


def test_a_question_is_no_opinion_to_be_quoted(desk: Desk) -> None:
    reader = desk._reader
    assert not quotes(reader.read("一个社区球赛的第十二名也能写成全国第十二名了吗？"), CommentType.OPINION, reader)


def test_the_start_of_a_sentence_keeps_its_words(desk: Desk) -> None:
    found = [piece.text for piece in pieces("还有些人把功劳都算在教练头上", desk._reader)]
    assert found == ["还有些人把功劳都算在教练头上"]
