"""Comments brought by a person: pasted in the chat or read from a file, everything or nothing, never twice."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.comment import Source
from bot.domain.events import TextMessage
from handlers.chat.commands import Command
from handlers.chat.verbs import Verb
from handlers.import_files import ImportRefused, read_rows
from handlers.imports import ImportCount, import_lines, import_rows
from tests.handlers.worker import Worker

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _article(worker: Worker) -> str:
    return worker.follow(worker.box.publish_by_hand("新手裱花", "正文", at=worker.now))


def _paste(worker: Worker, text: str, n: int | None = 1) -> str:
    command = Command(Verb.IMPORT, text=text, article=n)
    event = TextMessage("o", "gh", int(worker.now), "1", text="导入")
    return str(worker.say(lambda chat: import_lines(chat, command), event, worker.creator()))


def _import(worker: Worker, path: Path, n: int | None = None) -> ImportCount:
    return import_rows(worker.work.store, read_rows(path), n, now=worker.now, zone=SHANGHAI)


def test_each_pasted_line_becomes_a_comment_with_a_draft(worker: Worker) -> None:
    key = _article(worker)
    answer = _paste(worker, "我试过，确实有用！\n\n  请问新手用哪种裱花嘴？ ")
    assert "2 条" in answer
    worker.run("inbox|")
    comments = {comment.content: comment for comment in worker.look.comments.page(key, ["i1", "i2"]) if comment}
    assert set(comments) == {"我试过，确实有用！", "请问新手用哪种裱花嘴？"}
    assert all(comment.source is Source.IMPORT and not comment.has_api_slot for comment in comments.values())
    assert len(worker.look.drafts.queue()) == 2


def test_pasting_the_same_lines_again_makes_no_second_comments(worker: Worker) -> None:
    key = _article(worker)
    _paste(worker, "我试过，确实有用！\n扣1\n扣1")
    answer = _paste(worker, "我试过， 确实有用！\n请问多久？")
    worker.run("inbox|")
    assert "1 条" in answer
    assert len(worker.look.comments.cids(key)) == 3
    assert "没有新的" in _paste(worker, "扣1")


@pytest.mark.parametrize(("text", "n"), [("写得好", 7), ("", 1), ("\n".join("好" * 60), 1), ("长" * 1001, 1)])
def test_what_cannot_be_imported_is_said_and_nothing_is_taken(worker: Worker, text: str, n: int) -> None:
    _article(worker)
    assert "没有导入" in _paste(worker, text, n)
    assert worker.look.account.inbox_length() == 0


def test_importing_before_any_article_asks_for_one(worker: Worker) -> None:
    assert "登记" in _paste(worker, "写得好")


def test_a_csv_file_of_an_office_program_is_read(worker: Worker, tmp_path: Path) -> None:
    key = _article(worker)
    path = tmp_path / "comments.csv"
    text = 'content,create_time\n"我试过，确实有用！",2026-11-01 12:30\n"两行\n一条",1790000000\n'
    path.write_bytes(text.encode("gb18030"))
    assert _import(worker, path, 1) == ImportCount(2, 0)
    assert _import(worker, path, 1) == ImportCount(0, 2)
    worker.run("inbox|")
    created = sorted(comment.created_at for comment in worker.look.comments.page(key, ["i1", "i2"]) if comment)
    assert created == [1790000000, 1793507400]


def test_rows_with_wechat_s_own_ids_become_comments_that_can_be_answered(worker: Worker, tmp_path: Path) -> None:
    path = tmp_path / "comments.jsonl"
    path.write_text(
        '{"content": "有用！", "openid": "o-1", "msg_data_id": 2247487033, "index": 1, "user_comment_id": 8}\n'
        '{"content": "请问多久？", "msg_data_id": "2247487033", "index": "1"}\n'
    )
    assert _import(worker, path) == ImportCount(2, 0)
    worker.run("inbox|")
    comment = worker.look.comments.get("2247487033_1_8")
    assert comment is not None
    assert comment.has_api_slot
    assert comment.pid == worker.look.people.pid("o-1")
    assert "pull|2247487033_1" in worker.due()
    assert _import(worker, path) == ImportCount(0, 2)


def test_one_wrong_row_refuses_the_whole_file_naming_line_and_field(worker: Worker, tmp_path: Path) -> None:
    _article(worker)
    path = tmp_path / "comments.csv"
    path.write_text("content,create_time,user_comment_id\n写得好,,1\n,,2\n好,昨天,x\n")
    with pytest.raises(ImportRefused) as refused:
        _import(worker, path, 1)
    assert [problem.split(":")[:2] for problem in refused.value.problems] == [
        ["line 3", " content"],
        ["line 4", " user_comment_id"],
        ["line 4", " create_time"],
    ]
    assert worker.look.account.inbox_length() == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("text,openid\n写得好,o-1\n", "line 1: content: the header has no such column, only text, openid"),
        ("content;openid\n写得好;o-1\n", "line 1: content: the header has no such column"),
        ("content,openid\n写得好,o-1\n好,真的好,o-1\n", "line 3: more fields than the header has"),
        ('content\n"写得好\n', "line 2: a quotation mark"),
        ('content\n写得好\n"他说"好"了"\n', "line 3: a quotation mark"),
    ],
)
def test_a_table_of_another_shape_is_refused_naming_what_is_wrong(
    worker: Worker, tmp_path: Path, text: str, told: str
) -> None:
    _article(worker)
    path = tmp_path / "comments.csv"
    path.write_text(text)
    with pytest.raises(ImportRefused) as refused:
        _import(worker, path, 1)
    assert refused.value.problems[0].startswith(told)
    assert worker.look.account.inbox_length() == 0


def test_columns_in_capitals_and_a_line_separator_in_a_text_are_read(worker: Worker, tmp_path: Path) -> None:
    key = _article(worker)
    table, lines = tmp_path / "comments.csv", tmp_path / "comments.jsonl"
    table.write_text("Content, OpenID\n写得好,o-1\n")
    lines.write_text('{"content": "前一句\u2028后一句"}\r\n', encoding="utf-8")
    assert (_import(worker, table, 1), _import(worker, lines, 1)) == (ImportCount(1, 0), ImportCount(1, 0))
    worker.run("inbox|")
    assert [comment is not None for comment in worker.look.comments.page(key, ["i1", "i2"])] == [True, True]


@pytest.mark.parametrize(
    "text", ["content,openid\n写得好,o-1\n", "openid\tcontent\no-1\t写得好\n", '{"content": "写得好"}\n']
)
def test_a_file_is_known_by_what_it_holds_and_goes_to_the_only_article(
    worker: Worker, tmp_path: Path, text: str
) -> None:
    key = _article(worker)
    path = tmp_path / "comments.txt"
    path.write_text(text, encoding="utf-8")
    assert _import(worker, path) == ImportCount(1, 0)
    worker.run("inbox|")
    assert [comment and comment.content for comment in worker.look.comments.page(key, ["i1"])] == ["写得好"]
    worker.follow(worker.box.publish_by_hand("第二篇", "正文", at=worker.now))
    with pytest.raises(ImportRefused, match="give --article N"):
        _import(worker, path)


def test_rows_that_name_no_article_are_refused(worker: Worker, tmp_path: Path) -> None:
    path = tmp_path / "comments.jsonl"
    path.write_text('{"content": "写得好"}\nnot json\n')
    with pytest.raises(ImportRefused, match="line 2: not a JSON object"):
        _import(worker, path)
    path.write_text('{"content": "写得好"}\n')
    with pytest.raises(ImportRefused, match="line 1: msg_data_id"):
        _import(worker, path)
    with pytest.raises(ImportRefused, match="no article 4"):
        _import(worker, path, 4)


def test_progress_is_told_and_a_large_file_is_taken_in_parts(worker: Worker, tmp_path: Path) -> None:
    key = _article(worker)
    path = tmp_path / "comments.csv"
    path.write_text("content\n" + "".join(f"第{number}条\n" for number in range(450)))
    told: list[tuple[int, int]] = []
    count = import_rows(
        worker.work.store, read_rows(path), 1, now=worker.now, zone=SHANGHAI, progress=lambda a, b: told.append((a, b))
    )
    assert count.new == 450
    assert told == [(200, 450), (400, 450), (450, 450)]
    assert worker.look.account.inbox_length() == 450
    assert worker.look.comments.cids(key) == set()
