"""Ballots and the round's box in Redis: one scan counts them, one round trip casts one."""

from __future__ import annotations

import time
from collections import Counter

import redis as redis_py

from bot.domain.ballot import Ballot, ballot_key, tally
from bot.domain.bursts import bursts
from bot.domain.campaign import Campaign
from bot.domain.events import TextMessage
from bot.domain.nominee import Nominee
from bot.domain.round import Round, Terms
from bot.domain.round_state import RoundState
from bot.embedded_redis import EmbeddedRedis
from bot.router import Router
from bot.stores.stores import Stores
from bot.stores.unit import Unit, transact
from bot.stores.vault import Vault
from config.settings import Settings
from handlers.assembly import make_tools
from handlers.conversation import Conversation
from handlers.creators import CreatorCommands
from handlers.everything import FOLLOWERS
from handlers.followers import FollowerCommands
from handlers.messages import Messages

VAULT = Vault(b"a secret key for tests only")
NOW = 1_800_000_000.0
MANY = 100_000


class Counting(redis_py.UnixDomainSocketConnection):
    """A connection that counts how often something is sent over it: round trips."""

    sent = 0

    def send_packed_command(self, command, check_health=True):  # type: ignore[no-untyped-def]
        Counting.sent += 1
        super().send_packed_command(command, check_health)


def open_round(client: redis_py.Redis) -> Round:
    """A round of three that is voted on."""
    nominees = tuple(Nominee(n, f"a_0_{n}", f"p{n}", 60, 60.0, "精选", comment_number=n) for n in (1, 2, 3))
    round_ = Round(
        "2026W47", RoundState.VOTING, "本周最有料", "最有料", "有料", Terms(), NOW, NOW, NOW + 86400, nominees=nominees,
        opened_at=NOW,
    )  # fmt: skip

    def put(unit: Unit) -> None:
        campaigns = Stores(unit, VAULT).campaigns
        campaigns.make_key(round_.id)
        campaigns.put(Campaign(current=round_.id))
        campaigns.put_round(round_)

    transact(client, "main", put)
    return round_


def test_casting_a_ballot_costs_one_round_trip_beyond_what_every_message_costs(
    redis: redis_py.Redis, redis_server: EmbeddedRedis, settings: Settings
) -> None:
    round_ = open_round(redis)
    pool = redis_py.ConnectionPool(connection_class=Counting, path=str(redis_server.socket))
    client = redis_py.Redis(connection_pool=pool)
    messages = Messages(CreatorCommands({}, {}), FollowerCommands(FOLLOWERS, {}))
    conversation = Conversation(
        make_tools(settings), {"main": settings.account()}, Router({TextMessage: messages.text})
    )

    def trips(text: str, msg_id: str) -> int:
        event, now = TextMessage("o" * 28, "gh_x", int(NOW), msg_id, text=text), NOW + int(msg_id)
        before = Counting.sent
        transact(client, "main", lambda unit: conversation.answer(unit, "main", event, now))
        return Counting.sent - before

    trips("谢谢", "1")  # the first message meets the person
    for n in ("2", "3"):  # the first answers tell that there is a vote and look for a sentence of the wall
        trips("隐私", n)
    plain = trips("谢谢", "4")
    assert trips("投2", "5") <= plain + 1
    assert trips("投3", "6") <= plain + 1
    assert [one.choice for one in Stores(Unit(redis, "main"), VAULT).ballots.all(round_.id).values()] == [3]
    two_days = 2 * 86400
    first_of_the_day = trips("隐私", str(two_days))
    assert first_of_the_day == trips("隐私", str(two_days + 1)) + 1, "an empty wall costs one look at it"


def test_a_hundred_thousand_ballots_are_read_whole_and_counted_alike_twice(redis: redis_py.Redis) -> None:
    round_ = open_round(redis)
    choices = [n % 7 % 3 + 1 for n in range(MANY)]
    cast = {ballot_key("key", str(n)): f"[{choice},{NOW + n}]" for n, choice in enumerate(choices)}
    redis.hset("{main}:ballots:2026W47", mapping=cast)
    stores = Stores(Unit(redis, "main"), VAULT)
    began = time.perf_counter()
    ballots = stores.ballots.all(round_.id)
    counted = tally(ballots, frozenset((1, 2, 3)), bursts(ballots), False)
    print(f"\n{MANY} ballots read and counted in {time.perf_counter() - began:.2f} s")
    assert counted.valid == MANY
    assert counted.votes == Counter(choices)
    assert counted.digest == tally(stores.ballots.all(round_.id), frozenset((1, 2, 3)), frozenset(), False).digest


def test_the_box_is_open_only_while_the_vote_is_and_never_while_paused(redis: redis_py.Redis) -> None:
    round_ = open_round(redis)

    def box_after(work) -> object:  # type: ignore[no-untyped-def]
        transact(redis, "main", lambda unit: work(Stores(unit, VAULT).campaigns))
        return Stores(Unit(redis, "main"), VAULT).campaigns.box()

    assert box_after(lambda campaigns: None)
    assert box_after(lambda campaigns: campaigns.put(Campaign(current=round_.id, paused_at=NOW))) is None
    assert box_after(lambda campaigns: campaigns.put_round(round_.having(close_at=NOW + 9))) is None
    assert box_after(lambda campaigns: campaigns.put(Campaign(current=round_.id)))
    assert box_after(lambda campaigns: campaigns.put_round(round_.closing(NOW))) is None


def test_ballots_keep_their_value_through_redis(redis: redis_py.Redis) -> None:
    ballot = Ballot(3, NOW + 0.25, late=False, fresh=True, blocked=True)
    transact(redis, "main", lambda unit: Stores(unit, VAULT).ballots.put("w", "k", ballot))
    assert Stores(Unit(redis, "main"), VAULT).ballots.get("w", "k") == ballot
