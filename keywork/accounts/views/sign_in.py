"""Signing in and out: a password, then a code."""

from collections.abc import Callable

from flask import g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import logout_user
from sqlalchemy.orm import Session

from config.settings import settings
from keywork.accounts import council, services
from keywork.accounts.forms import CodeForm, NewPasswordForm, RecoveryForm, SignInForm
from keywork.accounts.known_device import origin_of
from keywork.accounts.services import trying
from keywork.accounts.views import steps
from keywork.accounts.views.blueprint import blueprint
from keywork.kernel.database import transaction
from keywork.kernel.errors import Refusal
from keywork.web.access import public
from keywork.web.db import db

KEPT = "/sign-in/kept/"
Take = Callable[[Session, int, str], bool]


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask for an e-mail address and password; whatever is wrong, the answer is one sentence."""
    if g.actor:
        return redirect(steps.destination(), 303)
    form = SignInForm()
    if settings().passwords and form.validate_on_submit():
        if done := _password_given(form):
            return done
        form.add_error("email", "That email address and password do not match an account")
    kept = request.args.get("next", "").startswith(KEPT)
    return render_template(
        "accounts/sign_in.html",
        form=form,
        kept=kept,
        demo=settings().demo,
        council=council.is_on(),
        council_exit=council.sign_out_address() if request.args.get("left") else None,
        passwords=settings().passwords,
    )


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
def code() -> ResponseReturnValue:
    """The second step: the code that the person's app shows."""
    return _second_step(CodeForm(), "accounts/code.html", services.take_code, steps.WITH_CODE)


@blueprint.route("/sign-in/recovery-code", methods=["GET", "POST"])
@public
def recovery_code() -> ResponseReturnValue:
    """The second step for whoever has lost their phone."""
    return _second_step(
        RecoveryForm(), "accounts/recovery_code.html", services.take_recovery_code, steps.RECOVERED
    )


@blueprint.route("/sign-in/new-password", methods=["GET", "POST"])
@public
def first_password() -> ResponseReturnValue:
    """Whoever was given a password by somebody else chooses their own."""
    found = steps.waiting_for("new_password")
    if not found:
        return steps.start_again()
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            with transaction(db.session):
                services.change_password(
                    db.session, found.actor.staff_id, form.new_password.data, keep=found.uid
                )
                awaits = steps.step_done(found, found.way)
            return steps.lead(found.actor.email, awaits)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.sentence)
    return render_template("accounts/first_password.html", form=form)


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this browser's sign-in."""
    left = "council" if g.sign_in and g.sign_in.way == "oidc" else None
    if g.sign_in:
        with transaction(db.session):
            services.end_session(db.session, g.sign_in.actor.staff_id, g.sign_in.uid)
    logout_user()
    session.clear()
    return redirect(url_for("accounts.sign_in", left=left), 303)


def _password_given(form: SignInForm) -> ResponseReturnValue | None:
    """Where the right password leads; None for a wrong one, or for nobody's address."""
    account, origin = trying.account_key(form.email.data), origin_of(form.email.data)
    trying.try_password(account, origin)
    with transaction(db.session):
        proof = services.prove(db.session, form.email.data, form.password.data)
    if proof.staff_id is None or proof.asked is None:
        trying.was_wrong(origin)
        steps.failed("staff.sign_in_failed", proof.staff_id)
        return None
    trying.was_right(account, origin)
    return steps.go_on_after_password(proof.staff_id, form.email.data, proof.asked)


def _second_step(
    form: CodeForm | RecoveryForm, template: str, take: Take, way: str
) -> ResponseReturnValue:
    found = steps.waiting_for("code")
    if not found:
        return steps.start_again()
    who = found.actor
    if form.validate_on_submit():
        trying.try_code(trying.account_key(who.email), origin_of(who.email))
        with transaction(db.session):
            right = take(db.session, who.staff_id, form.code.data)
            awaits = steps.step_done(found, way) if right else None
        if right:
            return steps.lead(who.email, awaits)
        steps.failed("staff.second_factor_failed", who.staff_id)
        form.code.text = ""
        form.add_error("code", "This code is not right, or it has been used already")
    return render_template(template, form=form, next=steps.wanted_next())
