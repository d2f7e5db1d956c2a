"""Polled, relayed and chatted comments meet in one place: a draft or a named reason for each, and never twice."""

from __future__ import annotations

import msgspec
import pytest

from bot.domain.article import DAY, HOUR, MINUTE
from bot.domain.comment import Comment, Source
from bot.domain.draft import DraftState
from bot.domain.events import CommentEvent
from bot.domain.people import Person
from bot.stores.stores import Stores
from handlers.considering import BLOCKED, TOO_OLD, Authors
from handlers.intake import comment_arrived, drain_inbox, take_in
from handlers.reconcile import Change
from tests.handlers.worker import Worker

KEY = "2247487033_0"


def _relayed(worker: Worker, number: int, text: str, *, openid: str = "o1", elected: int = 0) -> CommentEvent:
    return CommentEvent(openid, "gh_x", int(worker.now), 2247487033, 0, number, elected, text)


def _comment(worker: Worker, number: int, text: str, **more: object) -> Comment:
    fields = {"article": KEY, "cid": str(number), "content": text, "created_at": int(worker.now), "source": Source.POLL}
    return Comment(**{**fields, **more})  # type: ignore[arg-type]


def test_every_comment_gets_a_draft_or_a_named_reason_and_nothing_is_sent(worker: Worker) -> None:
    texts = [
        "我试过，确实有用！",
        "加V信 abc12345 领资料",
        "扣1",
        "哈哈哈哈",
        "请问新手用哪种裱花嘴？",
        "你这种人也配写字",
    ]
    for number, text in enumerate(texts * 5, 1):
        worker.say(comment_arrived, _relayed(worker, number, text, openid=f"o{number}"))
    worker.run("inbox|")
    comments = [worker.look.comments.get(f"{KEY}_{number}") for number in range(1, 31)]
    for comment in comments:
        assert comment is not None
        assert comment.triage is not None
        draft = worker.look.drafts.get(comment.id)
        assert (draft is not None) == (comment.triage.decision == "draft")
        assert comment.triage.decision
    first = worker.look.drafts.get(f"{KEY}_1")
    assert first is not None
    assert first.state is DraftState.PENDING
    assert len(first.variants) == 3
    assert worker.box.calls == []


def test_a_relayed_comment_makes_its_article_known_and_followed(worker: Worker) -> None:
    worker.say(comment_arrived, _relayed(worker, 8, "我试过，确实有用！"))
    article = worker.look.articles.get(KEY)
    assert article is not None
    assert set(worker.due()) == {"inbox|", f"pull|{KEY}"}


def test_a_relayed_comment_that_is_polled_too_is_one_comment(worker: Worker) -> None:
    article = worker.box.publish_by_hand("标题", "正文", at=worker.now)
    reader = worker.box.follower("小李")
    number = article.comment(reader, "我试过，确实有用！")
    event = CommentEvent(
        reader.openid, "gh_x", int(worker.now), article.msg_data_id, article.index, number, 0, "我试过，确实有用！"
    )
    worker.say(comment_arrived, event)
    worker.pull(article)
    worker.run("inbox|")
    worker.say(comment_arrived, event)
    worker.run("inbox|")
    assert len(worker.comments(article)) == 1
    assert len(worker.look.drafts.queue()) == 1
    assert worker.look.account.inbox_length() == 0


def test_the_same_comment_with_another_type_is_an_election(worker: Worker) -> None:
    worker.say(comment_arrived, _relayed(worker, 8, "我试过，确实有用！"))
    worker.say(comment_arrived, _relayed(worker, 8, "我试过，确实有用！", elected=1))
    assert worker.look.account.inbox_length() == 1
    worker.run("inbox|")
    comment = worker.look.comments.get(f"{KEY}_8")
    assert comment is not None
    assert comment.elected
    worker.say(comment_arrived, _relayed(worker, 8, "我试过，确实有用！", elected=0))
    comment = worker.look.comments.get(f"{KEY}_8")
    assert comment is not None
    assert not comment.elected
    assert worker.look.account.inbox_length() == 0


