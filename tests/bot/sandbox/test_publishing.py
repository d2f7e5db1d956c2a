"""Drafts, 发布 and 群发: limits, allowances, and the events that follow."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import PNG, Api, Clock
from tests.bot.sandbox.receiver import Receiver


@pytest.fixture
def cover(api: Api) -> str:
    return str(api.upload("material/add_material", PNG)["media_id"])


def post_of(cover: str, **more: Any) -> dict[str, Any]:
    return {
        "title": "本周最有料",
        "content": "<p>你们写的</p>",
        "thumb_media_id": cover,
        "need_open_comment": 1,
        **more,
    }


def draft(api: Api, cover: str, **more: Any) -> str:
    return str(api.post("draft/add", articles=[post_of(cover, **more)])["media_id"])


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"title": "字" * 32}, 0),
        ({"title": "字" * 33}, 45003),
        ({"title": ""}, 45003),
        ({"author": "字" * 17}, 45110),
        ({"digest": "字" * 129}, 45004),
        ({"content": "字" * 20_001}, 45002),
        ({"content": ""}, 45166),
        ({"thumb_media_id": "nothing"}, 40007),
        ({"article_type": "poem"}, 40035),
        ({"article_type": "newspic"}, 40035),
    ],
)
def test_a_draft_keeps_the_limits(api: Api, cover: str, change: dict[str, Any], errcode: int) -> None:
    assert api.code("draft/add", articles=[post_of(cover, **change)]) == errcode


def test_a_cover_must_be_permanent_and_text_raw(api: Api, box: Sandbox, cover: str) -> None:
    temporary = api.upload("media/upload", PNG)["media_id"]
    assert api.code("draft/add", articles=[post_of(temporary)]) == 40007
    escaped = b'{"articles": [{"title": "\\u672c\\u5468"}]}'
    assert api.raw("/cgi-bin/draft/add", data=escaped).json()["errcode"] == 40033
    assert api.code("draft/add", articles=[post_of(cover)] * 9) == 45008
    box.comment_feature = False
    assert api.code("draft/add", articles=[post_of(cover)]) == 88000


def test_a_draft_can_be_read_changed_listed_and_deleted(api: Api, cover: str) -> None:
    media_id = draft(api, cover, content='<p>一<script>x</script></p><img src="http://elsewhere.example/a.png">')
    item = api.post("draft/get", media_id=media_id)["news_item"][0]
    assert (item["content"], item["digest"], item["only_fans_can_comment"]) == ("<p>一</p>", "一", 0)
    assert api.code("draft/update", media_id=media_id, index=0, articles=post_of(cover, title="新题")) == 0
    assert api.code("draft/update", media_id=media_id, index=1, articles=post_of(cover)) == 40114
    listed = api.post("draft/batchget", offset=0, count=20, no_content=1)
    assert (listed["total_count"], listed["item"][0]["content"]["news_item"][0]["title"]) == (1, "新题")
    assert "content" not in listed["item"][0]["content"]["news_item"][0]
    assert api.code("draft/batchget", offset=0, count=21) == 40097
    assert api.code("draft/delete", media_id=media_id) == 0
    assert api.code("draft/get", media_id=media_id) == 40007
    assert api.get("draft/count")["total_count"] == 0


def test_publishing_makes_a_commentable_article_and_says_so(
    api: Api, box: Sandbox, cover: str, receiver: Receiver
) -> None:
    media_id = draft(api, cover)
    box.publishing.delay = 5
    job = api.post("freepublish/submit", media_id=media_id)
    assert api.post("freepublish/get", publish_id=job["publish_id"])["publish_status"] == 1
    assert api.code("draft/get", media_id=media_id) == 40007
    box.now.pass_(seconds=5)  # type: ignore[attr-defined]
    assert box.settle()
    done = api.post("freepublish/get", publish_id=job["publish_id"])
    assert (done["publish_status"], done["article_detail"]["count"]) == (0, 1)
    event = receiver.arrivals[-1].body.decode()
    assert "PUBLISHJOBFINISH" in event
    assert done["article_id"] in event
    assert job["msg_data_id"] not in event.replace(done["article_detail"]["item"][0]["article_url"], "")
    article = box.library.find(int(job["msg_data_id"]), 0)
    assert article is not None
    assert article.comment(None, "来了") == 1
    where = {"msg_data_id": article.msg_data_id, "index": 0, "begin": 0, "count": 49, "type": 0}
    assert api.post("comment/list", **where)["comment_cnt"] == 1
    assert not article.notified


@pytest.mark.parametrize(("outcome", "fails"), [(2, True), (3, False), (4, True)])
def test_publishing_can_fail(api: Api, box: Sandbox, cover: str, receiver: Receiver, outcome: int, fails: bool) -> None:
    box.publishing.outcome = outcome
    job = api.post("freepublish/submit", media_id=draft(api, cover))
    assert box.settle()
    told = api.post("freepublish/get", publish_id=job["publish_id"])
    assert (told["publish_status"], bool(told["fail_idx"])) == (outcome, fails)
    assert f"<publish_status>{outcome}</publish_status>".encode() in receiver.arrivals[-1].body
    assert box.library.find(int(job["msg_data_id"]), 0) is None


def test_only_posts_without_notification_are_listed_and_can_be_deleted(api: Api, box: Sandbox, cover: str) -> None:
    box.publish_by_hand("群发的", "文")
    api.post("freepublish/submit", media_id=draft(api, cover))
    assert box.settle()
    listed = api.post("freepublish/batchget", offset=0, count=20, no_content=0)
    assert [item["content"]["news_item"][0]["title"] for item in listed["item"]] == ["本周最有料"]
    article_id = listed["item"][0]["article_id"]
    assert api.post("freepublish/getarticle", article_id=article_id)["news_item"][0]["is_deleted"] is False
    assert api.code("freepublish/batchget", offset=0, count=0) == 40097
    assert api.code("freepublish/delete", article_id=article_id) == 0
    assert api.code("freepublish/getarticle", article_id=article_id) == 53600
    assert api.post("freepublish/batchget", offset=0, count=20)["total_count"] == 0


def everyone(media_id: str, **more: Any) -> dict[str, Any]:
    return {"filter": {"is_to_all": True}, "msgtype": "mpnews", "mpnews": {"media_id": media_id}, **more}


def test_a_mass_send_reaches_followers_and_ends_with_an_event(
    api: Api, box: Sandbox, cover: str, receiver: Receiver
) -> None:
    person = box.follower("小林")
    box.follower("路人", subscribed=False)
    started = api.post("message/mass/sendall", **everyone(draft(api, cover)))
    assert (started["errcode"], started["msg_id"] != started["msg_data_id"]) == (0, True)
    assert box.settle()
    assert api.post("message/mass/get", msg_id=started["msg_id"])["msg_status"] == "SEND_SUCCESS"
    assert [line.text for line in box.inbox(person)] == ["本周最有料"]
    event = receiver.arrivals[-1].body.decode()
    assert f"<MsgID>{started['msg_id']}</MsgID>" in event
    assert str(started["msg_data_id"]) not in event
    assert "http://mp.weixin.qq.com/s/" in event
    assert "<SentCount>1</SentCount>" in event
    assert box.library.find(started["msg_data_id"], 0) is not None


def test_the_allowance_is_one_a_day_or_four_a_month(api: Api, box: Sandbox, cover: str, clock: Clock) -> None:
    def send() -> int:
        api.renew()
        return api.code("message/mass/sendall", **everyone(draft(api, cover)))

    assert [send(), send()] == [0, 45028]
    clock.pass_(days=1)
    assert send() == 0
    box.set_profile("认证服务号")
    assert [send() for _ in range(3)] == [0, 0, 45028]
    clock.pass_(days=10)
    assert send() == 0


def test_a_client_id_sends_once(api: Api, box: Sandbox, cover: str, clock: Clock) -> None:
    box.set_profile("认证服务号")
    first = api.post("message/mass/sendall", **everyone(draft(api, cover), clientmsgid="week-47"))
    again = everyone(draft(api, cover), clientmsgid="week-47")
    assert api.code("message/mass/sendall", **again) == 45066
    clock.pass_(seconds=61)
    repeated = api.post("message/mass/sendall", **again)
    assert (repeated["errcode"], repeated["msg_id"]) == (45065, first["msg_id"])
    assert api.code("message/mass/sendall", **everyone("x", clientmsgid="w" * 33)) == 45067
    assert box.settle()
    assert len(box.library.all()) == 1


def test_a_protected_account_waits_for_its_admin(api: Api, box: Sandbox, cover: str, receiver: Receiver) -> None:
    box.mass.needs_admin = True
    assert api.code("message/mass/sendall", **everyone(draft(api, cover))) == 89505
    assert box.settle()
    assert receiver.arrivals == []
    box.mass.confirm(agreed=False)
    assert box.settle()
    assert b"err(40001)" in receiver.arrivals[-1].body
    assert box.library.all() == []


def test_a_preview_goes_to_one_person_and_a_sent_post_can_be_withdrawn(api: Api, box: Sandbox, cover: str) -> None:
    person, other = box.follower("小林"), box.follower("老周")
    media_id = draft(api, cover)
    body = {"touser": person.openid, "msgtype": "mpnews", "mpnews": {"media_id": media_id}}
    assert api.code("message/mass/preview", **body) == 0
    assert [len(box.inbox(one)) for one in (person, other)] == [1, 0]
    started = api.post("message/mass/sendall", **everyone(media_id))
    assert box.settle()
    assert api.code("message/mass/delete", msg_id=started["msg_id"], article_idx=1) == 0
    assert api.post("message/mass/get", msg_id=started["msg_id"])["msg_status"] == "DELETE"
    assert api.code("message/mass/get", msg_id=1) == 40059


def test_a_tag_narrows_a_mass_send(api: Api, box: Sandbox) -> None:
    tagged, other = box.follower("小林"), box.follower("老周")
    tag = api.post("tags/create", tag={"name": "常客"})["tag"]["id"]
    assert api.code("tags/members/batchtagging", openid_list=[tagged.openid], tagid=tag) == 0
    body = {"filter": {"is_to_all": False, "tag_id": tag}, "msgtype": "text", "text": {"content": "周末好"}}
    assert api.code("message/mass/sendall", **{**body, "filter": {"tag_id": 999}}) == 40152
    assert api.code("message/mass/sendall", **body) == 0
    assert box.settle()
    assert [[line.text for line in box.inbox(one)] for one in (tagged, other)] == [["周末好"], []]


def test_posts_by_hand_can_send_the_event_too(box: Sandbox, receiver: Receiver) -> None:
    box.publish_by_hand("一", "文")
    assert box.settle()
    assert receiver.arrivals == []
    box.quirks.event_for_hand_posts = True
    box.publish_by_hand("二", "文")
    assert box.settle()
    assert b"MASSSENDJOBFINISH" in receiver.arrivals[-1].body
