"""The first account of all is made on the command line."""

from flask import Flask

from tests.conftest import PageClient


def test_the_first_lead_signs_in_with_a_password_for_once(app: Flask, client: PageClient) -> None:
    run = app.test_cli_runner().invoke
    made = run(args=["accounts", "add-lead", "lead@council.test", "Olive Thornton"]).output
    given = run(args=["accounts", "give-password", "lead@council.test"]).output
    passwords = [said.split(" signs in with ")[1].split()[0] for said in (made, given)]
    answers = [
        client.post("/sign-in", data={"email": "lead@council.test", "password": password})
        for password in passwords
    ]
    assert answers[0].status_code == 200, "the first was replaced"
    assert answers[1].location == "/sign-in/new-password"
    nobody = run(args=["accounts", "give-password", "nobody@council.test"])
    assert nobody.exit_code == 1