def test_a_flood_of_relayed_comments_is_worked_off_in_runs(worker: Worker) -> None:
    def flood(stores: Stores) -> None:
        for number in range(1, 1101):
            stores.account.put_in(_comment(worker, number, "扣1", source=Source.RELAY))

    worker.store(flood)
    assert drain_inbox(worker.work, "", worker.now) is not None
    assert worker.look.account.inbox_length() == 100
    assert drain_inbox(worker.work, "", worker.now) is None
    assert len(worker.look.comments.cids(KEY)) == 1100


def test_an_old_comment_is_kept_and_scored_and_not_drafted(worker: Worker) -> None:
    old = _comment(worker, 1, "我试过，确实有用！", created_at=int(worker.now - 73 * HOUR))
    young = _comment(worker, 2, "我试过，确实有用！", created_at=int(worker.now - 71 * HOUR))
    take_in(worker.work, KEY, [old, young], worker.now)
    stored = worker.look.comments.get(old.id)
    assert stored is not None
    assert stored.triage is not None
    assert stored.triage.decision == TOO_OLD
    assert worker.look.drafts.get(old.id) is None
    assert worker.look.drafts.get(young.id) is not None


def test_a_cry_for_help_is_first_in_line_with_the_fixed_sentence_and_an_alert(worker: Worker) -> None:
    take_in(worker.work, KEY, [_comment(worker, 1, "我不想活了，真的撑不下去了")], worker.now)
    draft = worker.look.drafts.get(f"{KEY}_1")
    assert draft is not None
    assert [variant.kind for variant in draft.variants] == ["固定"]
    [waiting] = worker.look.drafts.queue()
    assert waiting.crisis
    assert worker.due()[f"alert|{KEY}_1"] <= worker.now


def test_a_blocked_reader_gets_no_draft(worker: Worker) -> None:
    worker.store(lambda stores: stores.people.put(Person("feedfacefeedface", blocked=True)))
    take_in(worker.work, KEY, [_comment(worker, 1, "我试过，确实有用！", pid="feedfacefeedface")], worker.now)
    comment = worker.look.comments.get(f"{KEY}_1")
    assert comment is not None
    assert comment.triage is not None
    assert comment.triage.decision == BLOCKED
    assert worker.look.drafts.queue() == []


def test_a_comment_of_an_erased_person_is_kept_without_its_author(worker: Worker) -> None:
    worker.store(lambda stores: stores.people.bury("o-gone", worker.now))
    take_in(worker.work, KEY, [_comment(worker, 1, "我试过，确实有用！")], worker.now, openids={f"{KEY}_1": "o-gone"})
    worker.say(comment_arrived, _relayed(worker, 2, "我也试过", openid="o-gone"))
    worker.run("inbox|")
    for number in (1, 2):
        comment = worker.look.comments.get(f"{KEY}_{number}")
        assert comment is not None
        assert comment.pid == ""
    pid = worker.look.people.pid("o-gone")
    assert worker.look.people.openid(pid) is None


def test_only_the_first_comment_of_a_reader_counts_as_first(worker: Worker) -> None:
    openids = {f"{KEY}_{number}": "o-regular" for number in (1, 2, 3)}
    take_in(worker.work, KEY, [_comment(worker, 1, "我试过，确实有用！")], worker.now, openids=openids)
    worker.clock.advance(DAY)
    again = [_comment(worker, 2, "这次换了裱花嘴，又试了一遍"), _comment(worker, 3, "请问奶油要打多久？")]
    take_in(worker.work, KEY, again, worker.now, openids=openids)
    firsts = {waiting.id: waiting.first for waiting in worker.look.drafts.queue()}
    assert firsts == {f"{KEY}_1": True, f"{KEY}_2": False, f"{KEY}_3": False}


@pytest.mark.parametrize(
    ("elected", "unmentioned", "told"), [(True, False, True), (False, False, False), (True, True, False)]
)
def test_only_what_all_readers_could_see_is_remembered_and_never_after_do_not_mention_me(
    worker: Worker, elected: bool, unmentioned: bool, told: bool
) -> None:
    earlier = _comment(worker, 1, "去年我也烤糊过三次", pid="feedfacefeedface", elected=elected)
    take_in(worker.work, KEY, [earlier], worker.now)
    worker.store(lambda stores: stores.people.put(Person("feedfacefeedface", unmentioned=unmentioned)))
    worker.clock.advance(HOUR)
    now = _comment(worker, 2, "这次成功了", pid="feedfacefeedface")
    texts = Authors(worker.look, [now], worker.now).earlier_texts(now)
    assert texts == (("去年我也烤糊过三次",) if told else ())


