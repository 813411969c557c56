"""Consents in the town: given for a year or two, renewed or forgotten, and now and then withdrawn."""

from __future__ import annotations

from datetime import date, timedelta

from domain.intake import ConsentForm, ConsentPurpose, GiveConsent, WithdrawConsent
from domain.values import Destination, ExitReason
from services.simulation import life_ending
from services.simulation.life import Life
from services.simulation.world import World


def give(world: World, life: Life, purpose: ConsentPurpose, valid_until: date | None) -> None:
    """The participant signs for one purpose."""
    language = life.state.intake.languages[0][:2] if life.state.intake.languages else "de"
    world.give(
        life,
        GiveConsent(
            occurred_on=world.today,
            purpose=purpose,
            form=ConsentForm.ELECTRONIC if world.chance.yes(0.2) else ConsentForm.WRITTEN,
            text_version="2024-01",
            language=language,
            valid_until=valid_until,
        ),
    )
    if valid_until is not None:
        world.on(valid_until - timedelta(days=world.chance.between(8, 60)), renew, life, purpose)


def renew(world: World, life: Life, purpose: ConsentPurpose) -> None:
    """Ask again before a consent ends; without the one for the case itself nothing can go on."""
    if not life.open:
        return
    consent = life.state.intake.consent(purpose)
    if consent is None or consent.withdrawn_on is not None:
        return
    if purpose is ConsentPurpose.CASE_MANAGEMENT or world.chance.yes(0.65):
        give(world, life, purpose, world.today + timedelta(days=365))


def withdraw(world: World, life: Life, purpose: ConsentPurpose) -> None:
    """The participant changes their mind about one purpose; without case management the case ends."""
    if not life.open:
        return
    consent = life.state.intake.consent(purpose)
    if consent is None or not consent.in_force(world.today):
        return
    world.give(life, WithdrawConsent(occurred_on=world.today, purpose=purpose))
    if purpose is ConsentPurpose.CASE_MANAGEMENT:
        life_ending.close(world, life, ExitReason.DROPPED_OUT, Destination.UNKNOWN)
