"""The ESF+ report counted again from ``events export``: plain dictionaries and loops, nothing of the engine."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.services.counted_from_export import Case, Cells, Groups, _after_four_weeks

EDUCATION = ("school_or_studies", "ausbildung", "ausbildung_subsidised", "internship", "measure")
EMPLOYMENT = ("employment", "minor_employment")
GENDERS = {"female": "women", "male": "men", "diverse": "nonbinary", "not_stated": "not_stated"}
Answers = list[tuple[str, Any]]


def answers_of(case: Case) -> tuple[Answers, Answers, Answers]:
    """Statuses, legal regimes and school leaving answers up to the day, each with its day, in the order recorded."""
    first = case.first
    statuses: Answers = [(first["occurred_on"], first["residence"]["status"])]
    regimes: Answers = [(first["occurred_on"], first["legal_regime"])]
    schools: Answers = []
    for name, f in case.events:
        if date.fromisoformat(f["occurred_on"]) > case.as_of:
            continue
        if name == "residence_status_changed":
            statuses.append((f["occurred_on"], f["residence"]["status"]))
        elif name == "legal_regime_changed":
            regimes.append((f["occurred_on"], f["regime"]))
        elif name == "assessment_recorded" and f["school_leaving"] is not None:
            told = f["school_leaving"]
            schools.append((f["occurred_on"], told if isinstance(told, str) else "not_stated"))
    return statuses, regimes, schools


def _last(answers: Answers, on: str) -> Any:
    """The answer of the latest day up to ``on``; of one day the one recorded last."""
    known = sorted((day, n, value) for n, (day, value) in enumerate(answers) if day <= on)
    return known[-1][2] if known else None


def _at(answers: Answers, on: str) -> Any:
    """The answer of the day, else the first one afterwards."""
    later = sorted((day, n, value) for n, (day, value) in enumerate(answers))
    return _last(answers, on) or (later[0][2] if later else None)


def _half_a_year_on(day: date) -> date:
    year, month = divmod(day.month + 5, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError


def _qualified(case: Case, until: date) -> bool:
    begun = {f.get("participation_id") for name, f in case.events if name == "course_started"}
    for name, f in case.events:
        if name != "course_finished" or date.fromisoformat(f["occurred_on"]) > min(until, case.as_of):
            continue
        school = f["school_leaving_gained"]
        certificate = f["certificate"] in ("language_certificate", "school_leaving", "qualification")
        if f["participation_id"] in begun and (certificate or (isinstance(school, str) and school != "none")):
            return True
    return any(
        s["kind"] == "ausbildung" and s["left"] and not s["ground"] and s["left"] <= until for s in case.steps
    )


def esf(cases: list[Case], as_of: date) -> Cells:
    """The report ``esf``, the list of what nobody asks for apart."""
    g = Groups()
    for c in cases:
        entered = min((s["entered"] for s in c.courses), default=None)
        if entered is None:
            continue
        statuses, regimes, schools = answers_of(c)
        today = as_of.isoformat()
        missing = {
            "entry": [
                name
                for name, lacks in (
                    ("gender", c.gender is None),
                    ("birth_month", c.first["birth_month"] is None),
                    ("nationality", not c.first["nationalities"]),
                    ("residence_status", _last(statuses, today) == "unknown"),
                    ("legal_regime", _last(regimes, today) == "unknown"),
                    ("school_leaving", not schools),
                )
                if lacks
            ],
            "exit": ["destination"] if c.destination in (None, "unknown") else [],
            "six_months": [] if c.settled else ["follow_up"],
        }
        closed = c.closed
        due = {
            "entry": True,
            "exit": closed is not None and closed + timedelta(28) <= as_of,
            "six_months": closed is not None and _half_a_year_on(closed) <= as_of,
        }
        lacking: list[str] = []
        for asked in ("entry", "exit", "six_months"):
            lacking += missing[asked]
            if not due[asked]:
                continue
            g.person("countable", "due", [(asked,)], c.person)
            g.person("countable", "not_countable" if lacking else "countable", [(asked,)], c.person)
            g.person("missing", "persons", [(asked, answer) for answer in missing[asked]], c.person)
            if not lacking:
                shown = {"entry": _entry, "exit": _exit, "six_months": _six_months}[asked]
                for indicator in shown(c, entered, statuses, schools):
                    for column in (GENDERS[str(c.gender)], "all"):
                        g.person(asked, column, [(indicator,)], c.person)
    return g.cells()


def _entry(c: Case, entered: date, statuses: Answers, schools: Answers) -> list[str]:
    born = date.fromisoformat(c.first["birth_month"])
    age = entered.year - born.year - (entered.month < born.month)
    school = _at(schools, entered.isoformat())
    low = ("none", "foerderschule", "hsa_9", "hsa_10a", "for")
    level = "0_to_2" if school in low else "3_to_4" if school in ("fhr", "ahr") else "not_told"
    found = ["participants", f"isced_{level}"]
    found += ["under_18"] if age < 18 else ["18_to_29"] if age < 30 else ["55_and_older"] if age > 54 else []
    status = _at([one for one in statuses if one[1] != "unknown"], entered.isoformat())
    return found + (["third_country_nationals"] if status not in ("eu_citizen", "german") else [])


def _exit(c: Case, entered: date, statuses: Answers, schools: Answers) -> list[str]:
    assert c.closed is not None
    where = _after_four_weeks(c, c.as_of)
    found = ["left"]
    found += ["in_education_or_training"] if where in EDUCATION else []
    found += ["gained_qualification"] if _qualified(c, c.closed + timedelta(28)) else []
    return found + (["in_employment"] if where in EMPLOYMENT else [])


def _six_months(c: Case, entered: date, statuses: Answers, schools: Answers) -> list[str]:
    found = ["asked_after_six_months"]
    found += ["not_reached_after_six_months"] if c.settled_destination is None else []
    return found + (["in_employment_after_six_months"] if c.settled_destination in EMPLOYMENT else [])
