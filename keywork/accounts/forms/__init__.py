"""Forms of signing in and of one's account."""

from keywork.accounts.forms.sign_in import (
    ChangePasswordForm,
    CodeForm,
    ConfirmPasswordForm,
    EndDeviceForm,
    EnrolAgainForm,
    EnrolForm,
    ForgottenForm,
    NewPasswordForm,
    RecoveryForm,
    SignInForm,
)

__all__ = [
    "ChangePasswordForm",
    "CodeForm",
    "ConfirmPasswordForm",
    "EndDeviceForm",
    "EnrolAgainForm",
    "EnrolForm",
    "ForgottenForm",
    "NewPasswordForm",
    "RecoveryForm",
    "SignInForm",
]
