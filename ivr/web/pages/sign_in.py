"""Coming in: name and password, or a link that holds once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, g, redirect, render_template, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ivr.errors import IvoryError
from ivr.store import sessions, users
from ivr.store.links import Link
from ivr.store.users import User
from ivr.web.accounts import entrance, secrets
from ivr.web.accounts.entrance import NotLetIn
from ivr.web.guard import EVERYBODY, SECRET, needs
from ivr.web.limits import limiter, name_tried
from ivr.web.site import Site
from ivr.web.wording import in_words


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("sign_in", __name__)
    per_address = limiter(app).limit(lambda: app.config["IVORY_ATTEMPTS"])
    per_name = limiter(app).limit(lambda: app.config["IVORY_ATTEMPTS"], key_func=name_tried, scope="name")

    @blueprint.get("/sign-in")
    @needs(EVERYBODY)
    def form() -> Any:
        if g.who:
            return redirect(_target())
        return render_template("sign_in.html", name="", problem="", empty=not site.ask(users.count))

    def attempt() -> Any:
        name, password = request.form.get("name", "").strip().lower(), request.form.get("password", "")
        try:
            user = site.ask(entrance.sign_in, name, password)
        except NotLetIn:
            words = _("Name and password do not belong together.")
            return render_template("sign_in.html", name=name, problem=words, empty=False), 401
        return _let_in(site, user, _target())

    guarded = per_name(per_address(attempt))
    blueprint.add_url_rule("/sign-in", "attempt", needs(EVERYBODY)(guarded), methods=["POST"])

    @blueprint.get("/welcome")
    @needs(EVERYBODY)
    def welcome() -> Any:
        try:
            link = site.ask(entrance.look_at_link, request.args.get("link", ""), site.now())
        except NotLetIn:
            return render_template("link_over.html"), 410
        return render_template("welcome.html", link=link, secret=request.args["link"], problem="", given={})

    def chosen() -> Any:
        secret, given = request.form.get("link", ""), request.form
        try:
            link = site.ask(entrance.look_at_link, secret, site.now())
        except NotLetIn:
            return render_template("link_over.html"), 410
        try:
            user = _settled(
                site, link, given.get("name", "").strip().lower(), given.get("password", ""), secret
            )
        except IvoryError as error:
            shown = {"link": link, "secret": secret, "problem": _told(error), "given": given}
            return render_template("welcome.html", **shown), 422
        return _let_in(site, user, "/")

    blueprint.add_url_rule("/welcome", "chosen", needs(EVERYBODY)(per_address(chosen)), methods=["POST"])
    return blueprint


def _told(error: IvoryError) -> str:
    """Why not, and the way out, as a form says it."""
    return "; ".join(filter(None, (in_words(error.message), in_words(error.hint))))


def _settled(site: Site, link: Link, name: str, password: str, secret: str) -> User:
    """Do what a link is for. Raises IvoryError for what does not fit; the link holds on then."""
    now = site.now()
    if link.purpose == "enter":
        site.ask(entrance.use_link, secret, now)
        return site.ask(users.get, link.user)
    name = link.user or name
    secrets.refuse_weak(password, name)
    hashed = site.apart(secrets.hashed, password)
    if link.purpose == "setup":
        user = User(name, "admin", now, now, password=hashed)
        site.ask(users.add, user)  # of two who come at once one is refused by the link
        site.ask(entrance.use_link, secret, now)
        return user
    site.ask(entrance.use_link, secret, now)
    site.ask(sessions.end_all, name)
    return site.ask(users.change, name, {"password": hashed}, now)


def _let_in(site: Site, user: User, target: str) -> Response:
    if not user.enabled:
        raise NotLetIn(_("This account is switched off."))
    secret = site.ask(
        entrance.begin, user, site.now(), site.lasting, request.remote_addr or "", request.user_agent.string
    )
    session.clear()  # nothing of who was here before, and another CSRF token
    session.permanent = True
    session[SECRET] = secret
    return redirect(target)


def _target() -> str:
    """Where to go then: a path of ours, nowhere else."""
    wanted = request.values.get("next", "/")
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if plain else "/"
