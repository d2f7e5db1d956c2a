"""The chat page: its files, its state without openids, and what a player can do."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from bot.sandbox import Sandbox
from bot.sandbox.page_state import paragraphs
from tests.bot.sandbox.conftest import PNG, Api, Clock
from tests.bot.sandbox.receiver import Receiver

NASTY = '<img src=x onerror=alert(1)>"&lt;'


class Player:
    """A browser, reduced to its requests."""

    def __init__(self, box: Sandbox, session: requests.Session) -> None:
        self._box, self._session = box, session

    def get(self, path: str, **params: str) -> requests.Response:
        return self._session.get(self._box.api_base + path, params=params)

    def state(self, me: str = "", article: str = "") -> dict[str, Any]:
        return self.get("/sandbox/state", me=me, article=article).json()

    def does(self, deed: str, **data: Any) -> requests.Response:
        return self._session.post(f"{self._box.api_base}/sandbox/{deed}", json=data, headers={"X-Sandbox": "1"})


@pytest.fixture
def player(box: Sandbox, api: Api) -> Player:
    return Player(box, api.session)


def test_the_page_and_its_files_are_served_and_may_load_nothing_else(player: Player) -> None:
    page = player.get("/")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for path in ("/sandbox/page.css", "/sandbox/page.js", "/sandbox/chat.js", "/sandbox/articles.js"):
        assert path in page.text
        assert player.get(path).status_code == 200
    assert "innerHTML" not in "".join(player.get(f"/sandbox/{name}.js").text for name in ("page", "chat", "articles"))
    assert "http" not in page.text.replace("<!doctype html>", "")
    assert player.get("/nothing").status_code == 404


def test_a_chat_is_played_and_shown_in_pieces(player: Player, box: Sandbox, receiver: Receiver) -> None:
    author = box.follower("阿禾", author=True)
    receiver.says('3 好 <a href="weixin://bizmsgmenu?msgmenucontent=%E9%80%9A%E8%BF%873&msgmenuid=k">通过</a>')
    assert player.does("say", me=author.id, text="待审").json() == {"fault": False}
    state = player.state(author.id)
    assert [(line["author"], line["text"][:2]) for line in state["chat"]] == [("person", "待审"), ("account", "3 ")]
    tap = state["chat"][1]["pieces"][1]
    assert (tap["text"], tap["content"], tap["menu_id"]) == ("通过", "通过3", "k")
    player.does("say", me=author.id, text=tap["content"], tap=True, menu_id=tap["menu_id"])
    assert receiver.arrivals[-1].fields()["bizmsgmenuid"] == "k"


def test_outside_text_reaches_the_page_as_text_only(player: Player, box: Sandbox, receiver: Receiver) -> None:
    person = box.follower("小林")
    article = box.publish_by_hand(NASTY, f"<p>{NASTY}</p><script>alert(1)</script>")
    article.comment(person, NASTY)
    receiver.says(NASTY)
    person.says(NASTY)
    answer = player.get("/sandbox/state", me=person.id, article=article.key)
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    state = answer.json()
    assert state["chat"][1]["pieces"] == [{"text": NASTY, "href": "", "content": None, "menu_id": None}]
    assert state["article"]["list"][0]["text"] == NASTY


def test_no_openid_or_secret_is_on_the_page(player: Player, box: Sandbox, api: Api) -> None:
    person = box.follower("小林")
    article = box.publish_by_hand("题", "文")
    article.comment(person, "在")
    person.says("在吗")
    api.code("message/custom/send", touser=person.openid, msgtype="text", text={"content": "嗨"})
    told = json.dumps(player.state(person.id, article.key))
    for hidden in (person.openid, box.secret, box.token, api.token):
        assert hidden not in told


def test_the_author_sees_all_comments_and_a_reader_the_elected_and_their_own(player: Player, box: Sandbox) -> None:
    author, mine, other = box.follower("阿禾", author=True), box.follower("小林"), box.follower("老周")
    article = box.publish_by_hand("题", "文")
    assert player.does("comment", me=mine.id, article=article.key, text="我的").json() == {"comment": 1}
    for text in ("精选的", "等着的"):
        article.comment(other, text)
    assert player.does("backend", article=article.key, comment=2, action="elect").status_code == 200
    assert player.does("backend", article=article.key, comment=2, action="reply", text="谢谢你").status_code == 200
    shown = {who.name: player.state(who.id, article.key)["article"]["list"] for who in (author, mine, other)}
    assert {name: sorted(one["text"] for one in found) for name, found in shown.items()} == {
        "阿禾": ["我的", "等着的", "精选的"],
        "小林": ["我的", "精选的"],
        "老周": ["等着的", "精选的"],
    }
    assert [one["reply"] for one in shown["小林"] if one["elected"]] == ["谢谢你"]
    assert player.does("backend", article=article.key, comment=1, action="withdraw").status_code == 200
    assert article.comments[0].deleted == "reader"


def test_a_newcomer_has_to_follow_before_writing(player: Player, receiver: Receiver) -> None:
    me = player.does("newcomer", name="新来的").json()["me"]
    refused = player.does("say", me=me, text="在吗")
    assert (refused.status_code, refused.json()["error"]) == (400, "先关注才能发消息")
    player.does("follow", me=me, on=True)
    assert player.does("say", me=me, text="在吗").status_code == 200
    assert [arrival.fields().get("Event", "") for arrival in receiver.arrivals] == ["subscribe", ""]


def test_an_article_can_be_forwarded_into_the_chat(player: Player, box: Sandbox, receiver: Receiver) -> None:
    author, article = box.follower("阿禾", author=True), box.publish_by_hand("题", "文")
    assert player.does("forward", me=author.id, article=article.key).status_code == 200
    fields = receiver.arrivals[0].fields()
    assert (fields["MsgType"], fields["Title"], fields["Url"]) == ("link", "题", article.long_url)


def test_other_sites_cannot_play_and_nonsense_is_refused(player: Player, box: Sandbox, api: Api) -> None:
    person = box.follower("小林")
    blind = api.session.post(box.api_base + "/sandbox/say", json={"me": person.id, "text": "在吗"})
    assert blind.status_code == 403
    assert box.chat(person) == []
    for deed, data in (
        ("say", {"me": "p99", "text": "在吗"}),
        ("say", {"me": person.id, "text": "  "}),
        ("comment", {"me": person.id, "article": "1_0", "text": "在"}),
        ("backend", {"article": "1_0", "action": "explode"}),
        ("advance", {"seconds": 60}),
    ):
        assert player.does(deed, **data).status_code == 400


def test_the_page_moves_only_a_clock_that_the_bot_shares(clock: Clock) -> None:
    alone = Sandbox()
    shared = Sandbox(now=clock, advance=lambda seconds: clock.pass_(seconds=seconds))
    with alone, shared, requests.Session() as session:
        assert Player(alone, session).does("advance", seconds=60).status_code == 400
        before = clock.now
        player = Player(shared, session)
        assert player.state()["clock"] == {"text": "09月21日 12:00:00", "moves": True}
        assert player.does("advance", seconds=3600).status_code == 200
        assert clock.now == before + 3600
        assert player.does("advance", seconds=-5).status_code == 400


def test_the_log_says_what_happened_on_wechats_side(player: Player, box: Sandbox, api: Api) -> None:
    article = box.publish_by_hand("题", "文")
    where = {"msg_data_id": article.msg_data_id, "index": 0, "begin": 0, "count": 49, "type": 0}
    for _ in range(3):
        api.post("comment/list", **where)
    api.post("comment/reply/add", **where, user_comment_id=9, content="好")
    box.follower("小林").says("在吗")
    log = [(row["what"], row["outcome"], row["times"]) for row in player.state()["log"]]
    assert sorted(log) == sorted(
        [
            ("取接口凭证", "成功", 1),
            ("拉取留言", "成功", 3),
            ("回复留言", "错误 88008", 1),
            ("推送：文字消息", "已收下", 1),
        ]
    )


def test_pictures_and_posts_can_be_looked_at(player: Player, box: Sandbox, api: Api) -> None:
    person = box.follower("小林")
    person.says("在吗")
    media = api.upload("media/upload", PNG)["media_id"]
    api.code("message/custom/send", touser=person.openid, msgtype="image", image={"media_id": media})
    shown = player.state(person.id)["chat"][-1]["picture"]
    picture = player.get("/sandbox/media", id=shown)
    assert (picture.content, picture.headers["Content-Type"]) == (PNG, "image/png")
    key = player.does("publish", title="手动发的", body="第一段\n第二段").json()["article"]
    assert player.state(person.id, key)["article"]["body"] == ["第一段", "第二段"]
    player.does("open", me=person.id, article=key)
    assert [sum(f.read_user for f in one.figures.values()) for one in box.library.all()] == [1]


def test_a_body_is_read_as_paragraphs() -> None:
    assert paragraphs("<p>一 &amp; 二</p><p>三<br>四</p><img src='x'><script></script>") == [
        "一 & 二",
        "三",
        "四",
        "［图片］",
    ]
