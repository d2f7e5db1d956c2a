"""What readers say that asks for nothing: thanks, nodding, leaving, faces; and questions about voting."""

from __future__ import annotations

import re

from handlers.chat.shadow import shadow

_THANKS = "(?:谢谢|感谢|多谢|谢)(?:你|您|啦|了|哈|大家|作者|分享|告知|提醒)*"
_NODS = (
    "好的|好滴|好吧|好|行|可以|收到|知道了|明白了?|了解|嗯+|哦+|噢+|哈+|呵+|嘿+|ok|你好|您好|在吗|不客气|没事|辛苦了?"
)
_LEAVING = (
    "取消|退出|结束|返回|停|停止|继续|再见|拜拜|晚安|下次吧?|不|否|没有|没了|不想说|不说|不了|算了|随便|无|就是喜欢"
)
_NOTHING = re.compile(rf"(?:{_LEAVING})|(?:{_THANKS}|{_NODS}|[\s,.!~])+")
_FACES = re.compile(r"(?:\[[^\[\]\s]{1,8}\]|/:[!-~]{1,10}|/[\u4e00-\u9fff]{1,3}(?=/|$)|[0-9\W_])+")
_OF_VOTING = re.compile(
    r"(?=.*(?<![车机发股门彩邮支男女])票).{1,24}(?:吗|么|呢|没|\?)+"
    r"|(?:怎么|如何|几点|什么时候).{0,12}票.{0,8}"
)


def says_nothing(text: str) -> bool:
    """True for a whole message that is thanks, a nod, a goodbye, faces or numbers."""
    words = shadow(text).text.strip()
    return bool(_FACES.fullmatch(words) or _NOTHING.fullmatch(words.strip("?.!~ "))) or not words


def asks_about_voting(text: str) -> bool:
    """True for a short question about votes, in whatever words."""
    return bool(_OF_VOTING.fullmatch(shadow(text).text.strip()))
