"""The creators' choices are counted per template, taken back with them, and told once when they amount to something."""

from __future__ import annotations

from bot.domain.comment import Variant
from bot.domain.draft import Draft, DraftState
from replies.learning import learned
from tests.scenarios.scene import CHILD, METHOD, MOTHER, QUESTION, SEED, Scene, open_scene
from tests.stage import Stage


def counts(scene: Scene) -> dict[str, tuple[int, int]]:
    """Counts that are not nothing."""
    return {name: both for name, both in scene.stage.stores.choices.counts().items() if both != (0, 0)}


def first_rule(scene: Scene, words: str) -> str:
    """The template of the variant displayed first."""
    return scene.draft(words).variants[0].rule


def test_each_kind_of_choice_is_counted(stage: Stage) -> None:
    scene = open_scene(stage, SEED, QUESTION, MOTHER, METHOD)
    rules = {words: first_rule(scene, words) for words in scene.comments}
    assert len(set(rules.values())) == 4
    scene.says(f"通过 {scene.items[SEED]}")
    scene.says(f"改并发 {scene.items[QUESTION]} 先说清楚加了几小时，再谈补贴。")
    scene.says(f"拒绝 {scene.items[MOTHER]}")
    scene.says(f"换 {scene.items[METHOD]}")
    scene.says(f"通过 {scene.items[METHOD]}")
    second = scene.draft(METHOD).variant("B").rule
    assert counts(scene) == {
        rules[SEED]: (1, 0),
        rules[QUESTION]: (0, 1),
        rules[MOTHER]: (0, 1),
        rules[METHOD]: (0, 1),
        second: (1, 0),
    }


def test_what_is_taken_back_is_counted_back_even_after_it_was_sent(stage: Stage) -> None:
    scene = open_scene(stage, SEED, CHILD)
    scene.says(f"通过 {scene.items[SEED]}")
    scene.says("撤回")
    assert counts(scene) == {}
    scene.says(f"通过 {scene.items[CHILD]}")
    stage.wait(61)
    assert counts(scene) == {first_rule(scene, CHILD): (1, 0)}
    scene.says(f"撤回 {scene.items[CHILD]}")
    stage.wait(10)
    assert scene.draft(CHILD).state is DraftState.PENDING
    assert counts(scene) == {}


def test_the_log_replayed_gives_the_same_counts(stage: Stage) -> None:
    scene = open_scene(stage, SEED, QUESTION, CHILD)
    for command in ("通过 {}", "撤回 {}", "换 {}", "通过 {}"):
        scene.says(command.format(scene.items[SEED]))
    scene.says(f"拒绝 {scene.items[QUESTION]}")
    scene.says(f"改并发 {scene.items[CHILD]} 能坚持一个月真好，读的是哪几本？")
    replayed: dict[str, tuple[int, int]] = {}
    for choice in stage.stores.choices.log():
        kept, changed = replayed.get(choice.template, (0, 0))
        replayed[choice.template] = (kept + choice.kept, changed + choice.changed)
    assert replayed == stage.stores.choices.counts()
    assert learned(replayed) == learned(stage.stores.choices.counts())


def decided(stage: Stage, rule: str, texts: list[str]) -> None:
    """Drafts of one template that a creator rewrote with these texts."""
    stores = stage.stores
    for at, text in enumerate(texts):
        waiting = Draft(f"1_0_{at + 1}", DraftState.PENDING, 1.0, (Variant("A", "追问", "原来的话？", rule),))
        stores.drafts.put(waiting, stage.clock.now())
        edited = waiting.rewritten(text)
        stores.drafts.put(edited, stage.clock.now())
        stores.drafts.put(edited.moved(DraftState.APPROVED, stage.clock.now(), due_at=1e12), stage.clock.now())
    stores.unit.commit()


def test_a_template_that_is_always_rewritten_is_retired_and_told_once(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    rule = first_rule(scene, SEED)
    decided(stage, rule, [f"第{n}种说法完全不一样" * (n % 3 + 1) for n in range(20)])
    assert counts(scene)[rule] == (0, 20)
    stage.wait(86400, jobs=True)
    told = scene.says("待审")
    assert "多半会改" in told
    assert "改了 20 次" in told
    stage.wait(86400, jobs=True)
    assert "多半会改" not in scene.says("待审")
    scene.comment("我试过第一种，确实有用!", seconds=8000.0)
    assert rule not in {variant.rule for variant in scene.draft("我试过第一种，确实有用!").variants}


def test_an_edit_written_three_times_is_offered_as_a_template_once(stage: Stage) -> None:
    scene = open_scene(stage, SEED)
    rule = first_rule(scene, SEED)
    decided(
        stage,
        rule,
        ["谢谢你来，下次说说过程好吗？", "谢谢你来！下次说说过程好吗", "谢谢你来，下次说说过程好吗", "哪步最难？"],
    )
    stage.wait(86400, jobs=True)
    told = scene.says("待审")
    assert "3 次改成了差不多的话" in told
    assert f"「{rule.partition('#')[0]}」" in told
    stage.wait(86400, jobs=True)
    assert "差不多的话" not in scene.says("待审")
