"""A command line that cannot be carried out is answered in one line of the reader's language, German first."""

from __future__ import annotations

from pathlib import Path

import pytest
from cyclopts import App

from services.cli.main import COMMANDS, USAGE_ERROR, build, main
from services.cli.reports import EXAMPLES

LINES = (
    ("report seal", "Zu „report seal“ fehlt NAME.", '"report seal" lacks NAME.'),
    (
        "period",
        "Zu „period“ fehlt die Angabe --from.",
        '"period" lacks --from.',
    ),
    ("report run funding --as-of", "--as-of verlangt einen Wert.", "--as-of needs a value."),
    ("report run funding --nonsense", "Die Option --nonsense gibt es hier nicht.", "There is no option"),
    ("report list --jsn", "Gemeint ist --json?", "Did you mean --json?"),
    ("report nonsense", "Den Befehl „nonsense“ gibt es hier nicht.", 'There is no command "nonsense"'),
    ("report run funding extra", "Zu viele Angaben: extra.", "Too many words: extra."),
    ("report run funding --as-of 1 --as-of 2", "--as-of ist doppelt angegeben.", "--as-of is given twice."),
    ("report run funding --format doc", "„doc“ ist nicht eines von: text, json", "is not one of: text, json"),
    ("waiting --step nonsense", "„nonsense“ ist nicht eines von: ", "is not one of: "),
    ("waiting --limit x", "„x“ ist keine ganze Zahl.", '"x" is not a whole number.'),
    ("waiting --limit 0", "--limit ist mindestens 1: 0", "--limit is at least 1: 0"),
    ("report list --json=x", "„x“ ist weder ja noch nein.", '"x" is neither yes nor no.'),
    ("report run funding --as-of x", "--as-of ist kein Datum", "--as-of is not a date"),
    ("report run funding --as-of 20260630", "--as-of ist kein Datum", "--as-of is not a date"),
    ("report run funding --as-of 2026-W26-2", "--as-of ist kein Datum", "--as-of is not a date"),
    ("report run funding --known-at ²", "weder eine Position noch", "neither a position nor"),
    ("report run funding --known-at ٣", "weder eine Position noch", "neither a position nor"),
    ("report run funding --known-at x", "weder eine Position noch", "neither a position nor"),
    ("report run funding --param x", "--param ist nicht name=wert", "--param is not name=value"),
    ("report whatif 0 --rule x", "ID ist keine Nummer (UUID)", "ID is not an id (UUID)"),
    (
        "report seal funding",
        "Es ist nicht angegeben, wer handelt: --actor",
        "It is not said who acts: --actor",
    ),
    ("report publish 00000000-0000-0000-0000-000000000001", "wer handelt: --actor", "who acts: --actor"),
)


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """Nobody acts by the settings of a development, and nothing runs."""
    for name in ("TEILHABE_DEV_ACTOR", "TEILHABE_DEV_ORGANISATION", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TEILHABE_HOME", str(tmp_path))


def said(line: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What the program says of a command line that it does not carry out."""
    with pytest.raises(SystemExit) as end:
        main(line.split())
    assert end.value.code == USAGE_ERROR
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("teilhabe: ")
    assert captured.err.count("\n") == 1, "one line"
    return captured.err


@pytest.mark.parametrize(("line", "german", "english"), LINES)
def test_what_is_wrong_is_said_in_the_readers_language(
    line: str, german: str, english: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """German unless English is asked for, wherever on the line, as one word or two."""
    assert german in said(line, capsys)
    if line != "period":
        assert english in said(f"{line} --language en", capsys)
        assert english in said(f"{line} --language=en-GB", capsys)


def required(app: App, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The commands below ``app`` that need something on their line."""
    found = []
    for name in app:
        if name.startswith("-"):
            continue
        below = app[name]
        if any(not each.startswith("-") for each in below):
            found += required(below, (*path, name))
        elif below.default_command and below.assemble_argument_collection().filter_by(value_set=False):
            arguments = below.assemble_argument_collection()
            if any(argument.required for argument in arguments):
                found.append((*path, name))
    return found


def test_every_command_that_lacks_something_says_so_in_german(capsys: pytest.CaptureFixture[str]) -> None:
    """All of them by the same words; none falls back on those of the library."""
    commands = required(build())
    assert {("report", "run"), ("report", "verify"), ("case", "show"), ("period",)} <= set(commands)
    for command in commands:
        assert f"Zu „{' '.join(command)}“ fehlt " in said(" ".join(command), capsys)
    assert {command[0] for command in commands} <= {*COMMANDS, "period"}


def test_a_wrong_setting_is_told_in_the_language_of_the_reader(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As whatever else keeps a command from running: German, or English where that was asked for."""
    monkeypatch.setenv("TEILHABE_HTTP_PORT", "many")
    assert "TEILHABE_HTTP_PORT: muss eine Portnummer von 0 bis 65535 sein" in said(
        "report run funding", capsys
    )
    assert "must be a port number" in said("report run funding --language en", capsys)


def test_a_directory_that_cannot_be_used_is_told_in_german_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The part that is ours; what the system says stays in its words."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TEILHABE_HOME", str(tmp_path / "file" / "home"))
    assert "Das Zustandsverzeichnis " in said("services start", capsys)


def test_every_example_of_the_help_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    """What is shown to be typed is a command line with nothing wrong but that nothing runs here."""
    examples = [line.strip() for line in EXAMPLES.splitlines() if line.strip().startswith("teilhabe ")]
    assert len(examples) > 5
    with pytest.raises(SystemExit) as end:
        main(["report", "--help"])
    assert end.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    for example in examples:
        assert example in shown
        command, bound, ignored = build().parse_args(
            example.removeprefix("teilhabe "), exit_on_error=False, print_error=False
        )
        assert callable(command)
        assert bound.arguments
        assert ignored is not None
