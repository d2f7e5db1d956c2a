"""One input for the whole program, from a request to what is stored: no fault, and no effect unless it is signed.

`request` takes arbitrary bytes for path, query, headers and body; `talk` takes arbitrary words, events and comments,
said by readers and creators of a stage with drafts to decide about. What the program logs as an error is a crash.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import structlog

from bot.clock import OFFSET_KEY
from bot.embedded_redis import EmbeddedRedis
from bot.sandbox.people import Follower
from bot.stores.connection import connect_socket
from bot.wechat.xml import cdata
from tests.bot.wechat.hostile import harmless, not_callbacks, signed
from tests.fuzz.callbacks import DICTIONARY
from tests.scenarios.scene import SIX, join, open_scene
from tests.stage import Stage

RENEW_AFTER = 300
"""Inputs after which what is due is run and the stage stands as it did at first."""

PATHS = ("/wechat", "/wechat/main", "/wall", "/wall/main", "/MP_verify_a.txt", "/healthz", "/readyz", "/metrics", "/")
METHODS = ("POST", "GET", "HEAD", "PUT", "OPTIONS", "BREW")
KNOWN_STATUS = {200, 204, 308, 400, 403, 404, 405, 413, 503}
WORDS = (
    *(
        "通过 1",
        "通过1.k7",
        "改 1 ",
        "拒绝 1 ",
        "全部通过除了 2",
        "确认 7K",
        "撤回",
        "看 1",
        "为什么 1",
        "查 1",
        "连审",
    ),
    *(
        "登记 ",
        "导入 文章1 ",
        "开启周榜",
        "提名 1",
        "换下 1",
        "常发 ",
        "问答库 1 改 ",
        "规则试跑 ",
        "授权 编辑",
        "移除 ",
    ),
    *(
        "语气 ",
        "称呼 ",
        "口头禅 ",
        "禁用词 ",
        "留言 ",
        "回1 ",
        "赞1",
        "投1",
        "署名 ",
        "下墙 1",
        "异议 ",
        "删除我的数据",
    ),
    *("我的数据", "加入 8KQ2MD", "更多", "是", "否", "上墙 1", "屏蔽 1", "复核", "了结异议 1 ", "恢复", "暂停", "PK"),
)


class _Errors:
    """A structlog processor that keeps what is logged as an error and prints nothing."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, _logger: Any, method: str, event: Any) -> Any:
        if method in ("error", "critical", "exception"):
            cause = event.get("exc_info")
            self.seen.append(f"{event} {cause!r}")
            if isinstance(cause, Exception):
                raise cause
        raise structlog.DropEvent


