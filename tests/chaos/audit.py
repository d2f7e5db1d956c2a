"""The audit after the storm: from the box's own calls and comments, the people's ledger and the bare Redis.

Nothing of the program's own stores or handlers is used: keys and JSON are read as they lie.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import redis as redis_py

from bot.sandbox import Sandbox
from bot.sandbox.articles import Article
from bot.sandbox.wire import Call
from tests.chaos.crowd import Crowd
from tests.chaos.ledger import ANY, CommentKey, Deed, Ledger

LATE = 1.0  # seconds by which the two sides' clocks may disagree about the order of two things


class Store:
    """What lies in Redis at the end."""

    def __init__(self, client: redis_py.Redis) -> None:
        self.comments = self._hashes(client, "{main}:comments:*")
        self.drafts = self._hashes(client, "{main}:drafts:*")
        self.trails = {key.decode(): client.lrange(key, 0, -1) for key in client.scan_iter("{main}:audit:*")}
        self.inbox = [json.loads(raw) for raw in client.hvals("{main}:inbox")]
        self.failed = {name.decode(): raw.decode() for name, raw in client.hgetall("{main}:failed").items()}

    def delay(self, key: str) -> float:
        """Seconds from a comment's arrival to its draft."""
        return float(
            self.drafts[key]["created_at"] - self.comments[key].get("received_at", self.drafts[key]["created_at"])
        )

    @staticmethod
    def _hashes(client: redis_py.Redis, pattern: str) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for key in client.scan_iter(pattern, count=1000):
            article = key.decode().rsplit(":", 1)[1]
            for cid, raw in client.hgetall(key).items():
                found[f"{article}_{cid.decode()}"] = json.loads(raw)
        return found


def audit(
    box: Sandbox, ledger: Ledger, crowd: Crowd, articles: Sequence[Article], store: Store
) -> tuple[list[str], Counter[str]]:
    """`(everything that is wrong, counts for the report)`."""
    wrongs, counts = list(ledger.wrongs), Counter[str]()
    wrongs += [f"task set aside: {member}: {why}" for member, why in store.failed.items()]
    wrongs += [f"still in the inbox: {one['content']}" for one in store.inbox]
    wrongs += _chat_comments(crowd, store, counts)
    wrongs += _article_comments(articles, store, counts)
    wrongs += _replies(box, ledger, articles, store, counts)
    wrongs += _letters(box, ledger, crowd, store, counts)
    counts["留言 drafted"] = sum(store.comments[key]["source"] == "聊天" for key in store.drafts)
    counts["longest from arrival to draft, s"] = round(max(map(store.delay, store.drafts), default=0.0))
    counts["messages"] = len(ledger.said)
    counts["answered"] = sum(said.acknowledged for said in ledger.said)
    counts["never answered"] = counts["messages"] - counts["answered"]
    counts["deliveries"] = sum(len(said.exchange.deliveries) for said in ledger.said)
    counts["deliveries answered 503"] = sum(
        one.status == 503 for said in ledger.said for one in said.exchange.deliveries
    )
    return wrongs, counts


def _chat_comments(crowd: Crowd, store: Store, counts: Counter[str]) -> list[str]:
    wrongs, numbers = [], Counter[str]()
    stored = Counter(one["content"] for one in store.comments.values() if one["source"] == "聊天")
    given: dict[str, list[int]] = {text: [] for text in stored}
    for one in store.comments.values():
        given.setdefault(one["content"], []).append(one.get("number", 0))
    for reader in crowd.readers:
        for said, text in reader.comments:
            number = re.search(r"第 (\d+) 条", said.exchange.text)
            counts["留言 acknowledged" if said.acknowledged else "留言 not answered"] += 1
            if said.acknowledged and stored[text] != 1:
                wrongs.append(f"留言 「{text}」 was acknowledged and is there {stored[text]} times")
            if stored[text] > 1:
                wrongs.append(f"留言 「{text}」 is there {stored[text]} times")
            if number:
                numbers[number[1]] += 1
                if not any(
                    one["content"] == text and one.get("number") == int(number[1]) for one in store.comments.values()
                ):
                    wrongs.append(f"留言 「{text}」 was acknowledged as {number[1]} and is stored under another number")
    wrongs += [f"the number {number} was given {times} times" for number, times in numbers.items() if times > 1]
    written = {text for reader in crowd.readers for _, text in reader.comments}
    return wrongs + [f"a 留言 nobody wrote: 「{text}」" for text in stored if text not in written]


def _article_comments(articles: Sequence[Article], store: Store, counts: Counter[str]) -> list[str]:
    wrongs = []
    for article in articles:
        there = {f"{article.key}_{one.id}": one.text for one in article.comments}
        ours = {
            key: one
            for key, one in store.comments.items()
            if key.startswith(f"{article.key}_") and key.rsplit("_", 1)[1].isdigit()
        }
        counts["comments under articles"] += len(there)
        wrongs += [f"the comment {key} was not taken in" for key in there.keys() - ours.keys()]
        wrongs += [f"a comment that is not there: {key}" for key in ours.keys() - there.keys()]
        for key, one in ours.items():
            triage = one.get("triage") or {}
            if there.get(key) != one["content"]:
                wrongs.append(f"the comment {key} has other words")
            if not triage.get("decision"):
                wrongs.append(f"the comment {key} has neither draft nor reason")
            elif (triage["decision"] == "draft") is not (key in store.drafts):
                wrongs.append(f"the comment {key} is decided {triage['decision']!r}, draft: {key in store.drafts}")
    return wrongs


