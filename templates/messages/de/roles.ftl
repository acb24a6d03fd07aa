# Roles and what they allow.
nav-roles = Rollen & Berechtigungen
roles-heading = Rollen & Berechtigungen
roles-search = Kurzname beginnt mit
roles-new = Neue Rolle
roles-empty = Keine Rollen
roles-empty-text = Eine Rolle ist eine Liste von Berechtigungen unter einem Namen. Personen, Dienstkonten und Teams haben Rollen.
role-built-in = Eingebaut
role-built-in-text = Diese Rolle gehört zum Produkt und kann nicht geändert werden. Kopieren Sie sie, um eine eigene daraus zu machen.
role-slug = Kurzname
role-slug-hint = Kleinbuchstaben, Ziffern, Bindestriche und Unterstriche. Er steht in Tokens und ändert sich nie.
role-permissions = Berechtigungen
role-permissions-of-api = der API
role-others = Weitere Berechtigungen
role-others-hint = Eine je Zeile. Ein * steht für alle, wie in reports:*; ein dritter Teil benennt ein einzelnes Objekt, wie in reports:read:sales.
role-copy = Kopieren
role-create = Rolle erstellen
role-count = { $count ->
    [one] { $count } Berechtigung
   *[other] { $count } Berechtigungen
}
role-holders = Wer sie hat
role-holders-none = Niemand hat diese Rolle.
role-holder-since = Seit
role-holder-kind = Art
role-holder-user = Person
role-holder-service-account = Dienstkonto
role-holder-team = Team
role-held-by = { $count ->
    [0] niemandem zugewiesen
    [one] { $count }-mal zugewiesen
   *[other] { $count }-mal zugewiesen
}
role-held-by-users = { $count ->
    [one] { $count } Person
   *[other] { $count } Personen
}
role-held-by-service-accounts = { $count ->
    [one] { $count } Dienstkonto
   *[other] { $count } Dienstkonten
}
role-held-by-teams = { $count ->
    [one] { $count } Team
   *[other] { $count } Teams
}
role-delete = Rolle löschen
role-delete-effect = Wer diese Rolle hat, verliert sofort, was sie erlaubt. Das kann nicht rückgängig gemacht werden.
