# What every page says.
skip-link = Zum Inhalt springen
error-prefix = Fehler:
nav-label = Seiten
looking-at = Sie sehen { $slug } – verlassen
user-menu = Menü von { $name }
menu-account = Mein Konto
menu-console = Konsole
menu-switch = Anderes Konto verwenden
menu-language = Sprache
menu-theme = Farben
menu-save = Speichern
menu-sign-out = Abmelden
theme-system = Wie das System
theme-light = Hell
theme-dark = Dunkel
recipes = Dasselbe in der Shell
copy = Kopieren
copied = Kopiert
pager-label = Seiten der Liste
pager-first = Erste Seite
pager-next = Nächste Seite
list-count = { $count ->
    [0] Kein Eintrag
    [one] Ein Eintrag
   *[other] { $count } Einträge
}
list-count-more = { $count } Einträge auf dieser Seite, weitere auf der nächsten
filter-apply = Filtern
filter-clear = Filter löschen
filter-all = Alle
filter-named = { $what } (Kurzname)
picker-search = { $what }: nach Kurznamen suchen
picker-find = Suchen
picker-first = Unten stehen die ersten { $count }. Die übrigen finden Sie über die Suche.
picker-found = { $count ->
    [one] Ein Kurzname beginnt mit „{ $text }“.
   *[other] { $count } Kurznamen beginnen mit „{ $text }“.
}
picker-found-more = Mehr als { $count } Kurznamen beginnen mit „{ $text }“. Geben Sie mehr vom gesuchten Namen ein.
picker-none = Kein Kurzname beginnt mit „{ $text }“.
nothing-matches = Keine Treffer
nothing-matches-text = Kein Eintrag passt zu diesen Filtern.
cancel = Abbrechen
save = Speichern
back = Zurück
yes = Ja
no = Nein
never = Nie
unknown = Unbekannt
identifier = Kennung
created = Erstellt
changed = Geändert
confirm-heading = Bestätigen Sie, dass Sie es sind
confirm-why = Sie sind dabei, etwas zu ändern, und Ihre letzte Anmeldung liegt schon eine Weile zurück. Geben Sie Ihr Passwort ein, um fortzufahren; Ihre Eingaben bleiben erhalten.
confirm-button = Bestätigen
confirm-wrong = Das ist nicht das richtige Passwort.
confirm-throttled = Zu viele Versuche. Wartezeit bis zum nächsten Versuch: { $wait }.
field-password = Passwort
field-email = E-Mail-Adresse
field-name = Name
time-now = gerade eben
time-minutes-ago = { $count ->
    [one] vor { $count } Minute
   *[other] vor { $count } Minuten
}
time-hours-ago = { $count ->
    [one] vor { $count } Stunde
   *[other] vor { $count } Stunden
}
time-days-ago = { $count ->
    [one] vor { $count } Tag
   *[other] vor { $count } Tagen
}
time-in-minutes = { $count ->
    [one] in { $count } Minute
   *[other] in { $count } Minuten
}
time-in-hours = { $count ->
    [one] in { $count } Stunde
   *[other] in { $count } Stunden
}
time-in-days = { $count ->
    [one] in { $count } Tag
   *[other] in { $count } Tagen
}
done-created = Erstellt.
done-saved = Gespeichert.
done-deleted = Gelöscht.
