nav-access = Zugriff
nav-api-keys = API-Schlüssel
keys-heading = API-Schlüssel
keys-own-heading = Meine API-Schlüssel
keys-own-text = Schlüssel, die für Sie handeln: höchstens mit Ihren Berechtigungen und nicht länger, als Ihr Konto besteht.
keys-search = Name beginnt mit
keys-status = Status
keys-empty = Noch keine API-Schlüssel
keys-empty-text = Mit einem Schlüssel kann ein Programm eine API aufrufen. Erstellen Sie einen für jedes Programm und jeden Ort, an dem es läuft.
key-status-active = Aktiv
key-status-expired = Abgelaufen
key-status-disabled = Deaktiviert
key-status-revoked = Widerrufen
key-health-operational = In Ordnung
key-health-operational-advice = Es ist nichts zu tun.
key-health-revoked = Widerrufen
key-health-revoked-advice = Der Schlüssel funktioniert nie wieder. Erstellen Sie einen neuen, wenn Programme ihn noch brauchen.
key-health-expired = Abgelaufen
key-health-expired-advice = Der Schlüssel ist abgelaufen und wird abgelehnt. Geben Sie ihm unten ein neues Ende oder widerrufen Sie ihn.
key-health-disabled = Deaktiviert
key-health-disabled-advice = Der Schlüssel wird abgelehnt, bis ihn jemand aktiviert.
key-health-exposed = Offengelegt
key-health-exposed-advice = Das Secret wurde an einer Stelle gesehen, an der kein Secret stehen sollte. Rotieren Sie den Schlüssel ohne Übergangsfrist oder widerrufen Sie ihn.
key-health-spike = Plötzlicher Anstieg
key-health-spike-advice = Der Schlüssel wird viel mehr als üblich verwendet. Prüfen Sie, woher seine Anfragen kommen. Wenn Sie das nicht sind, rotieren Sie ihn ohne Übergangsfrist.
key-health-new-network = Neues Netz
key-health-new-network-advice = Im letzten Tag wurde der Schlüssel zum ersten Mal aus einem Netz verwendet. Wenn dort keines Ihrer Programme läuft, rotieren Sie ihn und beschränken Sie seine Adressen.
key-health-rate-limited = Begrenzt
key-health-rate-limited-advice = Anfragen mit dem Schlüssel mussten warten. Lassen Sie das Programm seltener anfragen oder geben Sie dem Schlüssel eine höhere Grenze.
key-health-expires-soon = Läuft bald ab
key-health-expires-soon-advice = Der Schlüssel läuft innerhalb von zwei Wochen ab. Rotieren Sie ihn oder geben Sie ihm ein neues Ende, bevor Programme ausfallen.
key-health-unused-90-days = Seit 90 Tagen unbenutzt
key-health-unused-90-days-advice = Seit 90 Tagen hat nichts diesen Schlüssel verwendet. Widerrufen Sie ihn, wenn ihn nichts braucht.
key-why-by-owner = Das hat sein Inhaber getan.
key-why-by-administrator = Das hat ein Administrator getan.
key-why-owner-deleted = Sein Inhaber wurde gelöscht.
key-why-exposed = Sein Secret wurde gefunden, wo andere es lesen können.
key-why-spike = Seine Nutzung ist plötzlich gestiegen.
keys-health = Zustand
keys-health-explained = Was die Zustände bedeuten und was zu tun ist
keys-activity = Letzte 36 Stunden
keys-download-csv = Als CSV exportieren
keys-download-jsonl = Als JSONL exportieren
keys-bulk-label = Mehrere Schlüssel auf einmal ändern
keys-bulk-action = Ausgewählte Schlüssel
keys-bulk-everything = Jeder Schlüssel, auf den die Filter passen, auf jeder Seite
keys-bulk-none = Es ist kein Schlüssel ausgewählt. Gehen Sie zurück und haken Sie die gemeinten an.
keys-bulk-disable = Schlüssel deaktivieren
keys-bulk-disable-effect = Diese Schlüssel werden innerhalb einer Sekunde überall abgelehnt. Sie können wieder aktiviert werden.
keys-bulk-enable = Schlüssel aktivieren
keys-bulk-enable-effect = Diese Schlüssel funktionieren wieder.
keys-bulk-revoke = Schlüssel widerrufen
keys-bulk-revoke-effect = Diese Schlüssel werden innerhalb einer Sekunde überall abgelehnt, ebenso die Tokens, gegen die sie getauscht wurden. Das lässt sich nicht rückgängig machen.
keys-bulk-changed = { $count ->
    [one] { $count } Schlüssel wird geändert.
   *[other] { $count } Schlüssel werden geändert.
}
keys-bulk-matched = { $count ->
    [one] { $count } Schlüssel ist gemeint.
   *[other] { $count } Schlüssel sind gemeint.
}
keys-bulk-unchanged = { $count ->
    [one] { $count } ist schon so oder wurde widerrufen.
   *[other] { $count } sind schon so oder wurden widerrufen.
}
keys-bulk-refused = { $count ->
    [one] { $count } darf mehr als Sie oder braucht einen Administrator und bleibt, wie er ist.
   *[other] { $count } dürfen mehr als Sie oder brauchen einen Administrator und bleiben, wie sie sind.
}
keys-bulk-not-found = { $count ->
    [one] { $count } gibt es nicht.
   *[other] { $count } gibt es nicht.
}
keys-bulk-more = { $count ->
    [one] und { $count } weiterer
   *[other] und { $count } weitere
}
done-keys-bulk-disable = Deaktiviert: { $changed }. Unverändert: { $kept }.
done-keys-bulk-enable = Aktiviert: { $changed }. Unverändert: { $kept }.
done-keys-bulk-revoke = Widerrufen: { $changed }. Unverändert: { $kept }.
key-usage-span = Wie weit zurück
key-usage-day = 24 Stunden
key-usage-week = 7 Tage
key-usage-month = 30 Tage
key-usage-quarter = 90 Tage
key-usage-csv = Als CSV exportieren
key-history = Was mit ihm geschah
key-history-none = Es ist nichts bekannt.
key-history-all = Alles davon im Audit-Log
key-create = API-Schlüssel erstellen
key-new-heading = Einen API-Schlüssel erstellen
key-secret = Secret
key-owner = Inhaber
key-owner-me = Ich
key-owner-hint = Ein Dienstkonto überdauert die Personen, die es erstellt haben. Ihre eigenen Schlüssel enden mit Ihrem Konto.
key-last-used = Zuletzt verwendet
key-expires = Läuft ab
key-name-hint = Das Programm und wo es läuft, etwa „Deployment, Staging“.
key-description = Wofür er da ist
key-permission = Berechtigung
key-level-read-only = Nur lesen
key-level-read-only-text = Darf lesen und aufrufen, aber nichts ändern.
key-level-read-write = Lesen und schreiben
key-level-read-write-text = Darf auch Dinge ändern, aber keine Schlüssel.
key-level-admin = Alles
key-level-admin-text = Darf alles, was der Inhaber darf, auch Schlüssel verwalten.
key-level-scopes = Eingeschränkt
key-level-scopes-text = Darf nur, was unten angekreuzt ist.
key-scopes = Berechtigungen eines eingeschränkten Schlüssels
key-limits = Grenzen
key-addresses = Zugelassene Adressen
key-addresses-hint = Eine Adresse oder ein Netz je Zeile, etwa 192.0.2.0/24. Leer bedeutet: von überall.
key-rate = Anfragen pro Minute
key-rate-hint = Leer gilt das Limit der Organisation.
key-rate-unreadable = Geben Sie eine ganze Zahl von Anfragen pro Minute ein.
key-expiry = Ablauf
key-expiry-keep = Wie bisher
key-expiry-custom = An einem Tag
key-expiry-on = Tag
key-expiry-never = Nie
key-never-confirm = Mir ist bewusst, dass ein Schlüssel, der nie abläuft, so lange gilt, bis ihn jemand widerruft.
key-never-unconfirmed = Kreuzen Sie das Kästchen unter „Nie“ an oder wählen Sie ein Ende.
key-day-unreadable = Wählen Sie, wann der Schlüssel abläuft.
key-days = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tage
}
key-made-heading = API-Schlüssel erstellt
key-rotated-heading = Neues Secret
key-secret-once = Kopieren Sie dieses Secret jetzt. Es wird nur dieses eine Mal angezeigt und kann nicht wieder gelesen werden.
key-secret-kept = Ich habe es kopiert
key-try = Ausprobieren
key-usage = Nutzung
key-waiting = Warten auf die erste Anfrage
key-waiting-text = Rufen Sie mit dem Schlüssel eine API auf, zum Beispiel:
key-networks = Verwendet aus
key-uses = Letzte Verwendungen
key-uses-hint = Die neuesten 20. Gleichartige innerhalb einer Minute stehen in einer Zeile.
key-use-agent = Programm
key-use-door = Verwendet bei
key-use-requests = Anfragen
key-door-verify = Prüfung
key-door-forward-auth = Proxy
key-door-api = Verwaltungs-API
key-door-session = Anmeldung mit Schlüssel
key-door-token = Token-Austausch
key-door-revocations = Strom der Widerrufe
key-may = Darf im Augenblick
key-change = Ändern
key-previous-used = Das alte Secret endet { $ends }. Zuletzt verwendet: { $used }.
key-previous-quiet = Das alte Secret endet { $ends }. Seit der Rotation wurde es nicht verwendet.
key-rotate = Rotieren
key-rotate-effect = Erzeugt ein neues Secret für denselben Schlüssel. Das alte gilt auf die Sekunde genau so lange weiter, wie Sie wählen.
key-grace = Das alte Secret gilt noch
key-grace-0 = gar nicht mehr: es endet sofort
key-grace-900 = 15 Minuten
key-grace-3600 = 1 Stunde
key-grace-21600 = 6 Stunden
key-grace-86400 = 24 Stunden
key-grace-604800 = 7 Tage
key-grace-2592000 = 30 Tage
key-disable = Deaktivieren
key-disable-effect = Der Schlüssel wird innerhalb einer Sekunde überall abgelehnt. Er kann wieder aktiviert werden.
key-enable = Aktivieren
key-enable-effect = Der Schlüssel gilt wieder.
key-revoke = Widerrufen
key-revoke-effect = Der Schlüssel wird innerhalb einer Sekunde überall abgelehnt, ebenso die Tokens, gegen die er getauscht wurde. Das kann nicht rückgängig gemacht werden.
key-outcome-allowed = Zugelassen
key-outcome-rate-limited = Ratenlimit überschritten
key-outcome-permission-denied = Berechtigung verweigert
key-outcome-expired = Abgelaufen
key-outcome-disabled = Deaktiviert
key-outcome-revoked = Widerrufen
key-outcome-address-not-allowed = Adresse nicht zugelassen
key-outcome-owner-inactive = Inhaber gesperrt oder gelöscht
key-outcome-wrong-tenant = Gehört einer anderen Organisation
key-outcome-wrong-header = Falscher Header
done-key-disable = Deaktiviert. Kein Edge-Knoten nimmt ihn mehr an.
done-key-enable = Aktiviert.
done-key-revoke = Widerrufen. Kein Edge-Knoten nimmt ihn mehr an.
