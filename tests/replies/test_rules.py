"""config/rules.yaml: what is wrong is refused whole, naming file, line and field; conditions mean what they say."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from replies.case import Case, RulesError
from replies.desk import Desk
from replies.rules import Rule, read_rules

CONFIG = Path(__file__).resolve().parents[2] / "config"

HEAD = "crisis_sentence: 看到你的留言了，很担心你，请先找人陪着你。\nrules:\n"
GOOD = """  - name: 甲/乙
    when: {type: [观点]}
    replies:
      追问: [你是怎么想到这一点的？]
"""


def _write(folder: Path, text: str) -> Path:
    (folder / "rules.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("rules", "problem"),
    [
        (HEAD + GOOD + "    colour: red\n", "rules.yaml:7: rules.0.colour: unknown field"),
        (HEAD + GOOD.replace("type:", "typ:"), "rules.yaml:4: rules.0.when.typ: unknown field"),
        (HEAD + GOOD.replace("观点", "看法"), "rules.yaml:4: rules.0.when.type.0: "),
        (
            HEAD + GOOD.replace("你是怎么想到这一点的？", "'{谁}是怎么想到的？'"),
            "rules.yaml:6: rules.0.replies.追问.0.text: unknown slot {谁}",
        ),
        (HEAD + GOOD.replace("追问", "反问"), "rules.yaml:3: rules.0: unknown kind 反问"),
        (HEAD + GOOD + "    tone: 严肃\n", "rules.yaml:3: rules.0: unknown tone 严肃"),
        (HEAD + GOOD + GOOD, "rules.yaml:7: rules.1.name: 甲/乙 is used twice"),
        (HEAD + GOOD + "    weight: -1\n", "rules.yaml:7: rules.0.weight: "),
        (HEAD + GOOD.replace("[观点]", "[观点], hour: [8, 25]"), "rules.yaml:4: rules.0.when.hour.1: "),
        (
            HEAD + GOOD.replace("[观点]", "[观点], length: [9, 2]"),
            "rules.yaml:4: rules.0.when.length: must be [least, most]",
        ),
        (HEAD + GOOD + "    name: 丙/丁\n", "rules.yaml:7: name: written twice"),
        (HEAD + GOOD.replace("[你是怎么想到这一点的？]", "[{text: 你怎么看？, find: '['}]"), "rules.yaml:6: "),
        (HEAD.replace("rules:", "tones: {严肃: {}}\nrules:") + GOOD, "rules.yaml:2: tones: unknown tone 严肃"),
        ("crisis_sentence: [\n", "rules.yaml:2: "),
        ("", "rules.yaml:1: file: must be fields"),
        (HEAD, "rules.yaml:2: rules: must be a list"),
    ],
)
def test_a_wrong_file_is_refused_naming_file_line_and_field(tmp_path: Path, rules: str, problem: str) -> None:
    with pytest.raises(RulesError) as caught:
        read_rules(_write(tmp_path, rules))
    assert any(p.startswith(problem) for p in caught.value.problems), caught.value.problems


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RulesError) as caught:
        read_rules(tmp_path)
    assert caught.value.problems[0].startswith("rules.yaml: cannot be read")


def test_every_problem_of_a_file_is_listed_at_once(tmp_path: Path) -> None:
    text = HEAD + GOOD.replace("观点", "看法") + "    colour: red\n"
    with pytest.raises(RulesError) as caught:
        read_rules(_write(tmp_path, text))
    assert len(caught.value.problems) == 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rules") / "config"
    shutil.copytree(CONFIG, folder)
    return folder


def _desk(folder: Path, rules: str) -> Desk:
    return Desk.load(_write(folder, HEAD + rules), folder.parent / "jieba")


def test_an_example_that_its_rule_does_not_serve_is_refused_with_its_line(folder: Path) -> None:
    with pytest.raises(RulesError) as caught:
        _desk(folder, GOOD + "    examples:\n      - {say: 我觉得加班是管理的问题, type: 提问}\n")
    assert caught.value.problems[0].startswith("rules.yaml:8: rules.0.examples.0: type is 观点, not 提问")


def test_conditions_choose_the_rule(folder: Path) -> None:
    rules = """  - {name: 夜里, when: {hour: [22, 3]}, replies: {追问: [这么晚还没睡，在想什么呢？]}}
  - {name: 头回, when: {first_comment: true, tag: [职场]}, replies: {追问: [第一次见你留言，你是做什么工作的？]}}
  - {name: 两词, when: {all: [老板, 加班], none: [福报]}, replies: {追问: [老板自己加不加班，你们会怎么看？]}}
  - {name: 长的, when: {length: [30, 900]}, replies: {追问: [写了这么多，你最想让人记住哪一句？]}}
  - {name: 其余, when: {}, replies: {追问: [愿意再多说一点吗，是从哪里开始的？]}}
