"""规则试跑: other rules over the stored comments; nothing is changed but the letters that tell the result."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from bot.domain.article import FoundBy
from bot.domain.comment import Comment, Source
from bot.domain.draft import DraftState
from bot.domain.events import TextMessage
from bot.domain.people import Person
from bot.stores.stores import Stores
from config.settings import ROOT
from handlers.chat.commands import Command, Verb
from handlers.context import Chat, Reply
from handlers.intake import take_in
from handlers.trials import try_rules
from tests.handlers.worker import Worker

KEY = "2247487033_0"
KEPT = "我觉得第二种方法更适合新人，第一种门槛太高"
NEW = "去年我妈也这样，后来换了社区医院才好些"
REFUSED = "我家孩子三岁，绘本共读试了一个月，睡前安静多了"
OTHER = "请问新手第一次谈加班补贴，怎么开口比较好？"


class Place:
    """A worker over a configuration of its own with one candidate, and a creator who asks."""

    def __init__(self, worker: Worker, config: Path) -> None:
        self.worker, self.config = worker, config
        self.creator: Person = worker.creator()
        self.candidate = config / "candidates" / "广告v2"
        (self.candidate / "words").mkdir(parents=True)
        self.write("words/block.txt", "第二种方法更适合\n社区医院\n")

    def write(self, name: str, more: str) -> None:
        """A file of the candidate: that in use with something more."""
        used = (self.config / name).read_text(encoding="utf-8")
        (self.candidate / name).write_text(f"{used}\n{more}", encoding="utf-8")

    def comments(self, *texts: str, days_ago: float = 0.0, first: int = 1) -> None:
        """Comments as they came in so many days ago."""
        at = int(self.worker.now - days_ago * 86400)
        rows = [Comment(KEY, str(first + n), text, at, Source.POLL) for n, text in enumerate(texts)]
        self.worker.store(lambda stores: stores.articles.found(KEY, FoundBy.LINK, self.worker.now, "加班之后"))
        take_in(self.worker.work, KEY, rows, float(at))

    def greetings(self, count: int) -> None:
        """So many short comments, stored as they are."""

        def put(stores: Stores) -> None:
            for n in range(count):
                stores.comments.put(Comment(KEY, str(n + 1), "沙发", int(self.worker.now), Source.POLL))

        self.worker.store(put)

    def decide(self, cid: int, state: DraftState, reason: str = "") -> None:
        """A creator's decision about a draft."""
        draft = self.worker.look.drafts.get(f"{KEY}_{cid}")
        assert draft is not None
        after = draft.moved(state, self.worker.now, approved_text=draft.text, reason=reason, due_at=1e12)
        self.worker.store(lambda stores: stores.drafts.put(after, self.worker.now))

    def asks(self, name: str = "广告v2") -> Reply:
        """规则试跑 by the creator."""

        def answer(chat: Chat) -> Reply:
            return try_rules(chat, Command(Verb.TRY_RULES, text=name or None))

        event = TextMessage("main", "o-creator", int(self.worker.now), msg_id="1", text="规则试跑")
        return self.worker.say(answer, event, self.creator)

    def everything(self) -> dict[bytes, bytes]:
        """All that Redis holds, but the letters and the plan of tasks."""
        keys = cast("list[bytes]", self.worker.redis.keys("*"))
        kept = [key for key in keys if b":mailbox:" not in key and not key.endswith(b":due")]
        return {key: cast("bytes", self.worker.redis.dump(key)) for key in sorted(kept)}

    def letters(self) -> list[str]:
        """What waits to be told."""
        return [letter.text for letter in self.worker.look.mailbox.of(self.creator.pid)]


@pytest.fixture
def place(make_worker: Callable[..., Worker], tmp_path: Path) -> Place:
    """One candidate beside the rules in use."""
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config, ignore=shutil.ignore_patterns("*.py", "__pycache__", "candidates"))
    return Place(make_worker(BOT_CONFIG_DIR=str(config)), config)


def test_hits_mistakes_and_differences_are_told_and_nothing_else_is_changed(place: Place) -> None:
    place.comments(KEPT, NEW, REFUSED, OTHER)
    place.comments("一年前也说过第二种方法更适合", days_ago=40, first=20)
    place.decide(1, DraftState.APPROVED)
    place.decide(3, DraftState.REJECTED, "广告")
    before = place.everything()
    assert "什么都不会改" in str(place.asks())
    assert place.worker.run("trial|") is None
    assert place.everything() == before
    told, *examples = place.letters()
    assert "4 条留言" in told
    assert "拦下 2 条（现在的规则 0 条）" in told
    assert "误伤 1 条（现在 0 条）" in told
    assert "却没拦的有 1 条" in told
    assert "新拦 2 条，不再拦 0 条" in told
    assert "config/candidates/广告v2/" in told
    assert len(examples) == 2
    assert any(line.startswith("误伤：「我觉得第二种方法") for line in examples)
    assert [letter.about for letter in place.worker.look.mailbox.of(place.creator.pid)][1:] == [f"{KEY}_1", f"{KEY}_2"]
    assert set(place.worker.due()) >= {f"tell|{place.creator.pid}"}
    assert len(told.encode()) <= 1500


def test_a_second_run_of_the_task_changes_nothing(place: Place) -> None:
    place.comments(KEPT)
    place.asks()
    place.worker.run("trial|")
    told = place.letters()
    assert place.worker.run("trial|") is None
    assert place.letters() == told


def test_a_long_trial_goes_on_bit_by_bit_and_tells_how_far_it_is(place: Place) -> None:
    place.comments(KEPT, first=5_000)
    place.greetings(1_150)
    place.asks()
    assert place.worker.run("trial|") is not None
    assert "看到第 1000 条，共 1151 条" in str(place.asks())
    assert "看到第 1000 条" in str(place.asks("别的"))
    assert place.worker.run("trial|") is None
    assert "1151 条留言" in place.letters()[0]
    assert place.worker.look.trials.running() is None


def test_files_changed_on_the_way_begin_it_anew(place: Place) -> None:
    place.comments(KEPT, first=5_000)
    place.greetings(1_100)
    place.asks()
    place.worker.run("trial|")
    place.write("words/block.txt", "没有人说的词，为了换一个大小")
    assert place.worker.run("trial|") is not None
    running = place.worker.look.trials.running()
    assert running is not None
    assert running.tally.looked == 1_000
    place.worker.run("trial|")
    assert "1101 条留言" in place.letters()[0]
    assert "拦下 0 条" in place.letters()[0]


def test_faulty_candidates_are_told_with_file_and_line(place: Place) -> None:
    place.comments(KEPT)
    (place.candidate / "rules.yaml").write_text("rules: [", encoding="utf-8")
    place.asks()
    assert place.worker.run("trial|") is None
    [told] = place.letters()
    assert "没有试跑" in told
    assert "rules.yaml:2: " in told


def test_without_a_name_or_with_a_wrong_one_the_candidates_are_named(place: Place) -> None:
    for name in ("", "别的"):
        assert "可以试跑的有：广告v2" in str(place.asks(name))
    shutil.rmtree(place.candidate)
    assert "还没有可以试跑的规则" in str(place.asks())
    assert place.worker.look.trials.running() is None
