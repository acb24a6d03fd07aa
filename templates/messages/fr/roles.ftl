# Roles and what they allow.
nav-roles = Rôles et permissions
roles-heading = Rôles et permissions
roles-search = Le nom court commence par
roles-new = Nouveau rôle
roles-empty = Aucun rôle
roles-empty-text = Un rôle est une liste de permissions sous un nom. Les personnes, les comptes de service et les équipes ont des rôles.
role-built-in = Intégré
role-built-in-text = Ce rôle est fourni avec le produit et ne peut pas être modifié. Copiez-le pour en faire un qui soit le vôtre.
role-slug = Nom court
role-slug-hint = Minuscules, chiffres, traits d’union et tirets bas. Il figure dans les jetons et ne change jamais.
role-permissions = Permissions
role-permissions-of-api = de l’API
role-others = Autres permissions
role-others-hint = Une par ligne. Un * les désigne toutes, comme dans reports:* ; une troisième partie désigne un seul objet, comme dans reports:read:sales.
role-copy = Copier
role-create = Créer le rôle
role-count = { $count ->
    [one] { $count } permission
   *[other] { $count } permissions
}
role-holders = Qui l’a
role-holders-none = Personne n’a ce rôle.
role-holder-since = Depuis
role-holder-kind = Type
role-holder-user = Personne
role-holder-service-account = Compte de service
role-holder-team = Équipe
role-held-by = { $count ->
    [0] non attribué
    [one] attribué { $count } fois
   *[other] attribué { $count } fois
}
role-held-by-users = { $count ->
    [one] { $count } personne
   *[other] { $count } personnes
}
role-held-by-service-accounts = { $count ->
    [one] { $count } compte de service
   *[other] { $count } comptes de service
}
role-held-by-teams = { $count ->
    [one] { $count } équipe
   *[other] { $count } équipes
}
role-delete = Supprimer le rôle
role-delete-effect = Qui a ce rôle perd immédiatement ce qu’il permet. Cette action est irréversible.
