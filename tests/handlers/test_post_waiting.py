"""A draft that waits for its owner's hand: kept true whoever withdraws, and seen when it is out."""

from __future__ import annotations

import msgspec
import pytest

from bot.domain.article import FoundBy
from bot.domain.comment import Comment
from bot.domain.people import Person
from bot.domain.post import Post, PostState, Publish
from bot.domain.round_state import RoundState
from bot.stores.account_state import Pause
from bot.stores.stores import Stores
from handlers.erasure import erase
from handlers.round_focus import mend_drafts
from handlers.round_texts import shown_as
from tests.handlers.newsroom import WEEK, WORDS, Newsroom
from tests.handlers.worker import Worker

UPDATE, DELETE = "draft/update", "draft/delete"


@pytest.fixture
def news(worker: Worker) -> Newsroom:
    """A round whose draft stands in the 草稿箱 and waits for its owner's hand."""
    news = Newsroom(worker, Publish.DRAFT)
    news.let_out()
    news.run()
    assert news.waits()
    return news


def _comment(news: Newsroom, number: int) -> Comment:
    nominee = news.round.nominee(number)
    assert nominee
    comment = news.worker.look.comments.get(nominee.id)
    assert comment
    return comment


def _withdraws(news: Newsroom, number: int) -> None:
    person = Person(_comment(news, number).pid, unmentioned=True)
    news.worker.store(lambda stores: (stores.people.put(person), mend_drafts(stores, news.worker.now)))


def _draft(news: Newsroom) -> str:
    """All that the one draft says."""
    [draft] = news.box.drafts.all()
    return str(draft.articles)


def test_who_withdraws_or_is_forgotten_leaves_the_waiting_draft(news: Newsroom) -> None:
    forgotten = _comment(news, 3).pid
    _withdraws(news, 2)
    news.worker.store(lambda stores: erase(stores, forgotten, news.worker.now))
    news.run()
    assert WORDS[0] in _draft(news)
    assert WORDS[1] not in _draft(news)
    assert WORDS[2] not in _draft(news)
    assert len(news.box.calls_to(UPDATE)) == 1
    assert news.told().count("刚刚更新过") == 1
    news.run()
    assert len(news.box.calls_to(UPDATE)) == 1


def test_the_winners_words_leave_body_digest_and_cover(news: Newsroom) -> None:
    [before] = news.box.drafts.all()
    cover = before.articles[0]["thumb_media_id"]
    pid = _comment(news, 1).pid
    news.worker.store(lambda stores: erase(stores, pid, news.worker.now))
    news.run()
    [draft] = news.box.drafts.all()
    assert WORDS[0][:12] not in str(draft.articles)
    assert draft.articles[0]["thumb_media_id"] != cover
    assert news.round.winner
    assert news.round.winner.number == 2


@pytest.mark.parametrize("path", ["material/add_material", UPDATE])
def test_whatever_is_lost_the_change_is_made_once(news: Newsroom, path: str) -> None:
    news.box.faults.add(path, "lost_answer", times=1)
    _withdraws(news, 1)
    for _ in range(3):
        news.wait(300)
        news.run()
    assert WORDS[0] not in _draft(news)
    assert len(news.box.media.permanent("image")) == 2
    assert news.told().count("刚刚更新过") == 1


def test_what_wechat_does_not_let_us_change_is_told_once_until_it_is_done(news: Newsroom) -> None:
    fault = news.box.faults.add(UPDATE, "errcode", 48001)
    _withdraws(news, 2)
    news.run()
    news.wait(400)
    news.run()
    assert news.told().count("请先不要发表草稿箱里第") == 1
    assert "没有开通这个接口" in news.told()
    news.box.faults.remove(fault)
    news.wait(3600)
    news.run()
    assert WORDS[1] not in _draft(news)
    assert "刚刚更新过" in news.told()


def test_while_everything_is_stopped_the_owner_is_warned_and_the_draft_mended_after_it(news: Newsroom) -> None:
    news.worker.store(lambda stores: stores.account.put_pause(Pause("somebody", news.worker.now)))
    _withdraws(news, 2)
    news.run()
    assert not news.box.calls_to(UPDATE)
    assert "请先不要发表" in news.told()
    news.worker.store(lambda stores: stores.account.put_pause(None))
    news.wait(60)
    news.run()
    assert WORDS[1] not in _draft(news)


def test_a_draft_that_nobody_is_left_for_leaves_the_box(news: Newsroom) -> None:
    for number in (1, 2, 3):
        _withdraws(news, number)
    news.run()
    assert not news.box.drafts.all()
    assert "入选的读者都撤回了" in news.told()
    assert news.waits(PostState.REFUSED)


