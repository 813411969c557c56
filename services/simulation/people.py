"""The people of the town. Every name is put together from short lists by chance; no real person is meant or behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from domain.intake import ContactChannel, ContactWay, PersonName, Residence
from domain.values import (
    Answer,
    BirthDatePrecision,
    Gender,
    LanguageLevel,
    LegalRegime,
    NationalityCode,
    NotStated,
    NotStatedReason,
    ReferralSource,
    ResidenceStatus,
    SchoolLeaving,
)
from services.simulation.chance import Chance, Weighted


@dataclass(frozen=True, slots=True)
class Origin:
    """Where names, languages and papers of a person come from. ``code`` is the Destatis key; ``letters`` the script."""

    code: str
    languages: tuple[str, ...]
    family: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    letters: Sequence[str] = ()
    single_names: float = 0.0


_ARABIC = ("ابتثجحخد", "رزسشصضطظ", "عغفقكلمن")
_GEEZ = ("ሀለመሠረሰቀ", "በተነአከወዘ", "የደገጠፈ")
ORIGINS: Final = {
    Origin(
        "423",
        ("prs", "ps"),
        ("Aramzai", "Haidari", "Karwani", "Nuristalai", "Rahmanyar", "Safizada", "Wardakan", "Zamaniyar"),
        ("Bahara", "Frishta", "Laila", "Mina", "Parwana", "Zohra"),
        ("Ahmadin", "Farhadi", "Jawedan", "Mustafin", "Rohulan", "Yusuf", "Zamirdin"),
        _ARABIC,
        0.22,
    ): 25,
    Origin(
        "475",
        ("ar", "kmr"),
        ("Al-Karamin", "Barazani", "Darwishan", "Hamdosh", "Khalilan", "Sabbaghin", "Talawi"),
        ("Amira", "Hivîn", "Nour", "Rîma", "Şîlan", "Yara"),
        ("Anas", "Baran", "Kerîm", "Mahmoudi", "Omaran", "Rêzan", "Tarekin"),
        _ARABIC,
    ): 14,
    Origin(
        "438",
        ("ckb", "ar"),
        ("Bamernî", "Jaffan", "Mosulî", "Rashidan", "Sindîn", "Zebarî"),
        ("Awaz", "Dilnia", "Shilan", "Zaynab"),
        ("Ako", "Diyar", "Haval", "Mustafan", "Rawand"),
        _ARABIC,
    ): 13,
    Origin(
        "261",
        ("ff", "fr", "sus"),
        ("Baldéya", "Barryé", "Camarou", "Diallori", "Kéitaro", "Soumahri"),
        ("Aïssata", "Fatoumé", "Mariama", "Oumou"),
        ("Alphané", "Ibrahimu", "Mamadéi", "Ousmanu", "Thiernou"),
    ): 11,
    Origin(
        "224",
        ("ti", "tig"),
        ("Abrahale", "Gebrezgi", "Haileab", "Kidanu", "Tesfamika", "Weldemi"),
        ("Feruz", "Helena", "Rahwa", "Selamawit"),
        ("Amanuel", "Filimon", "Mehari", "Robel", "Yonas"),
        _GEEZ,
    ): 8,
    Origin(
        "273",
        ("so",),
        ("Abdirizaki", "Farahle", "Geedile", "Jimcaali", "Warsamo"),
        ("Ayaan", "Hodan", "Ifrah", "Sahra"),
        ("Abdiqani", "Cabdalle", "Liibaan", "Maxamuud"),
        single_names=0.3,
    ): 7,
    Origin(
        "422",
        ("hy", "ru"),
        ("Aramjan", "Grigorjants", "Hakobadze", "Sargsjanin"),
        ("Ani", "Lusine", "Nare"),
        ("Aram", "Davit", "Tigran"),
    ): 5,
    Origin(
        "150",
        ("sq", "rom"),
        ("Berishaj", "Gashiqi", "Krasniqaj", "Shabanovć"),
        ("Arta", "Besa", "Drita", "Vlora"),
        ("Arben", "Ilir", "Shpëtim"),
    ): 5,
    Origin(
        "170",
        ("sr", "rom"),
        ("Đorđevin", "Jašarić", "Nikolčić", "Šabanović-Žik"),
        ("Đurđa", "Milica", "Žaklina"),
        ("Đoko", "Ljubiša", "Saša"),
    ): 4,
    Origin(
        "163",
        ("tr", "kmr"),
        ("Akyıldızer", "Çelikbağ", "Güneşoğul", "Yılmazgör"),
        ("Ayşenur", "Çiğdem", "Zeynep"),
        ("İlker", "Mehmetcan", "Ümitcan"),
    ): 4,
    Origin(
        "439",
        ("fa",),
        ("Azadpour", "Bahramzad", "Kianfarin", "Rostamgar"),
        ("Laleh", "Nasrin", "Shirin"),
        ("Arash", "Kianush", "Siavash"),
        _ARABIC,
    ): 4,
}
_ORIGIN = Weighted(ORIGINS)
_SCHOOL = Weighted(
    {
        SchoolLeaving.NONE: 42.0,
        SchoolLeaving.FOREIGN_NOT_RECOGNISED: 34,
        SchoolLeaving.FOREIGN_RECOGNISED: 5,
        SchoolLeaving.HSA_9: 11,
        SchoolLeaving.HSA_10A: 5,
        SchoolLeaving.FOR: 3,
    }
)
_LEVEL = Weighted(
    {
        LanguageLevel.A0: 16.0,
        LanguageLevel.A1: 29,
        LanguageLevel.A2: 31,
        LanguageLevel.B1: 19,
        LanguageLevel.B2: 5,
    }
)
_STATUS = Weighted(
    {
        ResidenceStatus.TOLERATION_60A: 58.0,
        ResidenceStatus.ASYLUM_PERMISSION: 27,
        ResidenceStatus.TOLERATION_60B: 6,
        ResidenceStatus.PERMIT_25_5: 3,
        ResidenceStatus.PERMIT_25_3: 3,
        ResidenceStatus.PERMIT_104C: 2,
        ResidenceStatus.UNKNOWN: 1,
    }
)
_REFERRAL = Weighted(
    {
        ReferralSource.COORDINATING_OFFICE: 18.0,
        ReferralSource.YOUTH_MIGRATION_SERVICE: 16,
        ReferralSource.IMMIGRATION_OFFICE: 15,
        ReferralSource.VOLUNTEER: 13,
        ReferralSource.EMPLOYMENT_AGENCY: 9,
        ReferralSource.JOBCENTER: 4,
        ReferralSource.ALLIANCE_CORE_GROUP: 6,
        ReferralSource.SCHOOL: 7,
        ReferralSource.PROVIDER: 6,
        ReferralSource.SELF: 6,
    }
)
_WHY_NOT = tuple(NotStatedReason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who somebody is when they first come; the true answers, as far as they are given."""

    name: PersonName
    birth_date: date | None
    birth_date_precision: BirthDatePrecision
    gender: Answer[Gender]
    nationalities: tuple[NationalityCode, ...]
    languages: tuple[str, ...]
    contact_ways: tuple[ContactWay, ...]
    referral_source: Answer[ReferralSource]
    residence: Residence
    legal_regime: LegalRegime
    level: LanguageLevel
    school_leaving: Answer[SchoolLeaving]
    work_months: Answer[int]


