"""Taking over what the account had before: its auto-replies and menu become autoreply.yaml (feature A12).

Turning on 服务器配置 switches off the backend's own auto-replies and its web-made menu, so `adopt` is run before.
Fields as in doc/service/api/notify/autoreplies/api_getcurrentautoreplyinfo and
doc/service/api/custommenu/api_getcurrentselfmenuinfo.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.errors import StartError
from bot.wechat.gateway import Gateway, GatewayError
from config.autoreply import AUTOREPLY_FILE, LONGEST_BYTES, AutoReplies, AutoReplyError, KeywordRule
from handlers.adopted_menu import KINDS, MenuFound, articles_as_text, read_menu
from handlers.chat.commands import FollowerCommand
from handlers.chat.followers import read_follower

HEADER = """\
# The account's own answers. Restart after a change; a mistake is named at start and nothing starts half-way.
# Written by `python -m bot adopt` from what the account had before. welcome: said to whoever follows. otherwise: said
# at most once a day to each person when nothing else answers. keywords: match is whole or part; of several replies
# one is picked. menu: answers to menu entries of the type "click", by their key.
"""
OUR_LINE = "发「帮助」看还能做什么，发「隐私」看记了什么。"


class Found:
    """What was read of the account: answers to write, and what to tell whoever runs the command."""

    def __init__(self) -> None:
        self.welcome = ""
        self.otherwise = ""
        self.rules: list[KeywordRule] = []
        self.said: list[str] = []


def adopt(gateway: Gateway, config_dir: Path) -> list[str]:
    """Take over the account's auto-replies and menu into `config_dir`; lines that say what was carried over.

    The file that was there is kept beside the new one. StartError, and no change, if WeChat or the file says no.
    """
    path = Path(config_dir) / AUTOREPLY_FILE
    try:
        before = AutoReplies.load(config_dir)
        found, menu = read_replies(gateway.autoreply_info()), read_menu(gateway.selfmenu_info(), before.menu)
    except AutoReplyError as error:
        raise StartError(f"mend {AUTOREPLY_FILE} first: {error}") from None
    except GatewayError as error:
        raise StartError(f"WeChat did not tell what the account has now: {error.sentence}", 1) from None
    merged = merge(before, found, menu)
    said = [*found.said, *menu.said]
    if merged == before:
        said.append(f"{AUTOREPLY_FILE} already holds all of it; it was left as it is.")
    else:
        said += _write(path, as_yaml(merged))
    return said + _recreate(gateway, menu)


def read_replies(info: Mapping[str, Any]) -> Found:
    """The backend's auto-replies (get_current_autoreply_info) as our rules. Pure."""
    found = Found()
    if info.get("is_add_friend_reply_open"):
        found.welcome = _welcome(found, info.get("add_friend_autoreply_info") or {})
    if info.get("is_autoreply_open"):
        default = info.get("message_default_autoreply_info") or {}
        found.otherwise = _text(found, default, "the answer to every message") or ""
        if found.otherwise:
            found.said.append(
                "The answer to every message was taken over; it is now said at most once a day to each person."
            )
    for rule in (info.get("keyword_autoreply_info") or {}).get("list") or []:
        _read_rule(found, rule)
    if found.rules:
        found.said.append(f"{len(found.rules)} keyword rules were taken over.")
    if not (found.welcome or found.otherwise or found.rules):
        found.said.append("The account has no auto-replies that can be taken over.")
    return found


def _welcome(found: Found, info: Mapping[str, Any]) -> str:
    """The account's welcome with one line of ours, if there is room, since readers must hear of the privacy page."""
    text = _text(found, info, "the welcome")
    if not text:
        return ""
    longer = f"{text}\n{OUR_LINE}"
    if len(longer.encode()) > LONGEST_BYTES:
        found.said.append("The welcome was taken over; there was no room to add the line about 帮助 and 隐私.")
        return text
    found.said.append("The welcome was taken over, with one line added about 帮助 and 隐私.")
    return longer