@pytest.mark.parametrize(("path", "code"), [("freepublish/submit", 48001), ("message/mass/sendall", 45028)])
def test_a_refused_posts_draft_is_kept_true_too(worker: Worker, path: str, code: int) -> None:
    news = Newsroom(worker, Publish.MASS if "mass" in path else Publish.AUTO)
    news.box.faults.add(path, "errcode", code)
    news.let_out()
    news.run()
    assert news.round.state is RoundState.CLOSED
    _withdraws(news, 2)
    news.run()
    assert WORDS[1] not in _draft(news)


def test_seen_in_the_list_of_what_was_published_it_is_announced(news: Newsroom) -> None:
    assert not news.worker.look.mailbox.of(_comment(news, 1).pid)
    [draft] = news.box.drafts.all()
    news.box.publishing.submit(draft)
    news.box.settle()
    news.wait(3600)
    news.run()
    assert news.is_over(PostState.PUBLISHED)
    assert news.round.honour
    assert news.round.announced_at == pytest.approx(news.worker.now, abs=60)
    assert "恭喜" in news.worker.look.mailbox.of(_comment(news, 1).pid)[0].text
    assert f"post|{WEEK}" not in news.worker.due()


def test_an_article_of_that_title_is_the_post_and_an_older_one_is_not(news: Newsroom) -> None:
    old = news.worker.now - 30 * 86400
    found = news.worker.store
    found(lambda stores: stores.articles.found("1_0", FoundBy.LINK, news.worker.now, "本周最有料", "", old))
    news.run()
    assert news.waits()
    found(lambda stores: stores.articles.found("2_0", FoundBy.STATISTICS, news.worker.now, "本周 最有料"))
    news.run()
    assert news.is_over(PostState.PUBLISHED)


def test_a_draft_that_left_the_box_is_asked_about_once(news: Newsroom) -> None:
    news.box.drafts.remove(news.box.drafts.all()[0])
    for _ in range(3):
        news.wait(3600)
        news.run()
    assert news.waits()
    assert news.told().count("草稿不在草稿箱里了") == 1


def test_words_that_were_shown_to_nobody_change_nothing(news: Newsroom) -> None:
    other = msgspec.structs.replace(_comment(news, 1), cid="999", content="别的话", pid="x" * 16)
    news.worker.store(lambda stores: stores.comments.put(other))
    news.worker.store(lambda stores: erase(stores, "x" * 16, news.worker.now))
    news.wait(3600)
    news.run()
    assert not news.box.calls_to(UPDATE)
    assert not news.box.calls_to(DELETE)


def _kept_back(worker: Worker) -> Newsroom:
    """A post that its owner let out as shown; its draft stands, and WeChat takes no more today."""
    news = Newsroom(worker)
    news.box.faults.add("freepublish/submit", "errcode", 45009, times=1)
    news.let_out(only_as=shown_as(worker.look, news.round))
    news.run()
    assert news.round.state is RoundState.TO_PUBLISH
    assert WORDS[1] in _draft(news)
    return news


def test_a_post_stopped_because_somebody_withdrew_leaves_no_draft_with_their_words(worker: Worker) -> None:
    news = _kept_back(worker)
    _withdraws(news, 2)
    again = news.run()
    assert news.waits(PostState.REFUSED)
    assert "不一样了" in news.told()
    assert WORDS[1] not in _draft(news)
    assert again is not None


def test_a_post_stopped_because_everybody_withdrew_leaves_no_draft(worker: Worker) -> None:
    news = _kept_back(worker)
    for number in (1, 2, 3):
        _withdraws(news, number)
    news.run()
    assert not news.box.drafts.all()


@pytest.mark.parametrize("blocked", [True, False])
def test_a_stale_draft_that_waits_does_not_use_up_the_days_calls(news: Newsroom, blocked: bool) -> None:
    if blocked:
        news.box.faults.add(UPDATE, "errcode", 48001)
    else:
        news.worker.store(lambda stores: stores.account.put_pause(Pause("somebody", news.worker.now)))
    _withdraws(news, 2)
    news.until_done(hours=12)
    assert len(news.box.calls_to("freepublish/batchget")) < 20
    assert len(news.box.calls_to("draft/get")) < 200
    assert news.told().count("请先不要发表") == 1


def test_the_post_of_another_week_forwarded_meanwhile_is_not_this_one(news: Newsroom) -> None:
    url = "https://mp.weixin.qq.com/s/earlierweekspost"
    post = Post(PostState.PUBLISHED, article="1_0", url=url)
    earlier = news.round.having(id="2026W43", state=RoundState.FINISHED, post=post)

    def forwarded(stores: Stores) -> None:
        stores.campaigns.put_round(earlier)
        stores.articles.found("1_0", FoundBy.LINK, news.worker.now, "本周最有料")
        stores.articles.keep_link(url, "本周最有料", news.worker.now)

    news.worker.store(forwarded)
    news.run()
    assert news.waits()
