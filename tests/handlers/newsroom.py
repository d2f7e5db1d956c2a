"""A round that has just been decided and a worker that publishes its post; the sandbox is WeChat."""

from __future__ import annotations

from bot.domain.ballot import Tally
from bot.domain.campaign import Campaign
from bot.domain.events import MassFinished, PublishFinished
from bot.domain.nominee import Nominee
from bot.domain.people import Role
from bot.domain.post import Post, PostState, Publish
from bot.domain.round import Round, Terms
from bot.domain.round_state import RoundState
from bot.domain.winner import Method, Result
from bot.sandbox import Article
from bot.stores.stores import Stores
from handlers.post_outcomes import finished
from handlers.round_planning import begin_next
from handlers.rounds import let_out
from tests.handlers.worker import Worker

WORDS = (
    "我试过提前一天把周报写好，周五下午就不用加班了，坚持了三个月，领导也没说什么",
    "补充一个数据：工作日加班要付百分之一百五十的工资，很多人不知道可以要",
    "不同意，加班是管理的问题，我们公司把需求评审提前两天做，加班少了一半",
)
WEEK = "2026W47"


class Newsroom:
    """`owner` has switched the round on; `round` is to be published."""

    def __init__(self, worker: Worker, publish: Publish = Publish.AUTO) -> None:
        self.worker, self.box = worker, worker.box
        self.owner = worker.creator(Role.OWNER)
        self.article: Article = self.box.publish_by_hand("加班之后", "你怎么看？")
        self.readers = [self.box.follower(f"读者{n}") for n in range(len(WORDS))]
        self.numbers = [self.article.comment(*both) for both in zip(self.readers, WORDS, strict=True)]
        worker.follow(self.article)
        worker.pull(self.article)
        worker.run("inbox|")
        comments = {one.content: one for one in worker.comments(self.article)}
        nominees = tuple(
            Nominee(n, comments[text].id, comments[text].pid, 80 - n, 80.0 - n, "作者提名")
            for n, text in enumerate(WORDS, 1)
        )
        result = Result(Tally({1: 9, 2: 3, 3: 1}), 1, Method.BALLOTS, (1, 2, 3))
        now = worker.now
        terms = Terms(publish=publish, rewards=("署名权",))
        round_ = Round(
            WEEK, RoundState.CLOSED, "本周最有料", "最有料", "读完就能用上", terms,
            now - 90_000, now - 88_000, now - 3_600, nominees=nominees, result=result, closed_at=now - 3_600,
        )  # fmt: skip
        campaign = Campaign(permitted_by=self.owner.pid, permitted_at=now, current=WEEK, made=1)

        def begin(stores: Stores) -> None:
            stores.campaigns.put(campaign)
            stores.campaigns.put_round(round_)
            begin_next(stores, worker.tools, campaign, now)

        worker.store(begin)

    @property
    def round(self) -> Round:
        """The round as it is now."""
        found = self.worker.look.campaigns.round(WEEK)
        assert found
        return found

    @property
    def post(self) -> Post:
        """Its post as it is now."""
        return self.round.post

    def let_out(self, only_as: str = "") -> None:
        """The clock, or the owner's 发布周榜, lets the post out."""
        self.worker.store(lambda stores: let_out(stores, self.round, self.worker.now, only_as))

    def run(self) -> float | None:
        """The task is run once."""
        return self.worker.run(f"post|{WEEK}")

    def wait(self, seconds: float) -> None:
        """Time goes on; what WeChat finishes meanwhile is finished, without a word to us."""
        self.worker.clock.advance(seconds)
        self.box.settle()

    def until_done(self, hours: float = 30.0) -> None:
        """The task is run whenever it is due, as long as it wants to, over so many hours at most."""
        end = self.worker.now + hours * 3600
        while True:
            at = self.worker.due().get(f"post|{WEEK}")
            if at is None or at > end:
                return
            self.wait(max(0.0, at - self.worker.now))
            self.run()

    def finished(self, status: int = 0, publish_id: str = "", url: str = "") -> None:
        """WeChat's event that a publication has ended arrives."""
        urls = ((0, url),) if url else ()
        event = PublishFinished("", "gh", int(self.worker.now), publish_id or self.post.job, status, "a", urls)
        assert self.worker.say(finished, event) is None

    def mass_finished(self, status: str = "send success", msg_id: str = "") -> None:
        """WeChat's event that a mass send has ended arrives."""
        event = MassFinished("", "gh", int(self.worker.now), msg_id or self.post.job or "1", status)
        assert self.worker.say(finished, event) is None

    def told(self) -> str:
        """What waits to be said to the owner."""
        return "\n".join(letter.text for letter in self.worker.look.mailbox.of(self.owner.pid))

    def out(self) -> list[Article]:
        """The round's posts that stand at WeChat, published or sent; what it is about to publish is waited for."""
        self.box.settle()
        return [one for one in self.box.library.all() if one.title == "本周最有料" and not one.deleted]

    def waits(self, state: PostState = PostState.BY_HAND) -> bool:
        """True when the round waits for a person, nothing announced, with its post in this state."""
        return self.round.state is RoundState.CLOSED and self.post.state is state and self.round.honour is None

    def is_over(self, state: PostState) -> bool:
        """True when the round was announced with its post in this state."""
        return self.round.state is RoundState.ANNOUNCED and self.post.state is state
