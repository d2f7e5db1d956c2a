"""Figures come one day late, at eight in the morning."""

from __future__ import annotations

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import Api, Clock

DAY = {"begin_date": "2026-09-21", "end_date": "2026-09-21"}
DETAIL = "/datacube/getarticletotaldetail"


def test_a_days_articles_are_out_the_next_morning_at_eight(api: Api, box: Sandbox, clock: Clock) -> None:
    one, two = box.publish_group([("一", "文"), ("二", "文")])
    one.read(120, like_user=7, share_user=3)
    one.comment(None, "在")
    assert api.code(DETAIL, **DAY) == 61501
    clock.pass_(hours=12 + 7.9)
    api.renew()
    assert api.post(DETAIL, **DAY) == {"list": [], "is_delay": True}
    clock.pass_(hours=0.2)
    answer = api.post(DETAIL, **DAY)
    assert answer["is_delay"] is False
    first, second = answer["list"]
    assert [first["msgid"], second["msgid"]] == [f"{one.msg_data_id}_1", f"{two.msg_data_id}_2"]
    assert (first["title"], first["content_url"], first["publish_type"]) == ("一", one.long_url, 0)
    (detail,) = first["detail_list"]
    assert (detail["read_user"], detail["like_user"], detail["comment_count"]) == (120, 7, 1)
    assert detail["read_user_source"][0] == {"scene_desc": "全部", "user_count": 120}


def test_figures_add_up_over_the_days_for_at_most_thirty(api: Api, box: Sandbox, clock: Clock) -> None:
    article = box.publish_by_hand("一", "文")
    article.read(10)
    clock.pass_(days=1)
    article.read(5)
    clock.pass_(days=1)
    api.renew()
    details = api.post(DETAIL, **DAY)["list"][0]["detail_list"]
    assert [(one["stat_date"], one["read_user"]) for one in details] == [("2026-09-21", 10), ("2026-09-22", 15)]
    clock.pass_(days=60)
    api.renew()
    assert len(api.post(DETAIL, **DAY)["list"][0]["detail_list"]) == 30


def test_reads_shares_and_the_account_are_told_per_day(api: Api, box: Sandbox, clock: Clock) -> None:
    article, quiet = box.publish_by_hand("一", "文"), box.publish_by_hand("二", "文", notified=False)
    article.read(10, share_user=2)
    article.comment(None, "在")
    clock.pass_(days=1)
    api.renew()
    reads = api.post("/datacube/getarticleread", **DAY)["list"]
    assert [(item["msgid"], item["detail"]["read_user"]) for item in reads] == [(f"{article.msg_data_id}_1", 10)]
    assert api.post("/datacube/getarticleshare", **DAY)["list"][0]["detail"] == {"share_user": 2}
    summary = api.post("/datacube/getbizsummary", **DAY)
    assert (summary["list"][0]["read_user"], summary["list"][0]["comment_count"]) == (10, 1)
    kinds = {item["msgid"]: item["publish_type"] for item in api.post(DETAIL, **DAY)["list"]}
    assert kinds[f"{quiet.msg_data_id}_1"] == 1


def test_wrong_dates_and_the_old_calls_are_refused(api: Api) -> None:
    assert api.code(DETAIL, begin_date="21.9.2026", end_date="2026-09-21") == 61500
    assert api.code(DETAIL, begin_date="2026-09-18", end_date="2026-09-19") == 61501
    assert api.code("/datacube/getbizsummary", begin_date="2026-08-01", end_date="2026-09-01") == 61501
    assert api.code("/datacube/getarticletotal", **DAY) == 47009
