"""The web process: the application behind gevent's server, from its start to its end.

Needs gevent's patches.
"""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable
from signal import SIGINT, SIGTERM

import gevent
from gevent import pywsgi

from ivr.errors import IvoryError
from ivr.flag import Flag
from ivr.http_server import listener
from ivr.log import get
from ivr.store import users
from ivr.store.database import Store
from ivr.web import doors
from ivr.web.accounts import entrance
from ivr.web.address import public_url
from ivr.web.app import create_app
from ivr.web.site import Site
from ivr.web.telephones import Telephones

log = get(__name__)

CONNECTIONS = 1000
"""Served at once: pages, streams and web phones."""
READ_SECONDS = 30.0
"""In which a request must be there, and a piece of an answer be taken."""
ENDING = 3.0
"""Seconds requests have to end when the process is told to."""


class _Handler(pywsgi.WSGIHandler):
    """One connection. Who sends nothing for long is let go."""

    def handle(self) -> None:
        self.socket.settimeout(READ_SECONDS)
        if self.socket.family != socket.AF_UNIX:
            # An answer is two writes: the second would wait 40 ms for word of the first on a kept connection.
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().handle()

    def log_request(self) -> None:
        log.debug(
            "request", line=self.requestline, status=getattr(self, "code", None), client=self.client_address
        )


class Server:
    """Listens and answers.

    Args:
        site: what the pages work with.
        listen: where; that of the settings when left out.

    Raises:
        IvoryError: the front-end was not built, or the address cannot be had.
    """

    def __init__(self, site: Site, listen: str = "") -> None:
        self.site = site
        self.app = create_app(site)
        self._server = pywsgi.WSGIServer(
            listener(listen or site.settings.web.listen, "web.listen"),
            self.app,
            spawn=CONNECTIONS,
            log=None,
            error_log=None,
            handler_class=_Handler,
            environ={"SERVER_NAME": "ivory"},
        )

    def start(self) -> None:
        """Begin to answer."""
        self._server.start()

    @property
    def port(self) -> int:
        """The port it listens on; 0 on a UNIX socket."""
        return int(self._server.server_port or 0)

    def stop(self) -> None:
        """Take no more requests, and let those that run end."""
        self._server.stop(timeout=ENDING)


def setup_link(store: Store, site: Site) -> str:
    """The address under which the first admin is made; empty where there is somebody already. Raises
    StoreError."""
    if users.count(store):
        return ""
    secret = entrance.make_link(store, "", "setup", site.now())
    return f"{public_url(site.settings)}/welcome?link={secret}"


def serve(site: Site, ready: Callable[[Flag], object] = lambda _stop: None) -> None:
    """Serve until SIGTERM or SIGINT, or until `ready`, which is called when all is there, sets its flag.

    Raises IvoryError where it cannot begin.
    """
    stop = Flag()
    server = Server(site)
    doors.ready(site)
    server.start()
    log.info("web listens", at=site.settings.web.listen, url=public_url(site.settings))
    try:
        if link := site.ask(setup_link, site):
            log.warning("nobody can sign in yet", first_admin=link)
    except IvoryError as error:
        log.error("database unavailable", error=str(error))  # noqa: TRY400 - a trace tells no more
    for number in (SIGTERM, SIGINT):
        gevent.signal_handler(number, stop.set)
    # What is there now stays for good; looking it over again and again would hold up the sound of phones.
    gc.collect()
    gc.freeze()
    ready(stop)
    stop.wait()
    site.part(Telephones).stop()
    server.stop()
