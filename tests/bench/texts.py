"""What people write to a shop of household appliances, in four languages, put together anew for each message.

Everything is drawn from the `Random` that is given, so the same seed writes the same letters.
"""

from dataclasses import dataclass
from random import Random

# The rare word: the name of a washing machine that exactly as many requests speak of as a search is to find.
RARE_WORD = "Zefirina"


@dataclass(frozen=True)
class Phrases:
    """The phrases of one language. `{thing}` is an appliance, `{model}` a number, `{day}` a day of the week."""

    things: tuple[str, ...]
    days: tuple[str, ...]
    titles: tuple[str, ...]
    greetings: tuple[str, ...]
    troubles: tuple[str, ...]
    details: tuple[str, ...]
    wishes: tuple[str, ...]
    answers: tuple[str, ...]
    thanks: tuple[str, ...]
    notes: tuple[str, ...]
    rare: str


ENGLISH = Phrases(
    things=("washing machine", "dishwasher", "oven", "fridge", "dryer", "cooker hood", "freezer", "coffee machine"),
    days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    titles=(
        "{thing} leaks",
        "No reply about my {thing}",
        "{thing} {model} stops halfway",
        "Spare part for a {thing}",
        "Invoice for the {thing}",
        "When is the {thing} delivered?",
        "{thing} too loud",
        "Return of a {thing}",
    ),
    greetings=("Hello,", "Good morning,", "Dear team,", "Hi there,"),
    troubles=(
        "our {thing} model {model} has been leaking since {day}.",
        "the {thing} we bought in spring stops after ten minutes and shows error {model}.",
        "the door of the {thing} no longer closes properly.",
        "since the repair on {day} the {thing} makes a grinding noise.",
        "the courier left the {thing} with a dent on its left side.",
        "the invoice for the {thing} has the wrong address on it.",
    ),
    details=(
        "There is water on the kitchen floor every time we use it.",
        "I have already cleaned the filter and checked the hose.",
        "The serial number on the plate begins with {model}.",
        "It worked well for two years before this.",
        "My neighbour has the same one and it is much quieter.",
        "The warranty card is in the box, I can send a photo.",
    ),
    wishes=(
        "Could somebody come on {day} in the afternoon?",
        "Please tell me what it will cost before you begin.",
        "I would rather have it exchanged.",
        "When can I expect an answer?",
    ),
    answers=(
        "Thank you for telling us. The technician will bring the part on {day}.",
        "I am sorry for the trouble. I have ordered the pump and will write again on {day}.",
        "The {thing} is covered by the warranty, so the repair costs nothing.",
        "We have found the mistake and are sending a corrected invoice today.",
        "Could you tell us the number on the plate inside the door?",
    ),
    thanks=(
        "Thank you, {day} suits me.",
        "The number is {model}, as far as I can read it.",
        "I was at home all {day} and nobody came.",
        "It works again, many thanks.",
    ),
    notes=(
        "Rang twice, no answer; trying again on {day}.",
        "Part {model} is in the Warsaw warehouse, two left.",
        "Customer prefers the afternoon.",
        "Same fault as last month, tell purchasing.",
    ),
    rare="It is the {word}, the one with the large drum.",
)
ROMANIAN = Phrases(
    things=(
        "mașina de spălat",
        "mașina de vase",
        "cuptorul",
        "frigiderul",
        "uscătorul",
        "hota",
        "congelatorul",
        "espressorul",
    ),
    days=("luni", "marți", "miercuri", "joi", "vineri"),
    titles=(
        "Curge apă: {thing}",
        "Niciun răspuns despre {thing}",
        "{thing} {model} se oprește",
        "Piesă pentru {thing}",
        "Factura pentru {thing}",
        "Când se livrează {thing}?",
        "{thing} face zgomot",
        "Retur: {thing}",
    ),
    greetings=("Bună ziua,", "Bună dimineața,", "Stimată echipă,", "Salut,"),
    troubles=(
        "{thing}, modelul {model}, pierde apă de {day}.",
        "{thing} se oprește după zece minute și arată eroarea {model}.",
        "ușa nu se mai închide bine la {thing}.",
        "de la reparația de {day} se aude un huruit când pornește {thing}.",
        "curierul a lăsat coletul lovit pe partea stângă: {thing}.",
        "pe factura pentru {thing} este trecută o adresă greșită.",
    ),
    details=(
        "Găsim apă pe podea de fiecare dată când îl folosim.",
        "Am curățat deja filtrul și am verificat furtunul.",
        "Seria de pe etichetă începe cu {model}.",
        "A mers bine doi ani până acum.",
        "Vecina are același model și este mult mai silențios.",
        "Am certificatul de garanție, pot trimite o fotografie.",
    ),
    wishes=(
        "Poate veni cineva {day} după-amiază?",
        "Vă rog să-mi spuneți cât costă înainte de a începe.",
        "Aș prefera să fie înlocuit.",
        "Când pot aștepta un răspuns?",
    ),
    answers=(
        "Vă mulțumim că ne-ați scris. Tehnicianul aduce piesa {day}.",
        "Ne pare rău pentru neplăcere. Am comandat pompa și revin {day}.",
        "Produsul este în garanție, deci reparația nu costă nimic.",
        "Am găsit greșeala și trimitem astăzi factura corectată.",
        "Ne puteți spune numărul de pe eticheta din interiorul ușii?",
    ),
    thanks=(
        "Mulțumesc, {day} este bine.",
        "Numărul este {model}, din câte pot citi.",
        "Am stat acasă toată ziua de {day} și nu a venit nimeni.",
        "Merge din nou, mulțumesc frumos.",
    ),
    notes=(
        "Am sunat de două ori, nu răspunde; încerc din nou {day}.",
        "Piesa {model} este în depozit, au rămas două.",
        "Clientul preferă după-amiaza.",
        "Aceeași defecțiune ca luna trecută, de anunțat achizițiile.",
    ),
    rare="Este modelul {word}, cel cu tambur mare.",
)
POLISH = Phrases(
    things=("pralka", "zmywarka", "piekarnik", "lodówka", "suszarka", "okap", "zamrażarka", "ekspres do kawy"),
    days=("poniedziałek", "wtorek", "środę", "czwartek", "piątek"),
    titles=(
        "Przecieka {thing}",
        "Brak odpowiedzi: {thing}",
        "{thing} {model} zatrzymuje się",
        "Część do urządzenia: {thing}",
        "Faktura: {thing}",
        "Kiedy będzie dostawa: {thing}?",
        "{thing} hałasuje",
        "Zwrot: {thing}",
    ),
    greetings=("Dzień dobry,", "Szanowni Państwo,", "Witam,", "Dobry wieczór,"),
    troubles=(
        "{thing}, model {model}, przecieka od kilku dni.",
        "{thing} kupiona na wiosnę zatrzymuje się po dziesięciu minutach i pokazuje błąd {model}.",
        "drzwiczki nie domykają się już dobrze, chodzi o urządzenie {thing}.",
        "od naprawy w {day} słychać zgrzyt, gdy pracuje {thing}.",
        "kurier zostawił przesyłkę z wgnieceniem po lewej stronie: {thing}.",
        "na fakturze za urządzenie {thing} jest zły adres.",
    ),
    details=(
        "Za każdym razem na podłodze w kuchni jest woda.",
        "Wyczyściłam już filtr i sprawdziłam wąż.",
        "Numer seryjny na tabliczce zaczyna się od {model}.",
        "Wcześniej działała dobrze przez dwa lata.",
        "Sąsiadka ma taką samą i jest znacznie cichsza.",
        "Karta gwarancyjna jest w pudełku, mogę przysłać zdjęcie.",
    ),
    wishes=(
        "Czy ktoś może przyjechać w {day} po południu?",
        "Proszę powiedzieć, ile to będzie kosztować.",
        "Wolałabym wymianę na nową.",
        "Kiedy mogę spodziewać się odpowiedzi?",
    ),
    answers=(
        "Dziękujemy za wiadomość. Technik przywiezie część w {day}.",
        "Przepraszamy za kłopot. Zamówiłem pompę i napiszę ponownie w {day}.",
        "Urządzenie jest na gwarancji, więc naprawa nic nie kosztuje.",
        "Znaleźliśmy błąd i dziś wysyłamy poprawioną fakturę.",
        "Czy może Pani podać numer z tabliczki po wewnętrznej stronie drzwi?",
    ),
    thanks=(
        "Dziękuję, {day} mi odpowiada.",
        "Numer to {model}, o ile dobrze widzę.",
        "Cały dzień byłam w domu i nikt nie przyjechał.",
        "Znowu działa, bardzo dziękuję.",
    ),
    notes=(
        "Dzwoniłem dwa razy, nie odbiera; spróbuję w {day}.",
        "Część {model} jest w magazynie, zostały dwie.",
        "Klientka woli popołudnie.",
        "Ta sama usterka co miesiąc temu, powiedzieć zakupom.",
    ),
    rare="To model {word}, ten z dużym bębnem.",
)
SPANISH = Phrases(
    things=(
        "la lavadora",
        "el lavavajillas",
        "el horno",
        "el frigorífico",
        "la secadora",
        "la campana",
        "el congelador",
        "la cafetera",
    ),
    days=("lunes", "martes", "miércoles", "jueves", "viernes"),
    titles=(
        "Pierde agua: {thing}",
        "Sin respuesta sobre {thing}",
        "{thing} {model} se para",
        "Pieza para {thing}",
        "Factura de {thing}",
        "¿Cuándo llega {thing}?",
        "{thing} hace ruido",
        "Devolución: {thing}",
    ),
    greetings=("Hola,", "Buenos días,", "Estimado equipo:", "Buenas tardes,"),
    troubles=(
        "{thing}, modelo {model}, pierde agua desde el {day}.",
        "{thing} se para a los diez minutos y muestra el error {model}.",
        "la puerta ya no cierra bien en {thing}.",
        "desde la reparación del {day} se oye un chirrido en {thing}.",
        "el mensajero dejó {thing} con un golpe en el lado izquierdo.",
        "en la factura de {thing} aparece una dirección equivocada.",
    ),
    details=(
        "Cada vez encontramos agua en el suelo de la cocina.",
        "Ya he limpiado el filtro y revisado la manguera.",
        "El número de serie de la placa empieza por {model}.",
        "Funcionó bien durante dos años.",
        "Mi vecina tiene el mismo y es mucho más silencioso.",
        "Tengo la garantía en la caja, puedo enviar una foto.",
    ),
    wishes=(
        "¿Puede venir alguien el {day} por la tarde?",
        "Díganme por favor cuánto costará antes de empezar.",
        "Preferiría que lo cambiaran.",
        "¿Cuándo puedo esperar una respuesta?",
    ),
    answers=(
        "Gracias por avisarnos. El técnico traerá la pieza el {day}.",
        "Lamentamos la molestia. He pedido la bomba y le escribiré el {day}.",
        "El aparato está en garantía, así que la reparación no cuesta nada.",
        "Hemos encontrado el error y hoy enviamos la factura corregida.",
        "¿Nos puede decir el número de la placa dentro de la puerta?",
    ),
    thanks=(
        "Gracias, el {day} me viene bien.",
        "El número es {model}, si lo leo bien.",
        "Estuve en casa todo el {day} y no vino nadie.",
        "Vuelve a funcionar, muchas gracias.",
    ),
    notes=(
        "He llamado dos veces sin respuesta; lo intento el {day}.",
        "La pieza {model} está en el almacén, quedan dos.",
        "El cliente prefiere la tarde.",
        "La misma avería que el mes pasado, avisar a compras.",
    ),
    rare="Es el modelo {word}, el del tambor grande.",
)
PHRASES = {"en": ENGLISH, "ro": ROMANIAN, "pl": POLISH, "es": SPANISH}
LANGUAGES = tuple(PHRASES)


