"""The life of one invented child, as far as the children in need census asks for it, without a mistake.

Whatever is drawn keeps to the rules of the census by the way it is made: things follow one another, a thing that
would end after the year stays open (unless it would be overdue by then), and what ended before the year is left out.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from csc_returns.sample.cin.episode import Assessment, Enquiry, Episode, Plan, ProtectionPlan, filled, flag
from csc_returns.sample.cin.setting import Setting
from csc_returns.sample.dice import Dice, Shares
from csc_returns.sample.upn import pupil_number
from csc_returns.sample.write import Record

#: Shares of ages at the end of the year (last birthday); -1 is an unborn child.
AGES = Shares(
    {"-1": 2, "0": 5, **dict.fromkeys("1234", 4.6), **dict.fromkeys("56789", 5.0)}
    | dict.fromkeys(("10", "11", "12", "13", "14", "15"), 5.8)
    | dict.fromkeys(("16", "17"), 6.5)
)

#: Children who have several disabilities in every sample, so that most codes turn up even in a small one.
DISABLED = {2: ("MOB", "PC", "INC", "COMM"), 5: ("LD", "BEH", "AUT"), 8: ("HEAR", "VIS")}

#: In every hundred children this one may have no known sex; more than one in fifty would be queried.
SEX_UNKNOWN = 75

DISABLED_SHARE = 0.13
ASSESSMENT_DAYS = 45
CONFERENCE_DAYS = 15


def day_after(day: dt.date, days: int) -> dt.date:
    """The day so many days later."""
    return day + dt.timedelta(days=days)


@dataclass
class Person:
    """Who a child is."""

    number: int
    age: int
    born: dt.date | None
    expected: dt.date | None
    died: dt.date | None = None

    @property
    def first_referral(self) -> dt.date:
        """The earliest day on which this child could have been referred."""
        if self.born is None:
            assert self.expected is not None
            return day_after(self.expected, -230)
        return day_after(self.born, -100 if self.number % 3 == 0 else 0)


def child(setting: Setting, dice: Dice, number: int) -> Record:
    """The record of child ``number`` (from 1), as elements of a return."""
    person = _person(setting, dice, number)
    episodes = _episodes(setting, dice, person)
    went_further = any(not episode.no_further_action for episode in episodes)
    return {
        "ChildIdentifiers": _identifiers(setting, dice, person, went_further),
        "ChildCharacteristics": filled(
            Ethnicity=dice.share(setting.ethnicities), Disabilities=_disabilities(setting, dice, person, went_further)
        ),
        "CINdetails": [episode.record() for episode in episodes],
    }


# -- the child ---------------------------------------------------------------------------------------------------------


def _person(setting: Setting, dice: Dice, number: int) -> Person:
    age = int(dice.share(AGES))
    if age < 0 and number in DISABLED:
        age = 0
    if age < 0:
        return Person(number, age, None, day_after(setting.end, dice.number(-20, 150)))
    birthday = dt.date(setting.end.year - age, 3, 31)
    return Person(number, age, day_after(birthday, -dice.number(4, 360)), None)


def _identifiers(setting: Setting, dice: Dice, person: Person, went_further: bool) -> Record:
    unknown = None
    if person.born is None:
        unknown = "UN6"
    elif person.age < 4:
        unknown = "UN1"
    elif not went_further and dice.chance(0.5):
        unknown = "UN7"
    elif dice.chance(0.08):
        unknown = dice.pick(["UN2", "UN3", "UN4", "UN4", "UN5"])
    own = setting.local_authority in setting.authorities and dice.chance(0.9)
    authority = setting.local_authority if own else dice.pick(setting.authorities)
    former = pupil_number(dice.pick(setting.authorities), person.number + 500_000_000)
    if dice.chance(0.5):
        former = former[:-1] + dice.pick("ABCDEFGH")
    sex = dice.pick("MF" if setting.has("ChildIdentifiers", "Sex") else "12")
    if person.born is None or (person.number % 100 == SEX_UNKNOWN and dice.chance(0.5)):
        sex = "U" if setting.has("ChildIdentifiers", "Sex") else "0"
    return filled(
        LAchildID=f"INV{person.number:06d}",
        UPN=None if unknown else pupil_number(authority, person.number),
        FormerUPN=former if dice.chance(0.01) and not unknown else None,
        UPNunknown=unknown,
        PersonBirthDate=person.born,
        ExpectedPersonBirthDate=person.expected,
        **{"Sex" if setting.has("ChildIdentifiers", "Sex") else "GenderCurrent": sex},
        PersonDeathDate=person.died,
    )


def _disabilities(setting: Setting, dice: Dice, person: Person, went_further: bool) -> Record | None:
    if person.born is None:
        return None
    if person.number in DISABLED:
        return {"Disability": [*DISABLED[person.number]]}
    if dice.chance(DISABLED_SHARE):
        return {"Disability": dice.several(setting.disabilities, dice.small(1, 4))}
    return {"Disability": ["NONE"]} if went_further or dice.chance(0.5) else None


# -- the episodes ------------------------------------------------------------------------------------------------------


def _episodes(setting: Setting, dice: Dice, person: Person) -> list[Episode]:
    start, end = setting.start, setting.end
    earliest = person.first_referral
    referral = dice.day(max(start, earliest), end)
    if earliest < day_after(start, -30) and dice.chance(0.42):
        days = dice.number(1, 55) if dice.chance(0.35) else dice.small(56, 1500)
        referral = max(day_after(start, -days), earliest)
    episodes: list[Episode] = []
    plans_before = dice.number(1, 2) if dice.chance(0.2) else 0
    while len(episodes) < 3:
        episode = _episode(setting, dice, person, referral, plans_before)
        episodes.append(episode)
        plans_before += episode.protection is not None
        if person.died or not (episode.closed or episode.no_further_action):
            break
        referral = day_after(episode.closed or episode.referral, 5 + dice.small(0, 150))
        if referral > end or not dice.chance(0.35):
            break
    return episodes


def _episode(setting: Setting, dice: Dice, person: Person, referral: dt.date, plans_before: int) -> Episode:
    episode = Episode(referral, dice.share(setting.sources), dice.share(setting.needs))
    carried_over = referral < setting.start
    if not carried_over and dice.chance(0.1):
        episode.no_further_action = True
        episode.need = episode.need if dice.chance(0.2) else None
        return episode
    _assess(setting, dice, episode, day_after(referral, dice.number(0, 2)))
    if episode.assessments and dice.chance(0.4):
        _close_after_assessment(setting, dice, person, episode)
    else:
        _serve(setting, dice, episode, plans_before)
        _close(setting, dice, person, episode)
    _find_factors(setting, dice, episode)
    return episode


def _close_after_assessment(setting: Setting, dice: Dice, person: Person, episode: Episode) -> None:
    closed = setting.working_day(episode.last_event, dice.small(0, 5))
    if episode.has_open_ends or closed > setting.end:
        return
    reasons = [code for code in ("RC8", "RC8", "RC9") if code in setting.codes("CINdetails", "ReasonForClosure")]
    _end_episode(dice, person, episode, closed, dice.pick(reasons))


def _close(setting: Setting, dice: Dice, person: Person, episode: Episode) -> None:
    closed = setting.working_day(max(episode.last_event, setting.start), dice.small(1, 40))
    if not (episode.assessments or episode.plans or episode.enquiries or episode.protection):
        closed = setting.working_day(dice.day(max(setting.start, day_after(episode.referral, 30)), setting.end))
    if episode.has_open_ends or closed > setting.end or dice.chance(0.15):
        return
    reason = "RC7"
    if person.age >= 17 and dice.chance(0.2):
        reason = "RC6"
    elif dice.chance(0.15):
        reason = dice.pick(["RC1", "RC3", "RC4", "RC4", "RC5", "RC5", "RC5"])
    _end_episode(dice, person, episode, closed, reason)


def _end_episode(dice: Dice, person: Person, episode: Episode, closed: dt.date, reason: str) -> None:
    episode.closed, episode.reason = closed, reason
    if person.born and person.born <= closed and dice.chance(0.0006):
        # Everything in the episode was over by then, and no other episode follows.
        person.died, episode.reason = closed, "RC2"


# -- inside an episode -------------------------------------------------------------------------------------------------


def _assess(setting: Setting, dice: Dice, episode: Episode, from_day: dt.date) -> None:
    """Add an assessment, unless it would begin after the year or was over before it."""
    start = setting.working_day(from_day)
    if start > setting.end:
        return
    days = dice.number(ASSESSMENT_DAYS + 1, 80) if dice.chance(0.15) else dice.number(8, ASSESSMENT_DAYS)
    authorised: dt.date | None = setting.working_day(start, days)
    assert authorised is not None
    if authorised > setting.end:
        overdue = start < setting.working_day(setting.end, 4 - ASSESSMENT_DAYS)
        authorised = setting.last_working_day if overdue else None
    elif authorised < setting.start:
        return
    review = setting.working_day(start, 10) if dice.chance(0.6) else None
    if review and review > (authorised or setting.end):
        review = None
    episode.assessments.append(Assessment(start, review, authorised))


def _find_factors(setting: Setting, dice: Dice, episode: Episode) -> None:
    for assessment in episode.assessments:
        if assessment.authorised is None:
            continue
        if episode.reason in {"RC8", "RC9"} and dice.chance(0.35):
            assessment.factors = ["21"]
        else:
            assessment.factors = dice.several(setting.factors, dice.small(1, 6))


def _serve(setting: Setting, dice: Dice, episode: Episode, plans_before: int) -> None:
    """Add what follows when a child in need gets services: enquiries, conferences and plans of both kinds."""
    transferred = episode.referral >= setting.start and dice.chance(0.02)
    if day_after(episode.referral, 60) < setting.start:
        if dice.chance(0.18):
            _long_protected(setting, dice, episode, plans_before)
        if not episode.assessments and dice.chance(0.35):
            _assess(setting, dice, episode, dice.day(setting.start, setting.end))
    if transferred:
        conference = setting.working_day(episode.referral, dice.number(3, CONFERENCE_DAYS))
        if conference <= setting.end:
            episode.conference = conference
            _protect(setting, dice, episode, conference, plans_before)
    elif episode.assessments and dice.chance(0.42):
        _enquire(setting, dice, episode, plans_before)
    if setting.has("CINplanDates"):
        _plan(setting, dice, episode)
    if setting.has("PreProceedings") and episode.protection and dice.chance(0.4):
        _proceed(setting, dice, episode, episode.protection)


def _enquire(setting: Setting, dice: Dice, episode: Episode, plans_before: int) -> None:
    """Add one section 47 enquiry, now and then two, and the conference and plan that may follow."""
    start = setting.working_day(episode.assessments[-1].start, dice.small(0, 15))
    for _ in range(2):
        if start > setting.end:
            return
        enquiry = Enquiry(start, None, None, True)
        if episode.protection is None and dice.chance(0.45):
            days = dice.number(CONFERENCE_DAYS + 1, 25) if dice.chance(0.15) else dice.number(5, CONFERENCE_DAYS)
            enquiry.conference, enquiry.conference_not_required = setting.working_day(start, days), False
            if enquiry.conference > setting.end:
                overdue = start < setting.working_day(setting.end, 3 - CONFERENCE_DAYS)
                enquiry.conference = setting.last_working_day if overdue else None
        if (enquiry.conference or start) < setting.start:
            return
        target = setting.working_day(start, CONFERENCE_DAYS)
        enquiry.target = target if target <= setting.end and dice.chance(0.8) else None
        episode.enquiries.append(enquiry)
        if enquiry.conference and dice.chance(0.85):
            _protect(setting, dice, episode, enquiry.conference, plans_before)
        if enquiry.waits or not dice.chance(0.08):
            return
        start = setting.working_day(day_after(enquiry.conference or enquiry.start, dice.number(5, 90)))


def _long_protected(setting: Setting, dice: Dice, episode: Episode, plans_before: int) -> None:
    """Add a child protection plan that began before the year and ran into it."""
    last = day_after(setting.start, -1)
    start = setting.working_day(dice.day(max(day_after(episode.referral, 10), day_after(last, -400)), last))
    if start < setting.start:
        _protect(setting, dice, episode, start, plans_before)


def _protect(setting: Setting, dice: Dice, episode: Episode, start: dt.date, plans_before: int) -> None:
    counted_from = max(start, day_after(setting.start, -60))
    end: dt.date | None = setting.working_day(day_after(counted_from, dice.number(60, 520)))
    if end and end > setting.end:
        end = None
    reviews = []
    review = setting.working_day(day_after(start, dice.number(70, 91)))
    while review <= (end or setting.end):
        reviews.append(review)
        review = setting.working_day(day_after(review, dice.number(150, 183)))
    category = dice.share(setting.categories)
    latest = dice.share(setting.categories) if reviews and dice.chance(0.15) else category
    episode.protection = ProtectionPlan(start, end, category, latest, plans_before, reviews)


def _plan(setting: Setting, dice: Dice, episode: Episode) -> None:
    """Add a child in need plan where no child protection plan runs."""
    protection = episode.protection
    if protection and protection.end is None:
        return
    if protection and protection.end:
        start = setting.working_day(protection.end, dice.small(0, 3))
    elif episode.assessments:
        held = [enquiry.conference or enquiry.start for enquiry in episode.enquiries]
        start = setting.working_day(
            max(episode.assessments[0].authorised or setting.end, *held, episode.referral), dice.small(0, 10)
        )
    else:
        start = setting.working_day(day_after(episode.referral, dice.number(30, 70)))
    for _ in range(2):
        end: dt.date | None = setting.working_day(day_after(start, dice.small(28, 700)))
        if start > setting.end or not dice.chance(0.75):
            return
        if end and end >= setting.start:
            end = end if end <= setting.end else None
            episode.plans.append(Plan(start, end))
        if end is None or not dice.chance(0.06):
            return
        start = setting.working_day(day_after(end, dice.number(7, 60)))


def _proceed(setting: Setting, dice: Dice, episode: Episode, protection: ProtectionPlan) -> None:
    """Add pre-proceedings to an episode with a child protection plan."""
    start = setting.working_day(max(protection.start, setting.start), dice.number(5, 60))
    last = protection.end or setting.end
    if start > last:
        return
    letter, meeting, decision, court, notice = (
        day if (day := setting.working_day(start, days)) <= last else None for days in _growing(dice, 5, 15, 60, 5, 5)
    )
    offered = letter is not None and dice.chance(0.9)
    outcome = dice.pick(setting.codes("PreProceedings", "PPOutcome")) if decision else None
    to_court = outcome == "A"
    reviews = dice.number(0, 2) if decision else 0
    episode.pre_proceedings.append(
        filled(
            PPStartDate=start,
            LBPSentDate=letter,
            FGDMMeetingOffer=flag(offered) if letter else None,
            FGDMMeetingFac=flag(dice.chance(0.6) if meeting else False) if offered else None,
            InitialPPMeetingDate=meeting,
            ReviewMeetingsCount=str(reviews) if meeting else None,
            StepDecisionDate=decision,
            PPOutcome=outcome,
            CourtAppDate=court if to_court else None,
            LetterInitCPDate=notice if to_court and court else None,
        )
    )


def _growing(dice: Dice, *steps: int) -> list[int]:
    """Numbers of days, each more than the one before it by up to a step."""
    total, days = 0, []
    for step in steps:
        total += dice.number(1, step)
        days.append(total)
    return days
