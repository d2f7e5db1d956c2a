"""The post of a round: published once by every way, refused in plain words, found again when an answer is lost."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from bot.domain.article import FoundBy
from bot.domain.campaign import Campaign
from bot.domain.comment import Comment
from bot.domain.draft import DraftState
from bot.domain.people import Person
from bot.domain.post import PostState, Publish
from bot.domain.round_state import RoundState
from bot.stores.account_state import Pause
from bot.stores.stores import Stores
from bot.wechat.gateway import GatewayError
from handlers.round_texts import shown_as
from tests.handlers.newsroom import WEEK, WORDS, Newsroom
from tests.handlers.worker import Worker

S = PostState
SUBMIT, SENDALL, DRAFT_ADD = "freepublish/submit", "message/mass/sendall", "draft/add"


@pytest.fixture
def news(worker: Worker) -> Newsroom:
    """A round of `publish: auto`, ready to be let out."""
    return Newsroom(worker)


def _comment(news: Newsroom, number: int) -> Comment:
    nominee = news.round.nominee(number)
    assert nominee
    comment = news.worker.look.comments.get(nominee.id)
    assert comment
    return comment


# ---- every way of publishing


def test_a_post_says_who_won_how_and_what_comes_next(news: Newsroom) -> None:
    news.let_out()
    news.until_done()
    assert news.is_over(S.PUBLISHED)
    [article] = news.out()
    assert article.comments_open
    assert [article.body.index(text) for text in WORDS] == sorted(article.body.index(text) for text in WORDS)
    assert "13 张有效票，1 号得 9 票，最多。" in article.body
    assert "这周哪件小事，你想找人说说？" in article.body
    assert f"（第 {WEEK} 期）" in article.fields["digest"]
    cover = news.box.media.find(article.fields["thumb_media_id"])
    assert cover
    assert cover.ends is None
    assert cover.content.startswith(b"\x89PNG")
    assert "《本周最有料》已发布" in news.told()


def test_what_was_published_is_an_article_whose_comments_are_followed(news: Newsroom) -> None:
    news.let_out()
    news.until_done()
    [article] = news.out()
    known = news.worker.look.articles.get(article.key)
    assert known
    assert (known.found_by, known.title) == (FoundBy.OURS, "本周最有料")
    assert f"pull|{article.key}" in news.worker.due()


def test_the_result_of_the_event_ends_the_waiting(news: Newsroom) -> None:
    news.let_out()
    news.run()
    assert news.post.state is S.SUBMITTED
    news.finished(url=news.out()[0].long_url)
    assert news.is_over(S.PUBLISHED)
    assert news.post.url
    asked = len(news.box.calls_to("freepublish/get"))
    news.until_done()
    assert len(news.box.calls_to("freepublish/get")) == asked


def test_an_event_that_comes_before_its_answer_is_kept_ends_well_too(news: Newsroom) -> None:
    news.box.faults.add(SUBMIT, "lost_answer", times=1)
    news.let_out()
    news.run()
    assert news.post.state is S.SUBMITTING
    news.finished(publish_id="4711", url=news.out()[0].long_url)
    assert news.post.state is S.SUBMITTING
    news.until_done()
    assert news.is_over(S.PUBLISHED)
    assert len(news.box.calls_to(SUBMIT)) == 1


def test_the_winner_is_told_elected_and_answered_where_the_one_reply_is_free(news: Newsroom) -> None:
    news.let_out()
    news.until_done()
    winner = _comment(news, 1)
    assert "评为本周「最有料」" in news.worker.look.mailbox.of(winner.pid)[0].text
    news.worker.run(f"elect|{winner.id}")
    news.wait(120)
    news.worker.run(f"send|{winner.id}")
    record = news.article.record(int(winner.cid))
    assert record
    assert record.elected
    assert record.reply
    assert "评为本周「最有料」" in record.reply.content
    assert len(news.box.calls_to("comment/reply/add")) == 1


def test_a_winner_who_has_an_answer_keeps_it(news: Newsroom) -> None:
    news.worker.store(
        lambda stores: stores.comments.put(msgspec.structs.replace(_comment(news, 1), reply="谢谢你的数据"))
    )
    news.let_out()
    news.until_done()
    assert f"send|{_comment(news, 1).id}" not in news.worker.due()


def test_a_winner_whose_draft_has_expired_meanwhile_is_answered_too(news: Newsroom) -> None:
    draft = news.worker.look.drafts.get(_comment(news, 1).id)
    assert draft
    expired = draft.moved(DraftState.EXPIRED, news.worker.now)
    news.worker.store(lambda stores: stores.drafts.put(expired, news.worker.now))
    news.let_out()
    news.until_done()
    news.wait(120)
    news.worker.run(f"send|{draft.id}")
    record = news.article.record(int(_comment(news, 1).cid))
    assert record
    assert record.reply
    assert "评为本周「最有料」" in record.reply.content


def test_a_winner_about_whom_a_creator_has_decided_is_left_to_them(news: Newsroom) -> None:
    draft = news.worker.look.drafts.get(_comment(news, 1).id)
    assert draft
    rejected = draft.moved(DraftState.REJECTED, news.worker.now)
    news.worker.store(lambda stores: stores.drafts.put(rejected, news.worker.now))
    news.let_out()
    news.until_done()
    assert f"send|{draft.id}" not in news.worker.due()


def test_a_mass_send_goes_out_once_under_the_name_of_its_round(worker: Worker) -> None:
    news = Newsroom(worker, Publish.MASS)
    news.let_out()
    news.run()
    assert news.post.state is S.SUBMITTED
    news.mass_finished()
    assert news.is_over(S.PUBLISHED)
    assert [call.body["clientmsgid"] for call in news.box.calls_to(SENDALL)] == [WEEK]
    assert len(news.out()) == 1
    assert news.worker.look.articles.get(news.out()[0].key)
    assert "已群发" in news.told()


def test_a_draft_is_all_that_is_made_where_nothing_else_is_wanted(worker: Worker) -> None:
    news = Newsroom(worker, Publish.DRAFT)
    news.let_out()
    news.until_done()
    assert news.waits()
    assert not news.out()
    assert [draft.articles[0]["need_open_comment"] for draft in news.box.drafts.all()] == [1]
    assert "草稿已建好。发表：公众平台后台" in news.told()


def test_without_the_comment_feature_the_post_is_made_without_comments(news: Newsroom) -> None:
    news.box.comment_feature = False
    news.let_out()
    news.until_done()
    assert news.is_over(S.PUBLISHED)
    assert not news.out()[0].comments_open


# ---- refused


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (48001, "没有开通这个接口"),
        (53504, "请到公众平台后台打开、保存并手动发表"),
    ],
)
def test_what_only_the_backend_can_publish_is_handed_over_with_its_draft(news: Newsroom, code: int, words: str) -> None:
    news.box.faults.add(SUBMIT, "errcode", code)
    news.let_out()
    news.until_done()
    assert news.waits()
    assert words in news.told()
    assert "手动发表" in news.told()
    assert len(news.box.drafts.all()) == 1
    assert len(news.box.calls_to(SUBMIT)) == 1


def test_an_account_that_may_not_publish_still_gets_its_draft(news: Newsroom) -> None:
    news.box.set_profile("个人公众号")
    news.let_out()
    news.until_done()
    assert news.waits()
    assert len(news.box.drafts.all()) == 1


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("material/add_material", 40164, "白名单"),
        (SENDALL, 53503, "没有通过发表前的检查"),
        (SENDALL, 53505, "请到公众平台后台打开、保存并手动发表"),
        (DRAFT_ADD, 45166, "没有通过微信的检查"),
        (SENDALL, 45028, "群发次数用完了"),
        (SENDALL, 45009, "群发次数用完了"),
        (SENDALL, 48022, "没有通过微信的检查"),
    ],
)
def test_a_refusal_is_told_and_another_word_of_the_owner_tries_again(
    worker: Worker, path: str, code: int, words: str
) -> None:
    news = Newsroom(worker, Publish.MASS)
    fault = news.box.faults.add(path, "errcode", code)
    news.let_out()
    news.until_done()
    assert (news.round.state, news.post.state, news.round.publish_at) == (RoundState.CLOSED, S.REFUSED, 0.0)
    assert words in news.told()
    assert "「发布周榜」" in news.told()
    assert not news.out()
    news.box.faults.remove(fault)
    news.wait(86400)
    news.let_out()
    news.until_done()
    assert news.is_over(S.PUBLISHED)
    assert len(news.out()) == 1
    assert not news.box.drafts.all()


def test_a_used_up_mass_send_is_the_sandboxs_own_refusal_too(worker: Worker) -> None:
    news = Newsroom(worker, Publish.MASS)
    other = news.box.drafts.add([{"title": "早上发的", "content": "别的", "thumb_media_id": _picture(news)}])
    news.box.mass.start({"msgtype": "mpnews", "mpnews": {"media_id": other.media_id}}, [])
    news.let_out()
    news.until_done()
    assert news.post.state is S.REFUSED
    assert "群发次数用完了" in news.told()


def _picture(news: Newsroom) -> str:
    return news.box.media.add("image", b"\x89PNG\r\n\x1a\n", "x.png", permanent=True).media_id


@pytest.mark.parametrize(("outcome", "words"), [(2, "原创校验没有通过"), (3, "没有发成"), (4, "审核没有通过")])
def test_a_publication_that_fails_is_told_and_can_be_tried_again(news: Newsroom, outcome: int, words: str) -> None:
    news.box.publishing.outcome = outcome
    news.let_out()
    news.until_done()
    assert (news.round.state, news.post.state) == (RoundState.CLOSED, S.REFUSED)
    assert words in news.told()
    news.box.publishing.outcome = 0
    news.let_out()
    news.until_done()
    assert news.is_over(S.PUBLISHED)
    assert len(news.out()) == 1


def test_the_admin_is_waited_for_and_asked_about_once(worker: Worker) -> None:
    news = Newsroom(worker, Publish.MASS)
    news.box.mass.needs_admin = True
    news.let_out()
    news.run()
    assert news.post.state is S.WAITS_ADMIN
    news.run()
    assert news.told().count("请管理员在微信的提醒里点同意") == 1
    news.box.mass.confirm()
    news.box.settle()
    news.mass_finished()
    assert news.is_over(S.PUBLISHED)
    assert len(news.box.calls_to(SENDALL)) == 1


def test_an_event_of_the_admins_that_got_lost_is_made_up_for_by_asking_again(worker: Worker) -> None:
    news = Newsroom(worker, Publish.MASS)
    news.box.mass.needs_admin = True
    news.let_out()
    news.run()
    news.box.mass.confirm()
    news.until_done()
    assert news.is_over(S.PUBLISHED)
    assert len(news.out()) == 1


def test_an_admin_who_says_no_ends_it_and_another_try_has_another_name(worker: Worker) -> None:
    news = Newsroom(worker, Publish.MASS)
    news.box.mass.needs_admin = True
    news.let_out()
    news.run()
    news.box.mass.confirm(agreed=False)
    news.box.settle()
    news.mass_finished("err(40001)")
    assert news.post.state is S.REFUSED
    assert "管理员没有同意" in news.told()
    news.box.mass.needs_admin = False
    news.wait(86400)
    news.let_out()
    news.until_done()
    assert news.is_over(S.PUBLISHED)
    assert [call.body["clientmsgid"] for call in news.box.calls_to(SENDALL)] == [WEEK, f"{WEEK}-1"]


def test_a_ban_stops_everything_until_the_owner_resumes(news: Newsroom) -> None:
    news.box.faults.add(SUBMIT, "errcode", 48004, times=1)
    news.let_out()
    news.run()
    assert news.worker.look.account.pause
    assert (news.round.state, news.post.state) == (RoundState.TO_PUBLISH, S.DRAFTED)
    news.wait(3600)
    news.run()
    assert len(news.box.calls_to(SUBMIT)) == 1
    news.worker.store(lambda stores: stores.account.put_pause(None))
    news.worker.work.gateway.ledger.resume()
    news.until_done()
    assert news.is_over(S.PUBLISHED)


def test_a_publication_is_made_after_the_days_calls_come_back(news: Newsroom) -> None:
    news.box.quota(SUBMIT, 0)
    news.let_out()
    news.run()
    again = news.worker.due()[f"post|{WEEK}"]
    assert again > news.worker.now + 3600
    news.box.quota(SUBMIT, 100)
    news.until_done()
    assert news.is_over(S.PUBLISHED)


# ---- lost on the wire


PATHS = (
    "material/add_material",
    DRAFT_ADD,
    SUBMIT,
    "freepublish/get",
)


def _insist(news: Newsroom, hours: float = 30.0) -> None:
    """The task is run on as the queue does: a failure is tried again a little later."""
    end = news.worker.now + hours * 3600
    while f"post|{WEEK}" in news.worker.due() and news.worker.now < end:
        news.wait(max(0.0, news.worker.due()[f"post|{WEEK}"] - news.worker.now))
        try:
            news.run()
        except GatewayError:
            news.wait(60)


@pytest.mark.parametrize(
    ("paths", "kind", "value"),
    [
        *(((path,), "lost_answer", None) for path in PATHS),
        (PATHS, "reset", None),
        (PATHS, "http", 502),
        (PATHS, "errcode", -1),
    ],
)
def test_whatever_is_lost_there_is_one_picture_one_draft_and_one_post(
    news: Newsroom, paths: tuple[str, ...], kind: str, value: int | None
) -> None:
    for path in paths:
        news.box.faults.add(path, kind, value, times=2)  # type: ignore[arg-type]
    news.let_out()
    _insist(news)
    assert news.is_over(S.PUBLISHED)
    assert len(news.out()) == 1
    assert not news.box.drafts.all()
    assert len(news.box.media.permanent("image")) == 1


@pytest.mark.parametrize(("kind", "value"), [("lost_answer", None), ("reset", None), ("http", 502), ("errcode", -1)])
def test_a_mass_send_whose_answer_is_lost_is_sent_once(worker: Worker, kind: str, value: int | None) -> None:
    news = Newsroom(worker, Publish.MASS)
    news.box.faults.add(SENDALL, kind, value, times=2)  # type: ignore[arg-type]
    news.let_out()
    _insist(news)
    assert news.is_over(S.PUBLISHED)
    assert len(news.out()) == 1
    assert {call.body["clientmsgid"] for call in news.box.calls_to(SENDALL)} == {WEEK}


def test_a_result_that_never_comes_is_left_to_a_persons_eyes(news: Newsroom) -> None:
    news.box.publishing.delay = 10 * 86400.0
    news.let_out()
    news.until_done(hours=48)
    assert news.waits()
    assert "一天了还没有结果" in news.told()
    assert len(news.box.calls_to(SUBMIT)) == 1
    assert len(news.box.calls_to("freepublish/get")) < 40


def test_wechat_out_of_reach_for_hours_is_told_and_nothing_is_lost(news: Newsroom, worker: Worker) -> None:
    fault = news.box.faults.add(DRAFT_ADD, "reset")
    news.let_out()
    member = f"post|{WEEK}"
    for tries in range(9):
        worker.redis.hset(f"{{main}}:task:{member}", "failures", tries)
        try:
            worker.run(member)
        except GatewayError:
            continue
    assert news.post.state is S.REFUSED
    assert "微信一直没有回应" in news.told()
    news.box.faults.remove(fault)
    worker.redis.delete(f"{{main}}:task:{member}")
    news.let_out()
    news.until_done()
    assert news.is_over(S.PUBLISHED)


# ---- meanwhile


def test_paused_at_the_last_moment_nothing_goes_out_until_it_is_resumed(news: Newsroom) -> None:
    news.let_out()
    news.worker.store(lambda stores: stores.account.put_pause(Pause("somebody", news.worker.now)))
    calls = len(news.box.calls)
    news.until_done(hours=1)
    assert len(news.box.calls) == calls
    news.worker.store(lambda stores: stores.account.put_pause(None))
    news.until_done()
    assert news.is_over(S.PUBLISHED)


def test_a_pause_of_the_weekly_round_holds_its_post_back_too(news: Newsroom) -> None:
    def pause(stores: Stores, at: float) -> None:
        campaign = stores.campaigns.get() or Campaign()
        stores.campaigns.put(campaign.having(paused_at=at))

    news.let_out()
    news.worker.store(lambda stores: pause(stores, news.worker.now))
    news.until_done(hours=1)
    assert not news.box.calls_to(DRAFT_ADD)
    news.worker.store(lambda stores: pause(stores, 0.0))
    news.until_done()
    assert news.is_over(S.PUBLISHED)


def _gone(news: Newsroom, number: int) -> None:
    comment = _comment(news, number)
    news.worker.store(lambda stores: stores.comments.put(msgspec.structs.replace(comment, gone=True)))


def test_a_nominee_who_withdraws_at_the_last_moment_is_not_in_the_post(news: Newsroom) -> None:
    news.let_out()
    _gone(news, 2)
    news.until_done()
    assert news.is_over(S.PUBLISHED)
    assert WORDS[1] not in news.out()[0].body
    assert WORDS[0] in news.out()[0].body


def test_if_the_winner_withdraws_the_next_one_wins(news: Newsroom) -> None:
    news.let_out()
    _gone(news, 1)
    news.until_done()
    assert news.round.winner
    assert news.round.winner.number == 2
    assert news.out()[0].body.index(WORDS[1]) < news.out()[0].body.index(WORDS[2])
    assert WORDS[0] not in news.out()[0].body


def test_a_withdrawal_after_the_draft_was_made_changes_the_draft(news: Newsroom) -> None:
    news.box.faults.add(SUBMIT, "errcode", 45011, times=1)
    news.let_out()
    with pytest.raises(GatewayError):
        news.run()
    assert news.post.state is S.DRAFTED
    _gone(news, 1)
    news.until_done()
    assert WORDS[0] not in news.out()[0].body
    assert len(news.box.calls_to(DRAFT_ADD)) == 1


def test_a_reader_who_is_not_to_be_mentioned_is_not(news: Newsroom) -> None:
    silent = Person(_comment(news, 3).pid, unmentioned=True)
    news.let_out()
    news.worker.store(lambda stores: stores.people.put(silent))
    news.until_done()
    assert WORDS[2] not in news.out()[0].body


def test_what_the_owner_was_shown_goes_out_or_nothing(worker: Worker) -> None:
    news = Newsroom(worker, Publish.APPROVE)
    seen_as = shown_as(worker.look, news.round)
    news.let_out(seen_as)
    comment = _comment(news, 3)
    worker.store(lambda stores: stores.comments.put(msgspec.structs.replace(comment, content="改过的话")))
    news.until_done()
    assert (news.round.state, news.post.state) == (RoundState.CLOSED, S.REFUSED)
    assert "和你确认时看到的不一样了" in news.told()
    assert not news.box.drafts.all()
    news.let_out(shown_as(worker.look, news.round))
    news.until_done()
    assert news.is_over(S.PUBLISHED)
    assert "改过的话" in news.out()[0].body


def test_nobody_left_means_no_post(news: Newsroom) -> None:
    news.let_out()
    for number in (1, 2, 3):
        _gone(news, number)
    news.until_done()
    assert news.post.state is S.REFUSED
    assert not news.box.drafts.all()


def test_a_draft_that_a_person_published_by_hand_is_not_published_again(news: Newsroom) -> None:
    news.box.faults.add(SUBMIT, "errcode", 45011, times=1)
    news.let_out()
    with pytest.raises(GatewayError):
        news.run()
    news.box.publishing.submit(news.box.drafts.require(news.post.draft))
    news.box.settle()
    news.until_done()
    assert news.is_over(S.PUBLISHED)
    assert len(news.out()) == 1


def test_a_draft_that_a_person_deleted_is_not_made_again_without_another_word(news: Newsroom) -> None:
    news.box.faults.add(SUBMIT, "errcode", 45011, times=1)
    news.let_out()
    with pytest.raises(GatewayError):
        news.run()
    news.box.drafts.remove(news.box.drafts.require(news.post.draft))
    news.until_done()
    assert news.waits()
    assert "草稿不在草稿箱里了" in news.told()
    news.let_out()
    news.until_done()
    assert news.is_over(S.PUBLISHED)


def test_two_workers_at_once_make_one_post(make_worker: Callable[..., Worker]) -> None:
    news = Newsroom(make_worker())
    news.let_out()
    for _ in range(3):
        news.run()
        news.worker.store(lambda stores: stores.due("post", WEEK, news.worker.now))
    news.until_done()
    assert len(news.out()) == 1
    assert len(news.box.calls_to(SUBMIT)) == 1


def test_without_the_standing_permission_nothing_goes_out_at_the_last_moment(news: Newsroom) -> None:
    news.let_out()

    def leaves(stores: Stores) -> None:
        campaign = stores.campaigns.get()
        assert campaign
        stores.campaigns.put(campaign.having(permitted_by=""))

    news.worker.store(leaves)
    news.until_done()
    assert news.waits(S.REFUSED)
    assert "已经不在了" in news.told()
    assert not news.out()
