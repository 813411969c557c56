"""The simulated town as it stands: municipalities, who works where, and the measures on offer. All providers are invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from domain.offering import OfferKind, PublishOffer, WaitingOrder
from domain.values import Ags, FundingModule, LanguageLevel, StaffId
from services.simulation.chance import Chance, Weighted

# ------------------------------------------------------------ municipalities


@dataclass(frozen=True, slots=True)
class Municipality:
    """One of the nine municipalities of the StädteRegion Aachen without the city. ``weight`` is about its size."""

    ags: Ags
    name: str
    slug: str
    region: str
    weight: int

    @property
    def organisation(self) -> str:
        """The office that leads the cases here."""
        return f"org-{self.slug}"


def _municipality(ags: str, name: str, slug: str, region: str, weight: int) -> Municipality:
    return Municipality(Ags(ags), name, slug, region, weight)


MUNICIPALITIES = (
    _municipality("05334004", "Alsdorf", "alsdorf", "north", 48),
    _municipality("05334008", "Baesweiler", "baesweiler", "north", 27),
    _municipality("05334012", "Eschweiler", "eschweiler", "east", 56),
    _municipality("05334016", "Herzogenrath", "herzogenrath", "north", 46),
    _municipality("05334020", "Monschau", "monschau", "south", 12),
    _municipality("05334024", "Roetgen", "roetgen", "south", 9),
    _municipality("05334028", "Simmerath", "simmerath", "south", 15),
    _municipality("05334032", "Stolberg (Rhld.)", "stolberg", "east", 56),
    _municipality("05334036", "Würselen", "wuerselen", "north", 39),
)
"""Source: MietNEinV, Anlage (Gebietsstand 25.1.2021)."""

BY_AGS = {municipality.ags: municipality for municipality in MUNICIPALITIES}
_BY_SIZE = Weighted({municipality: municipality.weight for municipality in MUNICIPALITIES})
_ALL_WEIGHTS = sum(municipality.weight for municipality in MUNICIPALITIES)

REGIONS = ("north", "east", "south")
"""Within a region people reach a course by bus."""

COORDINATION = "org-staedteregion"
"""The Kommunales Integrationszentrum, which coordinates and receives the grant."""
COORDINATOR = StaffId("ki-staedteregion")
CASES_PER_WORKER = 45


def any_municipality(chance: Chance) -> Municipality:
    """A municipality, the big ones more often."""
    return _BY_SIZE.draw(chance)


@dataclass(frozen=True, slots=True)
class Staffing:
    """How many caseworkers and coaches a town of ``participants`` has, and who is chosen."""

    participants: int

    def caseworkers(self, municipality: Municipality) -> int:
        """Posts in ``municipality``, at least one."""
        return max(1, round(self.participants * municipality.weight / _ALL_WEIGHTS / CASES_PER_WORKER))

    def caseworker(self, municipality: Municipality, chance: Chance) -> StaffId:
        """Somebody of the office of ``municipality``."""
        return StaffId(f"cw-{municipality.slug}-{chance.between(1, self.caseworkers(municipality))}")

    def coach(self, municipality: Municipality, chance: Chance) -> tuple[StaffId, str]:
        """A coach and the provider that employs them."""
        provider = chance.pick(PROVIDERS[municipality.region])
        number = chance.between(1, max(1, self.participants // 120))
        return StaffId(f"coach-{municipality.region}-{number}"), provider


# ----------------------------------------------------------------- providers

PROVIDERS = {
    "north": ("Bildungswerk Wurmtal", "Lernhaus Broichbach", "Werkstatt Carlschacht"),
    "east": ("Bildungswerk Indeland", "Lernhaus Vichttal", "Werkstatt Schlossmühle"),
    "south": ("Bildungswerk Hohes Venn", "Lernhaus Rursee"),
}


def organisation_of(provider: str) -> str:
    """The organisation id of a provider.

    >>> organisation_of("Werkstatt Schlossmühle")
    'org-werkstatt-schlossmuehle'
    """
    return "org-" + provider.lower().replace(" ", "-").replace("ü", "ue")


# -------------------------------------------------------------------- offers


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A kind of measure that is offered again and again: ``weeks`` long, every ``every_weeks`` weeks in each region."""

    module: FundingModule
    kind: OfferKind
    title: str
    weeks: int
    units_a_week: int
    seats: int
    every_weeks: int
    first_week: int
    level: LanguageLevel | None = None
    women_first: bool = False


