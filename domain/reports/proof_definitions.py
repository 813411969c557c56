"""What each figure of the proof of use and of the interim statement means, word for word."""

from __future__ import annotations

from datetime import date
from typing import Final

from domain.date_wording import german_date
from domain.path import Title
from domain.reports.funding_definitions import COMPENSATED, FLAG, GIVES, P4
from domain.reports.table import Column, Unit


def _column(id_: str, title: tuple[str, str], unit: Unit, means: tuple[str, str], source: str = "") -> Column:
    return Column(
        id=id_,
        title=Title(de=title[0], en=title[1]),
        unit=unit,
        definition=Title(de=means[0], en=means[1]),
        source=source,
    )


def _cents(id_: str, title: tuple[str, str], means: tuple[str, str], source: str = "") -> Column:
    return _column(id_, title, Unit.CENTS, means, source)


BALANCE: Final = (
    _cents(
        "land_due",
        ("Land aus Ausgaben", "Land out of spending"),
        (
            "Anteil des Landes an den Ausgaben mit Beleg bis zum Stichtag, höchstens am Finanzierungsplan.",
            "The Land's share of the spending with vouchers by the reference date, at most of the financing plan.",
        ),
    ),
    _cents(
        "drawn",
        ("Abgerufen", "Drawn"),
        ("Summe der Mittelabrufe bis zum Stichtag.", "Sum of the drawdowns by the reference date."),
    ),
    _cents(
        "repaid",
        ("Zurückgezahlt", "Repaid"),
        ("Summe der Rückzahlungen bis zum Stichtag.", "Sum of the repayments by the reference date."),
    ),
    _cents(
        "to_repay",
        ("Zurückzuzahlen", "To be repaid"),
        (
            "Abgerufen minus Zurückgezahlt minus Land aus Ausgaben, wenn das mehr als 0 ist; prüfen.",
            "Drawn minus repaid minus Land out of spending where that is more than 0; to be checked.",
        ),
    ),
    _cents(
        "to_draw",
        ("Noch abzurufen", "Still to be drawn"),
        ("Dasselbe umgekehrt.", "The same the other way round."),
    ),
)

LAND_GRANT: Final = "land_grant"
OWN_FUNDS: Final = "own_funds"
SOURCES: Final = {
    LAND_GRANT: Title(de="Zuwendung des Landes", en="grant of the Land"),
    OWN_FUNDS: Title(de="Eigenmittel", en="own funds"),
}

INCOME: Final = (
    _cents(
        "planned",
        ("Soll", "Plan"),
        (
            "Zuwendung: Anteil des Landes am Finanzierungsplan, der am Stichtag gilt. Eigenmittel: der Rest.",
            "Grant: the Land's share of the financing plan in force on the reference date. Own funds: the rest.",
        ),
    ),
    _cents(
        "actual",
        ("Ist", "Actual"),
        (
            "Zuwendung: abgerufen minus zurückgezahlt. Eigenmittel: Ausgaben mit Beleg minus diese; darin steckt, was für das Land "
            "vorgestreckt ist. Negativ, wenn mehr abgerufen als ausgegeben ist.",
            "Grant: drawn minus repaid. Own funds: spending with vouchers minus that; it holds what was advanced for the Land. "
            "Negative when more was drawn than spent.",
        ),
    ),
    _cents("deviation", ("Abweichung", "Deviation"), ("Ist minus Soll.", "Actual minus plan.")),
)

LINES: Final = (
    _cents(
        "planned",
        ("Soll", "Plan"),
        (
            "Ansatz des am Stichtag geltenden Finanzierungsplans.",
            "Amount in the financing plan in force on the reference date.",
        ),
    ),
    _cents(
        "planned_land",
        ("davon Land", "of it Land"),
        (
            "Anteil des Landes am Soll, nach dem größten Rest gerundet, sodass die Summe stimmt.",
            "Share of the Land in the plan, rounded by largest remainder, so that the sum is right.",
        ),
    ),
    _cents(
        "planned_own",
        ("davon Eigenanteil", "of it own share"),
        (
            "Soll minus Land; der Eigenanteil trägt die Rundung.",
            "Plan minus Land; the own share carries the rounding.",
        ),
    ),
    _cents(
        "spent",
        ("Ist", "Actual"),
        (
            "Summe der Zahlungen mit Beleg bis zum Stichtag; berichtigte zählen wie berichtigt, stornierte nicht.",
            "Sum of the payments with vouchers by the reference date; corrected ones as corrected, cancelled ones not.",
        ),
    ),
    _cents(
        "spent_land",
        ("davon Land", "of it Land"),
        ("Anteil des Landes am Ist, gerundet wie beim Soll.", "Share of the Land, rounded as in the plan."),
    ),
    _cents(
        "spent_own",
        ("davon Eigenanteil", "of it own share"),
        ("Ist minus Land.", "Actual minus Land."),
    ),
    _cents(
        "deviation",
        ("Abweichung", "Deviation"),
        ("Ist minus Soll.", "Actual minus plan."),
    ),
    _column(
        "used",
        ("Ist/Soll", "Actual/plan"),
        Unit.BASIS_POINTS,
        ("Ist geteilt durch Soll.", "Actual divided by plan."),
    ),
    COMPENSATED,
    GIVES,
    FLAG,
)

IN_YEAR: Final = _cents(
    "spent_in_year",
    ("davon im Jahr", "of it in the year"),
    (
        "Zahlungen mit Zahlungstag im Jahr des Zwischennachweises.",
        "Payments made in the year of the interim statement.",
    ),
)

PAYMENTS: Final = (
    _cents("drawn", ("Abruf", "Drawdown"), ("Abgerufener Betrag.", "Amount drawn.")),
    _cents("repaid", ("Rückzahlung", "Repayment"), ("Zurückgezahlter Betrag.", "Amount paid back.")),
)

