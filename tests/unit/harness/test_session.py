# SPDX-License-Identifier: Apache-2.0
"""exenboot against a machine that is made of two shells of this computer."""

import pytest

from exenboot import CommandTimeout, MachineEnded, Session, Timeout
from exenboot.session import source_name
from fake_machine import FakeMachine


@pytest.fixture
def quiet():
    with FakeMachine() as machine:
        yield Session(machine)


def test_status_and_output_come_back(quiet):
    result = quiet.run("dom0", "echo out; echo err >&2; exit 3")
    assert (result.status, result.text) == (3, "out\nerr\n")


def test_both_domains_in_turn(quiet):
    for value in range(3):
        assert quiet.run("dom0", f"A={value}; echo zero$A").text == f"zero{value}\n"
        assert quiet.run("domU", f"echo one{value}").text == f"one{value}\n"


def test_any_text_is_a_command(quiet):
    command = """for q in "'" '"' '$x' '\\' '@@'; do printf '%s|' "$q"; done # é\nprintf '\\001\\r\\n'"""
    assert quiet.run("dom0", command).output == b"'|\"|$x|\\|@@|\x01\r\n"


def test_long_command_and_long_output(quiet):
    words = " ".join(f"word{number}" for number in range(300))
    assert quiet.run("dom0", f"echo {words}").text == words + "\n"
    result = quiet.run("dom0", "seq 1 20000")
    assert result.text == "".join(f"{number}\n" for number in range(1, 20001))


def test_no_output_and_no_newline(quiet):
    assert quiet.run("dom0", "true").output == b""
    assert quiet.run("dom0", "printf x").output == b"x"


def test_stdin_is_empty(quiet):
    assert quiet.run("dom0", "cat; echo end").text == "end\n"


@pytest.mark.parametrize("seed", range(3))
def test_lines_of_others_in_between(seed):
    with FakeMachine(noise=0.3, chunk=7, seed=seed) as machine:
        session = Session(machine)
        assert session.run("dom0", "seq 1 200; exit 5").status == 5
        assert session.run("domU", "seq 1 50").text.split() == [str(n) for n in range(1, 51)]


def test_kernel_lines_inside_an_answer(monkeypatch):
    monkeypatch.setattr("exenboot.shell._ANSWER_S", 1)
    with FakeMachine(kernel_noise=0.02, seed=0) as machine:
        session = Session(machine)
        assert session.run("dom0", "seq 1 300; exit 9", timeout=60).status == 9


def test_command_that_takes_too_long(quiet):
    with pytest.raises(CommandTimeout) as caught:
        quiet.run("dom0", "echo begun; sleep 1000", timeout=10)
    assert caught.value.output == b"begun\n"
    assert quiet.run("dom0", "echo alive").text == "alive\n"


def test_the_machine_ends():
    with FakeMachine() as machine:
        session = Session(machine)
        session.run("dom0", "true")
        machine.die()
        with pytest.raises(MachineEnded) as caught:
            session.run("dom0", "true")
        assert caught.value.status == 7


def test_what_is_never_said_times_out(quiet):
    with pytest.raises(Timeout):
        quiet.wait_for("dom0", rb"never said", timeout=0.5)


def test_names_of_domains():
    assert [source_name(name) for name in ("dom0", "d1", 1, "domU", "domU2", "DOM1", "Xen")] == [
        "d0", "d1", "d1", "d1", "d2", "d1", "XEN"]
    for name in ("", "dom", "linux", "dom0x"):
        with pytest.raises(ValueError):
            source_name(name)


def test_consoles_are_read_during_a_call():
    with FakeMachine() as machine:
        def write_as_a_uart_does():
            for _ in range(2000):
                machine._far.send(b"x")
            return "written"

        assert Session(machine).during(write_as_a_uart_does) == "written"


def test_what_a_call_raises_comes_through(quiet):
    with pytest.raises(ZeroDivisionError):
        quiet.during(lambda: 1 // 0)