class Target:
    """A stage in one process; `request` and `talk` are the two kinds of input."""

    def __init__(self, folder: Path) -> None:
        self._server = EmbeddedRedis(folder / "var", fsync="no")
        self._server.start()
        self.redis = connect_socket(self._server.socket)
        self._errors = _Errors()
        structlog.configure(processors=[self._errors])
        self.stage = Stage(self.redis, self._server.socket, folder / "var", mode="plain")
        scene = open_scene(self.stage, *SIX)
        reader = self.stage.box.follower("读者小林")
        reader.says("留言 请问第一步要怎么开始？")
        self.stage.settle()
        self._people: list[Follower] = [
            scene.owner,
            join(self.stage, scene.owner, "小编", "编辑"),
            reader,
            self.stage.box.follower("新来的"),
        ]
        scene.owner.says("待审")
        self._article = scene.article
        self._first = {key: self.redis.dump(key) for key in self.redis.scan_iter(count=1000)}
        self._count = 0
        self._said = 0

    def close(self) -> None:
        """Stop it."""
        self.stage.close()
        self._server.stop()
        structlog.reset_defaults()

    # ---- requests

    def request(self, data: bytes) -> None:
        """Any HTTP request; only what is rightly signed may change what is stored."""
        if len(data) < 3:
            return
        method, path, form, rest = METHODS[data[0] % 6], PATHS[data[1] % len(PATHS)], data[2], data[3:]
        head, _, body = rest.partition(b"\xfe")
        extra, _, query = head.partition(b"\xfd")
        environ = _environ(method, path.encode() + (extra if form & 1 else b""), query, body)
        if form & 2:
            environ["CONTENT_LENGTH"] = extra.decode("latin-1")[:30]
        if form & 4:
            for header in ("HTTP_X_FORWARDED_FOR", "HTTP_HOST", "HTTP_USER_AGENT", "HTTP_TRANSFER_ENCODING"):
                environ[header] = extra.decode("latin-1")
        if rightly_signed := bool(form & 8):
            pairs = signed(self._credentials, str(int(self.stage.clock.now())), str(self._count))
            environ["QUERY_STRING"] = "&".join(f"{name}={value}" for name, value in pairs.items())
        self._count += 1
        before = self.redis.info("commandstats") if not rightly_signed else {}
        status, answer = self._call(environ)
        assert status in KNOWN_STATUS, status
        assert status in (200, 308) or path in ("/readyz",) or not answer, (status, answer)
        if not rightly_signed and path.startswith("/wechat"):
            writes = {name for name, said in self.redis.info("commandstats").items() if said != before.get(name)}
            assert writes <= {"cmdstat_info", "cmdstat_get"}, writes
        self._look()

    # ---- talk

    def talk(self, data: bytes) -> None:
        """Anything said by anybody: answered, readable, and never a fault."""
        if len(data) < 2:
            return
        person, kind = self._people[data[0] % 4], data[1] % 8
        text = data[2:].decode("utf-8", "ignore")
        fields = {"FromUserName": person.openid, "MsgType": "text", "Content": text}
        if kind == 1:
            fields = {"FromUserName": person.openid, "MsgType": "link", "Title": text, "Description": text, "Url": text}
        elif kind == 2:
            fields = {"FromUserName": person.openid, "MsgType": "voice", "Recognition": text}
        elif kind == 3:
            name, _, key = text.partition("\n")
            fields = {"FromUserName": person.openid, "MsgType": "event", "Event": name or "CLICK", "EventKey": key}
        elif kind == 4:
            article = {"MsgDataId": str(self._article.msg_data_id), "Idx": "1", "UserCommentId": str(5000 + self._said)}
            fields = {"FromUserName": person.openid, "MsgType": "event", "Event": "comment", "Content": text, **article}
        self._said += 1
        self.redis.incrbyfloat(OFFSET_KEY, 20)
        stamp = int(self.stage.clock.now())
        body = "".join(f"<{name}>{cdata(value)}</{name}>" for name, value in fields.items())
        xml = (
            f"<xml><ToUserName>gh_x</ToUserName><CreateTime>{stamp}</CreateTime>"
            f"<MsgId>{90_000 + self._said}</MsgId>{body}</xml>"
        )
        query = signed(self._credentials, str(stamp), str(self._said))
        pairs = "&".join(f"{name}={value}" for name, value in query.items())
        status, answer = self._call(_environ("POST", b"/wechat", pairs.encode(), xml.encode()))
        assert status in (200, 400), status
        if answer and answer != b"success":
            said = ElementTree.fromstring(answer).findtext("Content") or ""
            assert 0 < len(said.encode()) <= 1800, len(said.encode())
        if self._said % RENEW_AFTER == 0:
            self._renew()
        self._look()

    def _renew(self) -> None:
        self.stage.settle()
        self.redis.flushall()
        for key, dumped in self._first.items():
            self.redis.restore(key, 0, dumped)

    # ---- both

    @property
    def _credentials(self) -> Any:
        from handlers.assembly import credentials

        return credentials(self.stage.settings.accounts[0])

    def _call(self, environ: dict[str, Any]) -> tuple[int, bytes]:
        said: list[Any] = []
        content = self.stage.app.wsgi_app(environ, lambda status, headers, error=None: said.append((status, headers)))
        answer = b"".join(content)
        status, headers = said[-1]
        assert not any(re.search(r"[\r\n]", f"{name}{value}") for name, value in headers), "a header with a line break"
        return int(status.split()[0]), answer

    def _look(self) -> None:
        assert not self._errors.seen, self._errors.seen[-1]


def _environ(method: str, path: bytes, query: bytes, body: bytes) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "text/xml",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def request_corpus() -> list[bytes]:
    """Every hand-written body, signed and not, and every path."""
    bodies = [body for body in [*not_callbacks().values(), *harmless().values()] if len(body) < 3000]
    seeds = [bytes([0, 0, form]) + b"\xfd\xfe" + body for body in bodies for form in (0, 8)]
    return seeds + [bytes([method, path, 1]) + b"/..%2f\xfdsignature=1\xfe" for method in (0, 1) for path in range(9)]


def talk_corpus() -> list[bytes]:
    """Every command, said by each kind of person, in each kind of message."""
    return [bytes([who, kind]) + word.encode() for who in range(4) for kind in (0, 2, 3, 4) for word in WORDS]


REQUEST_DICTIONARY = (*DICTIONARY, "%2e%2e", "%00", "..", "//", "signature=", "openid=", "timestamp=", "\r\n")
TALK_DICTIONARY = (*WORDS, "\u200b", "\u202e", "１", "第三条", "→ ", "<a href=", "]]>", "😀", "\n", "，", "：", "A")


def open_target() -> Iterator[Target]:
    """One target in a folder of its own, for as long as it is iterated."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        target = Target(Path(folder))
        try:
            yield target
        finally:
            target.close()
