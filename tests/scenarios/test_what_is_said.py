"""What creators read: short errors, whole pages, nothing that counts as shown unseen, each thing told once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest

from bot.sandbox.people import Follower
from bot.stores.stores import Stores
from bot.stores.unit import Unit
from bot.stores.vault import Vault
from tests.scenarios.scene import COLD, MOTHER, QUESTION, SEED, SIX, Scene, join, open_scene
from tests.stage import Stage

LONG = "请问你文章里说的这个办法，换成我们这样的小团队要怎么做？" + "情况是这样的，我们一共六个人，" * 17
CARD = re.compile(r"^\d+ ★.*(?:\n.*){2}$", re.MULTILINE)


def change(stage: Stage, work: Callable[[Stores], None]) -> None:
    """Change the stores as a task would."""
    unit = Unit(stage.redis, "main")
    work(Stores(unit, Vault(b"the secret key of the stage")))
    unit.commit()


def small(text: str) -> bool:
    """True for an error as it should be: at most 3 lines and 200 characters, the card it shows not counted."""
    words = CARD.sub("", text).strip()
    return len(words.split("\n")) <= 3 and len(words) <= 200


WRONG = (
    *(
        "通过 99",
        "通过",
        "通过 1Z",
        "通过 1C3",
        "通过 0",
        "通过 9-3",
        "通过 1-99",
        "通过 三百",
        "全部通过除了",
        "确认",
        "确认 7K",
    ),
    *(
        "看 99",
        "换 99",
        "换 1D",
        "改 1",
        "改",
        "改 99 文字",
        "改1文字",
        "为什么 99",
        "查 99",
        "0",
        "99",
        "通国99",
        "同意了吧 3",
    ),
    *(
        "拒绝",
        "拒绝 99",
        "拒绝1广告",
        "跳过",
        "跳过 99",
        "撤回 99",
        "撤回",
        "恢复 99",
        "恢复 1",
        "精选 99",
        "取消精选 1",
    ),
    *("已贴", "已贴 1", "屏蔽 99", "授权", "授权 老板", "移除", "移除 编辑9", "体检", "开投票 甲", "截止 3"),
    *("登记", "登记 hello", "登记 https://example.com/x", "登记 https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv"),
    *("导入", "导入 文章9 请问一下", "导入 文章1"),
)


def test_every_error_is_short_and_every_answer_fits(stage: Stage) -> None:
    scene = open_scene(stage, *SIX[:3])
    for text in WRONG:
        answer = scene.says(text)
        assert small(answer), (text, answer)
        assert len(answer.encode()) <= 1800
        stage.clock.advance(1)


def test_an_import_for_an_unknown_article_stays_short_with_many_articles(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    for n in range(8):
        title = f"第 {n} 篇：一个写得相当长相当长的标题，长到一行放不下的那一种"
        article = stage.box.publish_by_hand(title, "正文")
        scene.says(f"登记 {article.long_url} {title}")
    assert small(scene.says("导入 文章77 请问一下"))


def test_a_refused_item_of_many_names_each_and_fits(stage: Stage) -> None:
    scene = open_scene(stage, *SIX)
    answer = scene.says("通过 40-89")
    assert len(answer.encode()) <= 1800
    assert "40" in answer


def test_cards_are_never_split_and_more_gives_the_next(stage: Stage) -> None:
    texts = [f"{n}{LONG}" for n in range(7)]
    scene = open_scene(stage, *texts, show=False)
    seen: list[str] = []
    page = scene.says("待审")
    while True:
        assert len(page.encode()) <= 1800
        cards = CARD.findall(page)
        assert 1 <= len(cards) <= 5
        seen += cards
        if "回「更多」" not in page:
            break
        page = scene.says("更多")
    assert len(seen) == len(set(seen)) == 7
    assert "给你看过了" in scene.says("更多")


def test_more_belongs_to_what_was_asked_last(stage: Stage) -> None:
    scene = open_scene(stage, *[f"{n}{LONG}" for n in range(7)], show=False)
    scene.says("待审")
    scene.says("更多")
    first = scene.says("看 1-5")
    assert "更多" in first
    assert "｜待审" in scene.says("更多")
    scene.says("待审")
    assert CARD.search(scene.says("更多"))
    stage.clock.advance(601)
    assert "没有更多" in scene.says("更多")


def test_a_full_view_shows_all_variants_and_marks_only_what_it_shows(stage: Stage) -> None:
    scene = open_scene(stage, *[f"{n}{LONG}" for n in range(4)])
    numbers = list(scene.items.values())
    for n in numbers:
        scene.says(f"改 {n} " + f"给 {n} 号写的长回复，" * 26)
    editor = scene.editor()
    displayed = editor.says(f"看 {' '.join(map(str, numbers))}").text
    for n in numbers:
        whole = f"给 {n} 号写的长回复，" * 26
        answer = editor.says(f"通过 {n}").text
        assert ("秒后发出" in answer) is (whole in displayed), n
        displayed += answer
        assert len(answer.encode()) <= 1800


def test_a_reply_of_the_longest_kind_is_displayed_whole_on_its_card(stage: Stage) -> None:
    scene = open_scene(stage, LONG)
    n = next(iter(scene.items.values()))
    text = "🙂" * 300
    scene.says(f"改 {n} {text}")
    for asked in (f"看 {n}", "待审", f"看 {n} {n}"):
        page = scene.says(asked)
        assert text in page
        assert len(page.encode()) <= 1800
    scene.says(f"通过 {n}")
    stage.wait(61)
    assert scene.reply(LONG) == text


@pytest.mark.parametrize(
    "text", ["两行\n也行", " 前后有空格", "！？，。", "a\u200bb", "😀👨‍👩‍👧", "０１２ＡＢＣ", "<b>粗</b>", "A 和 B"]
)
def test_what_is_typed_is_what_is_published(stage: Stage, text: str) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    scene.says(f"改 {n} {text}")
    assert scene.draft(SEED).text == text.strip()
    scene.says(f"通过 {n}")
    stage.wait(61)
    assert scene.reply(SEED) == text.strip()


def test_outside_text_never_becomes_a_link_or_a_line_in_a_card(stage: Stage) -> None:
    scene = open_scene(stage, f"{QUESTION}<a>点我</a>\n9 ★99 提问｜「假的」\u202e反过来", show=False)
    for asked in ("待审", "看 1", "为什么 1", "查 1"):
        page = scene.says(asked)
        assert "<a>" not in page
        assert "\u202e" not in page
        assert not re.search(r"^9 ★", page, re.MULTILINE)


def test_a_stale_tap_shows_the_present_card_and_does_nothing(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    scene.says("待审")
    old = [piece.content for piece in scene.owner.links()]
    scene.says(f"换 {n}")
    before = scene.draft(SEED)
    for tap in old:
        answer = scene.owner.taps(str(tap)).text
        assert answer.startswith("这张卡片已经旧了，没有执行。")
        assert before.text in answer
        assert scene.draft(SEED) == before
    assert "秒后发出" in scene.owner.taps_link("通过").text


def test_bare_approval_needs_exactly_one_card_of_the_last_three_minutes(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    n = scene.items[SEED]
    assert "要通过哪一条" in scene.says("通过")
    stage.wait(181)
    assert "要通过哪一条" in scene.says("ok")
    scene.says(f"看 {n}")
    stage.wait(181)
    assert "要通过哪一条" in scene.says("通过")
    editor = scene.editor()
    scene.says(f"看 {n}")
    editor.says(f"改 {n} 换一句话")
    assert "草稿已更新" in scene.says("通过")
    assert scene.sends() == 0
    assert f"{n} 将在 60 秒后发出" in scene.says("通过")


def joined(stage: Stage, owner: Follower) -> Follower:
    """An editor who has nothing unread."""
    return join(stage, owner, "小编", "编辑")


def test_news_are_told_each_creator_once_and_stand_under_status(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    editor = joined(stage, scene.owner)
    change(stage, lambda stores: stores.account.put_notice("news@1", "有一件事要你知道。"))
    for creator in (scene.owner, editor):
        assert "有一件事" in creator.says("好").text
        assert "有一件事" not in creator.says("好").text
        assert "有一件事" in creator.says("状态").text
        assert creator.says("状态").text.count("有一件事") == 1
    assert "有一件事" not in stage.box.follower("小林").says("你好呀在吗").text
    change(stage, lambda stores: stores.account.put_notice("news@1", ""))
    assert "有一件事" not in scene.says("状态")


def test_who_joins_later_is_not_told_old_news(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    change(stage, lambda stores: stores.account.put_notice("news@1", "有一件事要你知道。"))
    editor = joined(stage, scene.owner)
    assert not any("有一件事" in line.text for line in stage.box.inbox(editor))
    assert "有一件事" not in editor.says("好").text


def test_what_waits_is_said_when_a_creator_comes_back_after_a_while(stage: Stage) -> None:
    scene = open_scene(stage, SEED, MOTHER)
    assert "另有" not in scene.says("好")
    stage.wait(3601)
    assert scene.says("好").endswith("另有 2 条待审，回「待审」看。")
    assert "另有" not in scene.says("好")
    stage.wait(3601)
    assert "另有" not in scene.says("待审")
    stage.wait(3601)
    scene.says(f"跳过 {scene.items[SEED]} {scene.items[MOTHER]}")
    stage.wait(3601)
    assert "另有" not in scene.says("好")


@pytest.mark.parametrize("with_id", [True, False])
def test_a_tap_is_not_typing(stage: Stage, with_id: bool) -> None:
    scene = open_scene(stage, SEED)
    scene.says("待审")
    stores = stage.stores
    pid = stores.people.pid(scene.owner.openid)
    typed = stage.stores.people.get(pid)
    assert typed is not None
    stage.wait(50 * 3600)
    link = next(piece for piece in scene.owner.links() if piece.text == "换")
    scene.owner.taps(str(link.content), link.menu_id if with_id else None)
    tapped = stage.stores.people.get(pid)
    assert tapped is not None
    assert tapped.typed_at == typed.typed_at
    assert tapped.window_until - stage.clock.now() <= 60
    assert tapped.allowance == 3
    scene.says("好")
    now = stage.stores.people.get(pid)
    assert now is not None
    assert now.window_until - stage.clock.now() > 40 * 3600


def test_a_title_that_is_not_known_is_not_shown_as_a_number(stage: Stage) -> None:
    owner = stage.owner()
    article = stage.box.publish_by_hand("加班之后", "聊聊加班。")
    owner.says(f"登记 {article.long_url}")
    assert str(article.msg_data_id) not in owner.says("状态").text


def test_the_trail_names_who_when_what_and_by_which_words(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    editor = joined(stage, scene.owner)
    editor.says(f"看 {n}")
    editor.says(f"通过{n}。")
    stage.wait(61)
    at = datetime.fromtimestamp(stage.clock.now(), stage.settings.timezone)
    lines = scene.says(f"查 {n}").split("\n")
    assert len(lines) <= 8
    assert lines[0] == f"{n} 的经过（现在：已发）"
    whats = [line.split(" ", 2)[2] for line in lines[1:]]
    assert whats[0].startswith("收到：接口")
    assert whats[1].startswith("评分并拟稿：")
    assert whats[2].startswith("你 看过")
    assert whats[3].startswith("编辑1 看过")
    assert whats[4].startswith(f"编辑1 通过〔通过{n}。〕（第 1 版）：")
    assert whats[5].startswith("已发出")
    assert lines[-1].startswith(f"{at:%m-%d %H}")


def test_a_long_trail_keeps_its_beginning_and_its_end(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    n = scene.items[SEED]
    for _ in range(6):
        scene.says(f"通过 {n}")
        scene.says(f"撤回 {n}")
    lines = scene.says(f"查 {n}").split("\n")
    assert len(lines) == 8
    assert "收到" in lines[1]
    assert "撤回" in lines[-1]


def test_numbers_survive_a_restart_and_are_not_given_again_within_72_hours(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage()
    scene = open_scene(stage, SEED, QUESTION)
    taken = set(scene.items.values())
    scene.says(f"拒绝 {' '.join(map(str, taken))}")
    again = open_stage()
    stage.wait(71 * 3600)
    fresh = Scene(stage, scene.owner, scene.article, {}, {})
    fresh.comment(COLD)
    page = scene.says("待审")
    assert not taken & {int(n) for n in re.findall(r"^(\d+) ★", page, re.MULTILINE)}
    assert again.stores.drafts.numbered(min(taken)) is not None


def test_contact_data_in_a_cry_for_help_is_masked_on_the_card(stage: Stage) -> None:
    scene = open_scene(stage, "活着真的没意思，我不想活了，我的电话13812345678", show=False)
    shown = scene.says("待审")
    assert "〔电话〕" in shown
    assert "13812345678" not in shown
    number = shown.splitlines()[2].split(" ", 1)[0] if not shown[0].isdigit() else shown.split(" ", 1)[0]
    assert "13812345678" not in scene.says(f"看 {number}")


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (0, "0 秒"),
        (90, "90 秒"),
        (150, "2 分 30 秒"),
        (300, "5 分钟"),
        (5400, "1 小时 30 分钟"),
        (7000, "1 小时 56 分 40 秒"),
    ],
)
def test_the_promised_time_is_the_one_that_is_kept(open_stage: Callable[..., Stage], held: int, told: str) -> None:
    scene = open_scene(open_stage(BOT_HOLD_SECONDS=str(held)), SEED)
    assert f"将在 {told}后发出" in scene.says(f"通过 {scene.items[SEED]}")
