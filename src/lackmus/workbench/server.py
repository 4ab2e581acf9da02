"""The door of the workbench: HTTP on loopback, and who may come in.

A page of another site can send requests to loopback, and by DNS rebinding it can even read the
answers. So every request is asked, in this order: is `Host` an address that this server gave out;
is `Origin`, where there is one, this server's own; and, for everything but the page itself, does it
have the token that was printed with the address. The token stands in the fragment of that address,
which no browser sends anywhere; the page passes it on in a header.
"""

from __future__ import annotations

import errno
import gc
import hmac
import json
import logging
import re
import secrets
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import nullcontext, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, get_args

from lackmus.foundation.errors import InputError, LackmusError, UsageError
from lackmus.service.edit import Made
from lackmus.workbench.messages import Json
from lackmus.workbench.session import Session
from lackmus.workbench.shelf import Shelf
from lackmus.workbench.what_if import SupersededError

try:
    import anyio
    import uvicorn
    from starlette.applications import Starlette
    from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response, StreamingResponse
    from starlette.routing import Route
    from starlette.types import ASGIApp, Message, Receive, Scope, Send
except ImportError:
    raise UsageError(
        "the workbench needs the packages starlette and uvicorn",
        hint="install them with: pip install 'lackmus[work]'",
    ) from None

#: Points that are solved at once, and likewise sections; whoever waits longer is superseded.
_AT_ONCE: Final = 2

#: Seconds that an idle connection is kept: the page looks whether the file has changed more often.
_KEPT_OPEN: Final = 60

#: Seconds after which a thread lets another one go on: who waits for a point waits no longer.
_SWITCH: Final = 0.0005

#: Characters of a page's name for itself that count.
_LONGEST_NAME: Final = 64

#: Most bytes of a request: a text of the largest size, as JSON may write it.
LARGEST: Final = 16_000_000

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS: Final = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
#: Told on the terminal: what went wrong in the server itself.
_LOG: Final = logging.getLogger("uvicorn.error")

#: What JSON can write and no file can hold.
_HALF: Final = re.compile("[\ud800-\udfff]")

_STATIC: Final = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/workbench.js": ("workbench.js", "text/javascript; charset=utf-8"),
    "/workbench.css": ("workbench.css", "text/css; charset=utf-8"),
}


class Guard:
    """Lets in what is meant for this server; see the module.

    Args:
        app: What stands behind the door.
        hosts: What `Host` may be, such as ``127.0.0.1:8123``.
        token: What requests for data must have.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str], token: str) -> None:
        self._app, self._hosts, self._token = app, hosts, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request, or turns it away."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            status, message = refusal
            response = JSONResponse({"error": message}, status, headers=_HEADERS)
            await response(scope, receive, send)
            return
        await self._app(scope, _bounded(receive), send)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Status and message where a request is turned away."""
        given: dict[bytes, list[str]] = {}
        for name, value in scope["headers"]:
            given.setdefault(name.lower(), []).append(value.decode("latin-1"))
        host, origin = given.get(b"host", []), given.get(b"origin", [])
        if len(host) != 1 or host[0].lower() not in self._hosts:
            return 421, "this server is not what the request asks for"
        own = {f"http://{name}" for name in self._hosts}
        if origin and (len(origin) != 1 or origin[0].lower() not in own):
            return 403, "requests of other pages are not answered"
        if scope["path"].startswith("/api/"):
            token = given.get(b"x-lackmus-token", [""])[0]
            if not hmac.compare_digest(token.encode(), self._token.encode()):
                return 401, "the token is missing or wrong: open the address that was printed"
            size = given.get(b"content-length", ["0"])[0]
            if not size.isdecimal() or int(size) > LARGEST:
                return 413, f"a request of more than {LARGEST:,} bytes"
        return None


