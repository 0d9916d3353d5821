"""How a form field becomes its GOV.UK component."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from flask import current_app
from markupsafe import Markup

Params = dict[str, Any]


class Rendered(Protocol):
    """What a field tells its widget."""

    component: str
    govuk: Params

    def params(self) -> Params:
        """The macro's parameters for the field as it stands."""


class GovukWidget:
    """Calls the field's GOV.UK macro.

    Parameters given in the template win over those given where the field is declared (`govuk=`),
    which win over the field's own. Two short ones are ours: `heading=true` makes the label the
    page's h1, and `reveal={"other": html}` shows html under one choice once it is chosen.
    """

    def __call__(self, field: Rendered, **given: Any) -> Markup:
        """The whole component: label, hint, error message and input."""
        return render(field.component, finish(merge(field.params(), field.govuk, given)))


def render(component: str, params: Params) -> Markup:
    """The HTML of a GOV.UK component, such as `render("date-input", {...})`."""
    path = f"govuk_frontend_jinja/components/{component}/macro.html"
    macro = "govuk" + component.replace("-", " ").title().replace(" ", "")
    module = current_app.jinja_env.get_template(path).module
    html: Markup = getattr(module, macro)(params)
    return html


def merge(*layers: Mapping[str, Any]) -> Params:
    """One set of parameters out of several: later ones win, dicts are merged."""
    merged: Params = {}
    for layer in layers:
        for key, value in layer.items():
            below = merged.get(key)
            if isinstance(value, Mapping) and isinstance(below, Mapping):
                merged[key] = merge(below, value)
            else:
                merged[key] = value
    return merged


def finish(params: Params) -> Params:
    """Parameters as the macros know them, from the shorter ones our templates use."""
    heading, group = params.pop("heading", False), params.pop("group", False)
    style = "govuk-fieldset__legend" if group else "govuk-label"
    small = {"classes": f"{style}--{'l' if heading else 's'}", "isPageHeading": heading}
    label = merge(small, params.pop("label", {}))
    for choice, html in params.pop("reveal", {}).items():
        item = next(item for item in params["items"] if item.get("value") == str(choice))
        item["conditional"] = {"html": html}
    if group:
        return merge({"fieldset": {"legend": label}}, params)
    return {"label": label, **params}
