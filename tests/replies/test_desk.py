"""The desk: the example of the article, three different variants, what is never drafted, what a draft never holds."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.comment import CommentType, RiskKind
from replies import text as texts
from replies.case import Case, Verdict, Voice
from replies.desk import Desk
from replies.risk.contact import has_contact

LABELLED = Path(__file__).with_name("labelled_comments.yaml")
EMPTY_THANKS = re.compile(
    r"[\W]*(?:感谢|谢谢|多谢|支持|加油|你的|您的|分享|留言|关注|认可|鼓励|大家|一起|继续|努力|\W)+"
)
OPEN = re.compile(r"(?:什么|哪|怎么|多少|几|谁|为什么|多久|多大|如何|吗|呢)[^？]*？$")


def _comments(*kinds: str) -> list[str]:
    labelled = yaml.safe_load(LABELLED.read_text(encoding="utf-8"))
    return [text for kind in kinds or labelled for text in labelled[kind]]


def _texts(verdict: Verdict) -> list[str]:
    return [variant.text for variant in verdict.variants]


def test_the_articles_example_asks_which_method_and_what_was_found(desk: Desk) -> None:
    verdict = desk.consider(Case(content="我试过,确实有用!", key="main|2247487033_0_8"))
    assert verdict.triage.type is CommentType.EXPERIENCE
    first = verdict.variants[0]
    assert first.name == "A"
    assert re.search(r"第几种|哪.?种", first.text)
    assert "新发现" in first.text
    assert len(first.text) <= 60
    assert not any("感谢支持" in text for text in _texts(verdict))


@pytest.mark.parametrize("key", [f"k{i}" for i in range(20)])
def test_the_articles_example_works_whatever_the_lot(desk: Desk, key: str) -> None:
    first = desk.consider(Case(content="我试过，确实有用！", key=key)).variants[0].text
    assert re.search(r"第几种|哪.?种", first)
    assert "新发现" in first


@pytest.mark.parametrize("key", [f"k{i}" for i in range(6)])
@pytest.mark.parametrize(
    "text",
    [
        "我试过第二种方法，确实有用！",
        "我在北京，试过你说的番茄钟，挺好用的",
        "试过番茄钟，确实不错",
        "我没试过，但感觉有用",
        "还没试，看着不错",
    ],
)
def test_what_the_reader_said_is_not_asked_again(desk: Desk, text: str, key: str) -> None:
    for said in _texts(desk.consider(Case(content=text, key=key))):
        assert not re.search(r"第几种|哪一种方法", said)
        if "没试" in text:
            assert not re.search(r"顺手|你的结果|再来一次|换个做法|当时", said)


def test_every_labelled_comment_gets_a_draft_or_a_named_reason(desk: Desk) -> None:
    for text in _comments():
        verdict = desk.consider(Case(content=text))
        assert verdict.triage.decision == "draft" or re.search(r"[\u4e00-\u9fff]", verdict.triage.decision)
        assert bool(verdict.variants) == (verdict.triage.decision == "draft"), text


def test_three_variants_of_different_kind_that_do_not_sound_alike(desk: Desk) -> None:
    for text in _comments("提问", "经历", "观点", "补充", "抱怨"):
        verdict = desk.consider(Case(content=text))
        if verdict.triage.decision != "draft":
            continue
        assert [(v.name, v.kind) for v in verdict.variants] == [("A", "追问"), ("B", "共情"), ("C", "补充")], text
        for one, other in combinations(_texts(verdict), 2):
            assert texts.likeness(texts.grams(one), texts.grams(other)) <= 0.5, (one, other)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("加V信领资料", "广告不回"),
        ("你这种人也配写字", "辱骂不回"),
        ("扣1", "投票口令，建议不回"),
        ("哈哈哈哈", "寒暄，建议不回"),
        ("我试过有用，详情看 https://example.com", "含联系方式或链接，建议不回"),
        ("我妈去年查出肿瘤，看这篇看哭了", "话题沉重，请你亲自回"),
        ("写得太好了", "只是夸赞，可不回"),
        ("这个演员是谁？", "在问你，请你亲自答"),
        ("考的啥", "在问你，请你亲自答"),
        ("最后的结局是什么意思？", "现成的话都不合适，请你来写"),
    ],
)
def test_what_is_not_drafted_has_its_reason(desk: Desk, text: str, reason: str) -> None:
    verdict = desk.consider(Case(content=text))
    assert verdict.triage.decision == reason
    assert verdict.variants == ()


def test_the_third_laugh_in_a_row_is_named_so(desk: Desk) -> None:
    case = Case(content="哈哈哈", earlier_texts=("哈哈", "哈哈哈哈"), first_comment=False)
    assert desk.consider(case).triage.decision == "连着三次只发笑，建议不回"


@pytest.mark.parametrize(
    "text",
    [
        "活着没意思",
        "我真的不想活了",
        "好想死",
        "孩子误食了药怎么办，没有呼吸了",
        "我撑不下去了",
        "被老公打了怎么办，不敢报警",
        "如果我又被老公打了怎么办",
        "不。想。活。了",
    ],
)
def test_a_crisis_gets_no_composed_draft_but_the_fixed_sentence(desk: Desk, text: str) -> None:
    verdict = desk.consider(Case(content=text))
    assert verdict.triage.is_crisis
    assert verdict.triage.decision == "危机：请人工处理"
    assert [v.kind for v in verdict.variants] == ["固定"]


@pytest.mark.parametrize(
    "text",
    [
        "笑死我了",
        "想死你了，好久不见",
        "累死了，今天又加班",
        "这个方法救命稻草一样",
        "尴尬死了哈哈",
        "如果是女的加班回来逛街被老公打了，评论肯定比现在多",
        "那里很容易被敲诈，跟我们这儿不一样，他们要求很严",
    ],
)
def test_figures_of_speech_and_mere_suppositions_are_no_crisis(desk: Desk, text: str) -> None:
    assert not desk.consider(Case(content=text)).triage.is_crisis


def test_contact_data_is_a_risk_and_never_in_a_draft(desk: Desk) -> None:
    verdict = desk.consider(Case(content="我照着做成功了，想交流的打13912345678"))
    assert RiskKind.CONTACT in {risk.kind for risk in verdict.triage.risks}
    assert verdict.variants == ()


def test_experience_and_opinion_drafts_end_in_an_open_question(desk: Desk) -> None:
    drafts = [t for c in _comments("经历", "观点") for t in _texts(desk.consider(Case(content=c)))]
    assert len(drafts) >= 60
    assert sum(bool(OPEN.search(text)) for text in drafts) >= 0.8 * len(drafts)


def test_drafts_for_complaints_never_ask(desk: Desk) -> None:
    for comment in _comments("抱怨"):
        verdict = desk.consider(Case(content=comment))
        if verdict.triage.type is CommentType.COMPLAINT:
            assert not any("？" in text for text in _texts(verdict)), comment


def test_nine_drafts_of_ten_use_a_word_of_the_comment(desk: Desk) -> None:
    drafts = used = 0
    for comment in _comments("经历", "提问", "观点"):
        for variant in desk.consider(Case(content=comment)).variants:
            drafts += 1
            used += any(comment[i : i + 2] in variant.text for i in range(len(comment) - 1))
    assert drafts >= 90
    assert used >= 0.9 * drafts


def test_drafts_are_chinese_as_a_writer_would_print_it(desk: Desk) -> None:
    for comment in _comments():
        for text in _texts(desk.consider(Case(content=comment))):
            assert len(text) <= 100
            assert not re.search(r"[,?!;]", re.sub(r"「[^」]*」", "", text)), text
            assert "粉丝" not in text
            assert "您" not in text
            assert not EMPTY_THANKS.fullmatch(text), text
            assert text.count("「") == text.count("」")
            assert "{" not in text


@pytest.mark.parametrize(
    "comment",
    [
        "我去年花了三万块学这个，一点用没有，后来自己看书学会了",
        "我月薪八千，老板还让我垫钱出差",
        "我妈糖尿病，照着你的食谱吃了半年，人精神多了",
        "我上个月住院做手术，躺着看完了这本书",
    ],
)
def test_money_and_illness_are_never_said_back(desk: Desk, comment: str) -> None:
    for text in _texts(desk.consider(Case(content=comment))):
        assert not re.search(r"三万|八千|糖尿病|住院|手术|月薪", text)


def test_the_same_case_gives_the_same_verdict_and_other_keys_other_drafts(desk: Desk) -> None:
    case = Case(content="我觉得沟通就该先听完对方的话", key="a")
    assert desk.consider(case) == desk.consider(case)
    seen = {_texts(desk.consider(Case(content=case.content, key=str(i))))[0] for i in range(30)}
    assert len(seen) >= 3


def test_replies_under_one_article_do_not_sound_alike(desk: Desk) -> None:
    comments = _comments("经历", "观点")
    recent: list[str] = []
    alike = 0
    for number, comment in enumerate(comments):
        verdict = desk.consider(Case(content=comment, key=str(number), recent_replies=tuple(recent)))
        for variant in verdict.variants[:1]:
            close = max((texts.shared(texts.grams(variant.text), texts.grams(r)) for r in recent), default=0.0)
            assert close <= 0.6 or variant.note == "重复，请改"
            alike += bool(variant.note)
            recent.append(variant.text)
    assert len(recent) >= 30
    assert alike <= 2


def test_a_resting_template_waits_while_another_will_do(desk: Desk) -> None:
    comment = "我觉得沟通最重要的是先听完对方的话"
    first = desk.consider(Case(content=comment, key="k")).variants[0].rule
    second = desk.consider(Case(content=comment, key="k", resting_rules=frozenset([first]))).variants[0].rule
    assert second != first


def test_a_returning_reader_can_be_reminded_of_what_they_said(desk: Desk) -> None:
    case = Case(
        content="按你说的又试了一周，孩子愿意自己收书包了",
        first_comment=False,
        earlier_texts=("我家孩子每天写作业到十点",),
        key="r",
    )
    assert any("上次" in text for text in _texts(desk.consider(case)))


@pytest.mark.parametrize("banned", ["文中", "后来", "你"])
def test_the_creators_banned_words_never_appear(desk: Desk, banned: str) -> None:
    voice = Voice(banned=(banned,))
    for comment in _comments("经历", "观点", "提问")[:25]:
        assert not any(banned in text for text in _texts(desk.consider(Case(content=comment, voice=voice))))


def test_salutation_and_pet_phrase_are_used(desk: Desk) -> None:
    voice = Voice(salutation="朋友", pet_phrases=("慢慢来。",))
    drafts = [
        text
        for number in range(10)
        for text in _texts(desk.consider(Case(content="我觉得先听完再说最重要", voice=voice, key=str(number))))
    ]
    assert all(text.startswith("朋友，") for text in drafts)
    assert any("慢慢来。" in text for text in drafts)
    assert not any(text.endswith("慢慢来。") and "？" in text for text in drafts)


def test_a_catchphrase_stands_before_a_question_or_behind_a_statement(desk: Desk) -> None:
    voice = Voice(pet_phrases=("说真的",))
    said = {
        text
        for comment in _comments("经历", "观点", "补充", "提问")
        for text in _texts(desk.consider(Case(content=comment, voice=voice, key=comment)))
        if "说真的" in text
    }
    assert len(said) >= 10
    for text in said:
        assert re.search(r"[。！]说真的，[^。！]+？$|[^？]说真的。$", text), text


def test_a_voice_that_may_not_go_out_is_left_out_of_drafts(desk: Desk) -> None:
    voice = Voice(salutation="傻逼", pet_phrases=("必须转发",), banned=("慢",))
    plain = _texts(desk.consider(Case(content="我觉得先听完再说最重要", key="k")))
    assert _texts(desk.consider(Case(content="我觉得先听完再说最重要", key="k", voice=voice))) == plain


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=2000),
        st.lists(
            st.sampled_from(
                [
                    "我试过",
                    "确实有用",
                    "？",
                    "，",
                    "为什么",
                    "13912345678",
                    "加V信",
                    "「",
                    "」",
                    "{",
                    "}",
                    "老板",
                    "😂",
                    "我妈",
                    "三万块",
                    "死",
                    "了",
                ]
            ),
            max_size=40,
        ).map("".join),
    )
)
def test_no_text_breaks_the_desk_nor_leaks_contact_data(desk: Desk, text: str) -> None:
    case = Case(content=text, earlier_texts=(text,), first_comment=False)
    verdict = desk.consider(case)
    assert verdict == desk.consider(case)
    for variant in verdict.variants:
        assert len(variant.text) <= 100
        assert not has_contact(variant.text)
        assert variant.kind == "固定" or desk.check_outgoing(variant.text) == ()
