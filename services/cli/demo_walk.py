"""The live part of the demo: one fresh participant from first contact to Ausbildung through the real engine."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from rich.console import Console

from domain.ausbildung import AusbildungKind, Chamber, SignContract, StartAusbildung
from domain.coaching import AssignCoach, ContactKind, ContactProof, MakePromise, RecordContact, SettlePromise
from domain.command_handling import CommandContext
from domain.commands import Command
from domain.corrections import CorrectEntry
from domain.course import (
    AcceptSeat,
    AttendanceProof,
    CourseCertificate,
    FinishCourse,
    MeasureGround,
    RecordAttendance,
    RequestSeat,
    SeatStatus,
    StartCourse,
)
from domain.date_wording import german_date
from domain.decision import local_date
from domain.event_titles import EVENT_TITLES
from domain.events import stored_name
from domain.intake import (
    AgreePlan,
    ConsentForm,
    ConsentPurpose,
    DecideEligibility,
    EligibilityReason,
    EligibilityResult,
    FieldOfAction,
    GiveConsent,
    GiveInformationNotice,
    Goal,
    GoalKind,
    Need,
    OpenCase,
    PersonName,
    RecordAssessment,
    Residence,
)
from domain.offering import OfferKind, PublishOffer
from domain.values import (
    Ags,
    CaseId,
    DutyHolder,
    FundingModule,
    Gender,
    LanguageAssessment,
    LanguageLevel,
    LanguageProof,
    LanguageSkill,
    LegalRegime,
    NationalityCode,
    OfferId,
    ParticipantId,
    ParticipationId,
    ReferralSource,
    ResidenceStatus,
    StaffId,
)
from domain.waking import MORNING_LASTS, morning_of
from domain.wording import shown_instant
from services.case_reading import case_view, history_lines, rule_titles
from services.cli.case_text import describe, history_table
from services.cli.demo_mail import DemoMailbox
from services.cli.outcome import CommandFailed
from services.cli.running import System
from services.gateway import Answer, CarriedOut, CommandGateway
from services.grant_dates import dates_of_all_grants
from workflows.reminder_mail import short_id

PATIENCE_SECONDS = 60
"""How long the demo waits for what comes by itself; on a machine with time to spare it takes a moment."""

ESCHWEILER = Ags("05334012")
CASEWORKER = StaffId("cw-eschweiler-1")
COACH = StaffId("coach-eschweiler-1")
ORGANISATION = "staedteregion-aachen"


@dataclass
class Walk:
    """One walk: the case it moves and where it is shown."""

    console: Console
    gateway: CommandGateway
    case_id: CaseId

    async def do(self, command: Command) -> CarriedOut:
        """Give a command to the case as its caseworker, show what came of it and how long it took."""
        context = CommandContext(command_id=uuid4(), actor=CASEWORKER, organisation=ORGANISATION)
        started = time.perf_counter()
        outcome = await self.gateway.case(self.case_id, command, context)
        return self._shown(command, outcome, (time.perf_counter() - started) * 1000)

    async def refused(self, command: Command) -> None:
        """Give a command that must be refused, and show the refusal."""
        context = CommandContext(command_id=uuid4(), actor=CASEWORKER, organisation=ORGANISATION)
        outcome = await self.gateway.case(self.case_id, command, context)
        if isinstance(outcome, CarriedOut):
            raise CommandFailed(
                f"{stored_name(type(command))} hätte abgelehnt werden müssen",
                f"{stored_name(type(command))} should have been refused",
            )
        self.console.print(f"  [yellow]abgelehnt[/yellow] {outcome.de}  [dim]{outcome.rule_id}[/dim]")

    def _shown(self, command: Command, outcome: Answer, milliseconds: float) -> CarriedOut:
        if not isinstance(outcome, CarriedOut):
            raise CommandFailed(
                f"abgelehnt: {outcome.de} [{outcome.rule_id}]", f"refused: {outcome.en} [{outcome.rule_id}]"
            )
        for event in outcome.events:
            self.console.print(
                f"  [green]✓[/green] {EVENT_TITLES[event].de}  [dim]am {command.occurred_on:%d.%m.%Y}, "
                f"Position {outcome.position}, {milliseconds:.0f} ms[/dim]"
            )
        return outcome


async def walk(console: Console, system: System, mailbox: DemoMailbox) -> UUID:
    """Walk the participant, then print state, history and the two reports; return the case."""
    today = local_date(datetime.now(UTC))
    gateway = CommandGateway(system.engine, system.client)
    steps = Walk(console, gateway, CaseId(uuid4()))
    console.print("\n[bold]Eine neue Teilnehmerin, live durch die Engine[/bold]")
    await _intake(steps, today)
    position = await _coaching(steps, today)
    await _course(steps, system, today)
    await _ausbildung(steps, today)
    await _reminder(console, steps, mailbox)
    await _grants(console, system)
    await _audit(console, steps, system, position)
    await _reports(console, system)
    return steps.case_id


async def _intake(steps: Walk, today: date) -> None:
    first = today - timedelta(days=56)
    steps.console.print("\n[bold]Erstgespräch[/bold]")
    await steps.do(
        OpenCase(
            occurred_on=first,
            participant_id=ParticipantId(uuid4()),
            path="durchstarten",
            name=PersonName(family_name="Çelebi-Noor", given_name="Ḫadija", original_script="خديجة"),
            birth_date=first.replace(year=first.year - 21),
            municipality=ESCHWEILER,
            caseworker=CASEWORKER,
            languages=("fa", "de"),
            gender=Gender.FEMALE,
            nationalities=(NationalityCode("423"),),
            referral_source=ReferralSource.YOUTH_MIGRATION_SERVICE,
            residence=Residence(
                status=ResidenceStatus.TOLERATION_60A,
                valid_from=today - timedelta(days=170),
                valid_until=today + timedelta(days=10),
            ),
            legal_regime=LegalRegime.ASYLBLG_3,
            synthetic=True,
        )
    )
    await steps.do(GiveInformationNotice(occurred_on=first, notice_version="2026-01", language="fa"))
    await steps.refused(AssignCoach(occurred_on=first, coach=COACH))
    await steps.do(
        GiveConsent(
            occurred_on=first,
            purpose=ConsentPurpose.CASE_MANAGEMENT,
            form=ConsentForm.WRITTEN,
            text_version="2026-01",
            language="fa",
            valid_until=today + timedelta(days=700),
        )
    )
    await steps.do(
        RecordAssessment(
            occurred_on=first + timedelta(days=3),
            needs=(
                Need(field=FieldOfAction.LANGUAGE, priority=1),
                Need(field=FieldOfAction.AUSBILDUNG, priority=2),
            ),
            language=(
                LanguageAssessment(
                    level=LanguageLevel.A2,
                    proof=LanguageProof.TEST,
                    skill=LanguageSkill.BOTH,
                    assessed_on=first + timedelta(days=3),
                ),
            ),
        )
    )
    await steps.do(
        DecideEligibility(
            occurred_on=first + timedelta(days=3),
            result=EligibilityResult.ELIGIBLE,
            ground=EligibilityReason.AGE_AND_STATUS_FIT,
            reason="Duldung, 21 Jahre, kein Zugang zu SGB-Leistungen",
            decided_by=CASEWORKER,
        )
    )
    await steps.do(
        AgreePlan(
            occurred_on=first + timedelta(days=7),
            goals=(Goal(kind=GoalKind.AUSBILDUNG, target_on=today + timedelta(days=200)),),
            agreement="Deutsch auf B1, dann Ausbildung im Handwerk",
        )
    )


async def _coaching(steps: Walk, today: date) -> int:
    steps.console.print("\n[bold]Coaching[/bold]")
    begun = today - timedelta(days=45)
    await steps.do(AssignCoach(occurred_on=begun, coach=COACH, provider="Beispielträger Nord"))
    contact = await steps.do(
        RecordContact(
            occurred_on=begun,
            kind=ContactKind.IN_PERSON,
            held=True,
            minutes=60,
            proof=ContactProof.SIGNATURE,
            note="Ziele besprochen",
        )
    )
    promise = uuid4()
    await steps.do(
        MakePromise(
            occurred_on=begun,
            promise_id=promise,
            by=DutyHolder.PARTICIPANT,
            due_on=begun + timedelta(days=14),
            text="Zeugnisse mitbringen",
        )
    )
    await steps.do(SettlePromise(occurred_on=begun + timedelta(days=12), promise_id=promise, kept=True))
    return contact.position


async def _course(steps: Walk, system: System, today: date) -> None:
    steps.console.print("\n[bold]Kurs[/bold]")
    offer_id = OfferId(uuid4())
    published = await steps.gateway.offer(
        offer_id,
        PublishOffer(
            occurred_on=today,
            title="Intensivwoche Deutsch B1 mit Prüfung",
            provider="vhs-beispielstadt",
            kind=OfferKind.LANGUAGE,
            module=FundingModule.F4,
            municipality=ESCHWEILER,
            capacity=1,
            starts_on=today,
            ends_on=today + timedelta(days=5),
            answer_days=3,
            teaching_units=30,
            level=LanguageLevel.B1,
            synthetic=True,
        ),
        CommandContext(command_id=uuid4(), actor="provider-vhs", organisation="vhs-beispielstadt"),
    )
    if not isinstance(published, CarriedOut):
        raise CommandFailed(published.de, published.en)
    seat = ParticipationId(uuid4())
    await steps.do(
        RequestSeat(
            occurred_on=today,
            participation_id=seat,
            offer_id=offer_id,
            ground=MeasureGround.LANGUAGE_FOR_AUSBILDUNG,
            reason="Für den Ausbildungsvertrag fehlt B1",
        )
    )
    await _until_offered(steps, system, seat)
    await steps.do(AcceptSeat(occurred_on=today, participation_id=seat))
    await steps.do(StartCourse(occurred_on=today, participation_id=seat))
    await steps.do(
        RecordAttendance(
            occurred_on=today,
            participation_id=seat,
            from_on=today,
            to_on=today,
            units_attended=6,
            units_held=6,
            proof=AttendanceProof.SIGNATURE_LIST,
        )
    )
    await steps.do(
        FinishCourse(
            occurred_on=today,
            participation_id=seat,
            certificate=CourseCertificate.LANGUAGE_CERTIFICATE,
            level_gained=LanguageLevel.B1,
        )
    )


async def _until_offered(steps: Walk, system: System, seat: UUID) -> None:
    """The offer answers by itself: case and offer agree on the seat without anybody asking again."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        view = await case_view(system.engine, steps.case_id)
        participation = (
            next((p for p in view.case.course.participations if p.id == seat), None) if view else None
        )
        if participation and participation.status is SeatStatus.OFFERED:
            steps.console.print(
                f"  [green]✓[/green] Kursplatz angeboten  [dim]vom Angebot selbst, Antwort bis "
                f"{participation.answer_by:%d.%m.%Y}[/dim]"
            )
            return
        await asyncio.sleep(0.05)
    raise CommandFailed(
        f"das Angebot hat nicht binnen {PATIENCE_SECONDS} Sekunden geantwortet",
        f"the offer did not answer within {PATIENCE_SECONDS} seconds",
    )


