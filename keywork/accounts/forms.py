"""Signing in."""

from keywork.web.fields import EmailField, Form, PasswordField, Required


class SignInForm(Form):
    """E-mail address and password."""

    email = EmailField("Email address", [Required("Enter your email address")])
    password = PasswordField("Password", [Required("Enter your password")])