VOUCHERS: Final = (
    _column(
        "number",
        ("lfd. Nr.", "no."),
        Unit.TEXT,
        (
            "Laufende Nummer in der Ordnung des Finanzierungsplans, je Ansatz nach Zahlungstag.",
            "Running number in the order of the financing plan, within a line by day of payment.",
        ),
    ),
    _cents(
        "amount",
        ("Betrag", "Amount"),
        (
            "Betrag des Belegs, wie er am Ende zählt; stornierte Belege stehen nicht in der Liste.",
            "Amount of the voucher as it counts in the end; cancelled vouchers are not in the list.",
        ),
    ),
    _column(
        "payee",
        ("Empfänger", "Payee"),
        Unit.TEXT,
        (
            "Organisation, oder für eine Person ihr Kennzeichen in der Buchhaltung.",
            "Organisation, or for a person the code in the accounts.",
        ),
    ),
    _column(
        "purpose",
        ("Grund", "Reason"),
        Unit.TEXT,
        (
            "Verwendungszweck; bei Personen leer.",
            "Purpose; empty for persons.",
        ),
    ),
)

ONWARD: Final = (
    _column(
        "provider",
        ("Träger", "Provider"),
        Unit.TEXT,
        ("Wer das Geld bekommen hat.", "Who got the money."),
    ),
    _cents("promised", ("weitergeleitet", "given onward"), ("Bewilligter Betrag.", "Amount promised.")),
    _cents(
        "paid",
        ("ausgezahlt", "paid"),
        ("Zahlungen aus der Weiterleitung bis zum Stichtag.", "Payments out of it by the reference date."),
    ),
    _cents(
        "proven",
        ("nachgewiesen", "proven"),
        ("Ausgaben laut Nachweis des Trägers.", "Spending by the proof of the provider."),
    ),
    _cents(
        "accepted",
        ("anerkannt", "accepted"),
        ("Nach Prüfung anerkannt.", "Accepted after the check."),
    ),
)

FLAT_RATES: Final = (
    _column(
        "participations",
        ("Teilnahmen", "Participations"),
        Unit.PARTICIPATIONS,
        (
            "Teilnahmen mit Anwesenheit, über die entschieden ist und die die Pauschale verdienen.",
            "Participations with attendance that were decided on and earn the flat rate.",
        ),
        P4,
    ),
    _column(
        "units",
        ("Unterrichtsstunden", "Teaching units"),
        Unit.TEACHING_UNITS,
        (
            "Erteilte Unterrichtsstunden des Kurses im Jahr, die durch Anwesenheit belegt sind; kein Tag zählt zweimal. Wird er "
            "aus mehreren Ansätzen bezahlt, stehen sie bei jedem, und in der Summe einmal.",
            "Units that the course held in the year, proven by attendance; no day counts twice. Where several lines pay for it "
            "they stand in each of them, and in the sum once.",
        ),
        P4,
    ),
    _cents(
        "earned",
        ("verdient", "earned"),
        (
            "Unterrichtsstunden × Satz, wie er bei der Entscheidung galt; ohne Satz nicht berechenbar, nicht 0. In der Summe wie "
            "die Unterrichtsstunden.",
            "Units × rate as it counted when decided; without a rate not computable, and not 0. In the sum as the units.",
        ),
        P4,
    ),
    _cents(
        "paid",
        ("ausgezahlt", "paid"),
        (
            "Belege der Kostenart Pauschale für diesen Kurs.",
            "Vouchers that pay the flat rate of this course.",
        ),
    ),
    _column(
        "difference",
        ("verdient minus ausgezahlt", "earned minus paid"),
        Unit.CENTS,
        (
            "Was der Kurs im Jahr verdient hat, minus was dafür im Jahr ausgezahlt ist, aus allen Ansätzen zusammen. In der Summe "
            "wie die Unterrichtsstunden.",
            "What the course earned in the year minus what was paid for it in the year, out of all lines together. In the sum as "
            "the units.",
        ),
    ),
)


CHAPTERS: Final = (
    ("reach", Title(de="Zielgruppe und erreichte Personen", en="target group and persons reached")),
    ("modules", Title(de="durchgeführte Maßnahmen", en="measures carried out")),
    ("placements", Title(de="Übergänge in Ausbildung", en="transitions into Ausbildung")),
    ("dropouts", Title(de="Abbrüche und ihre Gründe", en="dropouts and their reasons")),
    ("destinations", Title(de="Verbleib", en="destinations")),
)
"""Tables of the statistics that are chapters of the narrative report, in this order."""


def chapter_title(number: int, title: Title, days: tuple[date, date] | None) -> Title:
    """The title of a chapter with the days that it is about."""
    de, en = f"Sachbericht {number}: {title.de}", f"Narrative report {number}: {title.en}"
    if days is None:
        return Title(de=de, en=en)
    first, last = days
    return Title(
        de=f"{de} ({german_date(first)} – {german_date(last)})",
        en=f"{en} ({first.isoformat()} – {last.isoformat()})",
    )


def of_the_grant(definition: Title) -> Title:
    """A definition of the statistics, as it counts in the narrative report."""
    return Title(
        de=f"{definition.de} Nur für die Zuwendung: Fälle der Kommunen ihres Finanzierungsplans, die in der genannten Zeit "
        "begleitet wurden; Teilnahmen seiner Förderbausteine, die darin begannen; Verträge, die darin geschlossen wurden.",
        en=f"{definition.en} For the grant alone: cases of the municipalities of its financing plan that were accompanied in "
        "the time stated; participations of its funding modules that began in it; contracts signed in it.",
    )
