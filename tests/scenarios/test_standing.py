"""常发: earned, offered once, granted by an owner only, used on plain drafts, ended by any doubt (feature D13)."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from bot.domain.draft import HAND, DraftState
from bot.domain.standing import EARNED_BY, Standing, StandingState, made_by
from bot.sandbox import Article
from bot.sandbox.people import Follower
from config.settings import ROOT
from handlers.candidates import kept_as
from tests.scenarios.scene import COLD, CRISIS, join
from tests.stage import Stage

HOLD = 3600
RULES = """crisis_sentence: 看到你的留言了，很担心你。先找一个信任的人陪在身边。
rules:
  - name: 经历/试过
    when: {type: [经历]}
    replies:
      追问: ["这段经历写得真细，后来又有什么变化？"]
"""
TOLD = (
    "我家孩子三岁，绘本共读试了一个月，睡前安静多了",
    "去年我妈也这样，后来换了社区医院才好些",
    "我去年试过早起跑步，坚持了两个月，体重少了六斤",
    "我自己做了三次蛋糕，第三次把烤箱温度调低就成功了",
    "上个月我们公司也这样改了流程，加班少了一半",
    "我用了半年的番茄钟，现在每天下午能写完一篇稿子",
    "我妈去年学会了用智能手机，现在天天给我发照片",
    "我当老师那几年也遇到过，后来每周家访一次就好了",
)
"""Experiences, each drafted with the one template there is."""


class Trust:
    """A stage with one template of its own, an owner, and a permission that lacks one approval."""

    def __init__(self, open_stage: Callable[..., Stage], config: Path) -> None:
        self.config = config
        self.stage = open_stage(BOT_CONFIG_DIR=str(config), BOT_HOLD_SECONDS=str(HOLD))
        self.owner: Follower = self.stage.owner()
        self.count = 0
        self.touched = 0
        self._heard: list[str] = []
        self.commented: list[str] = []
        self.articles: list[Article] = []
        self.history: list[tuple[float, str]] = []
        self.write(RULES)

    def write(self, rules: str) -> None:
        """Replace the rules; the next task takes them over."""
        self.touched += 1
        path = self.config / "rules.yaml"
        path.write_text(rules, encoding="utf-8")
        os.utime(path, (1_800_000_000 + self.touched, 1_800_000_000 + self.touched))

    def says(self, text: str) -> str:
        """What the owner is answered."""
        self._heard.append(self.owner.says(text).text)
        return self._heard[-1]

    def comment(self, text: str = "", asked: bool = False) -> str:
        """One more comment under an article of its own; its id. `asked`: one of those asked about all the same."""
        known = self.stage.stores.standings.get(1)
        while True:
            self.count += 1
            article: Article = self.stage.box.publish_by_hand(f"第 {self.count} 篇", "正文")
            if known is None or known.asks_about(f"{article.key}_1") is asked:
                break
        self.says(f"登记 {article.long_url} 第 {self.count} 篇")
        article.comment(self.stage.box.follower(f"读者{self.count}"), text or TOLD[self.count % len(TOLD)])
        self.stage.wait(200)
        self.commented.append(f"{article.key}_1")
        self.articles.append(article)
        return f"{article.key}_1"

    def held(self, count: int) -> list[str]:
        """Comments whose drafts the permission has let out and that are held."""
        ids = [self.comment() for _ in range(count)]
        assert [self.state(one) for one in ids] == [DraftState.APPROVED] * count
        return ids

    def state(self, draft_id: str) -> DraftState:
        """The state of a draft."""
        draft = self.stage.stores.drafts.get(draft_id)
        assert draft is not None
        return draft.state

    def number(self, draft_id: str) -> int:
        """The item number of a draft, shown now if it was not."""
        draft = self.stage.stores.drafts.get(draft_id)
        assert draft is not None
        if not draft.number:
            self.says("待审")
            draft = self.stage.stores.drafts.get(draft_id)
            assert draft is not None
        return draft.number

    def nearly(self, draft_id: str) -> None:
        """As if all but one of the approvals needed had been given for what made this draft."""
        stores = self.stage.stores
        draft, comment = stores.drafts.get(draft_id), stores.comments.get(draft_id)
        assert draft is not None
        assert comment is not None
        kind = made_by(draft, comment)
        assert kind is not None
        now = self.stage.clock.now()
        approvals = tuple((f"9_0_{n}", now - n * 3600.0) for n in range(EARNED_BY - 1))
        known = stores.standings.of(kind) or stores.standings.begin(kind)
        stores.standings.put(msgspec.structs.replace(known, kind=kind, approvals=approvals))
        stores.unit.commit()

    def granted(self) -> None:
        """Earn and grant permission 1."""
        first = self.comment()
        n = self.number(first)
        self.nearly(first)
        assert "常发 模板" in self.says(f"通过 {n}")
        assert "以后不用问就发" in self.says("常发 模板1")

    def standing_or_none(self) -> Standing | None:
        """The permission, if there is one yet."""
        return self.stage.stores.standings.get(1)

    def standing(self) -> Standing:
        """The permission as it stands."""
        found = self.stage.stores.standings.get(1)
        assert found is not None
        return found

    def heard(self) -> list[str]:
        """What the owner was told in answers, the latest last."""
        return self._heard

    def step(self, step: str) -> None:
        """One step of a random history; `history` notes when the permission began and ended by our own book."""
        now = self.stage.clock.now
        drafts = [draft for one in self.commented if (draft := self.stage.stores.drafts.get(one))]
        waiting = [draft for draft in drafts if draft.state is DraftState.PENDING]
        held = [draft for draft in drafts if draft.state is DraftState.APPROVED]
        if step == "comment":
            self.comment(asked=self.count % 5 == 0)
        elif step == "grant" and (made := [draft for draft in waiting if draft.chosen != HAND]):
            self.says("恢复")
            n = self.number(made[-1].id)
            if not self.standing_or_none() or not self.standing().is_granted:
                self.nearly(made[-1].id)
            self.says(f"看 {n}")
            self.says(f"通过 {n}")
            if "以后不用问就发" in self.says("常发 模板1"):
                self.history.append((now(), "grant"))
        elif step in ("edit", "refuse") and waiting:
            n = self.number(waiting[-1].id)
            self.history.append((now(), "end"))
            self.says(f"改 {n} 我自己写的一句，后来怎样？" if step == "edit" else f"拒绝 {n}")
        elif step == "approve" and waiting:
            n = self.number(waiting[0].id)
            self.says(f"看 {n}")
            self.says(f"通过 {n}")
        elif step == "undo" and held:
            self.history.append((now(), "end"))
            self.says(f"撤回 {self.number(held[-1].id)}")
        elif step == "cancel":
            self.history.append((now(), "end"))
            self.says("取消常发 1")
        elif step in ("pause", "resume"):
            self.says("暂停" if step == "pause" else "恢复")
        elif step == "reword":
            self.write(RULES.replace("又有什么变化", f"又有什么变化{'呢' * (self.touched % 3)}"))
        self.stage.wait({"half an hour": 1800.0, "two hours": 7200.0}.get(step, 1.0))

    def sends(self) -> int:
        """How often a reply was put under a comment."""
        return len(self.stage.box.calls_to("comment/reply/add"))


@pytest.fixture
def trust(open_stage: Callable[..., Stage], tmp_path: Path) -> Trust:
    """One template, one owner."""
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config, ignore=shutil.ignore_patterns("*.py", "__pycache__", "candidates"))
    return Trust(open_stage, config)


def test_the_tenth_unedited_approval_brings_one_offer_and_the_owner_grants_it(trust: Trust) -> None:
    first, second = trust.comment(TOLD[0]), trust.comment(TOLD[1])
    assert "还没有常发" in trust.says("常发")
    n, m = trust.number(first), trust.number(second)
    trust.nearly(first)
    said = trust.says(f"通过 {n}")
    assert "原样通过 10 次" in said
    assert "常发 模板1" in said
    assert "常发 模板" not in trust.says(f"通过 {m}")
    assert "待你定" in trust.says("常发")
    granted = trust.says("常发 模板1")
    assert "以后不用问就发" in granted
    assert "每 20 条抽 1 条" in granted
    assert "常发中" in trust.says("常发")
    assert "常发 1 个" in trust.says("状态")
    trail = trust.stage.stores.audit.notes()
    assert any(entry.what == "常发 模板1" and entry.who for entry in trail)


def test_a_plain_draft_goes_out_by_the_permission_held_numbered_and_told(trust: Trust) -> None:
    trust.granted()
    before = trust.sends()
    [draft_id] = trust.held(1)
    draft = trust.stage.stores.drafts.get(draft_id)
    assert draft is not None
    assert draft.standing == 1
    assert draft.approved_by == ""
    assert draft.approved_text == draft.variants[0].text
    trust.stage.wait(HOLD + 1)
    assert trust.state(draft_id) is DraftState.SENT
    assert trust.sends() > before
    trail = [entry.what for entry in trust.stage.stores.audit.of(draft_id)]
    assert "按常发 模板1 通过" in trail
    assert "按常发 模板1 通过" in trust.says(f"查 {draft.number}")
    comment = trust.stage.stores.comments.get(draft_id)
    assert comment is not None
    assert comment.by_standing
    assert kept_as(comment) == "", "no creator has read it, so it enters no weekly round by itself"
    counts = trust.stage.stores.choices.counts()
    assert counts[draft.variants[0].rule][0] == 1, "what went out by itself teaches nothing"


def test_the_owner_reads_what_went_out_and_takes_it_back(trust: Trust) -> None:
    trust.granted()
    first, second = (trust.stage.stores.drafts.get(one) for one in trust.held(2))
    assert first is not None
    assert second is not None
    told = [call for call in trust.heard() if "替你通过" in call]
    assert f"{first.number}" in told[-1]
    assert "已取消" in trust.says(f"撤回 {second.number}")
    assert trust.state(second.id) is DraftState.PENDING


def test_only_an_owner_grants_lists_and_stops(trust: Trust) -> None:
    first = trust.comment(TOLD[0])
    trust.number(first)
    trust.nearly(first)
    editor = join(trust.stage, trust.owner, "小编", "编辑")
    editor.says("待审")
    assert "常发 模板" not in editor.says(f"通过 {trust.number(first)}").text
    for words in ("常发 模板1", "常发", "取消常发 1", "常发 上限 5"):
        assert "只有主理人可以" in editor.says(words).text
    assert trust.standing().state is StandingState.OFFERED
    assert "常发 模板1" in trust.says("状态")


def test_cancelling_ends_it_and_what_was_held_waits_again(trust: Trust) -> None:
    trust.granted()
    held = trust.held(2)
    assert "还没发出的 2 条回到待审" in trust.says("取消常发")
    trust.stage.wait(HOLD + 120)
    assert [trust.state(one) for one in held] == [DraftState.PENDING] * 2
    assert trust.sends() == 1, "only what the owner approved"
    assert trust.state(trust.comment(TOLD[3])) is DraftState.PENDING
    assert "停了" in trust.says("常发 模板1")
    assert "现在没有常发" in trust.says("取消常发 1")


def test_one_undo_ends_it_and_the_others_that_were_held_wait_again(trust: Trust) -> None:
    trust.granted()
    first, second = trust.held(2)
    said = trust.says(f"撤回 {trust.number(first)}")
    assert "已取消" in said
    assert "还没发出的 1 条回到待审" in said
    assert [trust.state(one) for one in (first, second)] == [DraftState.PENDING] * 2
    assert not trust.standing().is_granted


@pytest.mark.parametrize("doubt", ["改 {n} 我自己写一句，后来好些了吗？", "拒绝 {n}"])
def test_an_edit_or_a_refusal_of_what_the_template_offered_ends_it(trust: Trust, doubt: str) -> None:
    trust.granted()
    trust.says("暂停")
    waiting = trust.comment(TOLD[2])
    assert trust.state(waiting) is DraftState.PENDING
    assert "停了" in trust.says(doubt.format(n=trust.number(waiting)))
    assert not trust.standing().is_granted


def test_words_changed_in_the_file_end_it_with_the_next_comment(trust: Trust) -> None:
    trust.granted()
    trust.write(RULES.replace("又有什么变化", "还有什么变化"))
    fresh = trust.comment(TOLD[2])
    assert trust.state(fresh) is DraftState.PENDING
    assert trust.standing().state is StandingState.ENDED
    assert "模板的话改过了" in trust.says("常发")


def test_another_voice_ends_it_too(trust: Trust) -> None:
    trust.granted()
    trust.says("称呼 小可爱")
    trust.stage.settle()
    assert trust.state(trust.comment(TOLD[2])) is DraftState.PENDING
    assert not trust.standing().is_granted


def test_complaints_and_crises_always_ask(trust: Trust) -> None:
    trust.granted()
    trust.write(RULES.replace("type: [经历]", "type: [经历, 抱怨]"))
    complaint = trust.comment(COLD)
    assert trust.state(complaint) is DraftState.PENDING
    crisis = trust.comment(CRISIS)
    assert trust.state(crisis) is DraftState.PENDING
    assert trust.standing().is_granted


def test_the_cap_of_a_day_holds_and_the_next_day_begins_anew(trust: Trust) -> None:
    trust.granted()
    assert "每天最多 1 条" in trust.says("常发 上限 1")
    assert "要在 1 到 100" in trust.says("常发 上限 101")
    first = trust.comment()
    second = trust.comment()
    assert trust.state(first) is not DraftState.PENDING
    assert trust.state(second) is DraftState.PENDING
    trust.stage.wait(86400)
    assert trust.state(trust.comment()) is not DraftState.PENDING


def test_a_pause_stops_it_and_what_came_meanwhile_still_asks_after_it(trust: Trust) -> None:
    trust.granted()
    trust.says("暂停")
    meanwhile = trust.comment()
    trust.says("恢复")
    trust.stage.wait(HOLD + 120)
    assert trust.state(meanwhile) is DraftState.PENDING
    assert trust.state(trust.comment()) is not DraftState.PENDING


def test_it_ends_with_the_role_of_who_granted_it(trust: Trust) -> None:
    trust.granted()
    second = join(trust.stage, trust.owner, "合伙人", "主理人")
    held = trust.held(1)
    assert "移除" in second.says("移除 主理人1").text
    assert not trust.standing().is_granted
    assert trust.standing().granted_by == ""
    trust.stage.wait(HOLD + 120)
    assert trust.state(held[0]) is DraftState.PENDING


def test_a_share_of_plain_drafts_still_asks(trust: Trust) -> None:
    trust.granted()
    assert trust.state(trust.comment(asked=True)) is DraftState.PENDING
    assert trust.state(trust.comment(asked=False)) is DraftState.APPROVED
    assert trust.standing().is_granted


STEPS: tuple[str, ...] = (
    "comment",
    "comment",
    "comment",
    "grant",
    "cancel",
    "undo",
    "edit",
    "refuse",
    "approve",
    "pause",
    "resume",
)
STEPS = (*STEPS, "reword", "half an hour", "two hours")


@pytest.mark.parametrize("seed", [5, 16, 18, 22])
def test_nothing_goes_out_without_a_creator_or_a_permission_valid_all_the_while(trust: Trust, seed: int) -> None:
    lot = random.Random(seed)
    for step in ("comment", "grant", "comment", *lot.choices(STEPS, k=10), "two hours"):
        trust.step(step)
    for draft_id in trust.commented:
        draft = trust.stage.stores.drafts.get(draft_id)
        if draft is None or draft.state is not DraftState.SENT:
            continue
        trail = trust.stage.stores.audit.of(draft_id)
        approvals = [entry for entry in trail if "通过" in entry.what and entry.what != "退回待审"]
        assert approvals, draft_id
        if approvals[-1].who:
            assert draft.approved_by == approvals[-1].who
            continue
        assert draft.standing == 1
        assert approvals[-1].what == "按常发 模板1 通过"
        began = max((at for at, event in trust.history if event == "grant" and at <= draft.approved_at), default=0.0)
        ends = [at for at, event in trust.history if event == "end" and began < at <= draft.sent_at]
        assert began, draft_id
        assert not ends, draft_id
        assert draft.approved_text == draft.variants[0].text
    replies = [record for article in trust.articles if (record := article.record(1)) and record.reply]
    sent = [one for one in trust.commented if trust.state(one) is DraftState.SENT]
    assert len(replies) == len(sent)
