"""Titles of the code lists of money: payees, costs, rates, repayments, flat rates, statements, flags of lines."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.budget_use import LineFlag
from domain.double_funding import Overlap
from domain.flat_rate import FlatRateResult
from domain.flat_rate_decision import Standing
from domain.grant_payments import RepaymentGround
from domain.grant_state import CostKind, PayeeKind, ProofKind
from domain.rates import RateUnit

MONEY_TITLES: Final[tuple[tuple[StrEnum, str, str], ...]] = (
    (PayeeKind.ORGANISATION, "Organisation", "organisation"),
    (PayeeKind.PERSON, "Person (Kennzeichen der Buchhaltung)", "person (code of the accounts)"),
    (CostKind.NOT_ASSIGNED, "nicht zugeordnet", "not assigned"),
    (CostKind.PERSONNEL, "Personalkosten", "personnel"),
    (CostKind.TEACHING, "Kurskosten nach Beleg", "course at real cost"),
    (CostKind.FLAT_RATE, "Pauschale", "flat rate"),
    (CostKind.EXAM_FEE, "Prüfungsgebühr", "exam fee"),
    (CostKind.TRAVEL, "Fahrtkosten", "travel"),
    (CostKind.CHILDCARE, "Kinderbetreuung", "childcare"),
    (CostKind.MATERIAL, "Sachkosten", "material"),
    (CostKind.OTHER, "Sonstiges", "other"),
    (RateUnit.TEACHING_UNIT, "Unterrichtsstunde (45 min)", "teaching unit (45 min)"),
    (RepaymentGround.NOT_SPENT_IN_TIME, "nicht fristgerecht verwendet", "not spent in time"),
    (RepaymentGround.NOTICE_AMENDED, "Bescheid geändert", "notice amended"),
    (RepaymentGround.NOT_ACCEPTED, "nicht anerkannt", "not accepted"),
    (RepaymentGround.REFUNDED_BY_PROVIDER, "vom Träger erstattet", "refunded by the provider"),
    (ProofKind.INTERIM, "Zwischennachweis", "interim statement"),
    (ProofKind.FINAL, "Verwendungsnachweis", "proof of use"),
    (FlatRateResult.EARNED, "verdient", "earned"),
    (FlatRateResult.NOT_EARNED, "nicht verdient", "not earned"),
    (Standing.NEW, "noch nicht entschieden", "not decided yet"),
    (Standing.FURTHER, "weitere Anwesenheit", "further attendance"),
    (Standing.SETTLED, "entschieden", "settled"),
    (Standing.DIFFERENT, "weicht von der Entscheidung ab", "differs from the decision"),
    (Standing.NO_ATTENDANCE, "keine Anwesenheit", "no attendance"),
    (Standing.REAL_COST_PAID, "Kosten nach Beleg erfasst", "real cost on record"),
    (Standing.NO_RATE, "kein Satz bekannt", "no rate known"),
    (Standing.NO_LINE, "kein Ansatz im Finanzierungsplan", "no line in the plan"),
    (Standing.OUTSIDE_PERIOD, "außerhalb des Bewilligungszeitraums", "outside the grant period"),
    (Overlap.SAME_BILL, "dieselbe Rechnung", "same bill"),
    (Overlap.SAME_PARTICIPATION, "dieselben Kosten einer Teilnahme", "same cost of a participation"),
    (
        Overlap.FLAT_RATE_AND_REAL_COST,
        "Kurs als Pauschale und nach Beleg",
        "course by flat rate and at real cost",
    ),
    (Overlap.SAME_ATTENDANCE, "dieselben Tage einer Teilnahme", "same days of a participation"),
    (LineFlag.WITHIN, "im Ansatz", "within the line"),
    (LineFlag.OVER_100, "über 100 %", "over 100 %"),
    (LineFlag.OVER_120_COMPENSATED, "über 120 %, ausgeglichen", "over 120 %, compensated"),
    (LineFlag.OVER_120, "über 120 %, nicht ausgeglichen", "over 120 %, not compensated"),
)
