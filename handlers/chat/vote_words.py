"""The many ways to say which nominee one votes for; whatever else is said with it makes it talk, or a doubt (E3).

A message is about the vote only if every word of it is known here: 我投3号 is, 投3个币 and 选3号线回家 are not.
"""

from __future__ import annotations

import re

from handlers.chat.commands import FollowerCommand, FollowerVerb
from handlers.chat.numbers import chinese_value

V = FollowerVerb
LONGEST = 32
"""Characters of a message that may be read as a vote, or as a question about voting."""

_QUOTES = re.compile(r"[\[\]()<>{}\"'“”‘’「」『』【】《》〈〉\u20e3]")
_KIND_FACES = re.compile(
    r"\[(?:强|玫瑰|鲜花|爱心|鼓掌|庆祝|抱拳|握手|胜利|ok|微笑|呲牙|愉快|憨笑|偷笑|加油|666|好的|耶|嘿哈|拥抱|合十)\]"
    r"|[👍👏🙏💪❤♥🌹🌺🌸🌷💐🎉🎊😊😄😁😀🥰😘😍☺✌👌✅✔⭐🌟✨🔥💯🤝🙌🏆💕💖\U0001f3fb-\U0001f3ff]"
)
_FACES = re.compile(r"\[[^\[\]\s0-9一二两三四五六七八九十]{1,8}\]|[\U0001f000-\U0001faff\u2600-\u27bf]")
"""Any other face makes a vote a doubt: 投3👎."""

_FIRM = r"(?:改投|重投|换投|重新投|改成投|改为投|投票|票投|投)给?|[一1]?票给"
_SOFT = "选择|选|支持"
_WRONG = "(?:投|点|按|选|搞|弄)错了?"
_SURE = (
    "我|想|要|就|还是|那|来|把|票|请|帮我|麻烦|谢谢|感谢|多谢|啦|吧|呀|哦|噢|喔|嗯|哈|啊|嘛|给|为|先|加油|[一1]票|刚才|刚刚|现在|决定|再|"
    f"不好意思|抱歉|对不起|{_WRONG}"
)
_DOUBT = (
    "改成|改为|改|换成|换|吗|么|呢|能不能|可不可以|能|可以|了|过|的|是|已经|已|本来|原来|之前|而是|或者|或|和|跟|与|"
    "都|也|还|到"
)
_AGAINST = "不|别|没|取消|撤回|撤|后悔"
_NUMERAL = "[一二两三四五六七八九十]+"
_NUMBER = (
    r"第[ \t]*(?:[0-9]{1,3}|" + _NUMERAL + r")[ \t]*[号个条](?:候选|选手|留言|作品)?|"
    r"(?:[0-9]{1,3}|" + _NUMERAL + r")[ \t]*号(?:候选|选手|留言|作品)?|"
    r"第?(?<![0-9])[0-9]{1,3}(?![0-9]|[ \t]*[票个])|" + _NUMERAL + r"(?=[ \t,.!?~]*$)"
)
_TOKEN = re.compile(
    rf"(?P<number>{_NUMBER})|(?P<sure>{_WRONG})|(?P<firm>{_FIRM})|(?P<soft>{_SOFT})|(?P<filler>{_SURE})"
    rf"|(?P<doubt>{_DOUBT}|\?)|(?P<against>{_AGAINST})|(?P<sign>[\s,.!~:;+-]+)"
)
_FRACTION = re.compile(r"[0-9][.:/-][0-9]")
_PLAIN_CHOICE = re.compile(rf"(?:{_SOFT})[ \t]*(?:[0-9]{{1,3}}|{_NUMERAL})")

