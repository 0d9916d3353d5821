"""Signing in, and looking after how one does."""

from typing import Any

from keywork.accounts.policy.sign_in import rules
from keywork.web.fields import EmailField, Form, PasswordField, Required, TextField


def _password(label: str, asked: str, **options: Any) -> PasswordField:
    """A box for a password, however long somebody thinks that one may be."""
    return PasswordField(label, [Required(asked)], max_length=4096, **options)


def _password_now(label: str = "Your password") -> PasswordField:
    return _password(label, "Enter your password", autocomplete="current-password")


def _new_password() -> PasswordField:
    hint = f"{rules().shortest} characters or more. Three words that do not belong together do."
    return _password(
        "New password", "Enter a new password", autocomplete="new-password", description=hint
    )


class CodeField(TextField):
    """The six digits that an authenticator app shows."""

    autocomplete = "one-time-code"
    inputmode = "numeric"
    width = 10
    max_length = 40


class SignInForm(Form):
    """E-mail address and password."""

    email = EmailField("Email address", [Required("Enter your email address")])
    password = _password_now("Password")


class CodeForm(Form):
    """The second step."""

    code = CodeField(
        "Code",
        [Required("Enter the code that your app shows")],
        description="The six digits that your authenticator app shows for keywork.",
    )


class RecoveryForm(Form):
    """The second step without a phone."""

    code = TextField(
        "Recovery code",
        [Required("Enter one of your recovery codes")],
        description="Ten letters and numbers, such as b7k2m-x9d4t. Each works once.",
        width=20,
        autocomplete="off",
        max_length=40,
    )


class NewPasswordForm(Form):
    """A password, chosen after a link or a temporary one has shown who it is."""

    new_password = _new_password()


class ChangePasswordForm(Form):
    """Another password, in place of the present one."""

    password = _password_now("Your password now")
    new_password = _new_password()


class EnrolForm(Form):
    """The first code of an app that was just set up."""

    code = CodeField("Code", [Required("Enter the code that your app shows")])


class EnrolAgainForm(EnrolForm):
    """The same for whoever has signed in: whoever finds a screen open changes nothing."""

    password = _password_now()


class ConfirmPasswordForm(Form):
    """That it is they who ask."""

    password = _password_now()


class ForgottenForm(Form):
    """Whose password is to be chosen anew."""

    email = EmailField("Email address", [Required("Enter your email address")])


class EndDeviceForm(Form):
    """A button."""
