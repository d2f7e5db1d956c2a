"""Being forgotten in one step: among others who write meanwhile, for repeats, and on the disk."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.domain.comment import Comment, Source
from bot.embedded_redis import EmbeddedRedis
from bot.stores.connection import connect_socket
from bot.stores.stores import Stores
from bot.stores.unit import Conflict, Unit
from config.settings import Settings
from handlers.context import Work
from handlers.erasure import compact, erase, erase_person
from tests.handlers.followers.everything_stored import traces
from tests.handlers.followers.parlour import Parlour
from tests.handlers.followers.planted import (
    CHAT_WORDS,
    FRESH_WORDS,
    PUBLIC_WORDS,
    erased_by_leaving,
    plant,
)
from tests.waiting import wait_until


def test_a_repeat_of_an_old_message_is_still_known_after_erasure(parlour: Parlour) -> None:
    plant(parlour)
    keys = set(parlour.redis.keys("{main}:answered:*"))
    erased_by_leaving(parlour, "小王")
    assert keys <= set(parlour.redis.keys("{main}:answered:*"))
    assert all(parlour.redis.ttl(key) > 0 for key in keys)


def test_a_writer_that_read_before_the_tombstone_cannot_commit_after_it(parlour: Parlour) -> None:
    plant(parlour)
    openid = parlour.openid("小王")
    late = parlour.stores
    late.people.meet_all([openid])
    late.comments.put(parlour.public_comment("小王", 77, FRESH_WORDS))
    erased_by_leaving(parlour, "小王")
    with pytest.raises(Conflict):
        late.unit.commit()
    assert traces(parlour.redis, parlour.pid("小王"), FRESH_WORDS) == {}


def test_comments_read_from_wechat_while_a_person_is_erased_never_keep_their_name(parlour: Parlour) -> None:
    openid, pid = parlour.openid("小王"), parlour.pid("小王")

    def poll(first: int) -> None:
        for cid in range(first, first + 15):

            def take(stores: Stores, cid: int = cid) -> None:
                met = stores.people.meet_all([openid])[openid]
                stores.comments.put(Comment("2247000001_0", str(cid), "留言", 1, Source.POLL, pid=met))

            parlour.change(take)

    for round_ in range(8):
        parlour.redis.flushall()
        parlour.follows("小王")
        polls = [threading.Thread(target=poll, args=(100 * n,)) for n in range(2)]
        for thread in polls:
            thread.start()
        while parlour.redis.hlen("{main}:comments:2247000001_0") < round_:
            pass
        erase_person(parlour.redis, parlour.vault, "main", openid, parlour.now)
        for thread in polls:
            thread.join(10)
        assert traces(parlour.redis, pid) == {}
        assert parlour.redis.hlen("{main}:comments:2247000001_0") == 30


def test_an_unknown_person_is_said_to_be_unknown(parlour: Parlour) -> None:
    assert erase_person(parlour.redis, parlour.vault, "main", "onobodyeverheardof", parlour.now) is None
    assert erase_person(parlour.redis, parlour.vault, "main", "0123456789abcdef", parlour.now) is None
    assert parlour.redis.keys("*") == []


def test_a_pseudonym_without_openid_is_erased_without_a_tombstone(parlour: Parlour) -> None:
    parlour.store(parlour.public_comment("小王", 8, PUBLIC_WORDS), "回复")
    erased = erase_person(parlour.redis, parlour.vault, "main", parlour.pid("小王"), parlour.now)
    assert erased
    assert (erased.comments, erased.drafts, erased.buried) == (1, 1, False)
    assert traces(parlour.redis, parlour.pid("小王"), PUBLIC_WORDS) == {}


def test_the_file_on_disk_is_rewritten_soon_after(parlour: Parlour) -> None:
    plant(parlour)
    erased_by_leaving(parlour, "小王")
    assert parlour.due()["compact|"] == parlour.now + 60


def test_an_erasure_is_one_step_that_meets_every_change_of_what_it_read(parlour: Parlour) -> None:
    plant(parlour)
    unit = Unit(parlour.redis, "main")
    erase(Stores(unit, parlour.vault), parlour.pid("小王"), parlour.now)
    parlour.says("小王", "别提我")
    before = traces(parlour.redis, CHAT_WORDS)
    with pytest.raises(Conflict):
        unit.commit()
    assert traces(parlour.redis, CHAT_WORDS) == before


def test_after_compaction_the_disk_holds_nothing_of_an_erased_person(tmp_path: Path, settings: Settings) -> None:
    server = EmbeddedRedis(tmp_path / "own", fsync="always")
    server.start()
    try:
        own = settings.model_copy(update={"redis_url": SecretStr("")})
        client = connect_socket(server.socket)
        parlour = Parlour(client, own)
        plant(parlour)
        assert found_on_disk(tmp_path / "own", PUBLIC_WORDS)
        erased_by_leaving(parlour, "小王")
        work = Work(parlour.tools, own.account(), parlour.redis, None, None, lambda: parlour.now)  # type: ignore[arg-type]
        compact(work, "", parlour.now)
        wait_until(lambda: not found_on_disk(tmp_path / "own", PUBLIC_WORDS))
        assert not found_on_disk(tmp_path / "own", parlour.pid("小王"))
        client.close()
    finally:
        server.stop()


def found_on_disk(folder: Path, needle: str) -> bool:
    """True when some file below `folder` holds the words; files that vanish meanwhile hold nothing."""
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError, IsADirectoryError):
            if path.is_file() and needle.encode() in path.read_bytes():
                return True
    return False
