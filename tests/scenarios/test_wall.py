"""The wall: a creator puts a sentence up, readers read it in chat and on a page, its writer takes it off (G1, G2)."""

from __future__ import annotations

import re
import urllib.error
import urllib.request

import pytest

from bot.sandbox.people import Follower
from tests.scenarios.scene import Scene, open_scene
from tests.stage import Stage, item_of

GOLD = "我妈说日子不是过给别人看的，而是过给自己暖的。"
STORY = f"看完想了很久。{GOLD}去年我照她说的换了工作，现在每天六点准时下班陪孩子吃饭。"
OTHER = "我试过提前一天把周报写好，周五下午就不用加班了，坚持了三个月。"


def page(stage: Stage, path: str = "/wall") -> str:
    """The page as a browser gets it five seconds later."""
    stage.clock.advance(5)
    with urllib.request.urlopen(stage.url + path, timeout=5) as answer:
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        return str(answer.read().decode())


def put_up(stage: Stage, *texts: str) -> tuple[Scene, list[str]]:
    scene = open_scene(stage, *texts)
    return scene, [scene.says(f"上墙 {scene.items[text]}") for text in texts]


def writer(stage: Stage, scene: Scene, text: str) -> Follower:
    person = stage.box.people.find(next(one.openid for one in scene.article.comments if one.text == text) or "")
    assert person
    return person


def test_a_sentence_goes_up_and_is_read_in_chat_and_on_the_page(stage: Stage) -> None:
    _, [said] = put_up(stage, STORY)
    assert f"已上墙：「{GOLD}」" in said
    assert "下墙" in said
    shown = stage.box.follower("路人").says("墙").text
    assert GOLD in shown
    assert GOLD in page(stage)
    assert "看完想了很久" not in page(stage)


def test_another_sentence_is_chosen_by_its_number(stage: Stage) -> None:
    scene, [said] = put_up(stage, STORY)
    assert re.search(r"^2 「", said, re.MULTILINE)
    scene.owner.says("2")
    assert GOLD not in page(stage)
    assert "准时下班陪孩子吃饭" in page(stage)


def test_its_writer_takes_it_off_and_nobody_else_can(stage: Stage) -> None:
    scene, _ = put_up(stage, STORY)
    number = re.search(r"#(\d+) ", stage.box.follower("路人").says("墙").text)
    assert number
    assert "不是你写的" in stage.box.follower("路人").says(f"下墙 {number[1]}").text
    assert GOLD in page(stage)
    assert "拿下来了" in writer(stage, scene, STORY).says(f"下墙 {number[1]}").text
    assert GOLD not in page(stage)


def test_a_creator_takes_it_down_and_up_again(stage: Stage) -> None:
    scene, [said] = put_up(stage, STORY)
    n = said.split(" ", 1)[0]
    assert "已下墙" in scene.owner.says(f"下墙 {n}").text
    assert GOLD not in page(stage)
    assert "不在墙上" in scene.owner.says(f"下墙 {n}").text
    assert "已上墙" in scene.owner.says(f"上墙 {n}").text


@pytest.mark.parametrize("leaving", ["删除我的数据", "别提我", "不展示", "unfollow"])
def test_who_leaves_leaves_the_wall(stage: Stage, leaving: str) -> None:
    scene, _ = put_up(stage, STORY)
    person = writer(stage, scene, STORY)
    if leaving == "unfollow":
        person.unfollows()
    else:
        asked = person.says(leaving).text
        code = re.search(r"确认删除 (\w\w)", asked)
        if code:
            person.says(f"确认删除 {code[1]}")
    stage.settle()
    assert GOLD not in page(stage)


def test_chat_words_go_up_only_after_their_writer_agreed(stage: Stage) -> None:
    owner, reader = stage.owner(), stage.box.follower("小林")
    reader.says(f"留言 {STORY}")
    stage.settle()
    n = item_of(owner.says("待审").text, STORY[:8])
    assert "还没同意公开展示" in owner.says(f"上墙 {n}").text
    assert GOLD not in page(stage)
    reader.says("同意展示")
    assert "已上墙" in owner.says(f"上墙 {n}").text
    assert GOLD in page(stage)
    reader.says("不展示")
    assert GOLD not in page(stage)


