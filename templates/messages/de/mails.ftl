# Mails.
mail-reset-subject = Neues Passwort wählen
mail-reset-why = Jemand, vermutlich Sie, hat für diese E-Mail-Adresse ein neues Passwort angefordert.
mail-reset-open = Um ein neues Passwort für Ihr Konto bei { $organization } zu wählen, öffnen Sie:
mail-reset-lasts = { $links ->
    [one] Der Link funktioniert einmal, Gültigkeit: { $span }.
   *[other] Jeder Link funktioniert einmal, Gültigkeit: { $span }.
}
mail-reset-ignore = Wenn Sie das nicht waren, ignorieren Sie diese Mail: Ihr Passwort bleibt, wie es ist.
mail-asked = Die Verwaltung von { $organization } bittet Sie, ein neues Passwort für Ihr Konto zu wählen. Öffnen Sie:
mail-asked-lasts = Der Link funktioniert einmal, Gültigkeit: { $span }. Bis Sie ihn benutzen, bleibt Ihr Passwort, wie es ist.
mail-changed-subject = Ihr Passwort wurde geändert
mail-changed = Das Passwort Ihres Kontos bei { $organization } wurde geändert.
mail-changed-everywhere = Das Passwort Ihres Kontos bei { $organization } wurde geändert, und alle Geräte wurden abgemeldet.
mail-changed-not-you = Wenn Sie das nicht waren, wählen Sie sofort ein anderes Passwort und informieren Sie Ihre Verwaltung:
mail-invited-subject = Sie sind eingeladen
mail-invited = Sie sind eingeladen, { $organization } beizutreten. Um ein Passwort für Ihr Konto zu wählen, öffnen Sie:
mail-invited-lasts = Der Link funktioniert einmal, Gültigkeit: { $span }.
mail-invited-ignore = Wenn Sie nicht wissen, worum es geht, ignorieren Sie diese Mail.
mail-key-created-subject = Ein neuer API-Schlüssel
mail-key-created = Bei { $organization } wurde ein API-Schlüssel angelegt:
mail-key-ends = Er gilt bis { $end }.
mail-key-endless = Er gilt unbegrenzt.
mail-key-unexpected = Wenn Sie das erwartet haben, ist nichts zu tun. Andernfalls widerrufen Sie den Schlüssel und informieren Sie die Verwaltung von { $organization }:
mail-key-rotated-subject = Ein API-Schlüssel wurde erneuert
mail-key-rotated = Das Geheimnis eines API-Schlüssels bei { $organization } wurde ersetzt:
mail-key-previous = Das bisherige Geheimnis gilt bis { $end }: Geben Sie den Programmen bis dahin das neue.
mail-key-previous-ended = Das bisherige Geheimnis gilt nicht mehr.
mail-key-exposed-subject = Ein API-Schlüssel ist bekannt geworden
mail-key-exposed = Ein Geheimnis eines API-Schlüssels bei { $organization } wurde gefunden, wo andere es lesen können:
mail-key-exposed-revoked = Der Schlüssel wurde sofort widerrufen und gilt nie wieder. Legen Sie einen neuen an und geben Sie ihn den Programmen, die diesen benutzt haben.
mail-key-exposed-disabled = Der Schlüssel wurde sofort deaktiviert, wie die Organisation es festgelegt hat. Legen Sie einen neuen an und geben Sie ihn den Programmen, die diesen benutzt haben. War die Meldung ein Irrtum, kann die Verwaltung den Schlüssel wieder aktivieren.
mail-key-exposed-previous = Bekannt geworden ist das Geheimnis vor dem jetzigen; es wurde sofort beendet. Das jetzige gilt weiterhin. Prüfen Sie, dass jedes Programm das jetzige Geheimnis hat, und erneuern Sie den Schlüssel im Zweifel.
mail-key-exposed-next = Entfernen Sie das Geheimnis dort, wo es gefunden wurde: Das Audit-Protokoll nennt den Ort, falls er gemeldet wurde. Prüfen Sie dann, was mit dem Schlüssel getan wurde:
mail-key-spiked-subject = Ein API-Schlüssel wurde deaktiviert
mail-key-spiked = Ein API-Schlüssel bei { $organization } wurde so viel häufiger als sonst benutzt, dass er deaktiviert wurde, wie die Organisation es festgelegt hat:
mail-key-spiked-look = Prüfen Sie, wie oft und von wo er benutzt wurde:
mail-key-spiked-yours = Wenn Sie das waren, aktivieren Sie ihn wieder:
mail-key-spiked-other = Andernfalls hat vielleicht jemand anders das Geheimnis: Widerrufen Sie den Schlüssel und geben Sie Ihren Programmen einen neuen.
mail-key-ending-subject = Ein API-Schlüssel läuft bald ab
mail-key-ending = Ein API-Schlüssel bei { $organization } läuft bald ab:
mail-key-ending-when = Er gilt noch { $span }, bis { $end }.
mail-key-ending-next = Geben Sie ihm ein späteres Ende, oder legen Sie einen neuen an und geben Sie ihn den Programmen, die diesen benutzen:
mail-key-ended-subject = Ein API-Schlüssel ist abgelaufen
mail-key-ended = Ein API-Schlüssel bei { $organization } ist abgelaufen:
mail-key-ended-when = Er galt bis { $end }.
mail-key-ended-next = Wenn Programme ihn noch brauchen, geben Sie ihm ein späteres Ende oder legen Sie einen neuen an:
