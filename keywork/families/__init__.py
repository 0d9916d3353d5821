"""The family record: persons, members, team, safe contact and the chronology."""

from flask import Flask


def register(app: Flask) -> None:
    """The family's pages and tabs, and the audit of who opens them."""
    from keywork.families import views
    from keywork.families.entry_links import entry_link
    from keywork.families.nhs_number import format_nhs_number
    from keywork.families.tabs import FamilyTab, family_tabs, register_family_tab
    from keywork.web.fields import Form
    from keywork.web.layout import NavItem, register_navigation

    app.register_blueprint(views.blueprint)
    app.after_request(views.lead_to_joined)
    app.after_request(views.audit_reads)
    app.jinja_env.globals.update(family_tabs=family_tabs, entry_link=entry_link, blank_form=Form)
    app.add_template_filter(format_nhs_number, "nhs_number")
    roles = frozenset(views.READERS)
    register_family_tab(app, FamilyTab("Chronology", "families.chronology", 30, roles))
    register_family_tab(app, FamilyTab("People", "families.people", 50, roles))
    register_navigation(app, NavItem("Find", "families.finding", roles, 10))
    checkers = frozenset(views.CHECKERS)
    register_navigation(app, NavItem("Emergencies", "families.emergencies", checkers, 74))
