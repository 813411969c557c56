"""What each figure of the funding report means, word for word. A change of meaning raises the report's version."""

from __future__ import annotations

from typing import Final

from domain.path import Title
from domain.reports.table import Column, Unit

ANBEST_P: Final = "ANBest-P Nr. 1.2 (Einzelansätze bis 20 % überschreitbar, wenn ausgeglichen)"
P4: Final = "durchstarten.nrw, Förderbaustein F4: Pauschale P4 = 37,50 € je Unterrichtsstunde"
LANDTAG: Final = "Kleine Anfrage 5956 vom 09.09.2021 (Landtag NRW)"


def _column(id_: str, de: str, en: str, unit: Unit, means_de: str, means_en: str, source: str = "") -> Column:
    return Column(
        id=id_,
        title=Title(de=de, en=en),
        unit=unit,
        definition=Title(de=means_de, en=means_en),
        source=source,
    )


_PLANNED = _column(
    "planned",
    "Soll",
    "Plan",
    Unit.CENTS,
    "Ansatz des am Stichtag geltenden Finanzierungsplans (letzter Bescheid oder Änderungsbescheid bis dahin).",
    "Amount in the financing plan in force on the reference date (latest notice or amendment by then).",
)
_PLANNED_LAND = _column(
    "planned_land",
    "Soll Land",
    "Plan Land",
    Unit.CENTS,
    "Anteil des Landes am Soll; je Ansatz nach dem größten Rest gerundet, sodass die Summe stimmt.",
    "Share of the Land in the plan; per line rounded by largest remainder, so that the sum is right.",
)
_PLANNED_OWN = _column(
    "planned_own",
    "Soll Eigenanteil",
    "Plan own share",
    Unit.CENTS,
    "Soll minus Soll Land; der Eigenanteil trägt die Rundung.",
    "Plan minus plan of the Land; the own share carries the rounding.",
)
_SPENT = _column(
    "spent",
    "Ist",
    "Actual",
    Unit.CENTS,
    "Summe der Zahlungen mit Beleg und Zahlungstag bis zum Stichtag.",
    "Sum of the payments with a voucher, paid by the reference date.",
)
_SPENT_LAND = _column(
    "spent_land",
    "Ist Land",
    "Actual Land",
    Unit.CENTS,
    "Anteil des Landes am Ist, gerundet wie beim Soll.",
    "Share of the Land in the actual, rounded as in the plan.",
)
_SPENT_OWN = _column(
    "spent_own",
    "Ist Eigenanteil",
    "Actual own share",
    Unit.CENTS,
    "Ist minus Ist Land.",
    "Actual minus actual of the Land.",
)
_REMAINING = _column(
    "remaining",
    "Rest",
    "Remaining",
    Unit.CENTS,
    "Soll minus Ist; negativ, wenn überschritten.",
    "Plan minus actual; negative when exceeded.",
)
_USED = _column("used", "Ausgeschöpft", "Used", Unit.BASIS_POINTS, "Ist / Soll.", "Actual / Plan.")

GRANTS: Final = (
    _PLANNED,
    _PLANNED_LAND,
    _PLANNED_OWN,
    _SPENT,
    _SPENT_LAND,
    _SPENT_OWN,
    _REMAINING,
    _USED,
    _column(
        "drawn",
        "Abgerufen",
        "Drawn",
        Unit.CENTS,
        "Summe der Mittelabrufe bis zum Stichtag.",
        "Sum of the drawdowns by the reference date.",
        LANDTAG,
    ),
    _column(
        "drawable",
        "Noch abrufbar",
        "Still to be drawn",
        Unit.CENTS,
        "Soll Land minus Abgerufen plus Zurückgezahlt.",
        "Plan of the Land minus drawn plus repaid.",
    ),
)

