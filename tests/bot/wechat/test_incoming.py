"""What becomes of each kind of callback: fields, article positions and the keys by which repeats are known."""

from __future__ import annotations

import pytest

from bot.domain import events
from bot.wechat import xml
from bot.wechat.incoming import NotACallback, read_event
from tests.bot.wechat.hostile import event_xml, text_xml


def event_of(document: str) -> events.Event:
    return read_event(xml.parse(document.encode()))


def message_xml(kind: str, more: str) -> str:
    return (
        "<xml><ToUserName>gh_x</ToUserName><FromUserName>o1</FromUserName><CreateTime>1790000000</CreateTime>"
        f"<MsgType>{kind}</MsgType><MsgId>1</MsgId>{more}</xml>"
    )


def comment_xml(comment_type: int = 0, created_at: int = 1_790_000_000, openid: str = "o1") -> str:
    return (
        f"<xml><ToUserName>gh_x</ToUserName><FromUserName>{openid}</FromUserName><CreateTime>{created_at}</CreateTime>"
        "<MsgType>event</MsgType><Event>comment</Event><MsgDataId>2247487033</MsgDataId><Idx>1</Idx>"
        f"<UserCommentId>8</UserCommentId><CommentType>{comment_type}</CommentType><Content>真好</Content></xml>"
    )


def test_a_text_message_keeps_its_text_and_the_tapped_entry() -> None:
    event = event_of(text_xml(" 通过3。\n", more="<bizmsgmenuid>3.k7</bizmsgmenuid>"))
    assert isinstance(event, events.TextMessage)
    assert (event.text, event.menu_id, event.msg_id) == (" 通过3。\n", "3.k7", "7001")


def test_the_number_of_a_message_may_fill_64_bits() -> None:
    event = event_of(message_xml("image", "").replace("<MsgId>1<", f"<MsgId>{2**64 - 1}<"))
    assert isinstance(event, events.OtherMessage)
    assert event.msg_id == "18446744073709551615"


def test_the_article_of_a_message_is_counted_from_nought() -> None:
    event = event_of(text_xml(more="<MsgDataId>2247487033</MsgDataId><Idx>2</Idx>"))
    assert isinstance(event, events.TextMessage)
    assert (event.msg_data_id, event.index, event.article_key) == (2247487033, 1, "2247487033_1")


def test_a_forwarded_article_is_a_link() -> None:
    event = event_of(
        message_xml("link", "<Title>题</Title><Description>述</Description><Url> https://m.cn/s?mid=1 </Url>")
    )
    assert isinstance(event, events.LinkMessage)
    assert (event.title, event.description, event.url) == ("题", "述", "https://m.cn/s?mid=1")


@pytest.mark.parametrize("kind", ["image", "video", "shortvideo", "location", "miniprogrampage", "hologram"])
def test_other_messages_keep_their_kind(kind: str) -> None:
    event = event_of(message_xml(kind, "<PicUrl>http://x/y</PicUrl><Recognition>no</Recognition>"))
    assert isinstance(event, events.OtherMessage)
    assert (event.kind, event.text) == (kind, "")


def test_recognised_speech_is_text() -> None:
    event = event_of(message_xml("voice", "<MediaId>1</MediaId><Recognition>投三</Recognition>"))
    assert isinstance(event, events.OtherMessage)
    assert event.text == "投三"


def test_a_comment_event_counts_articles_from_nought_and_may_have_no_author() -> None:
    event = event_of(comment_xml(openid=""))
    assert isinstance(event, events.CommentEvent)
    assert (event.openid, event.article_key, event.user_comment_id, event.content) == ("", "2247487033_0", 8, "真好")


def test_a_finished_publication_names_its_articles() -> None:
    info = (
        "<PublishEventInfo><publish_id>100</publish_id><publish_status>0</publish_status><article_id>\nabc\n</article_id>"
        "<article_detail><count>1</count><item><idx>1</idx><article_url>https://m.cn/s/1</article_url></item>"
        "</article_detail></PublishEventInfo>"
    )
    event = event_of(event_xml("PUBLISHJOBFINISH", info))
    assert isinstance(event, events.PublishFinished)
    assert (event.publish_id, event.status, event.article_id, event.urls) == (
        "100",
        0,
        "abc",
        ((0, "https://m.cn/s/1"),),
    )
    assert event_of(event_xml("FREEPUBLISHJOBFINISH", info)).delivery_key() == event.delivery_key()


