# The sign-in pages, and what all forms say.
error-summary = Es gibt ein Problem
request-id = Anfrage-ID:
show = Anzeigen
show-password = Passwort anzeigen
password-rule = Mindestens { $minimum } Zeichen. Alle Zeichen zählen, auch Leerzeichen. Einige Wörter, die nicht zusammengehören, sind leicht zu merken und schwer zu erraten; verbreitete Passwörter und Ihr eigener Name werden abgelehnt.
span-second = { $count ->
    [one] { $count } Sekunde
   *[other] { $count } Sekunden
}
span-minute = { $count ->
    [one] { $count } Minute
   *[other] { $count } Minuten
}
span-hour = { $count ->
    [one] { $count } Stunde
   *[other] { $count } Stunden
}
span-day = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tage
}
login-sign-in = Anmelden
login-sign-out = Abmelden
login-sign-out-named = { $name }, { $organization }, abmelden
login-sign-out-all = Alle Konten abmelden
login-continue = Weiter
login-go-back = Zurück
login-back = Zurück zur Anmeldung
login-search = Suchen
login-other-account = Anderes Konto verwenden
login-enter-email = Geben Sie Ihre E-Mail-Adresse ein.
login-forgotten = Passwort vergessen?
login-start = Die Anmeldung beginnt in der Anwendung, die Sie verwenden möchten. Öffnen Sie sie und wählen Sie dort die Anmeldung; sie bringt Sie hierher zurück.
login-signed-out-heading = Sie sind abgemeldet
login-signed-out = Sie können diese Seite schließen oder zur Anwendung zurückkehren, um sich wieder anzumelden.
login-nobody-heading = Sie sind nicht angemeldet
login-nobody = In diesem Browser ist niemand angemeldet. Um sich anzumelden, beginnen Sie in der Anwendung, die Sie verwenden möchten.
login-accounts-heading = Sie sind angemeldet
login-accounts = Diese Konten sind in diesem Browser angemeldet. Um eines zu verwenden, beginnen Sie in der Anwendung, die Sie verwenden möchten.
login-choose-sign-out = Wählen Sie ein Konto, das abgemeldet werden soll.
login-account-heading = Konto wählen
login-account-gone = Dieses Konto ist nicht mehr angemeldet. Wählen Sie ein anderes.
login-organization-heading = Wählen Sie Ihre Organisation
login-organization-text = { $email } hat ein Konto in mehreren Organisationen.
login-organization-find = Organisation suchen
login-organization-none = Keine Organisation hat „{ $wanted }“ im Namen.
login-organization-all = Alle Organisationen anzeigen
login-organization-choose = Wählen Sie eine Organisation.
login-password-heading = Geben Sie Ihr Passwort ein
login-password-wrong = Die E-Mail-Adresse oder das Passwort stimmt nicht.
login-enter-password = Geben Sie Ihr Passwort ein.
login-enter-a-password = Geben Sie ein Passwort ein.
login-throttled = Zu viele Versuche
login-throttled-text = Es gab zu viele Versuche. Zum Schutz der Konten werden vorerst keine weiteren angenommen. Wartezeit bis zum nächsten Versuch: { $wait }.
login-throttled-forgot = Wenn Sie sich nicht an Ihr Passwort erinnern, wählen Sie ein neues, statt zu raten.
login-throttled-reset = Passwort zurücksetzen
login-forgot-heading = Passwort vergessen
login-forgot-text = Geben Sie die E-Mail-Adresse Ihres Kontos ein. Sie erhalten eine E-Mail mit einem Link, um ein neues Passwort zu wählen.
login-forgot-submit = Link senden
login-no-mail = Dieser Server versendet keine E-Mails. Bitten Sie Ihren Administrator um einen Link, um ein neues Passwort zu wählen.
login-sent-heading = Sehen Sie in Ihr Postfach
login-sent = Wenn zu der angegebenen Adresse ein Konto besteht, ist eine E-Mail mit einem Link unterwegs. Das kann einige Minuten dauern; sehen Sie auch im Spam-Ordner nach.
login-link-ended = Dieser Link gilt nicht mehr
login-reset-heading = Neues Passwort wählen
login-reset-text = Für Ihr Konto in { $organization }. Alle Geräte, die dort angemeldet sind, werden abgemeldet.
login-reset-ended = Ein Link zum Wählen eines neuen Passworts gilt einmal und nur kurze Zeit. Dieser wurde verwendet, ist zu alt oder unvollständig.
login-reset-again = Neuen Link anfordern
login-reset-done-heading = Passwort geändert
login-reset-done = Ihr Passwort ist geändert, und alle Geräte wurden abgemeldet. Kehren Sie zur Anwendung zurück und melden Sie sich mit dem neuen Passwort an.
login-new-password = Neues Passwort
login-change-password = Passwort ändern
login-invitation-heading = Passwort wählen
login-invitation-text = Sie sind eingeladen, { $organization } beizutreten. Mit einem eigenen Passwort ist Ihr Konto bereit.
login-invitation-ended-heading = Diese Einladung gilt nicht mehr
login-invitation-ended = Eine Einladung gilt einmal und sieben Tage lang. Diese wurde verwendet, wurde zurückgenommen, ist zu alt oder unvollständig. Bitten Sie die Person, die Sie eingeladen hat, um eine neue.
login-join = Beitreten
login-welcome = Willkommen
login-welcome-text = Ihr Konto ist bereit. Öffnen Sie die Anwendung, zu der Sie eingeladen wurden, und melden Sie sich mit Ihrem neuen Passwort an.
login-to-account = Zu Ihrem Konto
login-setup-heading = Gridkey einrichten
login-setup-text = Hiermit entstehen Ihre Organisation und ihr erster Administrator. Der Link gilt einmal.
login-setup-organization = Organisation
login-setup-slug = Kurzname für Webadressen (freiwillig)
login-setup-slug-hint = Kleinbuchstaben, Ziffern und Bindestriche, etwa acme. Bleibt das Feld leer, wird er aus dem Namen der Organisation gebildet.
login-setup-slug-taken = Eine andere Organisation hat diesen Kurznamen. Wählen Sie einen anderen.
login-setup-name = Ihr Name
login-setup-submit = Organisation erstellen
login-setup-ended = Ein Einrichtungslink gilt einmal und nur begrenzte Zeit. Dieser wurde verwendet, ist zu alt oder unvollständig.
login-setup-again = Erzeugen Sie auf dem Server einen neuen:
login-consent-heading = { $app } erlauben, Ihr Konto zu verwenden?
login-consent-wants = { $app } unter { $host } möchte:
login-consent-away = Dieser Zugriff bleibt bestehen, auch nachdem Sie sich abgemeldet haben. Höchstdauer: { $time }.
login-consent-until = Dieser Zugriff bleibt bestehen, bis Sie sich abmelden. Höchstdauer: { $time }.
login-consent-allow = Zugriff erlauben
login-consent-trust = Erlauben Sie dies nur, wenn Sie der Anwendung vertrauen. Sie kehren in jedem Fall zu ihr zurück.
login-consent-choose = Wählen Sie, ob Sie den Zugriff erlauben.
login-device-heading = Gerät verbinden
login-device-text = Geben Sie den Code ein, den das Programm oder Gerät anzeigt.
login-device-compare = Vergleichen Sie diesen Code mit dem, den das Programm oder Gerät anzeigt. Fahren Sie nur fort, wenn beide gleich sind.
login-device-code = Code
login-device-code-hint = Acht Buchstaben, zum Beispiel WDJB-MJHT.
login-device-enter = Geben Sie den Code ein.
login-device-wrong = Dieser Code ist falsch, abgelaufen oder wurde schon verwendet. Ein Code gilt einmal, zehn Minuten lang. Prüfen Sie ihn, oder beginnen Sie im Programm von vorn, um einen neuen zu bekommen.
login-device-confirm-heading = { $app } Ihr Konto verwenden lassen?
login-device-wants = { $app }, eine Anwendung von { $organization }, läuft auf einem anderen Gerät und möchte:
login-device-started = Begonnen { $time } von { $address }.
login-device-program = Das Programm nennt sich { $program }.
login-device-warning = Erlauben Sie das nur, wenn Sie es gerade selbst begonnen haben. Hat Ihnen jemand den Code oder einen Link geschickt, dann erlauben Sie es nicht: Er käme in Ihr Konto.
login-device-deny = Nicht erlauben
login-device-gone-heading = Dieser Code gilt nicht mehr
login-device-expired = Der Code ist abgelaufen: Er gilt zehn Minuten lang. Beginnen Sie im Programm von vorn, um einen neuen zu bekommen.
login-device-used = Der Code wurde schon verwendet oder zurückgezogen. Beginnen Sie im Programm von vorn, um einen neuen zu bekommen.
login-device-again = Anderen Code eingeben
login-device-allowed-heading = Ihr Gerät ist verbunden
login-device-allowed = Das Programm macht in wenigen Sekunden von selbst weiter. Sie können dieses Fenster schließen.
login-device-denied-heading = Zugriff abgelehnt
login-device-denied = Das Programm wurde nicht eingelassen. Sie können dieses Fenster schließen.
