"""A very small WeChat for many accounts at once: gives tokens, lists three comments of any article, remembers when."""

from __future__ import annotations

import asyncio
import json
import threading
import time

from aiohttp import web


class ManyApi:
    """Listens on loopback in a thread. `looks` maps (appid, msg_data_id) to the moments (epoch) of comment/list."""

    def __init__(self) -> None:
        self.looks: dict[tuple[str, int], list[float]] = {}
        self._began = int(time.time())
        self._loop = asyncio.new_event_loop()
        self._port: int | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def base(self) -> str:
        """What WECHAT_API_BASE says."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()
        self._ready.wait(10)

    def stop(self) -> None:
        """End."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._ready.set()
        self._loop.run_forever()

    async def _listen(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self._port = runner.addresses[0][1]

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        if "token" in request.path:
            appid = json.loads(body)["appid"] if body else request.query["appid"]
            return web.json_response({"access_token": f"token-{appid}", "expires_in": 7200})
        if request.path != "/cgi-bin/comment/list":
            return web.json_response({"errcode": 0, "errmsg": "ok", "list": [], "item": [], "total_count": 0})
        asked = json.loads(body)
        key = request.query["access_token"].removeprefix("token-"), int(asked["msg_data_id"])
        self.looks.setdefault(key, []).append(time.time())
        comments = [
            {
                "user_comment_id": n, "openid": f"o{n:027d}", "create_time": self._began,
                "content": f"第{n}个办法我试过", "comment_type": 0,
            }
            for n in (1, 2, 3)
        ]  # fmt: skip
        return web.json_response({"errcode": 0, "errmsg": "ok", "total": 3, "comment": comments})
