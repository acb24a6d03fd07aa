# APIs, for which tokens are given.
nav-apis = APIs
apis-heading = APIs
apis-status = Status
apis-new = Neue API
apis-empty = Noch keine APIs
apis-empty-text = Registrieren Sie eine API, um Rollen ihre Berechtigungen zu geben und Tokens auszustellen, die nur für sie gelten.
api-status-active = Aktiv
api-status-disabled = Deaktiviert
api-audience = Audience
api-audience-hint = Eine URI, die die API benennt: Sie steht in den Tokens für die API und ändert sich nie.
api-permissions = Berechtigungen
api-permissions-hint = Was die API kennt, eine je Zeile, etwa reports:read.
api-lifetime = Lebensdauer von Access-Tokens in Sekunden
api-algorithm = Signatur von Access-Tokens
api-algorithm-usual = Wie überall
api-not-a-number = Geben Sie eine ganze Zahl von Sekunden ein oder lassen Sie das Feld leer.
api-count = { $count ->
    [one] { $count } Berechtigung
   *[other] { $count } Berechtigungen
}
api-create = API registrieren
api-disable = Deaktivieren
api-disable-effect = Für diese API werden keine Tokens ausgestellt, bis sie wieder aktiviert wird. Bereits ausgestellte Tokens gelten, bis sie ablaufen.
api-enable = Aktivieren
api-enable-effect = Für diese API werden wieder Tokens ausgestellt.
api-delete = API löschen
api-delete-effect = Für diese API werden keine Tokens mehr ausgestellt, und ihre Berechtigungen verschwinden aus der Liste, aus der Rollen zusammengestellt werden. Das kann nicht rückgängig gemacht werden.
done-api-disable = Deaktiviert.
done-api-enable = Aktiviert.
