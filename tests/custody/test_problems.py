"""How faults are described."""

from checklists.custody.problems import Malformed, Problem


def test_all_faults_are_in_the_message_each_with_its_place() -> None:
    malformed = Malformed([Problem("", "no object"), Problem("/body/load", "no such load")])

    assert str(malformed) == "/: no object; /body/load: no such load"
    assert malformed.problems == (Problem("", "no object"), Problem("/body/load", "no such load"))
