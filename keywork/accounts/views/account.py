"""One's own account: password, second factor, devices."""

from collections.abc import Callable
from uuid import UUID

from flask import Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts import queries, services
from keywork.accounts.forms import (
    ChangePasswordForm,
    ConfirmPasswordForm,
    EndDeviceForm,
    EnrolAgainForm,
    EnrolForm,
)
from keywork.accounts.guard import actor, this_session
from keywork.accounts.known_device import remember
from keywork.accounts.queries import SessionView
from keywork.accounts.services import second_factor, trying
from keywork.accounts.views import steps
from keywork.accounts.views.blueprint import blueprint
from keywork.accounts.views.qr import qr_code
from keywork.kernel.viewer import acting_as
from keywork.web.access import public, signed_in
from keywork.web.db import db
from keywork.web.submit import submit_once


@blueprint.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    """Who one is here, and how one signs in."""
    return render_template(
        "accounts/account.html", account=_account(actor().staff_id), person=actor()
    )


@blueprint.route("/account/password", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    """Another password; every other browser is signed out."""
    form = ChangePasswordForm()
    said = "Your password is changed. Every other browser is signed out."

    def act() -> str:
        _expect_password(form.password.data)
        services.change_password(
            db.session, actor().staff_id, form.new_password.data, keep=this_session().uid
        )
        _renew()
        return url_for("accounts.account")

    if form.validate_on_submit() and (done := submit_once(form, act, said=said)):
        return done
    return render_template(
        "accounts/change_password.html", form=form, back=url_for("accounts.account")
    )


@blueprint.route("/account/second-factor", methods=["GET", "POST"])
@signed_in
def change_second_factor() -> ResponseReturnValue:
    """Set up an authenticator app, the first or another."""
    form = EnrolAgainForm()
    return _enrol(
        form,
        this_session(),
        check=lambda: _expect_password(form.password.data),
        then=_renew,
        back=url_for("accounts.account"),
    )


@blueprint.route("/sign-in/second-factor", methods=["GET", "POST"])
@public
def first_second_factor() -> ResponseReturnValue:
    """The same at the first sign-in, which opens nothing before."""
    found = steps.waiting_for("second_factor")
    if not found:
        return steps.start_again()
    return _enrol(
        EnrolForm(),
        found,
        check=lambda: None,
        then=lambda: steps.step_done(found, steps.WITH_CODE),
        back="",
    )


@blueprint.route("/account/recovery-codes", methods=["GET", "POST"])
@signed_in
def recovery_codes() -> ResponseReturnValue:
    """Ten new codes for a lost phone, shown once."""
    form = ConfirmPasswordForm()
    made: list[str] = []

    def act() -> str:
        _expect_password(form.password.data)
        made.extend(services.make_recovery_codes(db.session, actor().staff_id))
        return url_for("accounts.account")

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return _show_codes(made) if made else done
    return render_template("accounts/new_codes.html", form=form, back=url_for("accounts.account"))


@blueprint.route("/account/devices", methods=["GET", "POST"])
@signed_in
def devices() -> ResponseReturnValue:
    """Where one is signed in; posting ends all but this."""

    def act() -> None:
        services.end_sessions(db.session, actor().staff_id, but=this_session().uid)

    return _devices(act, "Every other browser is signed out.")


@blueprint.post("/account/devices/<uuid:uid>/end")
@signed_in
def end_device(uid: UUID) -> ResponseReturnValue:
    """Sign out on one of them."""

    def act() -> None:
        services.end_session(db.session, actor().staff_id, uid)

    return _devices(act, "That browser is signed out.")


def _devices(end: Callable[[], None], said: str) -> ResponseReturnValue:
    form, address = EndDeviceForm(), url_for("accounts.devices")

    def act() -> str:
        end()
        return address

    if form.validate_on_submit() and (done := submit_once(form, act, said=said)):
        return done
    with acting_as(db.session, services.ACCOUNTS):
        found = queries.devices(db.session, actor().staff_id)
    return render_template(
        "accounts/devices.html",
        form=form,
        devices=found,
        this=this_session().uid,
        back=url_for("accounts.account"),
    )


def _enrol(
    form: EnrolForm | EnrolAgainForm,
    found: SessionView,
    check: Callable[[], object],
    then: Callable[[], object],
    back: str,
) -> ResponseReturnValue:
    """The QR code and its form; the codes for a lost phone once it was answered rightly."""
    who, made = found.actor, list[str]()
    before = _account(who.staff_id).enrolled_at
    secret = second_factor.new_secret(found.uid, str(before or ""))

    def act() -> str:
        check()
        _count_try(found)
        made.extend(services.enrol(db.session, who.staff_id, secret, form.code.data))
        then()
        return url_for("accounts.account")

    if form.validate_on_submit() and (done := submit_once(form, act)):
        return remember(_show_codes(made), who.email) if made else done
    address = second_factor.address_of(secret, who.email)
    return render_template(
        "accounts/enrol.html", form=form, qr=qr_code(address), secret=secret, back=back
    )


def _show_codes(codes: list[str]) -> Response:
    """The one time that they are shown: sent again, the form leads on without them."""
    shown = render_template("accounts/codes.html", codes=codes, on=steps.destination())
    return make_response(shown)


def _expect_password(password: str) -> None:
    _count_try(this_session())
    services.check_password(db.session, actor().staff_id, password)


def _count_try(found: SessionView) -> None:
    trying.try_code(str(found.actor.staff_id), trying.Origin("", str(found.uid)))


def _renew() -> None:
    """After another proof the browser's token is another."""
    steps.carry(services.go_on(db.session, this_session().uid, awaits=None))


def _account(staff_id: int) -> queries.Account:
    with acting_as(db.session, services.ACCOUNTS):
        return queries.account(db.session, staff_id)
