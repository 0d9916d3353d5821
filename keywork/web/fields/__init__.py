"""Form fields that render themselves as GOV.UK components and take whatever is posted at them."""

from keywork.web.fields.base import Required
from keywork.web.fields.choices import Checkbox, Checkboxes, Choice, Divider, Radios, Select
from keywork.web.fields.dates import DateField, TimeField
from keywork.web.fields.files import FileField
from keywork.web.fields.form import Form
from keywork.web.fields.numbers import IntegerField, MoneyField, ScoreField
from keywork.web.fields.text import EmailField, HiddenField, PasswordField, TextArea, TextField

__all__ = [
    "Checkbox",
    "Checkboxes",
    "Choice",
    "DateField",
    "Divider",
    "EmailField",
    "FileField",
    "Form",
    "HiddenField",
    "IntegerField",
    "MoneyField",
    "PasswordField",
    "Radios",
    "Required",
    "ScoreField",
    "Select",
    "TextArea",
    "TextField",
    "TimeField",
]