def _read_rule(found: Found, rule: Mapping[str, Any]) -> None:
    """One keyword rule; its words may be matched in different ways, and then it becomes two of ours."""
    name = f"the keyword rule 「{rule.get('rule_name') or '?'}」"
    answers = (_text(found, reply, name) for reply in rule.get("reply_list_info") or [])
    texts = [text for text in answers if text]
    if rule.get("reply_mode") != "random_one" and len(texts) > 1:
        # reply_all sends several messages; a passive answer is one.
        whole = "\n\n".join(texts)
        if len(whole.encode()) <= LONGEST_BYTES:
            texts = [whole]
        else:
            found.said.append(f"In {name} the replies are too long for one answer: one of them is picked each time.")
    words = [word for word in rule.get("keyword_list_info") or [] if str(word.get("content") or "").strip()]
    if not texts or not words:
        found.said.append(f"Lost: {name} has nothing left to answer with. Add a text for it by hand.")
        return
    for mode, match in (("equal", "whole"), ("contain", "part")):
        these = tuple(str(word["content"]).strip() for word in words if (word.get("match_mode") or "equal") == mode)
        if these:
            found.rules.append(KeywordRule.model_validate({"words": these, "match": match, "replies": texts}))
    for word in words:
        if isinstance(read_follower(str(word["content"])), FollowerCommand):
            found.said.append(f"The keyword 「{word['content']}」 is one of the bot's own commands, which go first.")


def _text(found: Found, reply: Mapping[str, Any], where: str) -> str:
    """One reply as text; article cards become titles with links, pictures and the like are lost and named."""
    kind = str(reply.get("type") or "text")
    if kind == "text":
        text = str(reply.get("content") or "").strip("\n")
    else:
        text = articles_as_text(reply.get("news_info") or {})
        if text:
            found.said.append(f"In {where} the article card became its title with a link.")
    if not text.strip():
        if kind != "text":
            found.said.append(
                f"Lost: the {KINDS.get(kind, kind)} in {where}; only texts and links can be answered with."
            )
        return ""
    if len(text.encode()) > LONGEST_BYTES:
        found.said.append(
            f"Lost: a text in {where} is longer than {LONGEST_BYTES} bytes. Shorten it and add it by hand."
        )
        return ""
    return text


def merge(before: AutoReplies, found: Found, menu: MenuFound) -> AutoReplies:
    """What the account had goes before what the file said; what only the file has stays."""
    taken = {(word, rule.match) for rule in found.rules for word in rule.words}
    kept = [rule for rule in before.keywords if not all((word, rule.match) in taken for word in rule.words)]
    return AutoReplies(
        welcome=found.welcome or before.welcome,
        otherwise=found.otherwise or before.otherwise,
        keywords=(*found.rules, *kept),
        menu={**before.menu, **menu.answers},
    )


def as_yaml(replies: AutoReplies) -> str:
    """The text of autoreply.yaml for these answers."""
    rows = replies.model_dump(mode="json")
    return HEADER + yaml.dump(rows, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks that people can edit."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)


def _write(path: Path, text: str) -> list[str]:
    """Put the new file in place, the old one beside it."""
    said = []
    try:
        if path.exists():
            copy = next(p for n in range(1, 10_000) if not (p := path.with_name(f"{path.name}.before-{n}")).exists())
            copy.write_bytes(path.read_bytes())
            said.append(f"The file as it was is kept as {copy.name}.")
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, path)
    except OSError as error:
        raise StartError(f"{path} cannot be written ({type(error).__name__}): nothing was changed", 1) from None
    return [*said, f"Wrote {path.name}. Restart the bot to use it."]


def _recreate(gateway: Gateway, menu: MenuFound) -> list[str]:
    """Make the web-made menu anew, where the account may; else say what is lost."""
    if not menu.body:
        return []
    try:
        gateway.create_menu(menu.body)
    except GatewayError as error:
        return [
            "Lost: the menu disappears when 服务器配置 is turned on, "
            f"and WeChat does not let this account make it anew: {error.sentence}"
        ]
    return [
        "The menu was made anew. Entries that answer with a text do so as soon as 服务器配置 is on and the bot runs."
    ]
