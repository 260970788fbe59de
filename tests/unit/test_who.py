"""What the audit log says of a command."""

import pytest

from consumers.cli.who import act_of
from tests.builders import NOW


@pytest.mark.parametrize(
    ("words", "route", "resource", "account"),
    [
        ("topics add Ferries ferry", "courant topics add", "Ferries", "main"),
        ("topics remove tp_1 --account acme", "courant topics remove", "tp_1", "acme"),
        ("topics remove --account=acme tp_1", "courant topics remove", "", "acme"),
        ("subscribe Ferries https://reader.test/secret", "courant subscribe", "Ferries", "main"),
        ("feeds add https://reader.test/secret", "courant feeds add", "", "main"),
        ("keys revoke 7NpH4bx4", "courant keys revoke", "7NpH4bx4", "main"),
    ],
)
def test_an_entry_names_the_command_what_it_was_given_and_the_account(
    words: str, route: str, resource: str, account: str
) -> None:
    act = act_of(words.split(), NOW)
    assert (act.route, act.resource, act.account_id) == (route, resource, account)
    assert (act.method, act.result, act.at) == ("CLI", "done", NOW)
    assert act.key_id.startswith("cli:")


def test_no_secret_is_taken_for_a_name() -> None:
    for secret in ("crnt_live_7NpH4bx4_" + "z" * 43 + "_0Jo2tf", "whsec_" + "a" * 44, "a" * 41, "--secret"):
        assert act_of(["endpoints", secret], NOW).resource == ""
