"""Titles of the code lists that the tables of rules are written in: groups, facts, computations and conditions."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.law.facts import OBSTACLE_TEXTS
from domain.law.rule import TRIGGER_NAMES, Computation, Condition, JudgedOn, RuleGroup
from domain.reports.table import NOT_COMPUTABLE_TITLES, UNIT_TITLES

RULE_TITLES: Final[tuple[tuple[StrEnum, str, str], ...]] = (
    (RuleGroup.RESIDENCE, "Aufenthalt", "residence"),
    (RuleGroup.TRAINING, "Ausbildung", "training"),
    (RuleGroup.BENEFITS, "Leistungen", "benefits"),
    (RuleGroup.REMEDIES, "Rechtsbehelfe", "remedies"),
    (RuleGroup.PROGRAMME, "Programm", "programme"),
    (Computation.PERIOD, "Zeitraum ab dem Auslöser", "period from the fact"),
    (Computation.END_OF_MONTH, "Ende des Monats", "end of the month"),
    (Computation.FIXED_DAY, "im Gesetz genannter Tag", "day named in the law"),
    (Computation.PROGRAMME_AGE, "Altersgrenze des Programms", "age limit of the programme"),
    (Computation.AS_STORED, "bei der Erfassung berechnet", "computed when recorded"),
    (JudgedOn.TRIGGER, "nach dem Recht am Tag des Auslösers", "by the law on the day of the fact"),
    (JudgedOn.DUE, "nach dem Recht am Tag der Fälligkeit", "by the law on the day it is due"),
    (Condition.IDENTITY_OPEN, "Identität noch nicht geklärt", "identity not clarified yet"),
    (Condition.REACHED_IN_CASE, "wird während der Begleitung erreicht", "reached while the case runs"),
    (Condition.TRAINING_AHEAD, "Ausbildung steht bevor", "training lies ahead"),
    (Condition.FIRST_BREAK_OFF, "erster Abbruch einer Ausbildung", "first break-off of a training"),
    (Condition.NOT_ENTERED, "noch kein Eintritt in eine Maßnahme", "no measure entered yet"),
    (Condition.NO_TRAINING_SINCE, "seither kein neuer Ausbildungsvertrag", "no new contract since"),
    *(
        (code, title.de, title.en)
        for titles in (TRIGGER_NAMES, OBSTACLE_TEXTS, UNIT_TITLES, NOT_COMPUTABLE_TITLES)
        for code, title in titles.items()
    ),
)
