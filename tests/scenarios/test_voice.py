"""语气, 称呼, 口头禅, 禁用词: what waits is drafted anew, what a creator touched or approved stays as it is."""

from __future__ import annotations

from bot.domain.draft import DraftState
from handlers.stored_voice import voice_of
from tests.scenarios.scene import CHILD, METHOD, MOTHER, QUESTION, SEED, open_scene
from tests.stage import Stage


def test_a_new_salutation_is_drafted_into_what_waits_and_nothing_else(stage: Stage) -> None:
    scene = open_scene(stage, SEED, QUESTION, METHOD)
    scene.says(f"改 {scene.items[QUESTION]} 先说清楚加了几小时，再谈补贴。")
    scene.says(f"通过 {scene.items[METHOD]}")
    before = {words: scene.draft(words) for words in scene.comments}
    assert "重拟" in scene.says("称呼 小可爱")
    stage.settle()
    redrafted = scene.draft(SEED)
    assert redrafted.variants
    assert all(variant.text.startswith("小可爱，") for variant in redrafted.variants)
    assert redrafted.version == before[SEED].version + 1
    assert scene.draft(QUESTION) == before[QUESTION]
    assert scene.draft(METHOD).approved_text == before[METHOD].approved_text
    stage.wait(61)
    assert scene.reply(METHOD) == before[METHOD].text


def test_what_was_shown_before_the_change_cannot_be_approved_unseen(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    scene.says("称呼 小可爱")
    stage.settle()
    answer = scene.says(f"通过 {scene.items[SEED]}")
    assert "草稿已更新" in answer
    assert "→ 小可爱，" in answer
    assert scene.draft(SEED).state is DraftState.PENDING


def test_new_comments_are_drafted_in_the_voice(stage: Stage) -> None:
    scene = open_scene(stage)
    scene.says("称呼 小可爱")
    stage.settle()
    scene.comment(MOTHER)
    assert scene.draft(MOTHER).text.startswith("小可爱，")
    scene.says("称呼 无")
    stage.settle()
    assert not scene.draft(MOTHER).text.startswith("小可爱")


def test_a_banned_word_leaves_the_drafts_and_stops_edits(stage: Stage) -> None:
    scene = open_scene(stage, SEED, CHILD)
    word = scene.draft(SEED).text[:2]
    assert word in scene.says(f"禁用词 {word}、宝宝")
    stage.settle()
    assert all(word not in variant.text for words in (SEED, CHILD) for variant in scene.draft(words).variants)
    kept = scene.says(f"改 {scene.items[SEED]} 宝 宝真棒，是哪种方法？")
    assert "宝宝" in kept
    assert "你设的禁用词" in kept
    assert scene.draft(SEED).text == "宝 宝真棒，是哪种方法？"
    assert "没有发送" in scene.says(f"通过 {scene.items[SEED]}")
    assert "没有放进来" in scene.says("全部通过")
    assert scene.draft(SEED).state is DraftState.PENDING


def test_the_voice_is_shown_and_each_change_names_what_takes_it_back(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    scene.says("语气 俏皮")
    scene.says("口头禅 慢慢来、不急")
    shown = scene.says("语气")
    assert "语气 俏皮" in shown
    assert "口头禅 慢慢来、不急" in shown
    assert "口头禅 无" in scene.says("撤回")
    scene.says("口头禅 无")
    assert "口头禅 无" in scene.says("口头禅")
    assert "本来就是" in scene.says("语气 俏皮")


def test_ordinary_talk_about_tone_changes_nothing(stage: Stage) -> None:
    scene = open_scene(stage)
    for talk in ("语气不太好", "语气 有点冲", "称呼怎么写", "称呼 老师，您好！", "禁用词太多了"):
        scene.says(talk)
    assert voice_of(stage.stores) == voice_of(stage.stores).__class__()


def test_observers_cannot_change_the_voice(stage: Stage) -> None:
    scene = open_scene(stage)
    observer = scene.editor("观众", "观察")
    assert "要编辑或主理人来做" in observer.says("语气 俏皮").text


def test_a_tone_is_heard_in_what_waits_and_can_be_taken_away(stage: Stage) -> None:
    scene = open_scene(stage, SEED, QUESTION, MOTHER)
    heard = {}
    for tone in ("亲切", "专业", "俏皮"):
        assert "重拟" in scene.says(f"语气 {tone}")
        stage.settle()
        heard[tone] = [scene.draft(words).text for words in scene.comments]
    assert len({tuple(texts) for texts in heard.values()}) == 3
    assert "语气 专业" in scene.says("撤回")
    assert "改好了：无" in scene.says("语气 无")
    stage.settle()
    assert [scene.draft(words).text for words in scene.comments] not in heard.values()


def test_what_may_not_go_out_is_refused_as_salutation_and_catchphrase(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    before = scene.draft(SEED)
    for typed, word in (
        ("口头禅 必须转发", "必须转发"),
        ("口头禅 加我微信abc12345", "加我微信abc12345"),
        ("口头禅 慢慢来、记得关注我", "记得关注"),
        ("称呼 傻逼", "傻逼"),
    ):
        answer = scene.says(typed)
        assert "没有改" in answer
        assert f"「{word}」" in answer
    scene.says("禁用词 慢")
    assert "你设的禁用词" in scene.says("口头禅 慢慢来")
    stage.settle()
    assert voice_of(stage.stores).salutation == ""
    assert voice_of(stage.stores).pet_phrases == ()
    assert scene.draft(SEED).variants == before.variants