def person(chance: Chance, on: date) -> Person:
    """Somebody who comes for the first time on ``on``."""
    origin = _ORIGIN.draw(chance)
    woman = chance.yes(0.29)
    born, precision = _birth(chance, on)
    return Person(
        name=_name(origin, woman, chance),
        birth_date=born,
        birth_date_precision=precision,
        gender=_gender(woman, chance),
        nationalities=_nationalities(origin, chance),
        languages=origin.languages[: chance.between(1, len(origin.languages))],
        contact_ways=contact_ways(chance),
        referral_source=_REFERRAL.draw(chance) if chance.yes(0.95) else not_stated(chance),
        residence=_residence(chance, on),
        legal_regime=LegalRegime.ASYLBLG_3 if chance.yes(0.55) else LegalRegime.ASYLBLG_2,
        level=_LEVEL.draw(chance),
        school_leaving=_SCHOOL.draw(chance) if chance.yes(0.93) else not_stated(chance),
        work_months=chance.between(0, 60) if chance.yes(0.8) else not_stated(chance),
    )


def not_stated(chance: Chance) -> NotStated:
    """Asked, and no answer, for some reason."""
    return NotStated(not_stated=chance.pick(_WHY_NOT))


def contact_ways(chance: Chance) -> tuple[ContactWay, ...]:
    """A number of the range that the Bundesnetzagentur keeps for films and books; sometimes a second way."""
    number = f"0176 040690{chance.between(0, 99):02d}"
    channel = ContactChannel.MESSENGER if chance.yes(0.6) else ContactChannel.PHONE
    ways = [ContactWay(channel=channel, value=number)]
    if chance.yes(0.2):
        ways.append(ContactWay(channel=ContactChannel.VIA_PERSON, value="über die Unterkunft"))
    return tuple(ways)


def _name(origin: Origin, woman: bool, chance: Chance) -> PersonName:
    family = chance.pick(origin.family)
    given: str | None = chance.pick(origin.women if woman else origin.men)
    if origin.single_names and chance.yes(origin.single_names):
        family, given = given or family, None
    script = None
    if origin.letters and chance.yes(0.4):
        # Meaningless sequences of letters: the field is filled, and nobody's name is written.
        words = 1 if given is None else 2
        script = " ".join("".join(chance.pick(part) for part in origin.letters) for _ in range(words))
    return PersonName(family_name=family, given_name=given, original_script=script)


def _birth(chance: Chance, on: date) -> tuple[date | None, BirthDatePrecision]:
    if chance.yes(0.015):
        return None, BirthDatePrecision.YEAR
    years = chance.between(18, 27) if chance.yes(0.93) else chance.pick((16, 17, 28, 29, 31))
    born = date(on.year - years, 1, 1) - timedelta(days=chance.between(0, 364))
    if chance.yes(0.24):
        return born.replace(month=1, day=1), BirthDatePrecision.YEAR
    return born, BirthDatePrecision.DAY


def _gender(woman: bool, chance: Chance) -> Answer[Gender]:
    draw = chance.share()
    if draw < 0.01:
        return None
    if draw < 0.02:
        return not_stated(chance)
    if draw < 0.025:
        return Gender.DIVERSE
    return Gender.FEMALE if woman else Gender.MALE


def _nationalities(origin: Origin, chance: Chance) -> tuple[NationalityCode, ...]:
    draw = chance.share()
    if draw < 0.04:
        return (NationalityCode("998"),)
    if draw < 0.05:
        return (NationalityCode(origin.code), NationalityCode("160"))
    return (NationalityCode(origin.code),)


def _residence(chance: Chance, on: date) -> Residence:
    status = _STATUS.draw(chance)
    if status is ResidenceStatus.UNKNOWN:
        return Residence(status=status)
    months = chance.pick((3, 6, 6, 12)) if "toleration" in status.value else chance.pick((6, 12, 24))
    began = on - timedelta(days=chance.between(5, months * 30 - 20))
    return Residence(status=status, valid_from=began, valid_until=began + timedelta(days=months * 30))
