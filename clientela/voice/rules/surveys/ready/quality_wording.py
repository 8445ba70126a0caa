"""Our own wording of the 22 items of service quality inside an organisation, and of what stands around them.

Each item completes a sentence about a department: about this one as it is, or about one as it should be.
"""

from collections.abc import Mapping
from typing import Final

from clientela.voice.rules.figures.servqual import Dimension
from clientela.voice.rules.surveys.definition import Texts
from clientela.voice.rules.surveys.ready.parts import texts

IT_IS: Final = texts("This department", "Acest departament", "Ten dział", "Este departamento")
IT_SHOULD_BE: Final = texts(
    "A department that serves us as it should",
    "Un departament care ne servește cum trebuie",
    "Dział, który obsługuje nas jak należy,",
    "Un departamento que nos atiende como es debido",
)

DIMENSIONS: Final[Mapping[Dimension, Texts]] = {
    Dimension.TANGIBLES: texts(
        "Tools and documents", "Unelte și documente", "Narzędzia i dokumenty", "Herramientas y documentos"
    ),
    Dimension.RELIABILITY: texts(
        "Keeping promises", "Respectarea promisiunilor", "Dotrzymywanie obietnic", "Cumplimiento de los compromisos"
    ),
    Dimension.RESPONSIVENESS: texts(
        "Readiness to help", "Disponibilitatea de a ajuta", "Gotowość do pomocy", "Disposición a ayudar"
    ),
    Dimension.ASSURANCE: texts(
        "Knowledge and trust", "Competență și încredere", "Wiedza i zaufanie", "Conocimiento y confianza"
    ),
    Dimension.EMPATHY: texts(
        "Attention to what we need",
        "Atenția la nevoile noastre",
        "Uwaga na nasze potrzeby",
        "Atención a nuestras necesidades",
    ),
}

