"""The 600 outside customers: 500 persons and 100 companies, made from the names of data/customers.toml."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from clientela.command.demonstration.content import House, slug, table
from clientela.command.demonstration.story import BoundaryStory, ContactStory, CustomerStory, NoteStory
from clientela.command.demonstration.wording import FEMININE, GENDERS, MASCULINE

PERSONS = 500
SHARES = {"bucharest": 0.43, "warsaw": 0.32, "madrid": 0.25}
# What is spoken at home: mostly the language of the town.
LANGUAGES_OF = {
    "bucharest": (("ro", 0.86), ("en", 0.14)),
    "warsaw": (("pl", 0.88), ("en", 0.12)),
    "madrid": (("es", 0.78), ("ro", 0.1), ("en", 0.12)),
}
NAMES_OF = {"bucharest": "ro", "warsaw": "pl", "madrid": "es"}
MOBILE = {"bucharest": "+40 700 55", "warsaw": "+48 600 55", "madrid": "+34 600 55"}
LANGUAGE_PLACE = {"en": 0, "ro": 1, "pl": 2, "es": 3}
# What people are at their company, as a man and as a woman says it.
TITLES = {
    "ro": (("Administrator", "Administratoare"), ("Șef de sală", "Șefă de sală"), ("Contabil", "Contabilă")),
    "pl": (("Właściciel", "Właścicielka"), ("Kierownik", "Kierowniczka"), ("Księgowy", "Księgowa")),
    "es": (("Encargado", "Encargada"), ("Administración", "Administración"), ("Gerente", "Gerente")),
}
WOMEN_SHARE = 0.54
FLAT_SHARE = 0.7
NOTED_SHARE = 0.4
BOUNDED_SHARE = 0.16
QUIET = (("18:00", "08:00"), ("20:00", "09:00"), ("13:00", "16:00"), ("22:00", "10:00"))
SUBJECTS = ("offers", "surveys", "news")


@dataclass(frozen=True)
class Manners:
    """How somebody writes: does without the special letters, in a hurry, long; and how they speak of themselves."""

    gender: int
    writes_plain_letters: bool
    haste: float  # 0 careful to 1 hasty


@dataclass(frozen=True)
class Customers:
    """The customers, and how each person among them and among their contacts writes."""

    stories: tuple[CustomerStory, ...]
    manners: Mapping[str, Manners]


def make_customers(rng: Random, house: House, *, today: date) -> Customers:
    """The cast of scripted.toml first, then persons and companies by branch."""
    maker = _Maker(rng, house, today)
    for row in table("scripted")["person"]:
        maker.add_cast_member(row)
    for number, branch in enumerate(_spread(PERSONS - len(maker.stories))):
        maker.add_person(branch, number)
    for branch, names in table("customers")["companies"].items():
        for number, name in enumerate(names):
            maker.add_company(branch, name, number)
    return Customers(tuple(maker.stories), maker.manners)


class _Maker:
    """Makes customers one after the other and remembers which keys are taken."""

    def __init__(self, rng: Random, house: House, today: date) -> None:
        self.rng = rng
        self.house = house
        self.today = today
        self.stories: list[CustomerStory] = []
        self.manners: dict[str, Manners] = {}
        self._taken = set(house.colleagues)

    def add_cast_member(self, row: Mapping[str, Any]) -> None:
        """A person of scripted.toml."""
        self.stories.append(_cast_member(row, self.house))
        self.manners[row["key"]] = Manners(GENDERS[row["gender"]], writes_plain_letters=False, haste=0.0)
        self._taken.add(row["key"])

    def add_person(self, branch: str, number: int) -> None:
        """A person served by the branch; `number` goes into the telephone."""
        rng = self.rng
        codes, weights = zip(*LANGUAGES_OF[branch], strict=True)
        language: str = rng.choices(codes, weights)[0]
        given, family, gender = _name(rng, language)
        key = self._free_key(slug(f"{given} {family.split(' ')[0]}"))
        since = self.today - timedelta(days=rng.randrange(20, 1900))
        notes_in = language if language in {"en", NAMES_OF[branch]} else NAMES_OF[branch]
        story = CustomerStory(
            key=key,
            kind="person",
            name=f"{given} {family}",
            given_name=given,
            family_name=family,
            email=f"{key}@{rng.choice(table('customers')['names'][language]['mail'])}",
            phone=f"{MOBILE[branch]}{number // 1000 + 1} {number % 1000:03d}",
            address=_address(rng, branch),
            branch=branch,
            zone=self.house.branches[branch].zone,
            language=language,
            customer_since=since,
            notes=tuple(self._notes(notes_in, f"care-{branch}", since)),
            boundaries=tuple(self._boundaries(since)),
        )
        self.stories.append(story)
        plain = {"ro": 0.3, "pl": 0.1, "es": 0.12, "en": 0.0}[language]
        self.manners[key] = Manners(gender, rng.random() < plain, rng.random() ** 2)

    def add_company(self, branch: str, name: str, number: int) -> None:
        """A company and the one or two people who act for it."""
        language = NAMES_OF[branch]
        key = self._free_key(slug(name).replace(".", "-"))
        since = self.today - timedelta(days=self.rng.randrange(60, 2200))
        has_cast = name in table("scripted")["contacts"]
        story = CustomerStory(
            key=key,
            kind="company",
            name=name,
            given_name="",
            family_name="",
            email=f"office@{key}.example",
            phone=f"{MOBILE[branch]}9 {number:03d}",
            address=_address(self.rng, branch),
            branch=branch,
            zone=self.house.branches[branch].zone,
            language=language,
            customer_since=since,
            contacts=tuple(
                self._contact(branch, name, key, f"{MOBILE[branch]}{7 + place} {number:03d}")
                for place in range(1 if has_cast or number % 3 else 2)
            ),
            notes=tuple(self._notes(language, f"sales-{branch}", since)),
            boundaries=(),
        )
        self.stories.append(story)

    def _contact(self, branch: str, company: str, company_key: str, phone: str) -> ContactStory:
        language = NAMES_OF[branch]
        cast: list[str] | None = table("scripted")["contacts"].get(company)
        if cast:
            given, family, letter, title = cast
            gender = GENDERS[letter]
        else:
            given, family, gender = _name(self.rng, language)
            title = self.rng.choice(TITLES[language])[gender]
        key = self._free_key(slug(f"{given} {family.split(' ')[0]}"))
        haste = 0.0 if cast else self.rng.random() ** 2
        self.manners[key] = Manners(gender, writes_plain_letters=False, haste=haste)
        zone = self.house.branches[branch].zone
        return ContactStory(key, given, family, f"{key}@{company_key}.example", phone, language, title, zone)

    def _free_key(self, wanted: str) -> str:
        key, number = wanted, 2
        while key in self._taken:
            key, number = f"{wanted}{number}", number + 1
        self._taken.add(key)
        return key

    def _notes(self, language: str, team: str, since: date) -> Iterator[NoteStory]:
        rng = self.rng
        if rng.random() > NOTED_SHARE:
            return
        agents = [person.key for person in self.house.colleagues.values() if person.team == team]
        for row in rng.sample(table("customers")["note"], rng.choice((1, 1, 2, 3))):
            yield NoteStory(
                kind=row["kind"],
                text=row["text"][LANGUAGE_PLACE[language]],
                language=language,
                source=row["source"],
                noted_on=since + timedelta(days=rng.randrange((self.today - since).days)),
                by=rng.choice(agents),
            )

    def _boundaries(self, since: date) -> Iterator[BoundaryStory]:
        rng = self.rng
        if rng.random() > BOUNDED_SHARE:
            return
        starts_on = since + timedelta(days=rng.randrange((self.today - since).days))
        kind = rng.choices(("quiet_hours", "channel", "subject", "do_not_contact"), (5, 3, 6, 0.3))[0]
        rule: dict[str, str] = {}
        if kind == "quiet_hours":
            quiet_from, quiet_to = rng.choice(QUIET)
            rule = {"from": quiet_from, "to": quiet_to}
        elif kind == "channel":
            rule = {"channel": "phone"}
        elif kind == "subject":
            rule = {"subject": rng.choice(SUBJECTS)}
        yield BoundaryStory(kind, rule, rng.choice(("request", "conversation")), starts_on)


def _spread(wanted: int) -> Iterator[str]:
    """So many branches, in their shares, mixed."""
    owed = dict.fromkeys(SHARES, 0.0)
    for _ in range(wanted):
        for branch, share in SHARES.items():
            owed[branch] += share
        richest = max(owed, key=lambda branch: owed[branch])
        owed[richest] -= 1
        yield richest


def _name(rng: Random, language: str) -> tuple[str, str, int]:
    names: dict[str, list[str]] = table("customers")["names"][language]
    is_woman = rng.random() < WOMEN_SHARE
    given = rng.choice(names["women" if is_woman else "men"])
    if language == "pl":
        family = rng.choice(names["families_f" if is_woman else "families_m"])
    elif language == "es":
        family = " ".join(rng.sample(names["families"], 2))
    else:
        family = rng.choice(names["families"])
    return given, family, FEMININE if is_woman else MASCULINE


def _address(rng: Random, branch: str) -> str:
    street: str = rng.choice(table("customers")["streets"][branch])
    place = street.format(n=rng.randrange(1, 180))
    if branch == "bucharest":
        return f"{place}, ap. {rng.randrange(1, 60)}" if rng.random() < FLAT_SHARE else place
    if branch == "warsaw":
        return f"{place} m. {rng.randrange(1, 80)}"
    return f"{place}, {rng.randrange(1, 8)}.º {rng.choice('ABCD')}"


def _cast_member(row: Mapping[str, Any], house: House) -> CustomerStory:
    agent = "ana.ionescu"
    boundaries = []
    if "quiet_hours" in row:
        quiet_from, quiet_to = row["quiet_hours"]
        boundaries.append(BoundaryStory("quiet_hours", {"from": quiet_from, "to": quiet_to}, "request", row["since"]))
    boundaries += [
        BoundaryStory("subject", {"subject": one}, "request", row["since"]) for one in row.get("no_subjects", ())
    ]
    return CustomerStory(
        key=row["key"],
        kind="person",
        name=f"{row['given']} {row['family']}",
        given_name=row["given"],
        family_name=row["family"],
        email=f"{row['key']}@{table('customers')['names'][row['language']]['mail'][0]}",
        phone=row["phone"],
        address=row["address"],
        branch=row["branch"],
        zone=house.branches[row["branch"]].zone,
        language=row["language"],
        customer_since=row["since"],
        notes=tuple(
            NoteStory(kind=note[0], text=note[1], language=note[2], source=note[3], noted_on=row["since"], by=agent)
            for note in row["notes"]
        ),
        boundaries=tuple(boundaries),
    )