def _replies(
    box: Sandbox, ledger: Ledger, articles: Sequence[Article], store: Store, counts: Counter[str]
) -> list[str]:
    wrongs: list[str] = []
    added, deleted = _calls(box, "comment/reply/add"), _calls(box, "comment/reply/delete")
    counts["reply/add that took effect"] = sum(map(len, added.values()))
    counts["reply/delete that took effect"] = sum(map(len, deleted.values()))
    for article in articles:
        for comment in article.comments:
            key = (article.msg_data_id, article.index, comment.id)
            standing = comment.reply.content if comment.reply else None
            deeds, adds = ledger.deeds.get(key, []), added.get(key, [])
            found = judge(deeds, adds, standing, counts)
            state = store.drafts.get(f"{article.key}_{comment.id}", {}).get("state")
            if not found and adds and deeds[-1].kind == "approve" and deeds[-1].sure and state != "已发":
                found = [f"it was sent and is called {state}"]
            if found:
                wrongs.append(
                    f"「{comment.text}」: {found}\n{_evidence(store, f'{article.key}_{comment.id}', deeds, adds)}"
                )
    return wrongs


def _evidence(store: Store, key: str, deeds: list[Deed], adds: list[Call]) -> str:
    """All that is known of one item, for the person who looks for the fault."""
    trail = [raw.decode() for raw in store.trails.get(f"{{main}}:audit:{key}", [])]
    sent = [f"{call.at:.2f} {call.body['content']}" for call in adds]
    return "\n".join(
        ["  did:", *map(str, deeds), "  sent:", *sent, f"  draft: {store.drafts.get(key)}", "  trail:", *trail]
    )


def _calls(box: Sandbox, path: str) -> dict[CommentKey, list[Call]]:
    """The calls of a path that took effect (a lost answer is an effect), by comment."""
    found: dict[CommentKey, list[Call]] = {}
    for call in box.calls_to(path):
        if call.errcode == 0 and set(call.fault.split(",")) <= {"", "slow", "lost_answer"}:
            key = (int(call.body["msg_data_id"]), int(call.body["index"]), int(call.body["user_comment_id"]))
            found.setdefault(key, []).append(call)
    return found


def judge(deeds: list[Deed], adds: list[Call], standing: str | None, counts: Counter[str]) -> list[str]:
    """What is wrong with the replies sent to one comment, given what the creator did about it."""
    approvals = [deed for deed in deeds if deed.kind == "approve"]
    if not approvals:
        return [f"{len(adds)} replies without an approval"] if adds or standing else []
    wrongs = []
    sure = all(deed.sure for deed in deeds)
    counts["items approved"] += 1
    undone = 0
    for place, deed in enumerate(deeds):
        if deed.kind != "undo" or not deed.sure:
            continue
        undone += 1
        again = next((later.began for later in deeds[place + 1 :] if later.kind == "approve"), float("inf"))
        between = [call for call in adds if deed.ended + 0.05 < call.at < again]
        wrongs += [f"sent although taken back: {call.body['content']}" for call in between]
    counts["approvals taken back in time"] += undone
    counts["approvals acknowledged"] += sum(deed.sure for deed in approvals)
    for call in adds:
        if not any(deed.text in (ANY, call.body["content"]) and deed.began <= call.at + LATE for deed in approvals):
            wrongs.append(f"sent 「{call.body['content']}」, approved {[deed.text for deed in approvals]}")
    if len(adds) > len(approvals) - undone:
        wrongs.append(f"{len(adds)} replies sent for {len(approvals)} approvals, {undone} of them taken back")
    if sure and len(adds) != len(approvals) - undone:
        wrongs.append(f"{len(adds)} replies sent, {len(approvals) - undone} approvals stand")
    last = deeds[-1]
    if last.kind == "approve" and last.sure and (standing is None or last.text not in (ANY, standing)):
        wrongs.append(f"approved 「{last.text}」 and there stands 「{standing}」")
    if last.kind in ("undo", "withdraw") and last.sure and standing is not None:
        wrongs.append(f"taken back by {last.kind}, and there stands 「{standing}」")
    return wrongs


def _letters(box: Sandbox, ledger: Ledger, crowd: Crowd, store: Store, counts: Counter[str]) -> list[str]:
    """Answers to 留言 reach their readers: once, or once more where the wire or a kill left it uncertain."""
    wrongs = []
    numbers = {one["content"]: one.get("number") for one in store.comments.values() if one["source"] == "聊天"}
    for reader in crowd.readers:
        bubbles = "\n".join(line.text for line in box.inbox(reader.person))
        for _, text in reader.comments:
            deeds = ledger.deeds.get(text, [])
            read = len(re.findall(rf"作者回复了你的留言 #{numbers.get(text)}：", bubbles)) if text in numbers else 0
            approvals = sum(deed.kind == "approve" for deed in deeds)
            if read and not approvals:
                wrongs.append(f"留言 「{text}」 was answered without an approval")
            if deeds and deeds[-1].kind == "approve" and deeds[-1].sure:
                counts["answers to 留言 due"] += 1
                counts["answers to 留言 read"] += min(read, 1)
                counts["answers to 留言 read twice"] += max(0, read - 1)
                if not read:
                    wrongs.append(f"the answer to 留言 「{text}」 was never read")
    return wrongs
