"""Who may do what, how one joins and how a role ends (features K1, K2)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from bot.domain.draft import DraftState
from bot.domain.people import Role
from bot.sandbox.people import Follower
from handlers.chat.commands import Command
from handlers.chat.creators import read_creator
from handlers.chat.verbs import FollowerVerb, Verb
from handlers.everything import CREATORS
from handlers.roles import new_code
from tests.scenarios.scene import COLD, MOTHER, QUESTION, SEED, Scene, join, open_scene
from tests.stage import Stage

SPELLINGS: dict[Verb, str] = {
    Verb.LIST: "待审",
    Verb.SHOW: "看 1",
    Verb.MORE: "更多",
    Verb.WHY: "为什么 1",
    Verb.AUDIT: "查 1",
    Verb.STATUS: "状态",
    Verb.HELP: "帮助",
    Verb.APPROVE: "通过 1",
    Verb.APPROVE_AND_ELECT: "通过并精选 1",
    Verb.APPROVE_ALL: "全部通过",
    Verb.EDIT: "改 1 辛苦了，现在好些了吗？",
    Verb.EDIT_AND_SEND: "改并发 1 辛苦了，现在好些了吗？",
    Verb.SWAP: "换 1",
    Verb.REJECT: "拒绝 1",
    Verb.SKIP: "跳过 1",
    Verb.UNDO: "撤回 1",
    Verb.REVIVE: "恢复 1",
    Verb.ELECT: "精选 1",
    Verb.UNELECT: "取消精选 1",
    Verb.PASTED: "已贴 1",
    Verb.REVIEW: "连审",
    Verb.BANK: "问答库",
    Verb.STANDING: "常发 模板7",
    Verb.STANDING_OFF: "取消常发 7",
    Verb.TRY_RULES: "规则试跑 广告v2",
    Verb.CLAIM: "认领 1",
    Verb.UNCLAIM: "取消认领 1",
    Verb.TONE: "语气 俏皮",
    Verb.SALUTATION: "称呼 小可爱",
    Verb.PET_PHRASES: "口头禅 慢慢来",
    Verb.BANNED_WORDS: "禁用词 宝宝",
    Verb.BLOCK: "屏蔽 1",
    Verb.UNBLOCK: "解除屏蔽 1",
    Verb.REGISTER: "登记 https://mp.weixin.qq.com/s?__biz=NWEwZGJjOGUxZg==&mid=2247999999&idx=1&sn=x",
    Verb.IMPORT: "导入 文章1 请问可以转载吗？",
    Verb.PAUSE: "暂停",
    Verb.RESUME: "恢复",
    Verb.ROUND: "周榜",
    Verb.ROUND_HISTORY: "周榜 历史",
    Verb.RECOUNT: "复核",
    Verb.NOMINATE: "提名 1",
    Verb.SUBSTITUTE: "换下 1",
    Verb.PAUSE_ROUND: "暂停周榜",
    Verb.RESUME_ROUND: "恢复周榜",
    Verb.OPEN_ROUND: "开启周榜",
    Verb.CLOSE_ROUND: "截止周榜",
    Verb.PUBLISH_ROUND: "发布周榜",
    Verb.SETTLE: "了结异议 1 没有问题",
    Verb.WALL_ON: "上墙 1",
    Verb.WALL_OFF: "下墙 1",
    Verb.GRANT: "授权 观察",
    Verb.REMOVE: "移除 观察9",
}
LOOKS = {Verb.LIST, Verb.SHOW, Verb.MORE, Verb.WHY, Verb.AUDIT, Verb.STATUS, Verb.HELP}
LOOKS |= {Verb.ROUND, Verb.ROUND_HISTORY, Verb.RECOUNT}
FOR_OWNERS = {Verb.STANDING, Verb.STANDING_OFF, Verb.RESUME, Verb.GRANT, Verb.REMOVE}
FOR_OWNERS |= {Verb.RESUME_ROUND, Verb.OPEN_ROUND, Verb.CLOSE_ROUND, Verb.PUBLISH_ROUND, Verb.SETTLE}


def refused(answer: str) -> bool:
    """True when a creator was told that a command is not theirs to give."""
    return "只有主理人可以" in answer or "要编辑或主理人来做" in answer


def effects(stage: Stage) -> dict[bytes, dict[bytes, bytes]]:
    """What commands change: drafts, queue, pause and codes; what is only remembered of a chat is left out."""
    found = {}
    for key in stage.redis.scan_iter("{main}:*"):
        name = key.split(b":")[1]
        if name in (b"drafts", b"pending", b"state", b"creators") and stage.redis.type(key) == b"hash":
            found[key] = {
                field: value
                for field, value in stage.redis.hgetall(key).items()
                if field not in (b"last_number", b"probed_at") and not field.startswith(b"poll")
            }
    return found


def test_the_matrix_names_every_command_there_is() -> None:
    assert set(SPELLINGS) == set(CREATORS)
    for verb, text in SPELLINGS.items():
        read = read_creator(text)
        assert isinstance(read, Command), text
        assert read.verb is verb, text


@pytest.mark.parametrize("role", [Role.OWNER, Role.EDITOR, Role.OBSERVER])
def test_each_role_may_do_what_it_may_and_nothing_else(stage: Stage, role: Role) -> None:
    scene = open_scene(stage, SEED)
    person = scene.owner if role is Role.OWNER else join(stage, scene.owner, "小编", role.value)
    for verb, text in SPELLINGS.items():
        allowed = role is Role.OWNER or verb in LOOKS or (role is Role.EDITOR and verb not in FOR_OWNERS)
        before = effects(stage)
        answer = person.says(text).text
        assert answer, text
        assert refused(answer) is not allowed, (role, text, answer)
        if not allowed:
            assert effects(stage) == before, (role, text)
        stage.clock.advance(1)


def test_a_followers_commands_are_ordinary_and_never_hinted_at(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    reader = stage.box.follower("小林")
    reader.says("你好呀在吗")
    before = effects(stage)
    shared = {verb.value for verb in FollowerVerb}
    for verb, text in SPELLINGS.items():
        if verb.value in shared:
            continue
        assert reader.says(text).text == "", text
    for text in ("通过3", "通过 1", "全部通过", "确认 7K", "是", "1", "通国1", "授权", "加入 8KQ2MD"):
        assert reader.says(text).text == "", text
    assert effects(stage) == before
    assert scene.draft(SEED).state is DraftState.PENDING


def test_a_reader_may_still_get_the_ordinary_hint_for_such_words(stage: Stage) -> None:
    answers = [stage.box.follower(f"读者{n}").says(text).text for n, text in enumerate(["通过3和4", "今天天气不错"])]
    assert answers[0] == answers[1]
    assert "通过" not in answers[0]


def test_help_names_only_what_the_role_may_do(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    editor, observer = scene.editor("小编"), scene.editor("小观", "观察")
    pages = {"owner": scene.says("帮助"), "editor": editor.says("帮助").text, "observer": observer.says("帮助").text}
    chapters = ("互动逻辑", "内容设计", "运营技巧", "数据优化", "风险规避")
    assert all(chapter in pages["owner"] for chapter in chapters)
    assert "授权" in pages["owner"]
    assert "授权" not in pages["editor"]
    assert "／恢复" not in pages["editor"]
    for name in ("语气", "称呼", "问答库", "认领", "恢复 3", "更多"):
        assert all(name in pages[role] for role in ("owner", "editor"))
    assert all(len(page) <= 600 and len(page.encode()) <= 1800 for page in pages.values())
    assert "通过 3" not in pages["observer"]
    assert all(len(page.encode()) <= 1800 and len(page.split("\n")) <= 8 for page in pages.values())


def test_an_observer_is_shown_no_buttons(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    editor, observer = scene.editor("小编"), scene.editor("小观", "观察")
    for words in ("待审", f"看 {scene.items[SEED]}"):
        assert "weixin://bizmsgmenu" in editor.says(words).text
        shown = observer.says(words).text
        assert SEED[:5] in shown
        assert "weixin://" not in shown


def code_of(owner: Follower, role: str = "编辑") -> str:
    """A fresh one-time code."""
    found = re.search(r"授权码 (\w{6})", owner.says(f"授权 {role}").text)
    assert found
    return found[1]


def wrong(code: str = "") -> str:
    """A code that is not `code`."""
    return next(other for other in iter(new_code, "") if other != code)


def test_a_code_works_once(stage: Stage) -> None:
    owner = stage.owner()
    code = code_of(owner)
    assert "编辑1" in stage.box.follower("小编").says(f"加入 {code}").text
    assert "编辑" not in stage.box.follower("小美").says(f"加入 {code}").text


def test_a_code_lapses_after_ten_minutes(stage: Stage) -> None:
    owner = stage.owner()
    code = code_of(owner)
    stage.wait(601)
    assert "编辑" not in stage.box.follower("小编").says(f"加入 {code}").text


@pytest.mark.parametrize(
    "spelling",
    [
        str.lower,
        lambda code: code.translate({ord(c): ord(c) + 0xFEE0 for c in code}),
        lambda code: f"  {code} 。",
    ],
)
def test_a_code_is_read_in_any_width_and_case(stage: Stage, spelling: Callable[[str], str]) -> None:
    owner = stage.owner()
    assert "编辑1" in stage.box.follower("小编").says(f"加入 {spelling(code_of(owner))}").text


def test_five_wrong_codes_lock_a_person_for_an_hour_from_the_fifth(stage: Stage) -> None:
    owner = stage.owner()
    guesser = stage.box.follower("小贼")
    guesser.says("随便说一句话")
    for _ in range(5):
        assert guesser.says(f"加入 {wrong()}").text == ""
        stage.wait(600)
    code = code_of(owner)
    assert guesser.says(f"加入 {code}").text == ""
    assert "编辑1" in stage.box.follower("小编").says(f"加入 {code}").text
    stage.wait(2399)
    late = code_of(owner)
    assert guesser.says(f"加入 {late}").text == ""
    stage.wait(601)
    last = code_of(owner)
    assert "编辑2" in guesser.says(f"加入 {last}").text


def test_leaving_and_coming_back_does_not_end_the_lock(stage: Stage) -> None:
    owner = stage.owner()
    guesser = stage.box.follower("小贼")
    for _ in range(5):
        guesser.says(f"加入 {wrong()}")
    code = code_of(owner)
    for way_out in ("unfollow", "erase"):
        if way_out == "unfollow":
            guesser.unfollows()
            guesser.follows()
        else:
            asked = re.search(r"确认删除 (\w\w)", guesser.says("删除我的数据").text)
            assert asked
            assert "已删除" in guesser.says(f"确认删除 {asked[1]}").text
        assert "编辑" not in guesser.says(f"加入 {code}").text
    assert "编辑1" in stage.box.follower("小编").says(f"加入 {code}").text
    stage.wait(3601)
    assert "编辑2" in guesser.says(f"加入 {code_of(owner)}").text


def test_fifty_wrong_codes_on_the_account_burn_what_is_open_and_the_owner_is_told(stage: Stage) -> None:
    owner = stage.owner()
    editor = join(stage, owner, "小编", "编辑")
    code = code_of(owner)
    for n in range(10):
        guesser = stage.box.follower(f"小贼{n}")
        for _ in range(5):
            guesser.says(f"加入 {wrong(code)}")
    told = "\n".join([line.text for line in stage.box.inbox(owner)] + [owner.says("在吗").text])
    assert "已作废" in told
    assert "授权" in told
    assert "作废" not in editor.says("在吗").text
    assert "编辑" not in stage.box.follower("小美").says(f"加入 {code}").text
    assert "编辑2" in stage.box.follower("小美").says(f"加入 {code_of(owner)}").text


def test_a_second_burning_is_told_again(stage: Stage) -> None:
    owner = stage.owner()
    for round_ in range(2):
        code = code_of(owner)
        for n in range(10):
            guesser = stage.box.follower(f"小贼{round_}-{n}")
            for _ in range(5):
                guesser.says(f"加入 {wrong(code)}")
        stage.settle()
        assert sum("已作废" in line.text for line in stage.box.inbox(owner)) == round_ + 1


def test_a_creators_wrong_code_is_ordinary_text_and_a_useless_one_is_not_used_up(stage: Stage) -> None:
    owner = stage.owner()
    code = code_of(owner)
    assert "加入" not in owner.says(f"加入 {wrong(code)}").text
    assert "你已经是主理人" in owner.says(f"加入 {code}").text
    assert "编辑1" in stage.box.follower("小编").says(f"加入 {code}").text


def held(stage: Stage) -> tuple[Scene, Follower]:
    """A scene in which an editor has approved two items that are still held."""
    scene = open_scene(stage, SEED, MOTHER, QUESTION)
    editor = scene.editor()
    editor.says("待审")
    editor.says(f"通过 {scene.items[SEED]} {scene.items[MOTHER]}")
    assert scene.draft(SEED).state is DraftState.APPROVED
    return scene, editor


def test_who_is_removed_is_a_reader_and_the_held_replies_wait_again(stage: Stage) -> None:
    scene, editor = held(stage)
    assert scene.says("移除 编辑1") == "已移除编辑1，下一条消息起就是普通读者。2 条没发的退回待审。"
    stage.wait(120)
    assert scene.sends() == 0
    assert {scene.draft(SEED).state, scene.draft(MOTHER).state} == {DraftState.PENDING}
    assert str(scene.items[SEED]) in scene.says("待审")
    assert "通过" not in editor.says(f"通过 {scene.items[QUESTION]}").text
    assert scene.draft(QUESTION).state is DraftState.PENDING


def test_who_is_removed_sees_nothing_more_of_the_creators_side(stage: Stage) -> None:
    scene = open_scene(stage, *[f"{text}（{n}）" for n in range(4) for text in (SEED, COLD)], show=False)
    editor = scene.editor()
    first = editor.says("待审").text
    assert "更多" in first
    editor.says("看 1-3")
    editor.says("全部通过")
    number = int(re.findall(r"^(\d+) ★", first, re.MULTILINE)[0])
    editor.says(f"精选 {number}")
    stage.box.faults.add("comment/markelect", "errcode", 88003)
    scene.says("移除 编辑1")
    stage.wait(10)
    assert not any("精选没成功" in line.text for line in stage.box.inbox(editor))
    assert any("精选没成功" in line.text for line in stage.box.inbox(scene.owner))
    for text in ("更多", "是", "确认 7K", "1", "状态", "撤回"):
        answer = editor.says(text).text
        assert "★" not in answer, (text, answer)
        assert "待审" not in answer, (text, answer)


def test_unfollowing_ends_a_role_and_returns_what_was_held(stage: Stage) -> None:
    scene, editor = held(stage)
    editor.unfollows()
    stage.wait(120)
    assert scene.sends() == 0
    assert scene.draft(SEED).state is DraftState.PENDING
    editor.follows()
    assert editor.says("待审").text == ""
    assert "编辑1" not in scene.says("移除 编辑9")


def test_a_code_of_a_batch_dies_with_the_role(stage: Stage) -> None:
    scene = open_scene(stage, COLD, SEED)
    editor = scene.editor()
    editor.says("待审")
    code = re.search(r"确认 (\d[A-Z])", editor.says(f"通过 {scene.items[COLD]} {scene.items[SEED]}").text)
    assert code
    scene.says("移除 编辑1")
    join(stage, scene.owner, "小编", "观察")
    editor.says(f"确认 {code[1]}")
    stage.wait(61)
    assert scene.sends() == 0


def test_the_only_owner_cannot_be_removed_and_two_can_part(stage: Stage) -> None:
    owner = stage.owner()
    assert "唯一的主理人" in owner.says("移除 主理人").text
    join(stage, owner, "合伙人", "主理人")
    assert "已移除主理人" in owner.says("移除 主理人1").text
    assert owner.says("状态").text == ""


@pytest.mark.parametrize("profile", ["认证公众号", "未认证公众号", "个人公众号"])
def test_joining_tells_what_works_in_at_most_five_lines(open_stage: Callable[..., Stage], profile: str) -> None:
    stage = open_stage(profile=profile)
    stage.settle()
    owner = stage.owner()
    lines = stage.box.inbox(owner)[-1].text.split("\n")
    assert len(lines) <= 5, lines
    assert any(line.startswith("能用") for line in lines)
    assert lines[-1].startswith("下一步")
    later = join(stage, owner, "小编", "编辑")
    assert len(stage.box.inbox(later)[-1].text.split("\n")) <= 5