async def _ausbildung(steps: Walk, today: date) -> None:
    steps.console.print("\n[bold]Ausbildung[/bold]")
    training = uuid4()
    await steps.do(
        SignContract(
            occurred_on=today,
            ausbildung_id=training,
            employer="Tischlerei Muster",
            occupation="22342",
            kind=AusbildungKind.DUAL,
            chamber=Chamber.HWK,
            starts_on=today,
            ends_on=today + timedelta(days=3 * 365),
            probation_months=4,
        )
    )
    await steps.do(StartAusbildung(occurred_on=today, ausbildung_id=training))


async def _reminder(console: Console, steps: Walk, mailbox: DemoMailbox) -> None:
    console.print("\n[bold]Eine Frist meldet sich selbst[/bold] (Duldung endet in zehn Tagen)")
    now = datetime.now(UTC)
    early = now < morning_of(local_date(now)) + MORNING_LASTS
    mail = await mailbox.wait_for(
        short_id(steps.case_id), "residence.", seconds=5 if early else PATIENCE_SECONDS
    )
    if mail is None:
        console.print(
            "  Noch keine Erinnerung: vor 6 Uhr morgens gehen keine hinaus."
            if early
            else f"  Binnen {PATIENCE_SECONDS} Sekunden ist keine Erinnerung angekommen."
        )
        return
    console.print(f"  An: {mail['To']}\n  Betreff: {mail['Subject']}", markup=False)
    for line in mail.get_content().strip().splitlines():
        console.print(f"  | {line}", markup=False)