_WHEN = "(?:现在|目前|到现在|大概|请问|那|我想知道)*"
_END = "(?:了|啦|呢|呀|啊|吗|么|没|没有)*"
_TOTALS = re.compile(
    rf"{_WHEN}(?:我投的|它|第?[0-9]{{1,3}}号?|各自|每个|大家)?(?:都|各)?(?:有|是|得|得了|拿了)?(?:多少|几|好多)票{_END}"
    rf"|{_WHEN}(?:票数|得票)(?:是|有)?(?:多少|怎么样|如何)?{_END}"
    rf"|{_WHEN}(?:谁|哪个|哪条|几号|哪一条)(?:是)?(?:第一|领先|赢|票数?最?多|票最高|排第一){_END}"
    rf"|{_WHEN}投票(?:的)?(?:结果|情况|进度)(?:是|怎么样|如何|出来|出)?{_END}"
)
_DO = "(?:改投|改票|投票|换票|撤票|退票|改|投|换|修改|更改|撤回|取消)"
_HOW = re.compile(
    rf"(?:请问|那|我|想)*(?:怎么|如何|怎样|咋|咋么|在哪|在哪里|哪里)(?:才能|可以|能|去|样|再|重新)*{_DO}(?:投票|我的票|票)?{_END}"
    rf"|(?:请问|那|我|还|想)*(?:能不能|可不可以|能|可以|想|要)(?:再)?{_DO}(?:投票|我的票|票|一下|吗|么|了)*"
    rf"|(?:投票|票)(?:能|可以|怎么|怎样|如何|还能)?(?:改|换|投|取消|撤回){_END}"
    rf"|(?:我)?{_WRONG}(?:[,!. ]*(?:怎么办|咋办|怎么改|怎么弄|能改|可以改)){_END}|(?:我)?{_WRONG}{_END}"
    rf"|(?:取消|撤回|撤销)(?:我的)?(?:投票|票)|改票|撤票|退票|(?:我)?不投{_END}|(?:不想投|后悔){_END}"
    rf"|(?:一人|一个人|每人|我)?(?:可以|能)?投几(?:票|个|次|条){_END}"
    rf"|(?:投票)?(?:什么时候|几点|啥时候|多久|哪天)(?:投票)?(?:截止|结束|出结果|公布|开始){_END}"
)


def read_vote(words: str) -> FollowerCommand | None:
    """What a message (as a shadow copy, its ends trimmed) means for the vote, None if it is about something else."""
    if len(words) > LONGEST or _FRACTION.search(words):
        return None
    words = _FACES.sub("?", _KIND_FACES.sub(" ", words))
    words = _QUOTES.sub("", words).strip()
    return _ballot(words) or _question(words)


def _question(words: str) -> FollowerCommand | None:
    asked = words.rstrip("?!.~ ")
    if _TOTALS.fullmatch(asked):
        return FollowerCommand(V.TOTALS)
    return FollowerCommand(V.HOW_TO_VOTE) if _HOW.fullmatch(asked) else None


def _ballot(words: str) -> FollowerCommand | None:
    numbers: list[int] = []
    kinds: set[str] = set()
    place = 0
    while place < len(words):
        token = _TOKEN.match(words, place)
        if token is None:
            return None
        place = token.end()
        kinds.add(token.lastgroup or "")
        if token.lastgroup == "number":
            numbers.append(_value(token[0]))
    if not numbers or not all(numbers):
        return None
    says_so = "firm" in kinds or ("soft" in kinds and ("号" in words or "支持" not in words))
    if not says_so and not (("sure" in kinds or "doubt" in kinds) and re.search("改|换", words)):
        return _supported(words, numbers)
    if "against" in kinds:
        return FollowerCommand(V.HOW_TO_VOTE)
    if len(set(numbers)) > 1 or "doubt" in kinds or not says_so:
        return FollowerCommand(V.UNSURE_VOTE, number=numbers[-1])
    if "firm" in kinds:
        return FollowerCommand(V.VOTE, number=numbers[-1])
    return _chosen(numbers[-1], is_plain=bool(_PLAIN_CHOICE.fullmatch(words)))


def _supported(words: str, numbers: list[int]) -> FollowerCommand | None:
    """支持3, which is first of all what one says to a poll."""
    return _chosen(numbers[-1], is_plain=True) if _PLAIN_CHOICE.fullmatch(words) else None


def _chosen(number: int, is_plain: bool) -> FollowerCommand:
    """选3: an option of a poll if one is open, else a nominee."""
    option = "ABCD"[number - 1] if is_plain and number <= 4 else None
    return FollowerCommand(V.CHOOSE, text=option, nominee=number)


def _value(number: str) -> int:
    digits = re.search(r"[0-9]+", number)
    if digits:
        return int(digits[0])
    numeral = re.search(_NUMERAL, number)
    return (chinese_value(numeral[0]) if numeral else None) or 0
