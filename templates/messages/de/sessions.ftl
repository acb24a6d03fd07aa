# Who is signed in where.
nav-sessions = Sitzungen
sessions-heading = Sitzungen
sessions-search = E-Mail oder Kennung einer Person
sessions-empty = Niemand ist angemeldet
sessions-empty-text = Wer sich anmeldet, erscheint hier, bis die Sitzung endet.
session-person = Person
session-this = Diese hier
session-address = Von welcher Adresse
session-browser = Browser
session-methods = Angemeldet mit
session-began = Seit
session-seen = Zuletzt gesehen
session-ends = Endet
session-end = Sitzung beenden
session-end-effect = Meldet diese Person in diesem Browser ab und beendet die Tokens, die aus der Sitzung hervorgingen. Sie kann sich wieder anmelden.
done-session-end = Die Sitzung wurde beendet.