async def _grants(console: Console, system: System) -> None:
    """The next date of a grant that somebody will be reminded of."""
    ahead = [
        (one.wakes_at, found.reference, one.due)
        for found in await dates_of_all_grants(system.engine, datetime.now(UTC))
        for one in found.dates
        if one.wakes_at is not None
    ]
    console.print("\n[bold]Auch die Zuwendungen melden sich selbst[/bold] (teilhabe grant agenda)")
    if not ahead:
        console.print("  Kein Termin einer Zuwendung ist offen.")
        return
    at, reference, due = min(ahead, key=lambda found: (found[0], found[1], found[2].id))
    console.print(
        f"  Nächste Erinnerung am {shown_instant(at)} Uhr: {due.title.de}, fällig am {german_date(due.due_on)} "
        f"(Zuwendung {reference})",
        markup=False,
    )


async def _audit(console: Console, steps: Walk, system: System, contact_position: int) -> None:
    console.print("\n[bold]Prüfung: berichtigen, und sehen, was vorher bekannt war[/bold]")
    history = await system.engine.store.load(steps.case_id)
    contact = next(entry for entry in history if entry.position == contact_position)
    wrong = contact.event
    await steps.do(
        CorrectEntry(
            occurred_on=local_date(datetime.now(UTC)),
            version=contact.version,
            replacement=replace(wrong, minutes=45),
            reason="Die Unterschriftenliste nennt 45 Minuten",
        )
    )
    before = await case_view(system.engine, steps.case_id, known_at=contact_position)
    after = await case_view(system.engine, steps.case_id)
    if before is None or after is None:
        raise CommandFailed("der Fall lässt sich nicht wieder lesen", "the case cannot be read back")
    console.print(
        f"  Gesprächsminuten damals bekannt: {before.case.coaching.minutes}, heute: {after.case.coaching.minutes}"
    )
    console.print("\n[bold]Der Fall[/bold]")
    for line in describe(after, "de"):
        console.print(f"  {line}", markup=False)
    console.print("\n[bold]Verlauf[/bold]")
    entries = await system.engine.store.load(steps.case_id)
    for line in history_table(history_lines(entries, "de", rule_titles(system.engine.rule_book))):
        console.print(f"  {line}", markup=False)


async def _reports(console: Console, system: System) -> None:
    from services.cli.reports import report_text

    position = await system.engine.store.head()
    for name in ("funding", "statistics"):
        console.print("")
        for line in await report_text(system.engine, name, wait_for=position):
            console.print(line, markup=False)
