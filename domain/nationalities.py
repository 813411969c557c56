"""Names of nationalities for people, by the Destatis key; a list to show by, never one to refuse by."""

from __future__ import annotations

from typing import Final

from domain.path import Title

SOURCE: Final = (
    "urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:staatsangehoerigkeit, Version 2021-02-19; "
    "destatis.de, Stand August 2024"
)

NATIONALITIES: Final[dict[str, Title]] = {
    code: Title(de=de, en=en)
    for code, de, en in (
        ("000", "Deutschland", "Germany"),
        ("121", "Albanien", "Albania"),
        ("144", "Nordmazedonien", "North Macedonia"),
        ("150", "Kosovo", "Kosovo"),
        ("160", "Russische Föderation", "Russian Federation"),
        ("163", "Türkei", "Türkiye"),
        ("166", "Ukraine", "Ukraine"),
        ("170", "Serbien", "Serbia"),
        ("221", "Algerien", "Algeria"),
        ("224", "Eritrea", "Eritrea"),
        ("225", "Äthiopien", "Ethiopia"),
        ("232", "Nigeria", "Nigeria"),
        ("237", "Gambia", "Gambia"),
        ("238", "Ghana", "Ghana"),
        ("246", "Kongo, Demokratische Republik", "Congo, Democratic Republic"),
        ("251", "Mali", "Mali"),
        ("252", "Marokko", "Morocco"),
        ("261", "Guinea", "Guinea"),
        ("262", "Kamerun", "Cameroon"),
        ("269", "Senegal", "Senegal"),
        ("272", "Sierra Leone", "Sierra Leone"),
        ("273", "Somalia", "Somalia"),
        ("276", "Sudan (einschließlich Südsudan, alter Schlüssel)", "Sudan (including South Sudan, old key)"),
        ("277", "Sudan", "Sudan"),
        ("278", "Südsudan", "South Sudan"),
        ("287", "Ägypten", "Egypt"),
        ("422", "Armenien", "Armenia"),
        ("423", "Afghanistan", "Afghanistan"),
        ("425", "Aserbaidschan", "Azerbaijan"),
        ("430", "Georgien", "Georgia"),
        ("431", "Sri Lanka", "Sri Lanka"),
        ("436", "Indien", "India"),
        ("438", "Irak", "Iraq"),
        ("439", "Iran", "Iran"),
        ("451", "Libanon", "Lebanon"),
        ("459", "Palästinensische Gebiete", "Palestinian territories"),
        ("460", "Bangladesch", "Bangladesh"),
        ("461", "Pakistan", "Pakistan"),
        ("470", "Tadschikistan", "Tajikistan"),
        ("475", "Syrien", "Syria"),
        ("997", "staatenlos", "stateless"),
        ("998", "ungeklärt", "unclear"),
        ("999", "ohne Angabe", "not stated"),
    )
}
"""The nationalities met in the programme, by Destatis key of three digits, which is not ISO 3166."""


def nationality_name(code: str) -> Title | None:
    """The name for a Destatis key, or None when this list does not have it.

    >>> nationality_name("423")
    Title(de='Afghanistan', en='Afghanistan')
    """
    return NATIONALITIES.get(code)
