"""An article is found in four ways and is one article; short links wait; the first start is quiet."""

from __future__ import annotations

import pytest

from bot.domain.article import DAY, HOUR, FoundBy
from bot.domain.events import LinkMessage, MassFinished, PublishFinished, TextMessage
from bot.domain.link import read_link
from bot.domain.people import Person, Role
from bot.sandbox import Article
from handlers.articles import link_forwarded, notice_article, published, register
from handlers.chat.commands import Command
from handlers.chat.verbs import Verb
from handlers.context import Chat, Reply
from tests.handlers.worker import Worker


def _register(worker: Worker, link: str, title: str | None = None) -> str:
    command = Command(Verb.REGISTER, argument=link, text=title)
    event = TextMessage("o", "gh", int(worker.now), "1", text="登记")
    return str(worker.say(lambda chat: register(chat, command), event, worker.creator()))


def _forward(worker: Worker, url: str, title: str, person: Person) -> Reply:
    return worker.say(link_forwarded, LinkMessage("o", "gh", int(worker.now), "2", title=title, url=url), person)


def _written_from(worker: Worker, article: Article) -> None:
    event = TextMessage(
        "o", "gh", int(worker.now), "3", msg_data_id=article.msg_data_id, index=article.index, text="好看"
    )

    def notice(chat: Chat) -> Reply:
        notice_article(chat)
        return None

    worker.say(notice, event, Person("feedfacefeedface"))


def test_four_ways_to_an_article_make_one_article(worker: Worker) -> None:
    article = worker.box.publish_group([("头条", "一"), ("新手裱花", "二")], at=worker.now - 14 * HOUR)[1]
    _written_from(worker, article)
    assert "文章 1" in _register(worker, article.long_url, "裱花")
    assert "文章 1" in str(_forward(worker, article.long_url, "新手裱花", worker.creator()))
    worker.run("statistics|1")
    everything = worker.look.articles.all()
    assert {found.key for found in everything} == {article.key, article.key.removesuffix("1") + "0"}
    [found] = [one for one in everything if one.key == article.key]
    assert (found.n, found.found_by) == (1, FoundBy.MESSAGE)
    assert found.title == "裱花"
    assert worker.due()[f"pull|{article.key}"] <= worker.now


def test_a_short_link_waits_for_the_morning_and_is_matched_by_title(worker: Worker) -> None:
    article = worker.box.publish_by_hand("新手裱花，先练这三步", "正文", at=worker.now - 14 * HOUR)
    answer = _register(worker, article.short_url, "新手裱花，先练这三步")
    assert "待匹配" in answer
    assert worker.look.articles.all() == []
    worker.run("statistics|1")
    [found] = worker.look.articles.all()
    assert found.key == article.key
    assert found.url == article.short_url
    assert worker.look.articles.links() == []
    assert "文章 1" in _register(worker, article.short_url)


def test_a_short_link_that_nobody_recognises_is_given_up_after_four_days(worker: Worker) -> None:
    _register(worker, "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv")
    worker.clock.advance(5 * DAY)
    worker.run("statistics|1")
    assert worker.look.articles.links() == []
    assert any("AbCdEfGhIjKlMnOpQrStUv" in text for text in worker.look.account.notices().values())


def test_a_short_link_is_refused_where_there_are_no_statistics(worker: Worker) -> None:
    worker.box.set_profile("个人公众号")
    worker.run("statistics|1")
    answer = _register(worker, "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv")
    assert "没有登记" in answer
    assert worker.look.articles.links() == []


@pytest.mark.parametrize(
    "link",
    [
        "https://example.com/s?__biz=x&mid=2247487033&idx=1&sn=a",
        "https://mp.weixin.qq.com/s?__biz=x&idx=1&sn=a",
        "https://mp.weixin.qq.com/s?__biz=x&mid=2247487033&idx=0",
        "javascript:alert(1)",
        "http://[",
        "",
    ],
)
def test_what_is_no_article_is_not_registered(worker: Worker, link: str) -> None:
    assert "没有登记" in _register(worker, link)
    assert worker.look.articles.all() == []