def test_one_line_a_day_and_nobodys_own_words(stage: Stage) -> None:
    scene, _ = put_up(stage, STORY, OTHER)
    reader = stage.box.follower("路人")
    first = reader.says("我的").text
    assert first.count("墙上一句") == 1
    assert "墙上一句" not in reader.says("我的").text
    stage.wait(86400)
    second = reader.says("我的").text
    assert second.count("墙上一句") == 1
    assert (GOLD in first) is not (GOLD in second)
    stage.wait(86400)
    assert "墙上一句" not in reader.says("我的").text
    assert GOLD not in writer(stage, scene, STORY).says("我的").text.split("墙上一句")[-1]


def test_names_and_anonymity_hold_at_once(stage: Stage) -> None:
    scene, _ = put_up(stage, STORY)
    assert re.search(r"—— 读者[A-Z]{2}", page(stage))
    writer(stage, scene, STORY).says("匿名")
    assert "—— 一位读者" in page(stage)


def test_the_page_of_an_unknown_account_is_not_there_and_knows_no_openid(stage: Stage) -> None:
    scene, _ = put_up(stage, STORY)
    person = writer(stage, scene, STORY)
    pid = stage.stores.people.pid(person.openid)
    for path in ("/wall", "/wall/main"):
        assert person.openid not in page(stage, path)
        assert pid not in page(stage, path)
        assert "<script" not in page(stage, path)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        page(stage, "/wall/nobody")


def test_an_empty_wall_says_how_to_get_there(stage: Stage) -> None:
    assert "墙还空着" in page(stage)
    assert "空着" in stage.box.follower("路人").says("墙").text


def test_a_number_that_may_mean_two_sentences_is_asked_about(stage: Stage) -> None:
    scene = open_scene(stage, STORY, OTHER)
    by_item = sorted((scene.items[STORY], scene.items[OTHER]), reverse=True)
    text_of = {scene.items[text]: text for text in (STORY, OTHER)}
    for item in by_item:  # what is put up first has the lower number on the wall
        scene.says(f"上墙 {item}")
    low, high = by_item[1], by_item[0]
    assert (low, high) == (1, 2)
    asked = scene.says("下墙 2")
    assert "可能指两句" in asked
    item_words, public_words = (line.split("「")[1][:8] for line in asked.splitlines()[1:3])
    assert item_words in text_of[high]
    assert public_words in text_of[low]
    shown = page(stage)
    assert item_words in shown
    assert public_words in shown
    assert public_words in scene.says("2")
    assert public_words not in page(stage)
    assert item_words in page(stage)
    # Only one of the two is up now.
    assert item_words in scene.says("下墙 2")
    assert item_words not in page(stage)


def test_a_sentence_is_taken_down_by_its_number_on_the_wall_however_old(stage: Stage) -> None:
    scene, _ = put_up(stage, STORY)
    stage.wait(5 * 86400, jobs=True)
    number = re.search(r"#(\d+) ", scene.says("墙"))
    assert number
    assert GOLD[:8] in scene.says(f"下墙 {number[1]}")
    assert GOLD not in page(stage)


def test_its_writer_is_told_once_and_finds_it_under_their_own(stage: Stage) -> None:
    scene, _ = put_up(stage, STORY)
    person = writer(stage, scene, STORY)
    told = person.says("帮助").text
    number = re.search(r"上了金句墙，是 #(\d+)。", told)
    assert number
    assert "上了金句墙" not in person.says("帮助").text
    assert f"墙上有你的：#{number[1]}「" in person.says("我的").text
    person.says(f"下墙 {number[1]}")
    assert "墙上有你的" not in person.says("我的").text


def test_what_was_taken_down_at_once_is_not_told(stage: Stage) -> None:
    scene, [said] = put_up(stage, STORY)
    scene.says(f"下墙 {said.split(' ', 1)[0]}")
    assert "上了金句墙" not in writer(stage, scene, STORY).says("帮助").text
