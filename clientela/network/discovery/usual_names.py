"""Names that columns of logs usually have, in the languages of the product and of its neighbours; the surest first.

Compared without case, spaces, signs and marks. English stands first, for exports of big systems are English everywhere.
"""

USUAL = {
    "case": (
        "case:concept:name", "case id", "caseid", "case", "case key", "trace", "incident id", "ticket id", "sr number",
        "request id", "request", "case number", "ticket number", "order number", "order id", "issue key", "incident",
        "process instance", "instance id", "trace id", "id", "number", "object id", "vbeln", "ebeln", "belnr", "aufnr",
        "encounter id", "encounter", "visit id", "visit number", "admission id", "hadm id", "stay id", "patient id",
        "nr dosar", "număr dosar", "dosar", "id caz", "nr caz", "caz", "nr cerere", "cerere", "nr tichet", "tichet",
        "nr comandă", "comandă",
        "nr sprawy", "numer sprawy", "id sprawy", "sprawa", "nr zgłoszenia", "numer zgłoszenia", "zgłoszenie",
        "nr zlecenia", "numer zlecenia", "zlecenie", "nr zamówienia", "numer zamówienia", "zamówienie",
        "id caso", "número de caso", "caso", "número de expediente", "expediente", "número de solicitud", "solicitud",
        "número de pedido", "pedido", "número do processo", "nº do processo", "processo",
        "nº de expediente", "nº de solicitud", "nº de pedido",
        "fall-id", "fallnummer", "fall", "vorgangsnummer", "vorgang", "auftragsnummer", "auftrag",
        "numéro de dossier", "dossier", "numéro de demande", "demande",
    ),
    "activity": (
        "concept:name", "activity", "activity name", "activity en", "task", "event", "event name", "event concept:name",
        "status", "action", "state", "type", "step", "operation", "tcode",
        "activitate", "acțiune", "operațiune", "etapă", "pas", "stare", "czynność", "aktywność", "zdarzenie", "etap",
        "krok", "stan", "actividad", "acción", "tarea", "paso", "etapa", "evento", "estado", "atividade", "tarefa",
        "aktivität",
        "tätigkeit", "schritt", "ereignis", "activité", "étape", "événement", "tâche", "statut",
    ),
    "moment": (
        "time:timestamp", "complete timestamp", "timestamp", "moment", "end timestamp", "time", "date", "datetime",
        "event time", "event time:timestamp", "change date+time", "start timestamp", "start time", "completetime",
        "start", "date and time", "datestamp", "occurred at", "happened at", "updated", "updated at", "sys updated at",
        "when", "udate", "aedat", "erdat", "cpudt",
        "data și ora", "momentul", "data i godzina", "data zdarzenia", "czas zdarzenia", "fecha y hora", "fecha",
        "momento",
        "data e hora", "data", "ora", "czas", "godzina", "hora", "zeitstempel", "zeitpunkt", "datum und uhrzeit",
        "datum",
        "horodatage", "date et heure",
    ),
    "end": (
        "end", "end time", "completed at", "finish", "finish time", "sfârșit", "koniec", "zakończenie", "fin", "fim",
        "ende",
    ),
    "team": (
        "org:group", "team", "group", "department", "organization involved", "support team", "assignment group",
        "owner group", "org:role", "role", "ekgrp", "ward", "clinic",
        "departament", "compartiment", "echipă", "secție", "birou", "direcție", "grup",
        "dział", "zespół", "oddział", "wydział", "komórka", "jednostka", "grupa",
        "departamento", "equipo", "área", "sección", "grupo", "unidad", "equipe", "equipa", "setor", "seção",
        "abteilung", "gruppe", "bereich", "équipe", "département", "groupe",
    ),
    "resource": (
        "org:resource", "resource", "user", "agent", "event org:resource", "server", "person", "employee",
        "user name", "user id", "assignee", "assigned to", "handler", "performer", "worker", "originator",
        "usnam", "ernam", "utilizator", "angajat", "persoană", "operator", "użytkownik", "pracownik", "osoba",
        "wykonawca", "usuario", "empleado", "persona", "agente", "operador", "utilizador", "funcionário", "colaborador",
        "benutzer", "mitarbeiter", "bearbeiter", "utilisateur", "employé", "personne",
    ),
    "priority": (
        "priority", "impact", "urgency", "severity", "case:priority", "case:impact",
        "prioritate", "urgență", "priorytet", "pilność", "prioridad", "urgencia", "prioridade", "priorität", "priorité",
    ),
    "transition": ("lifecycle:transition", "transition", "lifecycle"),
    "due": (
        "due", "due date", "due at", "deadline", "promised", "promised at",
        "termen", "scadență", "termin", "plazo", "vencimiento", "prazo", "frist", "échéance",
    ),
    "parent": ("parent", "parent case", "parent id", "asked by case"),
}  # fmt: skip
