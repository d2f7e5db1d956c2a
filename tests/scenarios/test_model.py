"""Random interleavings: nothing is sent that its approver was not shown, nothing twice, nothing that was taken back."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
import redis as redis_py

from bot.domain.draft import DraftState
from bot.embedded_redis import EmbeddedRedis
from config.settings import load_settings
from handlers.assembly import make_tools
from handlers.context import Tools
from tests.conftest import ENVIRONMENT
from tests.scenarios.model import ACCOUNT, CREATORS, World

RUNS = int(os.environ.get("TEST_INTERLEAVINGS", "150"))
"""Of a suite that everybody runs; set TEST_INTERLEAVINGS=10000 for the long check."""

STEPS = 14
MOODS = ("well", "well", "well", "unreachable", "loses answers", "dies", "cannot look")
ABOUT_ONE = ("通过", "通过", "通过", "换", "看", "撤回", "跳过", "恢复", "查", "拒绝", "看 1-3、")
BARE = ("待审", "待审", "撤回", "撤回", "恢复", "更多", "通过", "全部通过", "是", "连审", "状态", "暂停")
DIGITS = ("1", "2", "3", "4")


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory, redis_server: EmbeddedRedis) -> Tools:
    folder = tmp_path_factory.mktemp("model")
    env = {**ENVIRONMENT, "REDIS_URL": f"unix://{redis_server.socket}", "BOT_DATA_DIR": str(folder)}
    return make_tools(load_settings(env))


def message(world: World) -> str:
    """Something a creator may send now."""
    dice = world.dice
    n = dice.choice((1, 1, 2, 2, 3, 4))
    kind = dice.random()
    if kind < 0.50:
        return f"{dice.choice(ABOUT_ONE)} {n}"
    if kind < 0.64:
        return decisive(world, n)
    if kind < 0.70 and world.stale_taps:
        return dice.choice(("通过", "换", "不回")) + dice.choice(world.stale_taps)
    if kind < 0.76:
        return f"通过 {n}、{n % 3 + 1}"
    if kind < 0.80:
        return dice.choice(DIGITS)
    if kind < 0.83:
        return dice.choice(("通国{n}", "通过 {n} 谢谢大家来", "车回{n}")).format(n=n)
    return dice.choice(BARE)


def decisive(world: World, n: int) -> str:
    """Something that changes item `n`, if it can be changed."""
    words = f"辛苦了，好些了吗？这是第 {world.messages} 句。"
    choices = (f"通过 {n}", f"通过 {n}", f"通过 {n}{world.dice.choice('ABC')}", f"撤回 {n}", f"撤回 {n}", f"换 {n}")
    more = (f"改 {n} {words}", f"改并发 {n} {words}", f"拒绝 {n}", f"确认 {world.code}", "全部通过")
    return world.dice.choice((*choices, *more))


def step(world: World) -> None:
    """One thing happens, perhaps in the middle of another."""
    dice = world.dice
    world.wechat.mood = dice.choice(MOODS)
    number = dice.randint(1, 3)
    person, other = dice.sample(CREATORS, 2)
    kind = dice.random()
    if kind < 0.45:
        tell(world, person, message(world))
    elif kind < 0.55:
        first, second = decisive(world, number), decisive(world, number)
        tell(world, person, first, lambda: tell(world, other, second))
    elif kind < 0.65:
        tell(world, person, decisive(world, number), lambda: worked(world, dice.choice((0, 61, 61))))
    elif kind < 0.70:
        words = decisive(world, number)
        world.wechat.meanwhile = lambda: tell(world, person, words)
        worked(world, 61)
        world.wechat.meanwhile = None
    elif kind < 0.73:
        tell(world, person, decisive(world, number), lambda: world.redrafts(number))
    elif kind < 0.78 and world.repeatable:
        event, answer = dice.choice(world.repeatable)
        world.log.append(f"again: {event.text}")
        assert world.deliver(event) == answer.text
    elif kind < 0.91:
        worked(world, dice.choice((1, 6, 61, 61, 130)))
    elif kind < 0.95:
        world.log.append(f"redraft of {number}")
        world.redrafts(number)
    elif kind < 0.98 and world.wechat.replies[number] is None:
        world.log.append(f"{number} is answered in the backend")
        world.wechat.replies[number] = "后台的回复"
    elif kind >= 0.98:
        world.log.append(f"{number} is deleted by its reader")
        world.wechat.gone.add(number)


def tell(world: World, openid: str, words: str, meanwhile: Callable[[], None] | None = None) -> None:
    """A message, logged with the beginning of its answer."""
    at = len(world.log)
    world.log.append("")
    answer = world.says(openid, words, meanwhile)
    world.log[at] = f"{openid[14:]}: {words} -> {answer[:60]!r}"
    world.watch()


def worked(world: World, seconds: float) -> None:
    """Time passes and the worker works."""
    world.now += seconds
    world.log.append(f"+{seconds} s, the worker works while WeChat is: {world.wechat.mood}")
    world.works()
    world.watch()


def settled(world: World) -> None:
    """In the end WeChat is well again: every approval comes to a certain end."""
    world.wechat.mood = "well"
    world.says(CREATORS[0], "恢复")
    for _ in range(5):
        worked(world, 70)
    left = {number: world.draft(number).state for number in world.wechat.replies}
    assert not [n for n, state in left.items() if state in (DraftState.APPROVED, DraftState.SENDING)], left
    for number, state in left.items():
        if state is DraftState.SENT:
            assert world.wechat.replies[number] == world.draft(number).approved_text
        elif world.wechat.ours[number] and number not in world.wechat.gone:
            assert state is DraftState.WITHDRAWING, f"our reply to {number} stands although it is {state}"


def test_no_interleaving_sends_what_was_not_displayed_nor_twice_nor_what_was_taken_back(
    redis: redis_py.Redis, tools: Tools
) -> None:
    sent = 0
    for seed in range(RUNS):
        world = World(redis, tools.settings, tools, seed)
        try:
            for creator in CREATORS:
                tell(world, creator, "待审")
            for _ in range(STEPS):
                step(world)
            settled(world)
        except AssertionError as broken:
            raise AssertionError(f"seed {seed}: {broken}\n" + "\n".join(world.log)) from broken
        sent += world.wechat.sends
    assert sent > RUNS / 4, "hardly anything was sent: the check checks nothing"


def test_the_model_would_notice_a_text_that_was_never_displayed(redis: redis_py.Redis, tools: Tools) -> None:
    world = World(redis, tools.settings, tools, 0)
    world.says(CREATORS[0], "待审")
    world.says(CREATORS[0], "通过 1")
    world.displayed[CREATORS[0]].clear()
    world.now += 61
    with pytest.raises(AssertionError, match="never displayed"):
        world.works()
    assert world.redis.exists(f"{{{ACCOUNT}}}:due")