def test_another_account_s_article_is_refused_once_we_know_our_own(worker: Worker) -> None:
    worker.box.publish_by_hand("标题", "正文", at=worker.now - 14 * HOUR)
    worker.run("statistics|1")
    answer = _register(worker, "https://mp.weixin.qq.com/s?__biz=MzAwMDAwMDAwMA==&mid=2247487999&idx=1&sn=ab")
    assert "别的公众号" in answer


def test_a_long_link_survives_html_escapes_and_tells_biz_and_position() -> None:
    link = read_link("http://mp.weixin.qq.com/s?__biz=MzA=&amp;mid=2247490098&amp;idx=2&amp;sn=00ff&amp;scene=0#rd")
    assert link is not None
    assert (link.key, link.biz) == ("2247490098_1", "MzA=")


def test_a_reader_s_link_is_nothing_to_us(worker: Worker) -> None:
    article = worker.box.publish_by_hand("标题", "正文", at=worker.now)
    for person in (Person("feedfacefeedface"), Person("feedfacefeedface", Role.OBSERVER)):
        assert _forward(worker, article.long_url, "标题", person) is None
    assert worker.look.articles.all() == []


def test_a_publication_we_are_told_of_is_asked_for(worker: Worker) -> None:
    article = worker.box.publish_by_hand("标题", "正文", at=worker.now)
    short = MassFinished(
        "mphelper", "gh", int(worker.now), "1000000003", "send success", urls=((0, article.short_url),)
    )
    worker.say(published, short)
    [notice] = worker.look.account.notices().values()
    assert "登记" in notice
    assert [link.url for link in worker.look.articles.links()] == [article.short_url]
    failed = MassFinished("mphelper", "gh", int(worker.now), "1000000004", "err(20001)")
    worker.say(published, failed)
    assert len(worker.look.account.notices()) == 1


def test_a_publication_with_a_long_link_is_followed_at_once(worker: Worker) -> None:
    article = worker.box.publish_by_hand("标题", "正文", at=worker.now)
    event = PublishFinished("o", "gh", int(worker.now), "2247503051", 0, urls=((0, article.long_url),))
    worker.say(published, event)
    assert [found.key for found in worker.look.articles.all()] == [article.key]
    assert worker.look.account.notices() == {}


def test_figures_that_are_not_out_yet_are_asked_for_again(worker: Worker) -> None:
    worker.clock.advance(-(worker.now % 1) + 15 * HOUR)  # midnight: yesterday's figures come at eight
    article = worker.box.publish_by_hand("标题", "正文", at=worker.now - 2 * HOUR)
    next_at = worker.run("statistics|1")
    assert next_at is not None
    assert worker.look.articles.all() == []
    while next_at is not None:
        worker.clock.advance(next_at - worker.now)
        next_at = worker.run("statistics|1")
    assert [found.key for found in worker.look.articles.all()] == [article.key]


def test_the_first_start_reads_thirty_days_quietly_and_says_so_once(worker: Worker) -> None:
    readers = [worker.box.follower(f"读者{number}") for number in range(50)]
    articles = []
    for number in range(10):
        at = worker.now - (number * 3 + 1) * DAY
        article = worker.box.publish_by_hand(f"第 {number} 篇", "正文", at=at)
        for place in range(500):
            article.comment(readers[place % 50], "扣1" if place % 25 else "我试过，确实有用！", at=at + place)
        articles.append(article)
    worker.run("probe|start")
    worker.run("statistics|first")
    for article in articles:
        worker.pull(article)
    known = sum(len(worker.comments(article)) for article in articles)
    reading = worker.list_calls() + len(worker.box.calls_to("datacube/getarticletotaldetail"))
    assert known == 5000
    assert reading <= 150
    assert len(worker.box.calls_to("message/custom/send")) == 0
    [notice] = worker.look.account.notices().values()
    assert "5000" in notice
    assert len(worker.look.drafts.queue()) == 20
