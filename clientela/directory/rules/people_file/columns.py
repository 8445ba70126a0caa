"""The columns of a file of people, and what they are called in our languages."""

from clientela.directory.rules.names import name_key

# What the columns mean, in the order of the documentation. `clientela people columns` prints them.
NAMES: dict[str, tuple[str, ...]] = {
    "department_key": (
        "department key", "department code",
        "cheie departament", "cod departament", "cheia departamentului", "codul departamentului",
        "klucz działu", "kod działu", "klucz dzialu",
        "clave del departamento", "clave departamento", "código del departamento", "código departamento",
    ),
    "department_name": (
        "department name", "department",
        "nume departament", "numele departamentului", "departament", "departamentul",
        "nazwa działu", "dział",
        "nombre del departamento", "nombre departamento", "departamento",
    ),
    "parent_key": (
        "parent key", "parent department", "parent",
        "cheie părinte", "departament superior", "departament părinte",
        "klucz nadrzędny", "dział nadrzędny", "jednostka nadrzędna",
        "clave superior", "departamento superior",
    ),
    "person_name": (
        "person name", "name", "full name", "person",
        "nume", "nume persoană", "nume complet", "nume și prenume", "numele persoanei",
        "imię i nazwisko", "nazwisko i imię", "osoba",
        "nombre", "nombre completo", "nombre y apellidos", "nombre de la persona",
    ),
    "short_name": (
        "short name", "called",
        "nume scurt",
        "skrócone imię",
        "nombre corto",
    ),
    "email": (
        "email", "e-mail", "mail", "email address",
        "adresă e-mail", "adresa de e-mail", "poșta electronică",
        "adres e-mail", "adres email", "poczta",
        "correo", "correo electrónico", "dirección de correo",
    ),
    "phone": (
        "phone", "phone number", "telephone",
        "telefon", "număr de telefon",
        "numer telefonu", "nr telefonu",
        "teléfono", "número de teléfono",
    ),
    "role": (
        "role",
        "rol", "funcție", "rolul",
        "rola", "funkcja",
        "función", "papel",
    ),
    "language": (
        "language",
        "limbă", "limba",
        "język",
        "idioma", "lengua",
    ),
    "zone": (
        "zone", "time zone", "timezone",
        "fus orar", "fusul orar", "zonă",
        "strefa", "strefa czasowa",
        "zona", "zona horaria", "huso horario",
    ),
    "place": (
        "place", "town", "city", "location",
        "loc", "oraș", "localitate",
        "miejsce", "miasto", "miejscowość",
        "lugar", "ciudad", "localidad",
    ),
    "employee_number": (
        "employee number", "employee no", "staff number",
        "marcă", "număr angajat", "număr marcă",
        "numer pracownika", "nr pracownika", "numer ewidencyjny",
        "número de empleado", "número empleado",
    ),
    "starts_on": (
        "starts on", "start date", "since",
        "din data", "data angajării", "începe la",
        "od dnia", "data zatrudnienia", "data rozpoczęcia",
        "desde", "fecha de inicio", "fecha de alta", "empieza el",
    ),
}  # fmt: skip
# A name may also stand in two columns; then the column "nume" or "name" beside "prenume" is the family name, and
# "nombre" beside "apellidos" the given one.
NAMES_IN_PARTS: dict[str, tuple[str, ...]] = {
    "given_name": ("given name", "first name", "prenume", "imię", "imiona", "nombre de pila"),
    "family_name": ("family name", "last name", "surname", "nume de familie", "nazwisko", "apellido", "apellidos"),
}
REQUIRED = ("department_key", "person_name")
ONE_OF = ("email", "employee_number")  # a person is known again by one of these


def header_key(cell: str) -> str:
    """A header folded for comparing: no marks, no capitals; underscores, hyphens and dots are spaces."""
    spaced = "".join(" " if sign in "_-.:" else sign for sign in cell)
    return name_key(spaced)


def _meanings() -> dict[str, str]:
    meanings: dict[str, str] = {}
    for column, names in (NAMES | NAMES_IN_PARTS).items():
        for name in (column, *names):
            known = meanings.setdefault(header_key(name), column)
            if known != column:
                raise AssertionError(f"The header “{name}” would mean both {known} and {column}.")
    return meanings


MEANINGS = _meanings()
