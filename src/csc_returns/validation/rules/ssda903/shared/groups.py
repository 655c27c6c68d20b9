"""Groups of items and of codes that several rules name.

A group is here when at least two rules use it. Lists of every code that an item allows are in ``schemas/ssda903/codes.yaml``.
"""

from __future__ import annotations

# -- items -------------------------------------------------------------------------------------------------------------

#: Items of OC2 about health, offending and substance misuse; the strengths and difficulties score is apart.
HEALTH_ITEMS = (
    "CONVICTED",
    "HEALTH_CHECK",
    "IMMUNISATIONS",
    "TEETH_CHECK",
    "HEALTH_ASSESSMENT",
    "SUBSTANCE_MISUSE",
    "INTERVENTION_RECEIVED",
    "INTERVENTION_OFFERED",
)

#: Items of OC2 asked for every continuously looked after child, whatever the age.
HEALTH_ITEMS_OF_ALL_AGES = ("IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT", "SUBSTANCE_MISUSE")

#: Items of OC3: what a care leaver does and where they live.
CARE_LEAVER_ITEMS = ("IN_TOUCH", "ACTIV", "ACCOM")

#: Items of AD1, in the order of the table.
ADOPTION_ITEMS = ("DATE_INT", "DATE_MATCH", "FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR")

#: Items of Episodes that tell whether a child was looked after all year.
CONTINUITY_ITEMS = ("DECOM", "RNE", "LS", "DEC", "REC")

#: Items of Episodes that change when a child moves to another placement.
PLACEMENT_ITEMS = ("PLACE", "PL_POST", "URN", "PLACE_PROVIDER")

# -- legal status (LS) -------------------------------------------------------------------------------------------------

#: Agreed series of short breaks. Such a child does not count as looked after in most rules.
SHORT_BREAKS = ("V3", "V4")

# -- placement (PLACE) -------------------------------------------------------------------------------------------------

#: Temporary placements: the child goes back to where they lived before.
TEMPORARY = ("T0", "T1", "T2", "T3", "T4")

#: Placed for adoption with the former foster carer.
ADOPTION_BY_FOSTER_CARER = ("A3", "A5")

#: Placed for adoption, with the former foster carer or not.
ADOPTION = ("A3", "A4", "A5", "A6")

#: Foster placements.
FOSTERING = ("U1", "U2", "U3", "U4", "U5", "U6")

#: Other placements of today's list that replaced Z1 in 2025-26.
OTHER_PLACEMENTS = ("Z11", "Z12", "Z13", "Z14")

#: Placements without a registered provider, which need no URN: the list of 2025-26 on, and those of the years before.
WITHOUT_PROVIDER = ("P1", "P3", "R1", "R2", "R5", *TEMPORARY, *OTHER_PLACEMENTS)
WITHOUT_PROVIDER_2024_25 = ("P1", "P3", "R1", "R2", "R5", *TEMPORARY, "Z1")
WITHOUT_PROVIDER_2023_24 = ("P1", "P2", "P3", "R1", "R2", "R5", *TEMPORARY, "Z1")
WITHOUT_PROVIDER_2022_23 = ("H5", *WITHOUT_PROVIDER_2023_24)

#: Stands for the URN of a provider that has none.
NO_URN = "XXXXXXX"

# -- reason episode ceased (REC) ---------------------------------------------------------------------------------------

#: Episode ceased, and the child goes on being looked after in a new one.
NEW_EPISODE = "X1"

#: Adopted.
ADOPTED = ("E11", "E12")

# -- reason for new episode (RNE) --------------------------------------------------------------------------------------

#: Started to be looked after.
STARTED = "S"

# -- other items -------------------------------------------------------------------------------------------------------

#: UPN: why a child has none.
NO_UPN = ("UN1", "UN2", "UN3", "UN4", "UN5")
