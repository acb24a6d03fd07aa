# One person, page by page, and changes to many.
field-slug = Kurzname
choose = Bitte wählen …
users-team = Team
user-is-suspended = Diese Person ist gesperrt: Sie kann sich nicht anmelden, und ihre Schlüssel gelten nicht.
user-is-deleted = Diese Person ist im Papierkorb. Sie kann wiederhergestellt werden, bis er geleert wird.
user-is-invited = Diese Person ist noch nicht beigetreten.
user-tabs = Seiten dieser Person
user-tab-profile = Profil
user-tab-roles = Rollen
user-tab-teams = Teams
user-tab-sessions = Sitzungen
user-tab-permissions = Berechtigungen
user-tab-keys = API-Schlüssel
user-roles-own = Rollen, die diese Person selbst hat
user-roles-by-team = Rollen durch Teams
user-permissions-empty = Keine Berechtigungen
user-permissions-empty-text = Keine Rolle gibt dieser Person etwas: Sie darf sich nur bei Anwendungen anmelden.
user-permission = Berechtigung
user-permission-from = Stammt aus
user-permission-by-team = { $role } durch das Team { $team }
user-sessions-empty = Nirgends angemeldet
user-sessions-empty-text = Eine Sitzung beginnt, wenn sich diese Person in einem Browser anmeldet.
user-session-program = Programm
user-session-address = Adresse
user-session-began = Angemeldet
user-session-seen = Zuletzt gesehen
user-session-ends = Endet
user-session-end = Sitzung beenden
done-user-session = Die Sitzung und ihre Tokens sind beendet.
user-teams-empty = In keinem Team
user-teams-empty-text = Ein Team gibt seine Rollen allen seinen Mitgliedern auf einmal.
user-team-leave = Herausnehmen
user-team-join = Zum Team hinzufügen
user-team-join-which = Team
user-team-choose = Wählen Sie ein Team.
users-bulk-label = Mehrere Personen auf einmal ändern
users-bulk-action = Ausgewählte Personen
users-bulk-role = Rolle
users-bulk-any-role = Keine
users-bulk-everybody = Alle, die zu den Filtern passen, auf jeder Seite
users-bulk-preview = Vorschau
users-bulk-select = Auswählen
users-bulk-select-one = { $name } auswählen
users-bulk-nobody = Niemand ist ausgewählt. Gehen Sie zurück und kreuzen Sie die gemeinten Personen an.
users-bulk-no-role = Keine Rolle ist gewählt. Gehen Sie zurück und wählen Sie die Rolle, die gegeben oder entzogen werden soll.
users-bulk-suspend = Sperren
users-bulk-suspend-effect = Beendet innerhalb einer Sekunde alle Sitzungen, Tokens und Schlüssel dieser Personen. Sie können sich nicht anmelden, bis sie wieder entsperrt werden.
users-bulk-resume = Entsperren
users-bulk-resume-effect = Diese Personen können sich wieder anmelden. Auch ihre Schlüssel gelten wieder.
users-bulk-assign-role = Eine Rolle geben
users-bulk-assign-role-effect = Diese Personen haben ab sofort die Rolle { $role }.
users-bulk-withdraw-role = Eine Rolle entziehen
users-bulk-withdraw-role-effect = Diese Personen verlieren die Rolle { $role }. Was ein Team ihnen gibt, bleibt.
users-bulk-delete = Löschen
users-bulk-delete-effect = Verschiebt diese Personen in den Papierkorb und beendet ihre Sitzungen, Tokens und Schlüssel. Sie können 7 Tage lang zurückgeholt werden.
users-bulk-changed = { $count ->
    [0] Niemand würde geändert.
    [one] { $count } Person wird geändert.
   *[other] { $count } Personen werden geändert.
}
users-bulk-matched = { $count ->
    [one] { $count } Person ist gemeint.
   *[other] { $count } Personen sind gemeint.
}
users-bulk-unchanged = { $count ->
    [one] { $count } Person ist bereits so.
   *[other] { $count } Personen sind bereits so.
}
users-bulk-refused = { $count ->
    [one] { $count } Person darf mehr als Sie oder ist Sie selbst und bleibt, wie sie ist.
   *[other] { $count } Personen dürfen mehr als Sie oder sind Sie selbst und bleiben, wie sie sind.
}
users-bulk-not-found = { $count ->
    [one] { $count } Person ist nicht mehr da.
   *[other] { $count } Personen sind nicht mehr da.
}
done-users-bulk = Geändert: { $changed }. Unverändert: { $kept }.
user-tab-activity = Aktivität
user-activity-empty = Noch ist nichts geschehen
user-activity-empty-text = Hier wird stehen, was diese Person tut und was mit ihrem Konto getan wird.