COMPENSATED: Final = _column(
    "compensated",
    "ausgeglichen",
    "made up for",
    Unit.CENTS,
    "Was von einer Überschreitung andere Ansätze desselben Jahres mit ihrem Rest ausgleichen, nach dem größten Rest auf die "
    "überschrittenen Ansätze verteilt.",
    "What other lines of the same year make up for out of their rest, shared among the exceeded lines by largest "
    "remainder.",
    ANBEST_P,
)
GIVES: Final = _column(
    "gives",
    "gleicht aus",
    "makes up for",
    Unit.CENTS,
    "Was der Ansatz aus seinem Rest für überschrittene Ansätze desselben Jahres hergibt.",
    "What the line gives out of its rest for exceeded lines of the same year.",
    ANBEST_P,
)
FLAG: Final = _column(
    "flag",
    "Hinweis",
    "Flag",
    Unit.TEXT,
    "over_100: Ist über dem Soll; over_120_compensated: Ist über 120 % des Solls, aber ganz ausgeglichen; over_120: Ist über "
    "120 % des Solls und nicht ganz ausgeglichen. Ohne Ansatz im Plan zählt das Soll als 0.",
    "over_100: actual above the plan; over_120_compensated: actual above 120 % of the plan, but all made up for; over_120: "
    "actual above 120 % of the plan and not all made up for. Without a line in the plan the plan counts as 0.",
    ANBEST_P,
)

LINES: Final = (
    _PLANNED,
    _PLANNED_LAND,
    _PLANNED_OWN,
    _SPENT,
    _SPENT_LAND,
    _SPENT_OWN,
    _REMAINING,
    _USED,
    COMPENSATED,
    GIVES,
    FLAG,
)

DRAWDOWNS: Final = (
    _column(
        "amount",
        "Betrag",
        "Amount",
        Unit.CENTS,
        "Abgerufener Betrag aus dem Anteil des Landes.",
        "Amount drawn from the share of the Land.",
        LANDTAG,
    ),
)

TEACHING: Final = (
    _column(
        "attended",
        "Besuchte Unterrichtsstunden",
        "Units attended",
        Unit.TEACHING_UNITS,
        "Summe über alle Teilnahmen; Zeiträume, die bis zum Stichtag endeten.",
        "Summed over all participations; spans that ended by the reference date.",
    ),
    _column(
        "held",
        "Erteilte Unterrichtsstunden",
        "Units held",
        Unit.TEACHING_UNITS,
        "Erteilte Unterrichtsstunden der Kurse, die durch Anwesenheit mindestens einer Person belegt sind: je Kurs die Zeiträume, "
        "die keinen Tag gemeinsam haben und zusammen die meisten Stunden belegen. Kein Tag eines Kurses zählt zweimal.",
        "Units that the courses held, as proven by the attendance of at least one person: per course the spans that share no "
        "day and together prove the most units. No day of a course counts twice.",
    ),
    _column(
        "flat_rate_amount",
        "Zum Satz der Pauschale",
        "At the flat rate",
        Unit.CENTS,
        "Erteilte Unterrichtsstunden × Satz (Tabelle „Sätze der Pauschalen“): der Satz des Bescheids, sonst der des Programms, der "
        "für den ganzen Zeitraum gilt. Wo keiner gilt, nicht berechenbar und nicht 0. Das ist nicht, was verdient ist: ob eine "
        "Teilnahme innerhalb der Frist begann, ist hier nicht geprüft. Darüber entscheidet die Zuwendung; was verdient ist, zeigt "
        "der Verwendungsnachweis (Tabelle „Pauschalen der Kurse“).",
        'Units held × rate (table "Rates of the flat rates"): the rate of the notice, else that of the programme, that counts '
        "for the whole span. Where there is none, not computable, and not 0. This is not what is earned: whether a participation "
        "began in time is not checked here. The grant decides that; what is earned is shown by the proof of use (table "
        '"Flat rates of the courses").',
        P4,
    ),
)

RATES: Final = (
    _column(
        "amount",
        "Betrag je Einheit",
        "Amount per unit",
        Unit.CENTS,
        "Betrag, den der Bescheid (in der am Stichtag bekannten Fassung) oder die Definition des Programms nennt.",
        "Amount that the notice (as known on the reference date) or the definition of the programme states.",
    ),
    _column(
        "source",
        "Quelle",
        "Source",
        Unit.TEXT,
        "Woher der Satz stammt, wie er erfasst wurde.",
        "Where the rate comes from, as recorded.",
    ),
)
