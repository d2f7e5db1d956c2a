"""An owner, one followed article and comments under it: where most stories about creators begin."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.draft import Draft
from bot.sandbox import Article
from bot.sandbox.articles import ReaderComment
from bot.sandbox.people import Follower
from tests.stage import Stage, item_of

SEED = "我试过,确实有用!"
QUESTION = "请问新手第一次谈加班补贴，怎么开口比较好？"
MOTHER = "去年我妈也这样，后来换了社区医院才好些"
AGAINST = "不同意，加班是管理的问题，成本没算进去"
BAKING = "烤之前先醒 20 分钟更蓬松，模具要抹油"
CHILD = "我家孩子三岁，绘本共读试了一个月，睡前安静多了"
METHOD = "我觉得第二种方法更适合新人，第一种门槛太高"
COLD = "等了两小时还是冷的，客服也不理人，太失望了"
SIX = (SEED, QUESTION, MOTHER, AGAINST, BAKING, CHILD)
CRISIS = "活着真的没意思，我不想活了"


@dataclass
class Scene:
    """`comments` maps what a reader wrote to WeChat's number of it, `items` to the item number on its card."""

    stage: Stage
    owner: Follower
    article: Article
    comments: dict[str, int]
    items: dict[str, int]

    def says(self, text: str) -> str:
        """What the owner is answered."""
        return self.owner.says(text).text

    def draft(self, words: str) -> Draft:
        """The draft for a comment as it stands now."""
        found = self.stage.stores.drafts.get(f"{self.article.key}_{self.comments[words]}")
        assert found is not None
        return found

    def record(self, words: str) -> ReaderComment:
        """A comment as it stands on the WeChat side."""
        found = self.article.record(self.comments[words])
        assert found is not None
        return found

    def reply(self, words: str) -> str | None:
        """The reply that readers see under a comment, None if there is none."""
        reply = self.record(words).reply
        return reply.content if reply else None

    def sends(self) -> int:
        """How often a reply was put under a comment through the API, refused tries included."""
        return len(self.stage.box.calls_to("comment/reply/add"))

    def comment(self, words: str, seconds: float = 200.0) -> None:
        """One more comment, taken in by the next look, which comes within `seconds`."""
        self.comments[words] = self.article.comment(self.stage.box.follower(f"读者{len(self.comments)}"), words)
        self.stage.wait(seconds)

    def editor(self, name: str = "小编", role: str = "编辑") -> Follower:
        """Somebody who has joined by the owner's code."""
        return join(self.stage, self.owner, name, role)


def open_scene(stage: Stage, *texts: str, show: bool = True) -> Scene:
    """One article with these comments, triaged; with `show` the owner has been shown every card."""
    owner = stage.owner()
    article = stage.box.publish_by_hand("加班之后", "聊聊加班。你试过哪些不加班的办法？")
    owner.says(f"登记 {article.long_url} 加班之后")
    comments = {text: article.comment(stage.box.follower(f"读者{at}"), text) for at, text in enumerate(texts)}
    stage.wait(200)
    scene = Scene(stage, owner, article, comments, {})
    if show:
        scene.items = see_all(owner, texts)
    return scene


def see_all(creator: Follower, texts: tuple[str, ...]) -> dict[str, int]:
    """Page through the queue; the item number of each comment."""
    seen = creator.says("待审").text
    while "回「更多」" in seen.split("\n\n")[-1]:
        seen += "\n\n" + creator.says("更多").text
    return {text: item_of(seen, text[:12]) for text in texts}


def join(stage: Stage, owner: Follower, name: str, role: str) -> Follower:
    """A creator made by the owner's one-time code."""
    code = re.search(r"授权码 (\w{6})", owner.says(f"授权 {role}").text)
    assert code is not None
    person = stage.box.follower(name, author=True)
    assert role in person.says(f"加入 {code[1]}").text
    return person