def _bounded(receive: Receive) -> Receive:
    """The same, ending a body that is longer than it may be."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > LARGEST:
                return {"type": "http.disconnect"}
        return message

    return bounded


def make_app(first: Session, token: str, hosts: frozenset[str]) -> ASGIApp:
    """The application that serves a session, and those of the cases opened beside it."""
    shelf = Shelf(first)
    others: dict[str, Callable[[Json], Json]] = {
        "cases": lambda _: shelf.listed(),
        "close": lambda q: shelf.close(_key(q)),
    }

    turns = {name: anyio.CapacityLimiter(_AT_ONCE) for name in (*_LATEST, "sections")}

    async def call(request: Request) -> Response:
        name = request.path_params["name"]
        if name in others:
            return await _answered(request, others[name])
        if name in _CALLS:
            return await _answered(request, lambda q: _CALLS[name](shelf.session(_key(q)), q))
        return _json({"error": f"nothing is called '{name}'"}, 404)

    async def latest(request: Request) -> Response:
        name = request.url.path.rpartition("/")[2]
        try:
            asked = await _asked(request)
            session = shelf.session(_key(asked))
            # Its number is taken as it comes in, before it waits for its turn.
            wanted = _newest(session, name, asked)
            async with turns[name]:
                if not wanted():
                    raise SupersededError
                return _json(await run_in_threadpool(_LATEST[name], session, asked, wanted))
        except LackmusError as error:
            return _refused(error)

    async def stream(request: Request) -> Response:
        name = request.url.path.rpartition("/")[2]
        try:
            asked = await _asked(request)
            session = shelf.session(_key(asked))
            wanted = _newest(session, name, asked)
            lines = _STREAMS[name](session, asked, wanted)
        except LackmusError as error:
            return _refused(error)
        body = _lines(lines, turns.get(name))
        return StreamingResponse(body, media_type="application/x-ndjson", headers=_HEADERS)

    routes = [Route(path, _page, methods=["GET"]) for path in _STATIC]
    routes += [
        *(Route(f"/api/{name}", latest, methods=["POST"]) for name in _LATEST),
        *(Route(f"/api/{name}", stream, methods=["POST"]) for name in _STREAMS),
        Route("/api/{name}", call, methods=["POST"]),
    ]
    app = Starlette(routes=routes, exception_handlers={500: _own_fault})
    return Guard(app, hosts, token)


#: What the page can ask of a case: one method of its session each.
_CALLS: Final[dict[str, Callable[[Session, Json], Json]]] = {
    "open": lambda s, _: s.opened(),
    "disk": lambda s, q: s.on_disk(_str(q, "beside") if "beside" in q else ""),
    "save": lambda s, q: s.save(_str(q, "text"), _str(q, "hash")),
    "read": lambda s, q: s.read(_str(q, "text")),
    "complete": lambda s, q: s.complete(_str(q, "text"), _int(q, "offset")),
    "hover": lambda s, q: s.hover(_str(q, "text"), _int(q, "offset")),
    "keep": lambda s, q: s.keep(_str(q, "text"), _str(q, "assumption"), _str(q, "value")),
    "cite": lambda s, q: s.cite(
        _str(q, "text"), (_str(q, "kind"), _str(q, "id")), _str(q, "source"),
        _int(q, "start"), _int(q, "end"),
    ),
    "make": lambda s, q: s.make(
        _str(q, "text"), _made(q), _str(q, "name"), _str(q, "source"), _int(q, "start"),
        _int(q, "end"),
    ),
    "sources": lambda s, q: s.sources(_str(q, "text")),
    "build": lambda s, q: s.build(_str(q, "text")),
    "fit": lambda s, q: s.fit(_str(q, "text"), _supposed(q)),
    "report": lambda s, q: s.report(_str(q, "text"), _supposed(q)),
}  # fmt: skip

#: What of one kind only the newest request is answered.
_LATEST: Final[dict[str, Callable[[Session, Json, Callable[[], bool]], Json]]] = {
    "point": lambda s, q, wanted: s.point(_str(q, "text"), _supposed(q), wanted),
}

#: Likewise, of what is answered line by line.
_STREAMS: Final[dict[str, Callable[[Session, Json, Callable[[], bool]], Iterator[Json]]]] = {
    "sweep": lambda s, q, wanted: s.sweep(_str(q, "text"), _supposed(q), wanted),
    "dissents": lambda s, q, wanted: s.dissents(_str(q, "text"), _supposed(q), wanted),
    "sections": lambda s, q, wanted: s.sections(
        _str(q, "text"), _supposed(q), _names(q), _str(q, "claim"), wanted
    ),
}


async def _own_fault(_: Request, error: Exception) -> Response:
    return _json(_own_words(error), 500)


def _own_words(error: Exception) -> Json:
    first = str(error).partition("\n")[0]
    message = f"Lackmus met a fault of its own: {type(error).__name__}: {first}"
    return {"error": message, "hint": "nothing that you wrote is lost; please report this"}


async def _page(request: Request) -> Response:
    name, kind = _STATIC[request.url.path]
    content = files("lackmus.workbench").joinpath("static", name).read_bytes()
    return Response(content, headers=_HEADERS | {"content-type": kind})


async def _answered(request: Request, call: Callable[[Json], Json]) -> Response:
    try:
        asked = await _asked(request)
        return _json(await run_in_threadpool(call, asked))
    except LackmusError as error:
        return _refused(error)


async def _asked(request: Request) -> Json:
    try:
        asked = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise UsageError("the request is no JSON") from None
    if not isinstance(asked, dict):
        raise UsageError("the request is no object")
    return asked


def _str(asked: Json, name: str) -> str:
    found = asked.get(name)
    if not isinstance(found, str):
        raise UsageError(f"the request has no text '{name}'")
    if _HALF.search(found):
        raise UsageError(f"half a character stands in '{name}'", hint="take it out")
    return found


def _key(asked: Json) -> str:
    """Which of the open cases is meant; the first where none is named."""
    return _str(asked, "case") if "case" in asked else ""


def _newest(session: Session, name: str, asked: Json) -> Callable[[], bool]:
    """Whether a request is still the newest of its kind; see `Session.newest`."""
    page = _str(asked, "page")[:_LONGEST_NAME] if "page" in asked else ""
    return session.newest(name, page, _int(asked, "number") if "number" in asked else None)


def _names(asked: Json) -> list[str]:
    """Which sections of the report are wanted."""
    found = asked.get("names")
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise UsageError("the request has no list 'names'")
    return found


def _int(asked: Json, name: str) -> int:
    found = asked.get(name)
    if not isinstance(found, int) or found < 0:
        raise UsageError(f"the request has no whole number '{name}' from 0 on")
    return found


def _made(asked: Json) -> Made:
    found: Any = _str(asked, "made")
    if found not in get_args(Made):
        raise UsageError(f"no '{found}' can be made of a passage")
    made: Made = found
    return made


def _supposed(asked: Json) -> Json:
    found = asked.get("supposed") or {}
    if not isinstance(found, dict):
        raise UsageError("what is supposed is no object")
    return found


def _refused(error: LackmusError) -> Response:
    if isinstance(error, SupersededError):
        return _json({"superseded": True})
    if isinstance(error, InputError):
        hints = [fault.hint for fault in error.faults if fault.hint]
        first = error.faults[0].message if error.faults else str(error)
        return _json({"error": first, "hint": hints[0] if hints else ""}, 400)
    return _json({"error": str(error)}, 507)


async def _lines(
    lines: Iterator[Json], turns: anyio.CapacityLimiter | None = None
) -> AsyncIterator[bytes]:
    """A JSON object a line; an error is the last of them, and nothing where nobody waits.

    Args:
        lines: The lines; the work on them begins with the first.
        turns: Limits how many are worked on at once.
    """
    try:
        async with turns or nullcontext():
            async for line in iterate_in_threadpool(lines):
                yield _bytes(line) + b"\n"
    except SupersededError:
        return
    except LackmusError as error:
        yield _bytes({"error": str(error)}) + b"\n"
    except Exception as error:  # noqa: BLE001 - the page is told of it
        # Broken off, it would be taken for a server that is gone, and asked for again and again.
        _LOG.exception("a fault of its own")
        yield _bytes(_own_words(error)) + b"\n"


def _json(content: Json, status: int = 200) -> Response:
    return Response(_bytes(content), status, _HEADERS | {"content-type": "application/json"})


def _bytes(content: Any) -> bytes:  # noqa: ANN401 - whatever JSON can hold
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


# --- running ---


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        UsageError: The port is in use or reserved, or the address is none of this machine's.
    """
    if not host:
        # An empty name would listen on every address, and no page could be opened by it.
        raise UsageError("no address to listen on", "leave --host out for this machine alone")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Where the protocol is not named, asyncio leaves what it accepts to wait for acknowledgements.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except (OSError, TypeError) as error:
        made.close()
        # What cannot be written as a name is a TypeError.
        why = getattr(error, "strerror", None) or "this is no name of a machine"
        hint = "give an address of this machine: --host ADDRESS; without it, it is 127.0.0.1"
        if getattr(error, "errno", None) in (errno.EADDRINUSE, errno.EACCES):
            hint = "give another one: --port N; 0 takes any that is free"
        raise UsageError(f"cannot listen on {host}, port {port}: {why}", hint) from None
    return made