def test_a_failed_publication_names_the_articles_at_fault() -> None:
    info = (
        "<PublishEventInfo><publish_id>100</publish_id><publish_status>2</publish_status>"
        "<fail_idx>1</fail_idx><fail_idx>2</fail_idx></PublishEventInfo>"
    )
    event = event_of(event_xml("PUBLISHJOBFINISH", info))
    assert isinstance(event, events.PublishFinished)
    assert (event.status, event.failed) == (2, (0, 1))


def test_a_finished_mass_send_has_its_counts_and_addresses() -> None:
    more = (
        "<MsgID>1000001625</MsgID><Status>send success</Status><TotalCount>9</TotalCount><FilterCount>8</FilterCount>"
        "<SentCount>7</SentCount><ErrorCount>1</ErrorCount><ArticleUrlResult><Count>1</Count><ResultList><item>"
        "<ArticleIdx>2</ArticleIdx><ArticleUrl>http://m.cn/s/x</ArticleUrl></item></ResultList></ArticleUrlResult>"
    )
    event = event_of(event_xml("MASSSENDJOBFINISH", more))
    assert isinstance(event, events.MassFinished)
    assert (event.msg_id, event.total, event.filtered, event.sent, event.failed) == ("1000001625", 9, 8, 7, 1)
    assert event.urls == ((1, "http://m.cn/s/x"),)


def test_the_same_message_number_of_two_people_is_two_messages() -> None:
    keys = {event_of(text_xml(openid=f"o{n}")).delivery_key() for n in range(15)}
    assert len(keys) == 15


def test_a_repeated_message_is_known_whatever_else_changed() -> None:
    again = event_of(text_xml("在吗", created_at=1_790_000_009)).delivery_key()
    assert event_of(text_xml()).delivery_key() == again


def test_messages_without_a_number_are_told_apart_by_content_and_time() -> None:
    def key(text: str, at: int) -> str:
        return event_of(text_xml(text, created_at=at).replace("<MsgId>7001</MsgId>", "")).delivery_key()

    assert key("一", 1_790_000_000) == key("一", 1_790_000_000)
    assert len({key("一", 1_790_000_000), key("二", 1_790_000_000), key("一", 1_790_000_001)}) == 3


def test_events_are_known_by_person_name_key_and_time() -> None:
    base = event_xml("CLICK", "<EventKey>a</EventKey>")
    others = [
        event_xml("CLICK", "<EventKey>b</EventKey>"),
        event_xml("CLICK", "<EventKey>a</EventKey>", openid="o2"),
        event_xml("VIEW", "<EventKey>a</EventKey>"),
        base.replace("1790000000", "1790000001"),
    ]
    assert event_of(base).delivery_key() == event_of(base).delivery_key()
    assert event_of(base).delivery_key() not in {event_of(other).delivery_key() for other in others}


def test_a_comment_is_repeated_by_its_ids_and_renewed_by_its_type() -> None:
    key = event_of(comment_xml()).delivery_key()
    assert event_of(comment_xml(created_at=1_790_000_099, openid="")).delivery_key() == key
    assert event_of(comment_xml(comment_type=1)).delivery_key() != key


def test_job_events_are_known_by_their_job() -> None:
    one = event_xml("TEMPLATESENDJOBFINISH", "<MsgID>1</MsgID>")
    two = event_xml("TEMPLATESENDJOBFINISH", "<MsgID>2</MsgID>")
    assert event_of(one).delivery_key() != event_of(two).delivery_key()


def test_no_key_holds_an_openid() -> None:
    keys = [event_of(document).delivery_key() for document in (text_xml(), event_xml("CLICK"), comment_xml())]
    assert not any("oHostile" in key or key == "o1" for key in keys)


def test_what_is_wrong_is_named_without_quoting_it() -> None:
    with pytest.raises(NotACallback) as problem:
        event_of(text_xml(openid="o geheim"))
    assert "geheim" not in str(problem.value)
    assert "FromUserName" in str(problem.value)