ITEM_WORDS: Final[Mapping[str, Texts]] = {
    "tangibles1": texts(
        "has the tools and systems that its work calls for.",
        "are uneltele și sistemele de care are nevoie în munca sa.",
        "ma narzędzia i systemy, których wymaga jego praca.",
        "dispone de las herramientas y los sistemas que su trabajo requiere.",
    ),
    "tangibles2": texts(
        "has forms and instructions that are clear and up to date.",
        "are formulare și instrucțiuni clare și la zi.",
        "ma jasne i aktualne formularze i instrukcje.",
        "tiene formularios e instrucciones claros y al día.",
    ),
    "tangibles3": texts(
        "keeps its premises and its pages so that things are easy to find.",
        "are spații și pagini în care găsim ușor ce căutăm.",
        "dba o to, by w jego pomieszczeniach i na jego stronach łatwo było wszystko znaleźć.",
        "mantiene su espacio y sus páginas de modo que es fácil encontrar las cosas.",
    ),
    "tangibles4": texts(
        "hands over work that is tidy and ready to use.",
        "predă lucrări îngrijite, gata de folosit.",
        "przekazuje pracę starannie wykonaną i gotową do użycia.",
        "entrega trabajos bien presentados y listos para usar.",
    ),
    "reliability1": texts(
        "does what it promised by the time it promised.",
        "face ce a promis, până când a promis.",
        "dotrzymuje obietnic i terminów.",
        "cumple sus compromisos en el plazo acordado.",
    ),
    "reliability2": texts(
        "gets things right the first time.",
        "face lucrurile bine din prima.",
        "robi wszystko dobrze za pierwszym razem.",
        "hace las cosas bien a la primera.",
    ),
    "reliability3": texts(
        "sees a problem through until it is solved.",
        "se ocupă de o problemă până când este rezolvată.",
        "zajmuje się problemem aż do jego rozwiązania.",
        "se ocupa de cada problema hasta resolverlo.",
    ),
    "reliability4": texts(
        "gives us information that we can rely on.",
        "ne dă informații pe care ne putem baza.",
        "przekazuje nam informacje, na których można polegać.",
        "nos da información en la que podemos confiar.",
    ),
    "reliability5": texts(
        "tells us in good time when a promise cannot be kept.",
        "ne anunță din timp când o promisiune nu poate fi respectată.",
        "uprzedza nas w porę, gdy obietnicy nie da się dotrzymać.",
        "nos avisa a tiempo cuando no puede cumplir un compromiso.",
    ),
    "responsiveness1": texts(
        "tells us when the work will be done.",
        "ne spune când va fi gata lucrarea.",
        "mówi nam, kiedy praca będzie gotowa.",
        "nos dice cuándo estará hecho el trabajo.",
    ),
    "responsiveness2": texts(
        "answers our questions promptly.",
        "răspunde repede la întrebările noastre.",
        "szybko odpowiada na nasze pytania.",
        "responde con rapidez a nuestras preguntas.",
    ),
    "responsiveness3": texts(
        "is willing to help, even on busy days.",
        "ne ajută cu plăcere, chiar și în zilele aglomerate.",
        "chętnie pomaga, nawet w pracowite dni.",
        "está dispuesto a ayudar, incluso en días de mucho trabajo.",
    ),
    "responsiveness4": texts(
        "acts at once when something is urgent.",
        "acționează imediat când ceva este urgent.",
        "działa od razu, gdy coś jest pilne.",
        "actúa de inmediato cuando algo es urgente.",
    ),
    "assurance1": texts(
        "knows its trade.",
        "își cunoaște meseria.",
        "zna się na swojej pracy.",
        "conoce bien su oficio.",
    ),
    "assurance2": texts(
        "explains its decisions so that we understand them.",
        "își explică deciziile pe înțelesul nostru.",
        "wyjaśnia swoje decyzje w zrozumiały sposób.",
        "explica sus decisiones con claridad.",
    ),
    "assurance3": texts(
        "treats us politely.",
        "ne tratează cu politețe.",
        "traktuje nas uprzejmie.",
        "nos trata con amabilidad.",
    ),
    "assurance4": texts(
        "can be trusted with confidential matters.",
        "merită încredere în chestiuni confidențiale.",
        "zasługuje na zaufanie w sprawach poufnych.",
        "merece confianza en asuntos confidenciales.",
    ),
    "empathy1": texts(
        "takes the time to understand what we need.",
        "își face timp să înțeleagă de ce avem nevoie.",
        "poświęca czas, by zrozumieć nasze potrzeby.",
        "se toma el tiempo de entender lo que necesitamos.",
    ),
    "empathy2": texts(
        "knows how our work depends on its own.",
        "știe cum depinde munca noastră de munca sa.",
        "wie, jak nasza praca zależy od jego pracy.",
        "sabe de qué manera nuestro trabajo depende del suyo.",
    ),
    "empathy3": texts(
        "can be reached at hours that suit our work.",
        "poate fi contactat la ore potrivite pentru munca noastră.",
        "jest dostępny w godzinach dogodnych dla naszej pracy.",
        "está disponible en un horario adecuado para nuestro trabajo.",
    ),
    "empathy4": texts(
        "looks for a solution that is good for both sides.",
        "caută o soluție bună pentru ambele părți.",
        "szuka rozwiązania dobrego dla obu stron.",
        "busca una solución buena para ambas partes.",
    ),
    "empathy5": texts(
        "looks at our case itself and not only at the rules.",
        "se uită la cazul nostru, nu doar la reguli.",
        "przygląda się naszej sprawie, a nie tylko przepisom.",
        "atiende a nuestro caso y no solo a las normas.",
    ),
}

DISAGREE: Final = texts("not at all", "deloc", "wcale nie", "en absoluto")
AGREE: Final = texts("entirely", "întru totul", "całkowicie", "por completo")
COUNTS_LITTLE: Final = texts("little", "puțin", "mało", "poco")
COUNTS_MUCH: Final = texts("very much", "foarte mult", "bardzo dużo", "muchísimo")

AS_IT_IS: Final = texts("As it is today", "Cum este astăzi", "Jak jest dzisiaj", "Cómo es hoy")
AS_IT_SHOULD_BE: Final = texts("As it should be", "Cum ar trebui să fie", "Jak powinno być", "Cómo debería ser")
WHAT_COUNTS: Final = texts("What counts", "Ce contează", "Co się liczy", "Lo que cuenta")
HOW_MUCH_COUNTS: Final = texts(
    "How much does this count for you:",
    "Cât de mult contează pentru dumneavoastră:",
    "Ile znaczy dla Państwa:",
    "Cuánto cuenta para usted:",
)
CHANGE_FIRST: Final = texts(
    "What should this department change first?",
    "Ce ar trebui să schimbe mai întâi acest departament?",
    "Co ten dział powinien zmienić w pierwszej kolejności?",
    "¿Qué debería cambiar primero este departamento?",
)