MEASURES = (
    Measure(
        module=FundingModule.F4,
        kind=OfferKind.LANGUAGE,
        title="Sprachkurs A1 mit Alphabetisierung",
        weeks=20,
        units_a_week=20,
        seats=9,
        every_weeks=22,
        first_week=5,
        level=LanguageLevel.A1,
    ),
    Measure(
        module=FundingModule.F4,
        kind=OfferKind.LANGUAGE,
        title="Sprachkurs A2",
        weeks=20,
        units_a_week=20,
        seats=10,
        every_weeks=17,
        first_week=7,
        level=LanguageLevel.A2,
        women_first=True,
    ),
    Measure(
        module=FundingModule.F4,
        kind=OfferKind.LANGUAGE,
        title="Sprachkurs B1 für Ausbildung und Beruf",
        weeks=22,
        units_a_week=20,
        seats=10,
        every_weeks=18,
        first_week=9,
        level=LanguageLevel.B1,
    ),
    Measure(
        module=FundingModule.F2,
        kind=OfferKind.LANGUAGE,
        title="Berufsbegleitende Sprachförderung B1/B2",
        weeks=26,
        units_a_week=8,
        seats=8,
        every_weeks=24,
        first_week=11,
        level=LanguageLevel.B2,
    ),
    Measure(
        module=FundingModule.F2,
        kind=OfferKind.QUALIFICATION,
        title="Berufsbegleitende Qualifizierung Lager und Logistik",
        weeks=12,
        units_a_week=10,
        seats=6,
        every_weeks=26,
        first_week=13,
    ),
    Measure(
        module=FundingModule.F3,
        kind=OfferKind.SCHOOL_LEAVING,
        title="Hauptschulabschluss nach Klasse 9 mit Sprachförderung",
        weeks=40,
        units_a_week=25,
        seats=9,
        every_weeks=26,
        first_week=10,
    ),
    Measure(
        module=FundingModule.F4,
        kind=OfferKind.PREPARATION,
        title="Vorbereitungskurs Ausbildung",
        weeks=16,
        units_a_week=20,
        seats=9,
        every_weeks=16,
        first_week=6,
    ),
    Measure(
        module=FundingModule.F1,
        kind=OfferKind.COACHING,
        title="Bewerbungscoaching in der Gruppe",
        weeks=8,
        units_a_week=4,
        seats=8,
        every_weeks=26,
        first_week=16,
    ),
    Measure(
        module=FundingModule.F5,
        kind=OfferKind.INNOVATION,
        title="Werkstattwochen Handwerk",
        weeks=6,
        units_a_week=15,
        seats=6,
        every_weeks=39,
        first_week=14,
    ),
    Measure(
        module=FundingModule.F6,
        kind=OfferKind.COACHING,
        title="Orientierungswochen des Teilhabemanagements",
        weeks=3,
        units_a_week=10,
        seats=8,
        every_weeks=30,
        first_week=8,
    ),
)
PUBLISHED_DAYS_BEFORE = 75
ANSWER_DAYS = 14
FEWEST_SEATS = 4
"""With fewer a course is not worth while; small regions offer it less often instead."""
PARTICIPANTS_SERVED = 760
"""How many participants the seats of MEASURES are made for; with fewer seats there are waiting lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOffer:
    """An offer that will be published on ``publish_on``, in ``region``, by ``municipality`` as its place."""

    publish_on: date
    region: str
    measure: Measure
    command: PublishOffer


def planned_offers(participants: int, first_day: date, until: date, chance: Chance) -> Iterator[PlannedOffer]:
    """All offers of the town in order of publication; a big town has more of each at the same time."""
    found = [
        offer
        for region in REGIONS
        for measure in MEASURES
        for offer in _of_measure(measure, region, participants, first_day, until, chance)
    ]
    yield from sorted(found, key=lambda offer: offer.publish_on)


def _of_measure(
    measure: Measure, region: str, participants: int, first_day: date, until: date, chance: Chance
) -> Iterator[PlannedOffer]:
    places = [place for place in MUNICIPALITIES if place.region == region]
    share = sum(place.weight for place in places) / _ALL_WEIGHTS
    wanted = measure.seats * len(REGIONS) * share * participants / PARTICIPANTS_SERVED
    parallel = max(1, round(wanted / measure.seats))
    seats = max(FEWEST_SEATS, round(wanted / parallel))
    start = _monday(first_day) + timedelta(weeks=measure.first_week)
    while start < until + timedelta(days=PUBLISHED_DAYS_BEFORE):
        for _ in range(parallel if chance.yes(wanted / FEWEST_SEATS) else 0):
            shifted = start + timedelta(weeks=chance.between(-1, 3))
            publish_on = max(first_day, shifted - timedelta(days=PUBLISHED_DAYS_BEFORE))
            if publish_on < until:
                yield PlannedOffer(
                    publish_on=publish_on,
                    region=region,
                    measure=measure,
                    command=_publish(measure, publish_on, shifted, seats, region, chance),
                )
        start += timedelta(weeks=measure.every_weeks)


def _publish(
    measure: Measure, publish_on: date, starts_on: date, seats: int, region: str, chance: Chance
) -> PublishOffer:
    places = [place for place in MUNICIPALITIES if place.region == region]
    return PublishOffer(
        occurred_on=publish_on,
        title=measure.title,
        provider=chance.pick(PROVIDERS[region]),
        kind=measure.kind,
        module=measure.module,
        municipality=chance.pick(places).ags,
        capacity=seats,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(weeks=measure.weeks, days=-3),
        answer_days=ANSWER_DAYS,
        waiting_order=WaitingOrder.WOMEN_FIRST if measure.women_first else WaitingOrder.BY_REQUEST,
        teaching_units=measure.weeks * measure.units_a_week,
        level=measure.level,
        synthetic=True,
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
