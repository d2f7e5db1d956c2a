"""The gate: what may not go out is named, ordinary replies pass, and no word segmentation is loaded for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from replies.case import RulesError, Voice
from replies.lint import Gate

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate.load(ROOT / "config")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("这是最有效的办法", "最有效"),
        ("跟着买稳赚不赔", "稳赚"),
        ("保证让你赚回来", "保证让你赚"),
        ("这款面霜能根治痘痘", "根治"),
        ("用了没有副作用", "没有副作用"),
        ("三天就见效", ""),
        ("觉得好就记得点个赞", ""),
        ("帮忙转发给朋友", ""),
        ("分享到朋友圈就送资料", ""),
        ("关注公众号就能领", ""),
        ("不转不是中国人", "不转不是"),
        ("不留言不是中国人", "不留言不是"),
        ("加我微信 abc12345 细聊", ""),
        ("打 13912345678", "13912345678"),
        ("看这里 https://example.com", ""),
        ("你真是个傻逼", "傻逼"),
        ("你这个脑。。残", ""),
    ],
)
def test_what_may_not_go_out_is_stopped_with_its_word(gate: Gate, text: str, word: str) -> None:
    findings = gate.check_outgoing(text)
    assert findings
    assert all(f.word and f.why for f in findings)
    assert word in "".join(f.word for f in findings)


@pytest.mark.parametrize(
    "text",
    [
        "太好了！你试的是第几种方法？有没有新发现？",
        "谢谢你的关注，也谢谢你写得这么细。",
        "路口交通恢复了就好。",
        "麻烦你再说具体一点，我想听。",
        "我关注这件事很久了，你是怎么看的？",
        "面包好香，你用了多少糖？",
        "第二段我改好了，谢谢你指出来。",
        "这不是万能的办法，你那边情况不同。",
    ],
)
def test_ordinary_replies_pass(gate: Gate, text: str) -> None:
    assert gate.check_outgoing(text) == ()


def test_the_creators_own_banned_words_are_found_in_any_disguise(gate: Gate) -> None:
    voice = Voice(banned=("亲爱的", " "))
    assert [f.word for f in gate.check_outgoing("亲 爱 的，谢谢你", voice)] == ["亲爱的"]
    assert gate.check_outgoing("谢谢你", voice) == ()


def test_a_broken_file_is_refused_naming_file_line_and_field(tmp_path: Path) -> None:
    (tmp_path / "outgoing.yaml").write_text("checks:\n  - why: 甲\n    wrods: [乙]\n", encoding="utf-8")
    with pytest.raises(RulesError) as caught:
        Gate.load(tmp_path)
    assert caught.value.problems == ("outgoing.yaml:3: checks.0.wrods: unknown field",)


def test_a_bad_pattern_is_refused_naming_file_line_and_field(tmp_path: Path) -> None:
    (tmp_path / "outgoing.yaml").write_text("checks:\n  - why: 甲\n    patterns: ['(']\n", encoding="utf-8")
    with pytest.raises(RulesError) as caught:
        Gate.load(tmp_path)
    assert caught.value.problems[0].startswith("outgoing.yaml:3: checks.0.patterns: ")


def test_the_gate_loads_no_word_segmentation() -> None:
    code = (
        "import sys; from replies.lint import Gate; from replies import case, text\n"
        "from replies.risk.contact import mask\n"
        "assert Gate.load('config').check_outgoing('稳赚不赔')\n"
        "print('jieba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