def test_our_own_reply_seen_on_the_page_ends_a_sending_whose_answer_was_lost(worker: Worker) -> None:
    comment = _comment(worker, 1, "我试过，确实有用！")
    take_in(worker.work, KEY, [comment], worker.now)

    def sending(stores: Stores) -> None:
        draft = stores.drafts.get(comment.id)
        assert draft is not None
        approved = draft.moved(DraftState.APPROVED, worker.now, approved_text=draft.text, approved_by="a", tries=1)
        stores.drafts.put(approved.moved(DraftState.SENDING, worker.now), worker.now)

    worker.store(sending)
    draft = worker.look.drafts.get(comment.id)
    assert draft is not None
    worker.clock.advance(MINUTE)
    seen = msgspec.structs.replace(comment, reply=f" {draft.approved_text}\n")
    result = take_in(worker.work, KEY, [seen], worker.now)
    after, stored = worker.look.drafts.get(comment.id), worker.look.comments.get(comment.id)
    assert after is not None
    assert stored is not None
    assert after.state is DraftState.SENT
    assert stored.reply_is_ours
    assert result.events == ()


def test_another_reply_than_the_approved_one_closes_the_draft_and_tells_who_approved(worker: Worker) -> None:
    creator = worker.creator().pid
    comment = _comment(worker, 1, "我试过，确实有用！")
    take_in(worker.work, KEY, [comment], worker.now)

    def approved(stores: Stores) -> None:
        draft = stores.drafts.give_numbers([d for d in [stores.drafts.get(comment.id)] if d], worker.now)[0]
        done = draft.moved(DraftState.APPROVED, worker.now, approved_text=draft.text, approved_by=creator)
        stores.drafts.put(done, worker.now)

    worker.store(approved)
    worker.clock.advance(MINUTE)
    result = take_in(worker.work, KEY, [msgspec.structs.replace(comment, reply="谢谢")], worker.now)
    draft = worker.look.drafts.get(comment.id)
    assert draft is not None
    assert draft.state is DraftState.OUTSIDE
    assert result.events == ((Change.REPLIED_OUTSIDE, comment.id),)
    [letter] = worker.look.mailbox.of(creator)
    assert letter.text.startswith("1 ")
    assert f"tell|{creator}" in worker.due()


def test_a_page_read_before_our_reply_went_out_does_not_undo_it(worker: Worker) -> None:
    comment = _comment(worker, 1, "我试过，确实有用！")
    take_in(worker.work, KEY, [comment], worker.now)
    read_at = worker.now
    worker.clock.advance(MINUTE)

    def sent(stores: Stores) -> None:
        draft = stores.drafts.get(comment.id)
        stored = stores.comments.get(comment.id)
        assert draft is not None
        assert stored is not None
        approved = draft.moved(DraftState.APPROVED, worker.now, approved_text=draft.text)
        sending = approved.moved(DraftState.SENDING, worker.now)
        stores.drafts.put(sending.moved(DraftState.SENT, worker.now, sent_at=worker.now), worker.now)
        stores.comments.put(
            msgspec.structs.replace(stored, reply=draft.text, reply_is_ours=True, elected=True, touched_at=worker.now)
        )

    worker.store(sent)
    take_in(worker.work, KEY, [comment], worker.now, read_at=read_at)
    stored = worker.look.comments.get(comment.id)
    assert stored is not None
    assert stored.reply_is_ours
    assert stored.elected


def test_drafts_under_one_article_do_not_sound_alike(worker: Worker) -> None:
    same = [_comment(worker, number, "我试过，确实有用！") for number in range(1, 7)]
    take_in(worker.work, KEY, same, worker.now)
    drafts = [worker.look.drafts.get(comment.id) for comment in same]
    texts = [draft.text for draft in drafts if draft]
    assert len(texts) == 6
    assert len(set(texts)) >= 4


def test_what_happened_to_a_draft_begins_with_its_arrival(worker: Worker) -> None:
    take_in(worker.work, KEY, [_comment(worker, 1, "我试过，确实有用！")], worker.now)
    trail = [entry.what for entry in worker.look.audit.of(f"{KEY}_1")]
    assert trail == ["收到", "评分并拟稿"]
