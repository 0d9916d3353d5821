"""A new password by e-mail, and typed work that waited for a sign-in."""

from uuid import UUID

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from keywork.accounts import services
from keywork.accounts.forms import ForgottenForm, NewPasswordForm
from keywork.accounts.guard import expect_access
from keywork.accounts.known_device import origin_of
from keywork.accounts.services import trying
from keywork.accounts.views.blueprint import blueprint
from keywork.kernel import kept_forms
from keywork.kernel.database import transaction
from keywork.kernel.errors import Refusal
from keywork.web.access import public, signed_in
from keywork.web.db import db
from keywork.web.kept import show_again

TOKEN = "reset_token"  # noqa: S105 - the name of it


@blueprint.route("/sign-in/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> ResponseReturnValue:
    """Ask for a link to choose a new password; the answer is the same for every address."""
    form = ForgottenForm()
    if form.validate_on_submit():
        account, origin = trying.account_key(form.email.data), origin_of(form.email.data)
        if trying.try_reset(account, origin):
            with transaction(db.session):
                services.ask_reset(db.session, form.email.data)
        return redirect(url_for("accounts.forgotten_sent"), 303)
    return render_template("accounts/forgotten.html", form=form, back=url_for("accounts.sign_in"))


@blueprint.get("/sign-in/forgotten/sent")
@public
def forgotten_sent() -> ResponseReturnValue:
    """What happens now, if there is such an account."""
    return render_template("accounts/forgotten_sent.html")


@blueprint.route("/sign-in/reset", methods=["GET", "POST"])
@public
def reset() -> ResponseReturnValue:
    """Choose a new password with a link from an e-mail.

    Its token goes from the address into the cookie at once: no history, log or referrer keeps it.
    """
    if token := request.args.get("token"):
        session[TOKEN] = token
        return redirect(url_for("accounts.reset"), 303)
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            with transaction(db.session):
                services.reset_password(db.session, session.get(TOKEN, ""), form.new_password.data)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.sentence)
        else:
            session.clear()
            flash("Your password is changed. Sign in with it.", "success")
            return redirect(url_for("accounts.sign_in"), 303)
    return render_template("accounts/reset.html", form=form)


@blueprint.get("/sign-in/kept/<uuid:uid>")
@signed_in
def kept(uid: UUID) -> ResponseReturnValue:
    """What the person sent when their sign-in had run out, in its form again; else the first page.

    Whoever else has signed in on that browser finds nothing here.
    """
    found = kept_forms.find(db.session, uid)
    if found is None:
        return redirect(url_for("desk.start"), 303)
    flash("Your work was kept. It has not been sent yet: check it, then send it.")
    return show_again(found, expect_access)
