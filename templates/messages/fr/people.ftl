# One person, page by page, and changes to many.
field-slug = Nom court
choose = Choisir…
users-team = Équipe
user-is-suspended = Cette personne est suspendue : elle ne peut pas se connecter, et ses clés ne fonctionnent pas.
user-is-deleted = Cette personne est dans la corbeille. Elle peut être restaurée jusqu’à ce que la corbeille soit vidée.
user-is-invited = Cette personne n’a pas encore rejoint l’organisation.
user-tabs = Pages de cette personne
user-tab-profile = Profil
user-tab-roles = Rôles
user-tab-teams = Équipes
user-tab-sessions = Sessions
user-tab-permissions = Permissions
user-tab-keys = Clés d’API
user-roles-own = Rôles que cette personne a elle-même
user-roles-by-team = Rôles par équipes
user-permissions-empty = Aucune permission
user-permissions-empty-text = Aucun rôle ne donne quoi que ce soit à cette personne : elle peut seulement se connecter à des applications.
user-permission = Permission
user-permission-from = Provient de
user-permission-by-team = { $role } par l’équipe { $team }
user-sessions-empty = Connectée nulle part
user-sessions-empty-text = Une session commence lorsque cette personne se connecte dans un navigateur.
user-session-program = Programme
user-session-address = Adresse
user-session-began = Connexion
user-session-seen = Dernière visite
user-session-ends = Fin
user-session-end = Mettre fin à la session
done-user-session = La session et ses jetons ont pris fin.
user-teams-empty = Dans aucune équipe
user-teams-empty-text = Une équipe donne ses rôles à tous ses membres à la fois.
user-team-leave = Retirer
user-team-join = Ajouter à l’équipe
user-team-join-which = Équipe
user-team-choose = Choisissez une équipe.
users-bulk-label = Modifier plusieurs personnes à la fois
users-bulk-action = Personnes sélectionnées
users-bulk-role = Rôle
users-bulk-any-role = Aucun
users-bulk-everybody = Toutes les personnes qui correspondent aux filtres, sur toutes les pages
users-bulk-preview = Aperçu
users-bulk-select = Sélectionner
users-bulk-select-one = Sélectionner { $name }
users-bulk-nobody = Personne n’est sélectionné. Revenez en arrière et cochez les personnes concernées.
users-bulk-no-role = Aucun rôle n’est choisi. Revenez en arrière et choisissez le rôle à donner ou à retirer.
users-bulk-suspend = Suspendre
users-bulk-suspend-effect = Met fin en moins d’une seconde à toutes les sessions, à tous les jetons et à toutes les clés de ces personnes. Elles ne peuvent plus se connecter jusqu’à leur réactivation.
users-bulk-resume = Réactiver
users-bulk-resume-effect = Ces personnes peuvent de nouveau se connecter. Leurs clés fonctionnent aussi de nouveau.
users-bulk-assign-role = Donner un rôle
users-bulk-assign-role-effect = Ces personnes ont désormais le rôle { $role }.
users-bulk-withdraw-role = Retirer un rôle
users-bulk-withdraw-role-effect = Ces personnes perdent le rôle { $role }. Ce qu’une équipe leur donne reste.
users-bulk-delete = Supprimer
users-bulk-delete-effect = Déplace ces personnes dans la corbeille et met fin à leurs sessions, jetons et clés. Elles peuvent être rétablies pendant 7 jours.
users-bulk-changed = { $count ->
    [0] Personne ne serait modifié.
    [one] { $count } personne sera modifiée.
   *[other] { $count } personnes seront modifiées.
}
users-bulk-matched = { $count ->
    [one] { $count } personne est concernée.
   *[other] { $count } personnes sont concernées.
}
users-bulk-unchanged = { $count ->
    [one] { $count } personne est déjà ainsi.
   *[other] { $count } personnes sont déjà ainsi.
}
users-bulk-refused = { $count ->
    [one] { $count } personne a plus de droits que vous, ou est vous-même, et reste telle quelle.
   *[other] { $count } personnes ont plus de droits que vous, ou sont vous-même, et restent telles quelles.
}
users-bulk-not-found = { $count ->
    [one] { $count } personne n’est plus là.
   *[other] { $count } personnes ne sont plus là.
}
done-users-bulk = Modifiées : { $changed }. Inchangées : { $kept }.
user-tab-activity = Activité
user-activity-empty = Rien ne s’est encore passé
user-activity-empty-text = Ce que fait cette personne, et ce qui est fait à son compte, figurera ici.
