"""Followers, tags, menus and media of the account."""

from __future__ import annotations

import pytest

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import PNG, Api, Clock


def test_followers_are_listed_and_nothing_personal_is_told(api: Api, box: Sandbox) -> None:
    person, gone = box.follower("小林"), box.follower("路人", subscribed=False)
    listed = api.get("user/get", next_openid="")
    assert (listed["total"], listed["data"]["openid"]) == (1, [person.openid])
    info = api.get("user/info", openid=person.openid, lang="zh_CN")
    assert (info["subscribe"], info["nickname"], info["headimgurl"]) == (1, "", "")
    assert api.get("user/info", openid=gone.openid) == {"subscribe": 0, "openid": gone.openid}
    assert api.get("user/info", openid="oNobody")["errcode"] == 40003
    batch = api.post("user/info/batchget", user_list=[{"openid": person.openid}])
    assert batch["user_info_list"][0]["openid"] == person.openid
    assert api.get("user/get", next_openid=person.openid) == {"total": 1, "count": 0, "next_openid": ""}


def test_the_same_name_is_the_same_person_with_an_openid_of_the_right_shape(box: Sandbox) -> None:
    person = box.follower("小林")
    assert box.follower("小林") is person
    assert len(person.openid) == 28
    assert person.openid.startswith("o")
    assert box.follower("老周").openid != person.openid


def test_tags_can_be_made_given_and_taken(api: Api, box: Sandbox) -> None:
    person = box.follower("小林")
    tag = api.post("tags/create", tag={"name": "常客"})["tag"]["id"]
    assert api.code("tags/create", tag={"name": "常客"}) == 45157
    assert api.code("tags/create", tag={"name": "长" * 11}) == 45158
    assert api.code("tags/members/batchtagging", openid_list=[person.openid], tagid=tag) == 0
    assert api.post("tags/getidlist", openid=person.openid)["tagid_list"] == [tag]
    assert api.post("user/tag/get", tagid=tag)["data"]["openid"] == [person.openid]
    assert [one["count"] for one in api.get("tags/get")["tags"] if one["id"] == tag] == [1]
    assert api.code("tags/update", tag={"id": tag, "name": "老朋友"}) == 0
    assert api.code("tags/delete", tag={"id": 2}) == 45058
    assert api.code("tags/members/batchtagging", openid_list=[], tagid=tag) == 40032
    assert api.code("tags/delete", tag={"id": tag}) == 0
    assert person.tagids == []


def test_the_blacklist_and_remarks(api: Api, box: Sandbox) -> None:
    person = box.follower("小林")
    assert api.code("tags/members/batchblacklist", openid_list=[person.openid]) == 0
    assert api.post("tags/members/getblacklist", begin_openid="")["data"]["openid"] == [person.openid]
    assert api.code("tags/members/batchunblacklist", openid_list=[person.openid]) == 0
    assert not person.blacklisted
    assert api.code("user/info/updateremark", openid=person.openid, remark="常客") == 0
    assert api.get("user/info", openid=person.openid)["remark"] == "常客"


CLICK = {"type": "click", "name": "榜", "key": "rank"}


@pytest.mark.parametrize(
    ("buttons", "errcode"),
    [
        ([CLICK], 0),
        ([{"name": "更多", "sub_button": [CLICK] * 5}], 0),
        ([], 40016),
        ([CLICK] * 4, 40016),
        ([{**CLICK, "name": "五个汉字多"}], 0),
        ([{**CLICK, "name": "六个汉字太多"}], 40018),
        ([{**CLICK, "key": ""}], 40019),
        ([{**CLICK, "type": "dance"}], 40017),
        ([{"type": "view", "name": "站", "url": "h" * 1025}], 40020),
        ([{"name": "更多", "sub_button": [CLICK] * 6}], 40023),
        ([{"name": "更多", "sub_button": [{**CLICK, "name": "长" * 21}]}], 40025),
    ],
)
def test_a_menu_keeps_the_limits(api: Api, buttons: list[dict[str, object]], errcode: int) -> None:
    assert api.code("menu/create", button=buttons) == errcode


def test_a_menu_is_made_read_and_deleted(api: Api, box: Sandbox) -> None:
    box.menus.selfmenu = {"is_menu_open": 1, "selfmenu_info": {"button": [{"name": "旧"}]}}
    assert api.get("get_current_selfmenu_info")["selfmenu_info"]["button"][0]["name"] == "旧"
    assert api.get("menu/get")["errcode"] == 46003
    assert api.code("menu/create", button=[CLICK]) == 0
    assert api.get("menu/get")["menu"]["button"] == [CLICK]
    assert api.get("get_current_selfmenu_info")["selfmenu_info"]["button"] == [CLICK]
    assert "is_autoreply_open" in api.get("get_current_autoreply_info")
    assert api.get("menu/delete")["errcode"] == 0
    assert api.get("menu/get")["errcode"] == 46003


def test_temporary_media_live_three_days(api: Api, clock: Clock) -> None:
    medium = api.upload("media/upload", PNG)
    assert (medium["type"], medium["created_at"]) == ("image", int(clock.now))
    got = api.raw("/cgi-bin/media/get", "GET", params={"media_id": medium["media_id"]})
    assert (got.content, got.headers["Content-Type"]) == (PNG, "image/png")
    clock.pass_(days=3)
    api.renew()
    assert api.get("media/get", media_id=medium["media_id"])["errcode"] == 40007


def test_permanent_media_are_listed_counted_and_deleted(api: Api) -> None:
    medium = api.upload("material/add_material", PNG)
    listed = api.post("material/batchget_material", type="image", offset=0, count=20)
    assert [item["media_id"] for item in listed["item"]] == [medium["media_id"]]
    assert listed["item"][0]["url"] == medium["url"]
    assert api.get("material/get_materialcount")["image_count"] == 1
    assert api.raw("/cgi-bin/material/get_material", json={"media_id": medium["media_id"]}).content == PNG
    assert api.code("material/batchget_material", type="news", offset=0, count=20) == 45106
    assert api.code("material/del_material", media_id=medium["media_id"]) == 0
    assert api.code("material/del_material", media_id=medium["media_id"]) == 40007


@pytest.mark.parametrize(
    ("path", "content", "kind", "errcode"),
    [
        ("media/upload", b"not a picture", "image", 40005),
        ("media/upload", PNG, "poem", 40004),
        ("media/upload", PNG, "thumb", 40005),
        ("media/upload", b"\xff\xd8\xff" + b"0" * 65_536, "thumb", 45001),
        ("media/uploadimg", PNG + b"0" * 1024 * 1024, "image", 40009),
        ("media/uploadimg", b"GIF89a", "image", 40005),
    ],
)
def test_files_of_the_wrong_kind_or_size_are_refused(
    api: Api, path: str, content: bytes, kind: str, errcode: int
) -> None:
    assert api.upload(path, content, kind)["errcode"] == errcode


def test_a_body_picture_gets_an_address_that_drafts_keep(api: Api, box: Sandbox) -> None:
    url = api.upload("media/uploadimg", PNG)["url"]
    cover = api.upload("material/add_material", PNG)["media_id"]
    content = f'<p>一</p><img src="{url}">'
    made = api.post("draft/add", articles=[{"title": "题", "content": content, "thumb_media_id": cover}])
    assert api.post("draft/get", media_id=made["media_id"])["news_item"][0]["content"] == content
    assert api.code("media/upload") == 41005
