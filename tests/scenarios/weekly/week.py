"""One account from Wednesday on: an owner, articles with comments that the owner has elected, readers who vote."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.domain.nominee import Nominee
from bot.domain.round import Round
from bot.sandbox import Article
from bot.sandbox.people import Follower
from bot.sandbox.publishing import PublishJob
from tests.stage import Stage, item_of

HOUR, DAY = 3600.0, 86400.0
WORK = (
    "我试过提前一天把周报写好，周五下午就不用加班了，坚持了三个月，领导也没说什么",
    "补充一个数据：按劳动法第四十四条，工作日加班要付百分之一百五十的工资，很多人不知道可以要",
    "不同意，加班是管理的问题，我们公司把需求评审提前两天做，加班少了一半",
)
LIFE = (
    "请问新手第一次跟领导谈加班补贴，应该先说工作量还是先说时间？怕一开口就被拒",
    "去年我妈住院，我连着加班两周，后来换了部门才发现，原来准时下班的人也能升职",
    "我的办法是每天下午四点列出没做完的三件事，只挑一件带回家，其他明天再说，睡眠好多了",
)
TEAM = (
    "其实不见得都怪领导，我自己就是习惯把简单的事拖到晚上，改了作息以后加班少了",
    "带团队三年，我的经验是谁最后走谁记一条原因，月底一起看，八成是等别人回复",
    "烤之前先醒 20 分钟更蓬松，模具要抹油，我按这个方子做了六次，只有一次塌了",
)
NEXT = (
    "我按你说的把手机放到另一个房间睡觉，第一周很难受，第三周开始能看完一本书了",
    "补充一下，早起不等于少睡，我记了四十天，十一点前睡的那些天第二天效率高三成",
    "我反对把早起当美德，我是护士，三班倒十年，能睡够七个小时就已经很努力了",
    "请问孩子半夜总醒，怎么在不加夜奶的情况下让他接着睡？试过白噪音没有用",
    "去年我辞职备考，每天五点起床，两个月后身体垮了，后来改成七点反而考过了",
    "我的经验是前一晚把早饭材料备好，起床就有动力，这个办法我用了半年没断过",
)


class Week:
    """`stage` plays it; `articles` are followed; time goes on by `until`."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        # A Wednesday at ten, so that Sunday evening is four days away.
        local = stage.clock.local()
        ahead = (2 - local.weekday()) % 7 or 7
        wednesday = (local + timedelta(days=ahead)).replace(hour=10, minute=0, second=0, microsecond=0)
        stage.clock.advance(wednesday.timestamp() - stage.clock.now())
        self.owner = stage.owner()
        self.articles: list[Article] = []
        self.by: dict[str, Follower] = {}

    @property
    def now(self) -> float:
        """Our time, epoch seconds."""
        return self.stage.clock.now()

    @property
    def local(self) -> datetime:
        """Our time in the account's zone."""
        return self.stage.clock.local()

    def says(self, text: str) -> str:
        """What the owner is answered, 更多 included."""
        answer = self.owner.says(text).text
        while "回「更多」" in answer.split("\n\n")[-1]:
            answer = answer.rsplit("\n\n", 1)[0] + "\n\n" + self.owner.says("更多").text
        return answer

    def publish(self, title: str, *texts: str, elect: bool = True) -> Article:
        """An article with comments, each by a reader of its own; elected ones have been seen and kept."""
        article = self.stage.box.publish_by_hand(title, "说说你的办法。你试过什么？")
        self.owner.says(f"登记 {article.long_url} {title}")
        self.articles.append(article)
        for text in texts:
            self.by[text] = self.stage.box.follower(f"读者{len(self.by)}")
            number = article.comment(self.by[text], text)
            if elect:
                article.elect_by_hand(number)
        self.stage.wait(200)
        return article

    def three_articles(self) -> None:
        """Nine comments under three articles, all elected."""
        for title, texts in (("加班之后", WORK), ("下班以后", LIFE), ("带团队", TEAM)):
            self.publish(title, *texts)

    def switch_on(self) -> str:
        """The owner opens the campaign; what they are answered at last."""
        code = re.search(r"确认 (\w\w)", self.says("开启周榜"))
        assert code
        return self.says(f"确认 {code[1]}")

    def until(self, weekday: int, clock: str) -> None:
        """Time goes on to the next such moment (weekday 0 is Monday), then what is due is run."""
        hour, minute = map(int, clock.split(":"))
        at = self.local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        at += timedelta(days=(weekday - at.weekday()) % 7)
        if at <= self.local:
            at += timedelta(days=7)
        self.stage.wait(at.timestamp() - self.now + 60)

    def to_the_vote(self) -> None:
        """Sunday 20:30, readers can vote."""
        self.until(6, "20:00")
        self.until(6, "20:30")

    @property
    def round(self) -> Round:
        """The round that is going on, or last week's while it is being finished."""
        campaign = self.stage.stores.campaigns.get()
        assert campaign
        current = self.stage.stores.campaigns.round(campaign.current)
        previous = self.stage.stores.campaigns.round(campaign.previous)
        found = previous if current and not current.nominees and previous and previous.nominees else current
        assert found
        return found

    def number(self, place: int = 0) -> int:
        """The number of one of those who stand, counted from 0."""
        return self.round.standing[place].number

    def words(self, number: int) -> str:
        """What a nominee wrote."""
        nominee = self.round.nominee(number)
        comment = self.stage.stores.comments.get(nominee.id) if nominee else None
        assert comment
        return comment.content

    def writer(self, number: int) -> Follower:
        """Who wrote what a nominee stands for."""
        return self.by[self.words(number)]

    def nominee(self, text: str) -> Nominee:
        """The nominee with these words."""
        return next(one for one in self.round.nominees if self.words(one.number) == text)

    def vote(self, number: int, *names: str) -> list[str]:
        """Readers vote; what each is answered."""
        return [self.stage.box.follower(name).says(f"投{number}").text for name in names]

    def publishes(self) -> PublishJob | None:
        """WeChat does its part within the minute; what it has published without a push, the newest."""
        self.stage.box.settle()
        self.stage.wait(60)
        jobs = self.stage.box.publishing.published()
        return jobs[0] if jobs else None

    def notes(self) -> list[str]:
        """Service messages the owner has received."""
        return [line.text for line in self.stage.box.service_messages(self.owner)]

    def item(self, text: str) -> int:
        """The item number of a comment's card."""
        seen = self.says("待审")
        while text[:12] not in seen and "待审" in seen:
            seen = self.owner.says("更多").text
        return item_of(seen, text[:12])
