"""The macros of templates/components."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, render_template_string

IMPORTS = """
{%- from "components/display.html" import status_tag, summary_list, table, cell, link, empty -%}
{%- from "components/display.html" import safe_contact -%}
{%- from "components/money_bar.html" import money_bar -%}
"""


def render(app: Flask, source: str, **values: Any) -> str:
    """The HTML of a template line."""
    with app.test_request_context():
        return render_template_string(IMPORTS + source, **values)


def test_the_purse_bar_is_to_scale(app: Flask) -> None:
    html = render(app, "{{ money_bar('Purse', 5000, 2500, 0, 2500) }}")
    assert '<rect class="app-money__spent" x="0" y="0" width="500.0"' in html
    assert '<rect class="app-money__committed" x="500.0" y="0" width="250.0"' in html
    assert '<rect class="app-money__available" x="750.0" y="0" width="250.0"' in html
    assert html.count('class="app-money__reserved"') == 1
    assert "Purse: £25.00 available of £100.00" in html
    assert "Spent £50.00, Committed £25.00, Reserved £0.00, Available £25.00." in html
    assert html.count("<tr") == 4
    assert "style=" not in html


def test_an_empty_purse_is_an_empty_bar(app: Flask) -> None:
    html = render(app, "{{ money_bar('Purse', 0, 0, 0, 0) }}")
    assert "£0.00 available of £0.00" in html
    assert html.count('height="40"') == 0


def test_two_bars_on_a_page_have_ids_of_their_own(app: Flask) -> None:
    html = render(app, "{{ money_bar('A', 1, 1, 1, 1, id='a') }}")
    assert 'aria-labelledby="a-title a-desc"' in html
    assert 'id="a-title"' in html


TABLE = (
    "{% call(row) table('Spends', ['When', 'Amount'], rows, numeric=['Amount'],"
    " none_yet='No spends yet.') %}{{ cell('When', row[0], header=true) }}"
    "{{ cell('Amount', link('/s', row[1]), numeric=true) }}{% endcall %}"
)


def test_tables_name_the_column_in_each_cell(app: Flask) -> None:
    html = render(app, TABLE, rows=[("<Mon>", "£1.00")])
    assert 'class="govuk-table__header" data-label="When" scope="row" role="rowheader"' in html
    assert "&lt;Mon&gt;" in html
    assert '<a class="govuk-link" href="/s">£1.00</a>' in html
    assert "govuk-table__header--numeric" in html


def test_a_table_without_rows_is_a_line(app: Flask) -> None:
    html = render(app, TABLE, rows=[])
    assert "<table" not in html
    assert "No spends yet." in html


@pytest.mark.parametrize(
    ("tone", "colour"),
    [("good", "green"), ("waiting", "yellow"), ("bad", "red"), ("new", "blue"), ("quiet", "grey")],
)
def test_tags_have_a_tone(app: Flask, tone: str, colour: str) -> None:
    assert f"govuk-tag--{colour}" in render(app, f"{{{{ status_tag('Closed', '{tone}') }}}}")


def test_facts_with_and_without_a_change_link(app: Flask) -> None:
    html = render(app, "{{ summary_list([('Hub', '<East>'), ('Worker', 'Jo', '/change')]) }}")
    assert "&lt;East&gt;" in html
    assert 'href="/change"' in html
    assert "worker</span>" in html


def test_safe_contact_is_escaped_and_named(app: Flask) -> None:
    html = render(app, "{{ safe_contact('text <only>') }}{{ empty('Nothing yet.') }}")
    assert 'aria-label="Safe contact"' in html
    assert "text &lt;only&gt;" in html
    assert "Nothing yet." in html
