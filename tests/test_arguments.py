"""Wrong use is exit 2, before any work; what the machine refuses is exit 1."""

import socket

import pytest
from commands import refused, run

from llmrec_core import cli


@pytest.mark.parametrize(
    "argv",
    [(), ("fly",), ("recommend",), ("recommend", "tiny"), ("recommend", "tiny", "u", "--n", "x"),
     ("import", "tiny"), ("import", "tiny", "f.csv", "--map", "user_id"),
     ("import", "tiny", "f.csv", "--map", "user_id="), ("import", "tiny", "f", "--map", "=uid"),
     ("import", "tiny", "f.csv", "--format", "nosuch"), ("recommend", "tiny", "u", "--n", "0"),
     ("exposure", "tiny", "--n", "-3"), ("app", "--port", "0"), ("app", "--port", "99999999"),
     ("build", "tiny", "--writer", "poet"), ("explain", "tiny", "u"), ("app", "--port", "x")],
)
def test_wrong_use_is_exit_2(capsys, argv):
    """The usage goes to stderr, nothing to stdout."""
    code, out, err = run(capsys, *argv)
    assert (code, out) == (cli.WRONG_USE, "")
    assert "usage: llmrec" in err


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (("evaluate", "tiny", "--protocol", "best"), "no protocol 'best': choose one of"),
        (("recommend", "tiny", "u00", "--weights", "{bad"), "are not JSON such as"),
        (("explain", "tiny", "u00", "i03", "--weights", "[1]"), "are not JSON such as"),
        (("exposure", "tiny", "--weights", '{"taste": "much"}'), "are not JSON such as"),
    ],
)
def test_wrong_use_that_a_study_is_needed_to_see(built_study, capsys, argv, message):
    """Exit 2 too, with the one line of every refusal."""
    code, out, err = run(capsys, *argv)
    assert (code, out) == (cli.WRONG_USE, "")
    assert message in err
    assert len(err.splitlines()) == 1


def test_a_port_that_is_taken_is_told(capsys):
    """In one line that proposes another, before a server is started."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        line = refused(capsys, "app", "--port", port)
    assert f"Port {port} cannot be used (Address already in use): choose another" in line