class Writer:
    """Writes in one language what a customer, an agent or a colleague would."""

    def __init__(self, language: str, random: Random) -> None:
        self._phrases = PHRASES[language]
        self._random = random

    def title(self) -> str:
        """A subject line."""
        said = self._one(self._phrases.titles)
        return said[0].upper() + said[1:]

    def opening(self, *, is_rare: bool) -> str:
        """A customer's first letter: some lines, the rare word among them if wanted."""
        phrases = self._phrases
        lines = [
            self._one(phrases.greetings),
            self._one(phrases.troubles),
            *(self._one(phrases.details) for _ in range(self._random.randint(1, 4))),
            self._one(phrases.wishes),
        ]
        if is_rare:
            lines.insert(2, phrases.rare.format(word=RARE_WORD))
        return "\n".join(lines)

    def answer(self) -> str:
        """An agent's reply."""
        return f"{self._one(self._phrases.greetings)}\n{self._one(self._phrases.answers)}"

    def thanks(self) -> str:
        """What a customer writes after a reply."""
        return self._one(self._phrases.thanks)

    def note(self) -> str:
        """What a colleague notes for colleagues."""
        return self._one(self._phrases.notes)

    def _one(self, phrases: tuple[str, ...]) -> str:
        return self._random.choice(phrases).format(
            thing=self._random.choice(self._phrases.things),
            day=self._random.choice(self._phrases.days),
            model=self._random.randint(100, 9999),
        )
