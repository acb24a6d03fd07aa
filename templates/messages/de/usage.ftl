# How keys are used.
nav-usage = Nutzung
usage-heading = Nutzung
usage-range = Zeitraum
usage-day = 24 Stunden
usage-week = 7 Tage
usage-keys = Anfragen je Schlüssel
usage-empty = In diesem Zeitraum wurde kein Schlüssel verwendet
usage-empty-text = Anfragen mit API-Schlüsseln und Signaturschlüsseln werden hier nach ihrem Ausgang gezählt.
