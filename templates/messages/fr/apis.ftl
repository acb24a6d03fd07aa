# APIs, for which tokens are given.
nav-apis = API
apis-heading = API
apis-status = État
apis-new = Nouvelle API
apis-empty = Aucune API pour l’instant
apis-empty-text = Enregistrez une API pour donner ses permissions à des rôles, et des jetons qui ne valent que pour elle.
api-status-active = Active
api-status-disabled = Désactivée
api-audience = Audience
api-audience-hint = Un URI qui désigne l’API : il figure dans les jetons qui lui sont destinés et ne change jamais.
api-permissions = Permissions
api-permissions-hint = Ce que l’API connaît, une permission par ligne, par exemple reports:read.
api-lifetime = Durée de vie des jetons d’accès en secondes
api-algorithm = Signature des jetons d’accès
api-algorithm-usual = Comme partout
api-not-a-number = Saisissez un nombre entier de secondes, ou laissez le champ vide.
api-count = { $count ->
    [one] { $count } permission
   *[other] { $count } permissions
}
api-create = Enregistrer l’API
api-disable = Désactiver
api-disable-effect = Aucun jeton n’est délivré pour cette API jusqu’à sa réactivation. Les jetons déjà délivrés restent valables jusqu’à leur fin.
api-enable = Activer
api-enable-effect = Des jetons sont de nouveau délivrés pour cette API.
api-delete = Supprimer l’API
api-delete-effect = Plus aucun jeton n’est délivré pour cette API, et ses permissions disparaissent de la liste dont les rôles sont composés. Cette action est irréversible.
done-api-disable = API désactivée.
done-api-enable = API activée.