def hosts_of(host: str, port: int) -> frozenset[str]:
    """What `Host` may be for a server that listens there."""
    names = {f"[{host}]" if ":" in host else host}
    if names & {"127.0.0.1", "[::1]"}:
        names |= {"127.0.0.1", "localhost", "[::1]"}
    return frozenset(f"{name}:{port}" for name in names)


def _warm(session: Session) -> None:
    """Makes ready what the first answers need, while the page is still being opened.

    What is there then stays for good, so the search for garbage need not go through it any more: it
    would hold up answers by a tenth of a second.
    """
    with suppress(LackmusError):
        session.warm()
    gc.collect()
    gc.freeze()


def serve(
    case: str,
    *,
    sources: Path | None,
    host: str,
    port: int,
    draws: int,
    seed: int,
    ready: Callable[[str], None],
    link: str = "",
) -> None:
    """Serves a case until Ctrl-C, which is its end and no interruption.

    Args:
        case: Its path or name.
        sources: The folder with the cited texts.
        host: The address to listen on.
        port: The port; 0 takes any that is free.
        draws: Draws of a sweep.
        seed: Their seed.
        link: What the page is to restore, from a link; empty for nothing.
        ready: Told the address of the page once it can be opened.

    Raises:
        InputError: There is no such case, or the port is in use.
    """
    session = Session(case, sources, draws, seed)
    listening = bound(host, port)
    port = listening.getsockname()[1]
    token = secrets.token_urlsafe(24)
    app = make_app(session, token, hosts_of(host, port))
    shown = f"[{host}]" if ":" in host else host
    config = uvicorn.Config(
        app, log_level=logging.ERROR, access_log=False, server_header=False, date_header=False,
        lifespan="off", ws="none", timeout_graceful_shutdown=1, timeout_keep_alive=_KEPT_OPEN,
    )  # fmt: skip
    server = uvicorn.Server(config)
    # What is broken off at the end is no error.
    _LOG.addFilter(lambda _: not server.should_exit)
    listening.listen(128)
    sys.setswitchinterval(_SWITCH)
    threading.Thread(target=_warm, args=(session,), daemon=True).start()
    with suppress(KeyboardInterrupt):
        ready(f"http://{shown}:{port}/#{token}" + (f"&link={link}" if link else ""))
        server.run(sockets=[listening])
