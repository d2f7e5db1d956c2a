"""adopt: what the account had before is in autoreply.yaml afterwards, and what could not be carried over is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import StartError
from bot.sandbox import Sandbox
from config.autoreply import AutoReplies
from handlers.adopt import adopt, as_yaml, merge, read_replies
from handlers.adopted_menu import MenuFound, read_menu
from tests.handlers.followers.parlour import Parlour

NEWS = {"list": [{"title": "第一篇", "content_url": "https://mp.weixin.qq.com/s/a"}]}
INFO = {
    "is_add_friend_reply_open": 1,
    "is_autoreply_open": 1,
    "add_friend_autoreply_info": {"type": "text", "content": "欢迎！\n回复「歌单」听歌"},
    "message_default_autoreply_info": {"type": "text", "content": "编辑在路上"},
    "keyword_autoreply_info": {
        "list": [
            {
                "rule_name": "歌单",
                "reply_mode": "reply_all",
                "keyword_list_info": [
                    {"type": "text", "match_mode": "equal", "content": "歌单"},
                    {"type": "text", "match_mode": "contain", "content": "听歌"},
                ],
                "reply_list_info": [
                    {"type": "text", "content": "今天的歌："},
                    {"type": "news", "news_info": NEWS},
                    {"type": "img", "content": "MEDIA"},
                ],
            },
            {
                "rule_name": "随机",
                "reply_mode": "random_one",
                "keyword_list_info": [{"type": "text", "match_mode": "equal", "content": "帮助"}],
                "reply_list_info": [{"type": "text", "content": "甲"}, {"type": "text", "content": "乙"}],
            },
            {
                "rule_name": "只有图",
                "reply_mode": "reply_all",
                "keyword_list_info": [{"type": "text", "match_mode": "equal", "content": "壁纸"}],
                "reply_list_info": [{"type": "img", "content": "MEDIA"}],
            },
        ]
    },
}
MENU = {
    "is_menu_open": 1,
    "selfmenu_info": {
        "button": [
            {"type": "text", "name": "客服", "value": "加班中，请留言"},
            {
                "name": "更多",
                "sub_button": {
                    "list": [
                        {"type": "view", "name": "官网", "url": "https://example.com/"},
                        {"type": "news", "name": "第一篇", "value": "MEDIA", "news_info": NEWS},
                        {"type": "img", "name": "二维码", "value": "MEDIA"},
                        {"type": "miniprogram", "name": "小店", "url": "u", "appid": "wx1", "pagepath": "p"},
                    ]
                },
            },
        ]
    },
}


def test_texts_cards_and_ways_of_matching_are_kept() -> None:
    found = read_replies(INFO)
    assert found.welcome.startswith("欢迎！\n回复「歌单」听歌\n")
    assert "隐私" in found.welcome
    assert found.otherwise == "编辑在路上"
    replies = merge(AutoReplies(), found, MenuFound())
    [song] = replies.replies_to("歌单")
    assert song == "今天的歌：\n\n《第一篇》\nhttps://mp.weixin.qq.com/s/a"
    assert replies.replies_to("我要听歌吧") == (song,)
    assert replies.replies_to("我要歌单吧") == ()
    assert replies.replies_to("帮助") == ("甲", "乙")


def test_what_is_lost_is_said_with_its_name() -> None:
    said = "\n".join(read_replies(INFO).said)
    assert "Lost: the picture in the keyword rule 「歌单」" in said
    assert "「只有图」 has nothing left" in said
    assert "「帮助」 is one of the bot's own commands" in said
    assert "at most once a day" in said


def test_what_is_switched_off_in_the_backend_is_not_taken_over() -> None:
    found = read_replies({**INFO, "is_add_friend_reply_open": 0, "is_autoreply_open": 0})
    assert (found.welcome, found.otherwise) == ("", "")
    assert found.rules


@pytest.mark.parametrize(
    "info",
    [
        {},
        {"keyword_autoreply_info": None, "add_friend_autoreply_info": None, "is_add_friend_reply_open": 1},
        {"keyword_autoreply_info": {"list": [{}]}},
        {"is_autoreply_open": 1, "keyword_autoreply_info": {"list": []}},
    ],
)
def test_an_account_without_replies_loses_nothing(info: dict) -> None:
    found = read_replies(info)
    assert not found.rules
    assert any("no auto-replies" in line for line in found.said)


def test_a_text_too_long_for_one_answer_is_named() -> None:
    found = read_replies({**INFO, "add_friend_autoreply_info": {"type": "text", "content": "好" * 700}})
    assert found.welcome == ""
    assert any("the welcome is longer" in line for line in found.said)


def test_a_menu_made_in_the_backend_can_be_made_anew() -> None:
    found = read_menu(MENU)
    assert found.answers == {"adopted_1": "加班中，请留言"}
    first, more = found.body["button"]
    assert first == {"type": "click", "name": "客服", "key": "adopted_1"}
    assert [entry["type"] for entry in more["sub_button"]] == ["view", "view", "miniprogram"]
    assert more["sub_button"][1]["url"] == "https://mp.weixin.qq.com/s/a"
    assert any("「二维码」 (picture)" in line for line in found.said)


def test_a_menu_made_by_a_program_stays_as_it_is() -> None:
    menu = {"is_menu_open": 1, "selfmenu_info": {"button": [{"type": "click", "name": "今日歌曲", "key": "V1"}]}}
    found = read_menu(menu)
    assert found.body == {}
    assert any("V1" in line for line in found.said)
    assert any("stays as it is" in line for line in found.said)


def test_no_menu_is_no_loss() -> None:
    assert read_menu({"is_menu_open": 0, "selfmenu_info": {"button": [{"type": "view"}]}}) == MenuFound()
    assert read_menu({}) == MenuFound()


def test_the_file_reads_back_as_it_was_meant(tmp_path: Path) -> None:
    meant = merge(AutoReplies(), read_replies(INFO), read_menu(MENU))
    (tmp_path / "autoreply.yaml").write_text(as_yaml(meant), encoding="utf-8")
    assert AutoReplies.load(tmp_path) == meant


@pytest.fixture
def account(service_parlour: Parlour) -> Sandbox:
    """An account whose backend holds INFO and MENU."""
    assert service_parlour.box
    service_parlour.box.menus.autoreply, service_parlour.box.menus.selfmenu = INFO, MENU
    return service_parlour.box


def test_the_old_file_is_kept_and_a_second_run_changes_nothing(
    service_parlour: Parlour, account: Sandbox, tmp_path: Path
) -> None:
    old = "welcome: 旧的欢迎\nkeywords:\n- {words: [老词], replies: [老答案]}\nmenu: {mine: 我自己的}\n"
    (tmp_path / "autoreply.yaml").write_text(old, encoding="utf-8")
    gateway = service_parlour.work.gateway
    said = "\n".join(adopt(gateway, tmp_path))
    assert (tmp_path / "autoreply.yaml.before-1").read_text(encoding="utf-8") == old
    now = AutoReplies.load(tmp_path)
    assert now.welcome.startswith("欢迎！")
    assert now.replies_to("老词") == ("老答案",)
    assert now.menu == {"mine": "我自己的", "adopted_1": "加班中，请留言"}
    assert "autoreply.yaml.before-1" in said
    assert "The menu was made anew" in said
    assert account.menus.api_menu
    assert account.menus.api_menu["button"][0]["key"] == "adopted_1"
    again = "\n".join(adopt(gateway, tmp_path))
    assert "left as it is" in again
    assert "stays as it is" in again
    assert "adopted_1" not in again
    assert AutoReplies.load(tmp_path) == now
    assert not (tmp_path / "autoreply.yaml.before-2").exists()


def test_where_menus_are_not_permitted_the_loss_is_said(
    service_parlour: Parlour, account: Sandbox, tmp_path: Path
) -> None:
    account.set_profile("个人公众号")
    said = adopt(service_parlour.work.gateway, tmp_path)
    assert said[-1].startswith("Lost: the menu disappears")
    assert AutoReplies.load(tmp_path).otherwise == "编辑在路上"


def test_an_account_that_had_nothing_writes_nothing(service_parlour: Parlour, tmp_path: Path) -> None:
    said = adopt(service_parlour.work.gateway, tmp_path)
    assert "no auto-replies" in said[0]
    assert list(tmp_path.iterdir()) == []


def test_wechat_out_of_reach_changes_nothing(service_parlour: Parlour, tmp_path: Path) -> None:
    gateway = service_parlour.work.gateway
    assert isinstance(service_parlour.box, Sandbox)
    service_parlour.box.stop()
    with pytest.raises(StartError) as error:
        adopt(gateway, tmp_path)
    assert error.value.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_file_with_a_mistake_is_to_be_mended_first(service_parlour: Parlour, tmp_path: Path) -> None:
    (tmp_path / "autoreply.yaml").write_text("welcom: 你好\n", encoding="utf-8")
    with pytest.raises(StartError, match="welcom"):
        adopt(service_parlour.work.gateway, tmp_path)
    assert (tmp_path / "autoreply.yaml").read_text(encoding="utf-8") == "welcom: 你好\n"