"""
    desk = _desk(folder, rules)

    def used(text: str, **more: object) -> str:
        case = Case(content=text, first_comment=bool(more.pop("first", False)), **more)  # type: ignore[arg-type]
        return desk.consider(case).variants[0].rule.split("#")[0]

    assert used("我觉得老板都让人加班不对", hour=12) == "两词"
    assert used("我觉得老板说加班是福报不对", hour=12) == "其余"
    assert used("我觉得这件事不对", hour=23) == "夜里"
    assert used("我觉得这件事不对", hour=3) == "夜里"
    assert used("我觉得这件事不对", hour=4) == "其余"
    assert used("我觉得这件事不对", first=True, tags=("职场",)) == "头回"
    assert used("我觉得这件事不对", first=True, tags=("美食",)) == "其余"
    assert used("我觉得这件事不对，因为大家都很忙，谁也没有空把一件小事从头到尾讲清楚再做决定") == "长的"


def test_parts_stand_for_every_way_to_join_them(tmp_path: Path) -> None:
    rules = GOOD.replace(
        "[你是怎么想到这一点的？]", "\n        - parts: [[甲甲，, 乙乙，], [怎么样？, 在哪里？, 是谁？]]"
    )
    file, _ = read_rules(_write(tmp_path, HEAD + rules))
    texts = [t.text for t in file.rules[0].replies["追问"]]
    assert len(texts) == 6
    assert "乙乙，在哪里？" in texts


def test_every_shipped_rule_has_all_kinds_and_the_special_ones_an_example() -> None:
    file, _ = read_rules(CONFIG)
    for rule in file.rules:
        assert set(rule.replies) == {"追问", "共情", "补充"}, rule.name


def test_an_offer_may_look_at_the_comment_itself(folder: Path) -> None:
    desk = _desk(
        folder,
        """  - name: 甲/乙
    when: {}
    replies:
      追问:
        - {text: 你说的第几种是哪一种？, unless: 第.种}
        - {text: 那一种你用了多久？, find: 第.种}
      共情:
        - {text: 是什么让你下了决心？, low: false}
      补充: [还有什么想说的？]
""",
    )

    def said(text: str) -> list[str]:
        return [variant.text for variant in desk.consider(Case(content=text)).variants]

    assert said("我觉得沟通最重要") == ["你说的第几种是哪一种？", "是什么让你下了决心？", "还有什么想说的？"]
    assert said("我觉得第二种沟通最重要")[0] == "那一种你用了多久？"
    assert said("我觉得这样的沟通让人难过") == ["你说的第几种是哪一种？", "还有什么想说的？"]


def test_an_example_can_say_what_no_reply_may_have(folder: Path) -> None:
    with pytest.raises(RulesError) as caught:
        _desk(folder, GOOD + "    examples:\n      - {say: 我觉得加班是管理的问题, reply_lacks: [怎么想到]}\n")
    assert "a reply has 怎么想到" in caught.value.problems[0]


def test_a_placeholder_is_marked_on_a_rule_or_on_one_of_its_texts() -> None:
    whole = Rule.model_validate(
        {
            "name": "提问/试",
            "when": {},
            "placeholder": True,
            "replies": {"追问": ["我查清楚再答你。", {"text": "就在文末那一段。", "placeholder": False}]},
        }
    )
    assert [whole.is_placeholder(offer) for offer in whole.replies["追问"]] == [True, False]
    single = Rule.model_validate(
        {
            "name": "提问/试",
            "when": {},
            "replies": {"追问": ["就在文末那一段。", {"text": "我查清楚再答你。", "placeholder": True}]},
        }
    )
    assert [single.is_placeholder(offer) for offer in single.replies["追问"]] == [False, True]


def test_every_sentence_that_only_promises_an_answer_to_a_question_is_marked() -> None:
    rules, _ = read_rules(CONFIG)
    promises = re.compile(r"再(?:认真)?[答回]|再告诉你|查一查|确认好|弄清楚|核对|理清楚|我去查")
    unmarked = [
        offer.text
        for rule in rules.rules
        if rule.name.startswith("提问/")
        for offers in rule.replies.values()
        for offer in offers
        if promises.search(offer.text) and not rule.is_placeholder(offer)
    ]
    assert unmarked == []
